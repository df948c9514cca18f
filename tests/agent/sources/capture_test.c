#include "sources/capture.h"

#include "support/allocation.h"
#include "support/cmocka.h"

static const struct captured_statement sample = {.number = 7,
                                                 .at = 8,
                                                 .actor = {"ana", 3},
                                                 .command = {"ALTER TABLE", 11},
                                                 .object = {"shop.orders", 11},
                                                 .statement = {"", 0},
                                                 .transaction = 9};

static void test_statements_are_copied(void **state)
{
    struct capture_reading reading;
    CLEANUP(arena_free) struct arena arena;
    char actor[] = "ana";
    struct captured_statement statement = sample;
    struct error error = {0};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    reading = (struct capture_reading){.taker = TEXT("taker"), .before = TEXT("before"), .arena = &arena};
    capture_begin(&reading);
    statement.actor.bytes = actor;
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(capture_add(&reading, &statement, &error), ERROR_NONE);
    actor[0] = 'x';
    assert_int_equal(reading.count, 100);
    for (size_t i = 0; i < reading.count; i++) {
        assert_int_equal(reading.statements[i].number, 7);
        assert_true(text_equal(reading.statements[i].actor, TEXT("ana")));
        assert_true(text_equal(reading.statements[i].object, TEXT("shop.orders")));
        assert_null(reading.statements[i].role.bytes);
        assert_non_null(reading.statements[i].statement.bytes);
    }
}

static void test_an_attempt_leaves_nothing_to_the_next(void **state)
{
    struct capture_reading reading;
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    reading = (struct capture_reading){.taker = TEXT("taker"), .before = TEXT("before"), .arena = &arena};
    capture_begin(&reading);
    assert_int_equal(capture_add(&reading, &sample, &error), ERROR_NONE);
    reading.state = CAPTURE_ON;
    reading.more = true;
    reading.continuity = TEXT("one");
    capture_deny(&reading);
    assert_int_equal(reading.state, CAPTURE_UNREAD);
    assert_int_equal(reading.count, 0);
    assert_int_equal(reading.continuity.length, 0);
    assert_false(reading.more);
    assert_int_equal(arena.used, 0);
    assert_true(text_equal(reading.taker, TEXT("taker")));
    assert_true(text_equal(reading.before, TEXT("before")));
    assert_int_equal(capture_add(&reading, &sample, &error), ERROR_NONE);
    assert_int_equal(reading.count, 1);
}

static void test_a_portion_is_bounded_by_count_and_by_bytes(void **state)
{
    static char large[1024 * 1024];
    struct capture_reading reading;
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement statement = {.statement = {large, sizeof large}};
    struct error error = {0};

    (void)state;
    arena_init(&arena, (size_t)256 * 1024 * 1024);
    reading = (struct capture_reading){.arena = &arena};
    capture_begin(&reading);
    while (!capture_is_full(&reading))
        assert_int_equal(capture_add(&reading, &sample, &error), ERROR_NONE);
    assert_int_equal(reading.count, CAPTURE_PORTION);
    capture_begin(&reading);
    while (!capture_is_full(&reading))
        assert_int_equal(capture_add(&reading, &statement, &error), ERROR_NONE);
    assert_int_equal(reading.count, CAPTURE_PORTION_BYTES / sizeof large);
}

static enum error_code try_to_add(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct capture_reading reading = {.arena = &arena};
    enum error_code code = ERROR_NONE;

    (void)context;
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    for (unsigned i = 0; i < 200 && code == ERROR_NONE; i++)
        code = capture_add(&reading, &sample, error);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    test_every_allocation(try_to_add, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statements_are_copied),
        cmocka_unit_test(test_an_attempt_leaves_nothing_to_the_next),
        cmocka_unit_test(test_a_portion_is_bounded_by_count_and_by_bytes),
        cmocka_unit_test(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
