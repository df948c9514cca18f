/* What goes wrong between a MariaDB server, its driver and us: rights, lost sessions, DDL meanwhile, servers that do
 * not answer. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/sources/mariadb_session.h"
#include "base/clock.h"
#include "base/file.h"
#include "sources/odbc/odbc_worker.h"
#include "sources/watch.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

static struct {
    struct arena arena;
    const char *ref;
} fixture;

static struct snapshot *read_calmly(void)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    if (source_mariadb.read(&snapshot, fixture.ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

/* ---- what fails ---- */

static void test_outcomes_are_told_apart(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 1000);
    struct odbc_connection *connection = mariadb_session_connect(fixture.ref, &settings);
    struct odbc_outcome outcome;
    struct error error = {0};

    (void)state;
    assert_int_equal(odbc_query(connection, "SELECT * FROM nowhere", NULL, NULL, &outcome, &error), ERROR_NONE);
    assert_true(outcome.failed && outcome.disturbed && !outcome.denied && !outcome.late);
    assert_string_equal(outcome.sqlstate, "42S02");
    assert_int_equal(outcome.native, 1146);
    assert_int_equal(odbc_query(connection, "no statement", NULL, NULL, &outcome, &error), ERROR_NONE);
    assert_true(outcome.failed && !outcome.disturbed && !outcome.denied && !outcome.late);
    assert_null(strchr(outcome.message, '['));
    assert_int_equal(odbc_query(connection, "SELECT SUM(a.seq * b.seq) FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
                                NULL, NULL, &outcome, &error),
                     ERROR_NONE);
    assert_true(outcome.failed && outcome.late);
    assert_string_equal(mariadb_session_value(&fixture.arena, connection, "SELECT 1"), "1");
    odbc_close(connection);
}

static void test_rights_that_are_missing_are_an_outcome(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct odbc_connection *connection = mariadb_session_connect(fixture.ref, &settings);
    struct odbc_outcome outcome;
    struct error error = {0};

    (void)state;
    mariadb_session_execute(connection, "CREATE OR REPLACE USER dl_weak@'%' IDENTIFIED BY 'dl-weak;}word'");
    mariadb_session_execute(connection, "GRANT SELECT ON dl_odbc_failure.orders TO dl_weak@'%'");
    odbc_close(connection);
    connection = mariadb_session_connect(
        mariadb_session_ref(&fixture.arena, "dl_weak:dl-weak%3B%7Dword", "dl_odbc_failure"), &settings);
    assert_int_equal(odbc_query(connection, "SELECT * FROM customers", NULL, NULL, &outcome, &error), ERROR_NONE);
    assert_true(outcome.failed && outcome.denied && !outcome.disturbed);
    odbc_close(connection);
}

/* The driver itself goes on without encryption. */
static void test_encryption_that_is_asked_for_is_had(void **state)
{
    static const char *const asked[] = {"FORCETLS=1", "SSLCA=/etc/ssl/certs/ca-certificates.crt", "tlsversion=TLSv1.3"};
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct odbc_connection *connection = NULL;
    struct error error = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(asked); i++)
        assert_int_equal(
            odbc_open(&connection, arena_printf(&fixture.arena, "%s?%s", fixture.ref, asked[i]), &settings, &error),
            ERROR_REFUSED);
    odbc_close(mariadb_session_connect(arena_printf(&fixture.arena, "%s?SSLVERIFY=0", fixture.ref), &settings));
}

static void test_a_session_that_is_killed_is_lost(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    const char *ref = fixture.ref;
    struct odbc_connection *victim = mariadb_session_connect(ref, &settings),
                           *other = mariadb_session_connect(ref, &settings);
    struct odbc_outcome outcome;
    struct error error = {0};

    (void)state;
    mariadb_session_execute(other,
                            arena_printf(&fixture.arena, "KILL %s",
                                         mariadb_session_value(&fixture.arena, victim, "SELECT CONNECTION_ID()")));
    assert_int_equal(odbc_query(victim, "SELECT 1", NULL, NULL, &outcome, &error), ERROR_CONNECT);
    assert_non_null(strstr(error.message, "the connection was lost"));
    odbc_close(victim);
    odbc_close(other);
}

/* A look whose connection was closed meanwhile opens another. */
static void test_a_watch_connects_anew(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    const char *ref = fixture.ref;
    struct odbc_connection *other = mariadb_session_connect(ref, &settings);
    struct watch *watch = NULL;
    enum watch_answer answer;
    struct error error = {0};

    (void)state;
    assert_int_equal(watch_open(&watch, ref, &settings, &error), ERROR_NONE);
    assert_int_equal(watch_look(watch, WATCH_EXACT, &answer, &error), ERROR_NONE);
    watch_keep(watch);
    assert_int_equal(watch_look(watch, WATCH_CHEAP, &answer, &error), ERROR_NONE);
    assert_int_not_equal(answer, WATCH_CHANGED); /* other tests move the counters of the server */
    mariadb_session_execute(other, "CREATE TABLE dl_moved (a int)");
    assert_int_equal(watch_look(watch, WATCH_CHEAP, &answer, &error), ERROR_NONE);
    assert_int_equal(answer, WATCH_MOVED);
    assert_int_equal(watch_look(watch, WATCH_EXACT, &answer, &error), ERROR_NONE);
    assert_int_equal(answer, WATCH_CHANGED);
    mariadb_session_execute(other, "DROP TABLE dl_moved");
    assert_int_equal(watch_look(watch, WATCH_EXACT, &answer, &error), ERROR_NONE);
    assert_int_equal(answer, WATCH_SAME);
    mariadb_session_execute(
        other, arena_printf(&fixture.arena, "KILL %s",
                            mariadb_session_value(&fixture.arena, other,
                                                  "SELECT MAX(ID) FROM information_schema.PROCESSLIST"
                                                  " WHERE DB = 'dl_odbc_failure' AND ID <> CONNECTION_ID()")));
    assert_int_equal(watch_look(watch, WATCH_EXACT, &answer, &error), ERROR_NONE);
    assert_int_equal(answer, WATCH_SAME);
    watch_close(watch);
    odbc_close(other);
}

/* ---- DDL during the read ---- */

struct migration {
    struct odbc_connection *connection;
    unsigned most; /* readings that are disturbed */
    unsigned done, torn;
};

static void migrate(void *context, unsigned done, unsigned total, unsigned long rows)
{
    struct migration *migration = context;

    (void)rows;
    if (done != total / 2 || migration->done == migration->most)
        return;
    migration->done++;
    mariadb_session_execute(migration->connection, migration->done % 2 == 1
                                                       ? "CREATE TABLE dl_meanwhile (a int, KEY (a))"
                                                       : "DROP TABLE dl_meanwhile");
}

static void count_torn(void *context)
{
    ((struct migration *)context)->torn++;
}

static struct source_settings disturbed_settings(struct migration *migration)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);

    settings.progress = migrate;
    settings.torn = count_torn;
    settings.progress_context = settings.torn_context = migration;
    settings.attempts = 3;
    return settings;
}

static void test_a_schema_that_changes_is_read_again(void **state)
{
    const char *ref = fixture.ref;
    struct source_settings calm = mariadb_session_settings(5000, 60000), settings;
    struct migration migration = {.connection = mariadb_session_connect(ref, &calm), .most = 1};
    struct snapshot *snapshot = NULL, *after;
    struct error error = {0};

    (void)state;
    settings = disturbed_settings(&migration);
    assert_int_equal(source_mariadb.read(&snapshot, ref, &settings, &error), ERROR_NONE);
    after = read_calmly();
    assert_true(hash_equal(&snapshot->root, &after->root));
    assert_int_equal(migration.done, 1);
    assert_in_range(migration.torn, 1, 2); /* other tests may be in the way, too */
    mariadb_session_execute(migration.connection, "DROP TABLE dl_meanwhile");
    odbc_close(migration.connection);
    snapshot_free(snapshot);
    snapshot_free(after);
}

static void test_a_schema_that_never_rests_is_unstable(void **state)
{
    const char *ref = fixture.ref;
    struct source_settings calm = mariadb_session_settings(5000, 60000), settings;
    struct migration migration = {.connection = mariadb_session_connect(ref, &calm), .most = 100};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    (void)state;
    settings = disturbed_settings(&migration);
    assert_int_equal(source_mariadb.read(&snapshot, ref, &settings, &error), ERROR_UNSTABLE);
    assert_int_equal(migration.torn, 2);
    mariadb_session_execute(migration.connection, "DROP TABLE IF EXISTS dl_meanwhile");
    odbc_close(migration.connection);
}

/* DDL in other databases moves the server's counters, too. */
static void test_changes_elsewhere_do_no_harm(void **state)
{
    const char *ref = fixture.ref;
    struct source_settings calm = mariadb_session_settings(5000, 60000), settings;
    struct migration migration = {.connection = mariadb_session_connect(
                                      mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, "mysql"), &calm),
                                  .most = 100};
    struct snapshot *snapshot = NULL, *before = read_calmly();
    struct error error = {0};

    (void)state;
    settings = disturbed_settings(&migration);
    mariadb_session_execute(migration.connection, "CREATE OR REPLACE DATABASE dl_odbc_elsewhere");
    mariadb_session_execute(migration.connection, "USE dl_odbc_elsewhere");
    if (source_mariadb.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(hash_equal(&snapshot->root, &before->root));
    mariadb_session_execute(migration.connection, "DROP DATABASE dl_odbc_elsewhere");
    odbc_close(migration.connection);
    snapshot_free(snapshot);
    snapshot_free(before);
}

/* ---- servers that do not answer ---- */

static int bound_socket(unsigned *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(file >= 0);
    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(file, 16), 0);
    assert_int_equal(getsockname(file, (struct sockaddr *)&address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return file;
}

static void assert_times_out(const char *ref, unsigned most_ms)
{
    struct source_settings settings = mariadb_session_settings(1000, 1000);
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    int64_t began = clock_elapsed();

    if (source_find(ref)->read(&snapshot, ref, &settings, &error) != ERROR_TIMEOUT)
        fail_msg("'%s' answers '%s': %s", ref, error_name(error.code), error.message);
    assert_null(strstr(error.message, "hunter2"));
    assert_in_range((clock_elapsed() - began) / 1000, 500, most_ms);
}

static void test_a_server_that_never_answers(void **state)
{
    unsigned port;
    int file = bound_socket(&port);

    (void)state;
    assert_times_out(arena_printf(&fixture.arena, "mysql://u:hunter2@127.0.0.1:%u/db", port), 4000);
    assert_times_out(arena_printf(&fixture.arena,
                                  "odbc:Driver=PostgreSQL Unicode;Servername=127.0.0.1;Port=%u;"
                                  "Database=x;UID=u;PWD=hunter2",
                                  port),
                     4000);
    assert_times_out(arena_printf(&fixture.arena, "sqlserver://u:hunter2@127.0.0.1:%u/db", port), 4000);
    close(file);
}

/* A server of its own: all others wait for one that is frozen. */
static void run_server(const char *action, const char *directory)
{
    const char *command = arena_printf(&fixture.arena, "'%s/tests/support/mariadb_server.sh' %s '%s'",
                                       getenv("DRIFTLINE_SOURCE_DIR"), action, directory);

    assert_int_equal(system(command), 0);
}

static void freeze(pid_t process)
{
    const char *path = arena_printf(&fixture.arena, "/proc/%d/stat", (int)process);
    struct text status = {0};
    struct error error;

    assert_int_equal(kill(process, SIGSTOP), 0);
    do {
        usleep(10 * 1000);
        assert_int_equal(file_read(path, 4096, &fixture.arena, &status, &error), ERROR_NONE);
    } while (strstr(status.bytes, ") T ") == NULL);
}

static void test_a_server_that_is_frozen(void **state)
{
    const char *directory = arena_printf(&fixture.arena, "%s/mariadb-frozen", getenv("DRIFTLINE_BUILD_DIR"));
    struct source_settings settings = mariadb_session_settings(2000, 1000);
    struct odbc_connection *connection;
    struct snapshot *snapshot = NULL;
    struct odbc_outcome outcome;
    struct error error = {0}, connect_error = {0};
    enum error_code code, connecting;
    const char *ref;
    int64_t began, took;

    (void)state;
    run_server("start", directory);
    ref = arena_printf(&fixture.arena, "mysql://" MARIADB_SESSION_ADMIN "@127.0.0.1:%s/mysql",
                       mariadb_session_file(&fixture.arena, directory, "port"));
    connection = mariadb_session_connect(ref, &settings);
    freeze((pid_t)atoi(mariadb_session_file(&fixture.arena, directory, "server/pid")));
    began = clock_elapsed();
    code = odbc_query(connection, "SELECT 1", NULL, NULL, &outcome, &error);
    took = clock_elapsed() - began;
    odbc_close(connection);
    connecting = source_mariadb.read(&snapshot, ref, &settings, &connect_error);
    run_server("stop", directory);
    assert_int_equal(code, ERROR_TIMEOUT);
    assert_in_range(took / 1000, 500, 8000);
    assert_int_equal(connecting, ERROR_TIMEOUT);
    assert_null(snapshot);
}

/* A driver that tries one thing after the other, each as long as it may, is given up, but not as often as one asks. */
static void test_few_connections_wait_for_one_server(void **state)
{
    struct source_settings settings = mariadb_session_settings(1000, 1000);
    struct odbc_connection *connection = NULL;
    const char *ref;
    struct error error = {0};
    unsigned port;
    int file = bound_socket(&port);

    (void)state;
    ref = arena_printf(&fixture.arena, "odbc:Driver=FreeTDS;Server=127.0.0.1;Port=%u;Database=x;UID=u;PWD=p", port);
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(odbc_open(&connection, ref, &settings, &error), ERROR_TIMEOUT);
    assert_non_null(strstr(error.message, "no more are begun"));
    assert_int_equal(odbc_worker_given_up(), 4);
    odbc_close(mariadb_session_connect(fixture.ref, &settings));
    close(file);
}

static void test_nobody_was_given_up_for_good(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300 && odbc_worker_given_up() > 0; i++)
        usleep(100 * 1000);
    assert_int_equal(odbc_worker_given_up(), 0);
}

static int setup(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct odbc_connection *connection;

    (void)state;
    arena_init(&fixture.arena, ARENA_LIMIT);
    fixture.ref = mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, "dl_odbc_failure");
    connection =
        mariadb_session_connect(mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, "mysql"), &settings);
    mariadb_session_execute(connection, "CREATE OR REPLACE DATABASE dl_odbc_failure");
    mariadb_session_execute(connection, "CREATE TABLE dl_odbc_failure.customers (id int PRIMARY KEY)");
    mariadb_session_execute(connection,
                            "CREATE TABLE dl_odbc_failure.orders (id int PRIMARY KEY, total int, KEY (total))");
    odbc_close(connection);
    return 0;
}

static int teardown(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct odbc_connection *connection =
        mariadb_session_connect(mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, "mysql"), &settings);

    (void)state;
    mariadb_session_execute(connection, "DROP DATABASE IF EXISTS dl_odbc_failure");
    mariadb_session_execute(connection, "DROP USER IF EXISTS dl_weak@'%'");
    odbc_close(connection);
    arena_free(&fixture.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes_are_told_apart),
        cmocka_unit_test(test_rights_that_are_missing_are_an_outcome),
        cmocka_unit_test(test_encryption_that_is_asked_for_is_had),
        cmocka_unit_test(test_a_session_that_is_killed_is_lost),
        cmocka_unit_test(test_a_watch_connects_anew),
        cmocka_unit_test(test_a_schema_that_changes_is_read_again),
        cmocka_unit_test(test_a_schema_that_never_rests_is_unstable),
        cmocka_unit_test(test_changes_elsewhere_do_no_harm),
        cmocka_unit_test(test_a_server_that_never_answers),
        cmocka_unit_test(test_a_server_that_is_frozen),
        cmocka_unit_test(test_nobody_was_given_up_for_good),
        cmocka_unit_test(test_few_connections_wait_for_one_server), /* the last: FreeTDS may never come back */
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
