/* The contract of all sources through real drivers: the generic dialect with SQLite's and PostgreSQL's. */
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "agent/sources/contract.h"
#include "support/directory.h"
#include "support/postgres.h"

static struct test_directory directory;
static struct contract sqlite_contract, postgres_contract;

static const char *const databases[] = {"dl_drivers_small", "dl_drivers_thousand", "dl_drivers_odd"};

static const char small_schema[] =
    "CREATE TABLE customers (id integer PRIMARY KEY, email varchar(40) NOT NULL UNIQUE);"
    "CREATE TABLE orders (id integer PRIMARY KEY, customer integer REFERENCES customers (id) ON DELETE CASCADE,"
    " total numeric(10,2) DEFAULT 0, UNIQUE (customer, total));"
    "CREATE INDEX orders_total ON orders (total, id); CREATE VIEW open_orders AS SELECT id, total FROM orders;";

/* ---- what is in the databases ---- */

static const char *statements(enum contract_fixture which)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    char name[16];

    if (which == CONTRACT_SMALL)
        return small_schema;
    for (unsigned i = 0; which == CONTRACT_THOUSAND && i < 1000; i++)
        buffer_printf(&sql, "CREATE TABLE %s (id integer PRIMARY KEY, a text);", contract_table_name(i, name));
    for (size_t i = 0; which == CONTRACT_ODD && contract_odd_names[i] != NULL; i++) {
        buffer_add_string(&sql, "CREATE TABLE ");
        contract_quote_sql(&sql, contract_odd_names[i], '"');
        buffer_add_string(&sql, " (");
        contract_quote_sql(&sql, contract_odd_names[i], '"');
        buffer_add_string(&sql, " integer);");
    }
    assert_false(sql.failed);
    return arena_string(&directory.arena, buffer_text(&sql));
}

static const char *make_sqlite(struct contract *self, enum contract_fixture which)
{
    const char *path = test_directory_path(&directory, databases[which]);
    sqlite3 *database = NULL;

    (void)self;
    if (access(path, F_OK) != 0) {
        assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
        assert_int_equal(sqlite3_exec(database, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(database, statements(which), NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(database), SQLITE_OK);
    }
    return arena_printf(&directory.arena, "odbc:Driver=SQLite3;Database=%s", path);
}

static const char *postgres_ref(const char *database, const char *host, const char *login)
{
    return arena_printf(&directory.arena, "odbc:Driver=PostgreSQL Unicode;Servername=%s;Port=%s;Database=%s;%s",
                        host != NULL ? host : test_postgres_setting(&directory.arena, "PGHOST"),
                        test_postgres_setting(&directory.arena, "PGPORT"), database, login);
}

static const char *make_postgres(struct contract *self, enum contract_fixture which)
{
    static bool made[LENGTH_OF(databases)];

    (void)self;
    if (!made[which])
        test_postgres_execute(test_postgres_database(&directory.arena, databases[which]), statements(which));
    made[which] = true;
    return postgres_ref(databases[which], NULL, "Username=postgres");
}

/* ---- the tests ---- */

static int begin(struct contract *contract, void **state)
{
    static const char right[] = "Username=" TEST_POSTGRES_PASSWORD_USER ";Password=" TEST_POSTGRES_PASSWORD;
    static const char wrong[] = "Username=" TEST_POSTGRES_PASSWORD_USER ";Password=wrong";

    contract->source = &source_odbc;
    contract->has_gaps = true;
    contract->missing = postgres_ref("dl_drivers_missing", "127.0.0.1", right);
    contract->missing_code = ERROR_NOT_FOUND;
    contract->refused = postgres_ref("postgres", "127.0.0.1", wrong);
    contract->nameless = "odbc:";
    contract->with_secret = postgres_ref("postgres", "127.0.0.1", "Username=dl_nobody;PWD=hunter2");
    *state = contract;
    return 0;
}

static int begin_sqlite(void **state)
{
    test_directory_make(&directory);
    sqlite_contract = (struct contract){.schema = "main", .make = make_sqlite};
    return begin(&sqlite_contract, state);
}

static int begin_postgres(void **state)
{
    test_directory_make(&directory);
    postgres_contract = (struct contract){.schema = "public", .make = make_postgres};
    return begin(&postgres_contract, state);
}

static int end(void **state)
{
    (void)state;
    test_directory_remove(&directory);
    return 0;
}

static int end_postgres(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(databases); i++)
        test_postgres_drop(databases[i]);
    return end(state);
}

/* A thousand tables by PostgreSQL's driver are in tests/integration/odbc_agree_test.c: it takes its time. */
int main(void)
{
    const struct CMUnitTest sqlite[] = {CONTRACT_TESTS, CONTRACT_NAMED_TESTS};
    const struct CMUnitTest postgres[] = {
        cmocka_unit_test(contract_reads_odd_names),
        cmocka_unit_test(contract_answers_the_same_twice),
        cmocka_unit_test(contract_reports_progress),
        cmocka_unit_test(contract_shows_no_secret),
    };

    return cmocka_run_group_tests(sqlite, begin_sqlite, end) +
           cmocka_run_group_tests(postgres, begin_postgres, end_postgres);
}
