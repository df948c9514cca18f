#include "track/pair_list.h"

static enum error_code is_there(const struct correlating *correlating, struct text environment, bool *ret_there)
{
    return targets_have_snapshot(correlating->database, correlating->name, environment, ret_there, correlating->error);
}

enum error_code pair_list_all(const struct correlating *correlating, struct neighbours **ret_list, size_t *ret_count)
{
    const struct fleet_path path = policy_path(correlating->policy, correlating->name);
    struct neighbours *list = arena_array(correlating->arena, path.count, sizeof *list);
    struct text last = {NULL, 0};
    size_t count = 0;

    if (list == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = 0; i < path.count; i++) {
        bool there = false;

        if (is_there(correlating, path.path[i], &there) != ERROR_NONE)
            return correlating->error->code;
        if (!there)
            continue;
        if (last.length > 0)
            list[count++] = (struct neighbours){last, path.path[i]};
        last = path.path[i];
    }
    *ret_list = list;
    *ret_count = count;
    return ERROR_NONE;
}

/* The first that is there, from a place on; `step` leads back or forth, beyond either end as well. */
static enum error_code find_next(const struct correlating *correlating, const struct fleet_path *path, size_t place,
                                 size_t step, struct text *ret_environment)
{
    for (size_t i = place + step; i < path->count; i += step) {
        bool there = false;

        if (is_there(correlating, path->path[i], &there) != ERROR_NONE)
            return correlating->error->code;
        if (!there)
            continue;
        *ret_environment = path->path[i];
        return ERROR_NONE;
    }
    return ERROR_NONE;
}

enum error_code pair_list_around(const struct correlating *correlating, struct text environment,
                                 struct neighbours *ret_around)
{
    const struct fleet_path path = policy_path(correlating->policy, correlating->name);
    size_t place = 0;

    *ret_around = (struct neighbours){{NULL, 0}, {NULL, 0}};
    while (place < path.count && !text_equal(path.path[place], environment))
        place++;
    if (place == path.count)
        return ERROR_NONE;
    if (find_next(correlating, &path, place, SIZE_MAX, &ret_around->from) != ERROR_NONE)
        return correlating->error->code;
    return find_next(correlating, &path, place, 1, &ret_around->to);
}
