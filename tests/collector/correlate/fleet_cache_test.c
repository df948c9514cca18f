#include "correlate/fleet_cache.h"

#include <pthread.h>
#include <string.h>

#include "collector/track/record.h"
#include "common/drift/snapshot_text.h"
#include "correlate/fleet_policy.h"
#include "support/cmocka.h"

enum { PLENTY = 256 * 1024 * 1024 };

static struct fleet_policy make_policy(void)
{
    struct fleet_policy policy = {.memory_limit = PLENTY};

    diff_options_init(&policy.compare);
    return policy;
}

/* Record a schema in a database of the test, and answer its root. */
static struct hash root_of(struct history *history, const char *text)
{
    struct snapshot *snapshot = snapshot_from_text(text);
    struct hash root = snapshot->root;

    record_snapshot(history, history_target(history, "orders", "prod", "default"), snapshot, NULL);
    snapshot_free(snapshot);
    return root;
}

static struct fleet_pair compare_sides(struct history *history, struct fleet_cache *cache,
                                       const struct fleet_policy *policy, struct fleet_side from, struct fleet_side to)
{
    struct fleet_pair pair = {.verdict = VERDICT_UNKNOWN};
    struct error error = {0};

    history_expect(fleet_cache_use(cache, policy, &error), &error);
    history_expect(
        fleet_cache_compare(cache, history->database, policy, (const struct fleet_side[]){from, to}, &pair, &error),
        &error);
    return pair;
}

static struct fleet_pair compare(struct history *history, struct fleet_cache *cache, const struct fleet_policy *policy,
                                 struct hash from, struct hash to)
{
    return compare_sides(history, cache, policy, (struct fleet_side){from, 15}, (struct fleet_side){to, 15});
}

static struct fleet_cache *new_cache(void)
{
    struct fleet_cache *cache = NULL;
    struct error error = {0};

    history_expect(fleet_cache_new(&cache, &error), &error);
    return cache;
}

/* Once the nodes are gone, only what is remembered can be answered. */
static void forget_nodes(struct history *history)
{
    history_run(history, "PRAGMA foreign_keys = OFF");
    history_run(history, "DELETE FROM node");
}

static void test_a_pair_is_compared_once(void **state)
{
    struct history *history = *state;
    const struct fleet_policy policy = make_policy();
    struct fleet_cache *cache = new_cache();
    struct hash a = root_of(history, "table a.t\n"), b = root_of(history, "table a.t comment=x\n  column c\n");
    struct fleet_pair pair = compare(history, cache, &policy, a, b), back = compare(history, cache, &policy, b, a);
    struct fleet_pair answer;
    struct error error = {0};

    assert_int_equal(pair.verdict, VERDICT_DRIFTED);
    assert_true(pair.is_comparable && pair.change_count == 2);
    assert_int_equal(pair.summary[SEVERITY_MEDIUM], 1);
    assert_int_equal(back.summary[SEVERITY_CRITICAL], 1); /* the other way round a column goes */
    assert_int_equal(compare(history, cache, &policy, a, a).verdict, VERDICT_IN_SYNC);
    forget_nodes(history);
    answer = compare(history, cache, &policy, a, b);
    assert_memory_equal(answer.summary, pair.summary, sizeof pair.summary);
    assert_int_equal(compare(history, cache, &policy, b, a).summary[SEVERITY_CRITICAL], 1);
    history_expect(fleet_cache_compare(NULL, history->database, &policy, (const struct fleet_side[]){{a, 0}, {b, 0}},
                                       &answer, &error),
                   &error);
    assert_int_equal(answer.verdict, VERDICT_UNKNOWN); /* without a cache nothing is remembered */
    fleet_cache_free(cache);
}

static void test_other_options_begin_anew(void **state)
{
    struct history *history = *state;
    struct fleet_policy policy = make_policy();
    struct fleet_cache *cache = new_cache();
    struct hash a = root_of(history, "table a.t owner=bob\n"), b = root_of(history, "table a.t owner=eve\n");
    struct severity_override override = {.level = SEVERITY_CRITICAL};

    assert_int_equal(compare(history, cache, &policy, a, b).summary[SEVERITY_MEDIUM], 1);
    override.pattern = ignore_from_text("table:a.t", &history->arena).patterns[0];
    policy.compare.overrides = &override;
    policy.compare.override_count = 1;
    assert_int_equal(compare(history, cache, &policy, a, b).summary[SEVERITY_CRITICAL], 1);
    policy.compare.ignore = ignore_from_text("table:a.*", &history->arena);
    assert_int_equal(compare(history, cache, &policy, a, b).verdict, VERDICT_IN_SYNC);
    policy.compare.ignore.count = 0;
    policy.compare.aspects[ASPECT_ACCESS] = false;
    assert_int_equal(compare(history, cache, &policy, a, b).verdict, VERDICT_IN_SYNC);
    fleet_cache_free(cache);
}

/* A level that holds in one environment only is no level of the same two roots anywhere else. */
static void test_levels_of_a_place_are_part_of_the_question(void **state)
{
    struct history *history = *state;
    struct fleet_policy policy = make_policy(), prod, staging;
    struct fleet_cache *cache = new_cache();
    struct hash a = root_of(history, "table a.t owner=bob\n"), b = root_of(history, "table a.t owner=eve\n");
    const struct policy_severity severities[] = {
        {.override = {ignore_from_text("table:a.t", &history->arena).patterns[0], SEVERITY_LOW}},
        {.override = {ignore_from_text("table:*", &history->arena).patterns[0], SEVERITY_CRITICAL},
         .environment = TEXT("prod")},
    };
    struct error error = {0};

    policy.severities = severities;
    policy.severity_count = LENGTH_OF(severities);
    history_expect(fleet_policy_at(&prod, &policy, TEXT("orders"), TEXT("prod"), &history->arena, &error), &error);
    history_expect(fleet_policy_at(&staging, &policy, TEXT("orders"), TEXT("staging"), &history->arena, &error),
                   &error);
    assert_int_equal(compare(history, cache, &prod, a, b).summary[SEVERITY_CRITICAL], 1);
    assert_int_equal(compare(history, cache, &staging, a, b).summary[SEVERITY_LOW], 1);
    forget_nodes(history); /* both were remembered */
    assert_int_equal(compare(history, cache, &prod, a, b).summary[SEVERITY_CRITICAL], 1);
    assert_int_equal(compare(history, cache, &staging, a, b).summary[SEVERITY_LOW], 1);
    fleet_cache_free(cache);
}

static void test_what_was_not_covered_is_remembered(void **state)
{
    struct history *history = *state;
    const struct fleet_policy policy = make_policy();
    struct fleet_cache *cache = new_cache();
    struct hash a = root_of(history, "table a.t\ngap policy reason='permission denied'\n");
    struct hash b =
        root_of(history, "gap policy reason=no\ngap view 'a.v' reason=locked\ngap view 'a.w' reason=locked\n");
    struct hash c = root_of(history, "gap view 'a.v' reason=locked\n");

    for (unsigned i = 0; i < 2; i++) {
        assert_string_equal(compare(history, cache, &policy, a, a).unknown, "policy not covered: permission denied");
        assert_string_equal(compare(history, cache, &policy, b, b).unknown, "view a.v and others not covered: locked");
        assert_string_equal(compare(history, cache, &policy, c, c).unknown, "view a.v not covered: locked");
    }
    fleet_cache_free(cache);
}

/* What cannot be compared is not known, and why; the rest of the fleet is still seen. */
static void test_what_cannot_be_compared_is_an_answer(void **state)
{
    struct history *history = *state;
    struct fleet_policy policy = make_policy(), tight = make_policy();
    struct fleet_cache *cache = new_cache();
    struct hash a = root_of(history, "table a.t\n"), b = root_of(history, "table a.u\n");
    struct fleet_pair pair;

    tight.memory_limit = 100;
    pair = compare(history, cache, &tight, a, b);
    assert_true(pair.verdict == VERDICT_UNKNOWN && !pair.is_comparable);
    assert_non_null(strstr(pair.unknown, "memory limit"));
    assert_non_null(strstr(compare(history, cache, &policy, a, b).unknown, "memory limit")); /* remembered */
    history_run(history, "UPDATE node SET bytes = x'02' WHERE type = 4");                    /* roots of a later form */
    pair = compare(history, cache, &policy, b, a);
    assert_true(pair.verdict == VERDICT_UNKNOWN && strstr(pair.unknown, "canonical form 2") != NULL);
    forget_nodes(history);
    assert_non_null(strstr(compare(history, cache, &policy, a, a).unknown, "no node")); /* damaged, but not for ever */
    assert_non_null(strstr(compare(history, cache, &policy, b, a).unknown, "canonical form 2"));
    fleet_cache_free(cache);
}

/* The same two roots may be what servers of one version rendered, or of two: these are two answers. */
static void test_versions_are_part_of_the_question(void **state)
{
    struct history *history = *state;
    const struct fleet_policy policy = make_policy();
    struct fleet_cache *cache = new_cache();
    struct hash a = root_of(history, "@server postgresql 15\nview a.v definition='SELECT t.a'\n");
    struct hash b = root_of(history, "@server postgresql 15\ngap policy reason=no\nview a.v definition='SELECT a'\n");
    const struct {
        uint32_t from, to;
        enum verdict verdict;
        bool rendered_apart;
        const char *unknown;
    } cases[] = {
        {15, 15, VERDICT_DRIFTED, false, "policy not covered: no"},
        {15, 16, VERDICT_UNKNOWN, true,
         "view a.v and others not covered: definition as rendered by PostgreSQL 15 and 16, which may spell it "
         "differently"},
        {17, 16, VERDICT_UNKNOWN, true,
         "view a.v and others not covered: definition as rendered by PostgreSQL 16 and 17, which may spell it "
         "differently"},
        {16, 16, VERDICT_DRIFTED, false, "policy not covered: no"},
        {0, 16, VERDICT_DRIFTED, false, "policy not covered: no"}, /* not known is no reason to keep still */
        {0, 0, VERDICT_DRIFTED, false, "policy not covered: no"},
    };

    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < LENGTH_OF(cases); i++) {
            struct fleet_pair pair = compare_sides(history, cache, &policy, (struct fleet_side){a, cases[i].from},
                                                   (struct fleet_side){b, cases[i].to});

            assert_int_equal(pair.verdict, cases[i].verdict);
            assert_int_equal(pair.rendered_apart, cases[i].rendered_apart);
            assert_string_equal(pair.unknown, cases[i].unknown);
        }
        if (round == 0)
            forget_nodes(history); /* all of it was remembered */
    }
    fleet_cache_free(cache);
}

/* Many pairs: the cache grows, and forgets everything when it is full; what it answers stays right. */
static void test_a_full_cache_begins_anew(void **state)
{
    struct history *history = *state;
    const struct fleet_policy policy = make_policy();
    struct fleet_cache *cache = NULL;
    enum { ROOTS = 30, LIMIT = 400 }; /* of 900 pairs */
    struct hash roots[ROOTS];
    struct error error = {0};

    history_expect(fleet_cache_new_of(&cache, LIMIT, &error), &error);
    for (unsigned i = 0; i < ROOTS; i++)
        roots[i] = root_of(history, arena_printf(&history->arena, "table a.t comment=%u\n", i));
    for (unsigned i = 0; i < ROOTS * ROOTS; i++)
        assert_int_equal(compare(history, cache, &policy, roots[i / ROOTS], roots[i % ROOTS]).change_count,
                         i / ROOTS != i % ROOTS);
    fleet_cache_free(cache);
}

/* ---------------------------------------------------------------- threads */

struct asker {
    struct history *history;
    struct fleet_cache *cache;
    const struct hash *roots;
    unsigned wrong;
};

static void *ask(void *context)
{
    struct asker *asker = context;
    const struct fleet_policy policy = make_policy();
    struct database *database = NULL;
    struct error error = {0};

    asker->wrong = store_open(&database, asker->history->folder, DATABASE_READ, &error) != ERROR_NONE;
    for (unsigned i = 0; asker->wrong == 0 && i < 400; i++) {
        const struct fleet_side pair[] = {{asker->roots[i % 5], 0}, {asker->roots[i / 5 % 5], 0}};
        struct fleet_pair answer = {.change_count = 99};

        asker->wrong += fleet_cache_use(asker->cache, &policy, &error) != ERROR_NONE ||
                        fleet_cache_compare(asker->cache, database, &policy, pair, &answer, &error) != ERROR_NONE ||
                        answer.change_count != (unsigned)(i % 5 != i / 5 % 5);
    }
    database_close(database);
    return NULL;
}

static void test_many_may_ask_at_once(void **state)
{
    struct history *history = *state;
    struct fleet_cache *cache = new_cache();
    struct asker askers[4];
    pthread_t threads[LENGTH_OF(askers)];
    struct hash roots[5];

    for (unsigned i = 0; i < LENGTH_OF(roots); i++)
        roots[i] = root_of(history, arena_printf(&history->arena, "table a.t comment=%u\n", i));
    for (unsigned i = 0; i < LENGTH_OF(askers); i++) {
        askers[i] = (struct asker){history, cache, roots, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    for (unsigned i = 0; i < LENGTH_OF(askers); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(askers[i].wrong, 0);
    }
    fleet_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_pair_is_compared_once, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_other_options_begin_anew, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_levels_of_a_place_are_part_of_the_question, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_what_was_not_covered_is_remembered, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_compared_is_an_answer, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_versions_are_part_of_the_question, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_full_cache_begins_anew, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_many_may_ask_at_once, history_setup, history_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
