#include "sources/sqlite/sqlite_ddl.h"

#include <string.h>

#include "base/buffer.h"
#include "sources/sqlite/sqlite_token.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* ---- one form for every spelling ---- */

static const struct {
    const char *text, *expected;
} spellings[] = {
    {"", ""},
    {"  \t\r\n\f ", ""},
    {"-- only a comment", ""},
    {"/* never closed", ""},
    {"a", "a"},
    {"a+b*c", "a + b * c"},
    {"a -- why\n + b", "a + b"},
    {"a/**/b", "a b"},
    {"f( x ,y )", "f(x, y)"},
    {"\"F\"(x)", "F(x)"},
    {"x IN(1,2)", "x IN (1, 2)"},
    {"CAST (x AS int)", "CAST(x AS int)"},
    {"a . b . *", "a.b.*"},
    {"1 .5", "1 .5"},
    {"-1", "-1"},
    {"- - 1", "- -1"},
    {"--1", ""},
    {"a - -1", "a - -1"},
    {"a- 1", "a - 1"},
    {"THEN-1", "THEN -1"},
    {"(a)-1", "(a) - 1"},
    {"-(a)", "-(a)"},
    {"[a b]", "\"a b\""},
    {"`a``b`", "\"a`b\""},
    {"\"a\"\"b\"", "\"a\"\"b\""},
    {"[a]", "a"},
    {"\"select\"", "\"select\""},
    {"\"key\" - 1", "key - 1"},
    {"key - 1", "key - 1"},
    {"\"true\"", "\"true\""},
    {"\"\"", "\"\""},
    {"\"1a\"", "\"1a\""},
    {"gr\xc3\xb6\xc3\x9f"
     "e",
     "gr\xc3\xb6\xc3\x9f"
     "e"},
    {"'it''s  -- here'", "'it''s  -- here'"},
    {"x'00ff'", "x'00ff'"},
    {"1e-5+.5E+3+0x1F", "1e-5 + .5E+3 + 0x1F"},
    {"a<=b<>c||d->>'$.x'", "a <= b <> c || d ->> '$.x'"},
    {"?1 :name @a $b", "?1 :name @a $b"},
    {"a;b;", "a; b;"},
    {"'never closed", "'never closed"},
    {"\"never closed", "\"never closed\""},
};

static void test_text_has_one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(spellings); i++) {
        CLEANUP(buffer_clear) struct buffer once = {0};
        CLEANUP(buffer_clear) struct buffer twice = {0};

        sqlite_sql_render(&once, text_from(spellings[i].text));
        assert_string_equal(buffer_text(&once).bytes, spellings[i].expected);
        sqlite_sql_render(&twice, buffer_text(&once));
        assert_string_equal(buffer_text(&twice).bytes, spellings[i].expected);
    }
}

static void test_text_ends_at_a_nul(void **state)
{
    CLEANUP(buffer_clear) struct buffer rendered = {0};

    (void)state;
    sqlite_sql_render(&rendered, TEXT("a\0b"));
    assert_string_equal(rendered.bytes, "a");
}

/* ---- what is in a statement ---- */

/* The items as `item name expression columns …`, absent fields left out. */
static const char *described(struct arena *arena, const char *sql)
{
    const struct sqlite_ddl_item *items = NULL;
    struct error error = {0};
    const char *text = "";

    if (sqlite_ddl_parse(text_from(sql), arena, &items, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    for (; items != NULL; items = items->next) {
        text = arena_printf(arena, "%s%s", text, text[0] == '\0' ? "" : "; ");
        for (unsigned i = 0; i < SQLITE_DDL_FIELD_COUNT; i++)
            if (items->fields[i].bytes != NULL)
                text = arena_printf(arena, "%s%s%.*s", text, i == 0 ? "" : " ", TEXT_ARGS(items->fields[i]));
    }
    return text;
}

static const struct {
    const char *sql, *expected;
} statements[] = {
    {"", ""},
    {"CREATE", ""},
    {"DROP TABLE t", "unparsed DROP TABLE t"},
    {"CREATE TABLE t", ""},
    {"CREATE TABLE t (", ""},
    {"CREATE TABLE t (a", "column a"},
    {"CREATE TABLE IF NOT EXISTS s.t (a)", "column a"},
    {"CREATE TEMP TABLE t (a)", "column a"},
    {"CREATE TABLE t ('a' int, \"b\" varchar(10, 2), [c])", "column a; column b; column c"},
    {"CREATE TABLE t (a) STRICT, WITHOUT ROWID", "column a; option strict; option without_rowid"},
    {"CREATE TABLE t (a) WITHOUT MERCY", "column a; unparsed MERCY"},
    {"CREATE TABLE t (a SOMETHING CHECK (1) AUTOMATIC COLLATE rtrim)",
     "column a; check check(1) 1; unparsed AUTOMATIC COLLATE rtrim"},
    {"CREATE TABLE t (a DEFAULT (f(')', 1)) UNIQUE)", "column a; unique unique(a) {\"a\"}"},
    {"CREATE TABLE t (a DEFAULT -1 UNIQUE)", "column a; unique unique(a) {\"a\"}"},
    {"CREATE TABLE t (a CONSTRAINT x DEFAULT 'y' CONSTRAINT u UNIQUE)", "column a; unique u {\"a\"}"},
    {"CREATE TABLE t (a CHECK (f(a, (1))))", "column a; check check(f(a, (1))) f(a, (1))"},
    {"CREATE TABLE t (a, CONSTRAINT x CHECK (a) CONSTRAINT y UNIQUE (a))", "column a; check x a; unique y {\"a\"}"},
    {"CREATE TABLE t (a, PRIMARY KEY (a ASC) ON CONFLICT FAIL)", "column a; primary_key primary_key {\"a\"} fail"},
    {"CREATE TABLE t (\"a\\\"\"b\" UNIQUE)", "column a\\\"b; unique unique(\"a\\\"\"b\") {\"a\\\\\\\"b\"}"},
    {"CREATE TABLE t (a, UNIQUE (a), UNIQUE (a))", "column a; unique unique(a) {\"a\"}; repetition unique(a) {\"a\"}"},
    {"CREATE TABLE t (a REFERENCES p NOT NULL REFERENCES q)",
     "column a; foreign_key foreign_key(a) {\"a\"} p; foreign_key foreign_key(a) #2 {\"a\"} q"},
    {"CREATE TABLE t (a REFERENCES p(x) ON DELETE SET NULL ON UPDATE CASCADE MATCH SIMPLE NOT DEFERRABLE INITIALLY "
     "DEFERRED)",
     "column a; foreign_key foreign_key(a) {\"a\"} p {\"x\"} set null cascade simple"},
    {"CREATE VIRTUAL TABLE t USING m", "module m"},
    {"CREATE VIRTUAL TABLE t USING \"m\" (a b, c = (1, 2))", "module m; argument a b; argument c = (1, 2)"},
    {"CREATE INDEX i ON t (a DESC, f(b) COLLATE x ASC, \"desc\") WHERE a > 0",
     "index_column a; index_column f(b) COLLATE x; index_column desc; predicate a > 0"},
    {"CREATE UNIQUE INDEX s.i ON t (a)", "option unique; index_column a"},
    {"CREATE VIEW v (a, \"b)\") AS SELECT 1", "body SELECT 1"},
    {"CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT 'for each row'; END",
     "body BEFORE INSERT ON t BEGIN SELECT 'for each row'; END"},
    {"CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW BEGIN SELECT 1; END",
     "body AFTER INSERT ON t BEGIN SELECT 1; END"},
};

static void test_statements_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(statements); i++) {
        struct arena arena;

        arena_init(&arena, SIZE_MAX);
        print_message("  %s\n", statements[i].sql);
        assert_string_equal(described(&arena, statements[i].sql), statements[i].expected);
        arena_free(&arena);
    }
}

/* A name made of what a constraint says is cut between characters, and two that begin alike still differ. */
static void test_derived_names_are_not_endless(void **state)
{
    const struct sqlite_ddl_item *items = NULL;
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer sql = {0};
    struct text names[2] = {{0}};
    struct error error;
    unsigned count = 0;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    buffer_add_string(&sql, "CREATE TABLE t (a CHECK (b");
    for (unsigned i = 0; i < 100; i++)
        buffer_add_string(&sql, "\xc3\xb6");
    buffer_add_string(&sql, " > 1) CHECK (b");
    for (unsigned i = 0; i < 100; i++)
        buffer_add_string(&sql, "\xc3\xb6");
    buffer_add_string(&sql, " > 2))");
    assert_int_equal(sqlite_ddl_parse(buffer_text(&sql), &arena, &items, &error), ERROR_NONE);
    for (; items != NULL; items = items->next)
        if (text_equal(items->fields[SQLITE_DDL_ITEM], TEXT("check")))
            names[count++] = items->fields[SQLITE_DDL_NAME];
    assert_int_equal(count, 2);
    assert_false(text_equal(names[0], names[1]));
    for (unsigned i = 0; i < count; i++) {
        assert_true(names[i].length < 160);
        assert_true(text_is_utf8(names[i]));
        assert_true(text_starts_with(names[i], TEXT("check(b\xc3\xb6")));
    }
}

static enum error_code attempt_parse(void *context, struct error *error)
{
    static const char sql[] =
        "CREATE TABLE t (\"a b\" int COLLATE nocase DEFAULT 1 CHECK (\"a b\" > 0) UNIQUE, b AS (1),"
        " FOREIGN KEY (b) REFERENCES p (x) ON DELETE CASCADE, CHECK (1), CHECK (1)) STRICT";
    const struct sqlite_ddl_item *items = NULL;
    CLEANUP(arena_free) struct arena arena;
    enum error_code code;

    (void)context;
    arena_init(&arena, SIZE_MAX);
    code = sqlite_ddl_parse(text_from(sql), &arena, &items, error);
    assert_true((code == ERROR_NONE) == (items != NULL));
    return code;
}

static void test_memory_may_run_out_anywhere(void **state)
{
    (void)state;
    assert_true(test_every_allocation(attempt_parse, NULL) > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_has_one_form),           cmocka_unit_test(test_text_ends_at_a_nul),
        cmocka_unit_test(test_statements_are_taken_apart),  cmocka_unit_test(test_derived_names_are_not_endless),
        cmocka_unit_test(test_memory_may_run_out_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
