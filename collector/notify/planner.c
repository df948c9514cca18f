/* A slice of events in, a slice of messages out. How an event finds its incidents is in planner_read.c, what is told of
 * an incident in planner_tell.c; planner_private.h has the list of files. */
#include "notify/planner_private.h"

#include "drift/report_json_value.h"

enum { TELL_SLICE = 20 /* incidents in one transaction */ };

void planner_init(struct planner *planner, const struct planning *planning, struct database *database,
                  struct error *error)
{
    *planner = (struct planner){.planning = planning,
                                .database = database,
                                .arena = planning->arena,
                                .contracts = &policy_content(planning->policy)->contracts.set,
                                .now = planning->now,
                                .error = error};
}

enum error_code planner_no_memory(const struct planner *planner)
{
    return arena_error(planner->arena, planner->error, "planning notifications");
}

/* ---- events come in ---- */

enum error_code planner_read(const struct planning *planning, struct database *database, bool *ret_more,
                             struct error *error)
{
    struct planner planner;
    struct event_row *events = NULL;
    size_t count = 0;
    int64_t place = 0;

    planner_init(&planner, planning, database, error);
    if (planned_get(database, &place, error) != ERROR_NONE ||
        events_list(database, place, PLANNER_SLICE, planning->arena, &events, &count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (planner_take_event(&planner, &events[i]) != ERROR_NONE)
            return error_context(error, "planning notifications of event %lld", (long long)events[i].id);
        place = events[i].id;
    }
    if (planned_set(database, place, error) != ERROR_NONE)
        return error->code;
    *ret_more = count == PLANNER_SLICE;
    return ERROR_NONE;
}

/* ---- messages go out ---- */

/* Each incident has memory of its own: how many are due together does not count. */
static enum error_code run_alone(const struct planner *planner, const struct incident_row *incident,
                                 enum error_code (*step)(const struct planner *planner, const struct incident_row *row))
{
    CLEANUP(arena_free) struct arena arena;
    struct planner own = *planner;

    arena_init(&arena, planner->arena->limit);
    own.arena = &arena;
    return step(&own, incident);
}

/* What became due is told; an incident of which more waits is due again at once. */
static enum error_code tell_due(const struct planner *planner, bool *ret_more)
{
    struct incident_row *due = NULL;
    size_t count = 0;
    int64_t next = 0;

    if (incidents_due(planner->database, planner->now, TELL_SLICE, planner->arena, &due, &count, planner->error) !=
        ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count; i++)
        if (run_alone(planner, &due[i], planner_tell_incident) != ERROR_NONE)
            return error_context(planner->error, "telling '%.*s' of '%.*s'", TEXT_ARGS(due[i].sink),
                                 TEXT_ARGS(due[i].subject));
    if (incidents_next(planner->database, &next, planner->error) != ERROR_NONE)
        return planner->error->code;
    *ret_more = next != 0 && next <= planner->now;
    return ERROR_NONE;
}

static enum error_code give_back(const struct planner *planner)
{
    struct incident_row *beyond = NULL;
    size_t count = 0;

    if (incidents_beyond(planner->database, planner->arena, &beyond, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count; i++)
        if (run_alone(planner, &beyond[i], planner_give_back) != ERROR_NONE)
            return error_context(planner->error, "telling what was beyond the limit of '%.*s'",
                                 TEXT_ARGS(beyond[i].route));
    return ERROR_NONE;
}

enum error_code planner_tell(const struct planning *planning, struct database *database, bool *ret_more,
                             struct error *error)
{
    struct planner planner;
    struct incident_row *escalating = NULL;
    size_t count = 0;

    planner_init(&planner, planning, database, error);
    if (incidents_escalating(database, planning->now, TELL_SLICE, planning->arena, &escalating, &count, error) !=
        ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++)
        if (run_alone(&planner, &escalating[i], planner_escalate) != ERROR_NONE)
            return error_context(error, "escalating '%.*s'", TEXT_ARGS(escalating[i].subject));
    if (give_back(&planner) != ERROR_NONE)
        return error->code;
    return tell_due(&planner, ret_more);
}

/* ---- a test ---- */

static enum error_code add_test_event(const struct planner *planner, struct text sink, struct text by,
                                      struct event_row *event)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct json_builder builder = {0};
    json_t *data = json_builder_object(&builder);
    const char *copy;

    json_builder_set(&builder, data, "sink", json_builder_text(&builder, sink));
    json_builder_set(&builder, data, "by", json_builder_text(&builder, by));
    if (json_builder_write_compact(&builder, data, &text, planner->error) != ERROR_NONE)
        return planner->error->code;
    copy = arena_string(planner->arena, buffer_text(&text));
    if (copy == NULL)
        return planner_no_memory(planner);
    *event = (struct event_row){.at = planner->now, .type = EVENT_NOTIFY_TEST, .data = {copy, text.length}};
    if (events_add(planner->database, event, planner->error) != ERROR_NONE)
        return planner->error->code;
    event->id = database_last_id(planner->database);
    return ERROR_NONE;
}

/* An incident of no route, which is over at once. */
static enum error_code add_test_message(const struct planner *planner, struct incident_row *incident,
                                        struct planner_event *event, int64_t *ret_delivery)
{
    const struct planner_telling telling = {
        .incident = incident, .kind = DELIVERY_TEST, .events = event, .count = 1, .is_last = true};

    if (incidents_add(planner->database, incident, planner->error) != ERROR_NONE ||
        planner_make_message(planner, &telling, ret_delivery) != ERROR_NONE)
        return planner->error->code;
    return incidents_update(planner->database, incident, planner->error);
}

enum error_code planner_test(const struct planning *planning, struct database *database, struct text sink,
                             struct text by, int64_t *ret_delivery, struct error *error)
{
    struct incident_row incident = {
        .sink = sink, .subject = TEXT("test"), .opened_at = planning->now, .ended_at = planning->now};
    CLEANUP(planner_events_free) struct planner_events events = {0};
    struct planner planner;
    struct event_row event;

    planner_init(&planner, planning, database, error);
    if (notify_plan_sink(planning->plan, sink) == NULL) {
        error_set(error, ERROR_NOT_FOUND, "there is no sink '%.*s'", TEXT_ARGS(sink));
        return error_hint(error, "notify.sinks of the configuration names those that there are");
    }
    if (add_test_event(&planner, sink, by, &event) != ERROR_NONE ||
        planner_events_read(&planner, &event, 1, &events) != ERROR_NONE)
        return error->code;
    events.list[0].is_told = true;
    return add_test_message(&planner, &incident, &events.list[0], ret_delivery);
}
