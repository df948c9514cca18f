/* Where statements begin and end, which comments belong to them, and what is no SQL. */
#include "lint/script.h"

#include "base/buffer.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 256 * 1024 * 1024 };

/* Read a text; what the script is made of, with `|` between the statements. */
static const char *split(const char *sql, struct lint_script *ret_script, struct arena *arena)
{
    struct error error = {0};
    const char *list = "";

    if (lint_script_read(ret_script, TEXT("x.sql"), text_from(sql), arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < ret_script->statement_count; i++) {
        const struct lint_script_statement *statement = &ret_script->statements[i];

        list = arena_printf(arena, "%s%s%.*s", list, i > 0 ? "|" : "", (int)(statement->end - statement->start),
                            ret_script->text.bytes + statement->start);
        assert_non_null(list);
    }
    return list;
}

static void test_statements(void **state)
{
    static const struct {
        const char *sql;
        const char *expected;
    } cases[] = {
        {"", ""},
        {";;  ;", ""},
        {"-- only a comment", ""},
        {"select 1", "select 1"},
        {"select 1; select 2;", "select 1|select 2"},
        {"select ';'; select \";\"", "select ';'|select \";\""},
        {"select 'it''s; one'; select 2", "select 'it''s; one'|select 2"},
        {"select E'a\\';'; select 2", "select E'a\\';'|select 2"},
        {"select 'a\\'; select 2", "select 'a\\'|select 2"},
        {"select $$;$$; select $a$;$$;$a$", "select $$;$$|select $a$;$$;$a$"},
        {"select a$b$c; select 1$$;$$", "select a$b$c|select 1$$;$$"},
        {"select /* ; /* ; */ ; */ 1; select 2", "select /* ; /* ; */ ; */ 1|select 2"},
        {"select 1 -- ;\n; select 2", "select 1|select 2"},
        {"create rule r as on insert to t do (select 1; select 2); select 3",
         "create rule r as on insert to t do (select 1; select 2)|select 3"},
        {"create function f() returns int begin atomic select 1; select case when a then 1 end; end; select 2",
         "create function f() returns int begin atomic select 1; select case when a then 1 end; end|select 2"},
        {"create or replace procedure p() begin atomic insert into t values (1); end; begin; select 1; end;",
         "create or replace procedure p() begin atomic insert into t values (1); end|begin|select 1|end"},
        {"begin; select case when a then 1 end; commit", "begin|select case when a then 1 end|commit"},
        {"create function f() returns int language sql as 'begin;'; select 1",
         "create function f() returns int language sql as 'begin;'|select 1"},
        {"\\set x 1\nselect 1; \\echo done\nselect 2;", "select 1|select 2"},
        {"copy t from stdin;\n1\t'a\n2\tb;\n\\.\nselect 1;", "copy t from stdin|select 1"},
        {"copy t (a) from stdin with (format csv);\n\"x\n\\.\r\nselect 1;",
         "copy t (a) from stdin with (format csv)|select 1"},
        {"\xef\xbb\xbfselect 1", "select 1"},
        {"select U&\"a;\" || U&';' || B'1' || N';'; select 2", "select U&\"a;\" || U&';' || B'1' || N';'|select 2"},
        {"select 'open; select 2", "select 'open; select 2"},
        {"select (1; select 2", "select (1; select 2"},
        {"select \"ä;\"; select ä;", "select \"ä;\"|select ä"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct lint_script script;

        arena_init(&arena, ARENA_LIMIT);
        assert_string_equal(split(cases[i].sql, &script, &arena), cases[i].expected);
    }
}

/* The number of the statement that each comment belongs to. */
static void test_comments(void **state)
{
    static const char sql[] =
        "-- zero\n-- zero too\nselect 1; -- zero, behind\n-- one\nselect /* one */ 2 -- one\n; /* one */\n"
        "\n-- two, of nobody\n";
    static const size_t expected[] = {0, 0, 0, 1, 1, 1, 2, 2};
    CLEANUP(arena_free) struct arena arena;
    struct lint_script script;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    split(sql, &script, &arena);
    assert_int_equal(script.comment_count, LENGTH_OF(expected));
    for (size_t i = 0; i < LENGTH_OF(expected); i++)
        if (i != 5) /* behind the semicolon, whose statement ended a line before */
            assert_int_equal(script.comments[i].statement, expected[i]);
}

static void test_places(void **state)
{
    static const char sql[] = "select 1;\r\n\n\tselect 'ä', 2;\nlast";
    CLEANUP(arena_free) struct arena arena;
    struct lint_script script;
    struct lint_place place;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    split(sql, &script, &arena);
    place = lint_script_place(&script, 0);
    assert_true(place.line == 1 && place.column == 1);
    place = lint_script_place(&script, (size_t)(strchr(sql, ',') - sql));
    assert_true(place.line == 3 && place.column == 12); /* the tab and the letter are one each */
    place = lint_script_place(&script, strlen(sql));
    assert_true(place.line == 4 && place.column == 5);
    assert_true(text_equal(lint_script_line(&script, 1), TEXT("select 1;")));
    assert_true(text_equal(lint_script_line(&script, 2), TEXT("")));
    assert_true(text_equal(lint_script_line(&script, 4), TEXT("last")));
}

/* Columns behind many blocks of bytes are still right. */
static void test_long_lines(void **state)
{
    enum { LETTERS = 9000 };
    CLEANUP(arena_free) struct arena arena;
    struct lint_script script;
    struct lint_place place;
    char *sql;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    sql = arena_alloc(&arena, LETTERS * 2 + 3);
    assert_non_null(sql);
    sql[0] = '\n';
    for (size_t i = 0; i < LETTERS; i++)
        memcpy(sql + 1 + i * 2, "\xc3\xa4", 2);
    split(sql, &script, &arena);
    place = lint_script_place(&script, 1 + LETTERS * 2);
    assert_true(place.line == 2 && place.column == LETTERS + 1);
    place = lint_script_place(&script, 1 + 5000 * 2);
    assert_true(place.column == 5001);
}

static void test_bad_bytes(void **state)
{
    static const char sql[] = "select '\xff\xfe'; select 'a\0b'; select '\xc3\xa4'";
    CLEANUP(arena_free) struct arena arena;
    struct lint_script script;
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(lint_script_read(&script, TEXT("x"), (struct text){sql, sizeof sql - 1}, &arena, &error),
                     ERROR_NONE);
    assert_int_equal(script.note_count, 2);
    assert_int_equal(script.notes[0].start, 8);
    assert_int_equal(script.statement_count, 3);
    assert_true(text_is_utf8(script.text));
    assert_null(memchr(script.text.bytes, 0, script.text.length));
}

static void test_limits(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct lint_script script;
    struct error error = {0};
    struct buffer sql = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(lint_script_read(&script, TEXT("x"), (struct text){"", LINT_SIZE_LIMIT + 1}, &arena, &error),
                     ERROR_LIMIT);
    buffer_add_string(&sql, "select 1");
    for (unsigned i = 0; i < LINT_DEPTH_LIMIT; i++)
        buffer_add_string(&sql, "+1");
    buffer_add_string(&sql, "; select ");
    for (unsigned i = 0; i < LINT_DEPTH_LIMIT; i++)
        buffer_add_string(&sql, "1,");
    buffer_add_string(&sql, "1");
    split(sql.bytes, &script, &arena);
    assert_true(script.statements[0].is_deep && !script.statements[1].is_deep);
    buffer_clear(&sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statements), cmocka_unit_test(test_comments),  cmocka_unit_test(test_places),
        cmocka_unit_test(test_long_lines), cmocka_unit_test(test_bad_bytes), cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
