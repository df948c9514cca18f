#include "cli/asking.h"

#include <unistd.h>

#include "cli/output.h"
#include "cli/terminal.h"

enum {
    PAGE_ENTRIES = 1000,                 /* of one page, when all are wanted */
    PAGES_LIMIT = 256 * 1024 * 1024 / 2, /* bytes of all pages: what is read of them must fit into the call's memory */
};

static const char content_type[] = "application/json";
static const char doing[] = "asking the collector";

enum error_code asking_open(const struct call *call, struct collector **ret_collector, struct error *error)
{
    struct collector_settings settings;

    if (settings_for_collector(&call->settings, &settings, error) != ERROR_NONE)
        return error->code;
    return collector_open(ret_collector, &settings, error);
}

enum error_code asking_send(const struct call *call, const char *method, const char *target, const char *body,
                            struct buffer *answer, struct error *error)
{
    struct collector_question question = {.method = method, .target = target, .body = body};

    return asking_ask(call, &question, answer, NULL, error);
}

enum error_code asking_ask(const struct call *call, struct collector_question *question, struct buffer *answer,
                           int64_t *ret_item, struct error *error)
{
    CLEANUP(collector_closep) struct collector *collector = NULL;
    enum error_code code;

    if (ret_item != NULL)
        *ret_item = -1;
    if (asking_open(call, &collector, error) != ERROR_NONE)
        return error->code;
    question->type = content_type;
    question->limit = COLLECTOR_ANSWER_LIMIT;
    code = collector_ask(collector, question, answer, error);
    if (ret_item != NULL)
        *ret_item = collector_blamed_item(collector);
    return code;
}

/* ---- pages ---- */

/* What was collected so far. */
struct pages {
    struct collector *collector;
    const char *const *lists;
    json_t *document; /* the first page, with the entries of the others */
    size_t bytes;
    json_int_t next; /* of the last page; 0: there are no more */
};

static void pages_clear(struct pages *pages)
{
    json_decref(pages->document);
}

/* Numbers go down from page to page: a collector that turns in circles would keep us forever. */
static enum error_code take_next(struct pages *pages, const json_t *page, struct error *error)
{
    const json_t *next = json_object_get(page, "next");
    json_int_t number = json_integer_value(next);

    if (next != NULL && !json_is_null(next) && (number <= 0 || (pages->next > 0 && number >= pages->next)))
        return collector_misunderstood(pages->collector, "its pages have no end", error);
    pages->next = number;
    return ERROR_NONE;
}

static enum error_code join_page(struct pages *pages, const json_t *page, struct error *error)
{
    for (const char *const *list = pages->lists; *list != NULL; list++) {
        json_t *entries = json_object_get(page, *list);

        if (!json_is_array(entries) || !json_is_array(json_object_get(pages->document, *list)))
            return collector_misunderstood(pages->collector, "a page lacks its list", error);
        if (json_array_extend(json_object_get(pages->document, *list), entries) != 0)
            return error_memory(error, doing);
    }
    if (json_object_set(pages->document, "next", json_object_get(page, "next")) != 0)
        return error_memory(error, doing);
    return ERROR_NONE;
}

/* Parse one page and add it. */
static enum error_code add_page(struct pages *pages, const struct buffer *answer, struct error *error)
{
    json_t *page = NULL;
    enum error_code code;

    if (answer_parse(&page, buffer_text(answer), error) != ERROR_NONE)
        return error->code;
    pages->bytes += answer->length;
    if (pages->bytes > PAGES_LIMIT) {
        error_set(error, ERROR_LIMIT, "all pages together are larger than %d bytes", PAGES_LIMIT);
        code = error_hint(error, "ask for less with '--since', '--until' or one instance");
    } else {
        code = take_next(pages, page, error);
    }
    if (code == ERROR_NONE && pages->document == NULL) {
        pages->document = page;
        return ERROR_NONE;
    }
    if (code == ERROR_NONE)
        code = join_page(pages, page, error);
    json_decref(page);
    return code;
}

static enum error_code ask_page(const struct pages *pages, const struct buffer *target, struct buffer *answer,
                                struct error *error)
{
    CLEANUP(buffer_clear) struct buffer whole;
    struct collector_question question = {.method = "GET", .type = content_type, .limit = COLLECTOR_ANSWER_LIMIT};

    buffer_init(&whole);
    buffer_add_text(&whole, buffer_text(target));
    if (pages->next > 0)
        buffer_printf(&whole, "&before=%lld", (long long)pages->next);
    if (buffer_check(&whole, error, doing) != ERROR_NONE)
        return error->code;
    question.target = whole.bytes;
    buffer_reset(answer);
    return collector_ask(pages->collector, &question, answer, error);
}

static int append(const char *bytes, size_t length, void *context)
{
    struct buffer *buffer = context;

    buffer_add(buffer, bytes, length);
    return buffer->failed ? -1 : 0;
}

enum error_code asking_pages(const struct call *call, struct buffer *target, const char *const *lists,
                             struct buffer *answer, struct error *error)
{
    CLEANUP(collector_closep) struct collector *collector = NULL;
    CLEANUP(pages_clear) struct pages pages = {.lists = lists};
    size_t count = 0;
    char limit[16];

    snprintf(limit, sizeof limit, "%u", call->settings.all ? PAGE_ENTRIES : call->settings.limit);
    collector_add_parameter(target, "limit", text_from(limit));
    if (buffer_check(target, error, doing) != ERROR_NONE || asking_open(call, &collector, error) != ERROR_NONE)
        return error->code;
    pages.collector = collector;
    do {
        if (ask_page(&pages, target, answer, error) != ERROR_NONE || add_page(&pages, answer, error) != ERROR_NONE)
            return error->code;
        count++;
    } while (call->settings.all && pages.next > 0);
    if (count == 1)
        return ERROR_NONE; /* the answer stays as it came */
    buffer_reset(answer);
    if (json_dump_callback(pages.document, append, answer, JSON_COMPACT) != 0)
        return error_memory(error, doing);
    return ERROR_NONE;
}

/* ---- the answer ---- */

enum error_code asking_read(const struct call *call, const struct buffer *answer, const struct shape *shape,
                            void *values, struct error *error)
{
    json_t *document = NULL;
    enum error_code code;

    code = answer_parse(&document, buffer_text(answer), error);
    if (code == ERROR_NONE)
        code = shape_read(shape, document, values, call->arena, error);
    json_decref(document);
    if (code == ERROR_PROTOCOL)
        error_context(error, "'%.200s'", call->settings.collector);
    return code;
}

enum error_code asking_print_answer_to(const char *path, const struct buffer *answer, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    buffer_add_text(&output, buffer_text(answer));
    if (output.length > 0 && output.bytes[output.length - 1] != '\n')
        buffer_add_byte(&output, '\n');
    return output_write(path, &output, error);
}

enum error_code asking_print_answer(const struct buffer *answer, struct error *error)
{
    return asking_print_answer_to(NULL, answer, error);
}

struct table_style asking_style(const struct call *call)
{
    const char *path = call->settings.output;
    enum colour_wish wish = (enum colour_wish)call->settings.colour;

    if (path != NULL && strcmp(path, "-") != 0)
        return (struct table_style){.colour = wish == COLOUR_ALWAYS};
    return (struct table_style){
        .colour = terminal_has_colour(wish, STDOUT_FILENO),
        .width = terminal_width(STDOUT_FILENO),
    };
}

void asking_add_number(struct buffer *target, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)number);
    collector_add_parameter(target, name, text_from(text));
}

void asking_add_text(struct buffer *target, const char *name, const char *value)
{
    if (value != NULL)
        collector_add_parameter(target, name, text_from(value));
}

void asking_add_scope(struct buffer *target, const struct reference *scope)
{
    collector_add_parameter(target, "database", scope->database);
    if (scope->environment.length > 0)
        collector_add_parameter(target, "environment", scope->environment);
    if (scope->instance.length > 0)
        collector_add_parameter(target, "instance", scope->instance);
}
