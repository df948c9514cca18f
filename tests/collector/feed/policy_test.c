#include "feed/policy.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

/* A policy in memory that is overwritten after it was handed over. */
struct sample {
    char names[64];
    struct text path[2];
    struct fleet_path database;
    struct ignore_pattern pattern;
    struct severity_override override;
    struct fleet_policy policy;
};

static void make_sample(struct sample *sample, int64_t stale_after)
{
    *sample = (struct sample){.names = "stagingprodorderscolumnx"};
    sample->path[0] = (struct text){sample->names, 7};
    sample->path[1] = (struct text){sample->names + 7, 4};
    sample->database = (struct fleet_path){{sample->names + 11, 6}, sample->path, 2};
    sample->pattern = (struct ignore_pattern){.word = {sample->names + 17, 6}, .glob = {sample->names + 23, 1}};
    sample->override = (struct severity_override){sample->pattern, SEVERITY_HIGH};
    sample->policy = (struct fleet_policy){.path = sample->path,
                                           .path_count = 2,
                                           .databases = &sample->database,
                                           .database_count = 1,
                                           .stale_after_us = stale_after,
                                           .memory_limit = 1024 * 1024};
    diff_options_init(&sample->policy.compare);
    sample->policy.compare.ignore = (struct ignore_list){&sample->pattern, 1};
    sample->policy.compare.overrides = &sample->override;
    sample->policy.compare.override_count = 1;
}

static void check_sample(const struct fleet_policy *policy, int64_t stale_after)
{
    assert_int_equal(policy->path_count, 2);
    assert_true(text_equal(policy->path[0], TEXT("staging")));
    assert_true(text_equal(policy->path[1], TEXT("prod")));
    assert_int_equal(policy->database_count, 1);
    assert_true(text_equal(policy->databases[0].database, TEXT("orders")));
    assert_true(text_equal(policy->databases[0].path[1], TEXT("prod")));
    assert_true(text_equal(policy->compare.ignore.patterns[0].word, TEXT("column")));
    assert_true(text_equal(policy->compare.overrides[0].pattern.glob, TEXT("x")));
    assert_int_equal(policy->compare.overrides[0].level, SEVERITY_HIGH);
    assert_int_equal(policy->stale_after_us, stale_after);
}

static void test_a_request_keeps_what_it_began_with(void **state)
{
    struct policy_holder holder;
    struct held_policy *first, *second;
    struct sample sample;
    struct error error = {0};

    (void)state;
    assert_int_equal(policy_holder_init(&holder, &error), ERROR_NONE);
    make_sample(&sample, 1);
    assert_int_equal(policy_set(&holder, &sample.policy, &error), ERROR_NONE);
    memset(&sample, 'x', sizeof sample);
    first = policy_take(&holder);
    make_sample(&sample, 2);
    assert_int_equal(policy_set(&holder, &sample.policy, &error), ERROR_NONE);
    memset(&sample, 'x', sizeof sample);
    second = policy_take(&holder);
    check_sample(policy_of(first), 1);
    check_sample(policy_of(second), 2);
    policy_release(&holder, first);
    policy_release(&holder, second);
    policy_release(&holder, NULL);
    policy_holder_clear(&holder);
}

static void test_it_begins_without_a_path(void **state)
{
    struct policy_holder holder;
    struct held_policy *held;
    struct error error = {0};

    (void)state;
    assert_int_equal(policy_holder_init(&holder, &error), ERROR_NONE);
    held = policy_take(&holder);
    assert_int_equal(policy_of(held)->path_count, 0);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        assert_true(policy_of(held)->compare.aspects[aspect]);
    policy_release(&holder, held);
    policy_holder_clear(&holder);
}

static enum error_code attempt(void *context, struct error *error)
{
    struct policy_holder holder;
    struct sample sample;
    enum error_code code = policy_holder_init(&holder, error);

    (void)context;
    make_sample(&sample, 1);
    if (code == ERROR_NONE)
        code = policy_set(&holder, &sample.policy, error);
    policy_holder_clear(&holder);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_keeps_what_it_began_with),
        cmocka_unit_test(test_it_begins_without_a_path),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
