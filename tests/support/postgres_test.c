/* The test server is what support/postgres.h promises; tests of wrong passwords rely on it. */
#include "support/postgres.h"

#include <libpq-fe.h>
#include <string.h>

#include "base/compiler.h"
#include "support/cmocka.h"

static void test_a_database_is_made_anew_and_dropped(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const char *dsn;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    dsn = test_postgres_database(&arena, "support-postgres");
    test_postgres_execute(dsn, "CREATE TABLE t (id int); INSERT INTO t VALUES (7)");
    assert_string_equal(test_postgres_value(&arena, dsn, "SELECT id FROM t"), "7");
    assert_string_equal(test_postgres_value(&arena, dsn, "SHOW wal_level"), "logical");
    dsn = test_postgres_database(&arena, "support-postgres");
    assert_string_equal(test_postgres_value(&arena, dsn, "SELECT count(*) FROM pg_tables WHERE tablename = 't'"), "0");
    test_postgres_drop("support-postgres");
    dsn = test_postgres_dsn(&arena, "postgres");
    assert_string_equal(
        test_postgres_value(&arena, dsn, "SELECT datname FROM pg_database WHERE datname LIKE 'support-%'"), "");
}

static void test_tcp_asks_for_the_password(void **state)
{
    static const struct {
        const char *user, *password, *refusal;
    } cases[] = {
        {TEST_POSTGRES_PASSWORD_USER, TEST_POSTGRES_PASSWORD, NULL},
        {TEST_POSTGRES_PASSWORD_USER, "wrong", "password authentication failed"},
        {"postgres", TEST_POSTGRES_PASSWORD, "password authentication failed"},
    };
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        PGconn *connection = PQconnectdb(test_postgres_tcp_dsn(&arena, "postgres", cases[i].user, cases[i].password));
        const char *said = PQerrorMessage(connection);

        assert_int_equal(PQstatus(connection), cases[i].refusal == NULL ? CONNECTION_OK : CONNECTION_BAD);
        assert_true(cases[i].refusal == NULL || strstr(said, cases[i].refusal) != NULL);
        PQfinish(connection);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_database_is_made_anew_and_dropped),
        cmocka_unit_test(test_tcp_asks_for_the_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
