/* How many things of an incident are not over: of differences that were told as many, each counts. */
#include "notify/planner_private.h"

#include <stdlib.h>

#include "store/drifts.h"

static const char drift_sort[] = "drift:", pair_sort[] = "pair:";

static bool is_of_sort(const struct planner_trouble *trouble, const char *sort)
{
    return trouble->is_live && text_starts_with(trouble->row.key, text_from(sort));
}

/* At least one: the trouble is not over. */
static enum error_code count_pair(const struct planner *planner, struct text key, uint32_t *ret_count)
{
    struct drift_row pair = {.id = 0};

    planner_read_pair_key(key, &pair);
    if (drifts_count_open(planner->database, &pair, ret_count, planner->error) != ERROR_NONE)
        return planner->error->code;
    if (*ret_count == 0)
        *ret_count = 1;
    return ERROR_NONE;
}

/* Whether a difference is one of a pair that counts as a whole. */
static enum error_code is_in_pair(const struct planner *planner, const struct planner_incident *incident,
                                  struct text key, bool *ret_is_in)
{
    const size_t sort = sizeof drift_sort - 1;
    struct drift_row row;
    const char *pair;
    enum error_code code =
        drifts_get(planner->database, strtoll(key.bytes + sort, NULL, 10), planner->arena, &row, planner->error);
    struct planner_trouble *whole;

    *ret_is_in = false;
    if (code != ERROR_NONE)
        return code == ERROR_NOT_FOUND ? ERROR_NONE : code;
    pair = arena_printf(planner->arena, "pair:%.*s:%.*s:%.*s:%.*s", TEXT_ARGS(row.database), TEXT_ARGS(row.from),
                        TEXT_ARGS(row.to), TEXT_ARGS(row.instance));
    if (pair == NULL)
        return planner_no_memory(planner);
    whole = planner_find_trouble(incident, text_from(pair));
    *ret_is_in = whole != NULL && whole->is_live;
    return ERROR_NONE;
}

static enum error_code count_differences(const struct planner *planner, const struct planner_incident *incident,
                                         uint32_t *ret_count)
{
    uint32_t total = 0, count = 0;

    for (size_t i = 0; i < incident->trouble_count; i++)
        if (is_of_sort(&incident->troubles[i], pair_sort)) {
            if (count_pair(planner, incident->troubles[i].row.key, &count) != ERROR_NONE)
                return planner->error->code;
            total += count;
        }
    for (size_t i = 0; i < incident->trouble_count; i++) {
        bool is_in = false;

        if (!is_of_sort(&incident->troubles[i], drift_sort))
            continue;
        if (count > 0 && is_in_pair(planner, incident, incident->troubles[i].row.key, &is_in) != ERROR_NONE)
            return planner->error->code;
        total += !is_in;
    }
    *ret_count = total;
    return ERROR_NONE;
}

enum error_code planner_count_open(const struct planner *planner, const struct planner_incident *incident,
                                   struct planner_telling *telling)
{
    uint32_t others = 0;

    for (size_t i = 0; i < incident->trouble_count; i++) {
        const struct planner_trouble *trouble = &incident->troubles[i];

        others += trouble->is_live && !is_of_sort(trouble, drift_sort) && !is_of_sort(trouble, pair_sort);
    }
    if (count_differences(planner, incident, &telling->open_differences) != ERROR_NONE)
        return planner->error->code;
    telling->open = telling->open_differences + others;
    return ERROR_NONE;
}
