#include "drift/column_order.h"

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MOST = 16, ARENA_LIMIT = 1024 * 1024 };

/* Columns of two sides, one letter each, and those that have another name on the second side: "ab" is a → b. */
static const struct order_case {
    const char *from, *to, *renames;
    bool is_same;
    const char *common_from, *common_to; /* by each side's own names */
} cases[] = {
    {"", "", "", true, "", ""},
    {"abc", "abc", "", true, "abc", "abc"},
    {"abc", "", "", true, "", ""},
    {"", "abc", "", true, "", ""},
    {"abc", "cab", "", false, "abc", "cab"},
    {"abc", "axbyc", "", true, "abc", "abc"},
    {"axbyc", "cb", "", false, "bc", "cb"},
    {"ab", "xy", "", true, "", ""},
    {"abc", "xbc", "ax", true, "abc", "xbc"},
    {"abc", "bcx", "ax", false, "abc", "bcx"},
    {"abc", "cab", "ac ba cb", true, "abc", "cab"}, /* they exchanged their names */
    {"abc", "abc", "ac ba cb", false, "abc", "abc"},
    {"abq", "bxr", "ax", false, "ab", "bx"},
};

struct sides {
    struct text items[2][MOST];
    struct text_list lists[2];
    struct column_rename renamed[MOST];
    struct column_renames renames;
};

static struct text_list list_of(const char *letters, struct text items[MOST])
{
    uint32_t count = 0;

    for (; letters[count] != '\0'; count++)
        items[count] = (struct text){letters + count, 1};
    return (struct text_list){items, count};
}

static void read_sides(struct sides *sides, const struct order_case *order)
{
    const char *pair = order->renames;

    sides->lists[0] = list_of(order->from, sides->items[0]);
    sides->lists[1] = list_of(order->to, sides->items[1]);
    sides->renames = (struct column_renames){sides->renamed, 0};
    for (; *pair != '\0'; pair += pair[2] == ' ' ? 3 : 2)
        sides->renamed[sides->renames.count++] = (struct column_rename){{pair, 1}, {pair + 1, 1}};
    column_renames_sort(&sides->renames);
}

static void expect_list(struct text_list found, const char *letters)
{
    assert_int_equal(found.count, strlen(letters));
    for (uint32_t i = 0; i < found.count; i++)
        assert_true(text_equal(found.items[i], (struct text){letters + i, 1}));
}

static void test_orders(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct text_list common[2];
        struct sides sides;
        struct error error = {0};
        bool is_same;

        arena_init(&arena, ARENA_LIMIT);
        read_sides(&sides, &cases[i]);
        assert_int_equal(column_order_is_same(&is_same, sides.lists[0], sides.lists[1], &sides.renames, &arena, &error),
                         ERROR_NONE);
        assert_int_equal(is_same, cases[i].is_same);
        assert_int_equal(column_order_common(common, sides.lists[0], sides.lists[1], &sides.renames, &arena, &error),
                         ERROR_NONE);
        expect_list(common[0], cases[i].common_from);
        expect_list(common[1], cases[i].common_to);
    }
}

static enum error_code work_again(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct text_list common[2];
    struct sides sides;
    bool is_same;

    arena_init(&arena, ARENA_LIMIT);
    read_sides(&sides, context);
    if (column_order_is_same(&is_same, sides.lists[0], sides.lists[1], &sides.renames, &arena, error) != ERROR_NONE)
        return error->code;
    return column_order_common(common, sides.lists[0], sides.lists[1], &sides.renames, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct order_case order = {"abc", "cax", "bx", false, "", ""};

    (void)state;
    assert_true(test_every_allocation(work_again, &order) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
