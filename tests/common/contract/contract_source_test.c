#include "contract/contract_source.h"

#include <stdint.h>

#include "common/drift/snapshot_text.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024, LIMIT = 4 };

static const char schema[] = "gap view reason=denied\n"
                             "table shop.orders owner=alice\n"
                             "  column id type=bigint\n"
                             "table shop.'Odd.name'\n"
                             "table stock.orders\n"
                             "table shop.borders\n"
                             "table shop.parts\n"
                             "enum shop.order labels=[a]\n"
                             "function shop.total(integer) returns=text\n"
                             "function shop.total(integer, text)\n"
                             "function shop.totals()\n";

static const struct {
    enum kind kind;
    const char *path;
    enum error_code code;
} lookups[] = {
    {KIND_TABLE, "shop.orders", ERROR_NONE},
    {KIND_TABLE, "stock.orders", ERROR_NONE},
    {KIND_TABLE, "shop.\"order\"", ERROR_NOT_FOUND},
    {KIND_ENUM, "shop.\"order\"", ERROR_NONE},
    {KIND_VIEW, "shop.orders", ERROR_NOT_FOUND},
    {KIND_FUNCTION, "shop.total(integer)", ERROR_NONE},
    {KIND_FUNCTION, "shop.total(text)", ERROR_NOT_FOUND},
    {KIND_FUNCTION, "shop.total", ERROR_NOT_FOUND},
    {KIND_TABLE, "orders", ERROR_NOT_FOUND},
    {KIND_TABLE, "shop.Orders", ERROR_NOT_FOUND},
    {KIND_TABLE, "", ERROR_NOT_FOUND},
};

static void test_objects_are_found_by_path(void **state)
{
    struct snapshot *snapshot = snapshot_from_text(schema);
    const struct contract_source source = contract_source_of(snapshot);

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(lookups); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct object object = {0};
        struct error error = {0};

        arena_init(&arena, ARENA_LIMIT);
        assert_int_equal(
            source.find(source.context, lookups[i].kind, text_from(lookups[i].path), &arena, &object, &error),
            lookups[i].code);
        assert_int_equal(object.kind, lookups[i].code == ERROR_NONE ? lookups[i].kind : KIND_NONE);
    }
    snapshot_free(snapshot);
}

static void test_an_object_has_all_its_aspects(void **state)
{
    struct snapshot *snapshot = snapshot_from_text(schema);
    const struct contract_source source = contract_source_of(snapshot);
    CLEANUP(arena_free) struct arena arena;
    struct object object = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(source.find(source.context, KIND_TABLE, TEXT("shop.orders"), &arena, &object, &error), ERROR_NONE);
    assert_true(text_equal(attribute_value(object.attributes, object.attribute_count, TEXT("owner")), TEXT("alice")));
    assert_non_null(object_part(&object, KIND_COLUMN, TEXT("id")));
    assert_int_equal(source.gap_count, 1);
    assert_int_equal(source.gaps[0].kind, KIND_VIEW);
    snapshot_free(snapshot);
}

static const struct {
    enum kind kind;
    const char *path;
    size_t limit;
    const char *names; /* nearest first, blanks between */
} hints[] = {
    {KIND_TABLE, "orders", LIMIT, "shop.orders stock.orders"},
    {KIND_TABLE, "shop.orderz", LIMIT, "shop.orders shop.borders"},
    {KIND_TABLE, "shop.orderz", 1, "shop.orders"},
    {KIND_TABLE, "other.orders", LIMIT, "shop.orders stock.orders"},
    {KIND_TABLE, "shop.part", LIMIT, "shop.parts"},
    {KIND_TABLE, "nothing.like_it", LIMIT, ""},
    {KIND_FUNCTION, "shop.total()", LIMIT, "shop.total(integer) shop.total(integer, text) shop.totals()"},
    {KIND_VIEW, "shop.orders", LIMIT, ""},
};

static void test_near_names_come_nearest_first(void **state)
{
    struct snapshot *snapshot = snapshot_from_text(schema);
    const struct contract_source source = contract_source_of(snapshot);

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(hints); i++) {
        CLEANUP(arena_free) struct arena arena;
        CLEANUP(buffer_clear) struct buffer names;
        struct text found[LIMIT];
        struct error error = {0};
        size_t count = 0;

        arena_init(&arena, ARENA_LIMIT);
        buffer_init(&names);
        assert_int_equal(source.near(source.context, hints[i].kind, text_from(hints[i].path), &arena, found,
                                     hints[i].limit, &count, &error),
                         ERROR_NONE);
        for (size_t j = 0; j < count; j++)
            buffer_printf(&names, "%s%.*s", j == 0 ? "" : " ", TEXT_ARGS(found[j]));
        if (!text_equal(buffer_text(&names), text_from(hints[i].names)))
            fail_msg("%s: %.*s", hints[i].path, TEXT_ARGS(buffer_text(&names)));
    }
    snapshot_free(snapshot);
}

static void test_long_names_are_far_from_everything(void **state)
{
    static const char name[] = "a_name_that_is_longer_than_what_can_be_compared_in_a_reasonable_time";

    (void)state;
    assert_true(contract_name_distance(text_from(name), text_from(name)) == SIZE_MAX);
    assert_true(contract_name_distance(TEXT("total"), text_from(name)) == SIZE_MAX);
    assert_int_equal(contract_name_distance(TEXT("totl"), TEXT("total")), 1);
    assert_true(contract_name_distance(TEXT("total"), TEXT("customer")) == SIZE_MAX);
}

static enum error_code attempt(void *context, struct error *error)
{
    const struct contract_source source = contract_source_of(context);
    CLEANUP(arena_free) struct arena arena;
    struct text found[LIMIT];
    struct object object;
    size_t count;

    arena_init(&arena, ARENA_LIMIT);
    if (source.find(source.context, KIND_TABLE, TEXT("shop.orders"), &arena, &object, error) != ERROR_NONE)
        return error->code;
    return source.near(source.context, KIND_TABLE, TEXT("orders"), &arena, found, LIMIT, &count, error);
}

static void test_allocations_may_fail(void **state)
{
    struct snapshot *snapshot = snapshot_from_text(schema);

    (void)state;
    test_every_allocation(attempt, snapshot);
    snapshot_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objects_are_found_by_path),     cmocka_unit_test(test_an_object_has_all_its_aspects),
        cmocka_unit_test(test_near_names_come_nearest_first), cmocka_unit_test(test_long_names_are_far_from_everything),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
