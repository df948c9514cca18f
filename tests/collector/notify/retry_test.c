#include "notify/retry.h"

#include "support/cmocka.h"

#define SECOND INT64_C(1000000)

static int64_t pause_of(uint32_t attempts, uint64_t random)
{
    const struct retry retry = {.now = 100 * SECOND,
                                .attempts = attempts,
                                .since = 100 * SECOND,
                                .patience_us = 86400 * SECOND,
                                .random = random};

    return retry_at(&retry) - retry.now;
}

static void test_pauses_grow_and_are_any_up_to_their_longest(void **state)
{
    (void)state;
    for (uint32_t attempts = 1; attempts < 60; attempts++) {
        int64_t longest = attempts > 9 ? RETRY_LONGEST_US : RETRY_FIRST_US << (attempts - 1);
        int64_t seen_least = INT64_MAX, seen_most = 0;

        for (uint64_t i = 0; i < 2000; i++) {
            int64_t pause = pause_of(attempts, i * UINT64_C(0x9e3779b97f4a7c15));

            assert_true(pause > 0 && pause <= longest);
            seen_least = pause < seen_least ? pause : seen_least;
            seen_most = pause > seen_most ? pause : seen_most;
        }
        assert_true(seen_least < longest / 8 + 100000);
        assert_true(seen_most > longest - longest / 8);
    }
}

static void test_a_sink_is_left_alone_as_it_says(void **state)
{
    struct retry retry = {.now = 0, .attempts = 1, .patience_us = 86400 * SECOND, .after_us = 70 * SECOND};

    (void)state;
    assert_int_equal(retry_at(&retry), 70 * SECOND);
    retry.after_us = 100000 * SECOND;
    assert_int_equal(retry_at(&retry), 3600 * SECOND);
    assert_int_equal(retry_after(-5), 0);
}

static void test_the_last_attempt_is_when_the_time_is_over(void **state)
{
    struct retry retry = {.now = 50 * SECOND, .attempts = 30, .since = 10 * SECOND, .patience_us = 60 * SECOND};

    (void)state;
    retry.random = (uint64_t)RETRY_LONGEST_US - 200000;
    assert_int_equal(retry_at(&retry), 70 * SECOND);
    retry.now = 70 * SECOND;
    assert_int_equal(retry_at(&retry), 0);
    retry.now = 71 * SECOND;
    assert_int_equal(retry_at(&retry), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pauses_grow_and_are_any_up_to_their_longest),
        cmocka_unit_test(test_a_sink_is_left_alone_as_it_says),
        cmocka_unit_test(test_the_last_attempt_is_when_the_time_is_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
