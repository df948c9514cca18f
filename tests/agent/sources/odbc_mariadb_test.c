/* The contract of all sources with a real MariaDB and its driver, and what goes wrong between the two. */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/sources/contract.h"
#include "base/clock.h"
#include "base/file.h"
#include "sources/odbc/dialect.h"
#include "sources/odbc/odbc_worker.h"
#include "sources/watch.h"

#define ADMIN "dl_admin:dl-right-word-8"

enum { ARENA_LIMIT = 64 * 1024 * 1024, THREADS = 8 };

static struct {
    struct arena arena;
    const char *port;
    const char *refs[CONTRACT_ODD + 1]; /* of those made so far */
} fixture;

static struct contract contract;

static const char *const databases[] = {"dl_contract_small", "dl_contract_thousand", "dl_contract_odd"};

/* ---- the server ---- */

static const char *file_line(const char *directory, const char *name)
{
    struct text content = {0};
    struct error error;

    assert_non_null(directory);
    assert_int_equal(
        file_read(arena_printf(&fixture.arena, "%s/%s", directory, name), 4096, &fixture.arena, &content, &error),
        ERROR_NONE);
    return arena_string(&fixture.arena, (struct text){content.bytes, strcspn(content.bytes, "\n")});
}

static const char *ref_of(const char *who, const char *database)
{
    return arena_printf(&fixture.arena, "mysql://%s@127.0.0.1:%s/%s", who, fixture.port, database);
}

static struct odbc_connection *connect_to(const char *ref, const struct source_settings *settings)
{
    struct odbc_connection *connection = NULL;
    struct error error = {0};

    if (odbc_open(&connection, ref, settings, &error) != ERROR_NONE)
        fail_msg("connecting: %s", error.message);
    return connection;
}

static void execute(struct odbc_connection *connection, const char *sql)
{
    struct error error = {0};

    if (odbc_execute(connection, sql, &error) != ERROR_NONE)
        fail_msg("'%s': %s", sql, error.message);
}

static const char *value_of(struct odbc_connection *connection, const char *sql)
{
    CLEANUP(buffer_clear) struct buffer value = {0};
    struct error error = {0};

    if (odbc_value(connection, sql, &value, &error) != ERROR_NONE)
        fail_msg("'%s': %s", sql, error.message);
    return arena_string(&fixture.arena, buffer_text(&value));
}

static struct source_settings settings_with(unsigned connect_ms, unsigned statement_ms)
{
    struct source_settings settings;

    source_settings_init(&settings);
    settings.connect_timeout_ms = connect_ms;
    settings.statement_timeout_ms = statement_ms;
    return settings;
}

/* ---- the contract ---- */

static void make_small(struct odbc_connection *connection)
{
    execute(connection,
            "CREATE TABLE customers (id int AUTO_INCREMENT PRIMARY KEY, email varchar(40) NOT NULL UNIQUE)");
    execute(connection, "CREATE TABLE orders (id int PRIMARY KEY, customer int, total decimal(10,2) CHECK (total > 0),"
                        " KEY (total), FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE)");
    execute(connection, "CREATE VIEW open_orders AS SELECT id FROM orders");
    execute(connection, "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a + 1");
    execute(connection, "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = 1");
}

static void make_thousand(struct odbc_connection *connection)
{
    char name[16];

    for (unsigned i = 0; i < 1000; i++)
        execute(connection, arena_printf(&fixture.arena, "CREATE TABLE %s (id int PRIMARY KEY, a text) ENGINE=MyISAM",
                                         contract_table_name(i, name)));
}

static void add_quoted(struct buffer *sql, const char *name)
{
    buffer_add_byte(sql, '`');
    for (; *name != '\0'; name++)
        buffer_printf(sql, "%s%c", *name == '`' ? "`" : "", *name);
    buffer_add_byte(sql, '`');
}

/* A name must not end in a blank, and has no characters that UTF-8 writes in four bytes. */
static bool allows(const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c >= 0xf0)
            return false;
    return name[strlen(name) - 1] != ' ';
}

static void make_odd(struct odbc_connection *connection)
{
    for (size_t i = 0; contract_odd_names[i] != NULL; i++) {
        CLEANUP(buffer_clear) struct buffer sql = {0};

        if (!allows(contract_odd_names[i]))
            continue;
        buffer_add_string(&sql, "CREATE TABLE ");
        add_quoted(&sql, contract_odd_names[i]);
        buffer_add_string(&sql, " (");
        add_quoted(&sql, contract_odd_names[i]);
        buffer_add_string(&sql, " int)");
        execute(connection, sql.bytes);
    }
}

static const char *make(struct contract *self, enum contract_fixture which)
{
    static void (*const makers[])(struct odbc_connection *) = {make_small, make_thousand, make_odd};
    struct source_settings settings = settings_with(5000, 60000);
    struct odbc_connection *connection;

    (void)self;
    if (fixture.refs[which] != NULL)
        return fixture.refs[which];
    connection = connect_to(ref_of(ADMIN, "mysql"), &settings);
    execute(connection, "SET foreign_key_checks = 0");
    execute(connection, arena_printf(&fixture.arena, "CREATE OR REPLACE DATABASE %s", databases[which]));
    execute(connection, arena_printf(&fixture.arena, "USE %s", databases[which]));
    makers[which](connection);
    odbc_close(connection);
    return fixture.refs[which] = ref_of(ADMIN, databases[which]);
}

/* ---- values ---- */

static void test_values_come_whole(void **state)
{
    struct source_settings settings = settings_with(5000, 60000);
    struct odbc_connection *connection = connect_to(make(*state, CONTRACT_SMALL), &settings);
    CLEANUP(buffer_clear) struct buffer value = {0};
    struct error error = {0};

    assert_int_equal(odbc_value(connection, "SELECT CONCAT(REPEAT('👩x', 1250000), 'ende')", &value, &error),
                     ERROR_NONE);
    assert_int_equal(value.length, 1250000 * 5 + 4);
    for (size_t i = 0; i < 1250000; i++)
        if (memcmp(value.bytes + i * 5, "👩x", 5) != 0)
            fail_msg("another character at %zu", i);
    buffer_reset(&value);
    assert_int_equal(odbc_value(connection, "SELECT CONVERT(X'610062F09F91A9' USING utf8mb4)", &value, &error),
                     ERROR_NONE);
    assert_true(text_equal(buffer_text(&value), TEXT("a\0b👩")));
    assert_string_equal(value_of(connection, "SELECT X'00ff'"), "00ff");
    assert_string_equal(value_of(connection, "SELECT CONVERT(X'e4' USING latin1)"), "ä");
    assert_string_equal(value_of(connection, "SELECT '{a} {fn now()} ?'"), "{a} {fn now()} ?");
    odbc_close(connection);
}

static enum error_code count_rows(void *context, const char *const *labels, const struct text *values, unsigned count,
                                  struct error *error)
{
    unsigned long *rows = context;

    (void)error;
    assert_int_equal(count, 3);
    assert_string_equal(labels[0], "name[]@CATALOGUE");
    if (values == NULL)
        return ERROR_NONE;
    assert_null(values[1].bytes);
    assert_non_null(values[2].bytes);
    assert_int_equal(values[2].length, 0);
    (*rows)++;
    return ERROR_NONE;
}

static enum error_code refuse_row(void *context, const char *const *labels, const struct text *values, unsigned count,
                                  struct error *error)
{
    (void)context, (void)labels, (void)count;
    return values == NULL ? ERROR_NONE : error_set(error, ERROR_LIMIT, "that is enough");
}

static void test_rows_come_in_batches(void **state)
{
    static const char sql[] = "SELECT seq AS `name[]@CATALOGUE`, NULL AS b, '' AS c FROM seq_1_to_5000";
    struct source_settings settings = settings_with(5000, 60000);
    struct odbc_connection *connection = connect_to(make(*state, CONTRACT_SMALL), &settings);
    struct odbc_outcome outcome;
    struct error error = {0};
    unsigned long rows = 0;

    assert_int_equal(odbc_query(connection, sql, count_rows, &rows, &outcome, &error), ERROR_NONE);
    assert_false(outcome.failed);
    assert_int_equal(rows, 5000);
    assert_int_equal(odbc_query(connection, sql, refuse_row, NULL, &outcome, &error), ERROR_LIMIT);
    assert_string_equal(value_of(connection, "SELECT 7"), "7");
    odbc_close(connection);
}

static void test_a_value_has_a_limit(void **state)
{
    struct source_settings settings = settings_with(5000, 60000);
    CLEANUP(buffer_clear) struct buffer value = {0};
    struct odbc_connection *connection;
    struct error error = {0};

    settings.memory_limit = 1024 * 1024;
    connection = connect_to(make(*state, CONTRACT_SMALL), &settings);
    assert_int_equal(odbc_value(connection, "SELECT REPEAT('x', 3000000)", &value, &error), ERROR_LIMIT);
    odbc_close(connection);
}

/* ---- what fails ---- */

static void test_outcomes_are_told_apart(void **state)
{
    struct source_settings settings = settings_with(5000, 1000);
    struct odbc_connection *connection = connect_to(make(*state, CONTRACT_SMALL), &settings);
    struct odbc_outcome outcome;
    struct error error = {0};

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
    assert_string_equal(value_of(connection, "SELECT 1"), "1");
    odbc_close(connection);
}

static void test_rights_that_are_missing_are_an_outcome(void **state)
{
    struct source_settings settings = settings_with(5000, 60000);
    struct odbc_connection *connection = connect_to(make(*state, CONTRACT_SMALL), &settings);
    struct odbc_outcome outcome;
    struct error error = {0};

    execute(connection, "CREATE OR REPLACE USER dl_weak@'%' IDENTIFIED BY 'dl-weak;}word'");
    execute(connection, "GRANT SELECT ON dl_contract_small.orders TO dl_weak@'%'");
    odbc_close(connection);
    connection = connect_to(ref_of("dl_weak:dl-weak%3B%7Dword", databases[CONTRACT_SMALL]), &settings);
    assert_int_equal(odbc_query(connection, "SELECT * FROM customers", NULL, NULL, &outcome, &error), ERROR_NONE);
    assert_true(outcome.failed && outcome.denied && !outcome.disturbed);
    odbc_close(connection);
}

static void test_a_session_that_is_killed_is_lost(void **state)
{
    struct source_settings settings = settings_with(5000, 60000);
    const char *ref = make(*state, CONTRACT_SMALL);
    struct odbc_connection *victim = connect_to(ref, &settings), *other = connect_to(ref, &settings);
    struct odbc_outcome outcome;
    struct error error = {0};

    execute(other, arena_printf(&fixture.arena, "KILL %s", value_of(victim, "SELECT CONNECTION_ID()")));
    assert_int_equal(odbc_query(victim, "SELECT 1", NULL, NULL, &outcome, &error), ERROR_CONNECT);
    assert_non_null(strstr(error.message, "the connection was lost"));
    odbc_close(victim);
    odbc_close(other);
}

/* A look whose connection was closed meanwhile opens another. */
static void test_a_watch_connects_anew(void **state)
{
    struct source_settings settings = settings_with(5000, 60000);
    const char *ref = make(*state, CONTRACT_SMALL);
    struct odbc_connection *other = connect_to(ref, &settings);
    struct watch *watch = NULL;
    enum watch_answer answer;
    struct error error = {0};

    assert_int_equal(watch_open(&watch, ref, &settings, &error), ERROR_NONE);
    assert_int_equal(watch_look(watch, WATCH_EXACT, &answer, &error), ERROR_NONE);
    watch_keep(watch);
    assert_int_equal(watch_look(watch, WATCH_CHEAP, &answer, &error), ERROR_NONE);
    assert_int_equal(answer, WATCH_SAME);
    execute(other, "CREATE TABLE dl_moved (a int)");
    assert_int_equal(watch_look(watch, WATCH_CHEAP, &answer, &error), ERROR_NONE);
    assert_int_equal(answer, WATCH_MOVED);
    assert_int_equal(watch_look(watch, WATCH_EXACT, &answer, &error), ERROR_NONE);
    assert_int_equal(answer, WATCH_CHANGED);
    execute(other, "DROP TABLE dl_moved");
    assert_int_equal(watch_look(watch, WATCH_EXACT, &answer, &error), ERROR_NONE);
    assert_int_equal(answer, WATCH_SAME);
    execute(other, arena_printf(&fixture.arena, "KILL %s",
                                value_of(other, "SELECT MAX(ID) FROM information_schema.PROCESSLIST"
                                                " WHERE DB = 'dl_contract_small' AND ID <> CONNECTION_ID()")));
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
    execute(migration->connection,
            migration->done % 2 == 1 ? "CREATE TABLE dl_meanwhile (a int, KEY (a))" : "DROP TABLE dl_meanwhile");
}

static void count_torn(void *context)
{
    ((struct migration *)context)->torn++;
}

static struct source_settings disturbed_settings(struct migration *migration)
{
    struct source_settings settings = settings_with(5000, 60000);

    settings.progress = migrate;
    settings.torn = count_torn;
    settings.progress_context = settings.torn_context = migration;
    settings.attempts = 3;
    return settings;
}

static void test_a_schema_that_changes_is_read_again(void **state)
{
    const char *ref = make(*state, CONTRACT_SMALL);
    struct source_settings calm = settings_with(5000, 60000), settings;
    struct migration migration = {.connection = connect_to(ref, &calm), .most = 1};
    struct snapshot *snapshot = NULL, *after;
    struct error error = {0};

    settings = disturbed_settings(&migration);
    assert_int_equal(source_mariadb.read(&snapshot, ref, &settings, &error), ERROR_NONE);
    after = contract_read(*state, ref);
    assert_true(hash_equal(&snapshot->root, &after->root));
    assert_int_equal(migration.done, 1);
    assert_int_equal(migration.torn, 1);
    execute(migration.connection, "DROP TABLE dl_meanwhile");
    odbc_close(migration.connection);
    snapshot_free(snapshot);
    snapshot_free(after);
}

static void test_a_schema_that_never_rests_is_unstable(void **state)
{
    const char *ref = make(*state, CONTRACT_SMALL);
    struct source_settings calm = settings_with(5000, 60000), settings;
    struct migration migration = {.connection = connect_to(ref, &calm), .most = 100};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    settings = disturbed_settings(&migration);
    assert_int_equal(source_mariadb.read(&snapshot, ref, &settings, &error), ERROR_UNSTABLE);
    assert_int_equal(migration.torn, 2);
    execute(migration.connection, "DROP TABLE IF EXISTS dl_meanwhile");
    odbc_close(migration.connection);
}

/* DDL in other databases moves the server's counters, too. */
static void test_changes_elsewhere_do_no_harm(void **state)
{
    const char *ref = make(*state, CONTRACT_SMALL);
    struct source_settings calm = settings_with(5000, 60000), settings;
    struct migration migration = {.connection = connect_to(ref_of(ADMIN, "mysql"), &calm), .most = 100};
    struct snapshot *snapshot = NULL, *before = contract_read(*state, ref);
    struct error error = {0};

    settings = disturbed_settings(&migration);
    execute(migration.connection, "CREATE OR REPLACE DATABASE dl_contract_elsewhere");
    execute(migration.connection, "USE dl_contract_elsewhere");
    if (source_mariadb.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_true(hash_equal(&snapshot->root, &before->root));
    execute(migration.connection, "DROP DATABASE dl_contract_elsewhere");
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
    struct source_settings settings = settings_with(1000, 1000);
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
    struct source_settings settings = settings_with(2000, 1000);
    struct odbc_connection *connection;
    struct snapshot *snapshot = NULL;
    struct odbc_outcome outcome;
    struct error error = {0}, connect_error = {0};
    enum error_code code, connecting;
    const char *ref;
    int64_t began, took;

    (void)state;
    run_server("start", directory);
    ref = arena_printf(&fixture.arena, "mysql://" ADMIN "@127.0.0.1:%s/mysql", file_line(directory, "port"));
    connection = connect_to(ref, &settings);
    freeze((pid_t)atoi(file_line(directory, "server/pid")));
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

/* ---- many at once ---- */

struct reader {
    pthread_t thread;
    const char *ref;
    struct hash root;
    struct error error;
};

static void *read_it(void *context)
{
    struct reader *reader = context;
    struct source_settings settings = settings_with(20000, 60000);
    struct snapshot *snapshot = NULL;

    for (int i = 0; i < 3; i++) {
        if (source_mariadb.read(&snapshot, reader->ref, &settings, &reader->error) != ERROR_NONE)
            return NULL;
        reader->root = snapshot->root;
        snapshot_free(snapshot);
    }
    return NULL;
}

static void test_many_threads_read_at_once(void **state)
{
    struct reader readers[THREADS] = {0};
    struct snapshot *snapshot = contract_read(*state, make(*state, CONTRACT_SMALL));

    for (size_t i = 0; i < THREADS; i++) {
        readers[i].ref = fixture.refs[CONTRACT_SMALL];
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_it, &readers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(readers[i].thread, NULL);
        if (readers[i].error.code != ERROR_NONE)
            fail_msg("%s", readers[i].error.message);
        assert_true(hash_equal(&readers[i].root, &snapshot->root));
    }
    snapshot_free(snapshot);
}

static void test_nobody_was_given_up_for_good(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100 && odbc_worker_given_up() > 0; i++)
        usleep(100 * 1000);
    assert_int_equal(odbc_worker_given_up(), 0);
}

static int setup(void **state)
{
    arena_init(&fixture.arena, ARENA_LIMIT);
    fixture.port = file_line(getenv("DRIFTLINE_TEST_MARIADB"), "port");
    contract = (struct contract){
        .source = &source_mariadb,
        .schema = "main",
        .make = make,
        .allows = allows,
        .missing = ref_of(ADMIN, "dl_contract_missing"),
        .missing_code = ERROR_NOT_FOUND,
        .refused = ref_of("dl_admin:wrong", "mysql"),
        .nameless = ref_of(ADMIN, ""),
        .with_secret = ref_of("dl_nobody:hunter2", "mysql"),
    };
    *state = &contract;
    return 0;
}

static int teardown(void **state)
{
    struct source_settings settings = settings_with(5000, 60000);
    struct odbc_connection *connection = connect_to(ref_of(ADMIN, "mysql"), &settings);

    (void)state;
    execute(connection, "SET foreign_key_checks = 0");
    for (size_t i = 0; i < LENGTH_OF(databases); i++)
        execute(connection, arena_printf(&fixture.arena, "DROP DATABASE IF EXISTS %s", databases[i]));
    execute(connection, "DROP USER IF EXISTS dl_weak@'%'");
    odbc_close(connection);
    arena_free(&fixture.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TESTS,
        CONTRACT_NAMED_TESTS,
        CONTRACT_CHANGE_TESTS,
        cmocka_unit_test(test_values_come_whole),
        cmocka_unit_test(test_rows_come_in_batches),
        cmocka_unit_test(test_a_value_has_a_limit),
        cmocka_unit_test(test_outcomes_are_told_apart),
        cmocka_unit_test(test_rights_that_are_missing_are_an_outcome),
        cmocka_unit_test(test_a_session_that_is_killed_is_lost),
        cmocka_unit_test(test_a_watch_connects_anew),
        cmocka_unit_test(test_a_schema_that_changes_is_read_again),
        cmocka_unit_test(test_a_schema_that_never_rests_is_unstable),
        cmocka_unit_test(test_changes_elsewhere_do_no_harm),
        cmocka_unit_test(test_a_server_that_never_answers),
        cmocka_unit_test(test_a_server_that_is_frozen),
        cmocka_unit_test(test_many_threads_read_at_once),
        cmocka_unit_test(test_nobody_was_given_up_for_good),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
