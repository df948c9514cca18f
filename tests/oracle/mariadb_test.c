/* Every case of tests/oracle/mariadb_cases runs in a fresh database made by mariadb_rich.sql. Driftline must find
 * exactly the changes that the case expects, and must find any if and only if what mariadb-dump --no-data writes has
 * changed, or what SHOW GRANTS says of the database.
 *
 * DRIFTLINE_ORACLE_CASE=part-of-a-title runs only those. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "drift/diff.h"
#include "oracle/oracle_cases.h"
#include "oracle/oracle_report.h"
#include "sources/source.h"
#include "support/cmocka.h"
#include "support/mariadb.h"

enum { LEAST_CHANGING = 180, LEAST_SILENT = 40, FILE_LIMIT = 1024 * 1024 };

#define DATABASE "dl_oracle_maria"

struct run {
    struct arena arena; /* of one case */
    struct text script; /* of the rich database */
    struct snapshot *before;
    struct text dump_before;
    struct buffer report;
};

static struct snapshot *take_snapshot(struct arena *arena)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error;

    source_settings_init(&settings);
    if (source_mariadb.read(&snapshot, test_mariadb_ref(arena, DATABASE, NULL), &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

/* What is granted on the database to the accounts of the rich database, and which roles they have. */
static struct text take_grants(struct arena *arena)
{
    static const char sql[] = "SHOW GRANTS FOR dl_app@'%'; SHOW GRANTS FOR dl_reader@'10.0.%';"
                              "SHOW GRANTS FOR 'dl odd \"user\"'@localhost; SHOW GRANTS FOR dl_staff;"
                              "SHOW GRANTS FOR dl_spare;";
    struct test_process process = test_mariadb_run(arena, NULL, text_from(sql));
    char *write = (char *)process.output.bytes;
    const char *start = write;

    assert_int_equal(process.status, 0);
    for (const char *line = start; *line != '\0';) {
        size_t length = strcspn(line, "\n") + 1;
        bool ours = memmem(line, length, "`" DATABASE "`.", sizeof DATABASE + 2) != NULL ||
                    memmem(line, length, " ON ", 4) == NULL;

        if (ours) {
            memmove(write, line, length);
            write += length;
        }
        line += length;
    }
    return (struct text){start, (size_t)(write - start)};
}

/* All that the oracle says. */
static struct text ask_oracle(struct arena *arena)
{
    struct text dump = test_mariadb_dump(arena, DATABASE);
    struct text grants = take_grants(arena);
    const char *both = arena_printf(arena, "%.*s%.*s", TEXT_ARGS(dump), TEXT_ARGS(grants));

    assert_non_null(both);
    return text_from(both);
}

static void make_rich_database(struct run *run)
{
    struct test_process process;

    test_mariadb_database(&run->arena, DATABASE);
    test_mariadb_execute(NULL, "DELETE FROM mysql.roles_mapping WHERE User LIKE 'dl\\_%'; FLUSH PRIVILEGES");
    process = test_mariadb_run(&run->arena, DATABASE, run->script);
    if (process.status != 0)
        fail_msg("%s", process.errors.bytes);
}

static bool compare_with_oracle(struct run *run, const struct oracle_case *now)
{
    struct text says = ask_oracle(&run->arena);
    bool changed = !text_equal(says, run->dump_before);
    bool expected = now->oracle == ORACLE_AGREES ? now->expected_count > 0 : now->oracle == ORACLE_CHANGED;

    if (changed != expected)
        buffer_printf(&run->report, "    mariadb-dump's output %s\n", changed ? "changed" : "did not change");
    return changed == expected;
}

static bool run_case(struct run *run, const struct oracle_case *now)
{
    struct test_process process;
    struct diff_options options;
    struct snapshot *after;
    struct error error;
    struct diff diff;
    bool passed;

    make_rich_database(run);
    process = test_mariadb_run(&run->arena, DATABASE, now->sql);
    if (process.status != 0) {
        buffer_printf(&run->report, "    mariadb: %s\n", process.errors.bytes);
        return false;
    }
    after = take_snapshot(&run->arena);
    diff_options_init(&options);
    assert_int_equal(diff_snapshots(&diff, run->before, after, &options, &run->arena, &error), ERROR_NONE);
    passed = oracle_as_expected(now, &diff, &run->arena, &run->report);
    passed = compare_with_oracle(run, now) && passed;
    if (hash_equal(&run->before->root, &after->root) != (now->expected_count == 0)) {
        buffer_printf(&run->report, "    the root %s\n", now->expected_count == 0 ? "changed" : "did not change");
        passed = false;
    }
    snapshot_free(after);
    return passed;
}

static void test_every_statement(void **state)
{
    const char *only = getenv("DRIFTLINE_ORACLE_CASE");
    const char *source = getenv("DRIFTLINE_SOURCE_DIR");
    struct oracle_case *cases;
    struct run run = {0};
    struct arena arena;
    struct error error;
    size_t changing = 0;
    size_t silent = 0;
    int failed = 0;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    arena_init(&run.arena, SIZE_MAX);
    assert_int_equal(file_read(arena_printf(&arena, "%s/tests/oracle/mariadb_rich.sql", source), FILE_LIMIT, &arena,
                               &run.script, &error),
                     ERROR_NONE);
    make_rich_database(&run);
    run.before = take_snapshot(&arena);
    run.dump_before = ask_oracle(&arena);
    cases = oracle_cases_read(arena_printf(&arena, "%s/tests/oracle/mariadb_cases", source), &arena);
    for (const struct oracle_case *now = cases; now != NULL; now = now->next) {
        changing += now->expected_count > 0;
        silent += now->expected_count == 0;
        if (only != NULL && strstr(now->title, only) == NULL)
            continue;
        arena_free(&run.arena);
        buffer_reset(&run.report);
        if (!run_case(&run, now)) {
            printf("%.*s%s: %s\n", (int)run.report.length, run.report.bytes, now->file, now->title);
            fflush(stdout);
            failed++;
        }
    }
    printf("%zu cases that change the schema, %zu that do not\n", changing, silent);
    test_mariadb_drop(DATABASE);
    snapshot_free(run.before);
    buffer_clear(&run.report);
    arena_free(&run.arena);
    arena_free(&arena);
    assert_int_equal(failed, 0);
    assert_true(changing >= LEAST_CHANGING);
    assert_true(silent >= LEAST_SILENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_statement)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
