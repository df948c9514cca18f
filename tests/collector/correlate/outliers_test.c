#include "correlate/outliers.h"

#include <stdio.h>

#include "collector/correlate/correlated.h"
#include "correlate/fleet.h"
#include "correlate/gate.h"
#include "drift/severity.h"
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
        cmocka_unit_test(test_an_outlier_is_told_alike_everywhere),
        cmocka_unit_test_setup_teardown(test_a_large_majority_moves, correlated_setup, correlated_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
