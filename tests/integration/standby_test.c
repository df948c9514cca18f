/* A primary and its hot standby, both of this test's own: they are the same to us, and a commit that waits for a
 * standby does not tear a reading. */
#include "integration/database.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"

struct fixture {
    struct test_directory directory;
    const char *primary; /* folders of the two clusters */
    const char *standby;
};

static struct fixture fixture;

/* Whether the standby has everything that the primary has by now. */
static bool is_replayed(struct arena *arena, const char *primary)
{
    const char *position = test_postgres_value(arena, primary, "SELECT pg_current_wal_insert_lsn()");

    return strcmp(test_postgres_value(arena, test_postgres_dsn(arena, "postgres"),
                                      arena_printf(arena, "SELECT pg_last_wal_replay_lsn() >= pg_lsn '%s'", position)),
                  "t") == 0;
}

static void test_a_standby_is_its_primary(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    CLEANUP(database_free) struct snapshot *first = NULL;
    CLEANUP(database_free) struct snapshot *second = NULL;
    CLEANUP(database_free) struct snapshot *again = NULL;
    const char *primary, *standby;
    struct hash root;

    (void)state;
    database_use(fixture.primary);
    primary = database_make_rich(arena, "dl_standby_rich", "");
    first = database_read(primary);
    database_use(fixture.standby);
    while (!is_replayed(arena, primary))
        database_pause();
    standby = test_postgres_dsn(arena, "dl_standby_rich");
    assert_string_equal(test_postgres_value(arena, standby, "SELECT pg_is_in_recovery()"), "t");
    second = database_read(standby);
    database_assert_equal(first, second, "standby");
    assert_true(text_equal(first->info.origin, second->info.origin));

    /* What is changed there is seen here. */
    test_postgres_execute(primary, "ALTER TABLE shop.orders ADD COLUMN seen_on_standby int");
    while (test_postgres_value(arena, standby, "SELECT 1 FROM pg_attribute WHERE attname = 'seen_on_standby'")[0] ==
           '\0')
        database_pause();
    again = database_read(standby);
    assert_false(hash_equal(&again->root, &second->root));
    database_use(fixture.primary);
    root = database_root(primary);
    assert_true(hash_equal(&again->root, &root));
}

/* A standby counts nothing itself: what it replays is what moves. */
static void test_a_standby_is_watched(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    const char *primary, *standby;
    struct watch *watch;

    (void)state;
    database_use(fixture.primary);
    primary = database_make(arena, "dl_standby_watched", "");
    test_postgres_execute(primary, "CREATE TABLE t (id int)");
    database_use(fixture.standby);
    standby = test_postgres_dsn(arena, "dl_standby_watched");
    while (!is_replayed(arena, primary))
        database_pause();
    watch = database_watch(standby);
    test_postgres_execute(primary, "INSERT INTO t VALUES (1)");
    while (database_look(watch, WATCH_CHEAP) == WATCH_SAME)
        database_pause();
    assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_SAME);
    test_postgres_execute(primary, "ALTER TABLE t ADD COLUMN u int");
    while (database_look(watch, WATCH_EXACT) == WATCH_SAME)
        database_pause();
    watch_close(watch);
    database_use(fixture.primary);
    test_postgres_drop("dl_standby_watched");
}

/* ---- a commit that is in the log long before anybody sees it ---- */

struct waiting {
    pthread_t thread;
    const char *ref;
    bool failed;
};

static void ignore_notice(void *context, const PGresult *result)
{
    (void)context, (void)result;
}

/* Not cmocka's: a thread must not leave by longjmp. */
static void *rename_column(void *context)
{
    struct waiting *waiting = context;
    PGconn *connection = PQconnectdb(waiting->ref);
    PGresult *result;

    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    result = PQexec(connection, "SET application_name = 'dl_waiting'; SET synchronous_commit = on;"
                                "BEGIN; ALTER TABLE t RENAME COLUMN alpha TO beta; COMMIT");
    waiting->failed = PQresultStatus(result) != PGRES_COMMAND_OK;
    PQclear(result);
    PQfinish(connection);
    return NULL;
}

struct release {
    PGconn *connection;
    struct arena *arena;
};

/* By now the reading has its view of the world, and waits for the lock to render the view. */
static void let_go(void *context, unsigned done, unsigned total, unsigned long rows)
{
    struct release *release = context;

    (void)total, (void)rows;
    if (done == 1)
        database_value(release->connection, release->arena,
                       "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'dl_waiting'"
                       "   AND wait_event = 'SyncRep'");
}

static void test_a_commit_that_waits_for_a_standby(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    CLEANUP(database_finish) PGconn *connection = NULL;
    CLEANUP(database_free) struct snapshot *after = NULL;
    struct snapshot *snapshot = NULL;
    struct waiting waiting = {0};
    struct release release = {.arena = arena};
    struct source_settings settings;
    struct error error = {0};

    (void)state;
    database_use(fixture.primary);
    waiting.ref = database_make(arena, "dl_standby_waiting", "");
    connection = release.connection = database_connect(waiting.ref);
    database_run(connection, "CREATE TABLE t (id int, alpha int CHECK (alpha > 0));"
                             "CREATE VIEW v AS SELECT id, alpha AS value FROM t");
    database_run(connection, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    database_run(connection, "SELECT pg_reload_conf()");
    assert_int_equal(pthread_create(&waiting.thread, NULL, rename_column, &waiting), 0);
    while (database_value(connection, arena,
                          "SELECT 1 FROM pg_stat_activity WHERE application_name = 'dl_waiting'"
                          "   AND wait_event = 'SyncRep'")[0] == '\0')
        database_pause();
    database_settings(&settings);
    settings.progress = let_go;
    settings.progress_context = &release;
    if (source_postgres.read(&snapshot, waiting.ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(pthread_join(waiting.thread, NULL), 0);
    assert_false(waiting.failed);
    database_run(connection, "ALTER SYSTEM RESET synchronous_standby_names");
    database_run(connection, "SELECT pg_reload_conf()");
    after = database_read(waiting.ref);
    database_assert_equal(snapshot, after, "a commit that became visible meanwhile");
    snapshot_free(snapshot);
}

static int setup(void **state)
{
    (void)state;
    test_directory_make(&fixture.directory);
    fixture.primary = test_directory_path(&fixture.directory, "primary");
    fixture.standby = test_directory_path(&fixture.directory, "standby");
    database_cluster("start", fixture.primary, NULL);
    database_cluster("standby", fixture.standby, fixture.primary);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    database_cluster("stop", fixture.standby, NULL);
    database_cluster("stop", fixture.primary, NULL);
    test_directory_remove(&fixture.directory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_standby_is_its_primary),
        cmocka_unit_test(test_a_standby_is_watched),
        cmocka_unit_test(test_a_commit_that_waits_for_a_standby),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
