/* GET /api/v1/events, /api/v1/events/types and /api/v1/events/types/{name} */
#include "store/events.h"

#include "event/cloud_event.h"
#include "event/event_schema.h"
#include "feed/event_request.h"
#include "feed/json.h"
#include "feed/routes.h"

enum {
    SCAN_LIMIT = 10000, /* events that are looked at for one page */
    SCAN_SLICE = 200,   /* at once */
    SCAN_MEMORY = 64 * 1024 * 1024
};

enum order { OLDEST_FIRST, NEWEST_FIRST };

static const char *order_name(size_t number)
{
    static const char *const names[] = {[OLDEST_FIRST] = "oldest", [NEWEST_FIRST] = "newest"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

const struct parameter events_parameters[] = {
    {.name = "after",
     .type = PARAMETER_NUMBER,
     .minimum = 0,
     .maximum = INT64_MAX,
     .preset = "0",
     .summary = "Only later ones than this: `next` of the page before."},
    {.name = "order",
     .type = PARAMETER_CHOICE,
     .choice = order_name,
     .preset = "oldest",
     .summary = "Which come first; with `newest` pages go on with `before`."},
    PAGE_BEFORE,
    EVENT_FILTER_PARAMETERS,
    PAGE_SIZE,
    {0},
};

/* ---- a page ---- */

struct page {
    const struct request *request;
    struct event_filter filter;
    enum order order;
    uint32_t limit;
    uint32_t found;
    int64_t looked_at; /* the last; the page after begins there */
    bool at_end;       /* of the log */
    struct json_builder builder;
    json_t *list;
};

static enum error_code fetch(const struct page *page, uint32_t limit, struct arena *arena,
                             struct event_row **ret_events, size_t *ret_count, struct error *error)
{
    struct database *database = page->request->database;

    if (page->order == NEWEST_FIRST)
        return events_list_before(database, page->looked_at, limit, arena, ret_events, ret_count, error);
    return events_list(database, page->looked_at, limit, arena, ret_events, ret_count, error);
}

/* Look at some more. What an event takes to be read is given back at once, what is answered is JSON by then. */
static enum error_code scan(struct page *page, struct error *error)
{
    struct event_row *events = NULL;
    struct arena arena;
    size_t count = 0;
    enum error_code code;

    arena_init(&arena, SCAN_MEMORY);
    code = fetch(page, SCAN_SLICE, &arena, &events, &count, error);
    for (size_t i = 0; i < count && page->found < page->limit && !page->builder.failed; i++) {
        page->looked_at = events[i].id;
        if (!event_filter_matches(&page->filter, &events[i]))
            continue;
        page->found++;
        json_builder_append(&page->builder, page->list,
                            cloud_event_value(&page->builder, &events[i], page->request->tools->store, &arena));
    }
    page->at_end = count < SCAN_SLICE && (count == 0 || page->looked_at == events[count - 1].id);
    arena_free(&arena);
    return code;
}

static enum error_code begin_page(const struct request *request, struct page *page, struct error *error)
{
    const struct request_parameters *parameters = &request->parameters;
    bool newest = request_choice(parameters, "order") == NEWEST_FIRST;

    if (newest && request_has(parameters, "after"))
        return error_set(error, ERROR_USAGE, "the parameter 'after' is for the oldest first: give 'before'");
    if (!newest && request_has(parameters, "before"))
        return error_set(error, ERROR_USAGE, "the parameter 'before' is for the newest first: give 'order=newest'");
    page->request = request;
    page->order = newest ? NEWEST_FIRST : OLDEST_FIRST;
    page->limit = (uint32_t)request_number(parameters, "limit");
    page->looked_at = request_number(parameters, newest ? "before" : "after");
    if (newest && page->looked_at == 0)
        page->looked_at = INT64_MAX;
    return event_request_filter(parameters, request->arena, &page->filter, error);
}

enum error_code get_events(const struct request *request, struct answer *answer, struct error *error)
{
    struct page page = {.request = request};
    json_t *document;

    if (begin_page(request, &page, error) != ERROR_NONE)
        return error->code;
    page.list = json_builder_array(&page.builder);
    for (int looked = 0; looked < SCAN_LIMIT && page.found < page.limit && !page.at_end; looked += SCAN_SLICE)
        if (scan(&page, error) != ERROR_NONE) {
            json_decref(page.list);
            return error->code;
        }
    document = json_builder_object(&page.builder);
    json_builder_set(&page.builder, document, "events", page.list);
    json_builder_set(&page.builder, document, "next",
                     page.order == NEWEST_FIRST && page.at_end ? json_null()
                                                               : json_builder_number(&page.builder, page.looked_at));
    return answer_json(answer, &page.builder, document, error);
}

/* ---- types ---- */

enum error_code get_event_types(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *list = json_builder_array(&builder);

    for (int number = 0; number < EVENT_TYPE_COUNT; number++) {
        enum event_type type = (enum event_type)number;
        json_t *object = json_builder_object(&builder);
        const char *schema = arena_printf(request->arena, EVENT_SCHEMA_PATH "%s", event_type_name(type));

        builder.failed = builder.failed || schema == NULL;
        json_builder_set(&builder, object, "name", json_builder_string(&builder, event_type_name(type)));
        json_builder_set(&builder, object, "summary", json_builder_string(&builder, event_type_summary(type)));
        json_builder_set(&builder, object, "schema", json_builder_string(&builder, schema));
        json_builder_append(&builder, list, object);
    }
    json_builder_set(&builder, document, "types", list);
    return answer_json(answer, &builder, document, error);
}

enum error_code get_event_type(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    json_t *schemas, *document;
    enum event_type type;

    if (!event_type_from_name(request->name, &type)) {
        error_set(error, ERROR_NOT_FOUND, "there is no type of event '%.*s'", TEXT_ARGS(request->name));
        return error_hint(error, "`/api/v1/events/types` lists them");
    }
    schemas = event_schemas(&builder);
    document = event_schema_value(&builder, schemas, type);
    json_decref(schemas);
    return answer_json(answer, &builder, document, error);
}
