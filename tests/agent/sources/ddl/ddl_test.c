/* Files of SQL as a source: what every source must do, and what only this one does. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/sources/contract.h"
#include "support/postgres.h"

static struct test_directory directory;
static struct contract contract;

/* ---- fixtures ---- */

static void add_table(struct buffer *sql, unsigned number, const char *name, const char *column)
{
    (void)number;
    buffer_add_string(sql, "CREATE TABLE public.");
    contract_quote_sql(sql, name, '"');
    buffer_add_string(sql, " (");
    contract_quote_sql(sql, column, '"');
    buffer_add_string(sql, " int);\n");
}

static const char *make(struct contract *self, enum contract_fixture fixture)
{
    static const char *const names[] = {"small.sql", "thousand.sql", "odd.sql"};
    CLEANUP(buffer_clear) struct buffer sql = {0};

    (void)self;
    if (fixture == CONTRACT_SMALL)
        buffer_add_string(&sql, "CREATE TABLE public.a (id int PRIMARY KEY, b text DEFAULT 'x;y');\n");
    else
        contract_write_tables(&sql, fixture, add_table);
    return arena_printf(&directory.arena, "ddl:%s",
                        test_directory_write(&directory, names[fixture], buffer_text(&sql)));
}

/* ---- what only this one does ---- */

static void test_migrations_make_a_schema(void **state)
{
    const char *folder = test_directory_path(&directory, "migrations");
    struct snapshot *parts, *whole;

    (void)state;
    mkdir(folder, 0755);
    test_directory_write(&directory, "migrations/V2__b.sql",
                         TEXT("SET search_path = shop;\nALTER TABLE a ADD b text;"));
    test_directory_write(&directory, "migrations/V1__a.sql", TEXT("CREATE SCHEMA shop; CREATE TABLE shop.a (id int);"));
    test_directory_write(&directory, "migrations/V10__c.sql", TEXT("CREATE INDEX CONCURRENTLY c ON shop.a (b);"));
    test_directory_write(
        &directory, "whole.sql",
        TEXT("CREATE SCHEMA shop; CREATE TABLE shop.a (id int, b text); CREATE INDEX c ON shop.a (b);"));
    parts = contract_read(&contract, arena_printf(&directory.arena, "ddl:%s", folder));
    whole = contract_read(&contract,
                          arena_printf(&directory.arena, "ddl:%s", test_directory_path(&directory, "whole.sql")));
    assert_true(hash_equal(&parts->root, &whole->root));
    assert_int_equal(parts->info.origin.length, 0);
    assert_true(text_equal(parts->info.ref, text_from(arena_printf(&directory.arena, "ddl:%s", folder))));
    snapshot_free(parts);
    snapshot_free(whole);
    test_directory_write(&directory, "migrations/V11__d.sql", TEXT("\nALTER TABLE shop.a ADD b text;"));
    contract_fails(&contract, arena_printf(&directory.arena, "ddl:%s", folder), ERROR_QUERY,
                   "V11__d.sql:2:1: column \"b\" of relation \"a\" already exists (SQLSTATE 42701)");
}

/* What pg_dump writes is a schema, and the same one: of a database with an object of every kind, too. */
static void test_a_dump_is_the_database(void **state)
{
    const char *dsn = test_postgres_database(&directory.arena, "dl_ddl_dump");
    const char *file = test_directory_path(&directory, "dump.sql");
    const char *command = arena_printf(&directory.arena, "%s/pg_dump -s -d '%s' -f %s",
                                       test_postgres_setting(&directory.arena, "PGBIN"), dsn, file);
    struct source_settings settings;
    struct snapshot *database = NULL, *dump;
    struct error error = {0};

    (void)state;
    source_settings_init(&settings);
    test_postgres_execute(
        dsn, "CREATE SCHEMA shop; CREATE EXTENSION pg_trgm; CREATE TABLE shop.a (id serial PRIMARY KEY, b text);"
             "CREATE FUNCTION shop.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;"
             "COMMENT ON TABLE shop.a IS 'it''s; \\ -- x'; ALTER TABLE shop.a OWNER TO dl_password;"
             "CREATE VIEW shop.v AS SELECT b FROM shop.a; GRANT SELECT ON shop.v TO dl_password");
    assert_int_equal(system(command), 0);
    assert_int_equal(source_postgres.read(&database, dsn, &settings, &error), ERROR_NONE);
    dump = contract_read(&contract, arena_printf(&directory.arena, "ddl:%s", file));
    assert_true(hash_equal(&database->root, &dump->root));
    snapshot_free(database);
    snapshot_free(dump);
    test_postgres_drop("dl_ddl_dump");
}

/* The same on a server that is given. */
static void test_a_server_may_be_given(void **state)
{
    const char *ref = make(&contract, CONTRACT_SMALL);
    struct snapshot *here = contract_read(&contract, ref), *there = NULL;
    struct source_settings settings;
    struct error error = {0};

    (void)state;
    source_settings_init(&settings);
    settings.scratch = test_postgres_dsn(&directory.arena, "postgres");
    assert_int_equal(source_ddl.read(&there, ref, &settings, &error), ERROR_NONE);
    assert_true(hash_equal(&here->root, &there->root));
    snapshot_free(here);
    snapshot_free(there);
}

/* ---- looking ---- */

/* A look applies nothing: it would take a server. */
static void test_only_what_files_say_is_a_change(void **state)
{
    struct source_settings settings;
    struct watch *watch = NULL;
    struct error error = {0};
    const char *folder = test_directory_path(&directory, "watched");

    (void)state;
    source_settings_init(&settings);
    settings.scratch = "/nowhere";
    mkdir(folder, 0755);
    test_directory_write(&directory, "watched/1.sql", TEXT("SELECT 1;"));
    assert_int_equal(watch_open(&watch, arena_printf(&directory.arena, "ddl:%s", folder), &settings, &error),
                     ERROR_NONE);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_SAME);
    test_directory_write(&directory, "watched/1.sql", TEXT("SELECT 1;"));
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_SAME);
    test_directory_write(&directory, "watched/note.txt", TEXT("x"));
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_SAME);
    test_directory_write(&directory, "watched/1.sql", TEXT("SELECT 22;"));
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_MOVED);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    assert_int_equal(
        rename(test_directory_path(&directory, "watched/1.sql"), test_directory_path(&directory, "watched/2.sql")), 0);
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_MOVED);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_close(watch);
}

/* ---- setting up ---- */

static int setup(void **state)
{
    const char *refused;

    test_directory_make(&directory);
    chmod(directory.path, 01777);
    setenv("TMPDIR", directory.path, 1);
    refused = test_directory_write(&directory, "refused.sql", TEXT(""));
    chmod(refused, 0);
    contract = (struct contract){
        .source = &source_ddl,
        .directory = &directory,
        .schema = "public",
        .make = make,
        .missing = "ddl:/nowhere/missing.sql",
        .missing_code = ERROR_NOT_FOUND,
        .refused = arena_printf(&directory.arena, "ddl:%s", refused),
        .nameless = "ddl:",
    };
    *state = &contract;
    return 0;
}

int main(void)
{
    /* All but the failure of every allocation: each attempt would take a server. ddl_files_test has those of files. */
    const struct CMUnitTest tests[] = {
        CONTRACT_COMMON_TESTS,
        CONTRACT_NAMED_TESTS,
        cmocka_unit_test(test_migrations_make_a_schema),
        cmocka_unit_test(test_a_dump_is_the_database),
        cmocka_unit_test(test_a_server_may_be_given),
        cmocka_unit_test(test_only_what_files_say_is_a_change),
    };

    return cmocka_run_group_tests(tests, setup, contract_teardown);
}
