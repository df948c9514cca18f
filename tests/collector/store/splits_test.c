#include "store/splits.h"

#include "collector/store/history.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static bool is_split(struct history *history, const char *name, const char *environment, int64_t *ret_since)
{
    struct error error = {0};
    bool split = false;

    history_expect(splits_get(history->database, text_from(name), text_from(environment), &split, ret_since, &error),
                   &error);
    return split;
}

static void add(struct history *history, const char *name, const char *environment, int64_t since)
{
    const struct split_row row = {text_from(name), text_from(environment), since};
    struct error error = {0};

    history_expect(splits_add(history->database, &row, &error), &error);
}

static void test_what_was_told_is_known(void **state)
{
    struct history *history = *state;
    struct split_row *rows = NULL;
    struct error error = {0};
    int64_t since = 1;
    size_t count = 0;

    assert_false(is_split(history, "orders", "prod", &since));
    assert_int_equal(since, 0);
    add(history, "orders", "prod", 7);
    add(history, "billing", "prod", 8);
    assert_true(is_split(history, "orders", "prod", &since));
    assert_int_equal(since, 7);
    assert_false(is_split(history, "orders", "staging", &since));
    history_expect(splits_list(history->database, &history->arena, &rows, &count, &error), &error);
    assert_int_equal(count, 2);
    assert_true(text_equal(rows[0].database, TEXT("billing")) && text_equal(rows[0].environment, TEXT("prod")));
    assert_int_equal(rows[1].since, 7);
    history_expect(splits_remove(history->database, TEXT("orders"), TEXT("prod"), &error), &error);
    assert_false(is_split(history, "orders", "prod", &since));
    assert_true(is_split(history, "billing", "prod", &since));
}

static enum error_code list_all(void *context, struct error *error)
{
    const struct history *history = context;
    CLEANUP(arena_free) struct arena arena;
    struct split_row *rows = NULL;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    return splits_list(history->database, &arena, &rows, &count, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;

    add(history, "orders", "prod", 7);
    assert_true(test_every_allocation(list_all, history) >= 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_told_is_known),
        TEST(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
