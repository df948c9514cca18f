#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/asking.h"
#include "cli/event_line.h"
#include "cli/following.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "drift/severity.h"

#define AT(member) offsetof(struct settings, member)

enum { USUAL_LIMIT = 50, PAGE_ENTRIES = 1000, MOST_DIGITS = 18 };

static const char events_path[] = "/api/v1/events";

static const char *severity_choice(size_t number)
{
    return number < SEVERITY_COUNT ? severity_name((enum severity)number) : NULL;
}

static const struct option options[] = {
    {"follow", 'f', OPTION_FLAG, AT(follow), NULL, NULL, NULL, NULL, 0, 0,
     "go on with what is new until Ctrl-C, and come again when the connection breaks"},
    {"after", 0, OPTION_TEXT, AT(after), "N", NULL, NULL, NULL, 0, 0,
     "begin after the event of this number; 0: with the oldest"},
    {"type", 0, OPTION_LIST, AT(types), "TYPE", NULL, NULL, NULL, 0, 0,
     "only of this type, or of those that a pattern such as drift-* names; may be given several times"},
    {"severity", 0, OPTION_CHOICE, AT(least_severity), "LEVEL", NULL, "low", severity_choice, 0, 0,
     "only of this level or above"},
    {"database", 0, OPTION_LIST, AT(databases), "PATTERN", NULL, NULL, NULL, 0, 0,
     "only about databases with such a name; may be given several times"},
    {"environment", 0, OPTION_LIST, AT(environments), "PATTERN", NULL, NULL, NULL, 0, 0,
     "only about environments with such a name; may be given several times"},
    {"limit", 0, OPTION_NUMBER, AT(limit), "N", NULL, NULL, NULL, 1, 1000000,
     "at most so many: without --follow 50 if it is not given, with it then stop"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is one CloudEvent a line"},
    {0},
};

/* What is printed, and how far. */
struct printing {
    const struct call *call;
    struct table_style style;
    struct error *error; /* of writing */
    unsigned count;
};

static int append(const char *bytes, size_t length, void *context)
{
    buffer_add(context, bytes, length);
    return 0;
}

/* One line, at once: who reads along waits for it. Answers whether that was enough. */
static bool print_event(struct printing *printing, const json_t *event)
{
    CLEANUP(buffer_clear) struct buffer line = {0};
    unsigned limit = printing->call->settings.limit;

    if (printing->call->settings.format == FORMAT_JSON) {
        if (json_dump_callback(event, append, &line, JSON_COMPACT) != 0)
            line.failed = true;
        buffer_add_byte(&line, '\n');
    } else {
        event_line_write(&line, event, &printing->style);
    }
    if (output_write(NULL, &line, printing->error) != ERROR_NONE)
        return true;
    printing->count++;
    return (limit > 0 && printing->count >= limit) || output_has_no_reader();
}

static enum error_code read_after(const struct call *call, int64_t *ret_after, struct error *error)
{
    const char *given = call->settings.after;
    size_t digits = strspn(given, "0123456789");

    if (digits == 0 || digits > MOST_DIGITS || given[digits] != '\0')
        return error_set(error, ERROR_USAGE, "option '--after' is not the number of an event");
    *ret_after = strtoll(given, NULL, 10);
    return ERROR_NONE;
}

static void add_filter(struct buffer *target, const struct settings *settings)
{
    const struct {
        const char *name;
        const struct option_list *list;
    } lists[] = {
        {"type", &settings->types}, {"database", &settings->databases}, {"environment", &settings->environments}};

    for (size_t i = 0; i < LENGTH_OF(lists); i++)
        for (size_t k = 0; k < lists[i].list->count; k++)
            collector_add_parameter(target, lists[i].name, text_from(lists[i].list->items[k]));
    if (settings->least_severity > 0)
        asking_add_text(target, "severity", severity_choice(settings->least_severity));
}

/* ---- what there is ---- */

/* Ask for a page; the filter is part of `base`. */
static enum error_code ask_page(struct collector *collector, const struct buffer *base, const char *place,
                                int64_t number, json_t **ret_page, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target = {0}, answer = {0};
    struct collector_question question = {.method = "GET", .type = "application/json", .limit = COLLECTOR_ANSWER_LIMIT};

    buffer_add_text(&target, buffer_text(base));
    if (number >= 0)
        asking_add_number(&target, place, number);
    if (buffer_check(&target, error, "asking for events") != ERROR_NONE)
        return error->code;
    question.target = target.bytes;
    if (collector_ask(collector, &question, &answer, error) != ERROR_NONE ||
        answer_parse(ret_page, buffer_text(&answer), error) != ERROR_NONE)
        return error->code;
    if (json_is_array(json_object_get(*ret_page, "events")))
        return ERROR_NONE;
    json_decref(*ret_page);
    return collector_misunderstood(collector, "a page lacks its list", error);
}

/* The oldest after a number first: pages go on where the one before has looked. */
static enum error_code print_after(struct printing *printing, struct collector *collector, struct buffer *base,
                                   int64_t after)
{
    struct error *error = printing->error;
    bool enough = false, at_end = false;

    asking_add_number(base, "limit", PAGE_ENTRIES);
    while (!enough && !at_end && !interrupt_came()) {
        json_t *page = NULL;
        const json_t *events;
        int64_t next;

        if (ask_page(collector, base, "after", after, &page, error) != ERROR_NONE)
            return error->code;
        events = json_object_get(page, "events");
        for (size_t i = 0; i < json_array_size(events) && !enough; i++)
            enough = print_event(printing, json_array_get(events, i));
        next = json_integer_value(json_object_get(page, "next"));
        at_end = next <= after;
        after = next;
        json_decref(page);
        if (error->code != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* Put the events of a page before those that are there: they are older. */
static bool prepend(json_t *all, const json_t *events, unsigned limit)
{
    bool complete = true;

    for (size_t i = 0; i < json_array_size(events) && json_array_size(all) < limit && complete; i++)
        complete = json_array_insert(all, 0, json_array_get(events, i)) == 0;
    return complete;
}

/* The newest, in the order in which they happened. */
static enum error_code collect_newest(struct collector *collector, const struct buffer *base, unsigned limit,
                                      json_t *all, struct error *error)
{
    int64_t before = -1;

    do {
        json_t *page = NULL;
        bool complete;

        if (ask_page(collector, base, "before", before, &page, error) != ERROR_NONE)
            return error->code;
        complete = prepend(all, json_object_get(page, "events"), limit);
        before = json_integer_value(json_object_get(page, "next"));
        json_decref(page);
        if (!complete)
            return error_memory(error, "asking for events");
    } while (before > 0 && json_array_size(all) < limit && !interrupt_came());
    return ERROR_NONE;
}

static enum error_code print_newest(struct printing *printing, struct collector *collector, struct buffer *base)
{
    unsigned limit = printing->call->settings.limit == 0 ? USUAL_LIMIT : printing->call->settings.limit;
    struct error *error = printing->error;
    json_t *all = json_array();

    asking_add_text(base, "order", "newest");
    asking_add_number(base, "limit", limit < PAGE_ENTRIES ? limit : PAGE_ENTRIES);
    if (all == NULL)
        return error_memory(error, "asking for events");
    if (collect_newest(collector, base, limit, all, error) == ERROR_NONE)
        for (size_t i = 0; i < json_array_size(all) && error->code == ERROR_NONE; i++)
            print_event(printing, json_array_get(all, i));
    json_decref(all);
    return error->code;
}

/* ---- what is new ---- */

static bool take(void *context, int64_t number, struct text text, const json_t *event)
{
    (void)number, (void)text;
    return print_event(context, event);
}

static bool nobody_reads(void *context)
{
    (void)context;
    return output_has_no_reader();
}

static enum error_code follow(struct printing *printing, struct collector *collector, const struct buffer *filter,
                              int64_t after)
{
    struct following following = {.collector = collector,
                                  .parameters = filter->length == 0 ? "" : filter->bytes,
                                  .after = after,
                                  .take = take,
                                  .is_over = nobody_reads,
                                  .context = printing};
    struct error *error = printing->error;

    if (after < 0 && following_end(collector, &following.after, error) != ERROR_NONE)
        return error->code;
    if (following_run(&following, error) != ERROR_NONE)
        return error->code;
    return error->code; /* of writing */
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    struct printing printing = {.call = call, .style = asking_style(call), .error = error};
    CLEANUP(collector_closep) struct collector *collector = NULL;
    CLEANUP(buffer_clear) struct buffer base = {0};
    int64_t after = -1;

    (void)ret_status;
    interrupt_catch();
    if (!call->settings.follow)
        buffer_add_string(&base, events_path);
    add_filter(&base, &call->settings);
    if ((call->settings.after != NULL && read_after(call, &after, error) != ERROR_NONE) ||
        buffer_check(&base, error, "asking for events") != ERROR_NONE ||
        asking_open(call, &collector, error) != ERROR_NONE)
        return error->code;
    if (call->settings.follow)
        return follow(&printing, collector, &base, after);
    return after >= 0 ? print_after(&printing, collector, &base, after) : print_newest(&printing, collector, &base);
}

static const char *const examples[] = {
    "driftline events",
    "driftline events --follow --type 'drift-*' --type 'contract-*' --severity high",
    "driftline events --after 1234 --format json",
    NULL,
};

const struct command command_events = {
    .name = "events",
    .syntax = "",
    .summary = "print what happened, and what happens",
    .text = "Prints events, the oldest first: when, how bad, the type, what it is about, and\n"
            "what it says. Without `--after` these are the newest; with `--follow` it goes on\n"
            "until Ctrl-C, and none is missed when the connection breaks in between.\n"
            "\n"
            "With `--format json` each line is a CloudEvent. Its `id` is what `--after`\n"
            "takes, so that a program can go on where it stopped.\n",
    .examples = examples,
    .fewest_operands = 0,
    .options = options,
    .asks = true,
    .run = run,
};
