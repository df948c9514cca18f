/* What the events of an incident make of its troubles, and which of them are told.
 *
 * Events are gone through twice: first to see how each trouble stands after all of them, then to choose. Programs get
 * every event. People do not hear of what came and went before they were told, of an end without its beginning, of what
 * is back as it was when they were told last, and of the same again before some time has passed. */
#include "notify/planner_private.h"

#include <inttypes.h>
#include <stdlib.h>

#include "event/event_data.h"
#include "store/drifts.h"
#include "store/pairs.h"

/* ---- events, taken apart ---- */

/* An empty object when it is none. */
static enum error_code read_data(const struct planner *planner, const struct event_row *row, json_t **ret_data)
{
    json_t *data = NULL;
    enum error_code code = event_data_read(row->data, "reading an event", &data, planner->error);

    if (code == ERROR_CORRUPT)
        data = json_object();
    if (data == NULL)
        return error_memory(planner->error, "reading an event");
    *ret_data = data;
    return ERROR_NONE;
}

enum error_code planner_events_read(const struct planner *planner, const struct event_row *rows, size_t count,
                                    struct planner_events *ret_events)
{
    struct planner_event *list = arena_array(planner->arena, count, sizeof *list);

    if (list == NULL)
        return planner_no_memory(planner);
    *ret_events = (struct planner_events){.list = list};
    for (size_t i = 0; i < count; i++) {
        list[i].row = &rows[i];
        if (read_data(planner, &rows[i], &list[i].data) != ERROR_NONE)
            return planner->error->code;
        ret_events->count = i + 1;
        list[i].snapshot = json_integer_value(json_object_get(list[i].data, "snapshot"));
        if (trouble_of_event(&rows[i], list[i].data, planner->arena, &list[i].trouble, planner->error) != ERROR_NONE)
            return planner->error->code;
    }
    return ERROR_NONE;
}

void planner_events_free(struct planner_events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        json_decref(events->list[i].data);
        json_decref(events->list[i].unsaid);
    }
    events->count = 0;
}

/* ---- differences that the store knows of ---- */

static struct text text_of(const json_t *data, const char *name)
{
    const json_t *value = json_object_get(data, name);

    return (struct text){json_string_value(value), json_string_length(value)};
}

enum error_code planner_pair_key(const struct planner *planner, const json_t *data, struct text *ret_key)
{
    struct text database = text_of(data, "database"), from = text_of(data, "from"), to = text_of(data, "to"),
                instance = text_of(data, "instance");
    const char *key;

    if (database.length == 0 || from.length == 0 || to.length == 0) {
        *ret_key = (struct text){"", 0};
        return ERROR_NONE;
    }
    key = arena_printf(planner->arena, "pair:%.*s:%.*s:%.*s:%.*s", TEXT_ARGS(database), TEXT_ARGS(from), TEXT_ARGS(to),
                       TEXT_ARGS(instance));
    if (key == NULL)
        return planner_no_memory(planner);
    *ret_key = text_from(key);
    return ERROR_NONE;
}

/* What stands before the next colon; the rest moves on behind it. Names have no colons. */
static struct text take_part(struct text *rest)
{
    const char *colon = rest->length == 0 ? NULL : memchr(rest->bytes, ':', rest->length);
    struct text part = {rest->bytes, colon == NULL ? rest->length : (size_t)(colon - rest->bytes)};
    size_t taken = part.length + (colon == NULL ? 0 : 1);

    *rest = (struct text){rest->bytes + taken, rest->length - taken};
    return part;
}

void planner_read_pair_key(struct text key, struct drift_row *pair)
{
    take_part(&key);
    pair->database = take_part(&key);
    pair->from = take_part(&key);
    pair->to = take_part(&key);
    pair->instance = take_part(&key);
}

static enum error_code is_pair_over(const struct planner *planner, struct text rest, bool *ret_is_over)
{
    struct drift_filter filter = {.states = 1U << DRIFT_OPEN | 1U << DRIFT_ACKNOWLEDGED, .limit = 1};
    struct drift_row *rows = NULL;
    size_t count = 0;

    filter.database = take_part(&rest);
    filter.from = take_part(&rest);
    filter.to = take_part(&rest);
    filter.instance = take_part(&rest);
    if (drifts_list(planner->database, &filter, planner->arena, &rows, &count, planner->error) != ERROR_NONE)
        return planner->error->code;
    *ret_is_over = count == 0;
    return ERROR_NONE;
}

static enum error_code is_drift_over(const struct planner *planner, struct text number, bool *ret_is_over)
{
    struct drift_row row;
    enum error_code code;

    code = drifts_get(planner->database, strtoll(number.bytes, NULL, 10), planner->arena, &row, planner->error);
    if (code != ERROR_NONE && code != ERROR_NOT_FOUND)
        return code;
    *ret_is_over = code == ERROR_NOT_FOUND || row.state == DRIFT_ENDED || row.state == DRIFT_WAIVED;
    return ERROR_NONE;
}

enum error_code planner_is_over(const struct planner *planner, struct text key, bool *ret_is_over)
{
    struct text sort = take_part(&key);

    *ret_is_over = false;
    if (text_equal(sort, TEXT("pair")))
        return is_pair_over(planner, key, ret_is_over);
    return text_equal(sort, TEXT("drift")) ? is_drift_over(planner, key, ret_is_over) : ERROR_NONE;
}

/* ---- how troubles stand ---- */

static int compare_key(const void *key, const void *trouble)
{
    return text_compare(*(const struct text *)key, ((const struct planner_trouble *)trouble)->row.key);
}

struct planner_trouble *planner_find_trouble(const struct planner_incident *incident, struct text key)
{
    if (incident->trouble_count == 0)
        return NULL;
    return bsearch(&key, incident->troubles, incident->trouble_count, sizeof *incident->troubles, compare_key);
}

/* What is over already does not end again. */
static void end_trouble(struct planner_trouble *trouble, const struct planner_event *event)
{
    if (trouble->is_live)
        trouble->ended_by = event;
    trouble->is_live = false;
}

/* What the store knows to be over and this event may have ended. */
static enum error_code end_by_store(const struct planner *planner, const struct planner_incident *incident,
                                    const struct planner_event *event, struct text sort)
{
    for (size_t i = 0; i < incident->trouble_count; i++) {
        struct planner_trouble *trouble = &incident->troubles[i];
        bool is_over = false;

        if (!trouble->is_live || !text_starts_with(trouble->row.key, sort))
            continue;
        if (planner_is_over(planner, trouble->row.key, &is_over) != ERROR_NONE)
            return planner->error->code;
        if (is_over)
            end_trouble(trouble, event);
    }
    return ERROR_NONE;
}

static enum error_code end_troubles(const struct planner *planner, const struct planner_incident *incident,
                                    const struct planner_event *event)
{
    struct text pair = {"", 0};

    for (size_t i = 0; i < event->trouble.count; i++) {
        struct planner_trouble *trouble = planner_find_trouble(incident, event->trouble.keys[i]);

        if (trouble != NULL)
            end_trouble(trouble, event);
    }
    if (planner_pair_key(planner, event->data, &pair) != ERROR_NONE)
        return planner->error->code;
    if (pair.length > 0 && planner_find_trouble(incident, pair) != NULL &&
        end_by_store(planner, incident, event, pair) != ERROR_NONE)
        return planner->error->code;
    return event->trouble.is_partial ? end_by_store(planner, incident, event, TEXT("drift:")) : ERROR_NONE;
}

static void begin_troubles(const struct planner_incident *incident, const struct planner_event *event)
{
    for (size_t i = 0; i < event->trouble.count; i++) {
        struct planner_trouble *trouble = planner_find_trouble(incident, event->trouble.keys[i]);

        if (trouble == NULL)
            continue;
        trouble->is_live = trouble->was_begun = true;
    }
}

static enum error_code follow(const struct planner *planner, const struct planner_incident *incident)
{
    for (size_t i = 0; i < incident->trouble_count; i++) {
        struct planner_trouble *trouble = &incident->troubles[i];

        trouble->was_told = trouble->is_live = trouble->row.told_at != 0;
    }
    for (size_t i = 0; i < incident->events.count; i++) {
        const struct planner_event *event = &incident->events.list[i];

        if (event->trouble.role == TROUBLE_BEGINS)
            begin_troubles(incident, event);
        else if (event->trouble.role == TROUBLE_ENDS && end_troubles(planner, incident, event) != ERROR_NONE)
            return planner->error->code;
    }
    return ERROR_NONE;
}

/* ---- what is told ---- */

/* The same type of event has told the same of it a short while ago. */
static bool was_said(const struct planner *planner, const struct planner_incident *incident,
                     const struct planner_event *event, const struct planner_trouble *trouble)
{
    return trouble->was_told && trouble->row.told_type == event->row->type &&
           trouble->row.told_severity == event->row->severity &&
           planner->now - trouble->row.told_at < incident->route->repeat_us;
}

static bool begins_for_people(const struct planner *planner, const struct planner_incident *incident,
                              const struct planner_event *event)
{
    bool is_told = false;

    for (size_t i = 0; i < event->trouble.count; i++) {
        const struct planner_trouble *trouble = planner_find_trouble(incident, event->trouble.keys[i]);

        is_told = is_told || trouble == NULL || (trouble->is_live && !was_said(planner, incident, event, trouble));
    }
    return is_told || event->trouble.count == 0;
}

/* Whether it is the end of a trouble that they know of. */
static bool ends_for_people(const struct planner_incident *incident, const struct planner_event *event)
{
    for (size_t i = 0; i < incident->trouble_count; i++) {
        const struct planner_trouble *trouble = &incident->troubles[i];

        if (trouble->was_told && !trouble->is_live && trouble->ended_by == event)
            return true;
    }
    return false;
}

static enum error_code is_wanted(const struct planner *planner, const struct planner_event *event,
                                 const struct route *route, bool *ret_is_wanted)
{
    struct route_event about;

    if (route_event_read(&about, event->row, event->data, planner->contracts, planner->arena, planner->error) !=
        ERROR_NONE)
        return planner->error->code;
    *ret_is_wanted = route_matches(route, &about);
    return ERROR_NONE;
}

/* A route that does not tell when things are over still tells what it asks for by name, to programs. */
static enum error_code choose_end(const struct planner *planner, const struct planner_incident *incident,
                                  struct planner_event *event)
{
    bool is_for_people = incident->sink->kind->is_for_people;

    event->is_told = !is_for_people || (incident->route->resolve && ends_for_people(incident, event));
    return is_for_people || incident->route->resolve ? ERROR_NONE
                                                     : is_wanted(planner, event, incident->route, &event->is_told);
}

/* What was left out since it was told last is counted, and said with what is told. */
static void note_repeats(struct planner_trouble *trouble, struct planner_event *event)
{
    if (trouble->row.repeats > event->repeats) {
        event->repeats = trouble->row.repeats;
        event->repeats_since = trouble->row.told_at;
    }
    trouble->row.repeats = 0;
}

static void note_untold(const struct planner_incident *incident, const struct planner_event *event)
{
    for (size_t i = 0; i < event->trouble.count; i++) {
        struct planner_trouble *trouble = planner_find_trouble(incident, event->trouble.keys[i]);

        if (trouble != NULL && trouble->is_live && trouble->row.repeats < UINT32_MAX)
            trouble->row.repeats++;
    }
}

static void note_told(const struct planner_incident *incident, struct planner_event *event)
{
    for (size_t i = 0; i < event->trouble.count; i++) {
        struct planner_trouble *trouble = planner_find_trouble(incident, event->trouble.keys[i]);

        if (trouble == NULL)
            continue;
        trouble->is_told = true;
        trouble->type = event->row->type;
        trouble->severity = event->row->severity;
        note_repeats(trouble, event);
    }
}

static enum error_code choose(const struct planner *planner, const struct planner_incident *incident,
                              struct planner_event *event)
{
    if (event->trouble.role == TROUBLE_ENDS)
        return choose_end(planner, incident, event);
    event->is_told = event->trouble.role != TROUBLE_BEGINS || !incident->sink->kind->is_for_people ||
                     begins_for_people(planner, incident, event);
    if (event->trouble.role == TROUBLE_BEGINS && event->is_told)
        note_told(incident, event);
    else if (event->trouble.role == TROUBLE_BEGINS)
        note_untold(incident, event);
    return ERROR_NONE;
}

enum error_code planner_follow(const struct planner *planner, struct planner_incident *incident)
{
    if (follow(planner, incident) != ERROR_NONE)
        return planner->error->code;
    for (size_t i = 0; i < incident->events.count; i++)
        if (choose(planner, incident, &incident->events.list[i]) != ERROR_NONE)
            return planner->error->code;
    return ERROR_NONE;
}
