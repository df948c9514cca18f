#include "feed/event_request.h"

enum { NAMES_LIMIT = 100 }; /* patterns of one parameter: each event is held against all of them */

/* The next of a list with commas; false at the end. Empty ones are ERROR_USAGE later, since nothing is called so. */
static bool next_of_list(struct text *rest, struct text *ret_name)
{
    size_t length = 0;

    if (rest->bytes == NULL)
        return false;
    while (length < rest->length && rest->bytes[length] != ',')
        length++;
    *ret_name = (struct text){rest->bytes, length};
    *rest = length == rest->length ? (struct text){NULL, 0}
                                   : (struct text){rest->bytes + length + 1, rest->length - length - 1};
    return true;
}

static enum error_code read_types(const struct request_parameters *parameters, struct event_filter *filter,
                                  struct error *error)
{
    struct text rest, name;
    size_t position = 0;

    while (request_next(parameters, "type", &position, &rest))
        while (next_of_list(&rest, &name)) {
            uint64_t types = 0;

            if (event_filter_types(name, &types, error) != ERROR_NONE)
                return error->code;
            filter->types |= types;
        }
    return ERROR_NONE;
}

static enum error_code read_names(const struct request_parameters *parameters, const char *parameter,
                                  struct arena *arena, struct text **ret_names, size_t *ret_count, struct error *error)
{
    struct text *names = arena_array(arena, NAMES_LIMIT, sizeof *names), rest, name;
    size_t position = 0, count = 0;

    if (names == NULL)
        return arena_error(arena, error, "reading a request");
    while (request_next(parameters, parameter, &position, &rest))
        while (next_of_list(&rest, &name)) {
            if (name.length == 0)
                return error_set(error, ERROR_USAGE, "the parameter '%s' has an empty name", parameter);
            if (count == NAMES_LIMIT)
                return error_set(error, ERROR_USAGE, "the parameter '%s' has more than %d names", parameter,
                                 (int)NAMES_LIMIT);
            names[count++] = name;
        }
    *ret_names = names;
    *ret_count = count;
    return ERROR_NONE;
}

enum error_code event_request_filter(const struct request_parameters *parameters, struct arena *arena,
                                     struct event_filter *ret_filter, struct error *error)
{
    struct event_filter filter = {.least = (enum severity)request_choice(parameters, "severity")};
    struct text *databases = NULL, *environments = NULL;

    if (read_types(parameters, &filter, error) != ERROR_NONE ||
        read_names(parameters, "database", arena, &databases, &filter.database_count, error) != ERROR_NONE ||
        read_names(parameters, "environment", arena, &environments, &filter.environment_count, error) != ERROR_NONE)
        return error->code;
    filter.databases = databases;
    filter.environments = environments;
    *ret_filter = filter;
    return ERROR_NONE;
}
