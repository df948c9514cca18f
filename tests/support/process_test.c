#include "support/process.h"

#include <stdio.h>

#include "base/compiler.h"
#include "support/cmocka.h"

static void test_a_program_is_run_with_all_that_belongs_to_it(void **state)
{
    const char *const arguments[] = {"sh", "-c", "cat; echo \"$GREETING\" >&2; exit 7", NULL};
    const char *const environment[] = {"GREETING=good day", NULL};
    struct test_process process = {.arguments = arguments, .environment = environment, .input = TEXT("in\0put")};
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    test_process_run(&process, &arena);
    assert_int_equal(process.status, 7);
    assert_true(text_equal(process.output, TEXT("in\0put")));
    assert_string_equal(process.errors.bytes, "good day\n");
}

static void test_a_signal_is_told_from_an_exit(void **state)
{
    const char *const arguments[] = {"sh", "-c", "kill -9 $$", NULL};
    struct test_process process = {.arguments = arguments};
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    test_process_run(&process, &arena);
    assert_int_equal(process.status, 128 + 9);
}

static void say(void *context)
{
    fprintf(stderr, "%s", (const char *)context);
}

static void test_what_a_function_prints_is_caught(void **state)
{
    char words[] = "to standard error";
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_true(text_equal(test_capture(2, say, words, &arena), TEXT("to standard error")));
    assert_int_equal(test_capture(1, say, words, &arena).length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_program_is_run_with_all_that_belongs_to_it),
        cmocka_unit_test(test_a_signal_is_told_from_an_exit),
        cmocka_unit_test(test_what_a_function_prints_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
