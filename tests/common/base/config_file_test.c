#include "base/config_file.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

/* What options set. */
struct values {
    const char *name;
    unsigned wait_ms;
    struct option_list words;
    bool loud;
};

static const struct option options[] = {
    {"name", 0, OPTION_TEXT, offsetof(struct values, name), "NAME", "name", NULL, NULL, 0, 0, "what it is called"},
    {NULL, 0, OPTION_DURATION, offsetof(struct values, wait_ms), "TIME", "limits.wait", NULL, NULL, 10, 60000,
     "how long to wait"},
    {NULL, 0, OPTION_LIST, offsetof(struct values, words), "WORD", "limits.words", NULL, NULL, 0, 0, "words"},
    {"loud", 0, OPTION_FLAG, offsetof(struct values, loud), NULL, "loud", NULL, NULL, 0, 0, "whether to shout"},
    {"other", 0, OPTION_FLAG, offsetof(struct values, loud), NULL, NULL, NULL, NULL, 0, 0, "not in a file"},
    {0},
};

static const struct option without_place[] = {
    {NULL, 0, OPTION_TEXT, offsetof(struct values, name), "NAME", "limits.nothing", NULL, NULL, 0, 0, "not there"},
    {0},
};

/* What the file says. */
struct limits {
    char *wait;
    char **words;
    unsigned words_count;
};

struct content {
    char *name;
    struct limits *limits;
    char *loud;
};

static const cyaml_schema_value_t word_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 100)};

static const cyaml_schema_field_t limits_fields[] = {
    CYAML_FIELD_STRING_PTR("wait", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct limits, wait, 1, 100),
    CYAML_FIELD_SEQUENCE("words", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct limits, words, &word_schema, 0, 9),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct content, name, 1, 100),
    CYAML_FIELD_MAPPING_PTR("limits", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct content, limits, limits_fields),
    CYAML_FIELD_STRING_PTR("loud", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct content, loud, 1, 100),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct content, fields)};

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    test_directory_remove(*state);
    return 0;
}

static enum error_code read_into(struct values *values, const char *path, const struct option *table,
                                 struct arena *arena, struct error *error)
{
    CLEANUP(config_file_close) struct config_file file = {.schema = &schema};

    if (config_file_open(&file, path, &schema, arena, error) != ERROR_NONE)
        return error->code;
    return config_file_apply(&file, table, values, error);
}

static void test_values_are_read_as_options(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_write(
        directory, "c.yaml", TEXT("name: orders\nlimits: {wait: 2s, words: [a, bb, ccc]}\nloud: true\n"));
    struct values values = {0};
    struct error error = {0};

    assert_int_equal(read_into(&values, path, options, &directory->arena, &error), ERROR_NONE);
    assert_string_equal(values.name, "orders");
    assert_int_equal(values.wait_ms, 2000);
    assert_int_equal(values.words.count, 3);
    assert_string_equal(values.words.items[2], "ccc");
    assert_true(values.loud);
}

static void test_what_is_not_there_stays(void **state)
{
    struct test_directory *directory = *state;
    struct values values = {.name = "before", .wait_ms = 7};
    struct error error = {0};

    assert_int_equal(read_into(&values, test_directory_write(directory, "empty.yaml", TEXT("# nothing\n")), options,
                               &directory->arena, &error),
                     ERROR_NONE);
    assert_string_equal(values.name, "before");
    assert_int_equal(values.wait_ms, 7);
}

static const struct {
    const char *text;
    const char *message; /* after the path */
} mistakes[] = {
    {"name: x\nlimits:\n  wait: soon\n", ":3:9: 'limits.wait' cannot be 'soon'"},
    {"limits: {words: [a], wait: 1ms}\n", ":1:28: 'limits.wait' cannot be '1ms'"},
    {"loud: perhaps\n", ":1:7: 'loud' is either 'true' or 'false'"},
    {"nmae: x\n", ":1:1: unknown key 'nmae'"},
    {"other: true\n", ":1:1: unknown key 'other'"},
};

static void test_mistakes_have_a_place(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(mistakes); i++) {
        const char *path = test_directory_write(directory, "bad.yaml", text_from(mistakes[i].text));
        struct values values = {0};
        struct error error = {0};

        print_message("  %s", mistakes[i].text);
        assert_int_equal(read_into(&values, path, options, &directory->arena, &error), ERROR_CONFIG);
        assert_true(text_starts_with(text_from(error.message), text_from(path)));
        assert_string_equal(error.message + strlen(path), mistakes[i].message);
    }
}

static void test_key_without_a_place_is_a_fault(void **state)
{
    struct test_directory *directory = *state;
    struct values values = {0};
    struct error error = {0};

    assert_int_equal(read_into(&values, test_directory_write(directory, "d.yaml", TEXT("limits: {wait: 1s}\n")),
                               without_place, &directory->arena, &error),
                     ERROR_INTERNAL);
    assert_non_null(strstr(error.message, "limits.nothing"));
}

/* An element of a list is read as a file of its own, and its mistakes have their place all the same. */
static void test_element_of_a_list(void **state)
{
    struct test_directory *directory = *state;
    const char *path = test_directory_write(directory, "c.yaml", TEXT("limits:\n  words: [a]\n  wait: 5ms\n"));
    const struct option wait[] = {
        {NULL, 0, OPTION_DURATION, offsetof(struct values, wait_ms), "TIME", "wait", NULL, NULL, 10, 60000, "wait"},
        {0},
    };
    static const cyaml_schema_value_t element = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct limits, limits_fields)};
    struct config_file file;
    struct values values = {0};
    struct error error = {0};

    assert_int_equal(config_file_open(&file, path, &schema, &directory->arena, &error), ERROR_NONE);
    struct config_file inner = file;

    inner.schema = &element;
    inner.content = ((struct content *)file.content)->limits;
    inner.way = "limits.";
    assert_int_equal(config_file_apply(&inner, wait, &values, &error), ERROR_CONFIG);
    assert_non_null(strstr(error.message, "c.yaml:3:9: 'wait'"));
    config_file_close(&file);
}

static void test_missing_file(void **state)
{
    struct test_directory *directory = *state;
    struct values values = {0};
    struct error error = {0};

    assert_int_equal(
        read_into(&values, test_directory_path(directory, "none.yaml"), options, &directory->arena, &error),
        ERROR_NOT_FOUND);
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct values values = {0};

    arena_init(&arena, SIZE_MAX);
    return read_into(&values, context, options, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct test_directory *directory = *state;
    const char *path =
        test_directory_write(directory, "all.yaml", TEXT("name: x\nlimits: {wait: 2s, words: [a, b]}\n"));

    test_every_allocation(attempt, (void *)path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_read_as_options), cmocka_unit_test(test_what_is_not_there_stays),
        cmocka_unit_test(test_mistakes_have_a_place),      cmocka_unit_test(test_key_without_a_place_is_a_fault),
        cmocka_unit_test(test_element_of_a_list),          cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
