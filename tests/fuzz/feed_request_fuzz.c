/* The first line of any request, held against every route, and any body: what is accepted has the form that handlers
 * rely on, what is refused says why. The input is a method, a target and a body, separated by line breaks. */
#include <stdlib.h>
#include <string.h>

#include "base/reference.h"
#include "feed/routes.h"
#include "fuzz.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_plain(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == 0x7f)
            return false;
    return text_is_utf8(text);
}

static void require_target(const struct request_target *target)
{
    require(target->segment_count >= 1 && target->segment_count <= REQUEST_SEGMENTS_LIMIT);
    require(target->value_count <= REQUEST_VALUES_LIMIT);
    for (size_t i = 0; i < target->segment_count; i++) {
        require(target->segments[i].length > 0 && is_plain(target->segments[i]));
        require(!text_equal(target->segments[i], TEXT(".")) && !text_equal(target->segments[i], TEXT("..")));
    }
    for (size_t i = 0; i < target->value_count; i++)
        require(target->values[i].name.length > 0 && is_plain(target->values[i].name) &&
                is_plain(target->values[i].value));
}

/* Every parameter that a route takes has a value of its sort, or none. */
static void require_values(const struct route *route, const struct request_target *target)
{
    const struct request_parameters given = {target, route->parameters};

    for (const struct parameter *row = route->parameters; row != NULL && row->name != NULL; row++) {
        struct text value = request_text(&given, row->name);
        size_t choices = 0;

        require(!row->required || value.length > 0);
        while (row->choice != NULL && row->choice(choices) != NULL)
            choices++;
        switch (row->type) {
        case PARAMETER_NAME:
            require(value.length == 0 || reference_is_name(value));
            break;
        case PARAMETER_NUMBER:
            require(value.length == 0 || (request_number(&given, row->name) >= row->minimum &&
                                          request_number(&given, row->name) <= row->maximum));
            break;
        case PARAMETER_CHOICE:
            require(request_choice(&given, row->name) < choices);
            break;
        case PARAMETER_CHOICES:
            require(request_choices(&given, row->name) >> choices == 0);
            break;
        default:
            require(request_time(&given, row->name) >= 0);
        }
    }
}

static void try_target(const char *method, struct text text, struct arena *arena)
{
    const struct route *route = NULL;
    char allow[ROUTE_ALLOW_SIZE];
    struct request_target target;
    struct error error = {0};

    if (request_target_parse(&target, text, arena, &error) != ERROR_NONE) {
        require((error.code == ERROR_USAGE || error.code == ERROR_LIMIT) && error.message[0] != '\0');
        return;
    }
    require_target(&target);
    if (route_find(method, &target, &route, allow, &error) == ERROR_NONE) {
        require(is_plain(route_name(route, &target)));
        if (request_check(&target, route->parameters, &error) == ERROR_NONE)
            require_values(route, &target);
        else
            require(error.code == ERROR_USAGE && error.message[0] != '\0');
    }
    for (route = route_table; route->method != NULL; route++) /* also where only the query is that of the route */
        if (request_check(&target, route->parameters, &error) == ERROR_NONE)
            require_values(route, &target);
}

static void try_body(struct text body, struct arena *arena)
{
    struct body_member members[] = {{.name = "name", .required = true}, {.name = "grants", .is_list = true}, {0}};
    struct error error = {0};

    if (request_read_body(body, members, arena, &error) != ERROR_NONE) {
        require(error.code == ERROR_USAGE && error.message[0] != '\0');
        return;
    }
    require(members[0].value.bytes != NULL && is_plain(members[0].value));
    require(members[1].count <= REQUEST_MEMBERS_LIMIT);
    for (size_t i = 0; i < members[1].count; i++)
        require(is_plain(members[1].items[i]));
}

static struct text take_line(struct text *rest)
{
    const char *end = rest->length == 0 ? NULL : memchr(rest->bytes, '\n', rest->length);
    struct text line = {rest->bytes, end == NULL ? rest->length : (size_t)(end - rest->bytes)};
    size_t used = line.length + (end != NULL);

    *rest = (struct text){rest->bytes + used, rest->length - used};
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    CLEANUP(arena_free) struct arena arena;
    struct text rest = {(const char *)bytes, length};
    struct text method, target;
    const char *name;

    arena_init(&arena, 64 * 1024 * 1024);
    method = take_line(&rest);
    target = take_line(&rest);
    name = arena_string(&arena, method);
    require(name != NULL);
    try_target(name, target, &arena);
    try_body(rest, &arena);
    return 0;
}
