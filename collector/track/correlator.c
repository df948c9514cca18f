#include "track/correlator.h"

#include "base/clock.h"
#include "base/memory.h"
#include "drift/rendering.h"
#include "track/contract_watch.h"
#include "track/outliers.h"
#include "track/pair_list.h"
#include "track/pair_step.h"
#include "track/settling.h"
#include "track/split_watch.h"

enum {
    NAME_SIZE = 256,
    PAIRS_AT_ONCE = 64,   /* that one snapshot brings to another majority before it is acknowledged */
    SLICE_US = 50 * 1000, /* catching up holds agents up for so long, beside finding what there is to do */
    OUTDATED_AT_ONCE = 256,
    EXPIRED_AT_ONCE = 100 /* waivers */
};

/* Where looking at one database after the other has got to. */
struct cursor {
    char name[NAME_SIZE]; /* the last that was looked at; empty: none */
    size_t length;
    bool is_unfinished; /* there is more to do in that one */
};

struct correlator {
    struct database *database;
    struct policy *policy; /* NULL: none yet */
    bool sweeping;         /* all databases are to be looked at */
    bool searching;        /* some may be outdated */
    bool doubting;         /* and their pairs may not be those that there should be */
    bool failed;           /* one of them was left behind: all are to be looked at once more */
    struct cursor cursor;
    struct cursor cursor_before; /* the last call: it may have been taken back */
};

enum error_code correlator_new(struct correlator **ret_correlator, struct database *database, struct error *error)
{
    struct correlator *correlator = mem_alloc(sizeof *correlator);

    if (correlator == NULL)
        return error_memory(error, "starting to correlate");
    *correlator = (struct correlator){.database = database};
    *ret_correlator = correlator;
    return ERROR_NONE;
}

void correlator_free(struct correlator *correlator)
{
    if (correlator == NULL)
        return;
    policy_release(correlator->policy);
    mem_free(correlator);
}

bool correlator_use(struct correlator *correlator, struct policy *policy)
{
    bool same =
        policy == correlator->policy ||
        (correlator->policy != NULL && hash_equal(policy_fingerprint(correlator->policy), policy_fingerprint(policy)));

    if (policy == correlator->policy)
        return false;
    policy_release(correlator->policy);
    correlator->policy = policy_share(policy);
    if (same)
        return false;
    correlator->sweeping = true;
    correlator->cursor = correlator->cursor_before = (struct cursor){.length = 0};
    return true;
}

bool correlator_is_behind(const struct correlator *correlator)
{
    return correlator->policy != NULL && (correlator->sweeping || correlator->searching);
}

void correlator_forget(struct correlator *correlator)
{
    correlator->cursor = correlator->cursor_before;
    correlator->searching = correlator->doubting = true;
}

/* ---------------------------------------------------------------- path pairs */

static uint32_t major_of(const struct snapshot_row *snapshot)
{
    return rendering_major(snapshot->server_version);
}

static enum error_code get_pair(const struct correlating *correlating, const struct neighbours *neighbours,
                                struct pair_row *ret_pair)
{
    const struct pair_row name = {.database = correlating->name, .from = neighbours->from, .to = neighbours->to};
    enum error_code code = pairs_get(correlating->database, &name, correlating->arena, ret_pair, correlating->error);

    if (code != ERROR_NOT_FOUND)
        return code;
    *ret_pair = name;
    return ERROR_NONE;
}

/* One of both has no majority, or both: a pair that has begun waits. */
static enum error_code wait_for_both(const struct correlating *correlating, struct pair_row *pair,
                                     const struct environment_sides *const environments[2],
                                     const struct occasion *occasion)
{
    struct pair_side sides[2] = {{0}};
    struct text who = {NULL, 0};

    if (pair->id == 0 || !pair->active || !pair->sides[0].is_there || !pair->sides[1].is_there)
        return ERROR_NONE;
    for (int side = 0; side < 2; side++) {
        uint64_t majors;
        uint32_t chosen[2];

        if (environments[side] == NULL)
            continue;
        if (!environments[side]->variants.has_majority) {
            who = environments[side]->name;
            continue;
        }
        sides[side] = sides_majority(environments[side], &majors);
        variants_majors(majors, sides_major_bit(pair->sides[1 - side].major), chosen);
        sides[side].major = chosen[0];
    }
    return pair_step_wait(correlating, pair, sides, who, occasion);
}

/* Follow both environments as they are, if both have a majority. */
static enum error_code follow_both(const struct correlating *correlating, struct pair_row *pair,
                                   const struct environment_sides *const environments[2],
                                   const struct occasion *occasion)
{
    struct pair_side sides[2];
    uint64_t majors[2];
    uint32_t chosen[2];

    if (!environments[0]->variants.has_majority || !environments[1]->variants.has_majority)
        return wait_for_both(correlating, pair, environments, occasion);
    for (int side = 0; side < 2; side++)
        sides[side] = sides_majority(environments[side], &majors[side]);
    variants_majors(majors[0], majors[1], chosen);
    sides[0].major = chosen[0];
    sides[1].major = chosen[1];
    return pair_step_follow(correlating, pair, sides, occasion, -1);
}

/* Whether the environment that did not move stands as the pair has it: then it need not be looked at. A server of a
 * version that both have would be a reason to. */
static bool may_keep_other(const struct correlating *correlating, const struct pair_row *pair, int other,
                           uint64_t majors)
{
    const uint64_t bit = sides_major_bit(pair->sides[other].major);

    return pair->id != 0 && pair->active && !pair->waits && pair->sides[other].is_there &&
           hash_equal(&pair->policy, policy_fingerprint(correlating->policy)) &&
           (bit == 0 || majors == 0 || (bit & majors) != 0);
}

/* One of two neighbours moved. */
static enum error_code follow_one(const struct correlating *correlating, const struct environment_sides *environment,
                                  const struct neighbours *neighbours, const struct occasion *occasion)
{
    int mover = text_equal(neighbours->from, environment->name) ? 0 : 1;
    struct environment_sides other;
    const struct environment_sides *both[2];
    struct pair_row pair;
    struct pair_side sides[2];
    uint64_t majors;
    uint32_t chosen[2];

    if (get_pair(correlating, neighbours, &pair) != ERROR_NONE)
        return correlating->error->code;
    both[mover] = environment;
    both[1 - mover] = NULL;
    if (!environment->variants.has_majority)
        return wait_for_both(correlating, &pair, both, occasion);
    sides[mover] = sides_majority(environment, &majors);
    if (may_keep_other(correlating, &pair, 1 - mover, majors)) {
        sides[1 - mover] = pair.sides[1 - mover];
        variants_majors(majors, sides_major_bit(sides[1 - mover].major), chosen);
        sides[mover].major = chosen[0];
        return pair_step_follow(correlating, &pair, sides, occasion, -1);
    }
    if (sides_find(correlating, mover == 0 ? neighbours->to : neighbours->from, &other) != ERROR_NONE)
        return correlating->error->code;
    both[1 - mover] = &other;
    return follow_both(correlating, &pair, both, occasion);
}

static enum error_code end_pair(const struct correlating *correlating, const struct neighbours *neighbours,
                                const struct occasion *occasion)
{
    struct pair_row pair;

    if (get_pair(correlating, neighbours, &pair) != ERROR_NONE)
        return correlating->error->code;
    return pair.active ? pair_step_end(correlating, &pair, occasion, DRIFT_FORGOTTEN) : ERROR_NONE;
}

/* An environment that is new stands between two that were neighbours until now. */
static enum error_code follow_path(const struct correlating *correlating, const struct environment_sides *environment,
                                   const struct occasion *occasion)
{
    struct neighbours around;
    bool is_new = !occasion->has_before && environment->instances == 1;

    if (pair_list_around(correlating, environment->name, &around) != ERROR_NONE)
        return correlating->error->code;
    if (is_new && around.from.length > 0 && around.to.length > 0 &&
        end_pair(correlating, &around, occasion) != ERROR_NONE)
        return correlating->error->code;
    if (around.from.length > 0 &&
        follow_one(correlating, environment, &(struct neighbours){around.from, environment->name}, occasion) !=
            ERROR_NONE)
        return correlating->error->code;
    if (around.to.length == 0)
        return ERROR_NONE;
    return follow_one(correlating, environment, &(struct neighbours){environment->name, around.to}, occasion);
}

/* ---------------------------------------------------------------- a snapshot */

static struct instance_place place_of(const struct snapshot_row *snapshot, struct text instance)
{
    return (struct instance_place){.root = snapshot->root,
                                   .major = major_of(snapshot),
                                   .gaps = snapshot->gaps,
                                   .target = snapshot->target,
                                   .snapshot = snapshot->id,
                                   .instance = instance};
}

static enum error_code follow_instances(struct correlator *correlator, const struct correlating *correlating,
                                        const struct environment_sides *now, const struct correlator_step *step,
                                        const struct occasion *occasion, struct text instance)
{
    const struct instance_place place = place_of(step->snapshot, instance);
    struct instance_place before = {0};
    struct work_budget budget = {.pairs = PAIRS_AT_ONCE};
    struct environment_sides then;
    bool alike = false;

    if (step->before != NULL)
        before = place_of(step->before, instance);
    if (sides_before(correlating, now, &place, step->before == NULL ? NULL : &before, &then) != ERROR_NONE ||
        sides_are_alike(correlating, &then, now, &alike) != ERROR_NONE)
        return correlating->error->code;
    if (alike || (now->instances == 1 && then.instances <= 1))
        return outliers_follow_one(correlating, now, &place, occasion);
    if (outliers_follow_all(correlating, now, occasion, &budget) != ERROR_NONE)
        return correlating->error->code;
    correlator->searching = correlator->searching || budget.is_used_up;
    return ERROR_NONE;
}

static enum error_code follow_snapshot(struct correlator *correlator, const struct correlating *correlating,
                                       const struct correlator_step *step, const struct target_name *name)
{
    const struct snapshot_row *snapshot = step->snapshot;
    const struct occasion occasion = {.at = snapshot->taken_at,
                                      .seen = snapshot->received_at,
                                      .snapshot = snapshot->id,
                                      .target = snapshot->target,
                                      .before = step->before == NULL ? (struct hash){{0}} : step->before->root,
                                      .now = snapshot->root,
                                      .has_before = step->before != NULL,
                                      .changes = step->changes,
                                      .change_ids = step->change_ids,
                                      .attributions = step->attributions,
                                      .change_count = step->change_count};
    const struct watched_target target = {snapshot->target, *name, snapshot->id, snapshot->root};
    struct environment_sides environment;

    if (sides_find(correlating, name->environment, &environment) != ERROR_NONE ||
        split_watch_follow(correlating, &environment, &occasion, name->instance) != ERROR_NONE ||
        follow_path(correlating, &environment, &occasion) != ERROR_NONE ||
        follow_instances(correlator, correlating, &environment, step, &occasion, name->instance) != ERROR_NONE)
        return correlating->error->code;
    return contract_watch_follow(correlating, &target, &occasion);
}

/* Whether the target is as it was: nothing that is compared has changed. */
static bool is_same(const struct correlator_step *step)
{
    return step->before != NULL && hash_equal(&step->before->root, &step->snapshot->root) &&
           major_of(step->before) == major_of(step->snapshot);
}

enum error_code correlator_recorded(struct correlator *correlator, const struct correlator_step *step,
                                    struct error *error)
{
    struct correlating correlating = {.database = correlator->database, .policy = correlator->policy, .error = error};
    CLEANUP(arena_free) struct arena arena = {0};
    struct snapshot_row row;

    if (correlator->policy == NULL || is_same(step))
        return ERROR_NONE;
    arena_init(&arena, policy_content(correlator->policy)->fleet.memory_limit);
    correlating.arena = &arena;
    if (snapshots_get(correlator->database, step->snapshot->id, &arena, &row, error) != ERROR_NONE)
        return error->code;
    correlating.name = row.name.database;
    return follow_snapshot(correlator, &correlating, step, &row.name) == ERROR_NONE
               ? ERROR_NONE
               : error_context(error, "working out what differs");
}

/* ---------------------------------------------------------------- catching up */

static bool is_listed(const struct neighbours *list, size_t count, const struct pair_row *pair)
{
    bool found = false;

    for (size_t i = 0; i < count && !found; i++)
        found = text_equal(list[i].from, pair->from) && text_equal(list[i].to, pair->to);
    return found;
}

/* Pairs of environments that are no neighbours any more. */
static enum error_code end_others(const struct correlating *correlating, const struct neighbours *list, size_t count,
                                  const struct occasion *occasion)
{
    const struct pair_filter filter = {.database = correlating->name};
    struct pair_row *pairs = NULL;
    size_t pair_count = 0;

    if (pairs_list(correlating->database, &filter, correlating->arena, &pairs, &pair_count, correlating->error) !=
        ERROR_NONE)
        return correlating->error->code;
    for (size_t i = 0; i < pair_count; i++)
        if (!is_listed(list, count, &pairs[i]) &&
            pair_step_end(correlating, &pairs[i], occasion, DRIFT_FORGOTTEN) != ERROR_NONE)
            return correlating->error->code;
    return ERROR_NONE;
}

static enum error_code follow_neighbours(const struct correlating *correlating, const struct neighbours *list,
                                         size_t count, const struct occasion *occasion, struct work_budget *budget)
{
    for (size_t i = 0; i < count && work_budget_take(budget); i++) {
        struct environment_sides from, to;
        const struct environment_sides *both[2] = {&from, &to};
        struct pair_row pair;

        if (get_pair(correlating, &list[i], &pair) != ERROR_NONE ||
            sides_find(correlating, list[i].from, &from) != ERROR_NONE ||
            sides_find(correlating, list[i].to, &to) != ERROR_NONE ||
            follow_both(correlating, &pair, both, occasion) != ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}

/* Environments with several instances, also beside the path, and those that had several. */
static enum error_code follow_environments(const struct correlating *correlating, const struct occasion *occasion,
                                           struct work_budget *budget)
{
    struct text after = {NULL, 0}, name = {NULL, 0};

    for (;;) {
        struct environment_sides environment;

        if (targets_next_environment(correlating->database, correlating->name, after, correlating->arena, &name,
                                     correlating->error) != ERROR_NONE)
            return correlating->error->code;
        if (name.length == 0 || budget->is_used_up)
            return ERROR_NONE;
        if (sides_find(correlating, name, &environment) != ERROR_NONE ||
            split_watch_follow(correlating, &environment, occasion, (struct text){NULL, 0}) != ERROR_NONE ||
            outliers_follow_all(correlating, &environment, occasion, budget) != ERROR_NONE)
            return correlating->error->code;
        after = name;
    }
}

/* All pairs and contracts of one database. */
static enum error_code look_at_database(const struct correlating *correlating, const struct occasion *occasion,
                                        struct work_budget *budget)
{
    struct neighbours *list = NULL;
    size_t count = 0;

    if (pair_list_all(correlating, &list, &count) != ERROR_NONE ||
        end_others(correlating, list, count, occasion) != ERROR_NONE ||
        follow_neighbours(correlating, list, count, occasion, budget) != ERROR_NONE ||
        follow_environments(correlating, occasion, budget) != ERROR_NONE)
        return correlating->error->code;
    return contract_watch_all(correlating, occasion, budget);
}

static void set_cursor(struct cursor *cursor, struct text name)
{
    cursor->is_unfinished = false;
    cursor->length = name.length < NAME_SIZE ? name.length : NAME_SIZE;
    if (cursor->length > 0)
        memcpy(cursor->name, name.bytes, cursor->length);
}

static struct text cursor_text(const struct cursor *cursor)
{
    return (struct text){cursor->name, cursor->length};
}

/* The next database of which a pair is outdated, by name; and once more from the beginning. */
static enum error_code find_outdated(struct correlator *correlator, const struct correlating *correlating,
                                     struct text *ret_name)
{
    const struct hash *policy = policy_fingerprint(correlator->policy);
    const struct text nothing = {NULL, 0};

    if (pairs_next_outdated(correlator->database, policy, cursor_text(&correlator->cursor), correlating->arena,
                            ret_name, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    if (ret_name->length > 0 || correlator->cursor.length == 0)
        return ERROR_NONE;
    set_cursor(&correlator->cursor, nothing);
    return pairs_next_outdated(correlator->database, policy, nothing, correlating->arena, ret_name, correlating->error);
}

/* The one that is not finished, the next that there is, or the next that is outdated. */
static enum error_code find_next(struct correlator *correlator, const struct correlating *correlating,
                                 struct text *ret_name)
{
    struct text last = cursor_text(&correlator->cursor);
    char *copy;

    *ret_name = (struct text){NULL, 0};
    if (correlator->cursor.is_unfinished) {
        copy = arena_string(correlating->arena, last);
        if (copy == NULL)
            return correlating_no_memory(correlating);
        *ret_name = (struct text){copy, last.length};
        return ERROR_NONE;
    }
    if (correlator->sweeping && targets_next_database(correlator->database, last, correlating->arena, ret_name,
                                                      correlating->error) != ERROR_NONE)
        return correlating->error->code;
    if (ret_name->length > 0)
        return ERROR_NONE;
    if (correlator->sweeping)
        set_cursor(&correlator->cursor, *ret_name);
    correlator->sweeping = false;
    return find_outdated(correlator, correlating, ret_name);
}

/* A slice of one database. Instances that were left for later are followed by themselves: to look at all of many would
 * cost more than to follow some. Where pairs may be missing all is looked at once these are done. */
static enum error_code catch_up(struct correlator *correlator, const struct correlating *correlating,
                                const struct occasion *occasion, bool *ret_finished)
{
    struct work_budget budget = {.pairs = UINT32_MAX, .slice_us = SLICE_US};
    struct pair_row *pairs = NULL;
    size_t count = 0;

    if (pairs_outdated(correlator->database, correlating->name, policy_fingerprint(correlator->policy),
                       OUTDATED_AT_ONCE, correlating->arena, &pairs, &count, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    if (count > 0 && pairs[0].instance.length > 0) {
        *ret_finished = false;
        return outliers_follow_outdated(correlating, pairs, count, occasion, &budget);
    }
    *ret_finished = count == 0 && !correlator->sweeping && !correlator->doubting;
    if (*ret_finished)
        return ERROR_NONE;
    if (look_at_database(correlating, occasion, &budget) != ERROR_NONE)
        return correlating->error->code;
    *ret_finished = !budget.is_used_up;
    return ERROR_NONE;
}

/* One that fails does not keep the others waiting. */
static enum error_code leave_behind(struct correlator *correlator, const struct correlating *correlating)
{
    correlator->cursor_before = correlator->cursor;
    correlator->failed = true;
    return error_context(correlating->error, "working out what differs in '%.*s'", TEXT_ARGS(correlating->name));
}

enum error_code correlator_catch_up(struct correlator *correlator, int64_t now, bool *ret_more, struct error *error)
{
    struct correlating correlating = {.database = correlator->database, .policy = correlator->policy, .error = error};
    const struct occasion occasion = {.at = now, .seen = now};
    CLEANUP(arena_free) struct arena arena = {0};
    bool finished = false;

    *ret_more = false;
    if (!correlator_is_behind(correlator))
        return ERROR_NONE;
    arena_init(&arena, policy_content(correlator->policy)->fleet.memory_limit);
    correlating.arena = &arena;
    correlator->cursor_before = correlator->cursor;
    if (find_next(correlator, &correlating, &correlating.name) != ERROR_NONE)
        return error->code;
    if (correlating.name.length == 0) {
        if (split_watch_all(&correlating, &occasion) != ERROR_NONE)
            return error_context(error, "looking whether environments have a majority again");
        *ret_more = correlator->sweeping = correlator->failed;
        correlator->searching = correlator->doubting = correlator->failed = false;
        return ERROR_NONE;
    }
    *ret_more = correlator->searching = true;
    set_cursor(&correlator->cursor, correlating.name);
    if (catch_up(correlator, &correlating, &occasion, &finished) != ERROR_NONE)
        return leave_behind(correlator, &correlating);
    correlator->cursor.is_unfinished = !finished;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- waivers that expire */

enum error_code correlator_expire(struct correlator *correlator, int64_t now, bool *ret_any, struct error *error)
{
    const struct waiver_filter filter = {.expired_at = now, .limit = EXPIRED_AT_ONCE};
    CLEANUP(arena_free) struct arena arena = {0};
    struct settling settling = {.policy = correlator->policy, .now = now, .arena = &arena};
    struct waiver_row *waivers = NULL;
    size_t count = 0;

    *ret_any = false;
    if (correlator->policy == NULL)
        return ERROR_NONE;
    arena_init(&arena, policy_content(correlator->policy)->fleet.memory_limit);
    if (waivers_list(correlator->database, &filter, &arena, &waivers, &count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (settling_end_waiver(correlator->database, &settling, waivers[i].id, (struct text){NULL, 0}, error) !=
            ERROR_NONE)
            return error_context(error, "ending a waiver that has expired");
        *ret_any = true;
    }
    return ERROR_NONE;
}
