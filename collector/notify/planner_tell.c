/* An incident that is due: whether it may be told now, and what becomes of it then. */
#include "notify/planner_private.h"

/* ---- incidents ---- */

enum error_code planner_open_incident(const struct planner *planner, const struct incident_row *key,
                                      struct incident_row *ret_incident)
{
    struct incident_row incident = *key;
    enum error_code code = incidents_find_open(planner->database, key, planner->arena, ret_incident, planner->error);

    if (code != ERROR_NOT_FOUND)
        return code;
    if (incident.opened_at == 0)
        incident.opened_at = planner->now;
    if (incidents_add(planner->database, &incident, planner->error) != ERROR_NONE)
        return planner->error->code;
    *ret_incident = incident;
    return ERROR_NONE;
}

/* Begins when the first that is so bad was told, and ends when all such are seen or over. */
enum error_code planner_set_escalation(const struct planner *planner, const struct route *route,
                                       struct incident_row *incident)
{
    struct trouble_row *rows = NULL;
    size_t count = 0;
    bool has_unseen = false;

    if (route == NULL || route->escalate_us == 0 || incident->escalated_at != 0 || incident->ended_at != 0 ||
        !route_has_sink(route, incident->sink)) {
        incident->escalates_at = 0;
        return ERROR_NONE;
    }
    if (troubles_list(planner->database, incident->id, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count; i++)
        has_unseen = has_unseen || (rows[i].told_at != 0 && !rows[i].seen && rows[i].severity >= route->escalate_least);
    if (!has_unseen)
        incident->escalates_at = 0;
    else if (incident->escalates_at == 0)
        incident->escalates_at = planner->now + route->escalate_us;
    return ERROR_NONE;
}

bool planner_is_quiet(const struct planner *planner, const struct route *route, const struct incident_row *incident,
                      enum severity severity, int64_t *ret_until)
{
    int64_t until = planner->now;

    for (size_t i = 0; i < route->quiet_count; i++) {
        const struct quiet_time *quiet = &route->quiet[i];
        int64_t end = 0;

        if (severity < quiet->passes && freeze_concerns(&quiet->window, incident->database, incident->environment) &&
            freeze_is_on(&quiet->window, planner->now, &end) && end > until)
            until = end;
    }
    *ret_until = until;
    return until > planner->now;
}

/* ---- reading it ---- */

static enum error_code read_troubles(const struct planner *planner, struct planner_incident *incident)
{
    struct trouble_row *rows = NULL;
    size_t count = 0;

    if (troubles_list(planner->database, incident->row.id, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    incident->troubles = arena_array(planner->arena, count, sizeof *incident->troubles);
    if (incident->troubles == NULL)
        return planner_no_memory(planner);
    incident->trouble_count = count;
    for (size_t i = 0; i < count; i++)
        incident->troubles[i].row = rows[i];
    return ERROR_NONE;
}

static enum error_code read_incident(const struct planner *planner, struct planner_incident *incident)
{
    struct event_row *rows = NULL;
    size_t count = 0;

    if (waiting_events_list(planner->database, incident->row.id, MESSAGE_EVENTS_LIMIT, planner->arena, &rows, &count,
                            &incident->has_more, planner->error) != ERROR_NONE ||
        planner_events_read(planner, rows, count, &incident->events) != ERROR_NONE)
        return planner->error->code;
    return read_troubles(planner, incident);
}

int64_t planner_last_event(const struct planner_incident *incident)
{
    return incident->events.count == 0 ? 0 : incident->events.list[incident->events.count - 1].row->id;
}

static enum severity worst_of(const struct planner_incident *incident)
{
    enum severity worst = SEVERITY_LOW;

    for (size_t i = 0; i < incident->events.count; i++)
        if (incident->events.list[i].is_told && incident->events.list[i].row->severity > worst)
            worst = incident->events.list[i].row->severity;
    return worst;
}

static bool tells_something(const struct planner_incident *incident)
{
    bool something = false;

    for (size_t i = 0; i < incident->events.count; i++)
        something = something || incident->events.list[i].is_told;
    return something;
}

/* ---- what becomes of it ---- */

/* A trouble that an event beyond these begins again stays, as one that was not told yet. */
static bool begins_later(const struct planner_incident *incident, const struct planner_trouble *trouble)
{
    return !trouble->is_live && trouble->row.event > planner_last_event(incident);
}

static bool is_left(const struct planner_incident *incident, const struct planner_trouble *trouble)
{
    return trouble->is_live || begins_later(incident, trouble);
}

static bool has_left(const struct planner_incident *incident)
{
    for (size_t i = 0; i < incident->trouble_count; i++)
        if (is_left(incident, &incident->troubles[i]))
            return true;
    return incident->has_more;
}

static enum error_code keep_trouble(const struct planner *planner, const struct planner_incident *incident,
                                    struct planner_trouble *trouble)
{
    struct trouble_row *row = &trouble->row;

    if (!is_left(incident, trouble))
        return troubles_remove(planner->database, row->incident, row->key, planner->error);
    if (begins_later(incident, trouble)) {
        row->told_at = 0;
        row->seen = false;
        row->repeats = 0;
    } else if (trouble->is_told) {
        row->told_at = planner->now;
        row->told_type = trouble->type;
        row->told_severity = trouble->severity;
    }
    return troubles_put(planner->database, row, planner->error);
}

static enum error_code keep_incident(const struct planner *planner, struct planner_incident *incident)
{
    struct incident_row *row = &incident->row;

    for (size_t i = 0; i < incident->trouble_count; i++)
        if (keep_trouble(planner, incident, &incident->troubles[i]) != ERROR_NONE)
            return planner->error->code;
    if (planner_is_beyond(row) && !incident->has_more && planner_hand_over(planner, incident) != ERROR_NONE)
        return planner->error->code;
    row->first_at = incident->has_more ? row->first_at : 0;
    row->due_at = incident->has_more ? planner->now : 0;
    row->held_by = HOLD_SETTLING;
    row->ended_at = has_left(incident) ? 0 : planner->now;
    if (waiting_events_remove(planner->database, row->id, planner_last_event(incident), planner->error) != ERROR_NONE ||
        planner_set_escalation(planner, incident->route, row) != ERROR_NONE)
        return planner->error->code;
    return incidents_update(planner->database, row, planner->error);
}

/* Its route or its sink is no longer configured: there is nobody to tell. */
static enum error_code drop(const struct planner *planner, struct incident_row *row)
{
    if (waiting_events_remove(planner->database, row->id, INT64_MAX, planner->error) != ERROR_NONE)
        return planner->error->code;
    row->first_at = row->due_at = row->escalates_at = 0;
    row->ended_at = planner->now;
    return incidents_update(planner->database, row, planner->error);
}

static enum error_code postpone(const struct planner *planner, struct incident_row *row, int64_t until,
                                enum incident_hold why)
{
    row->due_at = until;
    row->held_by = why;
    return incidents_update(planner->database, row, planner->error);
}

/* ---- telling ---- */

/* It is over when no trouble is left and one of them ended here; people must have heard of it before. */
static enum delivery_kind kind_of(const struct planner_incident *incident)
{
    bool was_ended = false;

    for (size_t i = 0; i < incident->trouble_count; i++) {
        const struct planner_trouble *trouble = &incident->troubles[i];

        was_ended =
            was_ended || (trouble->ended_by != NULL && (trouble->was_told || !incident->sink->kind->is_for_people));
    }
    if (was_ended && !has_left(incident) && incident->route->resolve)
        return DELIVERY_RESOLVED;
    return incident->row.told == 0 ? DELIVERY_OPENED : DELIVERY_UPDATE;
}

/* What was told beyond a limit goes on elsewhere. */
static bool is_last(const struct planner_incident *incident)
{
    return planner_is_beyond(&incident->row) ? !incident->has_more : !has_left(incident);
}

static enum error_code tell_now(const struct planner *planner, struct planner_incident *incident,
                                enum delivery_kind kind)
{
    struct planner_telling telling = {.incident = &incident->row,
                                      .kind = kind,
                                      .events = incident->events.list,
                                      .count = incident->events.count,
                                      .is_last = is_last(incident)};
    const struct route_use use = {incident->route->name, incident->row.sink, planner->now};
    int64_t delivery = 0;

    if (planner_count_open(planner, incident, &telling) != ERROR_NONE ||
        planner_make_message(planner, &telling, &delivery) != ERROR_NONE)
        return planner->error->code;
    if (kind != DELIVERY_RESOLVED && incident->route->limit != 0 &&
        route_uses_add(planner->database, &use, planner->error) != ERROR_NONE)
        return planner->error->code;
    return keep_incident(planner, incident);
}

/* Beyond the limit it is told in one message with all else that is. */
static enum error_code tell_later(const struct planner *planner, struct planner_incident *incident, int64_t until)
{
    if (planner_is_beyond(&incident->row))
        return postpone(planner, &incident->row, until, HOLD_LIMIT);
    if (planner_tell_with_others(planner, incident, until) != ERROR_NONE)
        return planner->error->code;
    return keep_incident(planner, incident);
}

/* That something is over is told whatever the limit: there is one such message for each that was counted. So is what is
 * critical: it is what limits are to leave room for. */
static enum error_code tell(const struct planner *planner, struct planner_incident *incident)
{
    enum delivery_kind kind = kind_of(incident);
    enum severity worst = worst_of(incident);
    bool is_reached = false;
    int64_t until = 0;

    if (!tells_something(incident))
        return keep_incident(planner, incident);
    if (planner_is_quiet(planner, incident->route, &incident->row, worst, &until))
        return postpone(planner, &incident->row, until, HOLD_QUIET);
    if (kind != DELIVERY_RESOLVED && worst < SEVERITY_CRITICAL &&
        planner_find_limit(planner, incident, &is_reached, &until) != ERROR_NONE)
        return planner->error->code;
    return is_reached ? tell_later(planner, incident, until) : tell_now(planner, incident, kind);
}

static enum error_code read_and_tell(const struct planner *planner, struct planner_incident *incident)
{
    if (read_incident(planner, incident) != ERROR_NONE || planner_follow(planner, incident) != ERROR_NONE)
        return planner->error->code;
    return tell(planner, incident);
}

enum error_code planner_tell_incident(const struct planner *planner, const struct incident_row *row)
{
    struct planner_incident incident = {.row = *row,
                                        .route = notify_plan_route(planner->planning->plan, row->route),
                                        .sink = notify_plan_sink(planner->planning->plan, row->sink)};
    enum error_code code;

    if (incident.route == NULL || incident.sink == NULL)
        return drop(planner, &incident.row);
    code = read_and_tell(planner, &incident);
    planner_events_free(&incident.events);
    return code;
}
