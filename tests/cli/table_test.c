#include "cli/table.h"

#include "support/allocation.h"
#include "support/cmocka.h"

static const struct table_style plain = {.width = 0};

/* Rows of three columns; NULL ends. */
static void fill(struct table *table, struct arena *arena, const char *const (*rows)[3])
{
    table_init(table, arena, 3);
    for (; (*rows)[0] != NULL; rows++)
        for (size_t i = 0; i < 3; i++)
            table_add(table, TINT_NONE, text_from((*rows)[i]));
}

static const char *const sample[][3] = {
    {"name", "state", "what"},
    {"orders", "", "eu-1 and eu-2 are not like the others, since yesterday"},
    {"b\xc3\xbc\xe6\x97\xa5", "fine", ""},
    {NULL, NULL, NULL},
};

static const struct {
    const char *name;
    size_t width;
    size_t indent;
    const char *expected;
} wrapped[] = {
    {"no terminal", 0, 0,
     "name    state  what\n"
     "orders         eu-1 and eu-2 are not like the others, since yesterday\n"
     "b\xc3\xbc\xe6\x97\xa5    fine\n"},
    {"indented", 0, 2,
     "  name    state  what\n"
     "  orders         eu-1 and eu-2 are not like the others, since yesterday\n"
     "  b\xc3\xbc\xe6\x97\xa5    fine\n"},
    {"narrow", 46, 0,
     "name    state  what\n"
     "orders         eu-1 and eu-2 are not like the\n"
     "               others, since yesterday\n"
     "b\xc3\xbc\xe6\x97\xa5    fine\n"},
    {"too narrow: the last column keeps some room", 10, 0,
     "name    state  what\n"
     "orders         eu-1 and eu-2 are not\n"
     "               like the others, since\n"
     "               yesterday\n"
     "b\xc3\xbc\xe6\x97\xa5    fine\n"},
};

static void test_last_column_is_wrapped(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(wrapped); i++) {
        const struct table_style style = {.width = wrapped[i].width};
        CLEANUP(arena_free) struct arena arena;
        CLEANUP(buffer_clear) struct buffer output;
        struct table table;

        print_message("  %s\n", wrapped[i].name);
        arena_init(&arena, 1024 * 1024);
        buffer_init(&output);
        fill(&table, &arena, sample);
        table_write(&output, &table, &style, wrapped[i].indent);
        assert_string_equal(output.bytes, wrapped[i].expected);
    }
}

static void test_long_word_is_cut(void **state)
{
    static const char *const rows[][3] = {{"a", "b", "0123456789012345678901234567890"}, {NULL, NULL, NULL}};
    const struct table_style style = {.width = 30};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct table table;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    buffer_init(&output);
    fill(&table, &arena, rows);
    table_write(&output, &table, &style, 0);
    assert_string_equal(output.bytes, "a  b  012345678901234567890123\n      4567890\n");
}

static void test_columns_follow_below(void **state)
{
    static const struct {
        size_t width;
        const char *expected;
    } cases[] = {
        {0, "name    one  two\norders  1    2\n"},
        {80, "name    one  two\norders  1    2\n"},
        {12, "name    one\norders  1\n\nname    two\norders  2\n"},
        {3, "name    one\norders  1\n\nname    two\norders  2\n"},
    };
    static const char *const rows[][3] = {{"name", "one", "two"}, {"orders", "1", "2"}, {NULL, NULL, NULL}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct table_style style = {.width = cases[i].width};
        CLEANUP(arena_free) struct arena arena;
        CLEANUP(buffer_clear) struct buffer output;
        struct table table;

        arena_init(&arena, 1024 * 1024);
        buffer_init(&output);
        fill(&table, &arena, rows);
        table_write_folded(&output, &table, &style);
        assert_string_equal(output.bytes, cases[i].expected);
    }
}

static void test_cells_of_several(void **state)
{
    static const char *const titles[] = {"names", "text", NULL};
    const struct text names[] = {TEXT("a"), TEXT("\33b"), TEXT("c")};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct buffer text;
    struct table table;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    buffer_init(&output);
    buffer_init(&text);
    buffer_add_string(&text, "whole");
    table_init(&table, &arena, 2);
    table_add_titles(&table, titles);
    table_add_names(&table, names, LENGTH_OF(names));
    table_add_buffer(&table, TINT_NONE, &text);
    assert_null(text.bytes);
    table_add_names(&table, NULL, 0);
    table_add(&table, TINT_NONE, TEXT("nobody"));
    table_write(&output, &table, &plain, 0);
    assert_string_equal(output.bytes, "names        text\na, \\x1bb, c  whole\n             nobody\n");
}

static void test_colours(void **state)
{
    const struct table_style style = {.colour = true, .width = 34};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct table table;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    buffer_init(&output);
    table_init(&table, &arena, 2);
    table_printf(&table, TINT_BAD, "%s %d", "DRIFTED", 3);
    table_tint_only(&table, strlen("DRIFTED"));
    table_add(&table, TINT_GOOD, TEXT("a text that goes on"));
    table_add_foreign(&table, TINT_NONE, TEXT("\33[2J"));
    table_add(&table, TINT_NONE, TEXT(""));
    table_write(&output, &table, &style, 0);
    assert_string_equal(output.bytes, "\33[31mDRIFTED\33[0m 3  \33[32ma text that goes on\33[0m\n\\x1b[2J\n");
}

/* A colour that was begun ends with its line, and the next line begins with it again. */
static void test_colour_of_wrapped_text(void **state)
{
    const struct table_style style = {.colour = true, .width = 24};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct table table;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    buffer_init(&output);
    table_init(&table, &arena, 1);
    table_add(&table, TINT_BAD, TEXT("a text that goes on and on"));
    table_write(&output, &table, &style, 0);
    assert_string_equal(output.bytes, "\33[31ma text that goes on and\33[0m\n\33[31mon\33[0m\n");
}

static void test_empty_table(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct table table;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    buffer_init(&output);
    table_init(&table, &arena, 3);
    table_write(&output, &table, &plain, 0);
    table_write_folded(&output, &table, &plain);
    assert_int_equal(output.length, 0);
    assert_false(output.failed);
}

static enum error_code make_table(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct table table;

    (void)context;
    arena_init(&arena, 1024 * 1024);
    buffer_init(&output);
    fill(&table, &arena, sample);
    for (size_t i = 0; i < 100; i++)
        table_add_names(&table, &(const struct text){"x", 1}, 1);
    table_write(&output, &table, &plain, 0);
    table_write_folded(&output, &table, &plain);
    return buffer_check(&output, error, "writing a table");
}

static void test_memory(void **state)
{
    (void)state;
    test_every_allocation(make_table, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_column_is_wrapped),
        cmocka_unit_test(test_long_word_is_cut),
        cmocka_unit_test(test_columns_follow_below),
        cmocka_unit_test(test_cells_of_several),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_colour_of_wrapped_text),
        cmocka_unit_test(test_empty_table),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
