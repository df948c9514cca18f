/* An incident that was told and that nobody has acknowledged, or that is not over: others are told of what is open,
 * once. */
#include "notify/planner_private.h"

/* What is told to them. */
struct escalating {
    const struct planner *planner;
    const struct route *route;
    struct incident_row *from;
    struct trouble_row *troubles; /* that were told, are bad enough, and that nobody has seen */
    size_t count;
    struct planner_events events; /* their last */
};

static enum error_code find_troubles(struct escalating *escalating)
{
    const struct planner *planner = escalating->planner;
    struct trouble_row *rows = NULL;
    size_t count = 0;

    if (troubles_list(planner->database, escalating->from->id, planner->arena, &rows, &count, planner->error) !=
        ERROR_NONE)
        return planner->error->code;
    escalating->troubles = rows;
    for (size_t i = 0; i < count; i++)
        if (rows[i].told_at != 0 && !rows[i].seen && rows[i].severity >= escalating->route->escalate_least)
            rows[escalating->count++] = rows[i];
    return ERROR_NONE;
}

/* The event of a number, if it is still kept, behind those that are there; each once. */
static enum error_code add_event(const struct planner *planner, int64_t id, struct event_row *rows, size_t *count)
{
    struct event_row *found = NULL;
    size_t found_count = 0;

    for (size_t i = 0; i < *count; i++)
        if (rows[i].id == id)
            return ERROR_NONE;
    if (events_list(planner->database, id - 1, 1, planner->arena, &found, &found_count, planner->error) != ERROR_NONE)
        return planner->error->code;
    if (found_count == 1 && found[0].id == id)
        rows[(*count)++] = found[0];
    return ERROR_NONE;
}

static enum error_code find_events(struct escalating *escalating)
{
    const struct planner *planner = escalating->planner;
    struct event_row *rows = arena_array(planner->arena, MESSAGE_EVENTS_LIMIT, sizeof *rows);
    size_t count = 0;

    if (rows == NULL)
        return planner_no_memory(planner);
    for (size_t i = 0; i < escalating->count && count < MESSAGE_EVENTS_LIMIT; i++)
        if (add_event(planner, escalating->troubles[i].event, rows, &count) != ERROR_NONE)
            return planner->error->code;
    if (planner_events_read(planner, rows, count, &escalating->events) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count; i++)
        escalating->events.list[i].is_told = true;
    return ERROR_NONE;
}

static enum severity worst_of(const struct escalating *escalating)
{
    enum severity worst = SEVERITY_LOW;

    for (size_t i = 0; i < escalating->count; i++)
        if (escalating->troubles[i].severity > worst)
            worst = escalating->troubles[i].severity;
    return worst;
}

/* They have these troubles from now on, and hear of their ends. */
static enum error_code give_troubles(const struct escalating *escalating, const struct incident_row *to)
{
    const struct planner *planner = escalating->planner;

    for (size_t i = 0; i < escalating->count; i++) {
        struct trouble_row row = escalating->troubles[i];

        row.incident = to->id;
        row.told_at = planner->now;
        row.repeats = 0;
        if (troubles_put(planner->database, &row, planner->error) != ERROR_NONE)
            return planner->error->code;
    }
    return ERROR_NONE;
}

/* What they hear of is all that is open to them. */
static enum error_code count_open(const struct escalating *escalating, struct planner_telling *telling)
{
    const struct planner *planner = escalating->planner;
    struct planner_incident open = {.trouble_count = escalating->count};

    open.troubles = arena_array(planner->arena, escalating->count, sizeof *open.troubles);
    if (open.troubles == NULL)
        return planner_no_memory(planner);
    for (size_t i = 0; i < escalating->count; i++)
        open.troubles[i] = (struct planner_trouble){.row = escalating->troubles[i], .is_live = true};
    return planner_count_open(planner, &open, telling);
}

/* Nothing but differences can be acknowledged. */
static bool can_be_seen(const struct escalating *escalating)
{
    for (size_t i = 0; i < escalating->count; i++)
        if (!text_starts_with(escalating->troubles[i].key, TEXT("drift:")) &&
            !text_starts_with(escalating->troubles[i].key, TEXT("pair:")))
            return false;
    return true;
}

/* Since the first of it was told; it may have been told again meanwhile, but has waited so long at least. */
static int64_t waited(const struct escalating *escalating)
{
    int64_t longest = escalating->route->escalate_us;

    for (size_t i = 0; i < escalating->count; i++)
        if (escalating->planner->now - escalating->troubles[i].told_at > longest)
            longest = escalating->planner->now - escalating->troubles[i].told_at;
    return longest;
}

static enum error_code tell_sink(const struct escalating *escalating, struct text sink)
{
    const struct planner *planner = escalating->planner;
    struct incident_row key = *escalating->from, own, *incident = &own;
    struct planner_telling telling = {.kind = DELIVERY_ESCALATED,
                                      .events = escalating->events.list,
                                      .count = escalating->events.count,
                                      .waited_us = waited(escalating),
                                      .can_be_seen = can_be_seen(escalating)};
    int64_t delivery = 0;

    if (text_equal(sink, escalating->from->sink)) {
        incident = escalating->from;
    } else {
        key = (struct incident_row){.route = key.route,
                                    .sink = sink,
                                    .subject = key.subject,
                                    .database = key.database,
                                    .environment = key.environment};
        if (planner_open_incident(planner, &key, incident) != ERROR_NONE)
            return planner->error->code;
        if (incident->escalated_at != 0) /* for another sink of the route: they know */
            return ERROR_NONE;
        incident->escalated_at = planner->now;
        incident->escalates_at = 0;
    }
    telling.incident = incident;
    if (give_troubles(escalating, incident) != ERROR_NONE || count_open(escalating, &telling) != ERROR_NONE ||
        planner_make_message(planner, &telling, &delivery) != ERROR_NONE)
        return planner->error->code;
    return incidents_update(planner->database, incident, planner->error);
}

static enum error_code tell_all(const struct escalating *escalating)
{
    const struct planner *planner = escalating->planner;

    for (size_t i = 0; i < escalating->route->escalate_count; i++) {
        const struct sink *sink = notify_plan_sink(planner->planning->plan, escalating->route->escalate_to[i]);

        if (sink != NULL && tell_sink(escalating, sink->name) != ERROR_NONE)
            return planner->error->code;
    }
    return ERROR_NONE;
}

static enum error_code escalate(struct escalating *escalating)
{
    const struct planner *planner = escalating->planner;
    struct incident_row *from = escalating->from;
    int64_t until = 0;

    if (find_troubles(escalating) != ERROR_NONE)
        return planner->error->code;
    from->escalates_at = 0;
    if (escalating->count == 0)
        return incidents_update(planner->database, from, planner->error);
    if (planner_is_quiet(planner, escalating->route, from, worst_of(escalating), &until)) {
        from->escalates_at = until;
        return incidents_update(planner->database, from, planner->error);
    }
    from->escalated_at = planner->now;
    if (find_events(escalating) != ERROR_NONE || tell_all(escalating) != ERROR_NONE)
        return planner->error->code;
    return incidents_update(planner->database, from, planner->error);
}

enum error_code planner_escalate(const struct planner *planner, const struct incident_row *row)
{
    struct incident_row from = *row;
    struct escalating escalating = {
        .planner = planner, .route = notify_plan_route(planner->planning->plan, row->route), .from = &from};
    enum error_code code;

    if (incidents_get(planner->database, row->id, planner->arena, &from, planner->error) != ERROR_NONE)
        return planner->error->code;
    if (from.escalates_at == 0 || from.escalates_at > planner->now) /* it was told meanwhile, for another sink */
        return ERROR_NONE;
    if (escalating.route == NULL || escalating.route->escalate_us == 0) {
        from.escalates_at = 0;
        return incidents_update(planner->database, &from, planner->error);
    }
    code = escalate(&escalating);
    planner_events_free(&escalating.events);
    return code;
}
