#include "stream/ring.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/buffer.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { SMALL = 4, LARGE_BYTES = 1024 * 1024, EVENTS = 20000, READERS = 3 };

static struct ring *new_ring(size_t limit, size_t bytes)
{
    struct ring *ring = NULL;
    struct error error = {0};

    assert_int_equal(ring_new(&ring, limit, bytes, &error), ERROR_NONE);
    return ring;
}

static void add(struct ring *ring, int64_t number)
{
    const struct event_row event = {.id = number,
                                    .type = EVENT_DRIFT_OPENED,
                                    .severity = SEVERITY_HIGH,
                                    .place = {TEXT("orders"), TEXT("prod"), TEXT("eu-1")}};
    struct error error = {0};

    assert_int_equal(ring_add(ring, &event, TEXT("{\"a\":1}"), &error), ERROR_NONE);
}

static void expect_item(struct ring *ring, int64_t after, int64_t number)
{
    const struct ring_item *item = NULL;

    assert_int_equal(ring_next(ring, after, &item), RING_ITEM);
    assert_int_equal(item->event.id, number);
    ring_item_release(item);
}

static void test_an_event_is_written_out_once(void **state)
{
    struct ring *ring = new_ring(SMALL, LARGE_BYTES);
    const struct ring_item *item = NULL;
    struct event_row event;
    struct buffer frame;

    (void)state;
    add(ring, 7);
    assert_int_equal(ring_next(ring, 0, &item), RING_ITEM);
    assert_true(text_equal(item->frame, TEXT("id: 7\nevent: drift-opened\ndata: {\"a\":1}\n\n")));
    assert_true(text_equal(item->json, TEXT("{\"a\":1}")));
    assert_true(text_equal(item->event.place.database, TEXT("orders")));
    assert_true(text_equal(item->event.place.environment, TEXT("prod")));
    assert_true(text_equal(item->event.place.instance, TEXT("eu-1")));
    assert_int_equal(item->event.severity, SEVERITY_HIGH);
    event = item->event;
    buffer_init(&frame);
    ring_frame_write(&event, item->json, &frame);
    assert_true(text_equal(buffer_text(&frame), item->frame));
    buffer_clear(&frame);
    ring_item_release(item);
    ring_item_release(NULL);
    ring_free(ring);
    ring_free(NULL);
}

static void test_the_oldest_makes_room(void **state)
{
    struct ring *ring = new_ring(SMALL, LARGE_BYTES);
    const struct ring_item *item = NULL;

    (void)state;
    ring_restart(ring, 100);
    assert_int_equal(ring_last(ring), 100);
    assert_int_equal(ring_next(ring, 100, &item), RING_NOTHING);
    assert_int_equal(ring_next(ring, 99, &item), RING_BEHIND);
    for (int64_t number = 101; number <= 106; number++)
        add(ring, number);
    assert_int_equal(ring_floor(ring), 102);
    assert_int_equal(ring_last(ring), 106);
    assert_int_equal(ring_next(ring, 101, &item), RING_BEHIND);
    expect_item(ring, 102, 103);
    expect_item(ring, 105, 106);
    assert_int_equal(ring_next(ring, 106, &item), RING_NOTHING);
    assert_int_equal(ring_next(ring, 1000, &item), RING_NOTHING);
    ring_restart(ring, 200);
    assert_int_equal(ring_next(ring, 106, &item), RING_BEHIND);
    assert_int_equal(ring_next(ring, 200, &item), RING_NOTHING);
    ring_free(ring);
}

static void test_numbers_may_be_missing(void **state)
{
    struct ring *ring = new_ring(SMALL, LARGE_BYTES);

    (void)state;
    add(ring, 3);
    add(ring, 8);
    add(ring, 9);
    expect_item(ring, 0, 3);
    expect_item(ring, 3, 8);
    expect_item(ring, 5, 8);
    expect_item(ring, 8, 9);
    ring_free(ring);
}

static void test_bytes_are_bounded_too(void **state)
{
    struct ring *ring = new_ring(100, 1500);
    const struct ring_item *first = NULL, *item = NULL;

    (void)state;
    add(ring, 1);
    assert_int_equal(ring_next(ring, 0, &first), RING_ITEM);
    for (int64_t number = 2; number <= 50; number++)
        add(ring, number);
    assert_true(ring_floor(ring) > 35);
    assert_int_equal(ring_next(ring, 0, &item), RING_BEHIND);
    assert_int_equal(first->event.id, 1); /* who holds it has it still */
    assert_true(text_equal(first->json, TEXT("{\"a\":1}")));
    ring_item_release(ring_item_share(first));
    ring_item_release(first);
    ring_free(ring);
    ring = new_ring(100, 10); /* one that is too large alone is kept alone */
    add(ring, 1);
    add(ring, 2);
    expect_item(ring, 1, 2);
    ring_free(ring);
}

static enum error_code make_and_add(void *context, struct error *error)
{
    const struct event_row event = {.id = 1};
    struct ring *ring = NULL;
    enum error_code code = ring_new(&ring, SMALL, LARGE_BYTES, error);

    (void)context;
    if (code == ERROR_NONE)
        code = ring_add(ring, &event, TEXT("{}"), error);
    ring_free(ring);
    return code;
}

static void test_memory_that_runs_out(void **state)
{
    (void)state;
    test_every_allocation(make_and_add, NULL);
}

/* ---- threads ---- */

struct following {
    struct ring *ring;
    atomic_bool done;
};

/* Every number that a reader gets is the next, or he is told that he is behind. */
static void *follow(void *context)
{
    struct following *following = context;
    int64_t position = 0;
    uintptr_t wrong = 0;

    while (!atomic_load(&following->done) || position < ring_last(following->ring)) {
        const struct ring_item *item = NULL;
        char head[64];

        switch (ring_next(following->ring, position, &item)) {
        case RING_ITEM:
            snprintf(head, sizeof head, "id: %lld\n", (long long)item->event.id);
            wrong += item->event.id != position + 1 || !text_starts_with(item->frame, text_from(head));
            position = item->event.id;
            ring_item_release(item);
            break;
        case RING_BEHIND:
            position = ring_floor(following->ring);
            break;
        case RING_NOTHING:
            break;
        }
    }
    return (void *)wrong;
}

static void test_readers_at_the_same_time(void **state)
{
    struct following following = {.ring = new_ring(64, LARGE_BYTES)};
    pthread_t readers[READERS];
    void *wrong = NULL;

    (void)state;
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, follow, &following), 0);
    for (int64_t number = 1; number <= EVENTS; number++)
        add(following.ring, number);
    atomic_store(&following.done, true);
    for (size_t i = 0; i < READERS; i++) {
        pthread_join(readers[i], &wrong);
        assert_null(wrong);
    }
    ring_free(following.ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_event_is_written_out_once), cmocka_unit_test(test_the_oldest_makes_room),
        cmocka_unit_test(test_numbers_may_be_missing),       cmocka_unit_test(test_bytes_are_bounded_too),
        cmocka_unit_test(test_memory_that_runs_out),         cmocka_unit_test(test_readers_at_the_same_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
