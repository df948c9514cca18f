#include "tree/tree_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include "support/cmocka.h"
#include "support/directory.h"

static enum error_code write_tree(struct test_directory *directory, const char *folder, const char *path,
                                  const char *content, struct tree_plan *ret_plan, struct error *error)
{
    const struct tree_place place = tree_folder(folder);
    struct tree *tree = NULL;

    if (tree_new(&tree, "test", &directory->arena, error) != ERROR_NONE ||
        (path != NULL && tree_add(tree, text_from(path), text_from(content), TREE_MARKS_HTML, error) != ERROR_NONE) ||
        tree_plan_make(ret_plan, tree, TEXT(""), &place, &directory->arena, error) != ERROR_NONE)
        return error->code;
    return tree_folder_write(folder, ret_plan, error);
}

static void test_files_come_and_go(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    struct tree_plan plan;
    struct error error = {0};
    const char *folder;

    (void)state;
    test_directory_make(&directory);
    folder = test_directory_path(&directory, "out/deep");
    assert_int_equal(write_tree(&directory, folder, "x/y/a.md", "one\n", &plan, &error), ERROR_NONE);
    assert_true(text_equal(test_directory_read(&directory, "out/deep/x/y/a.md"),
                           TEXT("<!-- driftline:begin -->\none\n<!-- driftline:end -->\n")));
    assert_int_equal(write_tree(&directory, folder, "x/y/a.md", "one\n", &plan, &error), ERROR_NONE);
    assert_int_equal(plan.counts[TREE_SAME], 1);
    assert_int_equal(write_tree(&directory, folder, "x/b.md", "two\n", &plan, &error), ERROR_NONE);
    assert_int_equal(access(test_directory_path(&directory, "out/deep/x/y"), F_OK), -1);
    assert_int_equal(access(test_directory_path(&directory, "out/deep/x/b.md"), F_OK), 0);
    assert_int_equal(write_tree(&directory, folder, NULL, NULL, &plan, &error), ERROR_NONE);
    assert_int_equal(access(test_directory_path(&directory, "out/deep/x"), F_OK), -1);
    assert_int_equal(access(test_directory_path(&directory, "out/deep/.driftline-test"), F_OK), -1);
}

/* A link could lead anywhere: neither is read nor written through it, wherever on the way it is. */
static void test_links_are_not_followed(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    struct tree_plan plan;
    struct error error = {0};
    const char *folder;

    (void)state;
    test_directory_make(&directory);
    folder = test_directory_path(&directory, "out");
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(mkdir(test_directory_path(&directory, "elsewhere"), 0777), 0);
    test_directory_write(&directory, "elsewhere/secret.md", TEXT("secret\n"));
    assert_int_equal(symlink("../elsewhere", test_directory_path(&directory, "out/linked")), 0);
    assert_int_equal(symlink("../elsewhere/secret.md", test_directory_path(&directory, "out/a.md")), 0);
    assert_int_equal(write_tree(&directory, folder, "linked/secret.md", "x\n", &plan, &error), ERROR_CONFLICT);
    assert_int_equal(write_tree(&directory, folder, "a.md", "x\n", &plan, &error), ERROR_CONFLICT);
    assert_true(text_equal(test_directory_read(&directory, "elsewhere/secret.md"), TEXT("secret\n")));
}

static void test_a_file_in_place_of_a_folder(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    struct tree_plan plan;
    struct error error = {0};

    (void)state;
    test_directory_make(&directory);
    test_directory_write(&directory, "x", TEXT("a file\n"));
    assert_int_not_equal(write_tree(&directory, directory.path, "x/a.md", "x\n", &plan, &error), ERROR_NONE);
    assert_true(text_equal(test_directory_read(&directory, "x"), TEXT("a file\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_come_and_go),
        cmocka_unit_test(test_links_are_not_followed),
        cmocka_unit_test(test_a_file_in_place_of_a_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
