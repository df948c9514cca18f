/* `driftline lint` as people call it: files, folders, standard input, configuration, formats, exit statuses. */
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/run.h"
#include "schema/snapshot_file.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { MOST_ARGUMENTS = 10, MEMORY_LIMIT = 1024 * 1024 };

/* A target of one table. */
static void make_target(struct test_directory *directory, const char *name, const char *engine)
{
    static const struct text values[] = {TEXT_INIT("bigint"), TEXT_INIT("no")};
    struct attribute attributes[] = {{TEXT("type"), &values[0], 1, false}, {TEXT("nullable"), &values[1], 1, false}};
    struct part part = {KIND_COLUMN, TEXT("id"), attributes, LENGTH_OF(attributes), 0};
    struct object objects[] = {
        {.kind = KIND_SCHEMA, .path = {1, {TEXT("shop")}}},
        {.kind = KIND_TABLE, .path = {2, {TEXT("shop"), TEXT("orders")}}, .parts = &part, .part_count = 1}};
    struct snapshot_input input = {.info = {.engine = text_from(engine), .server_version = TEXT("15.4")},
                                   .objects = objects,
                                   .object_count = LENGTH_OF(objects)};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    assert_int_equal(snapshot_build(&snapshot, &input, MEMORY_LIMIT, &error), ERROR_NONE);
    assert_int_equal(snapshot_file_write(snapshot, test_directory_path(directory, name), &error), ERROR_NONE);
    snapshot_free(snapshot);
}

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    test_directory_write(&directory, "drop.sql", TEXT("DROP TABLE shop.orders;\n"));
    test_directory_write(&directory, "fine.sql",
                         TEXT("SET lock_timeout = '1s';\nALTER TABLE shop.orders ADD a int;\n"));
    test_directory_write(&directory, "wrong.sql", TEXT("SELEC 1;\n"));
    test_directory_write(&directory, "low.sql", TEXT("DO $$ $$;\n"));
    test_directory_write(&directory, "missing.sql", TEXT("DROP TABLE shop.nothing;\n"));
    test_directory_write(&directory, "index.sql", TEXT("CREATE INDEX CONCURRENTLY i ON shop.orders (a);\n"));
    test_directory_write(&directory, "both.sql",
                         TEXT("-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE shop.orders;\n"));
    test_directory_write(&directory, "contract.yaml",
                         TEXT("name: billing\nowner: finance\nconsumers: [invoices]\ndatabase: shop\nrequires:\n"
                              "  - table: shop.orders\n    columns:\n      - {name: id}\n"));
    test_directory_write(&directory, "lint.yaml",
                         TEXT("lint:\n  transaction: file\n  server_version: \"14\"\n  ignore: [\"*/wrong.sql\"]\n"
                              "  rules:\n    - {id: drop-table, level: low}\n    - {id: locking, level: off}\n"
                              "  naming:\n    table: snake_case\n    index: \"{table}_{columns}_idx\"\n"));
    make_target(&directory, "target.snap", "postgresql");
    make_target(&directory, "other.snap", "sqlite");
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    test_directory_remove(*state);
    return 0;
}

/* What begins with a slash is a file of the folder. */
static struct test_process run(struct test_directory *directory, const char *const *arguments)
{
    const char *all[MOST_ARGUMENTS + 2] = {"lint"};
    size_t count = 1;

    for (; *arguments != NULL && count < MOST_ARGUMENTS; arguments++)
        all[count++] = **arguments == '/' ? test_directory_path(directory, *arguments + 1) : *arguments;
    return run_driftline(all, &directory->arena);
}

static void test_exit_statuses(void **state)
{
    static const struct {
        const char *arguments[MOST_ARGUMENTS];
        int status;
        const char *said; /* in the output, or in the errors */
    } cases[] = {
        {{"/fine.sql"}, 0, "no findings"},
        {{"/drop.sql"}, 1, "critical drop-table"},
        {{"/drop.sql", "--fail-on", "none"}, 0, "critical drop-table"},
        {{"/low.sql"}, 0, "low code-not-checked"},
        {{"/low.sql", "--fail-on", "any"}, 1, "low code-not-checked"},
        {{"/low.sql", "--fail-on", "high"}, 0, "low code-not-checked"},
        {{"/wrong.sql"}, 1, "syntax error at or near \"SELEC\""},
        {{"/fine.sql", "/drop.sql"}, 1, "2 files"},
        {{"/both.sql"}, 0, "no findings"},
        {{"/index.sql"}, 0, "no findings"},
        {{"/index.sql", "--in-transaction"}, 1, "not-in-transaction"},
        {{"/missing.sql", "--against", "/target.snap"}, 1, "not-there"},
        {{"/missing.sql", "--against", "/other.snap"}, 2, "lint knows PostgreSQL only"},
        {{"/drop.sql", "--contracts", "/contract.yaml"}, 1, "invoices"},
        {{"/drop.sql", "--contracts", "/lint.yaml"}, 2, "lint.yaml"},
        {{"-", "--against", "-"}, 2, "only once"},
        {{"-"}, 0, "0 statements in 1 file"},
        {{"/nothing.sql"}, 3, "nothing.sql"},
        {{"/drop.sql", "--against", "/nothing.snap"}, 3, "nothing.snap"},
        {{NULL}, 2, "which files?"},
        {{"/drop.sql", "-o", "/drop.sql"}, 2, "would replace"},
        {{"--rules"}, 0, "drop-table"},
        {{"--rules", "--format", "json"}, 0, "\"from_version\": 12"},
        {{"--rules", "--format", "sarif"}, 2, "as text or json"},
        {{"/drop.sql", "--config", "/lint.yaml"}, 0, "low drop-table"},
        {{"/wrong.sql", "--config", "/lint.yaml"}, 0, "0 files"},
        {{"/index.sql", "--config", "/lint.yaml"}, 1, "medium naming"},
        {{"--rules", "--config", "/lint.yaml"}, 0, "off       index-not-concurrent"},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct test_process process = run(*state, cases[i].arguments);

        if (process.status != cases[i].status)
            fail_msg("%zu: exit status %d\n%s%s", i, process.status, process.output.bytes, process.errors.bytes);
        if (strstr(process.output.bytes, cases[i].said) == NULL && strstr(process.errors.bytes, cases[i].said) == NULL)
            fail_msg("%zu: no '%s' in\n%s%s", i, cases[i].said, process.output.bytes, process.errors.bytes);
    }
}

static void test_folders(void **state)
{
    struct test_directory *directory = *state;
    struct test_process process;

    assert_int_equal(mkdir(test_directory_path(directory, "migrations"), 0700), 0);
    test_directory_write(directory, "migrations/10_b.sql", TEXT("DROP TABLE shop.a;\n"));
    test_directory_write(directory, "migrations/2_a.sql", TEXT("CREATE TABLE shop.a (id bigint PRIMARY KEY);\n"));
    process = run(directory, (const char *const[]){"/migrations", NULL});
    if (process.status != 0 || strstr(process.output.bytes, "2 statements in 2 files") == NULL)
        fail_msg("%d: %s%s", process.status, process.output.bytes, process.errors.bytes);
}

static void test_mistakes_in_the_configuration(void **state)
{
    static const struct {
        const char *content;
        const char *said;
    } cases[] = {
        {"lint:\n  rules:\n    - {id: drop-tabel, level: off}\n",
         ":3:12: there is no rule 'drop-tabel'; perhaps drop-table"},
        {"lint:\n  rules:\n    - {id: drop-table, level: sometimes}\n", ":3:31: 'sometimes' is no level"},
        {"lint:\n  naming:\n    table: \"[a\"\n", ":3:12: '[a' is neither a style nor a regular expression"},
        {"lint:\n  naming:\n    tabel: snake_case\n", ":3:5: "},
        {"lint:\n  transaction: maybe\n", ":2:16: 'maybe' is neither file nor none"},
        {"lint:\n  server_version: newest\n", ":2:19: 'newest' is no version"},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct test_process process;

        test_directory_write(*state, "bad.yaml", text_from(cases[i].content));
        process = run(*state, (const char *const[]){"/fine.sql", "--config", "/bad.yaml", NULL});
        if (process.status != 2 || strstr(process.errors.bytes, cases[i].said) == NULL)
            fail_msg("%zu: exit status %d\n%s", i, process.status, process.errors.bytes);
    }
}

static void test_formats(void **state)
{
    static const struct {
        const char *format;
        const char *said;
    } cases[] = {
        {"json", "\"rule\": \"drop-table\""}, {"sarif", "\"ruleId\": \"drop-table\""},
        {"markdown", "| critical |"},         {"junit", "<failure type=\"drop-table\""},
        {"github", "::error file="},          {"text", "critical drop-table"},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct test_process process =
            run(*state, (const char *const[]){"/drop.sql", "--format", cases[i].format, "-o", "/report", NULL});

        assert_int_equal(process.status, 1);
        assert_string_equal(process.output.bytes, "");
        assert_non_null(strstr(test_directory_read(*state, "report").bytes, cases[i].said));
    }
}

static void test_colour(void **state)
{
    struct test_process with = run(*state, (const char *const[]){"/drop.sql", "--color", "always", NULL});
    struct test_process without = run(*state, (const char *const[]){"/drop.sql", NULL});

    assert_non_null(strstr(with.output.bytes, "\33[1;31mcritical\33[0m"));
    assert_null(strchr(without.output.bytes, '\33'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_statuses),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_mistakes_in_the_configuration),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_colour),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
