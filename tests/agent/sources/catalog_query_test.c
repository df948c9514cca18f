#include <limits.h>
#include <string.h>

#include "sources/catalog.h"
#include "support/cmocka.h"

static void test_the_header_says_what_the_rows_are(void **state)
{
    static const struct catalog_file file = {"all.sql", "-- What this is for, in words.\n"
                                                        "-- @kind index\n"
                                                        "--   @alias in the middle of a comment is none\n"
                                                        "-- @catalogue pg_class\n"
                                                        "-- @alias   pg_constraint  \n"
                                                        "-- @part_of pg_class2\n"
                                                        "-- @versions 120000..159999\n"
                                                        "--\n"
                                                        "-- @attach\n"
                                                        "-- @dictionary pg_type\n"
                                                        "SELECT 1\n"
                                                        "-- @kind nonsense below the header\n"};
    struct catalog_query query = {0};
    struct error error = {0};

    (void)state;
    if (catalog_query_parse(&query, &file, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_ptr_equal(query.file, &file);
    assert_int_equal(query.kind, KIND_INDEX);
    assert_true(text_equal(query.catalogue, TEXT("pg_class")));
    assert_true(text_equal(query.alias, TEXT("pg_constraint")));
    assert_true(text_equal(query.part_of, TEXT("pg_class2")));
    assert_true(text_equal(query.dictionary, TEXT("pg_type")));
    assert_true(query.attach);
    assert_int_equal(query.min_version, 120000);
    assert_int_equal(query.max_version, 159999);
}

static void test_what_is_not_said_is_open(void **state)
{
    static const struct catalog_file file = {"small.sql", "-- @kind table\nSELECT 1"};
    struct catalog_query query = {.attach = true};
    struct error error = {0};

    (void)state;
    assert_int_equal(catalog_query_parse(&query, &file, &error), ERROR_NONE);
    assert_true(query.catalogue.length == 0 && query.alias.length == 0 && query.part_of.length == 0);
    assert_true(query.dictionary.length == 0 && !query.attach);
    assert_int_equal(query.min_version, 0);
    assert_true(query.max_version == LONG_MAX);
}

static void test_a_header_must_make_sense(void **state)
{
    static const struct {
        const char *sql;
        bool valid;
    } cases[] = {
        {"-- @attach\nSELECT", true},
        {"-- @hidden\nSELECT", true},
        {"-- @dictionary x\nSELECT", true},
        {"-- @kind table", true},
        {"-- @kind table\n-- @versions 1..\nSELECT", true},
        {"-- @kind table\n-- @versions ..1\nSELECT", true},
        {"-- @kind table\n-- @versions ..\nSELECT", true},
        {"", false},
        {"SELECT", false},
        {"SELECT\n-- @kind table\n", false},
        {"-- @catalogue x\nSELECT", false},
        {"-- @kind tables\nSELECT", false},
        {"-- @kind\nSELECT", false},
        {"-- @kind table\n-- @catalogue\nSELECT", false},
        {"-- @kind table\n-- @dictionary  \nSELECT", false},
        {"-- @kind table\n-- @unknown x\nSELECT", false},
        {"-- @kind table\n-- @versions 15\nSELECT", false},
        {"-- @kind table\n-- @versions a..b\nSELECT", false},
        {"-- @kind table\n-- @versions 1..2 or so\nSELECT", false},
        {"-- @kind table\n-- @versions 1x..2\nSELECT", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct catalog_file file = {"odd.sql", cases[i].sql};
        struct catalog_query query = {.min_version = 42};
        struct error error = {0};
        enum error_code code = catalog_query_parse(&query, &file, &error);

        if (code != (cases[i].valid ? ERROR_NONE : ERROR_INTERNAL))
            fail_msg("%s", cases[i].sql);
        if (!cases[i].valid) {
            assert_int_equal(query.min_version, 42);
            assert_non_null(strstr(error.message, "odd.sql: the directive"));
        }
    }
}

static void test_lines_are_for_some_versions(void **state)
{
    static const struct catalog_file file = {"lines.sql", "-- @kind table\n"
                                                          "SELECT a\n"
                                                          "     , b   --[150000..]\n"
                                                          "     , c --[..149999]\n"
                                                          "     , d --[140000..159999]\n"
                                                          "  -- a comment between\n"
                                                          "     , e[1]\n"
                                                          "     , '--[..1]' --[..]\n"
                                                          "--[..140000]\n"
                                                          "FROM t"};
    static const struct {
        long version;
        const char *sql;
    } cases[] = {
        {139999, "SELECT a\n     , c \n     , e[1]\n     , '--[..1]' \n\nFROM t\n"},
        {140000, "SELECT a\n     , c \n     , d \n     , e[1]\n     , '--[..1]' \n\nFROM t\n"},
        {149999, "SELECT a\n     , c \n     , d \n     , e[1]\n     , '--[..1]' \nFROM t\n"},
        {150000, "SELECT a\n     , b   \n     , d \n     , e[1]\n     , '--[..1]' \nFROM t\n"},
        {159999, "SELECT a\n     , b   \n     , d \n     , e[1]\n     , '--[..1]' \nFROM t\n"},
        {160000, "SELECT a\n     , b   \n     , e[1]\n     , '--[..1]' \nFROM t\n"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer sql = {0};
        struct catalog_query query = {.file = &file};

        catalog_query_sql(&sql, &query, cases[i].version);
        assert_string_equal(buffer_text(&sql).bytes, cases[i].sql);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_header_says_what_the_rows_are),
        cmocka_unit_test(test_what_is_not_said_is_open),
        cmocka_unit_test(test_a_header_must_make_sense),
        cmocka_unit_test(test_lines_are_for_some_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
