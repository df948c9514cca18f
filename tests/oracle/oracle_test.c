/* Every case of tests/oracle/cases runs in a fresh copy of the rich database. Driftline must find exactly the changes
 * that the case expects, and must find any if and only if pg_dump --schema-only changed.
 *
 * Two processes share the cases. DRIFTLINE_ORACLE_CASE=part-of-a-title runs only those. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drift/diff.h"
#include "oracle/oracle_cases.h"
#include "oracle/oracle_report.h"
#include "sources/source.h"
#include "support/cmocka.h"
#include "support/postgres.h"
#include "support/process.h"

enum { JOBS = 2, LEAST_CHANGING = 250, LEAST_SILENT = 80 };

/* What one job needs. */
struct job {
    unsigned number;
    struct arena arena; /* of one case */
    const char *bin;
    const char *database; /* the copy */
    struct snapshot *before;
    struct text dump_before;
    struct buffer report; /* of one case; written at once, since the jobs share one output */
};

static const char *const key_text = "a key that makes changed secrets visible";

static struct snapshot *take_snapshot(const char *ref)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error;

    source_settings_init(&settings);
    settings.secret_key = text_from(key_text);
    if (source_postgres.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

/* Everything pg_dump writes, but for the key that is another each time. */
static struct text take_dump(struct job *job, const char *ref)
{
    const char *program = arena_printf(&job->arena, "%s/pg_dump", job->bin);
    const char *arguments[] = {program, "--schema-only", "--dbname", ref, NULL};
    struct test_process process = {.arguments = arguments};
    char *output;
    char *write;

    test_process_run(&process, &job->arena);
    if (process.status != 0)
        fail_msg("pg_dump: %s", process.errors.bytes);
    output = write = (char *)process.output.bytes;
    for (char *line = output; *line != '\0';) {
        char *end = strchrnul(line, '\n');
        size_t length = (size_t)(end - line) + (*end == '\n');

        if (strncmp(line, "\\restrict ", 10) != 0 && strncmp(line, "\\unrestrict ", 12) != 0) {
            memmove(write, line, length);
            write += length;
        }
        line += length;
    }
    return (struct text){output, (size_t)(write - output)};
}

static struct test_process run_sql(struct job *job, const char *ref, struct text sql)
{
    const char *program = arena_printf(&job->arena, "%s/psql", job->bin);
    const char *arguments[] = {program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", ref, NULL};
    struct test_process process = {.arguments = arguments, .input = sql};

    test_process_run(&process, &job->arena);
    return process;
}

static bool compare_with_dump(struct job *job, const struct oracle_case *now, const char *ref)
{
    struct text dump = take_dump(job, ref);
    bool changed = !text_equal(dump, job->dump_before);
    bool expected = now->oracle == ORACLE_AGREES ? now->expected_count > 0 : now->oracle == ORACLE_CHANGED;

    if (changed != expected)
        buffer_printf(&job->report, "    pg_dump's output %s\n", changed ? "changed" : "did not change");
    return changed == expected;
}

/* Subscriptions belong to the cluster: a copy has none of its template's, and a database that has some cannot be
 * dropped. */
#define OWN_SUBSCRIPTIONS                                                                                              \
    " FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()\\gexec\n"

static void drop_database(struct job *job, const char *name)
{
    static const char drop_subscriptions[] =
        "SELECT format('ALTER SUBSCRIPTION %I DISABLE', subname)" OWN_SUBSCRIPTIONS
        "SELECT format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', subname)" OWN_SUBSCRIPTIONS
        "SELECT format('DROP SUBSCRIPTION %I', subname)" OWN_SUBSCRIPTIONS;
    const char *count = arena_printf(&job->arena,
                                     "SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                                     " WHERE d.datname = '%s'",
                                     name);

    if (test_postgres_value(&job->arena, test_postgres_dsn(&job->arena, "postgres"), count)[0] != '0')
        run_sql(job, test_postgres_dsn(&job->arena, name), text_from(drop_subscriptions));
    test_postgres_drop(name);
}

static void copy_rich_database(struct job *job)
{
    const char *copy =
        arena_printf(&job->arena, "CREATE DATABASE %s TEMPLATE dl_oracle STRATEGY file_copy", job->database);

    drop_database(job, job->database);
    test_postgres_execute(test_postgres_dsn(&job->arena, "postgres"), copy);
}

static bool run_case(struct job *job, const struct oracle_case *now)
{
    const char *ref = test_postgres_dsn(&job->arena, job->database);
    struct snapshot *after;
    struct diff_options options;
    struct test_process process;
    struct error error;
    struct diff diff;
    bool passed;

    copy_rich_database(job);
    process = run_sql(job, ref, now->sql);
    if (process.status != 0) {
        buffer_printf(&job->report, "    psql: %s\n", process.errors.bytes);
        return false;
    }
    after = take_snapshot(ref);
    after->info.origin = job->before->info.origin; /* a copy has the numbers of its template */
    diff_options_init(&options);
    assert_int_equal(diff_snapshots(&diff, job->before, after, &options, &job->arena, &error), ERROR_NONE);
    passed = oracle_as_expected(now, &diff, &job->arena, &job->report);
    passed = compare_with_dump(job, now, ref) && passed;
    if (hash_equal(&job->before->root, &after->root) != (now->expected_count == 0)) {
        buffer_printf(&job->report, "    the root %s\n", now->expected_count == 0 ? "changed" : "did not change");
        passed = false;
    }
    snapshot_free(after);
    return passed;
}

/* Runs every JOBS-th case in a process of its own; answers how many failed. */
static int run_job(unsigned number, const struct oracle_case *cases)
{
    const char *only = getenv("DRIFTLINE_ORACLE_CASE");
    struct job job = {.number = number};
    struct arena arena;
    unsigned index = 0;
    int failed = 0;

    arena_init(&arena, SIZE_MAX);
    arena_init(&job.arena, SIZE_MAX);
    job.bin = test_postgres_setting(&arena, "PGBIN");
    job.database = arena_printf(&arena, "dl_oracle_%u", number);
    copy_rich_database(&job);
    job.before = take_snapshot(test_postgres_dsn(&arena, job.database));
    job.dump_before = take_dump(&job, test_postgres_dsn(&arena, job.database));
    job.dump_before.bytes = arena_string(&arena, job.dump_before);
    for (const struct oracle_case *now = cases; now != NULL; now = now->next) {
        arena_free(&job.arena);
        if (index++ % JOBS != number || (only != NULL && strstr(now->title, only) == NULL))
            continue;
        buffer_reset(&job.report);
        if (!run_case(&job, now)) {
            buffer_printf(&job.report, "%s: %s\n", now->file, now->title);
            failed++;
        }
        assert_true(write(STDOUT_FILENO, job.report.bytes, job.report.length) == (ssize_t)job.report.length);
    }
    drop_database(&job, job.database);
    snapshot_free(job.before);
    buffer_clear(&job.report);
    arena_free(&job.arena);
    arena_free(&arena);
    return failed;
}

static void make_rich_database(struct arena *arena)
{
    const char *source = getenv("DRIFTLINE_SOURCE_DIR");
    struct job job = {.bin = test_postgres_setting(arena, "PGBIN")};
    const char *ref;
    const char *script;
    struct test_process process;

    assert_non_null(source);
    arena_init(&job.arena, SIZE_MAX);
    drop_database(&job, "dl_oracle");
    ref = test_postgres_database(arena, "dl_oracle");
    script = arena_printf(&job.arena, "\\i %s/tests/oracle/rich.sql\n", source);
    process = run_sql(&job, ref, text_from(script));
    if (process.status != 0)
        fail_msg("%s", process.errors.bytes);
    arena_free(&job.arena);
}

static void remove_rich_database(struct arena *arena)
{
    struct job job = {.bin = test_postgres_setting(arena, "PGBIN")};

    arena_init(&job.arena, SIZE_MAX);
    drop_database(&job, "dl_oracle");
    arena_free(&job.arena);
}

static void test_every_statement(void **state)
{
    struct oracle_case *cases;
    struct arena arena;
    size_t changing = 0;
    size_t silent = 0;
    pid_t jobs[JOBS];
    int failed = 0;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    make_rich_database(&arena);
    cases = oracle_cases_read(arena_printf(&arena, "%s/tests/oracle/cases", getenv("DRIFTLINE_SOURCE_DIR")), &arena);
    for (const struct oracle_case *now = cases; now != NULL; now = now->next) {
        changing += now->expected_count > 0;
        silent += now->expected_count == 0;
    }
    fflush(NULL);
    for (unsigned i = 0; i < JOBS; i++) {
        jobs[i] = fork();
        assert_true(jobs[i] >= 0);
        if (jobs[i] == 0)
            exit(run_job(i, cases) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    for (unsigned i = 0; i < JOBS; i++) {
        int status;

        assert_true(waitpid(jobs[i], &status, 0) == jobs[i]);
        failed += !(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
    }
    printf("%zu cases that change the schema, %zu that do not\n", changing, silent);
    remove_rich_database(&arena);
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
