#include "schema/kind.h"

#include <stdio.h>

#include "base/compiler.h"
#include "sample.h"
#include "schema/object.h"
#include "support/cmocka.h"

/* The numbers are part of every hash. This list only ever grows. */
static const struct {
    unsigned number;
    const char *name;
} known[] = {
    {1, "schema"},
    {2, "table"},
    {3, "foreign_table"},
    {4, "view"},
    {5, "materialized_view"},
    {6, "sequence"},
    {7, "function"},
    {8, "procedure"},
    {9, "aggregate"},
    {10, "enum"},
    {11, "domain"},
    {12, "composite_type"},
    {13, "range_type"},
    {14, "base_type"},
    {15, "cast"},
    {16, "operator"},
    {17, "operator_class"},
    {18, "operator_family"},
    {19, "collation"},
    {20, "conversion"},
    {21, "text_search_configuration"},
    {22, "text_search_dictionary"},
    {23, "text_search_parser"},
    {24, "text_search_template"},
    {25, "language"},
    {26, "extension"},
    {27, "foreign_data_wrapper"},
    {28, "foreign_server"},
    {29, "user_mapping"},
    {30, "event_trigger"},
    {31, "publication"},
    {32, "subscription"},
    {33, "statistics"},
    {34, "transform"},
    {35, "access_method"},
    {36, "default_privilege"},
    {37, "system_privilege"},
    {38, "event"},
    {39, "synonym"},
    {40, "table_type"},
    {41, "xml_schema_collection"},
    {42, "role"},
    {43, "partition_function"},
    {44, "partition_scheme"},
    {64, "column"},
    {65, "primary_key"},
    {66, "unique"},
    {67, "foreign_key"},
    {68, "check"},
    {69, "exclusion"},
    {70, "not_null"},
    {71, "index"},
    {72, "trigger"},
    {73, "rule"},
    {74, "policy"},
};

static void test_numbers_never_change(void **state)
{
    (void)state;
    assert_int_equal(kind_table_count, LENGTH_OF(known));
    for (size_t i = 0; i < LENGTH_OF(known); i++) {
        const struct kind_facts *facts = kind_facts(known[i].number);

        if (facts == NULL)
            fail_msg("number %u has no facts", known[i].number);
        assert_int_equal(facts->kind, known[i].number);
        assert_string_equal(facts->name, known[i].name);
        assert_string_equal(kind_name(facts->kind), known[i].name);
        assert_int_equal(kind_from_name(text_from(known[i].name)), known[i].number);
        assert_int_equal(facts->is_part, known[i].number >= 64);
        assert_ptr_equal(facts, &kind_table[i]);
    }
}

static void test_the_reference_page_has_every_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < kind_table_count; i++) {
        char cell[64];

        snprintf(cell, sizeof cell, "| %u %s |", (unsigned)kind_table[i].kind, kind_table[i].name);
        sample_expect_on_page("canonical-form.md", cell);
    }
}

static void test_what_is_no_kind_has_no_facts(void **state)
{
    static const unsigned numbers[] = {0, 45, 46, 47, 48, 63, 75, 100, 128, 65535, 4294967295u};
    static const char *const names[] = {"", "tables", "Table", "tabl", "tablee", "none", "check ", "*"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(numbers); i++)
        if (kind_facts(numbers[i]) != NULL)
            fail_msg("%u has facts", numbers[i]);
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        if (kind_from_name(text_from(names[i])) != KIND_NONE)
            fail_msg("'%s' is a kind", names[i]);
    assert_int_equal(kind_from_name((struct text){NULL, 0}), KIND_NONE);
    assert_string_equal(kind_name(KIND_NONE), "none");
}

static void test_names_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < kind_table_count; i++)
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(kind_table[i].name, kind_table[k].name);
            assert_string_not_equal(kind_table[i].plural, kind_table[k].plural);
        }
}

static void test_aspects_have_names(void **state)
{
    static const char *const names[ASPECT_COUNT] = {"structure", "access", "storage"};
    enum aspect aspect = ASPECT_COUNT;

    (void)state;
    for (unsigned i = 0; i < ASPECT_COUNT; i++) {
        assert_string_equal(aspect_name((enum aspect)i), names[i]);
        assert_true(aspect_from_name(text_from(names[i]), &aspect));
        assert_int_equal(aspect, i);
    }
    aspect = ASPECT_COUNT;
    assert_false(aspect_from_name(TEXT("Structure"), &aspect));
    assert_false(aspect_from_name(TEXT(""), &aspect));
    assert_int_equal(aspect, ASPECT_COUNT);
}

static void test_attributes_have_an_aspect(void **state)
{
    static const struct {
        enum kind kind;
        struct text attribute;
        enum aspect aspect;
    } cases[] = {
        {KIND_TABLE, TEXT_INIT("owner"), ASPECT_ACCESS},
        {KIND_TABLE, TEXT_INIT("grants"), ASPECT_ACCESS},
        {KIND_TABLE, TEXT_INIT("revoked"), ASPECT_ACCESS},
        {KIND_TABLE, TEXT_INIT("security_labels"), ASPECT_ACCESS},
        {KIND_TABLE, TEXT_INIT("storage"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("tablespace"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("compression"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("clustered_on"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("access_method"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("statistics_target"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("statistics_targets"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("statistics_options"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("storage_parameters"), ASPECT_STORAGE},
        {KIND_TABLE, TEXT_INIT("row_format"), ASPECT_STORAGE},
        {KIND_VIEW, TEXT_INIT("definer"), ASPECT_ACCESS},
        {KIND_TABLE, TEXT_INIT("denied"), ASPECT_ACCESS},
        {KIND_PROCEDURE, TEXT_INIT("execute_as"), ASPECT_ACCESS},
        {KIND_EVENT, TEXT_INIT("sql_security"), ASPECT_ACCESS},
        {KIND_TABLE, TEXT_INIT("comment"), ASPECT_STRUCTURE},
        {KIND_TABLE, TEXT_INIT("column_order"), ASPECT_STRUCTURE},
        {KIND_TABLE, TEXT_INIT("Owner"), ASPECT_STRUCTURE},
        {KIND_TABLE, TEXT_INIT("owned"), ASPECT_STRUCTURE},
        {KIND_TABLE, TEXT_INIT("owner "), ASPECT_STRUCTURE},
        {KIND_TABLE, TEXT_INIT(""), ASPECT_STRUCTURE},
        {KIND_TABLE, TEXT_INIT("a name of thirty-two bytes......"), ASPECT_STRUCTURE},
        {KIND_TABLE, TEXT_INIT("a name of 37 bytes, which is 32 and 5"), ASPECT_STRUCTURE},
        {KIND_DEFAULT_PRIVILEGE, TEXT_INIT("grants"), ASPECT_ACCESS},
        {KIND_DEFAULT_PRIVILEGE, TEXT_INIT("comment"), ASPECT_ACCESS},
        {KIND_SYSTEM_PRIVILEGE, TEXT_INIT("tablespace"), ASPECT_ACCESS},
        {KIND_ROLE, TEXT_INIT("members"), ASPECT_ACCESS},
        {KIND_EVENT, TEXT_INIT("body"), ASPECT_STRUCTURE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (attribute_aspect(cases[i].kind, cases[i].attribute) != cases[i].aspect)
            fail_msg("%s.%.*s", kind_name(cases[i].kind), TEXT_ARGS(cases[i].attribute));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_never_change),         cmocka_unit_test(test_the_reference_page_has_every_number),
        cmocka_unit_test(test_what_is_no_kind_has_no_facts), cmocka_unit_test(test_names_are_told_apart),
        cmocka_unit_test(test_aspects_have_names),           cmocka_unit_test(test_attributes_have_an_aspect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
