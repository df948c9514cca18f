#include "base/memory.h"

#include <pthread.h>
#include <string.h>

#include "base/compiler.h"
#include "support/cmocka.h"

static void free_memory(void **memory)
{
    mem_free(*memory);
}

static void test_nothing_asked_for_is_not_null(void **state)
{
    CLEANUP(free_memory) void *memory = mem_alloc(0);

    (void)state;
    assert_non_null(memory);
    memory = mem_realloc(memory, 0);
    assert_non_null(memory);
    mem_free(NULL);
}

static void test_the_nth_allocation_fails_once(void **state)
{
    (void)state;
    for (unsigned long nth = 1; nth <= 3; nth++) {
        mem_fail_at(nth);
        for (unsigned long i = 1; i <= 5; i++) {
            CLEANUP(free_memory) void *memory = mem_alloc(8);
            assert_int_equal(memory == NULL, i == nth);
        }
    }
}

static void test_zero_takes_the_order_back(void **state)
{
    CLEANUP(free_memory) void *memory = NULL;

    (void)state;
    mem_fail_at(1);
    mem_fail_at(0);
    memory = mem_alloc(1);
    assert_non_null(memory);
}

static void test_a_failed_realloc_leaves_the_old_memory(void **state)
{
    CLEANUP(free_memory) void *memory = mem_alloc(4);

    (void)state;
    assert_non_null(memory);
    memcpy(memory, "abc", 4);
    mem_fail_at(1);
    assert_null(mem_realloc(memory, 4096));
    assert_string_equal(memory, "abc");
    memory = mem_realloc(memory, 4096);
    assert_string_equal(memory, "abc");
}

static void *allocate_elsewhere(void *unused)
{
    (void)unused;
    return mem_alloc(1);
}

static void test_the_order_is_for_its_thread_only(void **state)
{
    CLEANUP(free_memory) void *there = NULL;
    pthread_t thread;

    (void)state;
    mem_fail_at(1);
    assert_int_equal(pthread_create(&thread, NULL, allocate_elsewhere, NULL), 0);
    assert_int_equal(pthread_join(thread, &there), 0);
    assert_non_null(there);
    assert_null(mem_alloc(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_asked_for_is_not_null),
        cmocka_unit_test(test_the_nth_allocation_fails_once),
        cmocka_unit_test(test_zero_takes_the_order_back),
        cmocka_unit_test(test_a_failed_realloc_leaves_the_old_memory),
        cmocka_unit_test(test_the_order_is_for_its_thread_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
