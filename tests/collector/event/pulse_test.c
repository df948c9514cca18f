#include "event/pulse.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/memory.h"
#include "support/cmocka.h"

enum { BEATERS = 4, BEATS = 2000 };

static struct pulse *new_pulse(void)
{
    struct pulse *pulse = NULL;
    struct error error = {0};

    assert_int_equal(pulse_new(&pulse, &error), ERROR_NONE);
    return pulse;
}

static int listen_to(struct pulse *pulse)
{
    struct error error = {0};
    int file = -1;

    assert_int_equal(pulse_listen(pulse, &file, &error), ERROR_NONE);
    return file;
}

/* Whether there was something to wake for; it is gone then. */
static bool was_woken(int file)
{
    uint64_t count;

    return read(file, &count, sizeof count) == sizeof count;
}

static void test_listener_is_awake_at_first(void **state)
{
    struct pulse *pulse = new_pulse();
    int file = listen_to(pulse);

    (void)state;
    assert_true(was_woken(file));
    assert_false(was_woken(file));
    pulse_leave(pulse, file);
    pulse_free(pulse);
}

static void test_beat_wakes_everybody_once(void **state)
{
    struct pulse *pulse = new_pulse();
    int first = listen_to(pulse), second = listen_to(pulse);

    (void)state;
    (void)was_woken(first), (void)was_woken(second);
    pulse_beat(pulse, 7);
    pulse_beat(pulse, 9);
    assert_int_equal(pulse_last(pulse), 9);
    assert_true(was_woken(first));
    assert_false(was_woken(first));
    assert_true(was_woken(second));
    pulse_leave(pulse, first);
    pulse_leave(pulse, second);
    pulse_free(pulse);
}

static void test_beat_that_says_nothing_new(void **state)
{
    struct pulse *pulse = new_pulse();
    int file = listen_to(pulse);

    (void)state;
    pulse_beat(pulse, 7);
    (void)was_woken(file);
    pulse_beat(pulse, 7);
    pulse_beat(pulse, 3);
    assert_int_equal(pulse_last(pulse), 7);
    assert_false(was_woken(file));
    pulse_leave(pulse, file);
    pulse_free(pulse);
}

static void test_who_left_is_left_alone(void **state)
{
    struct pulse *pulse = new_pulse();
    int first = listen_to(pulse), second = listen_to(pulse), third = listen_to(pulse);

    (void)state;
    pulse_leave(pulse, second);
    pulse_leave(pulse, second); /* no descriptor of its any more */
    (void)was_woken(first), (void)was_woken(third);
    pulse_beat(pulse, 1);
    assert_true(was_woken(first));
    assert_true(was_woken(third));
    pulse_leave(pulse, third);
    pulse_leave(pulse, first);
    pulse_free(pulse);
    pulse_free(NULL);
}

static void test_memory_that_runs_out(void **state)
{
    struct pulse *pulse = NULL, *none = NULL;
    struct error error = {0};
    int file = -1;

    (void)state;
    mem_fail_at(1);
    assert_int_equal(pulse_new(&none, &error), ERROR_MEMORY);
    mem_fail_at(0);
    assert_null(none);
    pulse = new_pulse();
    mem_fail_at(1);
    assert_int_equal(pulse_listen(pulse, &file, &error), ERROR_MEMORY);
    mem_fail_at(0);
    assert_int_equal(file, -1);
    pulse_free(pulse);
}

/* ---- threads ---- */

struct beating {
    struct pulse *pulse;
    atomic_llong next;
};

static void *beat_often(void *context)
{
    struct beating *beating = context;

    for (int i = 0; i < BEATS; i++)
        pulse_beat(beating->pulse, atomic_fetch_add(&beating->next, 1) + 1);
    return NULL;
}

static void *come_and_go(void *context)
{
    struct beating *beating = context;
    struct error error = {0};
    uintptr_t failures = 0;

    for (int i = 0; i < BEATS / 10; i++) {
        int file = -1;

        if (pulse_listen(beating->pulse, &file, &error) != ERROR_NONE || !was_woken(file))
            failures++;
        pulse_leave(beating->pulse, file);
    }
    return (void *)failures;
}

/* However many beat at once: who listens sees the last number in the end. */
static void test_no_beat_is_lost_among_threads(void **state)
{
    struct beating beating = {.pulse = new_pulse()};
    struct pollfd file = {.fd = listen_to(beating.pulse), .events = POLLIN};
    pthread_t beaters[BEATERS], visitor;
    void *failures = NULL;

    (void)state;
    for (size_t i = 0; i < BEATERS; i++)
        assert_int_equal(pthread_create(&beaters[i], NULL, beat_often, &beating), 0);
    assert_int_equal(pthread_create(&visitor, NULL, come_and_go, &beating), 0);
    while (pulse_last(beating.pulse) < BEATERS * BEATS) {
        assert_int_equal(poll(&file, 1, 10000), 1);
        (void)was_woken(file.fd);
    }
    for (size_t i = 0; i < BEATERS; i++)
        pthread_join(beaters[i], NULL);
    pthread_join(visitor, &failures);
    assert_null(failures);
    pulse_leave(beating.pulse, file.fd);
    pulse_free(beating.pulse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_listener_is_awake_at_first), cmocka_unit_test(test_beat_wakes_everybody_once),
        cmocka_unit_test(test_beat_that_says_nothing_new), cmocka_unit_test(test_who_left_is_left_alone),
        cmocka_unit_test(test_memory_that_runs_out),       cmocka_unit_test(test_no_beat_is_lost_among_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
