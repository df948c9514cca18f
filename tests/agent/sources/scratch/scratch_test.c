/* Scratch databases as they are: real servers that come and go. */
#include "sources/scratch/scratch.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"

enum { PATIENCE_MS = 20000, PAUSE_MS = 20, TOLD_MAX = 64 };

static struct test_directory directory;
static struct source_settings settings;

/* ---- what is there ---- */

static struct scratch *open_scratch(const struct scratch_wish *wish)
{
    struct scratch *scratch = NULL;
    struct error error = {0};

    if (scratch_open(&scratch, wish, &error) != ERROR_NONE)
        fail_msg("%s (%s)", error.message, error.hint);
    return scratch;
}

static struct scratch *open_private(void)
{
    const struct scratch_wish wish = {.settings = &settings};

    return open_scratch(&wish);
}

/* The servers' folders are in the folder of this test, which TMPDIR names. */
static size_t count_folders(void)
{
    DIR *folder = opendir(directory.path);
    struct dirent *entry;
    size_t count = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL)
        count += strncmp(entry->d_name, "driftline-scratch.", 18) == 0;
    closedir(folder);
    return count;
}

static void pause_a_moment(void)
{
    const struct timespec time = {0, PAUSE_MS * 1000000L};

    nanosleep(&time, NULL);
}

static void wait_until_nothing_is_left(void)
{
    for (unsigned i = 0; i < PATIENCE_MS / PAUSE_MS && count_folders() > 0; i++)
        pause_a_moment();
    assert_int_equal(count_folders(), 0);
}

/* ---- scripts ---- */

/* What was told of statements, in one line each. */
struct telling {
    struct buffer told;
    unsigned count;
};

static enum error_code take_step(void *context, const struct script_step *step, struct error *error)
{
    struct telling *telling = context;

    (void)error;
    telling->count++;
    buffer_printf(&telling->told, "%u", step->line);
    for (size_t i = 0; i < step->lock_count; i++)
        buffer_printf(&telling->told, " %.*s:%.*s", TEXT_ARGS(step->locks[i].relation), TEXT_ARGS(step->locks[i].mode));
    buffer_printf(&telling->told, "%s%s\n", step->refusal == NULL ? "" : " ",
                  step->refusal == NULL ? "" : step->refusal->message);
    return ERROR_NONE;
}

static enum error_code run_with(struct scratch *scratch, const char *sql, const struct script_plan *plan,
                                struct error *error)
{
    const struct script script = {.name = "x.sql", .sql = text_from(sql), .line = 1};

    *error = (struct error){0};
    return scratch_run(scratch, &script, plan, error);
}

static void run(struct scratch *scratch, const char *sql)
{
    const struct script_plan plan = {.goes_on = false};
    struct error error;

    if (run_with(scratch, sql, &plan, &error) != ERROR_NONE)
        fail_msg("%s (%s)", error.message, error.hint);
}

static void assert_refused(struct scratch *scratch, const char *sql, const char *message)
{
    const struct script_plan plan = {.goes_on = false};
    struct error error;

    assert_int_equal(run_with(scratch, sql, &plan, &error), ERROR_QUERY);
    if (strstr(error.message, message) == NULL)
        fail_msg("'%s' is not in '%s'", message, error.message);
}

static struct hash root_of(struct scratch *scratch)
{
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    struct hash root;

    if (scratch_read(&snapshot, scratch, "ddl:x", false, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(text_equal(snapshot->info.ref, TEXT("ddl:x")));
    assert_true(text_equal(snapshot->info.engine, TEXT("postgresql")));
    assert_int_equal(snapshot->info.origin.length, 0);
    root = snapshot->root;
    snapshot_free(snapshot);
    return root;
}

/* One server for all tests of scripts. */
static struct scratch *shared;

static void test_a_script_is_run(void **state)
{
    struct hash before = root_of(shared), after;

    (void)state;
    run(shared, "CREATE SCHEMA a;\nSET search_path = a;\nBEGIN; CREATE TABLE t (id int); COMMIT;\n"
                "CREATE INDEX CONCURRENTLY i ON t (id);\nCOPY t FROM stdin;\n1\n2\n\\.\nVACUUM t;\n"
                "COPY t TO stdout;\nSELECT 1/count(*) FROM t;\n");
    after = root_of(shared);
    assert_false(hash_equal(&before, &after));
    run(shared, "SELECT 1/(2 - count(*)) FROM (VALUES (1)) v; DROP SCHEMA a CASCADE"); /* search_path is as it was */
    after = root_of(shared);
    assert_true(hash_equal(&before, &after));
}

static void test_what_is_refused_has_its_place(void **state)
{
    (void)state;
    assert_refused(shared, "SELECT 1;\n\nSELECT\n  größe;\n",
                   "x.sql:4:3: column \"größe\" does not exist (SQLSTATE 42703)");
    assert_refused(shared, "SELECT 1; ALTER TABLE nowhere ADD a int",
                   "x.sql:1:11: relation \"nowhere\" does not exist");
    assert_refused(shared, "SELECT 'a", "x.sql:1:8: unterminated quoted string");
    assert_refused(shared, "\n\\connect other\n", "x.sql:2: '\\connect' is a command to psql");
    assert_refused(shared, "\\i other.sql", "x.sql:1: '\\i'");
    assert_refused(shared, "\\set a b", "x.sql:1: '\\set'");
    assert_refused(shared, "BEGIN;\nCREATE TABLE t (id int);\n", "x.sql:3: the file ends within a transaction");
    assert_refused(shared, "CREATE TABLE t (id int); DROP TABLE t; CREATE EXTENSION nowhere", "extension \"nowhere\"");
    run(shared, "\\restrict abc\n\\set ON_ERROR_STOP on\n\\echo a\nSELECT 1;\n\\unrestrict abc\n");
}

/* Neither a connection to who publishes, nor a slot there. */
static void test_subscriptions_stay_alone(void **state)
{
    (void)state;
    assert_refused(shared, "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 connect_timeout=1' PUBLICATION p",
                   "x.sql:1: the statement would make a scratch server speak");
    run(shared, "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false, "
                "slot_name = 'x')");
    assert_refused(shared, "ALTER SUBSCRIPTION s REFRESH PUBLICATION", "speak");
    assert_refused(shared, "DROP SUBSCRIPTION s", "speak");
    run(shared,
        "CREATE SUBSCRIPTION \"odd ; Sub\" CONNECTION 'host=x' PUBLICATION p WITH (connect = false, slot_name = NONE);"
        " ALTER SUBSCRIPTION \"odd ; Sub\" OWNER TO postgres");
    run(shared, "ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE)");
}

static void test_steps_and_locks_are_told(void **state)
{
    CLEANUP(buffer_clear) struct buffer expected = {0};
    struct telling telling = {.count = 0};
    const struct script_plan plan = {.sees_locks = true, .goes_on = true, .told = take_step, .context = &telling};
    struct error error;

    (void)state;
    run(shared, "CREATE TABLE public.a (id int); CREATE TABLE public.\"B\" (id int)");
    assert_int_equal(run_with(shared,
                              "ALTER TABLE a ADD x int;\nCREATE INDEX ON a (x);\nCREATE INDEX CONCURRENTLY ON a (x);\n"
                              "nonsense;\nSELECT * FROM a;\nBEGIN;\nALTER TABLE a ADD y int;\n"
                              "ALTER TABLE a ADD z int, ADD UNIQUE (z);\nLOCK \"B\" IN SHARE MODE;\nCOMMIT;\n"
                              "CREATE TABLE new (id int);",
                              &plan, &error),
                     ERROR_NONE);
    buffer_add_string(&expected, "1 public.a:ACCESS EXCLUSIVE\n2 public.a:SHARE\n3\n"
                                 "4 x.sql:4:1: syntax error at or near \"nonsense\" (SQLSTATE 42601)\n5\n6\n"
                                 "7 public.a:ACCESS EXCLUSIVE\n8\n9 public.\"B\":SHARE\n10\n11\n");
    assert_string_equal(telling.told.bytes, expected.bytes);
    buffer_clear(&telling.told);
    run(shared, "DROP TABLE a, \"B\", new");
}

static void test_a_file_may_be_one_transaction(void **state)
{
    const struct script_plan plan = {.one_transaction = true};
    struct hash before = root_of(shared), after;
    struct error error;

    (void)state;
    assert_int_equal(run_with(shared, "CREATE TABLE t (id int);\nSELECT nothing;", &plan, &error), ERROR_QUERY);
    after = root_of(shared);
    assert_true(hash_equal(&before, &after));
    assert_int_equal(run_with(shared, "CREATE TABLE t (id int); CREATE INDEX CONCURRENTLY ON t (id)", &plan, &error),
                     ERROR_QUERY);
    assert_int_equal(
        run_with(shared, "CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO t VALUES (1), (1)",
                 &plan, &error),
        ERROR_QUERY);
    assert_non_null(strstr(error.message, "x.sql:2:1: duplicate key"));
    assert_int_equal(run_with(shared, "CREATE TABLE t (id int); DROP TABLE t", &plan, &error), ERROR_NONE);
}

/* A schema takes for granted that its roles are there. */
static void test_roles_are_made(void **state)
{
    const struct script_plan visibly = {.sees_locks = true};
    struct error error;

    (void)state;
    run(shared,
        "CREATE TABLE t (id int); ALTER TABLE t OWNER TO \"the owner\"; GRANT SELECT ON t TO a, \"B\", a;\n"
        "BEGIN; GRANT SELECT ON t TO c; CREATE POLICY p ON t TO d; COMMIT; SET ROLE e; CREATE TABLE u (id int)");
    assert_int_equal(run_with(shared, "GRANT SELECT ON t TO f, g", &visibly, &error), ERROR_NONE);
    run(shared, "DROP TABLE t, u");
    assert_refused(shared, "GRANT SELECT ON pg_class TO \"pg_nobody\"", "role \"pg_nobody\" does not exist");
}

static void test_a_role_owns_what_it_makes(void **state)
{
    struct scratch *scratch = open_private();
    struct error error = {0};

    (void)state;
    assert_true(scratch_is_private(scratch));
    assert_int_equal(scratch_become(scratch, "the owner's \"name\"", &error), ERROR_NONE);
    run(scratch, "CREATE TABLE t (id int);\nSELECT 1/count(*) FROM pg_class WHERE oid = 't'::regclass"
                 " AND pg_get_userbyid(relowner) = 'the owner''s \"name\"'");
    run(scratch, "RESET ALL; SET SESSION AUTHORIZATION DEFAULT");
    run(scratch, "SELECT 1/count(*) FROM pg_roles WHERE rolname = current_user AND rolname LIKE 'the owner%'");
    scratch_close(scratch);
    assert_int_equal(count_folders(), 1); /* the shared one */
}

/* Whoever does not answer in time is left. */
static void test_a_statement_has_an_end(void **state)
{
    struct source_settings impatient = settings;
    const struct scratch_wish wish = {.settings = &impatient};
    const struct script_plan plan = {.goes_on = true};
    struct scratch *scratch;
    struct error error;

    (void)state;
    impatient.statement_timeout_ms = 1000;
    scratch = open_scratch(&wish);
    assert_int_equal(run_with(scratch, "SET statement_timeout = 0;\nSELECT pg_sleep(600)", &plan, &error),
                     ERROR_TIMEOUT);
    assert_non_null(strstr(error.message, "x.sql:2: a statement takes more than 1 s"));
    scratch_close(scratch);
}

/* ---- the private server ---- */

static void test_a_server_is_private(void **state)
{
    struct hash before = root_of(shared), after;
    struct stat status;
    struct dirent *entry;
    DIR *folder = opendir(directory.path);
    unsigned found = 0;

    (void)state;
    while ((entry = readdir(folder)) != NULL)
        if (strncmp(entry->d_name, "driftline-scratch.", 18) == 0) {
            const char *path = test_directory_path(&directory, entry->d_name);

            found++;
            assert_int_equal(stat(path, &status), 0);
            assert_int_equal(status.st_mode & 0777, 0700);
            assert_true(status.st_uid != 0);
        }
    closedir(folder);
    assert_int_equal(found, 1);
    run(shared, "SELECT 1/(1 - count(*)) FROM pg_settings WHERE name = 'listen_addresses' AND setting <> ''");
    run(shared, "SELECT 1/(1 - count(*)) FROM pg_settings WHERE name = 'fsync' AND setting <> 'off'");
    after = root_of(shared);
    assert_true(hash_equal(&before, &after));
}

/* The environment of libpq may say what it wants: nobody else is connected to. */
static void test_the_environment_leads_nowhere_else(void **state)
{
    static const char *const variables[][2] = {
        {"PGHOST", "192.0.2.1"},  {"PGHOSTADDR", "192.0.2.1"}, {"PGPORT", "1"},
        {"PGUSER", "nobody"},     {"PGDATABASE", "nothing"},   {"PGOPTIONS", "-c nonsense=1"},
        {"PGSSLMODE", "require"}, {"PGDATA", "/nowhere"},      {"PGTARGETSESSIONATTRS", "standby"}};
    struct scratch *scratch;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(variables); i++)
        setenv(variables[i][0], variables[i][1], 1);
    scratch = open_private();
    run(scratch, "SELECT 1/count(*) FROM pg_database WHERE current_user = 'postgres'");
    root_of(scratch);
    scratch_close(scratch);
    for (size_t i = 0; i < LENGTH_OF(variables); i++)
        unsetenv(variables[i][0]);
}

static void test_a_database_may_have_a_name(void **state)
{
    const struct scratch_wish wish = {.settings = &settings, .database = "The \"shop\"?"};
    struct scratch *scratch = open_scratch(&wish);

    (void)state;
    run(scratch, "ALTER DATABASE \"The \"\"shop\"\"?\" SET work_mem = '1MB'; SELECT 1/count(*) FROM pg_database"
                 " WHERE datname = current_database() AND datname LIKE 'The%'");
    root_of(scratch);
    scratch_close(scratch);
}

static void test_there_may_be_no_server(void **state)
{
    struct source_settings elsewhere = settings;
    const struct scratch_wish wish = {.settings = &elsewhere};
    struct scratch *scratch = NULL;
    struct error error = {0};

    (void)state;
    elsewhere.scratch = "/nowhere/bin";
    assert_int_equal(scratch_open(&scratch, &wish, &error), ERROR_NOT_FOUND);
    assert_null(scratch);
    assert_non_null(strstr(error.message, "/nowhere/bin"));
}

/* Programs that fail: what they say is said, and nothing is left. */
static void test_a_server_may_not_start(void **state)
{
    static const char *const broken[][2] = {{"echo 'initdb: no room' >&2; exit 1", "exit 0"},
                                            {"exit 0", "echo 'FATAL: no memory' >&2; exit 1"}};
    struct source_settings elsewhere = settings;
    const struct scratch_wish wish = {.settings = &elsewhere};

    (void)state;
    elsewhere.scratch = directory.path;
    for (size_t i = 0; i < LENGTH_OF(broken); i++) {
        CLEANUP(buffer_clear) struct buffer program = {0};
        struct scratch *scratch = NULL;
        struct error error = {0};

        buffer_printf(&program, "#!/bin/sh\n%s\n", broken[i][0]);
        chmod(test_directory_write(&directory, "initdb", buffer_text(&program)), 0755);
        buffer_reset(&program);
        buffer_printf(&program, "#!/bin/sh\n%s\n", broken[i][1]);
        chmod(test_directory_write(&directory, "postgres", buffer_text(&program)), 0755);
        assert_int_equal(scratch_open(&scratch, &wish, &error), ERROR_CONNECT);
        assert_non_null(strstr(error.message, i == 0 ? "no room" : "no memory"));
        assert_int_equal(count_folders(), 1); /* the shared one */
    }
}

/* Open a scratch database in a process of its own, which then waits to be killed. */
static pid_t open_elsewhere(const struct scratch_wish *wish)
{
    int told[2];
    char byte;
    pid_t child;

    assert_int_equal(pipe(told), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct scratch *scratch = NULL;
        struct error error;

        if (scratch_open(&scratch, wish, &error) == ERROR_NONE && write(told[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    close(told[1]);
    assert_int_equal(read(told[0], &byte, 1), 1);
    close(told[0]);
    return child;
}

/* Whatever ends a process: its server goes, and all that belongs to it. */
static void test_nothing_outlives_who_is_killed(void **state)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGINT, SIGHUP};
    const struct scratch_wish wish = {.settings = &settings};

    (void)state;
    scratch_close(shared);
    shared = NULL;
    for (size_t i = 0; i < LENGTH_OF(signals); i++) {
        pid_t child = open_elsewhere(&wish);

        assert_int_equal(count_folders(), 1);
        kill(child, signals[i]);
        waitpid(child, NULL, 0);
        wait_until_nothing_is_left();
    }
    shared = open_private();
}

/* The same of one that is killed while the server is still being made. */
static void test_nothing_outlives_who_is_killed_at_once(void **state)
{
    const struct scratch_wish wish = {.settings = &settings};

    (void)state;
    scratch_close(shared);
    shared = NULL;
    for (unsigned i = 0; i < 7; i++) {
        const struct timespec time = {0, (long)i * 140 * 1000000L};
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
            struct scratch *scratch = NULL;
            struct error error;

            (void)!scratch_open(&scratch, &wish, &error);
            pause();
            _exit(1);
        }
        nanosleep(&time, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        pause_a_moment(); /* the supervisor may not have made its folder yet */
        wait_until_nothing_is_left();
    }
    shared = open_private();
}

/* ---- on somebody's server ---- */

/* The scratch databases of the server of the tests. */
static const char *list_databases(void)
{
    return test_postgres_value(
        &directory.arena, test_postgres_dsn(&directory.arena, "postgres"),
        "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE 'driftline_scratch_%'");
}

static void test_a_database_on_a_server_is_dropped(void **state)
{
    struct source_settings elsewhere = settings;
    const struct scratch_wish wish = {.settings = &elsewhere};
    struct scratch *scratch;
    const char *name;

    (void)state;
    elsewhere.scratch = test_postgres_dsn(&directory.arena, "postgres");
    scratch = open_scratch(&wish);
    assert_false(scratch_is_private(scratch));
    name = list_databases();
    assert_int_equal(strlen(name), strlen("driftline_scratch_20261121100000_0123456789ab"));
    run(scratch, "CREATE TABLE t (id int); CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p"
                 " WITH (connect = false, slot_name = 'x')");
    root_of(scratch);
    assert_refused(scratch, "GRANT SELECT ON t TO dl_scratch_nobody", "role \"dl_scratch_nobody\" does not exist");
    scratch_close(scratch);
    assert_string_equal(list_databases(), "");
}

static void test_a_server_may_refuse(void **state)
{
    struct source_settings elsewhere = settings;
    const struct scratch_wish wish = {.settings = &elsewhere};
    struct scratch *scratch = NULL;
    struct error error = {0};

    (void)state;
    elsewhere.scratch =
        test_postgres_tcp_dsn(&directory.arena, "postgres", TEST_POSTGRES_PASSWORD_USER, TEST_POSTGRES_PASSWORD);
    assert_int_equal(scratch_open(&scratch, &wish, &error), ERROR_REFUSED);
    assert_non_null(strstr(error.message, "permission denied to create database"));
    assert_non_null(strstr(error.hint, "CREATEDB"));
    elsewhere.scratch = "postgres://user:hunter2@[::1/x";
    assert_int_equal(scratch_open(&scratch, &wish, &error), ERROR_USAGE);
    assert_null(strstr(error.message, "hunter2"));
    elsewhere.scratch = "postgres://user:hunter2@127.0.0.1:1/x";
    assert_int_equal(scratch_open(&scratch, &wish, &error), ERROR_CONNECT);
    assert_null(strstr(error.message, "hunter2"));
    elsewhere.scratch = "sqlite:x";
    assert_int_equal(scratch_open(&scratch, &wish, &error), ERROR_USAGE);
    assert_null(scratch);
}

/* What somebody who was killed left behind goes with the next, after an hour; nothing else does. */
static void test_what_is_left_behind_goes_later(void **state)
{
    static const char *const kept[] = {"driftline_scratch_20010101000000_0123456789ax", "driftline_scratch_notes",
                                       "driftline_scratch_29990101000000_0123456789ab"};
    const char *server = test_postgres_dsn(&directory.arena, "postgres");
    struct source_settings elsewhere = settings;
    const struct scratch_wish wish = {.settings = &elsewhere};
    pid_t child;

    (void)state;
    elsewhere.scratch = server;
    for (size_t i = 0; i < LENGTH_OF(kept); i++)
        test_postgres_database(&directory.arena, kept[i]);
    test_postgres_database(&directory.arena, "driftline_scratch_20010101000000_0123456789ab");
    scratch_close(open_scratch(&wish));
    assert_null(strstr(list_databases(), "driftline_scratch_20010101000000_0123456789ab"));
    for (size_t i = 0; i < LENGTH_OF(kept); i++) {
        assert_non_null(strstr(list_databases(), kept[i]));
        test_postgres_drop(kept[i]);
    }
    child = open_elsewhere(&wish);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_string_not_equal(list_databases(), "");
    test_postgres_drop(list_databases());
}

/* ---- setting up ---- */

static int setup(void **state)
{
    (void)state;
    test_directory_make(&directory);
    chmod(directory.path, 01777);
    setenv("TMPDIR", directory.path, 1);
    source_settings_init(&settings);
    shared = open_private();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(shared);
    wait_until_nothing_is_left();
    test_directory_remove(&directory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_script_is_run),
        cmocka_unit_test(test_what_is_refused_has_its_place),
        cmocka_unit_test(test_subscriptions_stay_alone),
        cmocka_unit_test(test_steps_and_locks_are_told),
        cmocka_unit_test(test_a_file_may_be_one_transaction),
        cmocka_unit_test(test_roles_are_made),
        cmocka_unit_test(test_a_role_owns_what_it_makes),
        cmocka_unit_test(test_a_statement_has_an_end),
        cmocka_unit_test(test_a_server_is_private),
        cmocka_unit_test(test_the_environment_leads_nowhere_else),
        cmocka_unit_test(test_a_database_may_have_a_name),
        cmocka_unit_test(test_there_may_be_no_server),
        cmocka_unit_test(test_a_server_may_not_start),
        cmocka_unit_test(test_nothing_outlives_who_is_killed),
        cmocka_unit_test(test_nothing_outlives_who_is_killed_at_once),
        cmocka_unit_test(test_a_database_on_a_server_is_dropped),
        cmocka_unit_test(test_a_server_may_refuse),
        cmocka_unit_test(test_what_is_left_behind_goes_later),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
