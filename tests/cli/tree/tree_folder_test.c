#include "tree/tree_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include "support/cmocka.h"
#include "support/directory.h"

/* A folder that trees are written to, and what became of the last. */
struct written {
    struct test_directory directory;
    const char *folder;
    struct tree_plan plan;
    struct error error;
};

/* `folder` is in a directory that is made; NULL: that itself. */
static void written_make(struct written *written, const char *folder)
{
    *written = (struct written){.error = {0}};
    test_directory_make(&written->directory);
    written->folder = folder == NULL ? written->directory.path : test_directory_path(&written->directory, folder);
}

static void written_remove(struct written *written)
{
    test_directory_remove(&written->directory);
}

/* Write a tree with one file, or with none. */
static enum error_code write_tree(struct written *written, const char *path, const char *content)
{
    const struct tree_place place = tree_folder(written->folder);
    struct arena *arena = &written->directory.arena;
    struct error *error = &written->error;
    struct tree *tree = NULL;

    if (tree_new(&tree, "test", arena, error) != ERROR_NONE ||
        (path != NULL && tree_add(tree, text_from(path), text_from(content), TREE_MARKS_HTML, error) != ERROR_NONE) ||
        tree_plan_make(&written->plan, tree, TEXT(""), &place, arena, error) != ERROR_NONE)
        return error->code;
    return tree_folder_write(written->folder, &written->plan, error);
}

static bool is_there(struct written *written, const char *name)
{
    return access(test_directory_path(&written->directory, name), F_OK) == 0;
}

static bool has(struct written *written, const char *name, struct text content)
{
    return text_equal(test_directory_read(&written->directory, name), content);
}

static void test_files_come_and_go(void **state)
{
    CLEANUP(written_remove) struct written out;

    (void)state;
    written_make(&out, "out/deep");
    assert_int_equal(write_tree(&out, "x/y/a.md", "one\n"), ERROR_NONE);
    assert_true(has(&out, "out/deep/x/y/a.md", TEXT("<!-- driftline:begin -->\none\n<!-- driftline:end -->\n")));
    assert_int_equal(write_tree(&out, "x/y/a.md", "one\n"), ERROR_NONE);
    assert_int_equal(out.plan.counts[TREE_SAME], 1);
    assert_int_equal(write_tree(&out, "x/b.md", "two\n"), ERROR_NONE);
    assert_false(is_there(&out, "out/deep/x/y"));
    assert_true(is_there(&out, "out/deep/x/b.md"));
    assert_int_equal(write_tree(&out, NULL, NULL), ERROR_NONE);
    assert_false(is_there(&out, "out/deep/x"));
    assert_false(is_there(&out, "out/deep/.driftline-test"));
}

/* A link could lead anywhere: neither is read nor written through it, wherever on the way it is. */
static void test_links_are_not_followed(void **state)
{
    CLEANUP(written_remove) struct written out;
    struct test_directory *directory = &out.directory;

    (void)state;
    written_make(&out, "out");
    assert_int_equal(mkdir(out.folder, 0777), 0);
    assert_int_equal(mkdir(test_directory_path(directory, "elsewhere"), 0777), 0);
    test_directory_write(directory, "elsewhere/secret.md", TEXT("secret\n"));
    assert_int_equal(symlink("../elsewhere", test_directory_path(directory, "out/linked")), 0);
    assert_int_equal(symlink("../elsewhere/secret.md", test_directory_path(directory, "out/a.md")), 0);
    assert_int_equal(write_tree(&out, "linked/secret.md", "x\n"), ERROR_CONFLICT);
    assert_int_equal(write_tree(&out, "a.md", "x\n"), ERROR_CONFLICT);
    assert_true(has(&out, "elsewhere/secret.md", TEXT("secret\n")));
}

static void test_a_file_in_place_of_a_folder(void **state)
{
    CLEANUP(written_remove) struct written out;

    (void)state;
    written_make(&out, NULL);
    test_directory_write(&out.directory, "x", TEXT("a file\n"));
    assert_int_not_equal(write_tree(&out, "x/a.md", "x\n"), ERROR_NONE);
    assert_true(has(&out, "x", TEXT("a file\n")));
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
