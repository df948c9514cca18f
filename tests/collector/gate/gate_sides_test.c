#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "collector/gate/gate_scene.h"
#include "support/cmocka.h"

static const int64_t MINUTE = INT64_C(60) * 1000000, DAY = INT64_C(86400) * 1000000;

#define OTHERWISE "table a.t\n"

/* ---------------------------------------------------------------- how it is said */

static void test_what_nobody_watches_is_named(void **state)
{
    struct gate_scene *scene = *state;
    const struct gate_reason *reason;
    struct gate_answer answer;

    scene->question.to = TEXT("live");
    answer = gate_scene_ask(scene);
    reason = gate_scene_reason(&answer, GATE_NO_ENVIRONMENT);
    assert_true(gate_scene_says(reason->message, "'orders@live'"));
    assert_true(answer.sides[0].is_there && !answer.sides[1].is_there);
    scene->question.database = TEXT("invoices");
    gate_scene_expect(scene, "UNKNOWN | no-environment no-environment");
}

static void test_who_is_not_fresh_is_named_with_why(void **state)
{
    struct gate_scene *scene = *state;
    const struct gate_reason *reason;
    struct gate_answer answer;

    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_UNREACHABLE, "connection refused", 0);
    answer = gate_scene_ask(scene);
    reason = gate_scene_reason(&answer, GATE_STALE);
    assert_true(text_equal(reason->message, TEXT("prod: unreachable: connection refused")));
    gate_scene_put(scene, "prod", "eu-1", GATE_SCENE_SCHEMA);
    answer = gate_scene_ask(scene);
    reason = gate_scene_reason(&answer, GATE_STALE);
    assert_true(text_equal(reason->message, TEXT("prod/default: unreachable: connection refused")));
}

static void test_how_old_a_look_may_be(void **state)
{
    struct gate_scene *scene = *state;
    const struct gate_reason *reason;
    struct gate_answer answer;

    scene->content.fleet.stale_after_us = DAY;
    gate_scene_renew(scene);
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_FINE, NULL, 10 * MINUTE);
    gate_scene_expect(scene, "PASS");
    scene->question.max_age_us = 9 * MINUTE;
    answer = gate_scene_ask(scene);
    reason = gate_scene_reason(&answer, GATE_STALE);
    assert_true(gate_scene_says(reason->message, "prod: the last look was at "));
    assert_true(gate_scene_says(reason->message, ", longer ago than 9 minutes"));
    assert_true(answer.sides[1].checked_at == scene->question.now - 10 * MINUTE);
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_FINE, NULL, 20 * MINUTE);
    scene->question.max_age_us = 0;
    gate_scene_expect(scene, "UNKNOWN | stale");
    scene->question.max_age_us = 60 * MINUTE;
    gate_scene_expect(scene, "PASS");
}

/* The first are named, the others are counted. */
static void test_many_are_counted(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;
    char name[16];

    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "eu-%02d", i);
        gate_scene_see(scene, gate_scene_put(scene, "prod", name, GATE_SCENE_SCHEMA), TARGET_FAILED, "broken", 0);
    }
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | stale");
    assert_true(text_equal(answer.reasons[0].message,
                           TEXT("12 instances of prod (eu-00, eu-01, eu-02, eu-03, eu-04, eu-05, eu-06, eu-07, eu-08, "
                                "eu-09 and 2 more): failed: broken")));
    assert_int_equal(answer.sides[1].instances, 13);
}

/* What is the same of some is said once of all of them; who is old is, however old. */
static void test_the_same_trouble_is_one_reason(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;
    char oldest[CLOCK_TEXT_SIZE];

    gate_scene_see(scene, gate_scene_put(scene, "prod", "eu-1", GATE_SCENE_SCHEMA), TARGET_FAILED, "broken", 0);
    gate_scene_see(scene, gate_scene_put(scene, "prod", "eu-2", GATE_SCENE_SCHEMA), TARGET_FAILED, "torn", 0);
    gate_scene_see(scene, gate_scene_put(scene, "prod", "eu-3", GATE_SCENE_SCHEMA), TARGET_FAILED, "broken", 0);
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | stale stale");
    assert_true(text_equal(answer.reasons[0].message, TEXT("2 instances of prod (eu-1, eu-3): failed: broken")));
    assert_true(text_equal(answer.reasons[1].message, TEXT("prod/eu-2: failed: torn")));
    scene->content.fleet.stale_after_us = DAY;
    gate_scene_renew(scene);
    for (int i = 1; i <= 3; i++)
        gate_scene_see(scene, gate_scene_put(scene, "prod", (const char *[]){"eu-1", "eu-2", "eu-3"}[i - 1], NULL),
                       TARGET_FINE, NULL, i % 3 * 20 * MINUTE);
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | stale");
    clock_format_seconds(scene->question.now - 40 * MINUTE, oldest);
    assert_true(
        gate_scene_says(answer.reasons[0].message, "2 instances of prod (eu-1, eu-2): the oldest look was at "));
    assert_true(gate_scene_says(answer.reasons[0].message, oldest));
    assert_true(gate_scene_says(answer.reasons[0].message, ", longer ago than 10 minutes"));
}

/* What has a trouble of its own is named as long as there are few. */
static void test_many_troubles_are_counted(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;
    char name[16], reason[16];

    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "eu-%02d", i);
        snprintf(reason, sizeof reason, "broken %d", i);
        gate_scene_see(scene, gate_scene_put(scene, "prod", name, GATE_SCENE_SCHEMA), TARGET_FAILED, reason, 0);
    }
    answer = gate_scene_ask(scene);
    assert_int_equal(answer.reason_count, 11);
    assert_true(text_equal(answer.reasons[0].message, TEXT("prod/eu-00: failed: broken 0")));
    assert_true(text_equal(answer.reasons[10].message, TEXT("and 2 more instances of prod")));
    assert_true(answer.reasons[10].is_rest);
}

/* Nobody reads fractions of seconds. */
static void test_times_are_to_the_second(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;
    char time[CLOCK_TEXT_SIZE];

    scene->question.now += 123456;
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_FINE, NULL, 2 * MINUTE);
    answer = gate_scene_ask(scene);
    clock_format_seconds(scene->question.now - 2 * MINUTE, time);
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_STALE)->message, " is silent since "));
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_STALE)->message, time));
    assert_false(gate_scene_has(gate_scene_reason(&answer, GATE_STALE)->message, "."));
}

static void test_what_was_not_read_is_named(void **state)
{
    struct gate_scene *scene = *state;
    const struct gate_reason *reason;
    struct gate_answer answer;

    gate_scene_put(scene, "prod", "default", GATE_SCENE_SCHEMA "gap view reason='permission denied'\n");
    gate_scene_renew(scene);
    answer = gate_scene_ask(scene);
    reason = gate_scene_reason(&answer, GATE_NOT_COVERED);
    assert_true(text_equal(reason->message, TEXT("prod: view not covered: permission denied")));
}

/* ---------------------------------------------------------------- majorities */

static void test_nobody_speaks_without_a_majority(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX});
    gate_scene_put(scene, "staging", "eu-1", OTHERWISE);
    scene->question.allow_outliers = true;
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED no-majority");
    assert_int_equal(answer.sides[0].snapshot, 0);
    assert_int_equal(answer.plan_count, 0);
    assert_true(gate_scene_says(answer.reasons[0].message, "the 2 instances of staging have no majority"));
    assert_true(gate_scene_says(answer.reasons[0].advice, "driftline compare orders --all"));
}

static void test_outliers_may_be_allowed(void **state)
{
    struct gate_scene *scene = *state;
    const struct gate_reason *reason;
    struct gate_answer answer;

    gate_scene_put(scene, "prod", "eu-1", GATE_SCENE_SCHEMA);
    gate_scene_put(scene, "prod", "eu-2", OTHERWISE);
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED outliers");
    reason = gate_scene_reason(&answer, GATE_OUTLIERS);
    assert_int_equal(reason->severity, SEVERITY_CRITICAL); /* columns are missing */
    assert_true(gate_scene_says(reason->message, "prod/eu-2 is not as the majority of prod since "));
    assert_true(gate_scene_says(reason->advice, "`driftline drift list orders --to prod --instance eu-2`"));
    scene->question.allow_outliers = true;
    gate_scene_expect(scene, "PASS");
    scene->question.allow_outliers = false;
    scene->content.gate.allow_outliers = true;
    gate_scene_renew(scene);
    gate_scene_expect(scene, "PASS");
}

static void test_an_outlier_may_be_waived_as_a_whole(void **state)
{
    struct gate_scene *scene = *state;
    int64_t pair, x, y;

    gate_scene_put(scene, "prod", "eu-1", GATE_SCENE_SCHEMA);
    gate_scene_put(scene, "prod", "eu-2", OTHERWISE);
    pair = sample_pair(&scene->history, "prod", "prod", "eu-2", scene->policy);
    gate_scene_expect(scene, "BLOCKED outliers"); /* no drift is known yet */
    x = gate_scene_drift(scene, (struct sample_drift){.pair = pair, .cause = DRIFT_OUTLIER});
    y = gate_scene_drift(scene, (struct sample_drift){.pair = pair, .cause = DRIFT_OUTLIER, .object = "a.t.y"});
    gate_scene_waive(scene, x, DAY);
    gate_scene_expect(scene, "BLOCKED outliers");
    gate_scene_waive(scene, y, 1);
    gate_scene_expect(scene, "PASS");
    scene->question.now++;
    gate_scene_expect(scene, "BLOCKED outliers"); /* expired */
    gate_scene_waive(scene, y, DAY);
    gate_scene_expect(scene, "PASS");
    gate_scene_put(scene, "prod", "eu-2", OTHERWISE "view a.v\n"); /* the drifts are of the snapshot before */
    gate_scene_expect(scene, "BLOCKED outliers");
}

/* An incident is one also where instances may be otherwise. */
static void test_incidents_of_outliers_count(void **state)
{
    struct gate_scene *scene = *state;
    int64_t pair, drift;
    struct drift_row row;

    gate_scene_put(scene, "prod", "eu-1", GATE_SCENE_SCHEMA);
    gate_scene_put(scene, "prod", "eu-2", OTHERWISE);
    scene->question.allow_outliers = true;
    pair = sample_pair(&scene->history, "prod", "prod", "eu-2", scene->policy);
    drift = gate_scene_drift(scene, (struct sample_drift){.pair = pair, .cause = DRIFT_OUTLIER, .unattributed = true});
    gate_scene_expect(scene, "BLOCKED unattributed");
    row = sample_get(&scene->history, drift);
    row.state = DRIFT_ACKNOWLEDGED;
    row.acked_at = 1;
    row.acked_by = TEXT("eve");
    sample_put(&scene->history, &row);
    gate_scene_expect(scene, "PASS");
}

static void test_most_outliers_are_counted(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;
    char name[16];

    for (int i = 0; i < 13; i++) {
        snprintf(name, sizeof name, "b-%02d", i);
        gate_scene_put(scene, "prod", name, GATE_SCENE_SCHEMA);
    }
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "c-%02d", i);
        gate_scene_put(scene, "prod", name, OTHERWISE);
    }
    answer = gate_scene_ask(scene);
    assert_int_equal(answer.reason_count, 11);
    assert_true(text_equal(answer.reasons[10].message, TEXT("and 2 more instances of prod")));
    assert_int_equal(answer.reasons[10].code, GATE_OUTLIERS);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, gate_scene_setup, gate_scene_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_nobody_watches_is_named),
        TEST(test_who_is_not_fresh_is_named_with_why),
        TEST(test_how_old_a_look_may_be),
        TEST(test_many_are_counted),
        TEST(test_the_same_trouble_is_one_reason),
        TEST(test_many_troubles_are_counted),
        TEST(test_times_are_to_the_second),
        TEST(test_what_was_not_read_is_named),
        TEST(test_nobody_speaks_without_a_majority),
        TEST(test_outliers_may_be_allowed),
        TEST(test_an_outlier_may_be_waived_as_a_whole),
        TEST(test_incidents_of_outliers_count),
        TEST(test_most_outliers_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
