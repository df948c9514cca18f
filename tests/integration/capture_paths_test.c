/* Every case of tests/oracle/cases runs in a fresh copy of the rich database, with capture. What Driftline then sees to
 * have changed must be named by an entry of the log, in Driftline's own words; so the paths that capture writes are
 * those of snapshots, for every statement that event triggers know. And capture never is in the way of a statement, nor
 * seen.
 *
 * Two processes share the cases. DRIFTLINE_ORACLE_CASE=part-of-a-title runs only those. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/postgres_install.h"
#include "drift/diff.h"
#include "integration/database.h"
#include "oracle/oracle_cases.h"
#include "support/cmocka.h"
#include "support/postgres.h"

enum { JOBS = 2, LEAST_NAMED = 700 };

/* Changes of one job's cases. */
struct tally {
    unsigned named;   /* by an entry */
    unsigned follows; /* from a statement about something else */
    unsigned blind;   /* that event triggers never see */
    unsigned failed;  /* cases */
};

struct job {
    struct arena arena; /* of one case */
    const char *database;
    struct snapshot *before;
    struct tally tally;
    struct buffer report;
};

/* ---- what the log says ---- */

/* The objects of all entries, each between line ends; one that has some in its name has them, too. */
static struct text logged_objects(struct job *job, PGconn *connection)
{
    return text_from(
        database_value(connection, &job->arena,
                       "SELECT E'\\n' || coalesce(string_agg(replace(object, ' ', ''), E'\\n'), '') || E'\\n'"
                       "  FROM driftline.drift_log"));
}

static bool is_logged(struct job *job, struct text objects, struct text path)
{
    CLEANUP(buffer_clear) struct buffer line = {0};

    (void)job;
    if (path.length == 0)
        return false;
    buffer_add_byte(&line, '\n');
    for (size_t i = 0; i < path.length; i++)
        if (path.bytes[i] != ' ')
            buffer_add_byte(&line, (uint8_t)path.bytes[i]);
    buffer_add_byte(&line, '\n');
    assert_false(line.failed);
    return memmem(objects.bytes, objects.length, line.bytes, line.length) != NULL;
}

/* Of an index that was dropped the server does not say its table: it is named in its schema. */
static bool is_logged_index(struct job *job, struct text objects, const struct change *change)
{
    const char *dot = memchr(change->owner.bytes, '.', change->owner.length);
    CLEANUP(buffer_clear) struct buffer path = {0};

    if (change->kind != KIND_INDEX || dot == NULL)
        return false;
    buffer_add(&path, change->owner.bytes, (size_t)(dot - change->owner.bytes));
    buffer_add(&path, change->object.bytes + change->owner.length, change->object.length - change->owner.length);
    assert_false(path.failed);
    return is_logged(job, objects, buffer_text(&path));
}

static bool is_named(struct job *job, struct text objects, const struct change *change)
{
    return is_logged(job, objects, change->object) || is_logged(job, objects, change->owner) ||
           is_logged(job, objects, change->renamed_from) || is_logged(job, objects, change->owner_before) ||
           is_logged_index(job, objects, change);
}

/* Statements for which PostgreSQL fires no event trigger. */
static bool is_blind(const struct oracle_case *now, const struct change *change)
{
    static const char *const statements[] = {"REASSIGN OWNED", "ALTER ROLE", "ALTER TABLESPACE", "DROP ROLE",
                                             "CLUSTER"};

    if (change->kind == KIND_EVENT_TRIGGER || change->kind == KIND_SYSTEM_PRIVILEGE)
        return true;
    for (size_t i = 0; i < LENGTH_OF(statements); i++)
        if (memmem(now->sql.bytes, now->sql.length, statements[i], strlen(statements[i])) != NULL)
            return true;
    return false;
}

/* What a statement about something else does to a thing: definitions and names say the new name of what was renamed; of
 * an extension the server does not say what was moved with it or taken out of it; and defaults say the label of an
 * enum. */
static bool follows(const struct oracle_case *now, const struct change *change, bool renamed)
{
    static const char *const titles[] = {"extension moved to another schema", "object taken out of an extension",
                                         "enum label renamed that defaults name"};

    for (size_t i = 0; i < LENGTH_OF(titles); i++)
        if (strcmp(now->title, titles[i]) == 0)
            return true;
    return renamed && (change->effect == EFFECT_MODIFIED || change->effect == EFFECT_RENAMED);
}

static void check_changes(struct job *job, const struct oracle_case *now, const struct diff *diff, struct text objects)
{
    bool renamed = false;

    for (uint32_t i = 0; i < diff->change_count; i++)
        renamed = renamed || (diff->changes[i].effect == EFFECT_RENAMED && is_named(job, objects, &diff->changes[i]));
    for (uint32_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];

        if (is_named(job, objects, change))
            job->tally.named++;
        else if (is_blind(now, change))
            job->tally.blind++;
        else if (follows(now, change, renamed))
            job->tally.follows++;
        else
            buffer_printf(&job->report, "    nobody named: %s %s %.*s\n", effect_name(change->effect),
                          kind_name(change->kind), TEXT_ARGS(change->object));
    }
    if (job->report.length > 0)
        buffer_printf(&job->report, "    the log has:%.*s", TEXT_ARGS(objects));
}

/* ---- one case ---- */

static void copy_database(struct job *job)
{
    database_drop(job->database);
    test_postgres_execute(
        test_postgres_dsn(&job->arena, "postgres"),
        arena_printf(&job->arena, "CREATE DATABASE %s TEMPLATE dl_capture_rich STRATEGY file_copy", job->database));
}

static struct snapshot *read_copy(struct job *job)
{
    struct snapshot *snapshot = database_read(test_postgres_dsn(&job->arena, job->database));

    if (job->before != NULL)
        snapshot->info.origin = job->before->info.origin; /* a copy has the numbers of its template */
    return snapshot;
}

static void expect_answer(struct job *job, PGconn *connection, const char *sql, const char *expected)
{
    const char *found = database_value(connection, &job->arena, sql);

    if (strcmp(found, expected) != 0)
        buffer_printf(&job->report, "    %s: %s, not %s\n", sql, found, expected);
}

static void run_case(struct job *job, const struct oracle_case *now)
{
    CLEANUP(database_finish) PGconn *connection = NULL;
    CLEANUP(database_free) struct snapshot *after = NULL;
    const char *ref = test_postgres_dsn(&job->arena, job->database);
    struct diff_options options;
    struct error error;
    struct diff diff;

    copy_database(job);
    database_script(ref, arena_string(&job->arena, now->sql));
    connection = database_connect(ref);
    after = read_copy(job);
    diff_options_init(&options);
    assert_int_equal(diff_snapshots(&diff, job->before, after, &options, &job->arena, &error), ERROR_NONE);
    check_changes(job, now, &diff, logged_objects(job, connection));
    expect_answer(job, connection, "SELECT faults FROM driftline.capture_state()", "0");
    expect_answer(job, connection, "SELECT count(*) FROM driftline.ddl_log WHERE object = '' OR object IS NULL", "0");
}

static int run_job(unsigned number, const struct oracle_case *cases)
{
    const char *only = getenv("DRIFTLINE_ORACLE_CASE");
    struct job job = {.database = number == 0 ? "dl_capture_0" : "dl_capture_1"};
    unsigned index = 0;

    arena_init(&job.arena, SIZE_MAX);
    copy_database(&job);
    job.before = read_copy(&job);
    for (const struct oracle_case *now = cases; now != NULL; now = now->next) {
        arena_free(&job.arena);
        if (index++ % JOBS != number || (only != NULL && strstr(now->title, only) == NULL))
            continue;
        buffer_reset(&job.report);
        run_case(&job, now);
        if (job.report.length == 0)
            continue;
        job.tally.failed++;
        printf("%s: %s\n%.*s", now->file, now->title, TEXT_ARGS(buffer_text(&job.report)));
    }
    printf("%u changes are named, %u follow from others, %u are such as no event trigger sees\n", job.tally.named,
           job.tally.follows, job.tally.blind);
    database_drop(job.database);
    snapshot_free(job.before);
    buffer_clear(&job.report);
    arena_free(&job.arena);
    if (only == NULL && job.tally.named < LEAST_NAMED / JOBS)
        return 1;
    return job.tally.failed == 0 ? 0 : 1;
}

/* Capture makes no difference to the snapshot. */
static void make_template(struct arena *arena)
{
    const char *ref = database_make_rich(arena, "dl_capture_rich", "");
    const struct capture_install install = {.agent_role = TEXT("postgres")};
    struct source_settings settings;
    struct hash before = database_root(ref), after;
    struct error error = {0};

    database_settings(&settings);
    if (postgres_install(ref, &settings, &install, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    after = database_root(ref);
    assert_true(hash_equal(&before, &after));
}

static void test_what_changed_is_named(void **state)
{
    struct oracle_case *cases;
    struct arena arena;
    pid_t jobs[JOBS];
    int failed = 0;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    make_template(&arena);
    cases = oracle_cases_read(arena_printf(&arena, "%s/tests/oracle/cases", getenv("DRIFTLINE_SOURCE_DIR")), &arena);
    fflush(NULL);
    for (unsigned i = 0; i < JOBS; i++) {
        jobs[i] = fork();
        assert_true(jobs[i] >= 0);
        if (jobs[i] == 0)
            exit(run_job(i, cases));
    }
    for (unsigned i = 0; i < JOBS; i++) {
        int status;

        assert_true(waitpid(jobs[i], &status, 0) == jobs[i]);
        failed += !(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
    }
    database_drop("dl_capture_rich");
    arena_free(&arena);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_changed_is_named)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
