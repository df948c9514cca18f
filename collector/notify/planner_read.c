/* How an event comes to the incidents that it is about.
 *
 * Those that have its trouble get its end, whatever their route asks for: drift-ended is never as bad as drift-opened
 * was. All else goes where a route matches: to the incident of the route and the sink that has the trouble already, if
 * one has it, otherwise to that of its subject. So a trouble stays where it was told first, also when that was the
 * message for all that was beyond a limit. */
#include "notify/planner_private.h"

/* The incidents that an event was brought to, and those that have its troubles. */
struct taking {
    const struct planner *planner;
    struct planner_event *event;
    struct route_event about;
    struct incident_row *holders; /* each once */
    size_t holder_count, holder_room;
};

/* ---- who has its troubles ---- */

static enum error_code add_holder(struct taking *taking, int64_t incident)
{
    const struct planner *planner = taking->planner;

    for (size_t i = 0; i < taking->holder_count; i++)
        if (taking->holders[i].id == incident)
            return ERROR_NONE;
    if (taking->holder_count == taking->holder_room) {
        size_t room = taking->holder_room == 0 ? 8 : taking->holder_room * 2;
        struct incident_row *more = arena_array(planner->arena, room, sizeof *more);

        if (more == NULL)
            return planner_no_memory(planner);
        if (taking->holder_count > 0)
            memcpy(more, taking->holders, taking->holder_count * sizeof *more);
        taking->holders = more;
        taking->holder_room = room;
    }
    return incidents_get(planner->database, incident, planner->arena, &taking->holders[taking->holder_count++],
                         planner->error);
}

static enum error_code find_holders(struct taking *taking, struct text key)
{
    const struct planner *planner = taking->planner;
    struct trouble_row *rows = NULL;
    size_t count = 0;

    if (troubles_of_key(planner->database, key, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count; i++)
        if (add_holder(taking, rows[i].incident) != ERROR_NONE)
            return planner->error->code;
    return ERROR_NONE;
}

/* As many differences as were told at once are over when the last of their pair is. */
static enum error_code find_holders_of_pair(struct taking *taking)
{
    const struct planner *planner = taking->planner;
    struct trouble_row *rows = NULL;
    struct text key = {"", 0};
    size_t count = 0;
    bool is_over = false;

    if (planner_pair_key(planner, taking->event->data, &key) != ERROR_NONE)
        return planner->error->code;
    if (key.length == 0)
        return ERROR_NONE;
    if (troubles_of_key(planner->database, key, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    if (count == 0)
        return ERROR_NONE;
    if (planner_is_over(planner, key, &is_over) != ERROR_NONE)
        return planner->error->code;
    return is_over ? find_holders(taking, key) : ERROR_NONE;
}

static enum error_code hold_if_over(struct taking *taking, int64_t incident)
{
    const struct planner *planner = taking->planner;
    struct trouble_row *rows = NULL;
    size_t count = 0;
    bool is_over = false;

    if (troubles_list(planner->database, incident, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count && !is_over; i++)
        if (planner_is_over(planner, rows[i].key, &is_over) != ERROR_NONE)
            return planner->error->code;
    return is_over ? add_holder(taking, incident) : ERROR_NONE;
}

/* Of very many ends only some are named: who has such troubles is looked through. */
static enum error_code find_unnamed_holders(struct taking *taking)
{
    const struct planner *planner = taking->planner;
    int64_t *incidents = NULL;
    size_t count = 0;

    if (troubles_incidents(planner->database, taking->event->row->place.database, TEXT("drift:"), planner->arena,
                           &incidents, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count; i++)
        if (hold_if_over(taking, incidents[i]) != ERROR_NONE)
            return planner->error->code;
    return ERROR_NONE;
}

static enum error_code find_all_holders(struct taking *taking)
{
    const struct trouble *trouble = &taking->event->trouble;

    for (size_t i = 0; i < trouble->count; i++)
        if (find_holders(taking, trouble->keys[i]) != ERROR_NONE)
            return taking->planner->error->code;
    if (trouble->role != TROUBLE_ENDS)
        return ERROR_NONE;
    if (find_holders_of_pair(taking) != ERROR_NONE)
        return taking->planner->error->code;
    return trouble->is_partial ? find_unnamed_holders(taking) : ERROR_NONE;
}

/* ---- an event waits ---- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* It is told when nothing new came for a while, but not later than some time after the first. */
static enum error_code wait_for(const struct planner *planner, struct incident_row *incident, int64_t event)
{
    const struct route *route = notify_plan_route(planner->planning->plan, incident->route);
    uint32_t waiting = 0;

    if (waiting_events_add(planner->database, incident->id, event, planner->error) != ERROR_NONE ||
        waiting_events_count(planner->database, incident->id, MESSAGE_EVENTS_LIMIT, &waiting, planner->error) !=
            ERROR_NONE)
        return planner->error->code;
    if (incident->first_at == 0)
        incident->first_at = planner->now;
    incident->due_at = planner->now;
    incident->held_by = HOLD_SETTLING;
    if (route != NULL && waiting < MESSAGE_EVENTS_LIMIT)
        incident->due_at = earlier(planner->now + route->settle_us, incident->first_at + route->settle_most_us);
    return incidents_update(planner->database, incident, planner->error);
}

/* Of the route and the sink, that has a trouble of the event; NULL: none. */
static struct incident_row *find_holder(const struct taking *taking, const struct incident_row *key)
{
    for (size_t i = 0; i < taking->holder_count; i++)
        if (text_equal(taking->holders[i].route, key->route) && text_equal(taking->holders[i].sink, key->sink))
            return &taking->holders[i];
    return NULL;
}

/* ---- what it makes of troubles ---- */

static bool is_known(const struct planner_event *event)
{
    const json_t *state = json_object_get(event->data, "state");

    return json_is_string(state) && strcmp(json_string_value(state), "acknowledged") == 0;
}

static enum error_code begin_trouble(const struct planner *planner, const struct incident_row *incident,
                                     const struct planner_event *event, struct text key)
{
    struct trouble_row row = {.incident = incident->id, .key = key, .begun_at = event->row->at};
    struct trouble_row *rows = NULL;
    size_t count = 0;

    if (troubles_of_key(planner->database, key, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count; i++)
        if (rows[i].incident == incident->id)
            row = rows[i];
    row.severity = event->row->severity;
    row.event = event->row->id;
    row.seen = row.seen && is_known(event);
    return troubles_put(planner->database, &row, planner->error);
}

static enum error_code begin_troubles(const struct planner *planner, const struct incident_row *incident,
                                      const struct planner_event *event)
{
    for (size_t i = 0; i < event->trouble.count; i++)
        if (begin_trouble(planner, incident, event, event->trouble.keys[i]) != ERROR_NONE)
            return planner->error->code;
    return ERROR_NONE;
}

static enum error_code see_trouble(const struct planner *planner, struct text key)
{
    struct trouble_row *rows = NULL;
    size_t count = 0;

    if (troubles_of_key(planner->database, key, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < count; i++) {
        rows[i].seen = true;
        if (troubles_put(planner->database, &rows[i], planner->error) != ERROR_NONE)
            return planner->error->code;
    }
    return ERROR_NONE;
}

/* Who has seen everything needs nobody else to be told. */
static enum error_code see_troubles(struct taking *taking)
{
    const struct planner *planner = taking->planner;

    for (size_t i = 0; i < taking->event->trouble.count; i++)
        if (see_trouble(planner, taking->event->trouble.keys[i]) != ERROR_NONE)
            return planner->error->code;
    for (size_t i = 0; i < taking->holder_count; i++) {
        struct incident_row *incident = &taking->holders[i];
        const struct route *route = notify_plan_route(planner->planning->plan, incident->route);

        if (planner_set_escalation(planner, route, incident) != ERROR_NONE ||
            incidents_update(planner->database, incident, planner->error) != ERROR_NONE)
            return planner->error->code;
    }
    return ERROR_NONE;
}

static enum error_code end_troubles(struct taking *taking)
{
    for (size_t i = 0; i < taking->holder_count; i++)
        if (wait_for(taking->planner, &taking->holders[i], taking->event->row->id) != ERROR_NONE)
            return taking->planner->error->code;
    return ERROR_NONE;
}

/* ---- routes ---- */

enum error_code planner_make_key(const struct planner *planner, const struct route *route,
                                 const struct route_event *about, struct incident_row *ret_key)
{
    const struct target_name *place = &about->event->place;
    CLEANUP(buffer_clear) struct buffer subject = {0};
    const char *copy;

    route_subject(route, about, &subject);
    copy = subject.failed ? NULL : arena_string(planner->arena, buffer_text(&subject));
    if (copy == NULL)
        return planner_no_memory(planner);
    *ret_key = (struct incident_row){.route = route->name, .subject = {copy, subject.length}};
    if (route->group_by & ROUTE_GROUP_DATABASE)
        ret_key->database = place->database;
    if (route->group_by & ROUTE_GROUP_ENVIRONMENT)
        ret_key->environment = place->environment;
    return ERROR_NONE;
}

/* An end that nobody has the beginning of is news to programs only. */
static enum error_code take_for_sink(struct taking *taking, const struct route *route, const struct sink *sink)
{
    const struct planner *planner = taking->planner;
    const struct planner_event *event = taking->event;
    struct incident_row key, incident, *holder;

    if (planner_make_key(planner, route, &taking->about, &key) != ERROR_NONE)
        return planner->error->code;
    key.sink = sink->name;
    holder = find_holder(taking, &key);
    if (event->trouble.role == TROUBLE_ENDS && (holder != NULL || sink->kind->is_for_people))
        return ERROR_NONE;
    if (holder != NULL)
        incident = *holder;
    else if (planner_open_incident(planner, &key, &incident) != ERROR_NONE)
        return planner->error->code;
    if (event->trouble.role == TROUBLE_BEGINS && begin_troubles(planner, &incident, event) != ERROR_NONE)
        return planner->error->code;
    return wait_for(planner, &incident, event->row->id);
}

static enum error_code take_for_route(struct taking *taking, const struct route *route)
{
    for (size_t i = 0; i < route->sink_count; i++) {
        const struct sink *sink = notify_plan_sink(taking->planner->planning->plan, route->sinks[i]);

        if (sink != NULL && take_for_sink(taking, route, sink) != ERROR_NONE)
            return taking->planner->error->code;
    }
    return ERROR_NONE;
}

static enum error_code take(struct taking *taking)
{
    const struct planner *planner = taking->planner;
    const struct notify_content *content = notify_plan_content(planner->planning->plan);
    const struct planner_event *event = taking->event;

    if (find_all_holders(taking) != ERROR_NONE)
        return planner->error->code;
    if (event->trouble.role == TROUBLE_ENDS && end_troubles(taking) != ERROR_NONE)
        return planner->error->code;
    if (event->trouble.role == TROUBLE_SEEN && see_troubles(taking) != ERROR_NONE)
        return planner->error->code;
    if (route_event_read(&taking->about, event->row, event->data, planner->contracts, planner->arena, planner->error) !=
        ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < content->route_count; i++)
        if (route_matches(&content->routes[i], &taking->about) &&
            take_for_route(taking, &content->routes[i]) != ERROR_NONE)
            return planner->error->code;
    return ERROR_NONE;
}

enum error_code planner_take_event(const struct planner *planner, const struct event_row *event)
{
    CLEANUP(planner_events_free) struct planner_events events = {0};
    struct taking taking = {.planner = planner};

    if (planner_events_read(planner, event, 1, &events) != ERROR_NONE)
        return planner->error->code;
    taking.event = &events.list[0];
    return take(&taking);
}
