#include "ingest/roster.h"

#include <stdlib.h>
#include <string.h>

static int compare_numbers(const void *a, const void *b)
{
    int64_t left = ((const struct roster_agent *)a)->row->id;
    int64_t right = ((const struct roster_agent *)b)->row->id;

    return (left > right) - (left < right);
}

void roster_clear(struct roster *roster)
{
    arena_free(&roster->arena);
    *roster = (struct roster){0};
}

enum error_code roster_load(struct roster *ret_roster, struct database *database, struct error *error)
{
    CLEANUP(roster_clear) struct roster roster = {0};

    arena_init(&roster.arena, ROSTER_MEMORY);
    if (agents_list(database, &roster.arena, &roster.rows, &roster.count, error) != ERROR_NONE)
        return error_context(error, "reading the list of agents");
    roster.agents = arena_array(&roster.arena, roster.count, sizeof *roster.agents);
    if (roster.agents == NULL)
        return arena_error(&roster.arena, error, "reading the list of agents");
    for (size_t i = 0; i < roster.count; i++)
        roster.agents[i].row = &roster.rows[i];
    qsort(roster.agents, roster.count, sizeof *roster.agents, compare_numbers);
    *ret_roster = roster;
    roster = (struct roster){0};
    return ERROR_NONE;
}

struct roster_agent *roster_find(const struct roster *roster, int64_t number)
{
    size_t low = 0, high = roster->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (roster->agents[middle].row->id < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < roster->count && roster->agents[low].row->id == number ? &roster->agents[low] : NULL;
}

static bool same_name(const struct target_name *a, const struct target_name *b)
{
    return text_equal(a->database, b->database) && text_equal(a->environment, b->environment) &&
           text_equal(a->instance, b->instance);
}

bool roster_same_rights(const struct agent_row *a, const struct agent_row *b)
{
    if ((a->revoked_at != 0) != (b->revoked_at != 0) || memcmp(a->key, b->key, KEY_SIZE) != 0 ||
        a->grant_count != b->grant_count)
        return false;
    for (size_t i = 0; i < a->grant_count; i++)
        if (!same_name(&a->grants[i], &b->grants[i]))
            return false;
    return true;
}
