#include "base/option.h"

#include "support/allocation.h"
#include "support/cmocka.h"

struct values {
    bool flag;
    bool other;
    const char *text;
    const char *file;
    struct option_list list;
    unsigned choice;
    uint64_t choices;
    unsigned number;
    unsigned duration;
    size_t size;
};

static const char *colour(size_t number)
{
    static const char *const names[] = {"red", "green", "blue"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

#define AT(member) offsetof(struct values, member)

static const struct option first[] = {
    {"flag", 'f', OPTION_FLAG, AT(flag), NULL, NULL, NULL, NULL, 0, 0, "switch it on"},
    {"other", 'x', OPTION_FLAG, AT(other), NULL, NULL, NULL, NULL, 0, 0, "switch the other on"},
    {"text", 't', OPTION_TEXT, AT(text), "TEXT", "some.text", "default", NULL, 0, 0, "some text"},
    {"output", 'o', OPTION_FILE, AT(file), "FILE", NULL, NULL, NULL, 0, 0, "write to FILE"},
    {"item", 0, OPTION_LIST, AT(list), "ITEM", NULL, NULL, NULL, 0, 0, "one more"},
    {0},
};

static const struct option second[] = {
    {"choice", 0, OPTION_CHOICE, AT(choice), "COLOUR", NULL, "green", colour, 0, 0, "a colour"},
    {"choices", 0, OPTION_CHOICES, AT(choices), "COLOURS", NULL, NULL, colour, 0, 0, "some colours"},
    {"number", 'n', OPTION_NUMBER, AT(number), "N", NULL, "5", NULL, 1, 100, "a number"},
    {"duration", 0, OPTION_DURATION, AT(duration), "TIME", NULL, "10s", NULL, 1, 3600000, "a time"},
    {"size", 0, OPTION_SIZE, AT(size), "SIZE", NULL, "2GiB", NULL, 1024, UINT64_C(1) << 40, "a size"},
    {NULL, 0, OPTION_TEXT, AT(text), NULL, "only.in.the.file", NULL, NULL, 0, 0, "no option"},
    {0},
};

static const struct option *const tables[] = {first, second, NULL};

enum { ARGUMENT_LIMIT = 8 };

static enum error_code parse(struct values *values, struct option_line *line, const char *const *arguments,
                             struct error *error)
{
    size_t count = 0;

    while (count < ARGUMENT_LIMIT && arguments[count] != NULL)
        count++;
    *values = (struct values){0};
    line->command = "test";
    line->tables = tables;
    line->values = values;
    if (option_set_defaults(line, error) != ERROR_NONE)
        return error->code;
    return option_parse(line, count, arguments, error);
}

static void test_defaults(void **state)
{
    const char *const nothing[] = {NULL};
    CLEANUP(arena_free) struct arena arena;
    struct option_line line = {.arena = &arena};
    struct error error = {0};
    struct values values;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(parse(&values, &line, nothing, &error), ERROR_NONE);
    assert_false(values.flag);
    assert_string_equal(values.text, "default");
    assert_null(values.file);
    assert_int_equal(values.choice, 1);
    assert_int_equal(values.choices, 0);
    assert_int_equal(values.number, 5);
    assert_int_equal(values.duration, 10000);
    assert_int_equal(values.size, (size_t)2 << 30);
    assert_int_equal(line.operand_count, 0);
}

static void test_everything_at_once(void **state)
{
    const char *const arguments[] = {"a", "-fx", "--item=1", "--item", "2", "-", "-obc", "--choices=blue,red"};
    CLEANUP(arena_free) struct arena arena;
    struct option_line line = {.arena = &arena};
    struct error error = {0};
    struct values values;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(parse(&values, &line, arguments, &error), ERROR_NONE);
    assert_true(values.flag && values.other);
    assert_int_equal(values.list.count, 2);
    assert_string_equal(values.list.items[0], "1");
    assert_string_equal(values.list.items[1], "2");
    assert_string_equal(values.file, "bc");
    assert_int_equal(values.choices, 5);
    assert_int_equal(line.operand_count, 2);
    assert_string_equal(line.operands[0], "a");
    assert_string_equal(line.operands[1], "-");
}

static void test_dashes_end_options(void **state)
{
    const char *const arguments[] = {"-n", "7", "--", "--flag", "--", NULL};
    CLEANUP(arena_free) struct arena arena;
    struct option_line line = {.arena = &arena};
    struct error error = {0};
    struct values values;

    (void)state;
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(parse(&values, &line, arguments, &error), ERROR_NONE);
    assert_int_equal(values.number, 7);
    assert_false(values.flag);
    assert_int_equal(line.operand_count, 2);
    assert_string_equal(line.operands[0], "--flag");
    assert_string_equal(line.operands[1], "--");
}

static void test_long_lists_keep_their_order(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct values values = {0};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    for (int i = 0; i < 100; i++)
        assert_int_equal(option_set(&first[4], "item", arena_printf(&arena, "%d", i), &values, &arena, &error),
                         ERROR_NONE);
    assert_int_equal(values.list.count, 100);
    for (int i = 0; i < 100; i++)
        assert_string_equal(values.list.items[i], arena_printf(&arena, "%d", i));
}

static const struct {
    const char *value;
    unsigned milliseconds;
} times[] = {{"1ms", 1}, {"500ms", 500}, {"3s", 3000}, {"5m", 300000}, {"1h", 3600000}};

static const struct {
    const char *value;
    size_t bytes;
} sizes[] = {{"1024B", 1024}, {"1KiB", 1024}, {"64MiB", 64 << 20}, {"1GiB", 1 << 30}};

static void test_units(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct values values = {0};

    (void)state;
    arena_init(&arena, 1024);
    for (size_t i = 0; i < LENGTH_OF(times); i++) {
        assert_int_equal(option_set(&second[3], "time", times[i].value, &values, &arena, &error), ERROR_NONE);
        assert_int_equal(values.duration, times[i].milliseconds);
    }
    for (size_t i = 0; i < LENGTH_OF(sizes); i++) {
        assert_int_equal(option_set(&second[4], "size", sizes[i].value, &values, &arena, &error), ERROR_NONE);
        assert_int_equal(values.size, sizes[i].bytes);
    }
}

static const struct {
    const char *arguments[3];
    const char *message; /* parts of it and of the hint */
    const char *hint;
} refused[] = {
    {{"--falg"}, "'--falg'", "'--flag'"},
    {{"--zzzzzz"}, "'--zzzzzz'", "--help"},
    {{"--password=s3cret"}, "'--password'", "--help"},
    {{"-z"}, "'-z'", "--help"},
    {{"-fz"}, "'-z'", "--help"},
    {{"--fla"}, "'--fla'", "'--flag'"},
    {{"--flag=yes"}, "takes no value", ""},
    {{"--text"}, "needs a value", "--text TEXT"},
    {{"-o"}, "needs a value", "--output FILE"},
    {{"--text", ""}, "empty", ""},
    {{"--choice", "purple"}, "'purple'", "red, green, blue"},
    {{"--choices", "red,"}, "''", "red, green, blue"},
    {{"--choices=,red"}, "''", "red, green, blue"},
    {{"-n", "0"}, "'0'", "from 1 to 100"},
    {{"-n", "101"}, "'101'", "from 1 to 100"},
    {{"-n", "-1"}, "'-1'", "from 1 to 100"},
    {{"-n", "5x"}, "'5x'", "a number"},
    {{"-n", "99999999999999999999999"}, "'9999", "a number"},
    {{"--duration", "10"}, "'10'", "from 1ms to 1h"},
    {{"--duration", "2h"}, "'2h'", "from 1ms to 1h"},
    {{"--duration", "99999999999999999h"}, "'9999", "from 1ms to 1h"},
    {{"--duration", " 1s"}, "' 1s'", "a time"},
    {{"--size", "1B"}, "'1B'", "from 1KiB to 1024GiB"},
    {{"--size", "1GB"}, "'1GB'", "a size"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(refused); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct option_line line = {.arena = &arena};
        struct error error = {0};
        struct values values;

        print_message("  %s\n", refused[i].arguments[0]);
        arena_init(&arena, 1024 * 1024);
        assert_int_equal(parse(&values, &line, refused[i].arguments, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, refused[i].message));
        assert_non_null(strstr(error.hint, refused[i].hint));
        assert_null(strstr(error.message, "s3cret"));
    }
}

static const struct {
    const char *a, *b;
    size_t distance;
    bool near;
} words[] = {
    {"diff", "diff", 0, true},         {"dif", "diff", 1, true}, {"idff", "diff", 1, true},
    {"fleet", "show", 5, false},       {"", "abc", 3, false},    {"a", "b", 1, false},
    {"snpashot", "snapshot", 1, true}, {"ab", "ba", 1, true},    {"kitten", "sitting", 3, false},
};

static void test_distance(void **state)
{
    static char long_word[100];

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(words); i++) {
        assert_int_equal(option_distance(words[i].a, words[i].b), words[i].distance);
        assert_int_equal(option_distance(words[i].b, words[i].a), words[i].distance);
        assert_int_equal(option_is_near(words[i].a, words[i].distance), words[i].near);
    }
    memset(long_word, 'a', sizeof long_word - 1);
    assert_true(option_distance(long_word, "a") == SIZE_MAX);
    assert_false(option_is_near("word", SIZE_MAX));
}

static void test_help_and_reference(void **state)
{
    CLEANUP(buffer_clear) struct buffer page;

    (void)state;
    buffer_init(&page);
    option_write_help(&page, first);
    option_write_help(&page, second);
    assert_non_null(strstr(page.bytes, "  -t, --text TEXT             some text (default: default)\n"));
    assert_non_null(strstr(page.bytes, "      --choice COLOUR         a colour: red, green, blue (default: green)\n"));
    assert_null(strstr(page.bytes, "no option"));
    for (const char *line = page.bytes; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") < 80);
    buffer_reset(&page);
    option_write_reference(&page, first);
    assert_non_null(strstr(page.bytes, "| `-t`, `--text TEXT` | `some.text` | some text (default: `default`) |\n"));
    buffer_reset(&page);
    option_write_key_help(&page, first);
    assert_string_equal(page.bytes, "  some.text                   some text (default: default)\n");
    buffer_reset(&page);
    option_write_key_reference(&page, first);
    assert_string_equal(page.bytes, "| key | meaning |\n|---|---|\n| `some.text` | some text (default: `default`) |\n");
}

static enum error_code parse_all(void *context, struct error *error)
{
    const char *const arguments[] = {"a", "--item", "1", "--item", "2", "--item", "3", NULL};
    CLEANUP(arena_free) struct arena arena;
    struct option_line line = {.arena = &arena};
    struct values values;

    (void)context;
    arena_init(&arena, 1024 * 1024);
    return parse(&values, &line, arguments, error);
}

static void test_memory(void **state)
{
    (void)state;
    test_every_allocation(parse_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_everything_at_once),
        cmocka_unit_test(test_dashes_end_options),
        cmocka_unit_test(test_long_lists_keep_their_order),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_help_and_reference),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
