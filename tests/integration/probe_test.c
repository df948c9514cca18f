/* No statement that changes the schema goes unnoticed: every case of the oracle runs beside a watch, and a list of
 * statements of the whole server's. What changes nothing leads to a look at most. On a server of the test's own, so
 * that nobody else's doings pass for ours. */
#include "integration/database.h"

#include <stdio.h>

#include "oracle/oracle_cases.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"
#include "support/process.h"

enum { LEAST_CHANGING = 650, LEAST_SILENT = 100, CASE_ARENA = 64 * 1024 * 1024 };

struct fixture {
    struct test_directory directory;
    const char *server;
    PGconn *control; /* to see who else is there */
    const char *bin;
    unsigned copies;
};

static struct fixture fixture;

/* ---- a database and its watch ---- */

/* A copy of the rich database. */
struct copy {
    char name[32];
    const char *ref;
    struct watch *watch;
};

static void copy_drop(struct copy *copy)
{
    if (copy->watch == NULL)
        return;
    watch_close(copy->watch);
    database_drop(copy->name);
    *copy = (struct copy){0};
}

static void copy_make(struct copy *copy)
{
    copy_drop(copy);
    snprintf(copy->name, sizeof copy->name, "dl_probe_%u", fixture.copies++);
    copy->ref = database_make(&fixture.directory.arena, copy->name, "TEMPLATE dl_probe_rich STRATEGY file_copy");
    copy->watch = database_watch(copy->ref);
}

/* Run statements in a session of their own. */
static bool run_script(const char *ref, const char *database, struct text sql)
{
    CLEANUP(arena_free) struct arena arena;
    const char *arguments[] = {NULL, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", ref, NULL};
    struct test_process process = {.arguments = arguments, .input = sql};

    arena_init(&arena, CASE_ARENA);
    arguments[0] = arena_printf(&arena, "%s/psql", fixture.bin);
    test_process_run(&process, &arena);
    database_wait_for_sessions(fixture.control, database);
    return process.status == 0;
}

/* ---- every case of the oracle ---- */

struct tally {
    unsigned changing;
    unsigned silent;
    unsigned silent_moved;
    unsigned silent_changed;
    unsigned missed;
};

/* Run a case beside the watch, and see whether both looks noticed what they must. */
static bool is_noticed(struct copy *copy, const struct oracle_case *now, struct tally *tally)
{
    bool must = now->expected_count > 0;
    enum watch_answer cheap;
    enum watch_answer exact;

    if (!run_script(copy->ref, copy->name, now->sql))
        return false;
    cheap = database_look(copy->watch, WATCH_CHEAP);
    exact = database_look(copy->watch, WATCH_EXACT);
    watch_keep(copy->watch);
    if (must)
        return cheap == WATCH_MOVED && exact == WATCH_CHANGED;
    tally->silent_moved += cheap == WATCH_MOVED;
    tally->silent_changed += exact == WATCH_CHANGED;
    return exact == WATCH_SAME || cheap == WATCH_MOVED; /* what the exact look sees is never beyond the cheap one */
}

/* Cases run one after the other in the same copy as long as they get along. One that fails there, or that does nothing
 * because another has done the same, gets a fresh copy and has to be noticed in that. */
static void test_every_case(void **state)
{
    struct tally tally = {0};
    struct copy copy = {0};
    struct arena arena;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    database_make_rich(&arena, "dl_probe_rich", "");
    copy_make(&copy);
    for (const struct oracle_case *now =
             oracle_cases_read(test_source_path(&fixture.directory, "tests/oracle/cases"), &arena);
         now != NULL; now = now->next) {
        bool noticed = is_noticed(&copy, now, &tally);

        if (!noticed) {
            copy_make(&copy);
            noticed = is_noticed(&copy, now, &tally);
        }
        if (!noticed)
            print_message("  missed: %s: %s\n", now->file, now->title);
        tally.changing += now->expected_count > 0;
        tally.silent += now->expected_count == 0;
        tally.missed += !noticed;
    }
    copy_drop(&copy);
    arena_free(&arena);
    print_message("  %u cases that change the schema, %u missed; %u that do not: %u moved the counts, %u the rows; "
                  "%u copies\n",
                  tally.changing, tally.missed, tally.silent, tally.silent_moved, tally.silent_changed, fixture.copies);
    assert_int_equal(tally.missed, 0);
    assert_true(tally.changing >= LEAST_CHANGING);
    assert_true(tally.silent >= LEAST_SILENT);
}

/* ---- what belongs to the whole server, and ties between objects ---- */

static const char *const statements[] = {
    "CREATE ROLE dl_probe_a",
    "CREATE ROLE dl_probe_b LOGIN PASSWORD 'x'",
    "GRANT dl_probe_a TO dl_probe_b",
    "GRANT dl_probe_a TO dl_probe_b WITH ADMIN OPTION",
    "REVOKE dl_probe_a FROM dl_probe_b",
    "ALTER TABLE shop.orders OWNER TO dl_probe_a",
    "ALTER ROLE dl_probe_a RENAME TO dl_probe_c",
    "COMMENT ON ROLE dl_probe_c IS 'somebody'",
    "ALTER ROLE dl_probe_c SET work_mem = '8MB'",
    "ALTER ROLE dl_probe_c IN DATABASE dl_probe_roles SET work_mem = '9MB'",
    "ALTER ROLE dl_probe_c SUPERUSER",
    "ALTER ROLE dl_probe_c NOSUPERUSER NOINHERIT",
    "ALTER DATABASE dl_probe_roles SET work_mem = '7MB'",
    "ALTER DATABASE dl_probe_roles CONNECTION LIMIT 50",
    "ALTER DATABASE dl_probe_roles OWNER TO dl_probe_c",
    "COMMENT ON DATABASE dl_probe_roles IS 'something'",
    "GRANT CREATE ON DATABASE dl_probe_roles TO dl_probe_b",
    "REASSIGN OWNED BY dl_probe_c TO dl_probe_b",
    "GRANT SELECT ON shop.orders TO dl_probe_c WITH GRANT OPTION",
    "DROP OWNED BY dl_probe_c",
    "ALTER DEFAULT PRIVILEGES FOR ROLE dl_probe_b GRANT SELECT ON TABLES TO PUBLIC",
    "ALTER ROLE dl_probe_b RENAME TO \"dl probe d\"",
    "SET allow_in_place_tablespaces = on; CREATE TABLESPACE dl_probe_space LOCATION ''",
    "ALTER TABLE shop.orders SET TABLESPACE dl_probe_space",
    "ALTER TABLESPACE dl_probe_space RENAME TO dl_probe_place",
    "ALTER TABLESPACE dl_probe_place SET (random_page_cost = 2)",
    "CREATE FUNCTION lab.tied() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION lab.tied() DEPENDS ON EXTENSION citext",
    "ALTER FUNCTION lab.tied() NO DEPENDS ON EXTENSION citext",
    "ALTER EXTENSION citext ADD FUNCTION lab.tied()",
    "ALTER EXTENSION citext DROP FUNCTION lab.tied()",
    "ALTER EXTENSION citext ADD TABLE shop.shipments",
    "ALTER EXTENSION citext DROP TABLE shop.shipments",
    "CREATE SEQUENCE lab.loose",
    "ALTER SEQUENCE lab.loose OWNED BY lab.scores.points",
    "ALTER SEQUENCE lab.loose OWNED BY NONE",
    "CREATE USER MAPPING FOR \"dl probe d\" SERVER dl_probe_server OPTIONS (user 'u', password 'p')",
    "ALTER USER MAPPING FOR \"dl probe d\" SERVER dl_probe_server OPTIONS (SET password 'q')",
    "ALTER SERVER dl_probe_server OWNER TO \"dl probe d\"",
    "DROP USER MAPPING FOR \"dl probe d\" SERVER dl_probe_server",
    "CREATE SUBSCRIPTION dl_probe_sub CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false)",
    "ALTER SUBSCRIPTION dl_probe_sub CONNECTION 'dbname=y'",
    "ALTER SUBSCRIPTION dl_probe_sub SET (synchronous_commit = on)",
    "ALTER SUBSCRIPTION dl_probe_sub OWNER TO dl_probe_super",
    "ALTER SUBSCRIPTION dl_probe_sub SET (slot_name = NONE)",
    "DROP SUBSCRIPTION dl_probe_sub",
    "GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO dl_probe_c",
    "REVOKE SELECT ON pg_catalog.pg_stats FROM PUBLIC",
    "DROP SERVER dl_probe_server CASCADE",
};

/* Whenever the root of a snapshot is another, both looks said so. */
static void test_statements_of_the_whole_server(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    const char *ref = database_make_rich(arena, "dl_probe_roles", "");
    struct watch *watch;
    struct hash root;
    unsigned changing = 0;

    (void)state;
    test_postgres_execute(ref, "CREATE SERVER dl_probe_server FOREIGN DATA WRAPPER postgres_fdw;"
                               "CREATE ROLE dl_probe_super SUPERUSER");
    database_wait_for_sessions(fixture.control, "dl_probe_roles");
    watch = database_watch(ref);
    root = database_root(ref);
    for (size_t i = 0; i < LENGTH_OF(statements); i++) {
        enum watch_answer cheap;
        enum watch_answer exact;
        struct hash now;

        if (!run_script(ref, "dl_probe_roles", text_from(statements[i])))
            fail_msg("%s", statements[i]);
        cheap = database_look(watch, WATCH_CHEAP);
        exact = database_look(watch, WATCH_EXACT);
        now = database_root(ref);
        if (!hash_equal(&now, &root) && (cheap != WATCH_MOVED || exact != WATCH_CHANGED))
            fail_msg("%s was not noticed by the %s look", statements[i], cheap != WATCH_MOVED ? "cheap" : "exact");
        changing += !hash_equal(&now, &root);
        root = now;
        watch_keep(watch);
    }
    print_message("  %zu statements, of which %u changed the root\n", LENGTH_OF(statements), changing);
    assert_true(changing >= LENGTH_OF(statements) / 2);
    watch_close(watch);
    database_drop("dl_probe_roles");
}

/* ---- what leads to no snapshot ---- */

static const char *const quiet[] = {
    "CREATE TEMPORARY TABLE t (id serial PRIMARY KEY, v text DEFAULT 'x' CHECK (v <> '')); CREATE INDEX ON t (v)",
    "CREATE TEMPORARY TABLE t AS SELECT * FROM shop.orders; CREATE TEMPORARY VIEW v AS SELECT * FROM t",
    "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ANALYZE shop.orders, shop.customers",
    "VACUUM shop.orders",
    "VACUUM (FREEZE) shop.customers",
    "VACUUM pg_catalog.pg_class",
    "SELECT nextval('shop.invoice_numbers')",
    "SELECT setval('shop.tickets', 3)",
    "INSERT INTO shop.orders (customer_id, quantity) SELECT id, 7 FROM shop.customers",
    "UPDATE shop.orders SET quantity = quantity + 1",
    "DELETE FROM shop.order_lines",
    "BEGIN; CREATE TABLE shop.never (id serial PRIMARY KEY); DROP TABLE shop.orders CASCADE; ROLLBACK",
    "BEGIN; SAVEPOINT s; ALTER TABLE shop.orders ADD COLUMN x int; ROLLBACK TO SAVEPOINT s; COMMIT",
    "DO $$ BEGIN CREATE TABLE shop.never (id int); RAISE 'no'; EXCEPTION WHEN OTHERS THEN NULL; END $$",
    "SELECT lo_from_bytea(0, 'some bytes')",
};

/* Not even the exact look finds a difference, and an alarm is given once. */
static void test_what_is_no_change(void **state)
{
    struct arena *arena = &fixture.directory.arena;
    const char *ref = database_make_rich(arena, "dl_probe_quiet", "");
    struct watch *watch;

    (void)state;
    database_wait_for_sessions(fixture.control, "dl_probe_quiet");
    watch = database_watch(ref);
    for (size_t i = 0; i < LENGTH_OF(quiet); i++) {
        if (!run_script(ref, "dl_probe_quiet", text_from(quiet[i])))
            fail_msg("%s", quiet[i]);
        if (database_look(watch, WATCH_EXACT) != WATCH_SAME)
            fail_msg("%s was taken for a change", quiet[i]);
        assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_SAME);
    }
    watch_close(watch);
    database_drop("dl_probe_quiet");
}

/* Rows move, so a snapshot is read, but it is the one that is there. */
static void test_what_moves_rows_only(void **state)
{
    static const char *const moving[] = {
        "VACUUM FULL shop.orders",
        "CLUSTER shop.orders USING orders_customer_idx",
        "REINDEX TABLE shop.orders",
        "REINDEX TABLE CONCURRENTLY shop.orders",
        "TRUNCATE shop.order_lines, shop.shipments",
        "REFRESH MATERIALIZED VIEW shop.sales_by_customer",
        "VACUUM FULL pg_catalog.pg_class",
        "COMMENT ON TABLE shop.orders IS 'twice'; COMMENT ON TABLE shop.orders IS 'One row an order'",
        "CREATE TABLE shop.never (id serial PRIMARY KEY); DROP TABLE shop.never",
        "ANALYZE shop.orders, pg_catalog.pg_class, pg_catalog.pg_attribute",
    };
    struct arena *arena = &fixture.directory.arena;
    const char *ref = database_make_rich(arena, "dl_probe_moving", "");
    struct watch *watch;
    struct hash root;

    (void)state;
    test_postgres_execute(ref, "COMMENT ON TABLE shop.orders IS 'One row an order'");
    database_wait_for_sessions(fixture.control, "dl_probe_moving");
    watch = database_watch(ref);
    root = database_root(ref);
    for (size_t i = 0; i < LENGTH_OF(moving); i++) {
        struct hash now;

        if (!run_script(ref, "dl_probe_moving", text_from(moving[i])))
            fail_msg("%s", moving[i]);
        database_look(watch, WATCH_EXACT);
        watch_keep(watch);
        assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_SAME);
        now = database_root(ref);
        if (!hash_equal(&now, &root))
            fail_msg("%s changed the root", moving[i]);
    }
    watch_close(watch);
    database_drop("dl_probe_moving");
}

/* ---- */

static int setup(void **state)
{
    (void)state;
    test_directory_make(&fixture.directory);
    fixture.server = test_directory_path(&fixture.directory, "server");
    database_cluster("start", fixture.server, NULL);
    database_use(fixture.server);
    fixture.control = database_connect(test_postgres_dsn(&fixture.directory.arena, "postgres"));
    fixture.bin = test_postgres_setting(&fixture.directory.arena, "PGBIN");
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
        cmocka_unit_test(test_every_case),
        cmocka_unit_test(test_statements_of_the_whole_server),
        cmocka_unit_test(test_what_is_no_change),
        cmocka_unit_test(test_what_moves_rows_only),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
