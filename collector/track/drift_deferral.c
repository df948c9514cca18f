#include "track/drift_deferral.h"

enum { FIRST_CAPACITY = 16 };

enum error_code drift_deferral_add(struct drift_deferral *deferral, const struct correlating *correlating,
                                   int64_t drift)
{
    if (deferral->count == deferral->capacity) {
        size_t capacity = deferral->capacity == 0 ? FIRST_CAPACITY : deferral->capacity * 2;
        int64_t *drifts = arena_array(correlating->arena, capacity, sizeof *drifts);

        if (drifts == NULL)
            return correlating_no_memory(correlating);
        if (deferral->count > 0)
            memcpy(drifts, deferral->drifts, deferral->count * sizeof *drifts);
        deferral->drifts = drifts;
        deferral->capacity = capacity;
    }
    deferral->drifts[deferral->count++] = drift;
    return ERROR_NONE;
}

static size_t find(const struct drift_deferral *deferral, int64_t drift)
{
    size_t place = 0;

    while (place < deferral->count && deferral->drifts[place] != drift)
        place++;
    return place;
}

bool drift_deferral_has(const struct drift_deferral *deferral, int64_t drift)
{
    return deferral != NULL && find(deferral, drift) < deferral->count;
}

void drift_deferral_remove(struct drift_deferral *deferral, int64_t drift)
{
    size_t place = deferral == NULL ? 0 : find(deferral, drift);

    if (deferral != NULL && place < deferral->count)
        deferral->drifts[place] = deferral->drifts[--deferral->count];
}
