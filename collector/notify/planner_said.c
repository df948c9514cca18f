/* What events of one message say twice: a change that led to differences is told by these, which name who made it, too;
 * and that a snapshot was recorded by whatever came of it. What is said by others has no line and does not count; all
 * of it stays among the events of the message. */
#include "notify/planner_private.h"

static struct text text_of(const json_t *data, const char *name)
{
    const json_t *value = json_object_get(data, name);

    return (struct text){json_string_value(value), json_string_length(value)};
}

static json_int_t number_of(const json_t *data, const char *name)
{
    return json_integer_value(json_object_get(data, name));
}

static bool is_difference(enum event_type type)
{
    return type >= EVENT_DRIFT_OPENED && type <= EVENT_DRIFTS_ENDED;
}

/* Whether the event of a difference is about this change, of a snapshot in which both were seen. */
static bool tells_change(const struct planner_event *event, const json_t *change)
{
    json_int_t id = number_of(change, "id");

    if (id != 0 && id == number_of(event->data, "change"))
        return true;
    return text_equal(text_of(event->data, "kind"), text_of(change, "kind")) &&
           text_equal(text_of(event->data, "aspect"), text_of(change, "aspect")) &&
           (text_equal(text_of(event->data, "object"), text_of(change, "object")) ||
            text_equal(text_of(event->data, "renamed_from"), text_of(change, "object")));
}

/* An event as others of the same snapshot see it. */
struct saying {
    const struct planner_telling *telling;
    struct planner_event *event;
};

static bool is_fellow(const struct saying *saying, const struct planner_event *other)
{
    return other != saying->event && other->is_told && other->snapshot == saying->event->snapshot;
}

static bool is_told_by_difference(const struct saying *saying, const json_t *change)
{
    for (size_t i = 0; i < saying->telling->count; i++) {
        const struct planner_event *other = &saying->telling->events[i];

        if (is_fellow(saying, other) && is_difference(other->row->type) && tells_change(other, change))
            return true;
    }
    return false;
}

/* Events of very many differences do not name them: together they stand for as many as there are changes. */
static bool is_told_by_many(const struct saying *saying)
{
    json_int_t told = 0;

    for (size_t i = 0; i < saying->telling->count; i++) {
        const struct planner_event *other = &saying->telling->events[i];

        if (is_fellow(saying, other) && other->row->type >= EVENT_DRIFTS_OPENED &&
            other->row->type <= EVENT_DRIFTS_ENDED)
            told += number_of(other->data, "count");
    }
    return told >= number_of(saying->event->data, "count");
}

/* What nobody else tells stays: as a list of its own when that is not all. */
static enum error_code mark_changes(const struct planner *planner, const struct saying *saying)
{
    struct planner_event *event = saying->event;
    const json_t *changes = json_object_get(event->data, "changes");
    json_t *change, *unsaid;
    size_t index;

    if (is_told_by_many(saying)) {
        event->is_said = true;
        return ERROR_NONE;
    }
    if ((json_int_t)json_array_size(changes) != number_of(event->data, "count"))
        return ERROR_NONE;
    unsaid = json_array();
    if (unsaid == NULL)
        return error_memory(planner->error, "making a message");
    json_array_foreach(changes, index,
                       change) if (!is_told_by_difference(saying, change) && json_array_append(unsaid, change) != 0)
    {
        json_decref(unsaid);
        return error_memory(planner->error, "making a message");
    }
    event->is_said = json_array_size(unsaid) == 0;
    if (event->is_said || json_array_size(unsaid) == json_array_size(changes)) {
        json_decref(unsaid);
        return ERROR_NONE;
    }
    event->unsaid = unsaid;
    return ERROR_NONE;
}

static void mark_recorded(const struct saying *saying)
{
    for (size_t i = 0; i < saying->telling->count; i++)
        if (is_fellow(saying, &saying->telling->events[i]) &&
            (saying->telling->events[i].row->type == EVENT_SCHEMA_CHANGED ||
             is_difference(saying->telling->events[i].row->type)))
            saying->event->is_said = true;
}

enum error_code planner_mark_said(const struct planner *planner, const struct planner_telling *telling)
{
    for (size_t i = 0; i < telling->count; i++) {
        const struct saying saying = {telling, &telling->events[i]};

        if (!saying.event->is_told || saying.event->snapshot == 0)
            continue;
        if (saying.event->row->type == EVENT_SNAPSHOT_RECORDED)
            mark_recorded(&saying);
        else if (saying.event->row->type == EVENT_SCHEMA_CHANGED && mark_changes(planner, &saying) != ERROR_NONE)
            return planner->error->code;
    }
    return ERROR_NONE;
}

bool planner_is_shown(const struct planner_event *event)
{
    return event->is_told && !event->is_said;
}
