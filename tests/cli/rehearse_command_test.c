/* The command `rehearse` against real servers: what it foretells is what comes. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/run.h"
#include "integration/database.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"

static struct test_directory directory;

static const char schema[] =
    "CREATE SCHEMA shop AUTHORIZATION dl_password; SET ROLE dl_password;"
    "CREATE TYPE shop.state AS ENUM ('new', 'paid');"
    "CREATE TABLE shop.customers (id serial PRIMARY KEY, name text NOT NULL, \"odd \"\"Name\" text);"
    "CREATE TABLE shop.orders (id serial PRIMARY KEY, customer int REFERENCES shop.customers, total numeric(10,2),"
    " state shop.state DEFAULT 'new', CHECK (total > 0));"
    "CREATE VIEW shop.totals AS SELECT customer, sum(total) FROM shop.orders GROUP BY 1;"
    "CREATE FUNCTION shop.f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;"
    "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shop.orders USING (total > 1);"
    "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;"
    "COMMENT ON TABLE shop.orders IS 'it''s; $$ -- \\ x'; GRANT SELECT ON shop.orders TO PUBLIC";

static const char migration[] = "-- orders have amounts\n"
                                "ALTER TABLE shop.orders RENAME COLUMN total TO amount;\n"
                                "ALTER TYPE shop.state ADD VALUE 'sent';\n"
                                "CREATE INDEX CONCURRENTLY ON shop.customers (name);\n"
                                "BEGIN;\n"
                                "CREATE TABLE shop.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                                "\"order\" int REFERENCES shop.orders, body text);\n"
                                "INSERT INTO shop.notes (body) VALUES ('a;b');\n"
                                "COMMIT;\n"
                                "DO $$ BEGIN EXECUTE 'ALTER TABLE shop.notes ADD extra text'; END $$;\n";

/* ---- running it ---- */

/* On the server of the tests, which takes less time than to make one; `privately` without. */
static struct test_process rehearse(bool privately, const char *const *arguments)
{
    const char *all[24] = {"rehearse"};
    size_t count = 1;

    for (; *arguments != NULL; arguments++)
        all[count++] = *arguments;
    if (!privately) {
        all[count++] = "--scratch";
        all[count++] = test_postgres_dsn(&directory.arena, "postgres");
    }
    return run_driftline(all, &directory.arena);
}

#define REHEARSE(...) rehearse(false, (const char *const[]){__VA_ARGS__, NULL})
#define PRIVATELY(...) rehearse(true, (const char *const[]){__VA_ARGS__, NULL})

static void check_status(const struct test_process *process, int status)
{
    if (process->status != status)
        fail_msg("status %d, not %d:\n%s%s", process->status, status, process->output.bytes, process->errors.bytes);
}

static void check_says(const struct test_process *process, const char *words)
{
    if (strstr(process->output.bytes, words) == NULL && strstr(process->errors.bytes, words) == NULL)
        fail_msg("'%s' is not in:\n%s%s", words, process->output.bytes, process->errors.bytes);
}

static const char *write_file(const char *name, const char *content)
{
    return test_directory_write(&directory, name, text_from(content));
}

static const char *make_shop(const char *name)
{
    const char *dsn = test_postgres_database(&directory.arena, name);

    test_postgres_execute(dsn, schema);
    return dsn;
}

/* ---- what it foretells ---- */

/* The proof: rehearsed, then done, then read. */
static void test_the_root_comes_true(void **state)
{
    const char *dsn = make_shop("dl_rehearse_root"), *file = write_file("root.sql", migration);
    struct test_process rehearsed, hash;
    const char *root;
    json_t *report;

    (void)state;
    rehearsed = PRIVATELY(file, "--on", dsn, "--format", "json", "--fail-on", "none");
    check_status(&rehearsed, 0);
    report = json_loadb(rehearsed.output.bytes, rehearsed.output.length, 0, NULL);
    assert_non_null(report);
    assert_true(json_is_true(json_object_get(json_object_get(report, "rehearsal"), "certain")));
    assert_string_equal(json_string_value(json_object_get(json_object_get(report, "rehearsal"), "role")),
                        "dl_password");
    root = json_string_value(json_object_get(json_object_get(report, "rehearsal"), "root"));
    test_postgres_execute(dsn, "SET ROLE dl_password; ALTER TABLE shop.orders RENAME COLUMN total TO amount;");
    test_postgres_execute(dsn, "ALTER TYPE shop.state ADD VALUE 'sent'");
    test_postgres_execute(dsn, "CREATE INDEX CONCURRENTLY ON shop.customers (name)");
    test_postgres_execute(
        dsn, "SET ROLE dl_password; CREATE TABLE shop.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
             " \"order\" int REFERENCES shop.orders, body text); ALTER TABLE shop.notes ADD extra text");
    hash = run_driftline((const char *const[]){"hash", dsn, NULL}, &directory.arena);
    check_status(&hash, 0);
    assert_memory_equal(hash.output.bytes, root, 64);
    json_decref(report);
    test_postgres_drop("dl_rehearse_root");
}

/* The same of a schema with an object of every kind. */
static void test_the_root_of_every_kind_comes_true(void **state)
{
    static const char sql[] = "CREATE TABLE public.rehearsed (id int PRIMARY KEY)";
    const char *dsn = database_make_rich(&directory.arena, "dl_rehearse_rich", "");
    struct test_process rehearsed = PRIVATELY(write_file("rich.sql", sql), "--on", dsn, "--as", "postgres"), hash;

    (void)state;
    check_status(&rehearsed, 0);
    test_postgres_execute(dsn, sql);
    hash = run_driftline((const char *const[]){"hash", dsn, NULL}, &directory.arena);
    check_says(&rehearsed, arena_string(&directory.arena, (struct text){hash.output.bytes, 64}));
    database_drop("dl_rehearse_rich");
}

static void test_changes_are_exact(void **state)
{
    const char *dsn = make_shop("dl_rehearse_exact"), *file = write_file("exact.sql", migration);
    struct test_process process;

    (void)state;
    process = REHEARSE(file, "--on", dsn, "--fail-on", "none");
    check_status(&process, 0);
    check_says(&process, "shop.orders.amount, was shop.orders.total");
    check_says(&process, "ACCESS EXCLUSIVE shop.orders");
    check_says(&process, "SHARE ROW EXCLUSIVE shop.orders");
    check_says(&process, "exact.sql:4");
    check_says(&process, "is what will be there if nothing else happens");
    process = REHEARSE(file, "--on", dsn); /* a renamed column breaks whoever reads it */
    check_status(&process, 1);
    process = REHEARSE(file, "--on", dsn, "--ignore", "*:shop.*");
    check_status(&process, 0);
    assert_string_equal(test_postgres_value(&directory.arena, dsn, "SELECT to_regclass('shop.notes')::text"), "");
    test_postgres_drop("dl_rehearse_exact");
}

static void test_what_fails_is_said(void **state)
{
    const char *dsn = make_shop("dl_rehearse_fails");
    const char *file = write_file(
        "fails.sql",
        "ALTER TABLE shop.customers ADD a int;\n\nALTER TABLE shop.customers\n  ADD CHECK (nam <> '');\nSELECT 1;\n");
    struct test_process process;

    (void)state;
    process = REHEARSE(file, "--on", dsn, "--fail-on", "none");
    check_status(&process, 1);
    check_says(&process, "fails.sql:3:1: column \"nam\" does not exist (SQLSTATE 42703)");
    check_says(&process, "shop.customers.a"); /* which would be there then */
    check_says(&process, "there is no root to expect");
    process = REHEARSE(file, "--on", dsn, "--fail-on", "none", "--in-transaction");
    check_status(&process, 1);
    check_says(&process, "no changes");
    process = REHEARSE(write_file("psql.sql", "\\connect other\n"), "--on", dsn);
    check_status(&process, 1);
    check_says(&process, "psql.sql:1: '\\connect' is a command to psql");
    process = REHEARSE(write_file("concurrently.sql", "CREATE INDEX CONCURRENTLY ON shop.orders (id);"), "--on", dsn,
                       "--in-transaction");
    check_status(&process, 1);
    check_says(&process, "cannot run inside a transaction block");
    test_postgres_drop("dl_rehearse_fails");
}

static const char contract[] = "name: billing\nowner: team\nconsumers: [billing]\ndatabase: shop\nrequires:\n"
                               "  - table: shop.orders\n    columns:\n      - {name: total}\n      - {name: nothing}\n";

static void test_contracts_are_held(void **state)
{
    const char *dsn = make_shop("dl_rehearse_contract"), *file = write_file("contract.sql", migration);
    const char *harmless = write_file("harmless.sql", "ALTER TABLE shop.orders ADD x int");
    const char *contracts = test_directory_path(&directory, "contracts");
    struct test_process process;

    (void)state;
    mkdir(contracts, 0755);
    write_file("contracts/billing.yaml", contract);
    process = REHEARSE(file, "--on", dsn, "--fail-on", "none", "--contracts", contracts);
    check_status(&process, 1);
    check_says(&process, "broken  billing: table shop.orders has no column total");
    check_says(&process, "broken before  billing: table shop.orders has no column nothing");
    check_says(&process, "billing.yaml:8");
    process = REHEARSE(harmless, "--on", dsn, "--fail-on", "none", "--contracts", contracts);
    check_status(&process, 0);
    check_says(&process, "contracts: 1 checked");
    process = REHEARSE(file, "--on", dsn, "--contracts", "/nowhere.yaml");
    check_status(&process, 2);
    test_postgres_drop("dl_rehearse_contract");
}

/* What cannot be rebuilt leaves the root open, and what fails then proves nothing. */
static void test_a_copy_may_not_be_exact(void **state)
{
    static const char gaps[] = "engine: postgresql\nversion: \"15.4\"\nsteps:\n"
                               "  - schema: [{kind: schema, path: [shop], attributes: ['owner = app']}]\n"
                               "    gaps: [{kind: user_mapping, reason: permission denied}]\n";
    static const char extension[] =
        "engine: postgresql\nversion: \"15.4\"\nsteps:\n"
        "  - schema: [{kind: extension, path: [nowhere], attributes: ['version = 1.0', 'schema = public']}]\n";
    const char *dummy = arena_printf(&directory.arena, "dummy:%s", write_file("gaps.yaml", gaps));
    struct test_process process;

    (void)state;
    process = PRIVATELY(write_file("one.sql", "CREATE TABLE shop.a (id int);"), "--on", dummy, "--fail-on", "none");
    check_status(&process, 3);
    check_says(&process, "the copy is not the original:");
    check_says(&process, "permission denied");
    check_says(&process, "the root is not known for sure");
    process = PRIVATELY(write_file("none.sql", "nonsense"), "--on", dummy, "--fail-on", "none");
    check_status(&process, 3);
    dummy = arena_printf(&directory.arena, "dummy:%s", write_file("extension.yaml", extension));
    process = PRIVATELY(write_file("one.sql", "SELECT 1"), "--on", dummy);
    check_status(&process, 3);
    check_says(&process, "the scratch server (PostgreSQL");
    check_says(&process, "extension \"nowhere\" is not available");
}

static void test_an_extension_may_be_missing(void **state)
{
    const char *dsn = make_shop("dl_rehearse_extension");
    struct test_process process = REHEARSE(write_file("extension.sql", "CREATE EXTENSION nowhere"), "--on", dsn);

    (void)state;
    check_status(&process, 3);
    check_says(&process, "extension \"nowhere\" is not available");
    test_postgres_drop("dl_rehearse_extension");
}

/* ---- how and where ---- */

static void test_a_role_does_it(void **state)
{
    const char *dsn = make_shop("dl_rehearse_role"), *file = write_file("role.sql", "CREATE TABLE shop.mine (id int)");
    struct test_process process, hash;

    (void)state;
    process = REHEARSE(file, "--on", dsn, "--as", "postgres", "--fail-on", "none");
    check_status(&process, 0);
    check_says(&process, ", as postgres, on PostgreSQL");
    test_postgres_execute(dsn, "CREATE TABLE shop.mine (id int)");
    hash = run_driftline((const char *const[]){"hash", dsn, NULL}, &directory.arena);
    check_says(&process, arena_string(&directory.arena, (struct text){hash.output.bytes, 64}));
    test_postgres_drop("dl_rehearse_role");
}

static const char *list_scratch(void)
{
    return test_postgres_value(&directory.arena, test_postgres_dsn(&directory.arena, "postgres"),
                               "SELECT count(*) FROM pg_database WHERE datname LIKE 'driftline_scratch_2%'");
}

static void test_a_server_may_be_given(void **state)
{
    const char *dsn = make_shop("dl_rehearse_server"), *file = write_file("server.sql", migration);
    struct test_process here, there;

    (void)state;
    here = PRIVATELY(file, "--on", dsn, "--fail-on", "none");
    there = REHEARSE(file, "--on", dsn, "--fail-on", "none");
    check_status(&there, 0);
    check_says(&there, strstr(here.output.bytes, "\nroot  "));
    assert_string_equal(list_scratch(), "0");
    there = PRIVATELY(
        file, "--on", dsn, "--scratch",
        test_postgres_tcp_dsn(&directory.arena, "postgres", TEST_POSTGRES_PASSWORD_USER, TEST_POSTGRES_PASSWORD));
    check_status(&there, 4);
    check_says(&there, "permission denied to create database");
    assert_null(strstr(there.errors.bytes, TEST_POSTGRES_PASSWORD));
    test_postgres_drop("dl_rehearse_server");
}

/* Ctrl-C: a database on somebody's server does not stay. */
static void test_an_interruption_leaves_nothing(void **state)
{
    const char *dsn = make_shop("dl_rehearse_stop"), *file = write_file("sleep.sql", "SELECT pg_sleep(600)");
    const char *server = test_postgres_dsn(&directory.arena, "postgres");
    const struct timespec moment = {0, 50 * 1000000L};
    int errors[2];
    pid_t child;

    (void)state;
    assert_int_equal(pipe(errors), 0);
    child = run_start(
        (const char *const[]){"rehearse", file, "--on", dsn, "--scratch", server, "--statement-timeout", "500s", NULL},
        errors[1], errors[1], &directory.arena);
    while (strcmp(test_postgres_value(&directory.arena, server,
                                      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%'"
                                      " AND datname LIKE 'driftline_scratch_2%'"),
                  "1") != 0)
        nanosleep(&moment, NULL);
    kill(child, SIGINT);
    assert_int_equal(run_wait(child), 3);
    assert_string_equal(list_scratch(), "0");
    close(errors[0]);
    close(errors[1]);
    test_postgres_drop("dl_rehearse_stop");
}

/* ---- reports ---- */

/* Every format has what only a rehearsal knows, and is well-formed whatever names there are. */
static void test_reports_are_well_formed(void **state)
{
    const char *dsn = make_shop("dl_rehearse_report");
    const char *file =
        write_file("odd <&> 100%.sql",
                   "ALTER TABLE shop.orders DROP total CASCADE;\nALTER TABLE shop.customers DROP \"odd \"\"Name\";\n"
                   "SELECT '</x>' || '```' || e'\\x01' /* ::error::x */\n;\nSELECT \"</nope>\";");
    const char *contracts = write_file("billing.yaml", contract);
    struct test_process process;
    json_t *document, *results;

    (void)state;
    process = REHEARSE(file, "--on", dsn, "--contracts", contracts, "--format", "sarif");
    check_status(&process, 1);
    document = json_loadb(process.output.bytes, process.output.length, 0, NULL);
    assert_non_null(document);
    results = json_object_get(json_array_get(json_object_get(document, "runs"), 0), "results");
    assert_true(json_array_size(results) >= 4);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(results, json_array_size(results) - 3), "ruleId")),
        "migration-fails");
    json_decref(document);
    process = REHEARSE(file, "--on", dsn, "--contracts", contracts, "--format", "junit");
    check_says(&process, "<failure type=\"migration\" message=\"");
    check_says(&process, "&lt;/nope&gt;");
    assert_null(strstr(process.output.bytes, "</nope>"));
    process = REHEARSE(file, "--on", dsn, "--contracts", contracts, "--format", "github");
    check_says(&process, "100%25.sql,line=5,title=the migration fails::");
    assert_null(strstr(process.output.bytes, "\n::error::x"));
    process = REHEARSE(file, "--on", dsn, "--contracts", contracts, "--format", "markdown");
    check_says(&process, "**contract broken**");
    assert_null(strstr(process.output.bytes, "</nope>"));
    assert_null(strstr(process.output.bytes, "```"));
    test_postgres_drop("dl_rehearse_report");
}

static void test_wrong_usage(void **state)
{
    const char *file = write_file("usage.sql", "SELECT 1");
    const char *dummy = arena_printf(&directory.arena, "dummy:%s", write_file("other.yaml", "steps: [{}]"));
    struct test_process process;

    (void)state;
    process = REHEARSE(file);
    check_status(&process, 2);
    check_says(&process, "needs '--on'");
    process = REHEARSE("/nowhere.sql", "--on", dummy);
    check_status(&process, 3);
    check_says(&process, "/nowhere.sql");
    process = REHEARSE(file, "--on", dummy);
    check_status(&process, 3);
    check_says(&process, "only PostgreSQL schemas can be rebuilt");
}

/* ---- setting up ---- */

static int setup(void **state)
{
    (void)state;
    test_directory_make(&directory);
    chmod(directory.path, 01777);
    setenv("TMPDIR", directory.path, 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_directory_remove(&directory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_root_comes_true),         cmocka_unit_test(test_the_root_of_every_kind_comes_true),
        cmocka_unit_test(test_changes_are_exact),           cmocka_unit_test(test_what_fails_is_said),
        cmocka_unit_test(test_contracts_are_held),          cmocka_unit_test(test_a_copy_may_not_be_exact),
        cmocka_unit_test(test_an_extension_may_be_missing), cmocka_unit_test(test_a_role_does_it),
        cmocka_unit_test(test_a_server_may_be_given),       cmocka_unit_test(test_an_interruption_leaves_nothing),
        cmocka_unit_test(test_reports_are_well_formed),     cmocka_unit_test(test_wrong_usage),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
