#include "drift/list_change.h"

#include <stdlib.h>

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MOST = 16, ARENA_LIMIT = 1024 * 1024 };

/* "a b c" as a list; items live in `ret_items`. */
static struct text_list list_of(const char *words, struct text ret_items[MOST])
{
    uint32_t count = 0;

    while (*words != '\0') {
        ret_items[count++] = (struct text){words, strcspn(words, " ")};
        words += ret_items[count - 1].length;
        words += *words == ' ';
    }
    return (struct text_list){ret_items, count};
}

static void test_classification(void **state)
{
    static const struct {
        const char *from, *to;
        enum list_change change;
        bool same_order;
    } cases[] = {
        {"", "", LIST_SAME, true},
        {"a b", "a b", LIST_SAME, true},
        {"a b", "a b c", LIST_APPENDED, true},
        {"", "a", LIST_APPENDED, true},
        {"a b", "a x b", LIST_INSERTED, true},
        {"a b", "x a b", LIST_INSERTED, true},
        {"a b", "b a", LIST_INSERTED, false},
        {"a b c", "a c b d", LIST_INSERTED, false},
        {"a b", "a", LIST_ITEMS_LOST, true},
        {"a b", "a c", LIST_ITEMS_LOST, true},
        {"a b c", "c a", LIST_ITEMS_LOST, false},
        {"a", "", LIST_ITEMS_LOST, true},
        {"a b c d", "d x c y b z a", LIST_INSERTED, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct text from[MOST], to[MOST];
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        bool same;

        arena_init(&arena, ARENA_LIMIT);
        assert_int_equal(list_change_classify(list_of(cases[i].from, from), list_of(cases[i].to, to)), cases[i].change);
        assert_int_equal(
            list_same_relative_order(&same, list_of(cases[i].from, from), list_of(cases[i].to, to), &arena, &error),
            ERROR_NONE);
        if (same != cases[i].same_order)
            fail_msg("'%s' and '%s'", cases[i].from, cases[i].to);
    }
}

/* Two long lists with nothing in common would take hours to compare item by item; the answer is the worst at once. */
static void test_absurdly_long_lists(void **state)
{
    enum { LENGTH = 200 * 1000 };
    struct text *from = calloc(LENGTH, sizeof *from), *to = calloc(LENGTH, sizeof *to);

    (void)state;
    assert_non_null(from);
    assert_non_null(to);
    for (uint32_t i = 0; i < LENGTH; i++) {
        from[i] = TEXT("a");
        to[i] = TEXT("b");
    }
    assert_int_equal(list_change_classify((struct text_list){from, LENGTH}, (struct text_list){to, LENGTH}),
                     LIST_ITEMS_LOST);
    assert_int_equal(list_change_classify((struct text_list){from, LENGTH}, (struct text_list){from, LENGTH}),
                     LIST_SAME);
    free(from);
    free(to);
}

static void test_items_of_a_value(void **state)
{
    const struct text items[] = {TEXT("a"), TEXT("b")};
    const struct attribute list = {.items = items, .count = 2, .is_list = true};
    const struct attribute empty = {.is_list = true};

    (void)state;
    assert_int_equal(text_list_of(&list).count, 2);
    assert_ptr_equal(text_list_of(&list).items, items);
    assert_int_equal(text_list_of(&empty).count, 0);
    assert_non_null(text_list_of(NULL).items);
    assert_int_equal(text_list_of(NULL).count, 0);
}

static enum error_code order_once(void *context, struct error *error)
{
    struct text from[MOST], to[MOST];
    struct arena arena;
    enum error_code code;
    bool same = true;

    (void)context;
    arena_init(&arena, ARENA_LIMIT);
    code = list_same_relative_order(&same, list_of("a b c", from), list_of("c b a", to), &arena, error);
    assert_true(code == ERROR_NONE ? !same : same);
    arena_free(&arena);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(order_once, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classification),
        cmocka_unit_test(test_absurdly_long_lists),
        cmocka_unit_test(test_items_of_a_value),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
