/* The contract of all sources with a real MariaDB and its driver, and that values come whole. */
#include <pthread.h>

#include "agent/sources/contract.h"
#include "agent/sources/mariadb_session.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024, THREADS = 8 };

static struct {
    struct arena arena;
    const char *refs[CONTRACT_ODD + 1]; /* of those made so far */
} fixture;

static struct contract contract;

static const char *const databases[] = {"dl_contract_small", "dl_contract_thousand", "dl_contract_odd"};

/* ---- the contract ---- */

static void make_small(struct odbc_connection *connection)
{
    mariadb_session_execute(
        connection, "CREATE TABLE customers (id int AUTO_INCREMENT PRIMARY KEY, email varchar(40) NOT NULL UNIQUE)");
    mariadb_session_execute(
        connection, "CREATE TABLE orders (id int PRIMARY KEY, customer int, total decimal(10,2) CHECK (total > 0),"
                    " KEY (total), FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE)");
    mariadb_session_execute(connection, "CREATE VIEW open_orders AS SELECT id FROM orders");
    mariadb_session_execute(connection, "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a + 1");
    mariadb_session_execute(connection, "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = 1");
}

static void make_thousand(struct odbc_connection *connection)
{
    char name[16];

    for (unsigned i = 0; i < 1000; i++)
        mariadb_session_execute(connection, arena_printf(&fixture.arena,
                                                         "CREATE TABLE %s (id int PRIMARY KEY, a text) ENGINE=MyISAM",
                                                         contract_table_name(i, name)));
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
        contract_quote_sql(&sql, contract_odd_names[i], '`');
        buffer_add_string(&sql, " (");
        contract_quote_sql(&sql, contract_odd_names[i], '`');
        buffer_add_string(&sql, " int)");
        mariadb_session_execute(connection, sql.bytes);
    }
}

static const char *make(struct contract *self, enum contract_fixture which)
{
    static void (*const makers[])(struct odbc_connection *) = {make_small, make_thousand, make_odd};
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct odbc_connection *connection;

    (void)self;
    if (fixture.refs[which] != NULL)
        return fixture.refs[which];
    connection =
        mariadb_session_connect(mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, "mysql"), &settings);
    mariadb_session_execute(connection, "SET foreign_key_checks = 0");
    mariadb_session_execute(connection,
                            arena_printf(&fixture.arena, "CREATE OR REPLACE DATABASE %s", databases[which]));
    mariadb_session_execute(connection, arena_printf(&fixture.arena, "USE %s", databases[which]));
    makers[which](connection);
    odbc_close(connection);
    return fixture.refs[which] = mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, databases[which]);
}

/* ---- values ---- */

static void test_values_come_whole(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct odbc_connection *connection = mariadb_session_connect(make(*state, CONTRACT_SMALL), &settings);
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
    assert_string_equal(mariadb_session_value(&fixture.arena, connection, "SELECT X'00ff'"), "00ff");
    assert_string_equal(mariadb_session_value(&fixture.arena, connection, "SELECT CONVERT(X'e4' USING latin1)"), "ä");
    assert_string_equal(mariadb_session_value(&fixture.arena, connection, "SELECT '{a} {fn now()} ?'"),
                        "{a} {fn now()} ?");
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
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct odbc_connection *connection = mariadb_session_connect(make(*state, CONTRACT_SMALL), &settings);
    struct odbc_outcome outcome;
    struct error error = {0};
    unsigned long rows = 0;

    assert_int_equal(odbc_query(connection, sql, count_rows, &rows, &outcome, &error), ERROR_NONE);
    assert_false(outcome.failed);
    assert_int_equal(rows, 5000);
    assert_int_equal(odbc_query(connection, sql, refuse_row, NULL, &outcome, &error), ERROR_LIMIT);
    assert_string_equal(mariadb_session_value(&fixture.arena, connection, "SELECT 7"), "7");
    odbc_close(connection);
}

static void test_a_value_has_a_limit(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    CLEANUP(buffer_clear) struct buffer value = {0};
    struct odbc_connection *connection;
    struct error error = {0};

    settings.memory_limit = 1024 * 1024;
    connection = mariadb_session_connect(make(*state, CONTRACT_SMALL), &settings);
    assert_int_equal(odbc_value(connection, "SELECT REPEAT('x', 3000000)", &value, &error), ERROR_LIMIT);
    odbc_close(connection);
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
    struct source_settings settings = mariadb_session_settings(20000, 60000);
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

static int setup(void **state)
{
    arena_init(&fixture.arena, ARENA_LIMIT);
    contract = (struct contract){
        .source = &source_mariadb,
        .schema = "main",
        .make = make,
        .allows = allows,
        .missing = mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, "dl_contract_missing"),
        .missing_code = ERROR_NOT_FOUND,
        .refused = mariadb_session_ref(&fixture.arena, "dl_admin:wrong", "mysql"),
        .nameless = mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, ""),
        .with_secret = mariadb_session_ref(&fixture.arena, "dl_nobody:hunter2", "mysql"),
    };
    *state = &contract;
    return 0;
}

static int teardown(void **state)
{
    struct source_settings settings = mariadb_session_settings(5000, 60000);
    struct odbc_connection *connection =
        mariadb_session_connect(mariadb_session_ref(&fixture.arena, MARIADB_SESSION_ADMIN, "mysql"), &settings);

    (void)state;
    mariadb_session_execute(connection, "SET foreign_key_checks = 0");
    for (size_t i = 0; i < LENGTH_OF(databases); i++)
        mariadb_session_execute(connection, arena_printf(&fixture.arena, "DROP DATABASE IF EXISTS %s", databases[i]));
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
        cmocka_unit_test(test_many_threads_read_at_once),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
