#include "cli/hook.h"

#include <stdlib.h>

#include "support/cmocka.h"
#include "support/directory.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

static enum error_code run(struct test_directory *directory, const char *script, struct error *error)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    struct hook hook = {arguments, 3, text_from(directory->path), {"DRIFTLINE_LANGUAGE=python"}};
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, ARENA_LIMIT);
    return hook_run(&hook, &arena, error);
}

static void test_a_program_runs_in_the_folder_and_knows_facts(void **state)
{
    struct test_directory directory;
    struct error error = {0};

    (void)state;
    test_directory_make(&directory);
    setenv("DRIFTLINE_TOKEN", "secret", 1);
    setenv("DRIFTLINE_LANGUAGE", "other", 1);
    assert_int_equal(run(&directory, "echo \"$DRIFTLINE_LANGUAGE-$DRIFTLINE_TOKEN-$(cat)\" > fact", &error),
                     ERROR_NONE);
    unsetenv("DRIFTLINE_TOKEN");
    unsetenv("DRIFTLINE_LANGUAGE");
    assert_string_equal(test_directory_read(&directory, "fact").bytes, "python--\n");
    test_directory_remove(&directory);
}

static void test_arguments_reach_it_as_they_are(void **state)
{
    const char *const arguments[] = {"sh", "-c", "printf '%s|' \"$@\" > words", "sh", "a b", "$(id)", "*", "", NULL};
    CLEANUP(arena_free) struct arena arena;
    struct test_directory directory;
    struct error error = {0};
    struct hook hook = {arguments, 8, TEXT(""), {NULL}};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    test_directory_make(&directory);
    hook.folder = text_from(directory.path);
    assert_int_equal(hook_run(&hook, &arena, &error), ERROR_NONE);
    assert_string_equal(test_directory_read(&directory, "words").bytes, "a b|$(id)|*||");
    test_directory_remove(&directory);
}

static void test_what_fails_is_told(void **state)
{
    const char *const missing[] = {"there-is-no-such-program", NULL};
    struct hook hook = {missing, 1, TEXT(""), {NULL}};
    CLEANUP(arena_free) struct arena arena;
    struct test_directory directory;
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    test_directory_make(&directory);
    assert_int_equal(run(&directory, "exit 3", &error), ERROR_REFUSED);
    assert_string_equal(error.message, "'sh' ended with status 3");
    assert_int_equal(run(&directory, "kill -TERM $$", &error), ERROR_REFUSED);
    assert_string_equal(error.message, "'sh' was ended by signal 15");
    assert_int_equal(hook_run(&hook, &arena, &error), ERROR_NOT_FOUND);
    test_directory_remove(&directory);
}

static void test_without_a_program_nothing_happens(void **state)
{
    struct hook hook = {.count = 0};
    struct error error = {0};

    (void)state;
    assert_int_equal(hook_run(&hook, NULL, &error), ERROR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_program_runs_in_the_folder_and_knows_facts),
        cmocka_unit_test(test_arguments_reach_it_as_they_are),
        cmocka_unit_test(test_what_fails_is_told),
        cmocka_unit_test(test_without_a_program_nothing_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
