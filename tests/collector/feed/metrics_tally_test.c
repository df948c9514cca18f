#include "feed/metrics_tally.h"

#include <stdio.h>
#include <string.h>

#include "collector/store/history.h"
#include "feed/routes.h"
#include "store/pairs.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static struct metrics_tally *new_tally(struct history *history)
{
    struct metrics_tally *tally = NULL;
    struct error error = {0};

    history_expect(metrics_tally_new(&tally, history->folder, &error), &error);
    return tally;
}

static struct log_tally read_logs(struct metrics_tally *tally, struct history *history)
{
    static struct log_tally logs;
    struct error error = {0};

    history_expect(metrics_tally_logs(tally, history->database, &logs, &error), &error);
    return logs;
}

static void add_events(struct history *history, unsigned count)
{
    char sql[300];

    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
             " INSERT INTO event (at, type, severity, data) SELECT i, 'drift-opened', 0, '{}' FROM n",
             count);
    history_run(history, sql);
}

static void test_requests_add_up_by_route(void **state)
{
    struct metrics_tally *tally = new_tally(*state);
    struct route_tally first, second, none;

    metrics_tally_request(tally, &route_table[0], 200, 900);
    metrics_tally_request(tally, &route_table[0], 204, 40000000);
    metrics_tally_request(tally, &route_table[0], 503, 2000);
    metrics_tally_request(tally, NULL, 404, 10);
    metrics_tally_request(tally, NULL, 0, 10); /* there was no answer */
    metrics_tally_request(tally, NULL, 600, 10);
    metrics_tally_of_route(tally, &route_table[0], &first);
    metrics_tally_of_route(tally, &route_table[1], &second);
    metrics_tally_of_route(tally, NULL, &none);
    assert_true(first.classes[1] == 2 && first.classes[3] == 0 && first.classes[4] == 1);
    assert_true(first.times.counts[0] == 1 && first.times.counts[1] == 1);
    assert_int_equal(first.times.counts[metrics_request_buckets.count], 1);
    assert_int_equal(first.times.sum, 40002900);
    assert_int_equal(second.classes[1], 0);
    assert_true(none.classes[3] == 1 && none.times.sum == 10);
    metrics_tally_free(tally);
}

static void test_logs_are_read_on_from_the_start_a_slice_at_a_time(void **state)
{
    struct history *history = *state;
    struct metrics_tally *tally;
    struct log_tally logs;

    add_events(history, 10);
    tally = new_tally(history);
    logs = read_logs(tally, history);
    assert_true(logs.ends.event == 10 && logs.events[EVENT_DRIFT_OPENED] == 0); /* those were there before */
    add_events(history, METRICS_SLICE + 5);
    assert_int_equal(read_logs(tally, history).events[EVENT_DRIFT_OPENED], METRICS_SLICE);
    assert_int_equal(read_logs(tally, history).events[EVENT_DRIFT_OPENED], METRICS_SLICE + 5);
    assert_int_equal(read_logs(tally, history).events[EVENT_DRIFT_OPENED], METRICS_SLICE + 5);
    metrics_tally_free(tally);
}

/* A difference that ended as promoted to an environment. */
static void promote(struct history *history, const char *environment, int64_t lead)
{
    struct pair_row pair = {
        .database = TEXT("orders"), .from = TEXT("dev"), .to = text_from(environment), .active = true};
    struct drift_row drift = {.state = DRIFT_ENDED,
                              .ending = DRIFT_PROMOTED,
                              .kind = KIND_TABLE,
                              .object_kind = KIND_TABLE,
                              .rule = TEXT("x"),
                              .object = TEXT("a"),
                              .owner = TEXT("a"),
                              .attributes = TEXT("[]"),
                              .lead = lead};
    struct drift_step_row step = {.what = DRIFT_STEP_ENDED, .side = -1};
    struct error error = {0};

    history_expect(pairs_put(history->database, &pair, &error), &error);
    drift.pair = pair.id;
    history_expect(drifts_add(history->database, &drift, &error), &error);
    step.drift = drift.id;
    history_expect(drift_steps_add(history->database, &step, &error), &error);
}

static void test_lead_times_are_told_apart_for_so_many_environments(void **state)
{
    struct history *history = *state;
    struct metrics_tally *tally = new_tally(history);
    struct log_tally logs;
    char name[32];

    history_begin(history);
    promote(history, "other", 60000000); /* that an environment is called so must not make two series of one name */
    for (unsigned i = 0; i < METRICS_LEAD_ENVIRONMENTS + 3; i++) {
        snprintf(name, sizeof name, "environment-%u", i);
        promote(history, name, 60000000);
    }
    promote(history, "environment-0", INT64_C(1000000) * 86400 * 365);
    history_commit(history);
    logs = read_logs(tally, history);
    assert_int_equal(logs.lead_count, METRICS_LEAD_ENVIRONMENTS);
    assert_string_equal(logs.leads[0].environment, "other");
    assert_int_equal(logs.leads[0].times.counts[0], 1 + 4); /* itself, and those that found no place */
    assert_string_equal(logs.leads[1].environment, "environment-0");
    assert_int_equal(logs.leads[1].times.counts[0], 1);
    assert_int_equal(logs.leads[1].times.counts[metrics_lead_buckets.count], 1);
    for (size_t i = 0; i < logs.lead_count; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(logs.leads[i].environment, logs.leads[k].environment);
    metrics_tally_free(tally);
}

static void test_what_could_not_be_read_is_not_counted_twice(void **state)
{
    struct history *history = *state;
    struct metrics_tally *tally = new_tally(history);
    struct log_tally logs;
    struct error error = {0};

    add_events(history, 3);
    history_run(history, "ALTER TABLE drift_step RENAME TO elsewhere");
    assert_int_not_equal(metrics_tally_logs(tally, history->database, &logs, &error), ERROR_NONE);
    history_run(history, "ALTER TABLE elsewhere RENAME TO drift_step");
    assert_int_equal(read_logs(tally, history).events[EVENT_DRIFT_OPENED], 3);
    metrics_tally_free(tally);
}

static enum error_code make_one(void *context, struct error *error)
{
    struct history *history = context;
    struct metrics_tally *tally = NULL;
    enum error_code code = metrics_tally_new(&tally, history->folder, error);

    metrics_tally_free(tally);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    test_every_allocation(make_one, *state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_requests_add_up_by_route),
        TEST(test_logs_are_read_on_from_the_start_a_slice_at_a_time),
        TEST(test_lead_times_are_told_apart_for_so_many_environments),
        TEST(test_what_could_not_be_read_is_not_counted_twice),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
