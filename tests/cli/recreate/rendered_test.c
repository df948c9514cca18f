#include "recreate/rendered.h"

#include "support/cmocka.h"

/* All names of a text, as `schema|name` and `(` where it is called. */
static void expect_mentions(const char *sql, const char *expected)
{
    struct mention_reader reader = {.sql = text_from(sql)};
    CLEANUP(buffer_clear) struct buffer found = {0};
    struct mention mention;

    while (mention_next(&reader, &mention))
        buffer_printf(&found, "%s%.*s|%.*s%s", found.length == 0 ? "" : " ", TEXT_ARGS(mention.schema),
                      TEXT_ARGS(mention.name), mention.called ? "(" : "");
    mention_clear(&reader);
    assert_string_equal(found.length == 0 ? "" : found.bytes, expected);
}

static void test_names_are_found(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"a", ""},
        {"SELECT a.b", "a|b"},
        {"a.b.c.d, e.f", "a|b e|f"},
        {"a.f(b.c)", "a|f( b|c"},
        {"\"A b\".\"c\"\"d\"", "A b|c\"d"},
        {"x OPERATOR(lab.===) y", "lab|==="},
        {"lab.<#(integer,integer)", "lab|<#("},
        {"1.5 + 2.e", ""},
        {"'a.b'", ""},
        {"'it''s a.b' || c.d", "c|d"},
        {"E'\\' a.b' || c.d", "c|d"},
        {"e.f", "e|f"},
        {"nextval('shop.\"It''s\"'::regclass)", "shop|It's"},
        {"'a.f(b.c)'::regprocedure || d.e", "a|f( b|c d|e"},
        {"'a.b' :: text", ""},
        {"-- a.b\nc.d", "c|d"},
        {"/* a.b */ c.d", "c|d"},
        {"$$ a.b $$ c.d", "c|d"},
        {"$x$ a.b $$ e.f $x$ c.d", "c|d"},
        {"$1 = a.b", "a|b"},
        {"a.*", "a|*"},
        {"größe.straße", "größe|straße"},
        {"\"a", ""},
        {"a.\"b", "a|"},
        {"'a", ""},
        {"$$a", ""},
        {"/*", ""},
        {"--", ""},
        {"a.", ""},
        {".b", ""},
        {"'a.'::reg", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        expect_mentions(cases[i][0], cases[i][1]);
}

static void test_words_are_found_outside_of_quotes(void **state)
{
    struct text text = TEXT("(a TO b) 'c TO d' \"e TO f\" g TO h TO i");

    (void)state;
    assert_int_equal(rendered_find(text, TEXT(" TO "), false), 28);
    assert_int_equal(rendered_find(text, TEXT(" TO "), true), 33);
    assert_int_equal(rendered_find(text, TEXT("x"), false), text.length);
    assert_int_equal(rendered_find(TEXT(""), TEXT("x"), false), 0);
    assert_int_equal(rendered_find(TEXT("))x"), TEXT("x"), false), 2);
}

static void test_brackets(void **state)
{
    static const char *const whole[] = {"(a)", "((a) + (b))", "(')')", "(\")(\")"};
    static const char *const parts[] = {"", "a", "(a) + (b)", "(a", "a)", "(", "(a) ", "f(a)"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(whole); i++)
        assert_true(rendered_is_bracketed(text_from(whole[i])));
    for (size_t i = 0; i < LENGTH_OF(parts); i++)
        assert_false(rendered_is_bracketed(text_from(parts[i])));
}

static void expect_text(struct text found, const char *expected)
{
    assert_int_equal(found.length, strlen(expected));
    assert_memory_equal(found.bytes == NULL ? "" : found.bytes, expected, found.length);
}

static void test_privileges(void **state)
{
    static const struct {
        const char *item, *privilege, *columns, *sequence, *role, *grantor;
        bool option_only, with_option;
    } cases[] = {
        {"SELECT TO x", "SELECT", "", "", "x", "", false, false},
        {"SELECT TO \"a TO b\" WITH GRANT OPTION BY \"BY\"", "SELECT", "", "", "\"a TO b\"", "\"BY\"", false, true},
        {"SELECT (ctid) TO PUBLIC", "SELECT", "(ctid)", "", "PUBLIC", "", false, false},
        {"USAGE ON SEQUENCE s.\"t TO\" TO x BY y", "USAGE", "", "s.\"t TO\"", "x", "y", false, false},
        {"DELETE FROM x", "DELETE", "", "", "x", "", false, false},
        {"GRANT OPTION FOR SELECT FROM x", "SELECT", "", "", "x", "", true, false},
        {"", "", "", "", "", "", false, false},
        {"nonsense", "nonsense", "", "", "", "", false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct privilege read = privilege_read(text_from(cases[i].item));

        expect_text(read.privilege, cases[i].privilege);
        expect_text(read.columns, cases[i].columns);
        expect_text(read.sequence, cases[i].sequence);
        expect_text(read.role, cases[i].role);
        expect_text(read.grantor, cases[i].grantor);
        assert_int_equal(read.option_only, cases[i].option_only);
        assert_int_equal(read.with_option, cases[i].with_option);
    }
}

static void test_lists_of_names(void **state)
{
    struct text list = TEXT("shop, \"$user\",  \"a, \"\"b\"");
    static const char *const expected[] = {"shop", "$user", "a, \"b"};
    CLEANUP(buffer_clear) struct buffer item = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(expected); i++) {
        buffer_reset(&item);
        assert_true(rendered_next_item(&list, &item));
        expect_text(buffer_text(&item), expected[i]);
    }
    assert_false(rendered_next_item(&list, &item));
    list = TEXT(", ,");
    assert_false(rendered_next_item(&list, &item));
}

static void test_arguments_of_triggers(void **state)
{
    struct text arguments = TEXT("status\\000it's\\000\\\\x\\000\\303\\274\\000\\000");
    static const char *const expected[] = {"status", "it's", "\\x", "ü", ""};
    CLEANUP(buffer_clear) struct buffer argument = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(expected); i++) {
        buffer_reset(&argument);
        assert_true(rendered_next_argument(&arguments, &argument));
        expect_text(buffer_text(&argument), expected[i]);
    }
    assert_false(rendered_next_argument(&arguments, &argument));
    arguments = TEXT("a\\");
    buffer_reset(&argument);
    assert_true(rendered_next_argument(&arguments, &argument));
    expect_text(buffer_text(&argument), "a");
    assert_false(rendered_next_argument(&arguments, &argument));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_found), cmocka_unit_test(test_words_are_found_outside_of_quotes),
        cmocka_unit_test(test_brackets),        cmocka_unit_test(test_privileges),
        cmocka_unit_test(test_lists_of_names),  cmocka_unit_test(test_arguments_of_triggers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
