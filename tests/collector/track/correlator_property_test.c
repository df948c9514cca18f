/* Random histories of a small fleet: what is kept step by step is what a comparison from nothing says, whatever came
 * before. The seed of a history that fails is printed; DRIFTLINE_SEED=N repeats it alone. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/track/fleet_story.h"
#include "collector/track/fresh.h"
#include "collector/track/rebuilt.h"
#include "store/drifts.h"
#include "support/cmocka.h"

enum { HISTORIES = 12, STEPS = 60, SCRATCH_EVERY = 9 };

/* ---- what must hold ---- */

static void fail_story(const struct fleet_story *story, const char *what, const char *is, const char *should)
{
    fail_msg("seed %" PRIu64 ", step %u (%s): %s\nkept:\n%s\nfresh:\n%s", story->seed, story->step, story->doing, what,
             is, should);
}

static const char *pair_name(struct fleet_story *story, const struct pair_row *pair)
{
    const char *name = arena_printf(&story->history.arena, "%.*s→%.*s/%.*s", TEXT_ARGS(pair->from), TEXT_ARGS(pair->to),
                                    TEXT_ARGS(pair->instance));

    assert_non_null(name);
    return name;
}

/* Whether a pair of environments waits just while one of them has no majority. */
static void check_waiting(struct fleet_story *story, const struct pair_row *pair)
{
    bool waits = false;

    for (int side = 0; side < 2; side++)
        waits = waits || !fresh_variants(&story->correlated, "orders", side == 0 ? pair->from : pair->to).has_majority;
    if (waits != pair->waits)
        fail_story(story, pair_name(story, pair), waits ? "does not wait" : "waits, and for nothing", "");
}

/* The sides of a pair are how its environments stand now, if they stand anyhow. */
static void check_sides(struct fleet_story *story, const struct pair_row *pair)
{
    const struct text environments[2] = {pair->from, pair->to};
    struct variants variants[2];
    uint32_t majors[2];

    if (pair->waits)
        return;
    for (int side = 0; side < (pair->instance.length > 0 ? 1 : 2); side++) {
        variants[side] = fresh_variants(&story->correlated, "orders", environments[side]);
        if (!variants[side].has_majority)
            return;
        if (!hash_equal(&variants[side].roots[variants[side].variants[0].root].root, &pair->sides[side].root))
            fail_story(story, pair_name(story, pair), "another root than the majority's", "");
    }
    if (pair->instance.length > 0)
        return;
    variants_majors(variants[0].variants[0].majors, variants[1].variants[0].majors, majors);
    if (majors[0] != pair->sides[0].major || majors[1] != pair->sides[1].major)
        fail_story(story, pair_name(story, pair), "other versions than both have", "");
}

/* ---- which pairs there are ---- */

static const struct pair_row *find_pair(const struct pair_row *pairs, size_t count, struct text from, struct text to,
                                        struct text instance)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(pairs[i].from, from) && text_equal(pairs[i].to, to) && text_equal(pairs[i].instance, instance))
            return &pairs[i];
    return NULL;
}

static bool is_majority(const struct variants *variants, const struct hash *root)
{
    for (uint32_t i = 0; i < variants->root_count; i++)
        if (hash_equal(&variants->roots[i].root, root))
            return variants->roots[i].variant == 0;
    return false;
}

/* One that is as the majority has a pair only as long as something of it cannot be seen. */
static void check_instances(struct fleet_story *story, const struct pair_row *pairs, size_t count)
{
    const struct target_filter filter = {.database = TEXT("orders")};
    struct target_row *targets = NULL;
    struct error error = {0};
    size_t target_count = 0;

    history_expect(
        targets_list(story->history.database, &filter, &story->history.arena, &targets, &target_count, &error), &error);
    for (size_t i = 0; i < target_count; i++) {
        struct text environment = targets[i].name.environment;
        struct variants variants = fresh_variants(&story->correlated, "orders", environment);
        const struct pair_row *pair = find_pair(pairs, count, environment, environment, targets[i].name.instance);

        if (!variants.has_majority || targets[i].snapshot == 0)
            continue;
        if (!is_majority(&variants, &targets[i].root) && pair == NULL)
            fail_story(story, "an outlier without a pair", story->doing, "");
        if (is_majority(&variants, &targets[i].root) && pair != NULL &&
            history_ask(&story->history, "SELECT count(*) FROM drift WHERE hidden AND ending = 0") == 0)
            fail_story(story, pair_name(story, pair), "a pair of one that is no outlier", "");
    }
}

/* Neighbours that have a majority are a pair; others are none. */
static void check_neighbours(struct fleet_story *story, const struct pair_row *pairs, size_t count)
{
    const struct fleet_path path = policy_path(story->correlated.policy, TEXT("orders"));
    struct text last = {NULL, 0};
    struct variants before = {0};
    size_t found = 0, of_environments = 0;

    for (size_t i = 0; i < path.count; i++) {
        struct variants variants = fresh_variants(&story->correlated, "orders", path.path[i]);

        if (variants.root_count == 0)
            continue;
        if (last.length > 0 && find_pair(pairs, count, last, path.path[i], (struct text){NULL, 0}) != NULL)
            found++;
        else if (last.length > 0 && before.has_majority && variants.has_majority)
            fail_story(story, "neighbours that are no pair", story->doing, "");
        last = path.path[i];
        before = variants;
    }
    for (size_t i = 0; i < count; i++)
        of_environments += pairs[i].instance.length == 0;
    if (found != of_environments)
        fail_story(story, "a pair of environments that are no neighbours", story->doing, "");
}

static void check_causes(struct fleet_story *story, const struct pair_row *pair)
{
    struct history *history = &story->history;
    struct drift_row *drifts = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(
        drifts_living(history->database, pair->id, (struct text){NULL, 0}, &history->arena, &drifts, &count, &error),
        &error);
    for (size_t i = 0; i < count; i++) {
        bool is_outlier = pair->instance.length > 0;

        if ((drifts[i].cause == DRIFT_OUTLIER) != is_outlier ||
            (!is_outlier && (drifts[i].cause == DRIFT_BASELINE) == drifts[i].base_known))
            fail_story(story, pair_name(story, pair), "a cause that cannot be", drift_cause_name(drifts[i].cause));
    }
}

/* Under a policy that is not worked out yet nothing is promised. */
static bool is_current(const struct fleet_story *story, const struct pair_row *pair)
{
    return hash_equal(&pair->policy, policy_fingerprint(story->correlated.policy));
}

static void check_pair(struct fleet_story *story, const struct pair_row *pair)
{
    const char *kept, *fresh;

    if (!is_current(story, pair))
        return;
    check_sides(story, pair);
    if (pair->instance.length == 0)
        check_waiting(story, pair);
    check_causes(story, pair);
    kept = fresh_stored_lines(&story->correlated, pair);
    fresh = fresh_lines(&story->correlated, pair);
    if (strcmp(kept, fresh) != 0)
        fail_story(story, pair_name(story, pair), kept, fresh);
}

static void check_pairs(struct fleet_story *story)
{
    struct pair_row *pairs = NULL;
    size_t count = fresh_pairs(&story->correlated, "orders", &pairs);

    for (size_t i = 0; i < count; i++)
        check_pair(story, &pairs[i]);
    if (correlator_is_behind(story->correlated.correlator))
        return;
    check_neighbours(story, pairs, count);
    check_instances(story, pairs, count);
}

static const char *all_lines(struct fleet_story *story)
{
    CLEANUP(buffer_clear) struct buffer all = {0};
    struct pair_row *pairs = NULL;
    size_t count = fresh_pairs(&story->correlated, "orders", &pairs);
    char *copy;

    for (size_t i = 0; i < count; i++)
        buffer_printf(&all, "%s:\n%s", pair_name(story, &pairs[i]), fresh_stored_lines(&story->correlated, &pairs[i]));
    copy = arena_string(&story->history.arena, buffer_text(&all));
    assert_non_null(copy);
    return copy;
}

/* Everything worked out anew is what was there. */
static void check_from_scratch(struct fleet_story *story)
{
    const char *before, *after;
    struct error error = {0};

    correlated_catch_up(&story->correlated);
    before = all_lines(story);
    history_begin(&story->history);
    history_expect(pairs_outdate(story->history.database, (struct text){NULL, 0}, &error), &error);
    history_commit(&story->history);
    correlator_forget(story->correlated.correlator);
    correlated_catch_up(&story->correlated);
    after = all_lines(story);
    if (strcmp(before, after) != 0)
        fail_story(story, "from scratch it is not the same", before, after);
}

/* What has to come about for the histories to say something. */
static struct {
    int64_t doubles;
    int64_t forgotten; /* by first sights */
    int64_t waited;    /* steps that were kept, and followed later */
    int64_t still;     /* moments at which a pair with drifts waited */
} coverage;

/* How often something was said to have moved, and what came of first sights. */
struct marks {
    int64_t ended;
    int64_t blamed; /* opened by somebody's step */
    int64_t caused;
    int64_t forgotten;
    unsigned first_sights;
    int64_t waiting; /* pairs */
    int64_t kept;    /* steps */
};

static struct marks mark(struct fleet_story *story)
{
    struct history *history = &story->history;

    return (struct marks){
        .ended = history_ask(history, "SELECT count(*) FROM drift_step WHERE what = 5 AND note NOT IN "
                                      "('forgotten', 'absorbed')"),
        .blamed = history_ask(history, "SELECT count(*) FROM drift_step WHERE what = 0 AND side IS NOT NULL"),
        .caused = history_ask(history, "SELECT count(*) FROM drift WHERE cause NOT IN (0, 4)"),
        .forgotten = history_ask(history, "SELECT count(*) FROM drift_step WHERE what = 5 AND note = 'forgotten'"),
        .first_sights = story->first_sights,
        .waiting = history_ask(history, "SELECT count(*) FROM pair WHERE waits"),
        .kept = history_ask(history, "SELECT count(*) FROM pair_wait")};
}

static void check_roots(struct fleet_story *story)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct place *place = &story->places[i];
        struct hash root;

        if (place->target == 0)
            continue;
        root = rebuilt_root(&story->history, place->target);
        if (!hash_equal(&root, &place->seen->root))
            fail_story(story, "the changes do not lead to the newest root", place->environment, place->instance);
    }
}

/* What is seen for the first time was so before: nothing has moved. */
static void check_first_sight(struct fleet_story *story, const struct marks *before)
{
    const struct marks now = mark(story);

    if (now.first_sights == before->first_sights || now.waiting < before->waiting)
        return; /* or a pair goes on, in which others have moved */
    if (now.ended != before->ended)
        fail_story(story, "something ended, though nothing moved", "", "");
    if (now.blamed != before->blamed || now.caused > before->caused)
        fail_story(story, "somebody is said to have moved, though nobody did", "", "");
    coverage.forgotten += now.forgotten - before->forgotten;
}

/* ---- pairs that wait ---- */

enum { PAIRS_LIMIT = 64 };

/* How often something was said to have begun, changed or ended. */
struct stillness {
    struct {
        int64_t pair, steps;
        struct hash policy;
    } items[PAIRS_LIMIT];
    size_t count;
};

static int64_t count_steps(struct fleet_story *story, int64_t pair)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct error error = {0};
    bool row = false;

    history_expect(database_prepare(story->history.database,
                                    "SELECT count(*) FROM drift_step JOIN drift ON drift.id = drift_step.drift "
                                    "WHERE pair = :pair AND what IN (0, 1, 5)",
                                    &statement, &error),
                   &error);
    statement_bind_number(statement, ":pair", pair);
    history_expect(statement_step(statement, &row, &error), &error);
    assert_true(row);
    return statement_number(statement, 0);
}

static void find_stillness(struct fleet_story *story, struct stillness *stillness)
{
    struct pair_row *pairs = NULL;
    size_t count = fresh_pairs(&story->correlated, "orders", &pairs);

    stillness->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!pairs[i].waits)
            continue;
        assert_true(stillness->count < PAIRS_LIMIT);
        stillness->items[stillness->count].pair = pairs[i].id;
        stillness->items[stillness->count].policy = pairs[i].policy;
        stillness->items[stillness->count++].steps = count_steps(story, pairs[i].id);
    }
}

/* Nothing begins, changes or ends in a pair that waits, and that waited before, unless something else counts. */
static void check_stillness(struct fleet_story *story, const struct stillness *before)
{
    struct stillness now;

    find_stillness(story, &now);
    for (size_t i = 0; i < now.count; i++)
        for (size_t j = 0; j < before->count; j++) {
            if (now.items[i].pair != before->items[j].pair ||
                !hash_equal(&now.items[i].policy, &before->items[j].policy))
                continue;
            if (now.items[i].steps != before->items[j].steps)
                fail_story(story, "something happened in a pair that waits",
                           arena_printf(&story->history.arena, "pair %" PRId64 ": %" PRId64 " steps, before %" PRId64,
                                        now.items[i].pair, now.items[i].steps, before->items[j].steps),
                           "");
            coverage.still += now.items[i].steps > 0;
        }
}

/* How often a table was called otherwise and said something else at the same time. */
static int64_t count_doubles(struct fleet_story *story)
{
    return history_ask(
        &story->history,
        "SELECT count(*) FROM drift AS a JOIN drift AS b USING (pair, object, kind, object_kind, aspect) "
        "WHERE kind = object_kind AND a.effect = 3 AND b.effect = 2 AND a.ending = 0 AND b.ending = 0");
}

/* ---- the histories ---- */

static void play(struct fleet_story *story)
{
    const struct marks before = mark(story);
    struct stillness still;
    /* Under a policy that is not worked out yet something else may end in the same step. */
    bool is_behind = correlator_is_behind(story->correlated.correlator);

    find_stillness(story, &still);
    fleet_story_play(story);
    check_stillness(story, &still);
    coverage.waited += before.kept > mark(story).kept;
    if (!is_behind)
        check_first_sight(story, &before);
    coverage.doubles += count_doubles(story);
}

static void tell(uint64_t seed)
{
    static struct fleet_story story;

    fleet_story_begin(&story, seed);
    for (story.step = 0; story.step < STEPS; story.step++) {
        play(&story);
        check_pairs(&story);
        if (story.step % SCRATCH_EVERY == SCRATCH_EVERY - 1)
            check_from_scratch(&story);
        arena_free(&story.history.arena);
    }
    check_roots(&story);
    correlated_verify(&story.correlated);
    fleet_story_end(&story);
}

static void test_incremental_equals_fresh(void **state)
{
    const char *chosen = getenv("DRIFTLINE_SEED");

    (void)state;
    if (chosen != NULL) {
        tell(strtoull(chosen, NULL, 10));
        return;
    }
    for (uint64_t seed = 1; seed <= HISTORIES; seed++)
        tell(seed);
    assert_true(coverage.doubles > 0);
    assert_true(coverage.forgotten > 0);
    assert_true(coverage.waited > 0);
    assert_true(coverage.still > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incremental_equals_fresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
