#include "codegen/codegen_options.h"

#include "base/config.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

static const cyaml_schema_value_t top = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct codegen_entry, NULL)};

/* Read one entry; what is to be checked of the options is checked while its content is there. */
static enum error_code read_entry(const char *yaml, struct arena *arena, struct codegen_options *ret_options,
                                  const char **ret_wrong, struct error *error)
{
    cyaml_schema_value_t schema = top;
    void *data = NULL;
    enum error_code code;

    schema.mapping.fields = codegen_entry_schema.mapping.fields;
    *ret_wrong = "";
    code = config_load_text("entry.yaml", text_from(yaml), &schema, &data, error);
    if (code != ERROR_NONE)
        return code;
    code = codegen_options_read(ret_options, data, TEXT("/nonexistent"), arena, ret_wrong, error);
    /* Texts that options keep point into the entry; these tests look at copies and counts only. */
    config_free(&schema, data);
    return code;
}

static void test_an_entry_is_read(void **state)
{
    static const char yaml[] = "language: python\n"
                               "ref: sqlite:a.db\n"
                               "schemas: [shop, Odd.Schema]\n"
                               "include: ['table:shop.*']\n"
                               "exclude: [shop.secret, 'column:*.password']\n"
                               "names:\n"
                               "  - {match: shop.orders, name: Purchase}\n"
                               "types:\n"
                               "  - {type: uuid, as: uuid.UUID, import: import uuid}\n"
                               "  - {column: shop.orders.data, as: Data}\n"
                               "lookups:\n"
                               "  - {table: shop.states, value: id}\n"
                               "row_suffix: ''\n"
                               "dataclasses: yes\n"
                               "hooks:\n"
                               "  before: [echo, hello]\n";
    CLEANUP(arena_free) struct arena arena;
    struct codegen_options options;
    struct error error = {0};
    const char *wrong;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(read_entry(yaml, &arena, &options, &wrong, &error), ERROR_NONE);
    assert_int_equal(options.include.count, 3);
    assert_true(ignore_matches(&options.include, KIND_VIEW, TEXT("shop.v"), KIND_VIEW, TEXT("shop.v")));
    assert_true(
        ignore_matches(&options.include, KIND_ENUM, TEXT("\"Odd.Schema\".v"), KIND_ENUM, TEXT("\"Odd.Schema\".v")));
    assert_false(ignore_matches(&options.include, KIND_VIEW, TEXT("audit.v"), KIND_VIEW, TEXT("audit.v")));
    assert_int_equal(options.exclude.count, 2);
    assert_int_equal(options.name_count, 1);
    assert_int_equal(options.type_count, 2);
    assert_int_equal(options.lookup_count, 1);
    assert_int_equal(options.row_suffix.length, 0);
    assert_true(options.dataclasses);
    assert_false(options.pydantic);
}

static void test_mistakes_are_blamed_on_their_key(void **state)
{
    static const char *const cases[][2] = {
        {"names: [{match: a.b, name: 'x y'}]\n", "names.0.name"},
        {"names: [{match: a.b, name: good}, {match: a.b, name: 1st}]\n", "names.1.name"},
        {"names: [{match: ':', name: good}]\n", "names.0.match"},
        {"include: ['table:']\n", "include.0"},
        {"exclude: [good, 'x\\']\n", "exclude.1"},
        {"types: [{as: X}]\n", "types.0.as"},
        {"types: [{type: uuid, as: \"X\\nY\"}]\n", "types.0.as"},
        {"types: [{type: uuid, as: X, import: \"a\\nb\"}]\n", "types.0.import"},
        {"types: [{column: ':', as: X}]\n", "types.0.column"},
        {"templates: [{construct: enum, file: no.txt}]\n", "templates.0.file"},
        {"lookups: [{table: a.b, value: c, name: '-'}]\n", "lookups.0.name"},
        {"row_suffix: ' '\n", "row_suffix"},
        {"row_suffix: Insert\n", "row_suffix"},
        {"insert_suffix: Row\n", "insert_suffix"},
        {"package: a.b\n", "package"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct codegen_options options;
        struct error error = {0};
        const char *wrong;

        arena_init(&arena, ARENA_LIMIT);
        assert_int_not_equal(read_entry(cases[i][0], &arena, &options, &wrong, &error), ERROR_NONE);
        assert_string_equal(wrong, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_entry_is_read),
        cmocka_unit_test(test_mistakes_are_blamed_on_their_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
