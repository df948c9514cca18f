#include "drift/report_declaration.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static void check_line(struct snapshot_declaration declaration, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer line = {0};

    report_declaration_display(&line, &declaration);
    assert_false(line.failed);
    assert_string_equal(line.bytes, expected);
}

/* What somebody wrote stays on its line, and does not push the rest out of sight. */
static void test_a_declaration_is_one_line(void **state)
{
    static const char version[] = "0123456789012345678901234567890123456789012345678901234567890123456789012345678\n9";

    (void)state;
    check_line((struct snapshot_declaration){.tables = 1, .fields = 1}, "1 table, 1 field, SHA-256 000000000000");
    check_line((struct snapshot_declaration){.version = TEXT("2.10"), .updated_at = TEXT("a\nb\33[31m"), .tables = 2},
               "version 2.10, updated a\\nb\\x1b[31m, 2 tables, 0 fields, SHA-256 000000000000");
    check_line((struct snapshot_declaration){.version = text_from(version)},
               "version 0123456789012345678901234567890123456789012345678901234567890123456789012345678…, "
               "0 tables, 0 fields, SHA-256 000000000000");
}

static void test_a_declaration_is_an_object(void **state)
{
    struct snapshot_declaration declaration = {.version = TEXT("3"), .tables = 2, .fields = 7};
    struct json_builder builder = {0};
    json_t *value = report_declaration_value(&builder, &declaration);

    (void)state;
    assert_false(builder.failed);
    assert_int_equal(json_object_size(value), 4);
    assert_string_equal(json_string_value(json_object_get(value, "version")), "3");
    assert_int_equal(json_integer_value(json_object_get(value, "fields")), 7);
    assert_int_equal(json_string_length(json_object_get(value, "hash")), HASH_HEX_SIZE - 1);
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_declaration_is_one_line),
        cmocka_unit_test(test_a_declaration_is_an_object),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
