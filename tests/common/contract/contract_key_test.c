#include "contract/contract_key.h"

#include "base/compiler.h"
#include "support/cmocka.h"

/* An attribute of one text, and one of a list. */
#define VALUE(name, value)                                                                                             \
    {                                                                                                                  \
        TEXT_INIT(name), (const struct text[]){TEXT_INIT(value)}, 1, false                                             \
    }

static const struct {
    enum kind kind;
    struct attribute attribute;
    enum contract_service service;
} parts[] = {
    {KIND_PRIMARY_KEY, VALUE("deferrable", "yes"), CONTRACT_SERVES_AS_KEY},
    {KIND_UNIQUE, VALUE("comment", "x"), CONTRACT_SERVES_AS_KEY},
    {KIND_UNIQUE, VALUE("period", "yes"), CONTRACT_SERVES_NOTHING},
    {KIND_UNIQUE, VALUE("valid", "no"), CONTRACT_SERVES_NOTHING},
    {KIND_INDEX, VALUE("method", "btree"), CONTRACT_SERVES_AS_INDEX},
    {KIND_INDEX, VALUE("unique", "yes"), CONTRACT_SERVES_AS_KEY},
    {KIND_INDEX, VALUE("predicate", "x > 0"), CONTRACT_SERVES_NOTHING},
    {KIND_INDEX, VALUE("valid", "no"), CONTRACT_SERVES_NOTHING},
    {KIND_FOREIGN_KEY, VALUE("unique", "yes"), CONTRACT_SERVES_NOTHING},
    {KIND_COLUMN, VALUE("unique", "yes"), CONTRACT_SERVES_NOTHING},
};

static void test_parts_serve(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(parts); i++) {
        struct attribute attribute = parts[i].attribute;
        const struct part part = {.kind = parts[i].kind, .attributes = &attribute, .attribute_count = 1};

        assert_int_equal(contract_service_of(&part), parts[i].service);
    }
}

static void test_the_order_is_no_part_of_a_name(void **state)
{
    struct part columns[] = {{.kind = KIND_COLUMN, .name = TEXT("a")}, {.kind = KIND_COLUMN, .name = TEXT("b DESC")}};
    const struct object object = {.kind = KIND_TABLE, .parts = columns, .part_count = 2};
    const struct {
        struct text item;
        struct text column;
    } cases[] = {
        {TEXT("a"), TEXT("a")},           {TEXT("a DESC"), TEXT("a")},
        {TEXT("b DESC"), TEXT("b DESC")}, {TEXT("b DESC DESC"), TEXT("b DESC")},
        {TEXT(" DESC"), TEXT(" DESC")},   {TEXT("a COLLATE NOCASE"), TEXT("a COLLATE NOCASE")},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_true(text_equal(contract_key_column(&object, cases[i].item), cases[i].column));
}

static void test_keys_are_found(void **state)
{
    const struct text names[] = {TEXT("a"), TEXT("b"), TEXT("c")};
    const struct text reversed[] = {TEXT("b"), TEXT("a")};
    struct attribute columns = {TEXT("columns"), names, 2, true};
    struct part key = {.kind = KIND_UNIQUE, .attributes = &columns, .attribute_count = 1};
    const struct object object = {.kind = KIND_TABLE, .parts = &key, .part_count = 1};
    const struct {
        struct contract_columns wanted;
        bool is_key;
        bool is_index;
    } cases[] = {
        {{names, 1, 0}, false, true},    {{names, 2, 0}, true, true},      {{names, 3, 0}, false, false},
        {{reversed, 2, 0}, true, false}, {{reversed, 1, 0}, false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_int_equal(contract_key_find(&object, &cases[i].wanted, true), cases[i].is_key);
        assert_int_equal(contract_key_find(&object, &cases[i].wanted, false), cases[i].is_index);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_serve),
        cmocka_unit_test(test_the_order_is_no_part_of_a_name),
        cmocka_unit_test(test_keys_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
