/* The first line of any request, held against every route, and any body: what is accepted has the form that handlers
 * rely on, what is refused says why. The input is a method, a target and a body, separated by line breaks. */
#include <stdlib.h>
#include <string.h>

#include "base/reference.h"
#include "feed/body.h"
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
    require(target->segment_count <= REQUEST_SEGMENTS_LIMIT); /* none: "/" */
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
static void require_values(const struct http_route *route, const struct request_target *target)
{
    const struct request_parameters given = {target, route->parameters};

    for (const struct parameter *row = route->parameters; row != NULL && row->name != NULL; row++) {
        struct text value = request_text(&given, row->name);
        size_t choices = 0;

        require(!row->required || value.length > 0);
        while (row->choice != NULL && row->choice(choices) != NULL)
            choices++;
        switch (row->type) {
        case PARAMETER_ROOT:
            require(value.length == 0 || value.length == HASH_HEX_SIZE - 1);
            break;
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
    const struct http_route *route = NULL;
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

/* Lists hold what they should, at every depth. */
static void require_members(const struct body_member *members)
{
    for (; members->name != NULL; members++) {
        require(members->given || (!members->required && members->count == 0));
        require(members->count <= BODY_LIST_LIMIT && is_plain(members->value) && members->number >= 0);
        for (size_t i = 0; i < members->count; i++) {
            require(members->type != BODY_TEXTS || is_plain(members->texts[i]));
            require(members->type != BODY_NUMBERS || members->numbers[i] > 0);
            if (members->type == BODY_OBJECTS)
                require_members(members->objects[i]);
        }
    }
}

static void try_body(struct text body, struct arena *arena)
{
    static const struct body_member inner[] = {
        {.name = "numbers", .type = BODY_NUMBERS},
        {.name = "until", .type = BODY_TIME},
        {.name = "flag", .type = BODY_FLAG, .required = true},
        {0},
    };
    struct body_member members[] = {
        {.name = "name", .required = true},
        {.name = "grants", .type = BODY_TEXTS},
        {.name = "number", .type = BODY_NUMBER},
        {.name = "list", .type = BODY_OBJECTS, .members = inner},
        {0},
    };
    struct error error = {0};

    if (body_read(body, members, arena, &error) == ERROR_NONE)
        require_members(members);
    else
        require(error.code == ERROR_USAGE && error.message[0] != '\0');
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
