#include "sources/spec/spec_type.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static const struct spec_numbers none = {-1, -1, -1};

static const struct {
    const char *written, *spelled;
} known[] = {
    {"int", "integer"},
    {"INTEGER", "integer"},
    {"  Double   Precision ", "double precision"},
    {"varchar(20)", "character varying(20)"},
    {"varchar", "character varying"},
    {"character varying ( 20 )", "character varying(20)"},
    {"char", "character(1)"},
    {"bit", "bit(1)"},
    {"numeric(10,2)", "numeric(10,2)"},
    {"numeric ( 10 , 2 )", "numeric(10,2)"},
    {"decimal(10)", "numeric(10,0)"},
    {"numeric", "numeric"},
    {"timestamptz", "timestamp with time zone"},
    {"timestamptz(3)", "timestamp(3) with time zone"},
    {"timestamp(3) with time zone", "timestamp(3) with time zone"},
    {"timestamp", "timestamp without time zone"},
    {"time(0)", "time(0) without time zone"},
    {"text[]", "text[]"},
    {"int[][]", "integer[]"},
    {"varchar(5) []", "character varying(5)[]"},
    {"bigserial", "bigint"},
    {"gis.geometry(Point,4326)", "gis.geometry(Point,4326)"},
    {"\"Odd Schema\".\"a b\"", "\"Odd Schema\".\"a b\""},
    {"public.citext[]", "public.citext[]"},
};

static const char *const unknown[] = {
    "",
    " ",
    "[]",
    "citext",
    "geometry(Point)",
    "varchar(",
    "varchar()",
    "varchar(x)",
    "varchar(1,2,3)",
    "varchar(-1)",
    "numeric(1,",
    "a.b; drop table c",
    "a.",
    ".b",
    "\"a.b",
    "singleLineText",
    "int(4)(5)",
    "int unsigned",
    "an extremely long name of a type that nobody has ever heard of, and that is longer than any",
    "varchar(99999999999999999999)"};

static void test_types_have_one_spelling(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(known); i++) {
        CLEANUP(buffer_clear) struct buffer buffer = {0};

        assert_int_equal(spec_type_write(&buffer, text_from(known[i].written), &none), SPEC_TYPE_KNOWN);
        buffer_add_string(&buffer, "");
        assert_string_equal(buffer.bytes, known[i].spelled);
    }
}

/* What is spelled so already stays as it is. */
static void test_spelling_again_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(known); i++) {
        CLEANUP(buffer_clear) struct buffer buffer = {0};

        assert_int_equal(spec_type_write(&buffer, text_from(known[i].spelled), &none), SPEC_TYPE_KNOWN);
        buffer_add_string(&buffer, "");
        assert_string_equal(buffer.bytes, known[i].spelled);
    }
}

static void test_what_is_no_type_is_not_taken_for_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(unknown); i++) {
        CLEANUP(buffer_clear) struct buffer buffer = {0};

        print_message("  '%s'\n", unknown[i]);
        assert_int_equal(spec_type_write(&buffer, text_from(unknown[i]), &none), SPEC_TYPE_UNKNOWN);
        assert_int_equal(buffer.length, 0);
    }
}

static void test_numbers_come_from_options(void **state)
{
    static const struct {
        const char *written;
        struct spec_numbers numbers;
        const char *spelled; /* NULL: it does not take them */
    } cases[] = {
        {"varchar", {20, -1, -1}, "character varying(20)"},
        {"char", {3, -1, -1}, "character(3)"},
        {"numeric", {-1, 10, -1}, "numeric(10,0)"},
        {"numeric", {-1, 10, 2}, "numeric(10,2)"},
        {"varchar[]", {20, -1, -1}, "character varying(20)[]"},
        {"varchar(10)", {20, -1, -1}, NULL},
        {"text", {20, -1, -1}, NULL},
        {"numeric", {-1, -1, 2}, NULL},
        {"numeric", {5, 10, -1}, NULL},
        {"varchar", {5, 10, -1}, NULL},
        {"integer", {-1, 10, -1}, NULL},
        {"integer(4)", {-1, -1, -1}, NULL},
        {"varchar(1,2)", {-1, -1, -1}, NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer buffer = {0};
        enum spec_type_answer answer = spec_type_write(&buffer, text_from(cases[i].written), &cases[i].numbers);

        assert_int_equal(answer, cases[i].spelled == NULL ? SPEC_TYPE_NUMBERS : SPEC_TYPE_KNOWN);
        buffer_add_string(&buffer, "");
        if (cases[i].spelled != NULL)
            assert_string_equal(buffer.bytes, cases[i].spelled);
        else
            assert_int_equal(buffer.length, 0);
    }
}

/* What Airtable's types become must be types. */
static void test_airtable_types_are_spelled_as_types(void **state)
{
    static const char *const names[] = {"singleLineText", "number",
                                        "singleSelect",   "multipleRecordLinks",
                                        "dateTime",       "multipleLookupValues",
                                        "attachments",    "lookup",
                                        "rollup",         "checkbox"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        CLEANUP(buffer_clear) struct buffer buffer = {0};
        const struct spec_airtable *type = spec_airtable_find(text_from(names[i]));

        assert_non_null(type);
        assert_int_equal(spec_type_write(&buffer, text_from(type->spelled), &none), SPEC_TYPE_KNOWN);
        buffer_add_string(&buffer, "");
        assert_string_equal(buffer.bytes, type->spelled);
    }
    assert_null(spec_airtable_find(TEXT("singlelinetext")));
    assert_null(spec_airtable_find(TEXT("")));
}

static void test_serials_count(void **state)
{
    (void)state;
    assert_true(spec_type_counts(TEXT("serial")));
    assert_true(spec_type_counts(TEXT("BIGSERIAL")));
    assert_false(spec_type_counts(TEXT("serial[]")));
    assert_false(spec_type_counts(TEXT("bigint")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_have_one_spelling),
        cmocka_unit_test(test_spelling_again_changes_nothing),
        cmocka_unit_test(test_what_is_no_type_is_not_taken_for_one),
        cmocka_unit_test(test_numbers_come_from_options),
        cmocka_unit_test(test_airtable_types_are_spelled_as_types),
        cmocka_unit_test(test_serials_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
