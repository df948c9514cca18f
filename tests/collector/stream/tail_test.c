#include "stream/tail.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/store/history.h"
#include "support/cmocka.h"

enum { PATIENCE_MS = 60000 };

struct follower {
    struct history history;
    struct logger logger;
    struct pulse *pulse;
    struct tail *tail;
    int news;
};

static int setup(void **state)
{
    static struct follower follower;
    struct error error = {0};

    history_open(&follower.history);
    logger_init(&follower.logger, open("/dev/null", O_WRONLY | O_CLOEXEC), LOG_LEVEL_DEBUG);
    assert_int_equal(pulse_new(&follower.pulse, &error), ERROR_NONE);
    *state = &follower;
    return 0;
}

static int teardown(void **state)
{
    struct follower *follower = *state;

    if (follower->tail != NULL)
        pulse_leave(tail_news(follower->tail), follower->news);
    tail_stop(follower->tail);
    follower->tail = NULL;
    pulse_free(follower->pulse);
    close(follower->logger.file);
    logger_clear(&follower->logger);
    history_close(&follower->history);
    return 0;
}

static void start(struct follower *follower)
{
    struct tail_settings settings = {follower->history.folder, follower->pulse, &follower->logger};
    struct error error = {0};

    assert_int_equal(tail_start(&follower->tail, &settings, &error), ERROR_NONE);
    assert_int_equal(pulse_listen(tail_news(follower->tail), &follower->news, &error), ERROR_NONE);
}

/* Write events in one transaction, and beat as the core does. */
static void write_events(struct follower *follower, unsigned count)
{
    pulse_beat(follower->pulse, history_add_events(&follower->history, "orders", count));
}

static void wait_until(struct follower *follower, int64_t number)
{
    struct pollfd file = {.fd = follower->news, .events = POLLIN};
    uint64_t ignored;

    while (ring_last(tail_ring(follower->tail)) < number) {
        assert_int_equal(poll(&file, 1, PATIENCE_MS), 1);
        assert_int_equal(read(follower->news, &ignored, sizeof ignored), sizeof ignored);
    }
}

static void test_it_begins_at_the_end(void **state)
{
    struct follower *follower = *state;
    const struct ring_item *item = NULL;

    write_events(follower, 3);
    start(follower);
    assert_int_equal(ring_last(tail_ring(follower->tail)), 3);
    assert_int_equal(ring_next(tail_ring(follower->tail), 3, &item), RING_NOTHING);
    assert_int_equal(tail_store(follower->tail).length, 32);
}

static void test_each_event_is_there_in_order(void **state)
{
    static const char type[] = "\"type\":\"driftline.drift-opened\"";
    struct follower *follower = *state;
    int64_t position = 2;

    write_events(follower, 2);
    start(follower);
    tail_want(follower->tail);
    write_events(follower, 1);
    write_events(follower, 3 * TAIL_PAGE);
    wait_until(follower, 3 + 3 * TAIL_PAGE);
    for (const struct ring_item *item = NULL; ring_next(tail_ring(follower->tail), position, &item) == RING_ITEM;) {
        char id[32];

        assert_int_equal(item->event.id, position + 1);
        snprintf(id, sizeof id, "\"id\":\"%lld\"", (long long)item->event.id);
        assert_non_null(strstr(item->frame.bytes, id));
        assert_non_null(memmem(item->frame.bytes, item->frame.length, type, strlen(type)));
        position = item->event.id;
        ring_item_release(item);
    }
    assert_int_equal(position, 3 + 3 * TAIL_PAGE);
    tail_want_no_more(follower->tail);
}

/* Whoever begins to follow begins after all that he may know of, whether the ring has it yet or not. */
static void test_what_is_committed_is_not_new(void **state)
{
    struct follower *follower = *state;

    write_events(follower, 2);
    start(follower);
    assert_int_equal(tail_last(follower->tail), 2);
    tail_want(follower->tail);
    for (int64_t number = 3; number < 40; number++) {
        write_events(follower, 1);
        assert_int_equal(tail_last(follower->tail), number);
    }
    tail_want_no_more(follower->tail);
}

/* What nobody wanted is not read; who comes then is told that it is in the store only. */
static void test_it_reads_nothing_that_nobody_wants(void **state)
{
    struct follower *follower = *state;
    const struct ring_item *item = NULL;
    int64_t before;

    start(follower);
    before = ring_last(tail_ring(follower->tail));
    write_events(follower, 5);
    while (ring_last(tail_ring(follower->tail)) < 5)
        usleep(1000);
    assert_int_equal(ring_floor(tail_ring(follower->tail)), 5);
    assert_int_equal(ring_next(tail_ring(follower->tail), before, &item), RING_BEHIND);
    tail_want(follower->tail);
    write_events(follower, 1);
    wait_until(follower, 6);
    assert_int_equal(ring_next(tail_ring(follower->tail), 5, &item), RING_ITEM);
    assert_int_equal(item->event.id, 6);
    ring_item_release(item);
    tail_want_no_more(follower->tail);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_it_begins_at_the_end),
        TEST(test_each_event_is_there_in_order),
        TEST(test_what_is_committed_is_not_new),
        TEST(test_it_reads_nothing_that_nobody_wants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
