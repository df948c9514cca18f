#include "sources/odbc/mysql_statement.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

/* Names are written as they were found: database.name, with () a routine, with :part a part. */
static void write_names(struct buffer *buffer, const struct mysql_statement *statement)
{
    for (size_t i = 0; i < statement->count; i++) {
        const struct mysql_name *name = &statement->names[i];

        buffer_add_string(buffer, i == 0 ? "" : " ");
        if (name->database.length > 0)
            buffer_printf(buffer, "%.*s.", TEXT_ARGS(name->database));
        buffer_add_text(buffer, name->name);
        buffer_add_string(buffer, name->thing == MYSQL_ROUTINE ? "()" : "");
        if (name->thing == MYSQL_PART)
            buffer_printf(buffer, ":%.*s", TEXT_ARGS(name->part));
    }
}

static const struct {
    const char *sql, *command, *names;
} statements[] = {
    {"ALTER TABLE orders ADD x int", "ALTER TABLE", "orders"},
    {"alter online ignore table `shop`.`or``ders` add x int", "ALTER TABLE", "shop.or`ders"},
    {"ALTER TABLE IF EXISTS orders DROP x", "ALTER TABLE", "orders"},
    {"/* who */ -- why\n# how\nCREATE TABLE IF NOT EXISTS a.b (table_of int)", "CREATE TABLE", "a.b"},
    {"CREATE TEMPORARY TABLE t (x int)", "", ""},
    {"CREATE OR REPLACE TABLE t (x int)", "CREATE TABLE", "t"},
    {"CREATE TABLE t LIKE u", "CREATE TABLE", "t"},
    {"DROP TABLE IF EXISTS a, b.c , `d`", "DROP TABLE", "a b.c d"},
    {"DROP TEMPORARY TABLE a", "", ""},
    {"RENAME TABLE a TO b, x.c TO x.d", "RENAME TABLE", "b x.d"},
    {"CREATE ALGORITHM=MERGE DEFINER=`a b`@`%` SQL SECURITY DEFINER VIEW v AS SELECT 1", "CREATE VIEW", "v"},
    {"create or replace definer = ana@localhost view shop.v as select 1", "CREATE VIEW", "shop.v"},
    {"/*!50001 CREATE VIEW `v` AS SELECT 1 */", "CREATE VIEW", "v"},
    {"/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`h`*/ /*!50003 TRIGGER t BEFORE INSERT ON o FOR EACH ROW SET x = 1 */",
     "CREATE TRIGGER", "o:t"},
    {"CREATE UNIQUE INDEX i USING BTREE ON shop.t (a, b)", "CREATE INDEX", "shop.t:i"},
    {"DROP INDEX i ON t", "DROP INDEX", "t:i"},
    {"DROP TRIGGER t", "DROP TRIGGER", ""},
    {"CREATE TRIGGER IF NOT EXISTS t AFTER UPDATE ON o FOR EACH ROW BEGIN END", "CREATE TRIGGER", "o:t"},
    {"CREATE DEFINER='ana'@'%' FUNCTION f(a int) RETURNS int RETURN 1", "CREATE FUNCTION", "f()"},
    {"DROP PROCEDURE IF EXISTS shop.p", "DROP PROCEDURE", "shop.p()"},
    {"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", "CREATE EVENT", "e"},
    {"CREATE SEQUENCE s START WITH 100", "CREATE SEQUENCE", "s"},
    {"GRANT SELECT, UPDATE (a, b) ON shop.t TO ana IDENTIFIED BY 'x'", "GRANT", "shop.t"},
    {"GRANT EXECUTE ON PROCEDURE shop.p TO ana", "GRANT", "shop.p()"},
    {"GRANT ALL ON *.* TO ana", "GRANT", ""},
    {"GRANT role TO ana", "GRANT", ""},
    {"REVOKE SELECT ON TABLE t FROM ana", "REVOKE", "t"},
    {"CREATE DATABASE x", "CREATE DATABASE", ""},
    {"CREATE USER ana IDENTIFIED BY 'secret'", "CREATE USER", ""},
    {"DROP TABLE \"x\"", "DROP TABLE", ""},
    {"SELECT 'ALTER TABLE x'", "", ""},
    {"INSERT INTO t VALUES ('CREATE TABLE x')", "", ""},
    {"", "", ""},
    {"CREATE", "", ""},
    {"CREATE TABLE", "CREATE TABLE", ""},
    {"ALTER TABLE `never closed", "ALTER TABLE", "never close"},
    {"ALTER TABLE ``", "ALTER TABLE", ""},
};

static void test_what_statements_are_about(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(statements); i++) {
        CLEANUP(buffer_clear) struct buffer names = {0};
        CLEANUP(arena_free) struct arena arena;
        struct mysql_statement statement;
        struct error error = {0};

        print_message("  %s\n", statements[i].sql);
        arena_init(&arena, 64 * 1024);
        assert_int_equal(mysql_statement_read(&statement, text_from(statements[i].sql), &arena, &error), ERROR_NONE);
        write_names(&names, &statement);
        assert_string_equal(names.bytes == NULL ? "" : names.bytes, statements[i].names);
        assert_true(text_equal(statement.command, text_from(statements[i].command)));
    }
}

static const struct {
    const char *sql, *plain;
} texts[] = {
    {"ALTER TABLE t ADD x varchar(10) DEFAULT 'it''s' COMMENT \"a\\\"b\"",
     "ALTER TABLE t ADD x varchar(10) DEFAULT '\xe2\x80\xa6' COMMENT '\xe2\x80\xa6'"},
    {"CREATE USER a IDENTIFIED BY 'secret'", "CREATE USER a IDENTIFIED BY '\xe2\x80\xa6'"},
    {"CREATE USER a IDENTIFIED BY 'sec\\'ret", "CREATE USER a IDENTIFIED BY '\xe2\x80\xa6'"},
    {"ALTER /* secret */ TABLE -- secret\n t", "ALTER TABLE t"},
    {"DROP TABLE `it's`, `b`  # secret", "DROP TABLE `it's`, `b`"},
    {"/*!50001 CREATE VIEW v AS SELECT 'x' */", "CREATE VIEW v AS SELECT '\xe2\x80\xa6'"},
    {"ALTER TABLE t /* never closed 'secret'", "ALTER TABLE t"},
    {"", ""},
};

static void test_literals_go(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        CLEANUP(buffer_clear) struct buffer plain = {0};

        print_message("  %s\n", texts[i].sql);
        buffer_add_string(&plain, "");
        mysql_statement_without_literals(&plain, text_from(texts[i].sql));
        assert_string_equal(plain.bytes == NULL ? "" : plain.bytes, texts[i].plain);
    }
}

static void test_the_database_that_is_used(void **state)
{
    static const struct {
        const char *sql, *database;
    } cases[] = {{"USE shop", "shop"}, {"use `a``b` ;", "a`b"}, {"USER", ""}, {"SELECT 1", ""}, {"USE", ""}};
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct text database;

    (void)state;
    arena_init(&arena, 1024);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_int_equal(mysql_statement_use(&database, text_from(cases[i].sql), &arena, &error), ERROR_NONE);
        assert_true(text_equal(database, text_from(cases[i].database)));
    }
}

static void test_no_more_names_than_there_is_room_for(void **state)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    CLEANUP(arena_free) struct arena arena;
    struct mysql_statement statement;
    struct error error = {0};

    (void)state;
    buffer_add_string(&sql, "DROP TABLE t");
    for (unsigned i = 0; i < 2 * MYSQL_STATEMENT_NAMES; i++)
        buffer_printf(&sql, ", `t%u`", i);
    arena_init(&arena, 64 * 1024);
    assert_int_equal(mysql_statement_read(&statement, buffer_text(&sql), &arena, &error), ERROR_NONE);
    assert_int_equal(statement.count, MYSQL_STATEMENT_NAMES);
}

static enum error_code try_to_read(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct mysql_statement statement;

    (void)context;
    arena_init(&arena, 64 * 1024);
    return mysql_statement_read(&statement, TEXT("DROP TABLE `a`, `b`.`c`"), &arena, error);
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    test_every_allocation(try_to_read, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_statements_are_about), cmocka_unit_test(test_literals_go),
        cmocka_unit_test(test_the_database_that_is_used), cmocka_unit_test(test_no_more_names_than_there_is_room_for),
        cmocka_unit_test(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
