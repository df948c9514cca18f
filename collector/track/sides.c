#include "track/sides.h"

#include <stdlib.h>

#include "correlate/fleet_policy.h"

uint64_t sides_major_bit(uint32_t major)
{
    return major > 0 && major < 64 ? UINT64_C(1) << major : 0;
}

static enum error_code group(const struct correlating *correlating, struct environment_sides *sides)
{
    struct fleet_policy policy;

    for (size_t i = 0; i < sides->count; i++)
        sides->instances += sides->counts[i].count;
    if (fleet_policy_at(&policy, &policy_content(correlating->policy)->fleet, correlating->name, sides->name,
                        correlating->arena, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return variants_find(&sides->variants, sides->counts, sides->count, correlating->database, &policy,
                         policy_cache(correlating->policy), correlating->arena, correlating->error);
}

enum error_code sides_find(const struct correlating *correlating, struct text environment,
                           struct environment_sides *ret_sides)
{
    *ret_sides = (struct environment_sides){.name = environment};
    if (targets_roots(correlating->database, correlating->name, environment, correlating->arena, &ret_sides->counts,
                      &ret_sides->count, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return group(correlating, ret_sides);
}

/* ---- as it was before ---- */

static bool is_of(const struct root_count *count, const struct instance_place *place)
{
    return hash_equal(&count->root, &place->root) && count->major == place->major;
}

static int compare_counts(const void *a, const void *b)
{
    const struct root_count *x = a, *y = b;
    int order = memcmp(x->root.bytes, y->root.bytes, HASH_SIZE);

    return order != 0 ? order : (x->major > y->major) - (x->major < y->major);
}

static void put_back(struct environment_sides *sides, const struct instance_place *place)
{
    for (size_t i = 0; i < sides->count; i++)
        if (is_of(&sides->counts[i], place)) {
            sides->counts[i].count++;
            return;
        }
    sides->counts[sides->count++] = (struct root_count){.root = place->root,
                                                        .major = place->major,
                                                        .gaps = place->gaps,
                                                        .count = 1,
                                                        .target = place->target,
                                                        .snapshot = place->snapshot,
                                                        .instance = place->instance};
    qsort(sides->counts, sides->count, sizeof *sides->counts, compare_counts);
}

/* Who speaks for a root may be another than it was then: for that nobody asks. */
enum error_code sides_before(const struct correlating *correlating, const struct environment_sides *now,
                             const struct instance_place *place, const struct instance_place *before,
                             struct environment_sides *ret_sides)
{
    struct environment_sides sides = {.name = now->name};

    sides.counts = arena_array(correlating->arena, now->count + 1, sizeof *sides.counts);
    if (sides.counts == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = 0; i < now->count; i++) {
        struct root_count count = now->counts[i];

        count.count -= is_of(&count, place);
        if (count.count > 0)
            sides.counts[sides.count++] = count;
    }
    if (before != NULL)
        put_back(&sides, before);
    *ret_sides = sides;
    return group(correlating, ret_sides);
}

/* ---- asking ---- */

struct pair_side sides_majority(const struct environment_sides *sides, uint64_t *ret_majors)
{
    const struct variant *majority = &sides->variants.variants[0];
    const struct variant_root *root = &sides->variants.roots[majority->root];

    *ret_majors = majority->majors;
    return (struct pair_side){.is_there = true, .root = root->root, .target = root->target, .snapshot = root->snapshot};
}

static const struct variant_root *find_root(const struct environment_sides *sides, const struct hash *root)
{
    for (uint32_t i = 0; i < sides->variants.root_count; i++)
        if (hash_equal(&sides->variants.roots[i].root, root))
            return &sides->variants.roots[i];
    return NULL;
}

bool sides_is_majority(const struct environment_sides *sides, const struct hash *root)
{
    const struct variant_root *found = find_root(sides, root);

    return found != NULL && sides->variants.has_majority && found->variant == 0;
}

static int compare_roots(const void *a, const void *b)
{
    const struct variant_root *x = *(const struct variant_root *const *)a, *y = *(const struct variant_root *const *)b;

    return memcmp(x->root.bytes, y->root.bytes, HASH_SIZE);
}

static const struct variant_root **sort_roots(const struct correlating *correlating,
                                              const struct environment_sides *sides)
{
    uint32_t count = sides->variants.root_count;
    const struct variant_root **roots = arena_array(correlating->arena, count, sizeof *roots);

    for (uint32_t i = 0; roots != NULL && i < count; i++)
        roots[i] = &sides->variants.roots[i];
    if (roots != NULL && count > 1)
        qsort(roots, count, sizeof *roots, compare_roots);
    return roots;
}

/* Whether no root that both moments have was in the majority at one of them only. */
static enum error_code same_members(const struct correlating *correlating, const struct environment_sides *before,
                                    const struct environment_sides *now, bool *ret_same)
{
    const struct variant_root **left = sort_roots(correlating, before), **right = sort_roots(correlating, now);
    uint32_t a = 0, b = 0;

    if (left == NULL || right == NULL)
        return correlating_no_memory(correlating);
    *ret_same = true;
    while (a < before->variants.root_count && b < now->variants.root_count) {
        int order = compare_roots(&left[a], &right[b]);

        if (order == 0 && (left[a]->variant == 0) != (right[b]->variant == 0))
            *ret_same = false;
        a += order <= 0;
        b += order >= 0;
    }
    return ERROR_NONE;
}

enum error_code sides_are_alike(const struct correlating *correlating, const struct environment_sides *before,
                                const struct environment_sides *now, bool *ret_alike)
{
    uint64_t majors[2];
    struct pair_side sides[2];

    *ret_alike = false;
    if (!before->variants.has_majority || !now->variants.has_majority)
        return ERROR_NONE;
    sides[0] = sides_majority(before, &majors[0]);
    sides[1] = sides_majority(now, &majors[1]);
    if (majors[0] != majors[1] || !hash_equal(&sides[0].root, &sides[1].root))
        return ERROR_NONE;
    return same_members(correlating, before, now, ret_alike);
}
