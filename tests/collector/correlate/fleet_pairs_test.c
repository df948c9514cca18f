/* What was accepted does not count in the fleet, as long as it is about what is there now. */
#include "correlate/fleet_pairs.h"

#include <string.h>

#include "base/clock.h"
#include "collector/track/drift_sample.h"
#include "collector/track/record.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 256 * 1024 * 1024, MINUTE = 60 * 1000000 };

static const struct text path[] = {TEXT_INIT("staging"), TEXT_INIT("prod")};

#define ONE "table a.t comment=1\n  column id type=bigint\n"
#define TWO "table a.t comment=2\n  column id type=integer\n"

static struct policy *make_policy(void)
{
    struct policy_content content = {
        .fleet = {.path = path, .path_count = LENGTH_OF(path), .stale_after_us = MINUTE, .memory_limit = PLENTY}};
    struct policy *policy = NULL;
    struct error error = {0};

    diff_options_init(&content.fleet.compare);
    history_expect(policy_new(&policy, &content, &error), &error);
    return policy;
}

static int64_t put(struct history *history, const char *environment, const char *instance, const char *text)
{
    int64_t target = history_target(history, "orders", environment, instance);
    const struct target_sighting sighting = {.target = target,
                                             .agent = history->agent,
                                             .state = TARGET_FINE,
                                             .checked_at = clock_now(),
                                             .heard_at = clock_now()};
    struct error error = {0};

    record_text(history, target, text, NULL);
    history_begin(history);
    history_expect(targets_saw(history->database, &sighting, &error), &error);
    history_commit(history);
    return target;
}

static struct fleet_database look(struct history *history, const struct policy *policy)
{
    struct fleet fleet = {0};
    struct error error = {0};

    history_expect(fleet_look(&fleet, history->database, &policy_content(policy)->fleet, policy_cache(policy),
                              TEXT("orders"), &history->arena, &error),
                   &error);
    assert_int_equal(fleet.database_count, 1);
    return fleet.databases[0];
}

/* A drift of a pair, accepted or not. */
static int64_t add_drift(struct history *history, int64_t pair, const char *object, enum severity severity,
                         enum drift_state state)
{
    const struct sample_drift sample = {
        .pair = pair, .cause = DRIFT_PENDING, .object = object, .severity = severity, .effect = EFFECT_MODIFIED};
    struct drift_row drift = sample_get(history, sample_drift(history, &sample));

    drift.state = state;
    sample_put(history, &drift);
    return drift.id;
}

/* A pair of an instance that is held against its majority. */
static int64_t outlier_pair(struct history *history, const char *instance, const struct policy *policy,
                            const struct hash roots[2], const char *unknown)
{
    struct pair_row pair = {.database = TEXT("orders"),
                            .from = TEXT("prod"),
                            .to = TEXT("prod"),
                            .instance = text_from(instance),
                            .active = true,
                            .policy = *policy_fingerprint(policy),
                            .sides = {{.is_there = true, .root = roots[0]}, {.is_there = true, .root = roots[1]}},
                            .unknown = text_from(unknown),
                            .unknown_count = unknown != NULL,
                            .at = 1};
    struct error error = {0};

    history_begin(history);
    history_expect(pairs_put(history->database, &pair, &error), &error);
    history_commit(history);
    return pair.id;
}

static struct hash root_of(struct history *history, const char *instance)
{
    const struct target_name name = history_name("orders", "prod", instance);
    struct target_row target;
    struct error error = {0};

    history_expect(targets_find(history->database, &name, &history->arena, &target, &error), &error);
    return target.root;
}

/* ---------------------------------------------------------------- steps */

static void test_a_step_counts_what_was_not_accepted(void **state)
{
    struct history *history = *state;
    struct policy *policy = make_policy();
    struct fleet_database database;
    int64_t pair;

    put(history, "staging", "default", ONE);
    put(history, "prod", "default", TWO);
    database = look(history, policy); /* nothing is stored: compared now */
    assert_int_equal(database.steps[0].verdict, VERDICT_DRIFTED);
    assert_int_equal(database.steps[0].waived, 0);

    pair = sample_pair(history, "staging", "prod", "", policy);
    add_drift(history, pair, "a.t.id", SEVERITY_CRITICAL, DRIFT_WAIVED);
    add_drift(history, pair, "a.t", SEVERITY_LOW, DRIFT_ACKNOWLEDGED);
    database = look(history, policy);
    assert_int_equal(database.steps[0].verdict, VERDICT_DRIFTED);
    assert_int_equal(database.steps[0].waived, 1);
    assert_int_equal(database.steps[0].summary[SEVERITY_CRITICAL], 0);
    assert_int_equal(database.steps[0].summary[SEVERITY_LOW], 1);
    policy_release(policy);
}

static void test_a_step_with_nothing_else_is_in_sync(void **state)
{
    struct history *history = *state;
    struct policy *policy = make_policy();
    struct fleet_database database;
    int64_t pair;

    put(history, "staging", "default", ONE);
    put(history, "prod", "default", TWO);
    pair = sample_pair(history, "staging", "prod", "", policy);
    add_drift(history, pair, "a.t.id", SEVERITY_CRITICAL, DRIFT_WAIVED);
    add_drift(history, pair, "a.t", SEVERITY_LOW, DRIFT_WAIVED);
    database = look(history, policy);
    assert_int_equal(database.steps[0].verdict, VERDICT_IN_SYNC);
    assert_int_equal(database.steps[0].waived, 2);
    assert_int_equal(database.verdict, VERDICT_IN_SYNC);
    policy_release(policy);
}

/* What was accepted was so for what was there then. */
static void test_what_is_stored_counts_only_while_it_is_true(void **state)
{
    struct history *history = *state;
    struct policy *policy = make_policy(), *other;
    struct policy_content content = *policy_content(policy);
    struct fleet_database database;
    struct error error = {0};
    int64_t pair;

    put(history, "staging", "default", ONE);
    put(history, "prod", "default", TWO);
    pair = sample_pair(history, "staging", "prod", "", policy);
    add_drift(history, pair, "a.t.id", SEVERITY_CRITICAL, DRIFT_WAIVED);
    assert_int_equal(look(history, policy).steps[0].verdict, VERDICT_IN_SYNC);

    content.fleet.compare.fold_partitions = true;
    history_expect(policy_new(&other, &content, &error), &error);
    assert_int_equal(look(history, other).steps[0].verdict, VERDICT_DRIFTED);
    policy_release(other);

    put(history, "prod", "default", TWO "table a.u\n");
    database = look(history, policy);
    assert_int_equal(database.steps[0].verdict, VERDICT_DRIFTED);
    assert_int_equal(database.steps[0].waived, 0);
    policy_release(policy);
}

/* ---------------------------------------------------------------- instances */

static void test_an_outlier_of_which_all_is_accepted_is_none(void **state)
{
    struct history *history = *state;
    struct policy *policy = make_policy();
    struct hash roots[2];
    struct fleet_database database;
    const struct fleet_environment *prod;
    struct drift_row drift;
    int64_t pair, id;

    put(history, "prod", "a", ONE);
    put(history, "prod", "b", ONE);
    put(history, "prod", "c", TWO);
    roots[0] = root_of(history, "a");
    roots[1] = root_of(history, "c");
    pair = outlier_pair(history, "c", policy, roots, NULL);
    id = add_drift(history, pair, "a.t.id", SEVERITY_CRITICAL, DRIFT_WAIVED);
    database = look(history, policy);
    prod = &database.environments[0];
    assert_int_equal(prod->verdict, VERDICT_IN_SYNC);
    assert_int_equal(prod->instances[2].verdict, VERDICT_IN_SYNC);
    assert_int_equal(prod->instances[2].waived, 1);
    assert_int_equal(prod->instances[0].waived, 0);
    assert_int_equal(prod->variant_count, 2); /* it is another variant all the same */

    drift = sample_get(history, id);
    drift.state = DRIFT_OPEN;
    sample_put(history, &drift);
    add_drift(history, pair, "a.t", SEVERITY_LOW, DRIFT_WAIVED);
    database = look(history, policy);
    prod = &database.environments[0];
    assert_int_equal(prod->verdict, VERDICT_DRIFTED);
    assert_int_equal(prod->instances[2].verdict, VERDICT_DRIFTED);
    assert_int_equal(prod->instances[2].waived, 1);
    policy_release(policy);
}

static void test_what_could_not_be_compared_leaves_a_doubt(void **state)
{
    struct history *history = *state;
    struct policy *policy = make_policy();
    struct fleet_database database;
    struct hash roots[2];
    int64_t pair;

    put(history, "prod", "a", ONE);
    put(history, "prod", "b", ONE);
    put(history, "prod", "c", TWO);
    roots[0] = root_of(history, "a");
    roots[1] = root_of(history, "c");
    pair = outlier_pair(history, "c", policy, roots, "view not covered: denied");
    add_drift(history, pair, "a.t.id", SEVERITY_CRITICAL, DRIFT_WAIVED);
    database = look(history, policy);
    assert_int_equal(database.environments[0].verdict, VERDICT_UNKNOWN);
    assert_int_equal(database.environments[0].instances[2].verdict, VERDICT_UNKNOWN);
    assert_true(text_equal(database.environments[0].instances[2].unknown, TEXT("view not covered: denied")));
    policy_release(policy);
}

/* One that is not heard is not known, and still no outlier. */
static void test_a_silent_one_is_unknown_and_excused(void **state)
{
    struct history *history = *state;
    struct policy *policy = make_policy();
    struct target_sighting sighting = {
        .agent = history->agent, .state = TARGET_UNREACHABLE, .reason = TEXT("gone"), .heard_at = clock_now()};
    struct fleet_database database;
    struct error error = {0};
    struct hash roots[2];
    int64_t pair;

    put(history, "prod", "a", ONE);
    put(history, "prod", "b", ONE);
    sighting.target = put(history, "prod", "c", TWO);
    roots[0] = root_of(history, "a");
    roots[1] = root_of(history, "c");
    pair = outlier_pair(history, "c", policy, roots, NULL);
    add_drift(history, pair, "a.t.id", SEVERITY_CRITICAL, DRIFT_WAIVED);
    history_begin(history);
    history_expect(targets_saw(history->database, &sighting, &error), &error);
    history_commit(history);
    database = look(history, policy);
    assert_int_equal(database.environments[0].verdict, VERDICT_UNKNOWN);
    assert_true(database.environments[0].instances[2].in_trouble);
    policy_release(policy);
}

/* ---------------------------------------------------------------- finding */

static enum error_code read_pairs(void *context, struct error *error)
{
    const struct history *history = context;
    const struct fleet_policy policy = {.fingerprint = {{1}}};
    CLEANUP(arena_free) struct arena arena;
    struct fleet_pairs pairs;

    arena_init(&arena, PLENTY);
    return fleet_pairs_read(&pairs, history->database, &policy, TEXT(""), &arena, error);
}

static void test_pairs_are_found_by_name(void **state)
{
    static const char *const environments[] = {"dev", "staging", "prod", "qa"};
    struct history *history = *state;
    struct policy *policy = make_policy();
    struct fleet_policy without = {.memory_limit = PLENTY};
    struct fleet_pairs pairs;
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(environments); i++)
        put(history, environments[i], "default", ONE);
    for (size_t i = 0; i + 1 < LENGTH_OF(environments); i++)
        sample_pair(history, environments[i], environments[i + 1], "", policy);
    history_expect(
        fleet_pairs_read(&pairs, history->database, &policy_content(policy)->fleet, TEXT(""), &history->arena, &error),
        &error);
    assert_int_equal(pairs.count, 3);
    for (size_t i = 0; i < pairs.count; i++) {
        const struct pair_row *row = &pairs.rows[i];
        struct pair_row name = {.database = row->database, .from = row->from, .to = row->to};
        const struct hash *roots[2] = {&row->sides[0].root, &row->sides[1].root};
        const struct hash other = {{1}};

        assert_ptr_equal(fleet_pairs_find(&pairs, &name, roots[0], roots[1]), row);
        assert_null(fleet_pairs_find(&pairs, &name, roots[0], &other));
        assert_null(fleet_pairs_find(&pairs, &name, &other, roots[1]));
        assert_null(fleet_pairs_find(NULL, &name, roots[0], roots[1]));
        name.instance = TEXT("a");
        assert_null(fleet_pairs_find(&pairs, &name, roots[0], roots[1]));
    }
    history_expect(fleet_pairs_read(&pairs, history->database, &without, TEXT(""), &history->arena, &error), &error);
    assert_int_equal(pairs.count, 0);
    test_every_allocation(read_pairs, history);
    policy_release(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_step_counts_what_was_not_accepted, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_step_with_nothing_else_is_in_sync, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_stored_counts_only_while_it_is_true, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_an_outlier_of_which_all_is_accepted_is_none, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_what_could_not_be_compared_leaves_a_doubt, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_a_silent_one_is_unknown_and_excused, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_pairs_are_found_by_name, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
