#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static bool is_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void test_memory_is_zeroed_aligned_and_apart(void **state)
{
    static const size_t sizes[] = {1, 0, 15, 16, 17, 4000, 4096, 5000, 3, 2 * 1024 * 1024, 64, 1};
    unsigned char *given[LENGTH_OF(sizes)];
    struct arena arena;

    (void)state;
    arena_init(&arena, 16 * 1024 * 1024);
    for (size_t i = 0; i < LENGTH_OF(sizes); i++) {
        given[i] = arena_alloc(&arena, sizes[i]);
        assert_non_null(given[i]);
        assert_int_equal((uintptr_t)given[i] % alignof(max_align_t), 0);
        assert_true(is_zero(given[i], sizes[i]));
        memset(given[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < LENGTH_OF(sizes); i++)
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(given[i][j], i + 1);
    arena_free(&arena);
}

static void test_the_limit_holds_and_can_be_used_up(void **state)
{
    struct error error = {0};
    struct arena arena;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_null(arena_alloc(&arena, 1024 * 1024 + 1));
    assert_int_equal(arena_error(&arena, &error, "reading"), ERROR_LIMIT);
    assert_string_equal(error.message, "reading needs more than the memory limit of 1 MiB");
    for (size_t i = 0; i < 1024; i++)
        assert_non_null(arena_alloc(&arena, 1024));
    assert_int_equal(arena.used, arena.limit);
    assert_null(arena_alloc(&arena, 1));
    assert_int_equal(arena_error(&arena, &error, "reading"), ERROR_LIMIT);
    arena_free(&arena);
    assert_int_equal(arena.used, 0);
    assert_non_null(arena_alloc(&arena, 1024 * 1024)); /* the limit is the same after arena_free() */
    assert_null(arena_alloc(&arena, 1));
    arena_free(&arena);
}

static void test_absurd_sizes_are_refused(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_alloc(&arena, SIZE_MAX - 15));
    assert_null(arena_alloc(&arena, SIZE_MAX - 31));
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(arena_array(&arena, 3, SIZE_MAX / 2));
    assert_null(arena_array(&arena, SIZE_MAX, 1));
    assert_null(arena_string(&arena, (struct text){"", SIZE_MAX}));
    assert_non_null(arena_array(&arena, SIZE_MAX, 0));
    assert_non_null(arena_array(&arena, 0, SIZE_MAX));
    arena_free(&arena);
}

static void test_copies_are_copies(void **state)
{
    char source[] = "shop.orders";
    struct arena arena;
    const char *bytes, *string, *printed;

    (void)state;
    arena_init(&arena, 4096);
    bytes = arena_copy(&arena, source, 4);
    string = arena_string(&arena, (struct text){source, 4});
    printed = arena_printf(&arena, "%s has %d columns", source, 7);
    memset(source, '-', sizeof source - 1);
    assert_memory_equal(bytes, "shop", 4);
    assert_string_equal(string, "shop");
    assert_string_equal(printed, "shop.orders has 7 columns");
    assert_non_null(arena_copy(&arena, NULL, 0));
    assert_string_equal(arena_string(&arena, (struct text){NULL, 0}), "");
    assert_string_equal(arena_printf(&arena, "%s", ""), "");
    arena_free(&arena);
}

/* What was in it cannot be looked at once it is freed; that it can be used like a new one can. */
static void test_erased_arenas_are_empty(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, 64 * 1024);
    assert_non_null(arena_string(&arena, TEXT("a secret")));
    assert_non_null(arena_alloc(&arena, 16 * 1024)); /* a block of its own */
    arena_erase(&arena);
    assert_null(arena.blocks);
    assert_int_equal(arena.used, 0);
    assert_non_null(arena_alloc(&arena, 60 * 1024));
    arena_erase(&arena);
    arena_erase(&arena);
}

static void test_freeing_twice_or_nothing_is_fine(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, 100);
    arena_free(&arena);
    assert_non_null(arena_alloc(&arena, 10));
    arena_free(&arena);
    arena_free(&arena);
    assert_null(arena.blocks);
}

static enum error_code use_everything(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;

    (void)context;
    arena_init(&arena, 1024 * 1024);
    if (arena_alloc(&arena, 10) == NULL || arena_array(&arena, 3000, 2) == NULL ||
        arena_copy(&arena, "abc", 3) == NULL || arena_string(&arena, TEXT("a name")) == NULL ||
        arena_printf(&arena, "%20000s", "wide") == NULL)
        return arena_error(&arena, error, "testing");
    return ERROR_NONE;
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_true(test_every_allocation(use_everything, NULL) >= 3);
}

/* After the limit was hit once, a real lack of memory is still told as such. */
static void test_the_reason_is_that_of_the_last_failure(void **state)
{
    struct error error = {0};
    struct arena arena;

    (void)state;
    arena_init(&arena, 1000);
    assert_null(arena_alloc(&arena, 1001));
    mem_fail_at(1);
    assert_null(arena_alloc(&arena, 10));
    assert_int_equal(arena_error(&arena, &error, "testing"), ERROR_MEMORY);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(test_the_limit_holds_and_can_be_used_up),
        cmocka_unit_test(test_absurd_sizes_are_refused),
        cmocka_unit_test(test_copies_are_copies),
        cmocka_unit_test(test_erased_arenas_are_empty),
        cmocka_unit_test(test_freeing_twice_or_nothing_is_fine),
        cmocka_unit_test(test_allocations_may_fail),
        cmocka_unit_test(test_the_reason_is_that_of_the_last_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
