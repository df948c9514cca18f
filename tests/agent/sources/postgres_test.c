/* PostgreSQL as a source like any other. What is particular to it is in tests/integration and tests/oracle. */
#include <stdlib.h>
#include <string.h>

#include "agent/sources/contract.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

struct fixture {
    struct arena arena;
    const char *refs[CONTRACT_ODD + 1]; /* of those made so far */
};

static struct fixture fixture;
static struct contract contract;

static const char *const databases[] = {"dl_contract_small", "dl_contract_thousand", "dl_contract_odd"};

static void make_small(const char *ref)
{
    test_postgres_execute(
        ref, "CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);"
             "CREATE TABLE orders (id int, customer int REFERENCES customers, total numeric CHECK (total > 0));"
             "CREATE INDEX ON orders (total DESC) WHERE total > 1;"
             "CREATE VIEW open_orders AS SELECT id FROM orders;"
             "CREATE TYPE mood AS ENUM ('good', 'bad');"
             "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';"
             "GRANT SELECT ON orders TO PUBLIC; COMMENT ON TABLE orders IS 'what was bought'");
}

static void make_thousand(const char *ref)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    char name[16];

    for (unsigned i = 0; i < 1000; i++)
        buffer_printf(&sql, "CREATE TABLE %s (id int PRIMARY KEY, a text, b real);", contract_table_name(i, name));
    test_postgres_execute(ref, sql.bytes);
}

static void make_odd(const char *ref)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};

    for (size_t i = 0; contract_odd_names[i] != NULL; i++) {
        buffer_add_string(&sql, "CREATE TABLE ");
        contract_quote_sql(&sql, contract_odd_names[i], '"');
        buffer_add_string(&sql, " (");
        contract_quote_sql(&sql, contract_odd_names[i], '"');
        buffer_add_string(&sql, " int);");
    }
    test_postgres_execute(ref, sql.bytes);
}

static const char *make(struct contract *self, enum contract_fixture which)
{
    static void (*const makers[])(const char *ref) = {make_small, make_thousand, make_odd};

    (void)self;
    if (fixture.refs[which] == NULL) {
        fixture.refs[which] = test_postgres_database(&fixture.arena, databases[which]);
        makers[which](fixture.refs[which]);
    }
    return fixture.refs[which];
}

/* Anybody who is not a superuser sees the same tables. */
static void test_another_role_reads_the_same(void **state)
{
    const char *other = test_postgres_tcp_dsn(&fixture.arena, databases[CONTRACT_SMALL], TEST_POSTGRES_PASSWORD_USER,
                                              TEST_POSTGRES_PASSWORD);
    struct snapshot *first = contract_read(*state, make(*state, CONTRACT_SMALL));
    struct snapshot *second = contract_read(*state, other);

    assert_true(hash_equal(&first->root, &second->root));
    assert_true(text_equal(first->info.origin, second->info.origin));
    assert_true(first->info.origin.length > 0);
    snapshot_free(first);
    snapshot_free(second);
}

static void test_a_reference_is_shown_without_its_secrets(void **state)
{
    static const struct {
        const char *ref, *shown;
    } cases[] = {
        {"postgres://u:hunter2@h:5433/db?sslmode=require", "postgres://u@h:5433/db"},
        {"postgresql://h/db?user=u&password=hunter2", "postgres://u@h/db"},
        {"postgres:///db?host=/var/run", "postgres:///var/run/db"},
        {"postgres://u:hun@ter2@h/db", "postgres://…"},
        {"postgres://u:hun/ter2@h/db", "postgres://…"},
        {"postgres://u:%zz@h/db", "postgres://…"},
        {"postgres://u:a@h/db?application_name=a@b", "postgres://u@h/db"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer shown = {0};

        source_postgres.redact(&shown, cases[i].ref);
        assert_string_equal(shown.bytes, cases[i].shown);
    }
}

static int setup(void **state)
{
    arena_init(&fixture.arena, ARENA_LIMIT);
    contract = (struct contract){
        .source = &source_postgres,
        .schema = "public",
        .make = make,
        .missing = test_postgres_tcp_dsn(&fixture.arena, "dl_contract_missing", TEST_POSTGRES_PASSWORD_USER,
                                         TEST_POSTGRES_PASSWORD),
        .missing_code = ERROR_NOT_FOUND,
        .refused = test_postgres_tcp_dsn(&fixture.arena, "postgres", TEST_POSTGRES_PASSWORD_USER, "wrong"),
        .with_secret = test_postgres_tcp_dsn(&fixture.arena, "postgres", "dl_nobody", "hunter2"),
    };
    *state = &contract;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(databases); i++)
        test_postgres_drop(databases[i]);
    arena_free(&fixture.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TESTS,
        CONTRACT_CHANGE_TESTS,
        cmocka_unit_test(test_another_role_reads_the_same),
        cmocka_unit_test(test_a_reference_is_shown_without_its_secrets),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
