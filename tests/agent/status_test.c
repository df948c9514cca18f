#include "agent/status.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/thread.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/text.h"
#include "support/cmocka.h"

enum { SECOND = 1000 * 1000 };

static void init(struct status *status, int doorbell)
{
    struct error error = {0};

    if (status_init(status, doorbell, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static bool rang(int doorbell)
{
    eventfd_t count;

    return eventfd_read(doorbell, &count) == 0;
}

/* The doorbell rings for what should not wait, and only for that. */
static void test_doorbell(void **state)
{
    int doorbell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct status_view view;
    struct status status;

    (void)state;
    init(&status, doorbell);
    assert_true(status_report(&status, TARGET_FINE, "", 1));
    assert_true(rang(doorbell));
    assert_false(status_report(&status, TARGET_FINE, "", 2));
    assert_false(rang(doorbell));
    assert_true(status_report(&status, TARGET_FAILED, "one", 3));
    assert_true(rang(doorbell));
    assert_true(status_report(&status, TARGET_FAILED, "two", 4));
    assert_true(rang(doorbell));
    status_stored(&status, 1);
    assert_true(rang(doorbell));
    status_stored(&status, 1);
    assert_false(rang(doorbell));
    status_read(&status, &view);
    assert_int_equal(view.state, TARGET_FAILED);
    assert_string_equal(view.reason, "two");
    assert_int_equal(view.checked_at, 4);
    assert_int_equal(view.seq, 1);
    assert_int_equal(view.reports, 4);
    assert_int_equal(view.changes, 4);
    status_clear(&status);
    close(doorbell);
}

/* A long reason is cut between characters; what is no UTF-8 ends it. */
static void test_reasons_stay_utf8(void **state)
{
    char reason[STATUS_REASON_SIZE * 2];
    struct status_view view;
    struct status status;

    (void)state;
    init(&status, -1);
    for (unsigned shift = 0; shift < 3; shift++) {
        size_t length = shift;

        memset(reason, 'x', shift);
        while (length + 3 < sizeof reason) {
            memcpy(reason + length, "\xe2\x82\xac", 3);
            length += 3;
        }
        reason[length] = '\0';
        status_report(&status, TARGET_FAILED, reason, 1);
        status_read(&status, &view);
        assert_true(text_is_utf8(text_from(view.reason)));
        assert_in_range(strlen(view.reason), STATUS_REASON_SIZE - 4, STATUS_REASON_SIZE - 1);
    }
    status_report(&status, TARGET_FAILED,
                  "good\xff"
                  "bad",
                  1);
    status_read(&status, &view);
    assert_string_equal(view.reason, "good");
    status_clear(&status);
}

static void test_requests(void **state)
{
    struct status status;

    (void)state;
    init(&status, -1);
    assert_int_equal(status_wait(&status, clock_elapsed(), -1, NULL), 0);
    status_ask(&status, STATUS_LOOK);
    status_ask(&status, STATUS_ANEW);
    assert_int_equal(status_wait(&status, clock_elapsed() + 60 * (int64_t)SECOND, -1, NULL), STATUS_LOOK | STATUS_ANEW);
    assert_int_equal(status_wait(&status, clock_elapsed(), -1, NULL), 0);
    assert_false(status_is_stopped(&status));
    status_ask(&status, STATUS_STOP);
    assert_true(status_is_stopped(&status));
    assert_int_equal(status_wait(&status, clock_elapsed() + 60 * (int64_t)SECOND, -1, NULL), STATUS_STOP);
    assert_int_equal(status_wait(&status, clock_elapsed() + 60 * (int64_t)SECOND, -1, NULL), STATUS_STOP);
    status_clear(&status);
}

static void ask_later(void *context)
{
    usleep(20 * 1000);
    status_ask(context, STATUS_LOOK);
}

static void test_a_request_wakes_up(void **state)
{
    struct thread thread;
    struct status status;
    struct error error = {0};

    (void)state;
    init(&status, -1);
    assert_int_equal(thread_start(&thread, "asking", ask_later, &status, &error), ERROR_NONE);
    assert_int_equal(status_wait(&status, clock_elapsed() + 600 * (int64_t)SECOND, -1, NULL), STATUS_LOOK);
    assert_true(thread_join(&thread, INT64_MAX));
    status_clear(&status);
}

/* A file that can be read ends the waiting, as does one that has broken; and takes no request away. */
static void test_a_file_wakes_up(void **state)
{
    struct status status;
    bool woken = true;
    int ends[2];

    (void)state;
    init(&status, -1);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(status_wait(&status, clock_elapsed() + 1000, ends[0], &woken), 0);
    assert_false(woken);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(status_wait(&status, clock_elapsed() + 600 * (int64_t)SECOND, ends[0], &woken), 0);
    assert_true(woken);
    status_ask(&status, STATUS_LOOK);
    assert_int_equal(status_peek(&status), STATUS_LOOK);
    assert_int_equal(status_wait(&status, clock_elapsed() + 600 * (int64_t)SECOND, ends[0], &woken), STATUS_LOOK);
    assert_true(woken);
    assert_int_equal(status_peek(&status), 0);
    close(ends[1]);
    assert_int_equal(status_wait(&status, clock_elapsed() + 600 * (int64_t)SECOND, ends[0], &woken), 0);
    assert_true(woken);
    close(ends[0]);
    assert_int_equal(status_wait(&status, clock_elapsed() + 600 * (int64_t)SECOND, ends[0], &woken), 0);
    assert_true(woken); /* whoever looks will find out */
    assert_int_equal(status_wait(&status, clock_elapsed() + 1000, -1, &woken), 0);
    assert_false(woken);
    status_clear(&status);
}

static void wait_for_stop(void *context)
{
    while ((status_wait(context, INT64_MAX / 2, -1, NULL) & STATUS_STOP) == 0)
        continue;
}

static void test_joining_has_a_limit(void **state)
{
    struct thread thread;
    struct status status;
    struct error error = {0};

    (void)state;
    init(&status, -1);
    assert_int_equal(thread_start(&thread, "a name that is longer than others", wait_for_stop, &status, &error),
                     ERROR_NONE);
    assert_false(thread_join(&thread, clock_elapsed() + 1000));
    status_ask(&status, STATUS_STOP);
    assert_true(thread_join(&thread, clock_elapsed() + 600 * (int64_t)SECOND));
    status_clear(&status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doorbell),        cmocka_unit_test(test_reasons_stay_utf8),
        cmocka_unit_test(test_requests),        cmocka_unit_test(test_a_request_wakes_up),
        cmocka_unit_test(test_a_file_wakes_up), cmocka_unit_test(test_joining_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
