/* When a watch of PostgreSQL sees what others do: sessions that stay and sessions that end, rights that come and go,
 * and a server that keeps no counts or loses them. On a server of the test's own. */
#include "integration/database.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"

enum { WAIT_MS = 60 * 1000 };

struct fixture {
    struct test_directory directory;
    const char *server;
    PGconn *control; /* to see who else is there */
};

static struct fixture fixture;

/* ---- sessions that stay ---- */

/* Statements in sessions that stay open, each in a database of its own, after one that made the session report just
 * before. */
static const char *const lingering[] = {
    "CREATE TABLE lingering (id int)",
    "COMMENT ON SCHEMA public IS 'lingering'",
    "GRANT CREATE ON SCHEMA public TO dl_probe_idle",
    "CREATE TYPE mood AS ENUM ('good', 'bad')",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
};

struct idle {
    struct watch *watch;
    PGconn *connection;
    int64_t done_at;
    bool noticed;
};

static void idle_begin(struct idle *idle, unsigned number)
{
    struct arena *arena = &fixture.directory.arena;
    const char *name = arena_printf(arena, "dl_probe_idle_%u", number);
    const char *ref = database_make(arena, name, "");

    idle->connection = database_connect(ref);
    database_run(idle->connection, "CREATE TABLE before (id int)");
    idle->watch = database_watch(ref);
    database_run(idle->connection, lingering[number]);
    idle->done_at = clock_elapsed();
}

/* The server reports within ten seconds; the wait here is only longer for the sake of slow machines. */
static void test_idle_sessions_are_noticed_in_time(void **state)
{
    struct idle idle[LENGTH_OF(lingering)] = {0};
    int64_t longest = 0;
    size_t noticed = 0;

    (void)state;
    test_postgres_execute(test_postgres_dsn(&fixture.directory.arena, "postgres"), "CREATE ROLE dl_probe_idle");
    for (unsigned i = 0; i < LENGTH_OF(lingering); i++)
        idle_begin(&idle[i], i);
    while (noticed < LENGTH_OF(lingering)) {
        for (size_t i = 0; i < LENGTH_OF(lingering); i++) {
            int64_t passed = (clock_elapsed() - idle[i].done_at) / 1000;

            if (idle[i].noticed)
                continue;
            if (passed > WAIT_MS)
                fail_msg("%s was not noticed", lingering[i]);
            idle[i].noticed = database_look(idle[i].watch, WATCH_CHEAP) == WATCH_MOVED;
            noticed += idle[i].noticed;
            longest = idle[i].noticed && passed > longest ? passed : longest;
        }
        database_pause();
    }
    print_message("  the counts of an idle session moved after %" PRId64 " ms at most\n", longest);
    for (size_t i = 0; i < LENGTH_OF(lingering); i++) {
        assert_int_equal(database_look(idle[i].watch, WATCH_EXACT), WATCH_CHANGED);
        watch_close(idle[i].watch);
        PQfinish(idle[i].connection);
    }
}

/* A session that goes on with a long transaction tells nothing before that ends: the exact look sees it at once. */
static void test_a_busy_session_is_seen_by_the_exact_look(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    const char *ref = database_make(arena, "dl_probe_busy", "");
    CLEANUP(database_finish) PGconn *connection = database_connect(ref);
    struct watch *watch;

    (void)state;
    database_run(connection, "CREATE TABLE before (id int)");
    watch = database_watch(ref);
    database_run(connection, "CREATE PROCEDURE p() LANGUAGE plpgsql AS"
                             " $$ BEGIN CREATE TABLE inside (id int); COMMIT; END $$");
    database_run(connection, "BEGIN; SELECT 1 FROM before");
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_SAME);
    watch_close(watch);
}

/* ---- rights ---- */

static void write_something(void *context, unsigned done, unsigned total, unsigned long rows)
{
    (void)total, (void)rows;
    if (done == 1)
        database_run(context, "INSERT INTO public.noise VALUES (1)");
}

static const char *read_gap(const char *ref, PGconn *writer)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    const char *gap = "";

    database_settings(&settings);
    settings.progress = write_something;
    settings.progress_context = writer;
    if (source_postgres.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    if (snapshot->gap_count > 0)
        gap = kind_name(snapshot->gaps[0].kind);
    snapshot_free(snapshot);
    return gap;
}

/* A role that may no longer read a catalogue sees that as a change, goes on seeing all others, and still reads the rest
 * while the server writes. */
static void test_a_right_that_is_taken_away(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    const char *ref = database_make(arena, "dl_probe_right", "");
    CLEANUP(database_finish) PGconn *connection = database_connect(ref);
    const char *other =
        test_postgres_tcp_dsn(arena, "dl_probe_right", TEST_POSTGRES_PASSWORD_USER, TEST_POSTGRES_PASSWORD);
    struct watch *watch;

    (void)state;
    database_run(connection, "CREATE TABLE public.noise (id int)");
    watch = database_watch(other);
    for (unsigned round = 0; round < 2; round++) {
        database_run(connection, "REVOKE SELECT ON pg_catalog.pg_policy FROM PUBLIC");
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
        assert_string_equal(read_gap(other, connection), "policy");
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_SAME);
        database_run(connection, "ALTER TABLE public.noise ADD COLUMN more int");
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
        database_run(connection, "GRANT SELECT ON pg_catalog.pg_policy TO PUBLIC");
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
        assert_string_equal(read_gap(other, connection), "");
        database_run(connection, "ALTER TABLE public.noise DROP COLUMN more");
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
    }
    watch_close(watch);
}

/* ---- the server itself ---- */

/* A transaction that began before others ended is no less a change when it ends after them. */
static void test_an_old_transaction_ends_last(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    const char *ref = database_make(arena, "dl_probe_old", "");
    PGconn *old = database_connect(database_ref(arena, "dl_probe_old", "postgres", "&application_name=control"));
    struct watch *watch;

    (void)state;
    database_run(old, "BEGIN; CREATE TABLE late (id int)");
    test_postgres_execute(ref, "CREATE TABLE early (id int)");
    database_wait_for_sessions(fixture.control, "dl_probe_old");
    watch = database_watch(ref);
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_SAME);
    assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_SAME);
    database_run(old, "COMMIT");
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
    PQfinish(old);
    watch_close(watch);
}

/* Without counts every transaction is suspect. */
static void test_without_counts(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    const char *ref = database_make(arena, "dl_probe_uncounted", "");
    struct watch *watch;

    (void)state;
    test_postgres_execute(ref, "CREATE TABLE t (id int); ALTER DATABASE dl_probe_uncounted SET track_counts = off");
    watch = database_watch(ref);
    assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_SAME);
    test_postgres_execute(ref, "INSERT INTO t VALUES (1)");
    assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_MOVED);
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_SAME);
    test_postgres_execute(ref, "ALTER TABLE t ADD COLUMN u int");
    assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_MOVED);
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_close(watch);
}

/* The counts begin anew, and might be where they were once. */
static void test_a_crash_moves_the_counts(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    const char *ref = database_make(arena, "dl_probe_crash", "");
    struct watch *watch = database_watch(ref);
    PGconn *victim = database_connect(ref);
    enum watch_answer answer = WATCH_SAME;
    struct error error = {0};

    (void)state;
    assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_SAME);
    assert_int_equal(kill(PQbackendPID(victim), SIGKILL), 0);
    PQfinish(victim);
    while (PQconsumeInput(fixture.control) == 1) /* the server ends all sessions */
        database_pause();
    while (watch_look(watch, WATCH_CHEAP, &answer, &error) != ERROR_NONE) {
        assert_int_equal(error.code, ERROR_CONNECT);
        database_pause();
    }
    assert_int_equal(answer, WATCH_MOVED);
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_SAME);
    assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_SAME);
    watch_close(watch);
    PQreset(fixture.control);
}

/* ---- */

/* Vacuuming by itself, the server would end transactions of its own at any time. */
static int setup(void **state)
{
    (void)state;
    test_directory_make(&fixture.directory);
    fixture.server = test_directory_path(&fixture.directory, "server");
    database_cluster("start", fixture.server, NULL);
    database_use(fixture.server);
    fixture.control = database_connect(test_postgres_dsn(&fixture.directory.arena, "postgres"));
    database_run(fixture.control, "ALTER SYSTEM SET autovacuum = off");
    database_run(fixture.control, "SELECT pg_reload_conf()");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    PQfinish(fixture.control);
    database_cluster("stop", fixture.server, NULL);
    test_directory_remove(&fixture.directory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle_sessions_are_noticed_in_time),
        cmocka_unit_test(test_a_busy_session_is_seen_by_the_exact_look),
        cmocka_unit_test(test_a_right_that_is_taken_away),
        cmocka_unit_test(test_an_old_transaction_ends_last),
        cmocka_unit_test(test_without_counts),
        cmocka_unit_test(test_a_crash_moves_the_counts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
