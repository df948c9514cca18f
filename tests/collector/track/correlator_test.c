#include "track/correlator.h"

#include <string.h>

#include "collector/track/correlated.h"
#include "common/drift/snapshot_text.h"
#include "store/pairs.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "track/settling.h"

#define T1 "table a.t\n  column x type=integer\n"
#define T2 "table a.t\n  column x type=bigint\n"
#define T3 "table a.t\n  column x type=text\n"
#define TN T1 "  column y type=text\n"
#define UC "table a.u comment=new\n  column x type=integer\n"
#define STAGING "orders@staging"
#define PROD "orders@prod"
#define EU "orders@prod/eu"
#define US "orders@prod/us"

/* Begin with the same in both environments. */
static void record_both(struct correlated *correlated, const char *schema)
{
    correlated_record(correlated, STAGING, schema, NULL);
    correlated_record(correlated, PROD, schema, NULL);
}

static void test_steps_tell_the_life(void **state)
{
    struct correlated *correlated = *state;

    record_both(correlated, T1);
    correlated_record(correlated, STAGING, T2, NULL);
    correlated_record(correlated, STAGING, "table a.u\n  column x type=bigint\n", "table a.u < a.t\n");
    correlated_record(correlated, PROD, T3, NULL);
    correlated_record(correlated, PROD, "gap table reason=denied\n", NULL);
    correlated_record(correlated, PROD, T2, NULL);
    assert_string_equal(correlated_steps(correlated, 1), "opened 2 from\n"
                                                         "renamed 3: a.t.x\n"
                                                         "changed 4 to\n"
                                                         "explained 4: diverged\n"
                                                         "hidden 5: denied\n"
                                                         "ended 6 to: promoted\n");
    assert_int_equal(history_ask(correlated->history, "SELECT lead FROM drift WHERE id = 1"), 4000000);
    assert_int_equal(history_ask(correlated->history, "SELECT opened_at FROM drift WHERE id = 1"),
                     correlated->began + 2000000);
    assert_int_equal(history_ask(correlated->history, "SELECT seen_at FROM drift WHERE id = 1"),
                     correlated->began + 2000001);
    assert_int_equal(history_ask(correlated->history, "SELECT ended_at FROM drift WHERE id = 1"),
                     correlated->began + 6000000);
}

/* ---- two engines ---- */

#define LITE "@server sqlite 3.40\ntable main.t\n  column x type=INTEGER nullable=yes\n"
#define PG "@server postgresql 16.3\ntable public.t\n  column x type=bigint nullable=yes\n"

/* What both can say is compared, and nothing drifts in masses. */
static void test_environments_of_two_engines(void **state)
{
    struct correlated *correlated = *state;

    correlated_record(correlated, STAGING, LITE "view main.v definition=a\n", NULL);
    correlated_record(correlated, PROD, PG, NULL);
    assert_int_equal(history_ask(correlated->history, "SELECT count(*) FROM drift"), 0);
    correlated_record(correlated, STAGING, LITE "view main.v definition=b\n", NULL);
    assert_int_equal(history_ask(correlated->history, "SELECT count(*) FROM drift"), 0);
    correlated_record_by(correlated, STAGING, LITE "  column y type='VARCHAR(40)' nullable=yes\n", "eve");
    correlated_record(correlated, PROD, PG "table public.u\n", NULL);
    correlated_record(correlated, PROD, PG "  column y type=text nullable=yes\n", NULL);
    correlated_record_by(correlated, PROD, PG "  column y type='character varying(40)' nullable=yes\n", "bob");
    assert_string_equal(correlated_steps(correlated, 1), "opened 3 from\n"
                                                         "changed 5 to\n"
                                                         "explained 5: diverged\n"
                                                         "ended 6 to: promoted\n");
    assert_string_equal(correlated_steps(correlated, 2), "opened 4 to\n"
                                                         "ended 5 to: reverted\n");
    assert_int_equal(history_ask(correlated->history, "SELECT count(*) FROM drift WHERE ending IS NULL"), 0);
}

/* ---- who did it ---- */

static void test_changes_explain_drifts(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    record_both(correlated, T1);
    before = correlated_last_event(correlated);
    correlated_record_by(correlated, STAGING, T2, "eve");
    assert_string_equal(
        correlated_events(correlated, before, "drift-opened"),
        "low {\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"drift\":1,\"effect\":\"modified\","
        "\"kind\":\"column\",\"object\":\"a.t.x\",\"aspect\":\"structure\",\"severity\":\"low\",\"state\":\"open\","
        "\"cause\":\"pending\",\"attributes\":[{\"name\":\"type\",\"from\":\"integer\",\"to\":\"bigint\"}],"
        "\"change\":1,\"evidence\":\"captured\",\"actor\":\"eve\",\"snapshot\":3}\n");
    assert_int_equal(history_ask(correlated->history, "SELECT change FROM drift WHERE id = 1"), 1);
    assert_int_equal(history_ask(correlated->history, "SELECT unattributed FROM drift WHERE id = 1"), 0);

    before = correlated_last_event(correlated);
    correlated_record_by(correlated, STAGING, T3, NULL);
    assert_non_null(strstr(correlated_events(correlated, before, "drift-changed"), "\"evidence\":\"unattributed\""));
    assert_int_equal(history_ask(correlated->history, "SELECT unattributed FROM drift WHERE id = 1"), 1);

    before = correlated_last_event(correlated);
    correlated_record_by(correlated, PROD, T3, "bob");
    assert_non_null(strstr(correlated_events(correlated, before, "drift-ended"), "\"ending\":\"promoted\","));
    assert_non_null(strstr(correlated_events(correlated, before, "drift-ended"), "\"lead_seconds\":1,"));
    assert_non_null(strstr(correlated_events(correlated, before, "drift-ended"), "\"actor\":\"bob\""));
}

/* That it is called otherwise, and that it says something else: each has a change of its own, on either side. */
static void test_a_name_and_what_is_said_are_two_changes(void **state)
{
    static const char others[] =
        "SELECT count(*) FROM drift JOIN change ON change.id = drift.change "
        "WHERE change.effect <> drift.effect OR change.snapshot <> (SELECT max(id) FROM snapshot)";
    struct correlated *correlated = *state;

    record_both(correlated, T1);
    correlated_record(correlated, STAGING, UC, "table a.u < a.t\n");
    assert_int_equal(history_ask(correlated->history, "SELECT count(change) FROM drift"), 2);
    assert_int_equal(history_ask(correlated->history, others), 0);
    correlated_record(correlated, PROD, UC, "table a.u < a.t\n");
    assert_int_equal(history_ask(correlated->history, "SELECT count(*) FROM drift WHERE ending = 1"), 2);
    assert_int_equal(history_ask(correlated->history, others), 0);
}

/* A migration of many tables is one piece of news, not hundreds. */
static void test_much_at_once_is_one_event(void **state)
{
    struct correlated *correlated = *state;
    CLEANUP(buffer_clear) struct buffer schema = {0};
    int64_t before;

    record_both(correlated, T1);
    buffer_add_string(&schema, T1);
    for (unsigned i = 0; i < 100; i++)
        buffer_printf(&schema, "table a.n%u\n", i);
    before = correlated_last_event(correlated);
    correlated_record(correlated, STAGING, schema.bytes, NULL);
    assert_null(strstr(correlated_events(correlated, before, NULL), "drifts-opened"));
    buffer_add_string(&schema, "table a.m\n");
    correlated_record(correlated, STAGING, T1, NULL);
    before = correlated_last_event(correlated);
    correlated_record(correlated, STAGING, schema.bytes, NULL);
    assert_string_equal(correlated_events(correlated, before, NULL), "drifts-opened\n");
    assert_non_null(
        strstr(correlated_events(correlated, before, "drifts-opened"),
               "low {\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"count\":101,\"summary\":"
               "{\"low\":101,\"medium\":0,\"high\":0,\"critical\":0},\"groups\":[{\"effect\":\"added\",\"kind\":"
               "\"table\",\"aspect\":\"structure\",\"count\":101,\"severity\":\"low\"}],\"drifts\":[101,102,"));
    assert_non_null(strstr(correlated_events(correlated, before, "drifts-opened"), ",199,200],\"snapshot\":5}\n"));
    before = correlated_last_event(correlated);
    correlated_record(correlated, PROD, schema.bytes, NULL);
    assert_string_equal(correlated_events(correlated, before, NULL), "drifts-ended\n");
}

/* ---- what was accepted ---- */

static void acknowledge(struct correlated *correlated, int64_t drift)
{
    struct history *history = correlated->history;
    const struct settling settling = {correlated->policy, TEXT("eve"), history->now, &history->arena};
    struct error error = {0};

    history_begin(history);
    history_expect(settling_acknowledge(history->database, &settling, drift, TEXT("seen"), &error), &error);
    history_commit(history);
}

/* Until ten seconds from now. */
static void waive(struct correlated *correlated, int64_t drift, const char *pattern, bool future)
{
    struct history *history = correlated->history;
    const struct settling settling = {correlated->policy, TEXT("eve"), history->now, &history->arena};
    struct waiver_wish wish = {.drifts = &drift,
                               .drift_count = pattern == NULL,
                               .database = TEXT("orders"),
                               .pattern = text_from(pattern),
                               .future = future,
                               .reason = TEXT("for now"),
                               .expires_at = history->now + 10 * 1000 * 1000};
    struct waiver_row waiver;
    struct error error = {0};
    size_t failed;

    history_begin(history);
    history_expect(settling_waive(history->database, &settling, &wish, 1, &waiver, &failed, &error), &error);
    history_commit(history);
}

static bool expire(struct correlated *correlated, int64_t now)
{
    struct error error = {0};
    bool any = false;

    history_begin(correlated->history);
    history_expect(correlator_expire(correlated->correlator, now, &any, &error), &error);
    history_commit(correlated->history);
    return any;
}

static void test_what_was_accepted_was_this_difference(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    record_both(correlated, TN);
    correlated_record(correlated, STAGING, "table a.t\n  column x type=bigint\n  column y type=uuid\n", NULL);
    acknowledge(correlated, 1);
    waive(correlated, 2, NULL, false);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod modified column a.t.y: pending acknowledged\n"
                                                       "2 staging→prod modified column a.t.x: pending waived\n");
    correlated_record(correlated, STAGING, "view a.v\ntable a.t\n  column x type=bigint\n  column y type=uuid\n", NULL);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod modified column a.t.y: pending acknowledged\n"
                                                       "2 staging→prod modified column a.t.x: pending waived\n"
                                                       "3 staging→prod added view a.v: pending\n");
    before = correlated_last_event(correlated);
    correlated_record(correlated, STAGING, "view a.v\ntable a.t\n  column x type=text\n  column y type=json\n", NULL);
    assert_string_equal(correlated_events(correlated, before, NULL), "drift-reopened\ndrift-reopened\n");
    correlated_record(correlated, PROD, "table a.t\n  column x type=text\n  column y type=text\n", NULL);
    assert_string_equal(correlated_drifts(correlated),
                        "1 staging→prod modified column a.t.y: pending again 1\n"
                        "2 staging→prod modified column a.t.x: pending, promoted after 1 again 1\n"
                        "3 staging→prod added view a.v: pending\n");
    assert_string_equal(correlated_steps(correlated, 1), "opened 2 from\n"
                                                         "acknowledged 3: seen\n"
                                                         "changed 4 from\n"
                                                         "reopened 4: it has changed since it was accepted\n");
}

static void test_a_waiver_for_what_comes(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    record_both(correlated, T1);
    waive(correlated, 0, "column:a.*", true);
    correlated_record(correlated, STAGING, TN, NULL);
    correlated_record(correlated, STAGING, "table a.t\n  column x type=integer\n  column y type=uuid\nview a.v\n",
                      NULL);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod added column a.t.y: pending waived\n"
                                                       "2 staging→prod added view a.v: pending\n");
    assert_false(expire(correlated, correlated->history->now));
    before = correlated_last_event(correlated);
    assert_true(expire(correlated, correlated->history->now + 20 * 1000 * 1000));
    assert_string_equal(correlated_events(correlated, before, NULL), "waiver-expired\n");
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod added column a.t.y: pending again 1\n"
                                                       "2 staging→prod added view a.v: pending\n");
    assert_false(expire(correlated, correlated->history->now + 30 * 1000 * 1000));
    correlated->history->now += 30 * 1000 * 1000;
    correlated_record(correlated, STAGING, "table a.t\n  column x type=text\n  column y type=uuid\nview a.v\n", NULL);
    assert_non_null(strstr(correlated_drifts(correlated), "3 staging→prod modified column a.t.x: pending\n"));
}

static void test_less_that_counts_is_another_difference(void **state)
{
    struct correlated *correlated = *state;

    record_both(correlated, T1);
    correlated_record(correlated, STAGING, "table a.t\n  column x type=bigint comment=new\n", NULL);
    waive(correlated, 1, NULL, false);
    correlated_policy(correlated, "dev staging prod", ".comment:*", NULL);
    correlated_catch_up(correlated);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod modified column a.t.x: pending again 1\n");
}

static void test_a_failure_takes_nothing_along(void **state)
{
    struct correlated *correlated = *state;
    struct snapshot *snapshot = snapshot_from_text(TN);
    const struct record_extra too_little = {.memory_limit = 1};
    int64_t target, id;
    struct error error = {0};

    record_both(correlated, T1);
    target = history_target(correlated->history, "orders", "staging", "default");
    assert_int_equal(record_try(correlated->history, target, snapshot, &too_little, &id, &error), ERROR_LIMIT);
    snapshot_free(snapshot);
    assert_string_equal(correlated_drifts(correlated), "");
    correlated_record(correlated, STAGING, TN, NULL);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod added column a.t.y: pending\n");
}

/* ---- memory that runs out ---- */

#define BILLING                                                                                                        \
    "name: billing\nconsumers: [ledger]\ndatabase: orders\nrequires:\n  - table: a.t\n    columns: [{name: x, "        \
    "type_family: integer}]\n"

struct material {
    struct correlated *correlated;
    int64_t target;
    struct snapshot *snapshot;
};

static enum error_code record_again(void *context, struct error *error)
{
    static const struct rename rename = {KIND_TABLE,       KIND_TABLE,       TEXT_INIT("a.u"),
                                         TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0};
    const struct record_extra extra = {.renames = {&rename, 1}};
    struct material *material = context;
    int64_t id;

    return record_try(material->correlated->history, material->target, material->snapshot, &extra, &id, error);
}

static enum error_code catch_up_again(void *context, struct error *error)
{
    struct material *material = context;
    struct database *database = material->correlated->history->database;
    enum error_code code = ERROR_NONE;
    bool more = true;

    history_begin(material->correlated->history);
    correlator_forget(material->correlated->correlator);
    if (code == ERROR_NONE)
        code = pairs_outdate(database, (struct text){NULL, 0}, error);
    while (code == ERROR_NONE && more)
        code = correlator_catch_up(material->correlated->correlator, material->correlated->history->now, &more, error);
    database_rollback(database);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct correlated *correlated = *state;
    struct material material = {.correlated = correlated};

    correlated_policy(correlated, "dev staging prod", NULL, BILLING);
    correlated_record(correlated, STAGING, TN "view a.v\n", NULL);
    correlated_record(correlated, PROD, TN "view a.v\n", NULL);
    correlated_record(correlated, EU, TN "view a.v\n", NULL);
    correlated_record(correlated, US, T1 "gap view reason=denied\n", NULL);
    waive(correlated, 0, "column:*.y", true);
    correlated_record(correlated, STAGING, "table a.t\n  column x type=bigint\n  column y type=uuid\nview a.v\n", NULL);
    acknowledge(correlated, history_ask(correlated->history, "SELECT max(id) FROM drift WHERE state = 0"));
    correlated_catch_up(correlated);
    material.target = history_target(correlated->history, "orders", "staging", "default");
    material.snapshot = snapshot_from_text("table a.u\n  column x type=text\n  column y type=json\nview a.w\n");
    assert_true(test_every_allocation(catch_up_again, &material) >= 50);
    assert_true(test_every_allocation(record_again, &material) >= 50);
    snapshot_free(material.snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_steps_tell_the_life, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_environments_of_two_engines, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_changes_explain_drifts, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_a_name_and_what_is_said_are_two_changes, correlated_setup,
                                        correlated_teardown),
        cmocka_unit_test_setup_teardown(test_much_at_once_is_one_event, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_what_was_accepted_was_this_difference, correlated_setup,
                                        correlated_teardown),
        cmocka_unit_test_setup_teardown(test_a_waiver_for_what_comes, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_less_that_counts_is_another_difference, correlated_setup,
                                        correlated_teardown),
        cmocka_unit_test_setup_teardown(test_a_failure_takes_nothing_along, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, correlated_setup, correlated_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
