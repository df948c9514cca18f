#include "track/outliers.h"

#include <stdlib.h>

#include "base/clock.h"
#include "drift/rendering.h"
#include "track/pair_step.h"

bool work_budget_take(struct work_budget *budget)
{
    int64_t now = budget->slice_us == 0 ? 0 : clock_elapsed();

    if (budget->until == 0)
        budget->until = now + budget->slice_us;
    if (budget->pairs == 0 || (budget->slice_us != 0 && now > budget->until)) {
        budget->is_used_up = true;
        return false;
    }
    budget->pairs--;
    return true;
}

/* ---- one pair ---- */

static struct pair_row name_of(const struct correlating *correlating, const struct environment_sides *sides,
                               struct text instance)
{
    return (struct pair_row){
        .database = correlating->name, .from = sides->name, .to = sides->name, .instance = instance};
}

/* What the instance is held against, and itself. */
static void find_sides(const struct environment_sides *sides, const struct instance_place *place,
                       struct pair_side ret_sides[2])
{
    uint64_t majority;
    uint32_t majors[2];

    ret_sides[0] = sides_majority(sides, &majority);
    ret_sides[1] =
        (struct pair_side){.is_there = true, .root = place->root, .target = place->target, .snapshot = place->snapshot};
    variants_majors(majority, sides_major_bit(place->major), majors);
    ret_sides[0].major = majors[0];
    ret_sides[1].major = majors[1];
}

/* It is as the majority: what differed has ended, unless it cannot be seen. */
static enum error_code finish(const struct correlating *correlating, struct pair_row *pair,
                              const struct pair_side sides[2], const struct occasion *occasion)
{
    struct drift_row *drifts = NULL;
    size_t count = 0;

    if (pair_step_follow(correlating, pair, sides, occasion, -1) != ERROR_NONE ||
        drifts_living(correlating->database, pair->id, (struct text){NULL, 0}, correlating->arena, &drifts, &count,
                      correlating->error) != ERROR_NONE)
        return correlating->error->code;
    return count > 0 ? ERROR_NONE : pair_step_end(correlating, pair, occasion, DRIFT_FORGOTTEN);
}

static enum error_code follow(const struct correlating *correlating, const struct environment_sides *sides,
                              const struct instance_place *place, struct pair_row *pair,
                              const struct occasion *occasion)
{
    bool is_outlier = !sides_is_majority(sides, &place->root);
    struct pair_side both[2];

    find_sides(sides, place, both);
    if (is_outlier)
        return pair_step_follow(correlating, pair, both, occasion, place->target == occasion->target ? 1 : 0);
    return pair->active ? finish(correlating, pair, both, occasion) : ERROR_NONE;
}

enum error_code outliers_follow_one(const struct correlating *correlating, const struct environment_sides *sides,
                                    const struct instance_place *place, const struct occasion *occasion)
{
    const struct pair_row name = name_of(correlating, sides, place->instance);
    struct pair_row pair = name;
    enum error_code code;

    if (!sides->variants.has_majority)
        return ERROR_NONE;
    code = pairs_get(correlating->database, &name, correlating->arena, &pair, correlating->error);
    if (code != ERROR_NONE && code != ERROR_NOT_FOUND)
        return code;
    return follow(correlating, sides, place, &pair, occasion);
}

/* ---- all of them ---- */

/* Instances and pairs, both by name. */
struct gathered {
    struct target_row *targets;
    size_t target_count;
    struct pair_row *pairs;
    size_t pair_count;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair_row *x = a, *y = b;

    return text_compare(x->instance, y->instance);
}

static int compare_targets(const void *a, const void *b)
{
    const struct target_row *x = a, *y = b;

    return text_compare(x->name.instance, y->name.instance);
}

/* Those with a snapshot. */
static size_t keep_recorded(struct target_row *targets, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (targets[i].snapshot != 0)
            targets[kept++] = targets[i];
    return kept;
}

static enum error_code gather(const struct correlating *correlating, const struct environment_sides *sides,
                              struct gathered *ret_gathered)
{
    const struct target_filter targets = {.database = correlating->name, .environment = sides->name};
    const struct pair_filter pairs = {
        .database = correlating->name, .from = sides->name, .to = sides->name, .any_instance = true};
    struct gathered gathered = {0};

    if (targets_list(correlating->database, &targets, correlating->arena, &gathered.targets, &gathered.target_count,
                     correlating->error) != ERROR_NONE ||
        pairs_list(correlating->database, &pairs, correlating->arena, &gathered.pairs, &gathered.pair_count,
                   correlating->error) != ERROR_NONE)
        return correlating->error->code;
    gathered.target_count = keep_recorded(gathered.targets, gathered.target_count);
    if (gathered.target_count > 1)
        qsort(gathered.targets, gathered.target_count, sizeof *gathered.targets, compare_targets);
    if (gathered.pair_count > 1)
        qsort(gathered.pairs, gathered.pair_count, sizeof *gathered.pairs, compare_pairs);
    *ret_gathered = gathered;
    return ERROR_NONE;
}

static struct instance_place place_of(const struct target_row *target)
{
    return (struct instance_place){.root = target->root,
                                   .major = rendering_major(target->server_version),
                                   .gaps = target->gaps,
                                   .target = target->id,
                                   .snapshot = target->snapshot,
                                   .instance = target->name.instance};
}

/* Whether there is anything to do for an instance. */
static bool is_settled(const struct correlating *correlating, const struct environment_sides *sides,
                       const struct instance_place *place, const struct pair_row *pair)
{
    struct pair_side both[2];

    if (sides_is_majority(sides, &place->root) && !pair->active)
        return true;
    find_sides(sides, place, both);
    return pair_step_is_current(correlating, pair, both);
}

/* Leave a pair for later: one that has sides keeps them, so that what it was is known then. */
static enum error_code put_off(const struct correlating *correlating, struct pair_row *pair,
                               const struct occasion *occasion)
{
    if (!pair->active) {
        pair->sides[0] = pair->sides[1] = (struct pair_side){0};
        pair->active = true;
    } else if (hash_equal(&pair->policy, &(struct hash){{0}})) {
        return ERROR_NONE;
    }
    pair->policy = (struct hash){{0}};
    pair->at = occasion->seen;
    return pairs_put(correlating->database, pair, correlating->error);
}

static enum error_code follow_target(const struct correlating *correlating, const struct environment_sides *sides,
                                     const struct target_row *target, struct pair_row *pair,
                                     const struct occasion *occasion, struct work_budget *budget)
{
    const struct instance_place place = place_of(target);

    if (is_settled(correlating, sides, &place, pair))
        return ERROR_NONE;
    if (!work_budget_take(budget))
        return put_off(correlating, pair, occasion);
    return follow(correlating, sides, &place, pair, occasion);
}

/* Both lists are by name: one pass brings instances and pairs together. */
static enum error_code follow_gathered(const struct correlating *correlating, const struct environment_sides *sides,
                                       const struct gathered *gathered, const struct occasion *occasion,
                                       struct work_budget *budget)
{
    size_t a = 0, b = 0;

    while (a < gathered->target_count || b < gathered->pair_count) {
        const struct target_row *target = a < gathered->target_count ? &gathered->targets[a] : NULL;
        struct pair_row *pair = b < gathered->pair_count ? &gathered->pairs[b] : NULL;
        int order = target == NULL ? 1 : pair == NULL ? -1 : text_compare(target->name.instance, pair->instance);
        struct pair_row new_pair;

        a += order <= 0;
        b += order >= 0;
        if (order < 0) {
            new_pair = name_of(correlating, sides, target->name.instance);
            pair = &new_pair;
        }
        if ((order > 0 ? pair_step_end(correlating, pair, occasion, DRIFT_FORGOTTEN)
                       : follow_target(correlating, sides, target, pair, occasion, budget)) != ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}

/* One that was left for later and never began is none until there is a majority again. */
static enum error_code stay_one(const struct correlating *correlating, struct pair_row *pair,
                                const struct occasion *occasion)
{
    const struct pair_side sides[2] = {pair->sides[0], pair->sides[1]};

    if (!sides[0].is_there || !sides[1].is_there)
        return pair_step_end(correlating, pair, occasion, DRIFT_FORGOTTEN);
    return pair_step_follow(correlating, pair, sides, occasion, -1);
}

/* Without a majority every pair stays as it is, but for those whose instance is gone. */
static enum error_code stay(const struct correlating *correlating, const struct gathered *gathered,
                            const struct occasion *occasion, struct work_budget *budget)
{
    for (size_t i = 0; i < gathered->pair_count; i++) {
        struct pair_row *pair = &gathered->pairs[i];
        const struct target_row wanted = {.name.instance = pair->instance};
        bool is_there = bsearch(&wanted, gathered->targets, gathered->target_count, sizeof *gathered->targets,
                                compare_targets) != NULL;

        if (!is_there && pair_step_end(correlating, pair, occasion, DRIFT_FORGOTTEN) != ERROR_NONE)
            return correlating->error->code;
        if (is_there && !hash_equal(&pair->policy, policy_fingerprint(correlating->policy)) &&
            work_budget_take(budget) && stay_one(correlating, pair, occasion) != ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}

enum error_code outliers_follow_all(const struct correlating *correlating, const struct environment_sides *sides,
                                    const struct occasion *occasion, struct work_budget *budget)
{
    struct gathered gathered;

    if (gather(correlating, sides, &gathered) != ERROR_NONE)
        return correlating->error->code;
    if (!sides->variants.has_majority)
        return stay(correlating, &gathered, occasion, budget);
    return follow_gathered(correlating, sides, &gathered, occasion, budget);
}

/* ---- what was left for later ---- */

/* The target of a pair; false: there is none any more, or it has no snapshot. */
static enum error_code find_target(const struct correlating *correlating, const struct pair_row *pair,
                                   struct target_row *ret_target, bool *ret_there)
{
    const struct target_name name = {pair->database, pair->to, pair->instance};
    enum error_code code =
        targets_find(correlating->database, &name, correlating->arena, ret_target, correlating->error);

    *ret_there = code == ERROR_NONE && ret_target->snapshot != 0;
    return code == ERROR_NOT_FOUND ? ERROR_NONE : code;
}

static enum error_code follow_outdated(const struct correlating *correlating, const struct environment_sides *sides,
                                       struct pair_row *pair, const struct occasion *occasion)
{
    struct target_row target;
    struct instance_place place;
    bool is_there = false;

    if (find_target(correlating, pair, &target, &is_there) != ERROR_NONE)
        return correlating->error->code;
    if (!is_there)
        return pair_step_end(correlating, pair, occasion, DRIFT_FORGOTTEN);
    if (!sides->variants.has_majority)
        return stay_one(correlating, pair, occasion);
    place = place_of(&target);
    return follow(correlating, sides, &place, pair, occasion);
}

enum error_code outliers_follow_outdated(const struct correlating *correlating, struct pair_row *pairs, size_t count,
                                         const struct occasion *occasion, struct work_budget *budget)
{
    struct environment_sides sides = {0};

    for (size_t i = 0; i < count; i++) {
        if (pairs[i].instance.length == 0)
            continue;
        if (!work_budget_take(budget))
            return ERROR_NONE;
        if (!text_equal(sides.name, pairs[i].to) && sides_find(correlating, pairs[i].to, &sides) != ERROR_NONE)
            return correlating->error->code;
        if (follow_outdated(correlating, &sides, &pairs[i], occasion) != ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}
