#include "track/outliers.h"

#include <stdio.h>

#include "collector/track/correlated.h"
#include "collector/track/fresh.h"
#include "correlate/fleet.h"
#include "drift/severity.h"
#include "gate/gate.h"
#include "support/cmocka.h"

#define T1 "table a.t\n  column x type=integer\n"
#define T2 "table a.t\n  column x type=bigint\n"
#define STAGING "orders@staging"

enum { MANY = 150 };

static void record_instance(struct correlated *correlated, unsigned number, const char *schema)
{
    char place[64];

    snprintf(place, sizeof place, "orders@prod/i%03u", number);
    correlated_record(correlated, place, schema, NULL);
}

/* A migration that goes from instance to instance: in the middle everybody changes sides. */
static void test_a_large_majority_moves(void **state)
{
    struct correlated *correlated = *state;
    struct history *history = correlated->history;

    history_run(history, "PRAGMA synchronous = OFF");
    correlated_record(correlated, STAGING, T2, NULL);
    for (unsigned i = 0; i < MANY; i++)
        record_instance(correlated, i, T1);
    for (unsigned i = 0; i < MANY / 2; i++)
        record_instance(correlated, i, T2);
    correlated_catch_up(correlated);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift WHERE ending = 0 AND cause = 4"), MANY / 2 - 1);
    record_instance(correlated, MANY / 2, T2);
    assert_true(correlator_is_behind(correlated->correlator));
    assert_true(history_ask(history, "SELECT count(*) FROM pair WHERE active AND policy = x''") > 0);
    correlated_catch_up(correlated);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM pair WHERE active AND policy = x''"), 0);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift WHERE ending = 0 AND cause = 4"), MANY / 2 - 1);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift WHERE ending = 5"), MANY / 2 - 1); /* adopted */
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift WHERE ending NOT IN (0, 1, 5)"), 0);
    assert_int_equal(history_ask(history, "SELECT count(*) FROM drift WHERE ending = 1"), 1);
}

/* ---- who is in the majority ---- */

/* Views that differ, and what cannot read views: that is as either. What cannot read something else is as it else is.
 */
#define A "view a.v definition=1\n"
#define B "view a.v definition=2\n"
#define LACKING(kind) "gap " kind " reason=denied\n"

static struct hash majority_root(struct correlated *correlated)
{
    const struct variants variants = fresh_variants(correlated, "orders", TEXT("prod"));

    assert_true(variants.has_majority);
    return variants.roots[variants.variants[0].root].root;
}

static bool has_pair(struct history *history)
{
    return history_ask(history, "SELECT count(*) FROM pair WHERE active AND instance = 'i008'") == 1;
}

/* The larger of the two that it is as may change, though the majority, which others make up with them, stays. */
static void test_one_joins_a_majority_that_stays_and_leaves_it(void **state)
{
    static const char *const schemas[] = {
        A, A, A, B, B, LACKING("table") B, LACKING("enum") B, LACKING("function") B, LACKING("view")};
    struct correlated *correlated = *state;
    struct history *history = correlated->history;
    struct hash majority, now;

    for (unsigned i = 0; i < LENGTH_OF(schemas); i++)
        record_instance(correlated, i, schemas[i]);
    correlated_catch_up(correlated);
    majority = majority_root(correlated);
    assert_true(has_pair(history)); /* it is as the three, and those are outliers */
    record_instance(correlated, 0, B);
    assert_false(has_pair(history)); /* now as all others */
    now = majority_root(correlated);
    assert_true(hash_equal(&now, &majority));
    record_instance(correlated, 0, A);
    assert_true(has_pair(history));
    now = majority_root(correlated);
    assert_true(hash_equal(&now, &majority));
    assert_false(correlator_is_behind(correlated->correlator));
}

/* All of an environment are forgotten at once, and one of them was an outlier. */
static void test_nobody_speaks_for_an_environment_any_more(void **state)
{
    struct correlated *correlated = *state;
    struct history *history = correlated->history;
    struct error error = {0};
    char instance[16];
    int64_t targets[3];

    correlated_record(correlated, STAGING, T1, NULL);
    for (unsigned i = 0; i < LENGTH_OF(targets); i++)
        record_instance(correlated, i, i == 2 ? T2 : T1);
    assert_string_equal(correlated_drifts(correlated), "1 prod/i002 modified column a.t.x: outlier\n");
    for (unsigned i = 0; i < LENGTH_OF(targets); i++) {
        snprintf(instance, sizeof instance, "i%03u", i);
        targets[i] = history_target(history, "orders", "prod", instance);
    }
    history_begin(history);
    for (unsigned i = 0; i < LENGTH_OF(targets); i++)
        history_expect(targets_forget(history->database, targets[i], &error), &error);
    history_commit(history);
    correlator_forget(correlated->correlator);
    correlated_catch_up(correlated);
    assert_string_equal(correlated_drifts(correlated), "1 prod/i002 modified column a.t.x: outlier, forgotten\n");
    assert_int_equal(history_ask(history, "SELECT count(*) FROM pair WHERE active"), 0);
}

/* ---- told alike ---- */

#define TN T1 "  column y type=text\n"

struct telling {
    const char *name;
    const char *majority;
    const char *outlier;
    const char *renames;   /* by which the outlier came to be so */
    const char *contracts; /* of prod */
    enum severity severity;
};

static const struct telling tellings[] = {
    {"it lacks a column", TN, T1, NULL, NULL, SEVERITY_CRITICAL},
    {"it has one in addition", T1, TN, NULL, NULL, SEVERITY_MEDIUM},
    {"it lacks a table", TN "table a.u\n", TN, NULL, NULL, SEVERITY_CRITICAL},
    {"a table is called otherwise in it", TN, "table a.u\n  column x type=integer\n  column y type=text\n",
     "table a.u < a.t", NULL, SEVERITY_CRITICAL},
    {"a smaller type", T2, T1, NULL, NULL, SEVERITY_CRITICAL},
    {"a larger type", T1, T2, NULL, NULL, SEVERITY_LOW},
    {"a larger type that somebody relies not to be there", T1, T2, NULL,
     "name: billing\nconsumers: [ledger]\ndatabase: orders\nseverity: high\nrequires:\n  - table: a.t\n    columns: "
     "[{name: x, type: integer}]\n",
     SEVERITY_HIGH},
};

static enum severity kept_severity(struct correlated *correlated)
{
    assert_int_equal(history_ask(correlated->history, "SELECT count(*) FROM drift WHERE ending = 0"), 1);
    return (enum severity)history_ask(correlated->history, "SELECT severity FROM drift WHERE ending = 0");
}

static enum severity fleet_severity(struct correlated *correlated)
{
    struct history *history = correlated->history;
    const struct fleet_variant *variant;
    enum severity severity = SEVERITY_CRITICAL;
    struct error error = {0};
    struct fleet fleet;

    history_expect(fleet_look(&fleet, history->database, &policy_content(correlated->policy)->fleet,
                              policy_cache(correlated->policy), TEXT("orders"), &history->arena, &error),
                   &error);
    assert_int_equal(fleet.databases[0].environments[1].variant_count, 2);
    variant = &fleet.databases[0].environments[1].variants[1];
    assert_true(variant->compared);
    while (severity > SEVERITY_LOW && variant->summary[severity] == 0)
        severity--;
    assert_int_equal(variant->summary[severity], 1);
    return severity;
}

static enum severity gate_severity(struct correlated *correlated)
{
    struct history *history = correlated->history;
    const struct gate_question question = {
        .database = TEXT("orders"), .from = TEXT("staging"), .to = TEXT("prod"), .now = history->now};
    struct gate_answer answer;
    struct error error = {0};

    history_expect(gate_evaluate(&answer, history->database, correlated->policy, &question, &history->arena, &error),
                   &error);
    for (size_t i = 0; i < answer.reason_count; i++)
        if (answer.reasons[i].code == GATE_OUTLIERS)
            return answer.reasons[i].severity;
    fail_msg("the gate does not know of an outlier");
    return SEVERITY_LOW;
}

static void check_telling(const struct telling *telling)
{
    struct history history;
    struct correlated correlated;
    enum severity kept, fleet, gate;

    history_open(&history);
    correlated_begin(&correlated, &history);
    correlated_policy(&correlated, "dev staging prod", NULL, telling->contracts);
    correlated_record(&correlated, STAGING, telling->majority, NULL);
    for (unsigned i = 0; i < 3; i++)
        record_instance(&correlated, i, telling->majority);
    correlated_catch_up(&correlated);
    correlated_record(&correlated, "orders@prod/i002", telling->outlier, telling->renames);
    kept = kept_severity(&correlated);
    fleet = fleet_severity(&correlated);
    gate = gate_severity(&correlated);
    if (kept != telling->severity || fleet != telling->severity || gate != telling->severity)
        fail_msg("%s: %s, in the fleet %s, at the gate %s", telling->name, severity_name(kept), severity_name(fleet),
                 severity_name(gate));
    correlated_end(&correlated);
    history_close(&history);
}

static void test_an_outlier_is_told_alike_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(tellings); i++)
        check_telling(&tellings[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_joins_a_majority_that_stays_and_leaves_it, correlated_setup,
                                        correlated_teardown),
        cmocka_unit_test_setup_teardown(test_nobody_speaks_for_an_environment_any_more, correlated_setup,
                                        correlated_teardown),
        cmocka_unit_test(test_an_outlier_is_told_alike_everywhere),
        cmocka_unit_test_setup_teardown(test_a_large_majority_moves, correlated_setup, correlated_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
