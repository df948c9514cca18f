/* What is read from MariaDB depends on the schema alone: not on the database's name, not on who reads or under which
 * settings; and who may not see all of it says so. */
#include "integration/database.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "drift/diff.h"
#include "support/cmocka.h"
#include "support/mariadb.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024, FILE_LIMIT = 1024 * 1024, EVENT = 4 };

#define RICH "dl_read_rich"

static struct fixture {
    struct arena arena;
    const char *script;
    struct snapshot *snapshot; /* of the rich database */
} fixture;

static struct snapshot *read_as(const char *database, const char *account)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error;

    source_settings_init(&settings);
    settings.attempts = 20; /* other tests change schemas of the same server */
    if (source_mariadb.read(&snapshot, test_mariadb_ref(&fixture.arena, database, account), &settings, &error) !=
        ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

static void run_script(const char *database, const char *script)
{
    struct test_process process = test_mariadb_run(&fixture.arena, database, text_from(script));

    if (process.status != 0)
        fail_msg("%s", process.errors.bytes);
}

static void assert_reads_the_same(const char *database, const char *account, const char *what)
{
    CLEANUP(database_free) struct snapshot *again = read_as(database, account);

    database_assert_equal(fixture.snapshot, again, what);
}

/* ---- copies ---- */

/* The grants of the script, which no dump holds. */
static const char *grants_of_script(void)
{
    const char *grants = strstr(fixture.script, "GRANT SELECT, INSERT ON *");

    assert_non_null(grants);
    return arena_string(&fixture.arena, (struct text){grants, (size_t)(strstr(grants, "INSERT INTO") - grants)});
}

static void test_a_dump_restored_under_another_name(void **state)
{
    struct text dump = test_mariadb_dump(&fixture.arena, RICH);

    (void)state;
    test_mariadb_database(&fixture.arena, "dl_read_copy");
    run_script("dl_read_copy", dump.bytes);
    run_script("dl_read_copy", grants_of_script());
    assert_reads_the_same("dl_read_copy", NULL, "a restored dump");
    test_mariadb_drop("dl_read_copy");
}

/* The name is taken out of views only where it is a name. */
static void test_awkward_names_of_databases(void **state)
{
    static const char script[] = "CREATE TABLE a (id int); CREATE TABLE `main` (id int);"
                                 "CREATE VIEW v AS SELECT a.id, m.id AS b, 'x`.`y' AS c, '`a`.' AS `d``.e`"
                                 "  FROM a JOIN main m ON m.id = a.id;"
                                 "CREATE VIEW w AS SELECT id FROM v WHERE EXISTS (SELECT 1 FROM `main`);";
    static const char *const names[] = {"a", "main", "x", "y\\E.*", "dl.read-$", "Dl Read \"q\""};
    CLEANUP(database_free) struct snapshot *first = NULL;

    (void)state;
    test_mariadb_database(&fixture.arena, "dl_read_plain");
    run_script("dl_read_plain", script);
    first = read_as("dl_read_plain", NULL);
    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        CLEANUP(database_free) struct snapshot *other = NULL;
        CLEANUP(buffer_clear) struct buffer encoded = {0};

        for (const char *c = names[i]; *c != '\0'; c++)
            buffer_printf(&encoded, "%%%02x", (unsigned)(unsigned char)*c);
        test_mariadb_database(&fixture.arena, names[i]);
        run_script(names[i], script);
        other = read_as(arena_string(&fixture.arena, buffer_text(&encoded)), NULL);
        database_assert_equal(first, other, names[i]);
        test_mariadb_drop(names[i]);
    }
    test_mariadb_drop("dl_read_plain");
}

/* ---- settings ---- */

static void test_settings_of_the_server(void **state)
{
    static const char *const settings[][2] = {
        {"sql_mode", "'ANSI,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH'"},
        {"sql_mode", "'ORACLE'"},
        {"sql_quote_show_create", "0"},
        {"character_set_server", "latin1"},
        {"collation_connection", "latin1_bin"},
        {"character_set_client", "latin1"},
        {"time_zone", "'+05:30'"},
        {"lc_messages", "de_DE"},
        {"group_concat_max_len", "10"},
        {"old_mode", "''"},
        {"explicit_defaults_for_timestamp", "0"},
        {"default_storage_engine", "MyISAM"},
        {"optimizer_switch", "'derived_with_keys=off,materialization=off'"},
        {"join_cache_level", "8"},
        {"tmp_memory_table_size", "1024"},
        {"autocommit", "0"},
        {"tx_isolation", "'READ-UNCOMMITTED'"},
        {"sql_safe_updates", "1"},
        {"sql_select_limit", "3"},
        {"div_precision_increment", "0"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(settings); i++) {
        const char *old = test_mariadb_value(&fixture.arena, NULL,
                                             arena_printf(&fixture.arena, "SELECT QUOTE(@@GLOBAL.%s)", settings[i][0]));

        run_script(NULL, arena_printf(&fixture.arena, "SET GLOBAL %s = %s", settings[i][0], settings[i][1]));
        assert_reads_the_same(RICH, NULL, settings[i][0]);
        if (strspn(old + 1, "0123456789") == strlen(old) - 2 && strlen(old) > 2)
            old = arena_printf(&fixture.arena, "%.*s", (int)strlen(old) - 2, old + 1);
        run_script(NULL, arena_printf(&fixture.arena, "SET GLOBAL %s = %s", settings[i][0], old));
    }
}

/* ---- rights ---- */

/* As docs/reference/mariadb.md gives them. */
static void grant_reader(const char *account)
{
    run_script(NULL, arena_printf(&fixture.arena,
                                  "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON " RICH ".* TO %s;"
                                  "GRANT SELECT ON mysql.proc TO %s; GRANT SELECT ON mysql.db TO %s;"
                                  "GRANT SELECT ON mysql.tables_priv TO %s; GRANT SELECT ON mysql.columns_priv TO %s;"
                                  "GRANT SELECT ON mysql.procs_priv TO %s; GRANT SELECT ON mysql.roles_mapping TO %s;",
                                  account, account, account, account, account, account, account));
}

static void make_account(const char *account)
{
    run_script(NULL, arena_printf(&fixture.arena, "CREATE OR REPLACE USER %s IDENTIFIED BY '" TEST_MARIADB_PASSWORD "'",
                                  account));
}

/* The account's own grants on the database are part of what is read: both sides must have them. */
static void test_the_rights_that_are_documented(void **state)
{
    CLEANUP(database_free) struct snapshot *as_root = NULL;
    CLEANUP(database_free) struct snapshot *as_reader = NULL;

    (void)state;
    make_account("dl_watch");
    grant_reader("dl_watch");
    as_root = read_as(RICH, NULL);
    as_reader = read_as(RICH, "dl_watch");
    assert_int_equal(as_root->gap_count, 0);
    database_assert_equal(as_root, as_reader, "as an account with the documented rights");
    run_script(NULL, "DROP USER dl_watch; DELETE FROM mysql.db WHERE User = 'dl_watch'; FLUSH PRIVILEGES");
}

/* The gaps of a snapshot in one line: "kind object: reason". */
static const char *describe_gaps(const struct snapshot *snapshot)
{
    struct buffer line = {0};
    const char *copy;

    for (uint32_t i = 0; i < snapshot->gap_count; i++)
        buffer_printf(&line, "%s%s%s%.*s: %.*s", i == 0 ? "" : "; ", kind_name(snapshot->gaps[i].kind),
                      snapshot->gaps[i].object.length == 0 ? "" : " ", TEXT_ARGS(snapshot->gaps[i].object),
                      TEXT_ARGS(snapshot->gaps[i].reason));
    copy = arena_string(&fixture.arena, buffer_text(&line));
    buffer_clear(&line);
    assert_non_null(copy);
    return copy;
}

/* What one account does not see, however much else it sees, is a gap and never a change. */
static void check_account(const char *grants, const char *expected)
{
    CLEANUP(database_free) struct snapshot *as_root = NULL;
    CLEANUP(database_free) struct snapshot *as_other = NULL;
    struct diff_options options;
    struct error error;
    struct diff diff;

    make_account("dl_less");
    run_script(NULL, grants);
    as_root = read_as(RICH, NULL);
    as_other = read_as(RICH, "dl_less");
    if (strcmp(describe_gaps(as_other), expected) != 0)
        fail_msg("%s\n  expected: %s\n  found:    %s", grants, expected, describe_gaps(as_other));
    diff_options_init(&options);
    assert_int_equal(diff_snapshots(&diff, as_root, as_other, &options, &fixture.arena, &error), ERROR_NONE);
    for (uint32_t i = 0; i < diff.change_count; i++)
        print_message("%s %s %.*s\n", effect_name(diff.changes[i].effect), kind_name(diff.changes[i].kind),
                      TEXT_ARGS(diff.changes[i].object));
    assert_int_equal(diff.change_count, 0);
    assert_int_equal(diff.verdict, VERDICT_UNKNOWN);
    run_script(NULL, "DROP USER dl_less");
}

#define DENIED_CODE "function: permission denied; procedure: permission denied; aggregate: permission denied"
#define DENIED_ACCESS "system_privilege: permission denied"
#define DENIED_ROLES "role: permission denied"
#define VIEWS                                                                                                          \
    "view main.\"odd \"\"view\"\"\": needs SHOW VIEW; view main.busy: needs SHOW VIEW; "                               \
    "view main.good_customers: needs SHOW VIEW; view main.order_totals: needs SHOW VIEW"

static void test_fewer_rights(void **state)
{
    (void)state;
    check_account("GRANT SELECT ON " RICH ".* TO dl_less",
                  VIEWS "; " DENIED_CODE "; " DENIED_ACCESS "; event: needs EVENT on the whole database; " DENIED_ROLES
                        "; foreign_key: needs SHOW VIEW on the whole database; "
                        "trigger: needs TRIGGER on the whole database");
    check_account("GRANT SELECT, SHOW VIEW ON " RICH ".* TO dl_less",
                  DENIED_CODE "; " DENIED_ACCESS "; event: needs EVENT on the whole database; " DENIED_ROLES
                              "; trigger: needs TRIGGER on the whole database");
    check_account("GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON " RICH
                  ".* TO dl_less; GRANT SELECT ON mysql.proc TO dl_less",
                  DENIED_ACCESS "; " DENIED_ROLES);
    check_account("GRANT SELECT ON *.* TO dl_less", VIEWS
                  "; event: needs EVENT on the whole database; foreign_key: needs SHOW VIEW on the whole database; "
                  "trigger: needs TRIGGER on the whole database");
    check_account("GRANT SELECT ON " RICH ".customers TO dl_less",
                  "table: needs SELECT on the whole database; view: needs SELECT on the whole database; "
                  "sequence: needs SELECT on the whole database; " DENIED_CODE "; " DENIED_ACCESS
                  "; event: needs EVENT on the whole database; " DENIED_ROLES
                  "; foreign_key: needs SHOW VIEW on the whole database; trigger: needs TRIGGER on the whole database");
}

/* ---- what moves ---- */

static void test_what_the_probe_notices(void **state)
{
    static const char *const statements[] = {
        "ALTER TABLE a ADD COLUMN c int",
        "CALL make_table()",
        "EXECUTE IMMEDIATE 'CREATE TABLE c (id int)'",
        "PREPARE s FROM 'DROP TABLE c'; EXECUTE s",
        "CREATE EVENT e ON SCHEDULE AT current_timestamp DO CREATE TABLE d (id int)",
        "CREATE TABLE f SELECT 1 AS x",
        "RENAME TABLE f TO g",
        "CREATE VIEW v AS SELECT 1 AS x",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.id = 1",
        "CREATE INDEX i ON a (id)",
        "CREATE FUNCTION x() RETURNS int RETURN 1",
        "ALTER FUNCTION x COMMENT 'y'",
        "DROP FUNCTION x",
        "CREATE SEQUENCE s",
        "ALTER SEQUENCE s INCREMENT BY 2",
        "GRANT SELECT ON dl_read_probe.* TO dl_app@'%'",
        "REVOKE SELECT ON dl_read_probe.* FROM dl_app@'%'",
        "ALTER DATABASE CHARACTER SET latin1",
    };
    const char *ref = test_mariadb_database(&fixture.arena, "dl_read_probe");
    struct watch *watch;

    (void)state;
    run_script("dl_read_probe", "CREATE TABLE a (id int); CREATE PROCEDURE make_table() CREATE TABLE b (id int)");
    watch = database_watch(ref);
    for (size_t i = 0; i < LENGTH_OF(statements); i++) {
        run_script("dl_read_probe", statements[i]);
        if (database_look(watch, WATCH_CHEAP) != WATCH_MOVED)
            fail_msg("'%s' is not noticed", statements[i]);
        if (i == EVENT)
            continue; /* it runs when the server gets to it */
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
    }
    watch_close(watch);
    test_mariadb_drop("dl_read_probe");
}

/* ---- */

static int start(void **state)
{
    struct text script;
    struct error error;

    (void)state;
    arena_init(&fixture.arena, ARENA_LIMIT);
    assert_int_equal(
        file_read(arena_printf(&fixture.arena, "%s/tests/oracle/mariadb_rich.sql", getenv("DRIFTLINE_SOURCE_DIR")),
                  FILE_LIMIT, &fixture.arena, &script, &error),
        ERROR_NONE);
    fixture.script = script.bytes;
    test_mariadb_database(&fixture.arena, RICH);
    run_script(RICH, fixture.script);
    fixture.snapshot = read_as(RICH, NULL);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    test_mariadb_drop(RICH);
    snapshot_free(fixture.snapshot);
    arena_free(&fixture.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_dump_restored_under_another_name),
        cmocka_unit_test(test_awkward_names_of_databases),
        cmocka_unit_test(test_settings_of_the_server),
        cmocka_unit_test(test_the_rights_that_are_documented),
        cmocka_unit_test(test_fewer_rights),
        cmocka_unit_test(test_what_the_probe_notices),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
