/* The difference is what the program `patch` makes the new text of the old one with. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "tree/tree_plan.h"

enum { ROUNDS = 60, MOST_LINES = 60 };

/* Lines of few sorts, so that some are equal; `change` in a hundred are others. */
static struct text some_lines(struct arena *arena, unsigned seed, unsigned change)
{
    char *bytes = arena_alloc(arena, MOST_LINES * 3 + 1);
    unsigned count = seed % MOST_LINES + 1;
    size_t length = 0;

    assert_non_null(bytes);
    srand(seed);
    for (unsigned i = 0; i < count; i++) {
        char letter = (char)('a' + rand() % 9);

        if ((unsigned)(rand() % 100) < change * i % 97)
            letter = (char)('A' + change % 26);
        bytes[length++] = letter;
        bytes[length++] = '\n';
    }
    return (struct text){bytes, length};
}

static void check_round(struct test_directory *directory, unsigned round)
{
    struct tree_step step = {.state = round % 20 == 0 ? TREE_NEW : TREE_OUTDATED, .path = TEXT("a.txt")};
    const struct tree_plan plan = {.steps = &step, .count = 1};
    CLEANUP(buffer_clear) struct buffer diff;
    struct error error = {0};
    const char *command;

    buffer_init(&diff);
    step.was_there = step.state != TREE_NEW;
    step.will_be_there = true;
    step.before = step.was_there ? some_lines(&directory->arena, round, 0) : TEXT("");
    step.after = some_lines(&directory->arena, round, round % 7 + 1);
    if (text_equal(step.before, step.after))
        return;
    if (step.was_there)
        test_directory_write(directory, "a.txt", step.before);
    assert_int_equal(tree_plan_write_diff(&diff, &plan, &error), ERROR_NONE);
    test_directory_write(directory, "diff", buffer_text(&diff));
    command = arena_printf(&directory->arena, "cd %s && patch -s -p1 < diff", directory->path);
    assert_int_equal(system(command), 0);
    assert_true(text_equal(test_directory_read(directory, "a.txt"), step.after));
    remove(test_directory_path(directory, "a.txt"));
}

static void test_patch_reads_it(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        CLEANUP(test_directory_remove) struct test_directory directory;

        test_directory_make(&directory);
        check_round(&directory, round);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patch_reads_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
