#include "track/contract_watch.h"

#include <string.h>

#include "collector/track/correlated.h"
#include "store/contract_states.h"
#include "support/cmocka.h"

#define T1 "table a.t\n  column x type=integer\n"
#define T2 "table a.t\n  column x type=bigint\n"
#define T3 "table a.t\n  column x type=text\n"
#define TN T1 "  column y type=text\n"
#define STAGING "orders@staging"
#define PROD "orders@prod"

/* Begin with the same in both environments. */
static void record_both(struct correlated *correlated, const char *schema)
{
    correlated_record(correlated, STAGING, schema, NULL);
    correlated_record(correlated, PROD, schema, NULL);
}

#define BILLING                                                                                                        \
    "name: billing\nowner: team-b\nconsumers: [ledger]\ndatabase: orders\nseverity: high\nenvironments: [prod]\n"      \
    "requires:\n  - table: a.t\n    columns: [{name: x, type_family: integer}]\n"

static const char *states(struct correlated *correlated)
{
    struct history *history = correlated->history;
    const struct contract_state_filter filter = {.database = TEXT("orders")};
    CLEANUP(buffer_clear) struct buffer lines = {0};
    struct contract_state_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;
    char *copy;

    history_expect(contract_states_list(history->database, &filter, &history->arena, &rows, &count, &error), &error);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&lines, "%.*s of %.*s: %u since %d, change %d of %.*s\n", TEXT_ARGS(rows[i].contract),
                      TEXT_ARGS(rows[i].name.environment), rows[i].state,
                      (int)((rows[i].since - correlated->began) / 1000000), (int)rows[i].change,
                      TEXT_ARGS(rows[i].actor));
    copy = arena_string(&history->arena, buffer_text(&lines));
    assert_non_null(copy);
    return copy;
}

static void test_contracts_are_watched(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    correlated_policy(correlated, "dev staging prod", NULL, BILLING);
    record_both(correlated, T1);
    assert_string_equal(states(correlated), "billing of prod: 0 since 1, change 0 of \n");
    before = correlated_last_event(correlated);
    correlated_record_by(correlated, PROD, "table a.t\n  column x type=text\nview a.v\n", "eve");
    assert_string_equal(states(correlated), "billing of prod: 1 since 2, change 1 of eve\n");
    assert_non_null(strstr(correlated_events(correlated, before, NULL), "contract-violated\n"));
    assert_non_null(
        strstr(correlated_events(correlated, before, "contract-violated"),
               "high {\"contract\":\"billing\",\"owner\":\"team-b\",\"consumers\":[\"ledger\"],\"database\":"
               "\"orders\",\"environment\":\"prod\",\"instance\":\"default\",\"reason\":\""));
    assert_non_null(strstr(correlated_events(correlated, before, "contract-violated"), "\"actor\":\"eve\""));
    correlated_record_by(correlated, PROD, T3, "bob"); /* nothing that it reads */
    assert_string_equal(states(correlated), "billing of prod: 1 since 2, change 1 of eve\n");
    correlated_record(correlated, PROD, "gap table reason=denied\n", NULL);
    assert_string_equal(states(correlated), "billing of prod: 2 since 4, change 0 of \n");
    correlated_record_by(correlated, PROD, T3, NULL);
    before = correlated_last_event(correlated);
    correlated_record_by(correlated, PROD, T2, "bob");
    assert_string_equal(states(correlated), "billing of prod: 0 since 6, change 0 of \n");
    assert_non_null(strstr(correlated_events(correlated, before, "contract-restored"), "\"actor\":\"bob\""));
}

static void test_contracts_come_and_go(void **state)
{
    struct correlated *correlated = *state;

    record_both(correlated, T3);
    assert_string_equal(states(correlated), "");
    correlated_policy(correlated, "dev staging prod", NULL, BILLING);
    correlated_catch_up(correlated);
    assert_string_equal(states(correlated), "billing of prod: 1 since 2, change 0 of \n");
    correlated_policy(correlated, "dev staging prod", NULL, NULL);
    correlated_catch_up(correlated);
    assert_string_equal(states(correlated), "");
}

static void test_a_contract_raises_what_would_break_it(void **state)
{
    struct correlated *correlated = *state;

    correlated_policy(correlated, "dev staging prod", NULL, BILLING);
    record_both(correlated, TN);
    correlated_record(correlated, STAGING, "table a.t comment=c\n  column x type=bigint\n  column y type=text\n", NULL);
    assert_int_equal(history_ask(correlated->history, "SELECT count(*) FROM drift WHERE severity > 1"), 0);
    assert_int_equal(history_ask(correlated->history, "SELECT count(*) FROM drift WHERE contracts LIKE '%ledger%' AND "
                                                      "contracts LIKE '%\"violated\":false%'"),
                     2);
    correlated_record(correlated, STAGING, "table a.t\n  column z type=integer\n  column y type=text\n",
                      "column a.t.z < a.t.x\n");
    assert_int_equal(history_ask(correlated->history, "SELECT count(*) FROM drift WHERE ending = 0 AND contracts LIKE "
                                                      "'%\"violated\":true%' AND severity >= 2"),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_contracts_are_watched, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_contracts_come_and_go, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_a_contract_raises_what_would_break_it, correlated_setup,
                                        correlated_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
