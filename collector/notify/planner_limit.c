/* What a route tells beyond its limit: its events wait in an incident of their own, subject "*", and are told as one
 * message when there is room again. What goes on of it then, its end above all, is told about its own subjects. */
#include "notify/planner_private.h"

bool planner_is_beyond(const struct incident_row *incident)
{
    return text_equal(incident->subject, TEXT(PLANNER_OVERFLOW));
}

enum error_code planner_find_limit(const struct planner *planner, const struct planner_incident *incident,
                                   bool *ret_is_reached, int64_t *ret_until)
{
    const struct route *route = incident->route;
    const struct route_use since = {route->name, incident->row.sink, planner->now - route->limit_us};
    uint32_t count = 0;
    int64_t oldest = 0;

    *ret_is_reached = false;
    if (route->limit == 0)
        return ERROR_NONE;
    if (route_uses_count(planner->database, &since, &count, &oldest, planner->error) != ERROR_NONE)
        return planner->error->code;
    *ret_is_reached = count >= route->limit;
    *ret_until = oldest + route->limit_us;
    return ERROR_NONE;
}

/* ---- there ---- */

/* Troubles that were not told go along with their events; so do those that one of the events ends. */
static enum error_code move_trouble(const struct planner *planner, const struct planner_incident *incident,
                                    struct planner_trouble *trouble, int64_t to)
{
    int64_t last = planner_last_event(incident);
    struct trouble_row row = trouble->row;

    if (trouble->was_told ? trouble->is_live : !trouble->was_begun)
        return ERROR_NONE;
    row.incident = to;
    if (troubles_put(planner->database, &row, planner->error) != ERROR_NONE)
        return planner->error->code;
    trouble->is_live = false;
    trouble->row.event = row.event > last ? row.event : 0;
    return ERROR_NONE;
}

enum error_code planner_tell_with_others(const struct planner *planner, struct planner_incident *incident,
                                         int64_t until)
{
    const struct incident_row key = {
        .route = incident->row.route, .sink = incident->row.sink, .subject = TEXT(PLANNER_OVERFLOW)};
    struct incident_row others;

    if (planner_open_incident(planner, &key, &others) != ERROR_NONE ||
        waiting_events_move(planner->database, incident->row.id, others.id, planner_last_event(incident),
                            planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < incident->trouble_count; i++) {
        incident->troubles[i].is_told = false;
        if (move_trouble(planner, incident, &incident->troubles[i], others.id) != ERROR_NONE)
            return planner->error->code;
    }
    others.first_at = others.first_at == 0 ? planner->now : others.first_at;
    others.due_at = until;
    others.held_by = HOLD_LIMIT;
    return incidents_update(planner->database, &others, planner->error);
}

/* ---- and back ---- */

/* What leaves the incident, and where it belongs. */
struct leaving {
    const struct planner *planner;
    const struct route *route;
    const struct sink *sink;
    const struct incident_row *from;
};

/* The incident of the subject of an event, open since `since`. */
static enum error_code open_own(const struct leaving *leaving, const struct planner_event *event, int64_t since,
                                struct incident_row *ret_own)
{
    const struct planner *planner = leaving->planner;
    struct route_event about;
    struct incident_row key;

    if (route_event_read(&about, event->row, event->data, planner->contracts, planner->arena, planner->error) !=
            ERROR_NONE ||
        planner_make_key(planner, leaving->route, &about, &key) != ERROR_NONE)
        return planner->error->code;
    key.sink = leaving->sink->name;
    key.opened_at = since;
    return planner_open_incident(planner, &key, ret_own);
}

static enum error_code leave_with(const struct leaving *leaving, const struct planner_event *event,
                                  const struct trouble_row *trouble)
{
    const struct planner *planner = leaving->planner;
    struct trouble_row row = *trouble;
    struct incident_row own;

    if (open_own(leaving, event, trouble->begun_at, &own) != ERROR_NONE)
        return planner->error->code;
    row.incident = own.id;
    if (troubles_put(planner->database, &row, planner->error) != ERROR_NONE ||
        troubles_remove(planner->database, leaving->from->id, row.key, planner->error) != ERROR_NONE)
        return planner->error->code;
    if (row.told_at != 0 && row.told_severity > own.severity)
        own.severity = row.told_severity;
    if (planner_set_escalation(planner, leaving->route, &own) != ERROR_NONE)
        return planner->error->code;
    return incidents_update(planner->database, &own, planner->error);
}

/* A trouble goes where its last event belongs. It stays when retention has taken that. */
static enum error_code leave(const struct leaving *leaving, const struct trouble_row *trouble, bool *ret_has_left)
{
    const struct planner *planner = leaving->planner;
    CLEANUP(planner_events_free) struct planner_events events = {0};
    struct event_row *rows = NULL;
    size_t count = 0;

    *ret_has_left = false;
    if (events_list(planner->database, trouble->event - 1, 1, planner->arena, &rows, &count, planner->error) !=
        ERROR_NONE)
        return planner->error->code;
    if (count == 0 || rows[0].id != trouble->event)
        return ERROR_NONE;
    if (planner_events_read(planner, rows, 1, &events) != ERROR_NONE)
        return planner->error->code;
    *ret_has_left = true;
    return leave_with(leaving, &events.list[0], trouble);
}

enum error_code planner_hand_over(const struct planner *planner, struct planner_incident *incident)
{
    const struct leaving leaving = {planner, incident->route, incident->sink, &incident->row};

    for (size_t i = 0; i < incident->trouble_count; i++) {
        struct planner_trouble *trouble = &incident->troubles[i];
        bool has_left = false;

        if (trouble->is_live && leave(&leaving, &trouble->row, &has_left) != ERROR_NONE)
            return planner->error->code;
        trouble->is_live = trouble->is_live && !has_left;
    }
    return ERROR_NONE;
}

static enum error_code hand_over_all(const struct leaving *leaving, bool *ret_all)
{
    const struct planner *planner = leaving->planner;
    struct trouble_row *rows = NULL;
    size_t count = 0;
    bool has_left = false;

    if (troubles_list(planner->database, leaving->from->id, planner->arena, &rows, &count, planner->error) !=
        ERROR_NONE)
        return planner->error->code;
    *ret_all = true;
    for (size_t i = 0; i < count; i++) {
        if (leave(leaving, &rows[i], &has_left) != ERROR_NONE)
            return planner->error->code;
        *ret_all = *ret_all && has_left;
    }
    return ERROR_NONE;
}

/* The incident of the route and the sink, other than that which it leaves, that has a trouble. */
static enum error_code find_holder(const struct leaving *leaving, struct text key, struct incident_row *ret_holder,
                                   bool *ret_found)
{
    const struct planner *planner = leaving->planner;
    struct trouble_row *rows = NULL;
    size_t count = 0;

    if (troubles_of_key(planner->database, key, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count && !*ret_found; i++) {
        struct incident_row holder;

        if (rows[i].incident == leaving->from->id)
            continue;
        if (incidents_get(planner->database, rows[i].incident, planner->arena, &holder, planner->error) != ERROR_NONE)
            return planner->error->code;
        *ret_found = text_equal(holder.route, leaving->from->route) && text_equal(holder.sink, leaving->from->sink);
        if (*ret_found)
            *ret_holder = holder;
    }
    return ERROR_NONE;
}

/* Where its trouble is, an end above all; otherwise to its subject. */
static enum error_code find_own(const struct leaving *leaving, const struct planner_event *event,
                                struct incident_row *ret_own)
{
    const struct planner *planner = leaving->planner;
    struct text pair = {"", 0};
    bool found = false;

    for (size_t i = 0; i < event->trouble.count && !found; i++)
        if (find_holder(leaving, event->trouble.keys[i], ret_own, &found) != ERROR_NONE)
            return planner->error->code;
    if (!found && event->trouble.role == TROUBLE_ENDS) {
        if (planner_pair_key(planner, event->data, &pair) != ERROR_NONE)
            return planner->error->code;
        if (pair.length > 0 && find_holder(leaving, pair, ret_own, &found) != ERROR_NONE)
            return planner->error->code;
    }
    return found ? ERROR_NONE : open_own(leaving, event, leaving->from->first_at, ret_own);
}

/* They have settled long ago. */
static enum error_code give_back_some(const struct leaving *leaving, const struct planner_events *events)
{
    const struct planner *planner = leaving->planner;

    for (size_t i = 0; i < events->count; i++) {
        struct incident_row own;

        if (find_own(leaving, &events->list[i], &own) != ERROR_NONE ||
            waiting_events_add(planner->database, own.id, events->list[i].row->id, planner->error) != ERROR_NONE)
            return planner->error->code;
        own.first_at = own.first_at == 0 ? leaving->from->first_at : own.first_at;
        own.due_at = planner->now;
        own.held_by = HOLD_SETTLING;
        if (incidents_update(planner->database, &own, planner->error) != ERROR_NONE)
            return planner->error->code;
    }
    return ERROR_NONE;
}

static enum error_code give_back_slice(const struct leaving *leaving, bool *ret_more)
{
    const struct planner *planner = leaving->planner;
    CLEANUP(planner_events_free) struct planner_events events = {0};
    struct event_row *rows = NULL;
    size_t count = 0;

    if (waiting_events_list(planner->database, leaving->from->id, MESSAGE_EVENTS_LIMIT, planner->arena, &rows, &count,
                            ret_more, planner->error) != ERROR_NONE ||
        planner_events_read(planner, rows, count, &events) != ERROR_NONE ||
        give_back_some(leaving, &events) != ERROR_NONE)
        return planner->error->code;
    if (count == 0)
        return ERROR_NONE;
    return waiting_events_remove(planner->database, leaving->from->id, rows[count - 1].id, planner->error);
}

enum error_code planner_give_back(const struct planner *planner, const struct incident_row *row)
{
    const struct notify_plan *plan = planner->planning->plan;
    struct incident_row from = *row;
    const struct leaving leaving = {planner, notify_plan_route(plan, row->route), notify_plan_sink(plan, row->sink),
                                    &from};
    bool has_more = true, all = true;

    if (leaving.route == NULL || leaving.sink == NULL || leaving.route->limit != 0)
        return ERROR_NONE;
    if (hand_over_all(&leaving, &all) != ERROR_NONE)
        return planner->error->code;
    while (has_more)
        if (give_back_slice(&leaving, &has_more) != ERROR_NONE)
            return planner->error->code;
    from.first_at = from.due_at = 0;
    from.held_by = HOLD_SETTLING;
    from.ended_at = all ? planner->now : 0;
    return incidents_update(planner->database, &from, planner->error);
}
