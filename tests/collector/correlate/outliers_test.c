#include "correlate/outliers.h"

#include <stdio.h>

#include "collector/correlate/correlated.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_large_majority_moves, correlated_setup, correlated_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
