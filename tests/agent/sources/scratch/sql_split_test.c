#include "sources/scratch/sql_split.h"

#include "base/buffer.h"
#include "base/compiler.h"
#include "support/cmocka.h"

/* `|` in what is expected stands between statements, each without what surrounds it. */
static const struct {
    const char *name, *sql, *expected;
} cases[] = {
    {"nothing", "", ""},
    {"nothing but space and comments", " \n-- a;\n/* b; /* c; */ */\t", ""},
    {"one", "SELECT 1", "SELECT 1"},
    {"two", "SELECT 1; SELECT 2;", "SELECT 1|SELECT 2"},
    {"empty ones", ";; ;SELECT 1;;", "SELECT 1"},
    {"a byte order mark", "\xef\xbb\xbfSELECT 1", "SELECT 1"},
    {"quotes", "SELECT ';', 'it''s;', \"a;\"\"b;\"; x", "SELECT ';', 'it''s;', \"a;\"\"b;\"|x"},
    {"a backslash ends no quote", "SELECT '\\'; x", "SELECT '\\'|x"},
    {"but of E''", "SELECT E'\\';', e'\\\\'; x", "SELECT E'\\';', e'\\\\'|x"},
    {"a name that ends in e", "SELECT name'\\'; x", "SELECT name'\\'|x"},
    {"dollar quotes", "DO $$ a; $b$ c; $$; DO $b$ $$; $b$; x", "DO $$ a; $b$ c; $$|DO $b$ $$; $b$|x"},
    {"a dollar within a name", "SELECT a$b$; c$b$; x", "SELECT a$b$|c$b$|x"},
    {"a number of a parameter", "SELECT $1; x; SELECT 1$a$; y", "SELECT $1|x|SELECT 1$a$|y"},
    {"a dollar quote that nobody closes", "DO $a$ b; c", "DO $a$ b; c"},
    {"a quote that nobody closes", "SELECT 'b; c", "SELECT 'b; c"},
    {"a comment that nobody closes", "SELECT 1 /* ; */ ; /* ; ", "SELECT 1 /* ; */"},
    {"parentheses", "CREATE RULE a AS ON DELETE TO b DO (c; d); x", "CREATE RULE a AS ON DELETE TO b DO (c; d)|x"},
    {"comments within", "SELECT /* ; */ 1 -- ;\n + 1; x", "SELECT /* ; */ 1 -- ;\n + 1|x"},
    {"a body of statements",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; x",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END|x"},
    {"the same of a procedure", "create or replace procedure f() begin atomic a; end; x",
     "create or replace procedure f() begin atomic a; end|x"},
    {"BEGIN of a transaction", "BEGIN; CREATE TABLE a (b int); END; x", "BEGIN|CREATE TABLE a (b int)|END|x"},
    {"a table called function", "CREATE TABLE function (a int); BEGIN; x", "CREATE TABLE function (a int)|BEGIN|x"},
    {"commands to psql", "\\restrict a;b\nSELECT 1;\n\\unrestrict a", "\\restrict a;b|SELECT 1|\\unrestrict a"},
    {"a command to psql within", "SELECT 1 \\gset\nSELECT 2;", "SELECT 1|\\gset|SELECT 2"},
    {"letters beyond ASCII", "SELECT größe$ä$; ä", "SELECT größe$ä$|ä"},
};

static void test_statements_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer found = {0};
        struct sql_split split;
        struct sql_piece piece;

        print_message("  %s\n", cases[i].name);
        sql_split_init(&split, text_from(cases[i].sql), 1);
        while (sql_split_next(&split, &piece)) {
            buffer_add_string(&found, found.length > 0 ? "|" : "");
            buffer_add_text(&found, piece.text);
            assert_int_equal(piece.kind, piece.text.bytes[0] == '\\' ? SQL_PIECE_META : SQL_PIECE_STATEMENT);
        }
        assert_string_equal(buffer_text(&found).bytes, cases[i].expected);
    }
}

static void test_places_are_counted(void **state)
{
    static const char sql[] = "\n  SELECT 1;\nÄ(\n); /* a\nb */ x;\r\ny";
    static const unsigned places[][2] = {{11, 3}, {12, 1}, {14, 6}, {15, 1}};
    struct sql_split split;
    struct sql_piece piece;

    (void)state;
    sql_split_init(&split, text_from(sql), 10);
    for (size_t i = 0; i < LENGTH_OF(places); i++) {
        assert_true(sql_split_next(&split, &piece));
        assert_int_equal(piece.line, places[i][0]);
        assert_int_equal(piece.column, places[i][1]);
    }
    assert_false(sql_split_next(&split, &piece));
}

static const struct {
    const char *sql, *data, *rest;
} copies[] = {
    {"COPY a FROM stdin;\n1\t;\n\\N\n\\.\nSELECT 1;", "1\t;\n\\N\n", "SELECT 1"},
    {"COPY a FROM stdin;\r\n1\r\n\\.\r\nSELECT 1;", "1\r\n", "SELECT 1"},
    {"COPY a FROM stdin; -- here\n\\.\nSELECT 1", "", "SELECT 1"},
    {"COPY a FROM stdin;\n1\n", "1\n", ""},
    {"COPY a FROM stdin", "", ""},
};

static void test_data_of_copy_is_no_statement(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(copies); i++) {
        struct sql_piece piece = {.text = {"", 0}};
        struct sql_split split;
        struct text data;

        sql_split_init(&split, text_from(copies[i].sql), 1);
        assert_true(sql_split_next(&split, &piece));
        data = sql_split_data(&split);
        assert_true(text_equal(data, text_from(copies[i].data)));
        piece.text.length = 0;
        assert_int_equal(sql_split_next(&split, &piece), copies[i].rest[0] != '\0');
        assert_true(text_equal(piece.text, text_from(copies[i].rest)));
    }
}

static void test_first_words(void **state)
{
    struct text words[4];

    (void)state;
    sql_words(TEXT("/* a */ Create -- b\n\tsubscription\"c \"\"d\" e"), words, 4);
    assert_true(sql_word_is(words[0], "create"));
    assert_true(sql_word_is(words[1], "subscription"));
    assert_true(text_equal(words[2], TEXT("\"c \"\"d\"")));
    assert_true(sql_word_is(words[3], "e"));
    sql_words(TEXT("END"), words, 3);
    assert_true(sql_word_is(words[0], "end"));
    assert_false(sql_word_is(words[0], "en"));
    assert_int_equal(words[1].length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statements_are_told_apart),
        cmocka_unit_test(test_places_are_counted),
        cmocka_unit_test(test_data_of_copy_is_no_statement),
        cmocka_unit_test(test_first_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
