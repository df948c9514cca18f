/* What is told of environments that lose their majority, and of those that have one again. */
#include <string.h>

#include "collector/track/correlated.h"
#include "common/drift/snapshot_text.h"
#include "store/pairs.h"
#include "support/allocation.h"
#include "support/cmocka.h"

#define T1 "table a.t\n  column x type=integer\n"
#define T2 "table a.t\n  column x type=bigint\n"
#define T3 "table a.t\n  column x type=text\n"
#define STAGING "orders@staging"
#define EU "orders@prod/eu"
#define US "orders@prod/us"
#define AP "orders@prod/ap"

static void expect(struct correlated *correlated, int64_t after, const char *events)
{
    assert_string_equal(correlated_events(correlated, after, NULL), events);
}

static bool says(struct correlated *correlated, int64_t after, const char *type, const char *what)
{
    return strstr(correlated_events(correlated, after, type), what) != NULL;
}

static void test_enrolling_is_no_alarm(void **state)
{
    struct correlated *correlated = *state;

    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T2, NULL);
    correlated_record(correlated, AP, T3, NULL);
    expect(correlated, 0, "");
    correlated_record(correlated, AP, T1, NULL);
    assert_false(says(correlated, 0, "environment-agreed", "prod"));
}

static void test_a_majority_is_lost_and_there_again(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T1, NULL);
    correlated_record(correlated, AP, T2, NULL);
    before = correlated_last_event(correlated);
    correlated_record_by(correlated, US, T3, "bob");
    expect(correlated, before, "environment-split\n");
    assert_true(
        says(correlated, before, "environment-split",
             "high {\"database\":\"orders\",\"environment\":\"prod\",\"instances\":3,\"variants\":[{\"root\":"));
    assert_true(says(correlated, before, "environment-split", "\"count\":1,\"instances\":[\"eu\"]}"));
    assert_true(says(correlated, before, "environment-split", "\"variant_count\":3,\"instance\":\"us\",\"snapshot\":"));
    assert_true(says(correlated, before, "environment-split", "\"evidence\":\"captured\",\"actor\":\"bob\""));
    before = correlated_last_event(correlated);
    correlated_record(correlated, EU, T2 "table a.u\n", NULL);
    expect(correlated, before, "");
    correlated_record(correlated, EU, T2, NULL);
    assert_true(says(correlated, before, "environment-agreed",
                     "low {\"database\":\"orders\",\"environment\":\"prod\",\"instances\":3,\"agree\":2,\"root\":"));
    assert_true(says(correlated, before, "environment-agreed", "\"split_seconds\":2,\"instance\":\"eu\""));
    correlated_verify(correlated);
}

static void test_two_that_differ(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T1, NULL);
    before = correlated_last_event(correlated);
    correlated_record(correlated, US, T2, NULL);
    expect(correlated, before, "environment-split\n");
    before = correlated_last_event(correlated);
    correlated_forget(correlated, US);
    assert_true(says(correlated, before, "environment-agreed", "\"instances\":1,\"agree\":1"));
}

static void test_nobody_is_left(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T1, NULL);
    correlated_record(correlated, US, T2, NULL);
    before = correlated_last_event(correlated);
    correlated_forget(correlated, US);
    correlated_forget(correlated, EU);
    assert_true(says(correlated, before, "environment-agreed", "\"split_seconds\":"));
    correlated_verify(correlated);
}

/* What was enrolled without a majority is told when all is looked at, and once. */
static void test_it_is_told_once_when_all_is_looked_at(void **state)
{
    struct correlated *correlated = *state;

    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T2, NULL);
    correlated_policy(correlated, "dev staging prod", "index:*", NULL);
    correlated_catch_up(correlated);
    expect(correlated, 0, "environment-split\n");
    assert_false(says(correlated, 0, "environment-split", "\"instance\":"));
    correlated_policy(correlated, "dev staging prod", NULL, NULL);
    correlated_catch_up(correlated);
    expect(correlated, 0, "environment-split\n");
    correlated_policy(correlated, "dev staging prod", "column:*.x", NULL);
    correlated_catch_up(correlated);
    expect(correlated, 0, "environment-split\nenvironment-agreed\n");
}

/* ---- the pair meanwhile ---- */

static struct pair_row find_pair(struct correlated *correlated)
{
    const struct pair_row name = {
        .database = TEXT("orders"), .from = TEXT("staging"), .to = TEXT("prod"), .instance = TEXT("")};
    struct history *history = correlated->history;
    struct pair_row pair = {0};
    struct error error = {0};

    history_expect(pairs_get(history->database, &name, &history->arena, &pair, &error), &error);
    return pair;
}

static void test_a_pair_says_that_it_waits(void **state)
{
    struct correlated *correlated = *state;
    struct pair_row pair;

    correlated_record(correlated, STAGING, T1, NULL);
    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T1, NULL);
    assert_false(find_pair(correlated).waits);
    correlated_record(correlated, US, T2, NULL);
    correlated_policy(correlated, "dev staging prod", "index:*", NULL);
    correlated_catch_up(correlated);
    pair = find_pair(correlated);
    assert_true(pair.waits);
    assert_int_equal(pair.unknown_count, 1);
    assert_true(text_equal(pair.unknown, TEXT("the instances of prod have no majority")));
    correlated_record(correlated, US, T1, NULL);
    pair = find_pair(correlated);
    assert_false(pair.waits);
    assert_int_equal(pair.unknown_count, 0);
}

/* What was kept is told with when it was and who did it, though it is told later. */
static void test_a_step_that_was_kept_is_explained(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    correlated_record(correlated, STAGING, T1, NULL);
    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T1, NULL);
    correlated_record(correlated, US, T3, NULL);
    correlated_record_by(correlated, STAGING, T2, "alice");
    before = correlated_last_event(correlated);
    correlated_record(correlated, US, T1, NULL);
    expect(correlated, before, "environment-agreed\ndrift-opened\n");
    assert_true(says(correlated, before, "drift-opened", "\"cause\":\"pending\""));
    assert_true(says(correlated, before, "drift-opened", "\"evidence\":\"captured\",\"actor\":\"alice\""));
    assert_string_equal(correlated_steps(correlated, 1), "opened 4 from\n");
}

/* It ended when staging took it back, and that is told when it can be. */
static void test_an_end_is_told_when_it_is_known(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    correlated_record(correlated, STAGING, T1, NULL);
    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T1, NULL);
    correlated_record(correlated, STAGING, T2, NULL);
    correlated_record(correlated, US, T3, NULL);
    before = correlated_last_event(correlated);
    correlated_record(correlated, STAGING, T1, NULL);
    correlated_record(correlated, STAGING, T1 "table a.u\n", NULL);
    correlated_record(correlated, STAGING, T1, NULL);
    expect(correlated, before, "");
    correlated_record(correlated, US, T1, NULL);
    expect(correlated, before, "environment-agreed\ndrift-opened\ndrift-ended\ndrift-ended\n");
    assert_string_equal(correlated_steps(correlated, 1), "opened 3 from\nchanged 5 from\nended 5 from: reverted\n");
    correlated_verify(correlated);
}

/* ---- memory that runs out ---- */

struct material {
    struct correlated *correlated;
    int64_t target;
    struct snapshot *snapshot;
};

static enum error_code record_again(void *context, struct error *error)
{
    struct material *material = context;
    int64_t id;

    return record_try(material->correlated->history, material->target, material->snapshot, NULL, &id, error);
}

static void fail_at_each(struct correlated *correlated, const char *schema)
{
    struct material material = {.correlated = correlated, .snapshot = snapshot_from_text(schema)};

    material.target = history_target(correlated->history, "orders", "prod", "us");
    assert_true(test_every_allocation(record_again, &material) >= 30);
    snapshot_free(material.snapshot);
}

static void test_every_allocation_may_fail(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    correlated_record(correlated, STAGING, T1, NULL);
    correlated_record(correlated, EU, T1, NULL);
    correlated_record(correlated, US, T1, NULL);
    correlated_record(correlated, STAGING, T2, NULL);
    before = correlated_last_event(correlated);
    fail_at_each(correlated, T3);
    expect(correlated, before, "environment-split\n");
    correlated_record(correlated, STAGING, T1, NULL);
    correlated_record(correlated, STAGING, T3, NULL);
    before = correlated_last_event(correlated);
    fail_at_each(correlated, T1);
    expect(correlated, before, "environment-agreed\ndrift-changed\n");
    correlated_verify(correlated);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, correlated_setup, correlated_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_enrolling_is_no_alarm),
        TEST(test_a_majority_is_lost_and_there_again),
        TEST(test_two_that_differ),
        TEST(test_nobody_is_left),
        TEST(test_it_is_told_once_when_all_is_looked_at),
        TEST(test_a_pair_says_that_it_waits),
        TEST(test_a_step_that_was_kept_is_explained),
        TEST(test_an_end_is_told_when_it_is_known),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
