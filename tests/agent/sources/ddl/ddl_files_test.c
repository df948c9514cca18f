#include "sources/ddl/ddl_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sources/ddl/ddl_name.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { NAMES_MAX = 16 };

/* What is in a folder, and what is applied of it, in this order. */
static const struct {
    const char *name;
    const char *there[NAMES_MAX];
    const char *applied[NAMES_MAX];
} folders[] = {
    {"numbers are numbers",
     {"10_c.sql", "2_b.sql", "001_a.sql", "0100.sql", "note.txt", ".hidden.sql", "x.SQL"},
     {"001_a.sql", "2_b.sql", "10_c.sql", "0100.sql", "x.SQL"}},
    {"timestamps",
     {"20261121100000_b.sql", "20250101000000_z.sql", "9.sql"},
     {"9.sql", "20250101000000_z.sql", "20261121100000_b.sql"}},
    {"Flyway",
     {"V10__j.sql", "V2__b.sql", "V2.1__c.sql", "V2_1_5__d.sql", "U2__b.sql", "R__z.sql", "R__a.sql", "V1__a.sql",
      "afterMigrate.sql"},
     {"V1__a.sql", "V2__b.sql", "V2.1__c.sql", "V2_1_5__d.sql", "V10__j.sql", "R__a.sql", "R__z.sql"}},
    {"Flyway with baselines",
     {"B1__base.sql", "B3__base.sql", "V1__a.sql", "V2__b.sql", "V3__c.sql", "V4__d.sql", "R__a.sql"},
     {"B3__base.sql", "V4__d.sql", "R__a.sql"}},
    {"Flyway in several folders",
     {"2026/V1__a.sql", "2027/V0.5__b.sql", "R__a.sql"},
     {"2027/V0.5__b.sql", "2026/V1__a.sql", "R__a.sql"}},
    {"up and down", {"1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql"}, {"1_a.up.sql", "2_b.up.sql"}},
    {"a folder each", {"10_b/up.sql", "10_b/down.sql", "9_a/up.sql", "9_a/down.sql"}, {"9_a/up.sql", "10_b/up.sql"}},
    {"what is in a folder stays together",
     {"a/2.sql", "a b/1.sql", "a-b/1.sql", "a/b/1.sql"},
     {"a/2.sql", "a/b/1.sql", "a b/1.sql", "a-b/1.sql"}},
    {"words that look like versions",
     {"Vendor__x.sql", "V__y.sql", "Users.sql", "V1_x.sql"},
     {"Users.sql", "V1_x.sql", "V__y.sql", "Vendor__x.sql"}},
};

static void write_empty(struct test_directory *directory, const char *name)
{
    char folders_of[256];

    snprintf(folders_of, sizeof folders_of, "%s", name);
    for (char *slash = strchr(folders_of, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(test_directory_path(directory, folders_of), 0755);
        *slash = '/';
    }
    test_directory_write(directory, name, TEXT(""));
}

static void test_files_are_in_their_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(folders); i++) {
        CLEANUP(test_directory_remove) struct test_directory directory;
        CLEANUP(arena_free) struct arena arena;
        struct ddl_files files;
        struct error error;
        size_t count = 0;

        print_message("  %s\n", folders[i].name);
        arena_init(&arena, 1 << 20);
        test_directory_make(&directory);
        for (size_t j = 0; folders[i].there[j] != NULL; j++)
            write_empty(&directory, folders[i].there[j]);
        assert_int_equal(ddl_files_find(&files, directory.path, &arena, &error), ERROR_NONE);
        for (; count < files.count && folders[i].applied[count] != NULL; count++)
            assert_string_equal(files.paths[count], test_directory_path(&directory, folders[i].applied[count]));
        assert_int_equal(files.count, count);
        assert_null(folders[i].applied[count]);
    }
}

/* Looking for files in a folder fails so. */
static void check_fails(const char *folder, enum error_code code, const char *words)
{
    CLEANUP(arena_free) struct arena arena;
    struct ddl_files files;
    struct error error;

    arena_init(&arena, 1 << 20);
    assert_int_equal(ddl_files_find(&files, folder, &arena, &error), code);
    assert_non_null(strstr(error.message, words));
}

static void test_what_is_not_there_is_said(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;

    (void)state;
    test_directory_make(&directory);
    check_fails("/nowhere/x", ERROR_NOT_FOUND, "/nowhere/x");
    check_fails(directory.path, ERROR_NOT_FOUND, "no migration");
    assert_int_equal(symlink("/nowhere", test_directory_path(&directory, "1.sql")), 0);
    check_fails(directory.path, ERROR_NOT_FOUND, "1.sql");
}

/* A folder that is in itself has an end. */
static void test_folders_have_an_end(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;

    (void)state;
    test_directory_make(&directory);
    assert_int_equal(symlink(".", test_directory_path(&directory, "again")), 0);
    check_fails(directory.path, ERROR_LIMIT, "");
}

static const struct {
    const char *sql, *forward;
    unsigned line;
} texts[] = {
    {"", "", 1},
    {"a;\nb;\n", "a;\nb;\n", 1},
    {"-- migrate:up\na;\n-- migrate:down\nb;\n", "a;\n", 2},
    {"-- about\n\n--migrate:up transaction:false\r\na;\n", "a;\n", 4},
    {"-- migrate:down\nb;\n-- migrate:up\na;", "a;", 4},
    {"-- +goose Up\n-- +goose StatementBegin\na;\n-- +goose StatementEnd\n-- +goose down\nb;",
     "-- +goose StatementBegin\na;\n-- +goose StatementEnd\n", 2},
    {"-- +migrate Up\na;\n-- +migrate Down\nb;\n-- +migrate Up\nc;", "a;\n", 2},
    {"-- migrate:upwards\na;\n", "-- migrate:upwards\na;\n", 1},
    {"-- migrate:down\nb;\n", "-- migrate:down\nb;\n", 1},
    {"-- migrate:up", "", 2},
};

static void test_only_what_leads_forward_is_applied(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        unsigned line;

        assert_true(text_equal(ddl_forward(text_from(texts[i].sql), &line), text_from(texts[i].forward)));
        assert_int_equal(line, texts[i].line);
    }
}

/* In ascending order. */
static void test_paths_are_ordered(void **state)
{
    static const char *const paths[] = {"",    "01", "1", "1a",  "1a2", "1a10", "02",
                                        "010", "10", "a", "a/b", "a b", "a-b",  "b"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(paths); i++)
        for (size_t j = 0; j < LENGTH_OF(paths); j++) {
            int order = ddl_compare_paths(text_from(paths[i]), text_from(paths[j]));

            if ((order > 0) - (order < 0) != (i > j) - (i < j))
                print_message("'%s' and '%s'\n", paths[i], paths[j]);
            assert_int_equal((order > 0) - (order < 0), i == j ? 0 : i > j ? 1 : -1);
        }
}

static enum error_code find(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct ddl_files files;
    struct script script;

    arena_init(&arena, 1 << 20);
    if (ddl_files_find(&files, context, &arena, error) != ERROR_NONE)
        return error->code;
    return ddl_file_read(&script, files.paths[0], 1 << 10, &arena, error);
}

static void test_memory_may_run_out(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;

    (void)state;
    test_directory_make(&directory);
    for (unsigned i = 0; i < 70; i++)
        write_empty(&directory, arena_printf(&directory.arena, "%u.sql", i));
    test_every_allocation(find, directory.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_are_in_their_order), cmocka_unit_test(test_what_is_not_there_is_said),
        cmocka_unit_test(test_folders_have_an_end),      cmocka_unit_test(test_only_what_leads_forward_is_applied),
        cmocka_unit_test(test_paths_are_ordered),        cmocka_unit_test(test_memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
