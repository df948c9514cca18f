#include "track/explanation.h"

#include <stdlib.h>

/* A change and its place, while they are sorted. */
struct owned {
    struct text owner;
    uint32_t place;
};

static int compare_owned(const void *a, const void *b)
{
    const struct owned *x = a, *y = b;
    int order = text_compare(x->owner, y->owner);

    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

enum error_code explanations_make(struct explanations *ret_explanations, const struct correlating *correlating,
                                  const struct occasion *occasion)
{
    uint32_t count = occasion->change_count;
    struct owned *owned = arena_array(correlating->arena, count, sizeof *owned);
    uint32_t *places = arena_array(correlating->arena, count, sizeof *places);

    if (owned == NULL || places == NULL)
        return correlating_no_memory(correlating);
    for (uint32_t i = 0; i < count; i++)
        owned[i] = (struct owned){occasion->changes[i].owner, i};
    if (count > 1)
        qsort(owned, count, sizeof *owned, compare_owned);
    for (uint32_t i = 0; i < count; i++)
        places[i] = owned[i].place;
    *ret_explanations = (struct explanations){occasion, places, count};
    return ERROR_NONE;
}

/* The first place whose owner is not before this one. */
static uint32_t find_first(const struct explanations *explanations, struct text owner)
{
    uint32_t low = 0, high = explanations->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct change *change = &explanations->occasion->changes[explanations->by_owner[middle]];

        if (text_compare(change->owner, owner) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How well a change explains a thing of its owner: 0, not at all. */
static unsigned fit(const struct change *change, const struct explained *thing)
{
    if (change->object_kind != thing->object_kind)
        return 0;
    if (change->kind == thing->kind && text_equal(change->object, thing->object))
        return change->aspect != thing->aspect ? 3 : (change->effect == EFFECT_RENAMED) != thing->is_name ? 4 : 5;
    return change->kind == change->object_kind ? 2 : 1;
}

struct explanation explanations_find(const struct explanations *explanations, const struct explained *thing)
{
    const struct occasion *occasion = explanations->occasion;
    struct explanation found = {0};
    unsigned best = 0;

    for (uint32_t i = find_first(explanations, thing->owner); i < explanations->count; i++) {
        uint32_t place = explanations->by_owner[i];
        const struct change *change = &occasion->changes[place];
        unsigned how_well = fit(change, thing);

        if (!text_equal(change->owner, thing->owner))
            break;
        if (how_well <= best)
            continue;
        best = how_well;
        found.what = change;
        found.change = occasion->change_ids == NULL ? 0 : occasion->change_ids[place];
        found.who = occasion->attributions == NULL ? NULL : &occasion->attributions[place];
    }
    return found;
}
