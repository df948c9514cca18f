#include "cli/planted_route.h"

#include <fnmatch.h>
#include <stdio.h>

#include "drift/severity.h"

enum { NAME_LIMIT = 256 };

/* Patterns know `*` and `?` alone: what else means something to fnmatch() is escaped. */
static bool matches(struct text pattern, struct text name)
{
    char escaped[NAME_LIMIT * 2 + 1], whole[NAME_LIMIT + 1];
    size_t length = 0;

    if (pattern.length > NAME_LIMIT || name.length > NAME_LIMIT)
        return false;
    for (size_t i = 0; i < pattern.length; i++) {
        if (pattern.bytes[i] == '[' || pattern.bytes[i] == '\\')
            escaped[length++] = '\\';
        escaped[length++] = pattern.bytes[i];
    }
    escaped[length] = '\0';
    snprintf(whole, sizeof whole, "%.*s", TEXT_ARGS(name));
    return fnmatch(escaped, whole, 0) == 0;
}

static bool any_matches(const struct shape_list *patterns, struct text name)
{
    const struct text *items = patterns->items;
    bool found = patterns->count == 0;

    for (size_t i = 0; i < patterns->count && !found; i++)
        found = matches(items[i], name);
    return found;
}

static bool has(const struct shape_list *names, const char *name)
{
    const struct text *items = names->items;

    for (size_t i = 0; i < names->count; i++)
        if (text_equal(items[i], text_from(name)))
            return true;
    return false;
}

/* Paths of objects have a schema in front. */
static bool takes_object(const struct answer_route *route, const struct planted_place *place)
{
    char path[NAME_LIMIT];

    snprintf(path, sizeof path, "public.%.*s", TEXT_ARGS(place->object));
    if (any_matches(&route->objects, text_from(path)))
        return true;
    snprintf(path, sizeof path, "main.%.*s", TEXT_ARGS(place->object));
    return any_matches(&route->objects, text_from(path));
}

static bool takes_environment(const struct answer_route *route, const struct planted_place *place)
{
    bool found = any_matches(&route->environments, place->environment);

    for (size_t i = 0; i < place->environment_count && !found; i++)
        found = any_matches(&route->environments, place->environments[i]);
    return found;
}

bool planted_route_takes(const struct answer_route *route, const struct planted_place *place, const char **ret_why)
{
    bool by_drift = place->differs && has(&route->types, "drift-opened");
    bool by_change = has(&route->types, "schema-changed") && route->causes.count == 0;

    *ret_why = NULL;
    if (!by_drift && !by_change)
        *ret_why = place->differs ? "its types have neither drift-opened nor schema-changed"
                                  : "its types do not have schema-changed, and no difference is to be expected";
    else if (route->severity > SEVERITY_LOW)
        *ret_why = "a new table is of severity low, and it takes only what is worse";
    else if (!any_matches(&route->databases, place->database))
        *ret_why = "it is for other databases";
    else if (!takes_environment(route, place))
        *ret_why = "it is for other environments";
    else if (route->owners.count > 0 || route->contracts.count > 0)
        *ret_why = "it is for contracts, and none reads the table";
    else if (!takes_object(route, place))
        *ret_why = "it is for other objects";
    return *ret_why == NULL;
}

bool planted_route_tells(const struct answer_route *route, struct text sink)
{
    char name[NAME_LIMIT];

    if (sink.length == 0)
        return route->sinks.count > 0;
    snprintf(name, sizeof name, "%.*s", TEXT_ARGS(sink));
    return has(&route->sinks, name);
}
