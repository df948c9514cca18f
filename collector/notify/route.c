#include "notify/route.h"

#include "store/drifts.h"

static const char doing[] = "reading an event";

/* ---- what an event says ---- */

static struct text string_of(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

static struct text text_of(const json_t *data, const char *name)
{
    return string_of(json_object_get(data, name));
}

/* A list of texts that grows up to its room. */
struct names {
    struct text *texts;
    size_t count;
    size_t room;
};

static void add_name(struct names *names, struct text name)
{
    if (name.length > 0 && names->count < names->room)
        names->texts[names->count++] = name;
}

static void add_members(struct names *names, const json_t *list, const char *member)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        add_name(names, text_of(json_array_get(list, i), member));
}

static enum error_code make_names(struct names *names, size_t room, struct arena *arena, struct error *error)
{
    *names = (struct names){.texts = arena_array(arena, room, sizeof *names->texts), .room = room};
    return names->texts == NULL ? arena_error(arena, error, doing) : ERROR_NONE;
}

static enum error_code read_objects(struct route_event *event, struct arena *arena, struct error *error)
{
    const json_t *changes = json_object_get(event->data, "changes"),
                 *findings = json_object_get(event->data, "findings");
    struct names names;

    if (make_names(&names, 2 + 2 * json_array_size(changes) + json_array_size(findings), arena, error) != ERROR_NONE)
        return error->code;
    add_name(&names, text_of(event->data, "object"));
    add_name(&names, text_of(event->data, "renamed_from"));
    add_members(&names, changes, "object");
    add_members(&names, changes, "renamed_from");
    add_members(&names, findings, "object");
    event->objects = names.texts;
    event->object_count = names.count;
    return ERROR_NONE;
}

static struct text owner_of(const struct contract_set *contracts, struct text name)
{
    for (size_t i = 0; i < contracts->count; i++)
        if (text_equal(contracts->contracts[i].name, name))
            return contracts->contracts[i].owner;
    return (struct text){NULL, 0};
}

/* The contract that it is about, or those that read what it is about; and who owns them. */
static enum error_code read_contracts(struct route_event *event, const struct contract_set *contracts,
                                      struct arena *arena, struct error *error)
{
    const json_t *list = json_object_get(event->data, "contracts");
    struct names names, owners;

    if (make_names(&names, 1 + json_array_size(list), arena, error) != ERROR_NONE ||
        make_names(&owners, 2 + json_array_size(list), arena, error) != ERROR_NONE)
        return error->code;
    add_name(&names, text_of(event->data, "contract"));
    for (size_t i = 0; i < json_array_size(list); i++)
        add_name(&names, string_of(json_array_get(list, i)));
    add_name(&owners, text_of(event->data, "owner"));
    for (size_t i = 0; i < names.count; i++)
        add_name(&owners, owner_of(contracts, names.texts[i]));
    event->contracts = names.texts;
    event->contract_count = names.count;
    event->owners = owners.texts;
    event->owner_count = owners.count;
    return ERROR_NONE;
}

static uint32_t read_cause(const json_t *data)
{
    struct text name = text_of(data, "cause");

    for (unsigned cause = 0; cause < DRIFT_CAUSE_COUNT; cause++)
        if (text_equal(name, text_from(drift_cause_name((enum drift_cause)cause))))
            return 1U << cause;
    return 0;
}

static bool stands_for_many(const json_t *data)
{
    int64_t count = json_integer_value(json_object_get(data, "count"));
    size_t named = json_array_size(json_object_get(data, "changes"));

    return count > 1 && count > (int64_t)named && json_object_get(data, "object") == NULL;
}

enum error_code route_event_read(struct route_event *ret_event, const struct event_row *event, const json_t *data,
                                 const struct contract_set *contracts, struct arena *arena, struct error *error)
{
    struct route_event read = {
        .event = event, .data = data, .cause = read_cause(data), .is_many = stands_for_many(data)};

    if (read_objects(&read, arena, error) != ERROR_NONE || read_contracts(&read, contracts, arena, error) != ERROR_NONE)
        return error->code;
    *ret_event = read;
    return ERROR_NONE;
}

/* ---- whether a route takes it ---- */

static bool is_any_of(const struct text *patterns, size_t pattern_count, const struct text *names, size_t count)
{
    for (size_t i = 0; i < pattern_count; i++)
        for (size_t k = 0; k < count; k++)
            if (event_pattern_matches(patterns[i], names[k]))
                return true;
    return pattern_count == 0;
}

/* What is told of many differences names neither causes nor contracts; of many changes it only lacks some names. */
static bool is_of_differences(enum event_type type)
{
    return type >= EVENT_DRIFT_OPENED && type <= EVENT_WAIVER_EXPIRED;
}

bool route_matches(const struct route *route, const struct route_event *event)
{
    bool unnamed = event->is_many && is_of_differences(event->event->type);

    if (!event_filter_matches(&route->filter, event->event))
        return false;
    if (route->causes != 0 && (route->causes & event->cause) == 0 && !unnamed)
        return false;
    if (!unnamed && (!is_any_of(route->owners, route->owner_count, event->owners, event->owner_count) ||
                     !is_any_of(route->contracts, route->contract_count, event->contracts, event->contract_count)))
        return false;
    return event->is_many || is_any_of(route->objects, route->object_count, event->objects, event->object_count);
}

bool route_has_sink(const struct route *route, struct text sink)
{
    for (size_t i = 0; i < route->sink_count; i++)
        if (text_equal(route->sinks[i], sink))
            return true;
    return false;
}

/* ---- what it is about ---- */

static void add_place(uint32_t group_by, const struct target_name *place, struct buffer *output)
{
    bool has_instance = place->instance.length > 0 && !text_equal(place->instance, TEXT("default"));

    if (group_by & ROUTE_GROUP_DATABASE)
        buffer_add_text(output, place->database);
    if ((group_by & ROUTE_GROUP_ENVIRONMENT) && place->environment.length > 0) {
        buffer_add_byte(output, '@');
        buffer_add_text(output, place->environment);
    }
    if ((group_by & ROUTE_GROUP_INSTANCE) && has_instance) {
        buffer_add_byte(output, '/');
        buffer_add_text(output, place->instance);
    }
}

static void add_word(struct buffer *output, size_t begin, struct text word)
{
    if (word.length == 0)
        return;
    if (output->length > begin)
        buffer_add_byte(output, ' ');
    buffer_add_text(output, word);
}

void route_subject(const struct route *route, const struct route_event *event, struct buffer *output)
{
    const uint32_t places = ROUTE_GROUP_DATABASE | ROUTE_GROUP_ENVIRONMENT | ROUTE_GROUP_INSTANCE;
    const struct event_row *row = event->event;
    size_t begin = output->length;

    if (row->place.database.length > 0)
        add_place(route->group_by, &row->place, output);
    else if ((route->group_by & ROUTE_GROUP_INSTANCE) && row->agent_name.length > 0)
        buffer_add_text(output, row->agent_name);
    else if (route->group_by & places)
        buffer_add_string(output, "collector");
    if (route->group_by & ROUTE_GROUP_CONTRACT)
        add_word(output, begin, text_of(event->data, "contract"));
    if (route->group_by & ROUTE_GROUP_TYPE)
        add_word(output, begin, text_from(event_type_name(row->type)));
    if (output->length == begin)
        buffer_add_string(output, "all");
}
