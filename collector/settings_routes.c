/* What the configuration says of who is told what: `notify.routes`. */
#include <stdio.h>
#include <string.h>

#include "collector/settings_lists.h"
#include "collector/settings_reading.h"
#include "drift/severity.h"

/* What a route without `types` takes: what is wrong, or was to be expected and did not come. Ends need not be named,
 * for whoever was told of a trouble is told of its end. */
const enum event_type settings_trouble_types[] = {
    EVENT_DRIFT_OPENED,        EVENT_DRIFT_CHANGED,   EVENT_DRIFT_REOPENED,    EVENT_DRIFTS_OPENED,
    EVENT_DRIFTS_CHANGED,      EVENT_DRIFTS_REOPENED, EVENT_WAIVER_EXPIRED,    EVENT_CONTRACT_VIOLATED,
    EVENT_CONTRACT_UNKNOWN,    EVENT_TARGET_STATE,    EVENT_COVERAGE_CHANGED,  EVENT_HISTORY_GAP,
    EVENT_CHANGE_UNATTRIBUTED, EVENT_AGENT_SILENT,    EVENT_AGENT_REFUSED,     EVENT_PEER_REFUSED,
    EVENT_STORE_TROUBLE,       EVENT_DELIVERY_DEAD,   EVENT_ENVIRONMENT_SPLIT, EVENT_TYPE_COUNT,
};

/* ---- what it takes ---- */

static enum error_code read_types(const struct settings_element *element, const struct option_list *list,
                                  uint64_t *ret_types)
{
    struct error *error = element->reading->error;
    uint64_t types = 0;

    for (const enum event_type *type = settings_trouble_types; *type != EVENT_TYPE_COUNT && list->count == 0; type++)
        types |= UINT64_C(1) << *type;
    for (size_t i = 0; i < list->count; i++) {
        uint64_t some = 0;
        char key[32];

        snprintf(key, sizeof key, "types.%zu", i);
        if (event_filter_types(text_from(list->items[i]), &some, error) != ERROR_NONE)
            return settings_element_blame(element, key);
        types |= some;
    }
    *ret_types = types;
    return ERROR_NONE;
}

/* Patterns of names. What has no wildcard must be a name, and of an environment one that there is: else the route would
 * wait for it in vain. */
static enum error_code read_patterns(const struct settings_element *element, const char *key,
                                     const struct option_list *list, const struct text **ret_patterns,
                                     size_t *ret_count)
{
    const struct settings_reading *reading = element->reading;
    bool is_environment = key[0] == 'e';

    for (size_t i = 0; i < list->count; i++) {
        char way[sizeof element->way + 48];
        struct text name;

        snprintf(way, sizeof way, "%s.%s.%zu", element->way, key, i);
        if (strpbrk(list->items[i], "*?") != NULL)
            continue;
        if (settings_name(reading, list->items[i], is_environment ? "an environment" : "a database", way, &name) !=
                ERROR_NONE ||
            (is_environment && settings_check_environment(reading, name, way) != ERROR_NONE))
            return reading->error->code;
    }
    return settings_element_words(element, list, ret_patterns, ret_count);
}

static enum error_code read_filter(const struct settings_element *element, const struct route_values *values,
                                   struct route *route)
{
    struct event_filter *filter = &route->filter;

    filter->least = (enum severity)values->severity;
    route->causes = (uint32_t)values->causes;
    if (read_types(element, &values->types, &filter->types) != ERROR_NONE ||
        read_patterns(element, "databases", &values->databases, &filter->databases, &filter->database_count) !=
            ERROR_NONE ||
        read_patterns(element, "environments", &values->environments, &filter->environments,
                      &filter->environment_count) != ERROR_NONE ||
        settings_element_words(element, &values->owners, &route->owners, &route->owner_count) != ERROR_NONE ||
        settings_element_words(element, &values->contracts, &route->contracts, &route->contract_count) != ERROR_NONE)
        return element->reading->error->code;
    if (settings_check_causes(element, route) != ERROR_NONE)
        return element->reading->error->code;
    return settings_element_words(element, &values->objects, &route->objects, &route->object_count);
}

/* ---- where to ---- */

static enum error_code unknown_sink(const struct settings_element *element, const char *name, const char *key)
{
    const struct notify_content *notify = &element->reading->settings->notify;
    struct error *error = element->reading->error;
    struct nearest_name nearest = {.word = name};

    for (size_t i = 0; i < notify->sink_count; i++)
        nearest_name_consider(&nearest, notify->sinks[i].name.bytes);
    error_set(error, ERROR_CONFIG, "there is no sink '%.80s'", name);
    if (nearest.name != NULL)
        error_hint(error, "did you mean '%s'?", nearest.name);
    else
        error_hint(error, "`notify.sinks` says which there are");
    return settings_element_blame(element, key);
}

/* Names of sinks, each of which must be there, and once. */
static enum error_code read_sinks(const struct settings_element *element, const char *list_key,
                                  const struct option_list *list, const struct text **ret_sinks, size_t *ret_count)
{
    const struct notify_content *notify = &element->reading->settings->notify;

    for (size_t i = 0; i < list->count; i++) {
        struct text name = text_from(list->items[i]);
        char key[48];
        size_t known = 0;

        snprintf(key, sizeof key, "%s.%zu", list_key, i);
        while (known < notify->sink_count && !text_equal(notify->sinks[known].name, name))
            known++;
        if (known == notify->sink_count)
            return unknown_sink(element, list->items[i], key);
        for (size_t before = 0; before < i; before++)
            if (text_equal(text_from(list->items[before]), name)) {
                error_set(element->reading->error, ERROR_CONFIG, "the sink '%s' is there twice", list->items[i]);
                return settings_element_blame(element, key);
            }
    }
    return settings_element_words(element, list, ret_sinks, ret_count);
}

/* ---- how ---- */

static enum error_code read_groups(const struct settings_element *element, uint64_t groups, uint32_t *ret_groups)
{
    const uint64_t nothing = UINT64_C(1) << SETTINGS_GROUP_NOTHING;

    if ((groups & nothing) != 0 && groups != nothing) {
        error_set(element->reading->error, ERROR_CONFIG, "'nothing' stands alone in 'group_by'");
        return settings_element_blame(element, "group_by");
    }
    *ret_groups = groups == 0 ? ROUTE_GROUP_DATABASE | ROUTE_GROUP_ENVIRONMENT : (uint32_t)(groups & ~nothing);
    return ERROR_NONE;
}

static enum error_code read_quiet(const struct settings_element *element, const struct file_freeze *from,
                                  unsigned number, struct quiet_time *to)
{
    const struct settings_reading *reading = element->reading;
    struct settings_window window = {.reading = reading, .what = "quiet time", .from = from, .to = &to->window};
    char key[48];

    snprintf(window.key, sizeof window.key, "%.40s.quiet.%u", element->way, number);
    snprintf(key, sizeof key, "quiet.%u.passes", number);
    to->window.name = to->window.reason = (struct text){"", 0};
    to->passes = SEVERITY_COUNT;
    if (from->passes != NULL && !severity_from_name(text_from(from->passes), &to->passes)) {
        error_set(reading->error, ERROR_CONFIG, "there is no level '%.40s'", from->passes);
        error_hint(reading->error, "the levels are low, medium, high and critical");
        return settings_element_blame(element, key);
    }
    return settings_read_window(&window);
}

static enum error_code read_quiets(const struct settings_element *element, const struct file_route *from,
                                   struct route *route)
{
    struct quiet_time *quiet = arena_array(element->reading->arena, from->quiet_count, sizeof *quiet);

    if (quiet == NULL)
        return settings_no_memory(element->reading);
    for (unsigned i = 0; i < from->quiet_count; i++)
        if (read_quiet(element, &from->quiet[i], i, &quiet[i]) != ERROR_NONE)
            return element->reading->error->code;
    route->quiet = quiet;
    route->quiet_count = from->quiet_count;
    return settings_check_quiet(element, route);
}

static enum error_code read_times(const struct settings_element *element, const struct file_route *from,
                                  const struct route_values *values, struct route *route)
{
    route->settle_us = (int64_t)values->settle_ms * 1000;
    route->settle_most_us = (int64_t)values->settle_most_ms * 1000;
    route->repeat_us = (int64_t)values->repeat_ms * 1000;
    route->resolve = values->resolve;
    route->limit = values->limit;
    route->limit_us = (int64_t)values->limit_ms * 1000;
    route->escalate_us = (int64_t)values->escalate_ms * 1000;
    route->escalate_least = (enum severity)values->escalate_least;
    if (route->settle_most_us >= route->settle_us)
        return ERROR_NONE;
    error_set(element->reading->error, ERROR_CONFIG, "'settle_most' must not be shorter than 'settle'");
    error_hint(element->reading->error, "it bounds how long 'settle' can put off a message; without it it is 1m");
    return settings_element_blame(element, from->settle_most == NULL ? "settle" : "settle_most");
}

/* ---- routes ---- */

static enum error_code read_name(const struct settings_element *element, const struct route *routes, unsigned number,
                                 const char *given)
{
    const struct settings_reading *reading = element->reading;
    char key[sizeof element->way + sizeof ".name"];
    struct text name;

    snprintf(key, sizeof key, "%s.name", element->way);
    if (settings_name(reading, given, "a route", key, &name) != ERROR_NONE)
        return reading->error->code;
    for (unsigned i = 0; i < number; i++)
        if (text_equal(routes[i].name, name)) {
            error_set(reading->error, ERROR_CONFIG, "two routes have this name");
            error_hint(reading->error, "a route is known by its name");
            return settings_blame(reading, "%s", key);
        }
    return ERROR_NONE;
}

static enum error_code read_route(const struct settings_reading *reading, struct route *routes, unsigned number)
{
    struct file_route *from = &settings_content(reading)->notify.routes[number];
    struct settings_element element = {.reading = reading};
    struct route *route = &routes[number];
    struct route_values values = {0};

    snprintf(element.way, sizeof element.way, "notify.routes.%u", number);
    if (settings_element_set(&element, &settings_route_form, from, settings_route_keys, &values) != ERROR_NONE ||
        read_name(&element, routes, number, values.name) != ERROR_NONE)
        return reading->error->code;
    route->name = text_from(values.name);
    if (read_filter(&element, &values, route) != ERROR_NONE ||
        read_sinks(&element, "sinks", &values.sinks, &route->sinks, &route->sink_count) != ERROR_NONE ||
        read_groups(&element, values.group_by, &route->group_by) != ERROR_NONE ||
        read_times(&element, from, &values, route) != ERROR_NONE || read_quiets(&element, from, route) != ERROR_NONE)
        return reading->error->code;
    return read_sinks(&element, "escalate.to", &values.escalate_to, &route->escalate_to, &route->escalate_count);
}

enum error_code settings_make_routes(const struct settings_reading *reading)
{
    unsigned count = settings_content(reading)->notify.routes_count;
    struct route *routes = arena_array(reading->arena, count, sizeof *routes);

    if (routes == NULL)
        return settings_no_memory(reading);
    for (unsigned i = 0; i < count; i++)
        if (read_route(reading, routes, i) != ERROR_NONE)
            return reading->error->code;
    reading->settings->notify.routes = routes;
    reading->settings->notify.route_count = count;
    if (!reading->settings->policy.contracts.known)
        return ERROR_NONE; /* the folder has others, which come and go while the collector runs */
    return settings_check_contracts(reading->settings, &reading->settings->policy.contracts.set, reading->error);
}
