/* What is in the SQL is tested in tests/cli/recreate; this is how it becomes a file. */
#include "codegen/codegen.h"
#include "common/schema/sample.h"
#include "support/cmocka.h"

static const struct tree_file *make_file(struct arena *arena, const char *engine, bool without_access)
{
    struct codegen_options options;
    struct codegen_request request = {.options = &options, .language = language_find(TEXT("sql")), .folder = TEXT("")};
    struct snapshot_input input = sample_shop(arena);
    const struct tree_file *files;
    struct snapshot *snapshot;
    struct error error = {0};
    struct tree *tree;
    size_t count;

    input.info.engine = text_from(engine);
    snapshot = sample_build(&input);
    codegen_options_init(&options);
    options.without_access = without_access;
    request.snapshot = snapshot;
    assert_non_null(request.language);
    if (codegen_make(&tree, &request, arena, &error) != ERROR_NONE) {
        assert_int_equal(error.code, ERROR_UNSUPPORTED);
        snapshot_free(snapshot);
        return NULL;
    }
    snapshot_free(snapshot);
    files = tree_files(tree, &count);
    assert_int_equal(count, 1);
    assert_true(text_equal(files[0].path, TEXT("schema.sql")));
    return &files[0];
}

static void test_one_file(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const struct tree_file *file;

    (void)state;
    arena_init(&arena, 1 << 24);
    file = make_file(&arena, "postgresql", false);
    assert_non_null(file);
    assert_non_null(strstr(file->content.bytes, "CREATE TABLE "));
    assert_non_null(strstr(file->content.bytes, "GRANT "));
    assert_int_equal(file->content.bytes[file->content.length - 1], '\n');
}

static void test_access_can_be_left_out(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const struct tree_file *file;

    (void)state;
    arena_init(&arena, 1 << 24);
    file = make_file(&arena, "postgresql", true);
    assert_non_null(file);
    assert_non_null(strstr(file->content.bytes, "CREATE TABLE "));
    assert_null(strstr(file->content.bytes, "GRANT "));
    assert_null(strstr(file->content.bytes, "OWNER TO"));
}

static void test_other_engines_are_refused(void **state)
{
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, 1 << 24);
    assert_null(make_file(&arena, "sqlite", false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_file),
        cmocka_unit_test(test_access_can_be_left_out),
        cmocka_unit_test(test_other_engines_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
