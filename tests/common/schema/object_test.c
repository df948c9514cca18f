#include "schema/object.h"

#include "base/compiler.h"
#include "sample.h"
#include "support/cmocka.h"

static const struct text one[] = {TEXT_INIT("a"), TEXT_INIT("b")};
static const struct text other[] = {TEXT_INIT("a"), TEXT_INIT("c")};
static const struct text empty[] = {TEXT_INIT("")};

static void test_absent_is_not_empty(void **state)
{
    static const struct attribute text = {TEXT_INIT("x"), one, 1, false};
    static const struct attribute list_of_one = {TEXT_INIT("x"), one, 1, true};
    static const struct attribute list = {TEXT_INIT("x"), one, 2, true};
    static const struct attribute other_list = {TEXT_INIT("x"), other, 2, true};
    static const struct attribute other_name = {TEXT_INIT("y"), one, 2, true};
    static const struct attribute empty_text = {TEXT_INIT("x"), empty, 1, false};
    static const struct attribute empty_list = {TEXT_INIT("x"), NULL, 0, true};
    static const struct attribute *const all[] = {&text,       &list_of_one, &list, &other_list,
                                                  &empty_text, &empty_list,  NULL};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(all); i++)
        for (size_t k = 0; k < LENGTH_OF(all); k++)
            assert_int_equal(attribute_equal(all[i], all[k]), i == k);
    assert_true(attribute_equal(&list, &other_name)); /* the value alone */
}

static void test_attributes_are_found_by_name(void **state)
{
    static const struct attribute attributes[] = {{TEXT_INIT("columns"), one, 2, true},
                                                  {TEXT_INIT("comment"), empty, 1, false},
                                                  {TEXT_INIT("type"), one, 1, false}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(attributes); i++)
        assert_ptr_equal(attribute_find(attributes, 3, attributes[i].name), &attributes[i]);
    assert_null(attribute_find(attributes, 3, TEXT("typ")));
    assert_null(attribute_find(attributes, 2, TEXT("type")));
    assert_null(attribute_find(NULL, 0, TEXT("type")));
    assert_true(text_equal(attribute_value(attributes, 3, TEXT("type")), TEXT("a")));
    assert_int_equal(attribute_value(attributes, 3, TEXT("columns")).length, 0);
    assert_int_equal(attribute_value(attributes, 3, TEXT("absent")).length, 0);
}

static void test_parts_are_found_by_kind_and_name(void **state)
{
    struct part parts[] = {{.kind = KIND_COLUMN, .name = TEXT("a")},
                           {.kind = KIND_COLUMN, .name = TEXT("b")},
                           {.kind = KIND_INDEX, .name = TEXT("a")}};
    struct object object = {.kind = KIND_TABLE, .parts = parts, .part_count = 3};

    (void)state;
    assert_ptr_equal(object_part(&object, KIND_COLUMN, TEXT("b")), &parts[1]);
    assert_ptr_equal(object_part(&object, KIND_INDEX, TEXT("a")), &parts[2]);
    assert_null(object_part(&object, KIND_INDEX, TEXT("b")));
    assert_null(object_part(&object, KIND_CHECK, TEXT("a")));
}

static void test_paths_are_equal_element_by_element(void **state)
{
    static const struct path paths[] = {
        {2, {TEXT_INIT("a"), TEXT_INIT("b")}},
        {2, {TEXT_INIT("a"), TEXT_INIT("c")}},
        {2, {TEXT_INIT("ab"), TEXT_INIT("")}},
        {2, {TEXT_INIT(""), TEXT_INIT("ab")}},
        {1, {TEXT_INIT("a")}},
        {3, {TEXT_INIT("a"), TEXT_INIT("b"), TEXT_INIT("")}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(paths); i++)
        for (size_t k = 0; k < LENGTH_OF(paths); k++)
            assert_int_equal(path_equal(&paths[i], &paths[k]), i == k);
}

static void test_names_are_quoted_when_sql_would(void **state)
{
    static const struct {
        struct text name;
        const char *written;
    } cases[] = {
        {TEXT_INIT("orders"), "orders"},
        {TEXT_INIT("_x9"), "_x9"},
        {TEXT_INIT("z"), "z"},
        {TEXT_INIT(""), "\"\""},
        {TEXT_INIT("Orders"), "\"Orders\""},
        {TEXT_INIT("9lives"), "\"9lives\""},
        {TEXT_INIT("two words"), "\"two words\""},
        {TEXT_INIT("a.b"), "\"a.b\""},
        {TEXT_INIT("cost$"), "\"cost$\""},
        {TEXT_INIT("$1"), "\"$1\""},
        {TEXT_INIT("caf\xc3\xa9"), "\"caf\xc3\xa9\""},
        {TEXT_INIT("say \"hi\""), "\"say \"\"hi\"\"\""},
        {TEXT_INIT("\""), "\"\"\"\""},
        {TEXT_INIT("line\nbreak"), "\"line\nbreak\""},
        {TEXT_INIT("all"), "\"all\""}, /* the first word of the list, the last, and some between */
        {TEXT_INIT("xmltable"), "\"xmltable\""},
        {TEXT_INIT("order"), "\"order\""},
        {TEXT_INIT("user"), "\"user\""},
        {TEXT_INIT("check"), "\"check\""},
        {TEXT_INIT("int"), "\"int\""},
        {TEXT_INIT("integer"), "\"integer\""},
        {TEXT_INIT("interval"), "\"interval\""},
        {TEXT_INIT("system_user"), "\"system_user\""},
        {TEXT_INIT("current_timestamp"), "\"current_timestamp\""},
        {TEXT_INIT("orderly"), "orderly"},
        {TEXT_INIT("al"), "al"},
        {TEXT_INIT("xmltables"), "xmltables"},
    };
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        buffer_reset(&buffer);
        identifier_write(&buffer, cases[i].name);
        assert_string_equal(buffer_text(&buffer).bytes, cases[i].written);
    }
}

static void test_paths_are_shown_in_the_style_of_their_kind(void **state)
{
    static const struct {
        enum kind kind;
        struct path path;
        const char *written;
    } cases[] = {
        {KIND_SCHEMA, {1, {TEXT_INIT("shop")}}, "shop"},
        {KIND_SCHEMA, {1, {TEXT_INIT("Shop")}}, "\"Shop\""},
        {KIND_TABLE, {2, {TEXT_INIT("shop"), TEXT_INIT("orders")}}, "shop.orders"},
        {KIND_TABLE, {2, {TEXT_INIT("a.b"), TEXT_INIT("select")}}, "\"a.b\".\"select\""},
        {KIND_USER_MAPPING, {2, {TEXT_INIT("remote"), TEXT_INIT("public")}}, "remote.public"},
        {KIND_FUNCTION,
         {3, {TEXT_INIT("shop"), TEXT_INIT("total"), TEXT_INIT("integer, text")}},
         "shop.total(integer, text)"},
        {KIND_FUNCTION, {3, {TEXT_INIT("shop"), TEXT_INIT("now_"), TEXT_INIT("")}}, "shop.now_()"},
        {KIND_OPERATOR,
         {3, {TEXT_INIT("shop"), TEXT_INIT("==="), TEXT_INIT("integer, integer")}},
         "shop.===(integer, integer)"},
        {KIND_OPERATOR_CLASS, {3, {TEXT_INIT("shop"), TEXT_INIT("my_ops"), TEXT_INIT("btree")}}, "shop.my_ops(btree)"},
        {KIND_CAST, {1, {TEXT_INIT("integer AS text")}}, "integer AS text"},
        {KIND_DEFAULT_PRIVILEGE, {1, {TEXT_INIT("FOR ROLE alice ON TABLES")}}, "FOR ROLE alice ON TABLES"},
    };
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_int_equal(cases[i].path.count, path_style_elements(kind_facts(cases[i].kind)->path));
        buffer_reset(&buffer);
        path_write(&buffer, cases[i].kind, &cases[i].path);
        assert_string_equal(buffer_text(&buffer).bytes, cases[i].written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absent_is_not_empty),
        cmocka_unit_test(test_attributes_are_found_by_name),
        cmocka_unit_test(test_parts_are_found_by_kind_and_name),
        cmocka_unit_test(test_paths_are_equal_element_by_element),
        cmocka_unit_test(test_names_are_quoted_when_sql_would),
        cmocka_unit_test(test_paths_are_shown_in_the_style_of_their_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
