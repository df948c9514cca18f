#include "docs/docs_catalogue.h"

#include "docs_sample.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static int read_sample(void **state)
{
    *state = docs_sample(0);
    return 0;
}

static int forget_sample(void **state)
{
    snapshot_free(*state);
    return 0;
}

static enum error_code make(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct docs_catalogue catalogue;

    arena_init(&arena, SAMPLE_MEMORY);
    if (docs_catalogue_make(&catalogue, context, &arena, error) != ERROR_NONE)
        return error->code;
    docs_catalogue_clear(&catalogue);
    return ERROR_NONE;
}

static void test_memory(void **state)
{
    test_every_allocation(make, *state);
}

static const struct {
    enum kind kind;
    const char *path;
    const char *page;
    const char *anchor;
} places[] = {
    {KIND_TABLE, "shop.orders", "schemas/shop/tables/orders.md", ""},
    {KIND_VIEW, "shop.totals", "schemas/shop/views/totals.md", ""},
    {KIND_FUNCTION, "shop.touch()", "schemas/shop/functions/touch.md", ""},
    {KIND_ENUM, "shop.state", "schemas/shop/types.md", "enum-state"},
    {KIND_SEQUENCE, "shop.orders_id_seq", "schemas/shop/sequences.md", "sequence-orders_id_seq"},
    {KIND_EXTENSION, "citext", "database.md", "extension-citext"},
    {KIND_SCHEMA, "shop", "schemas/shop/index.md", ""},
};

static void test_places(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(docs_catalogue_clear) struct docs_catalogue catalogue;
    struct error error = {0};

    arena_init(&arena, SAMPLE_MEMORY);
    assert_int_equal(docs_catalogue_make(&catalogue, *state, &arena, &error), ERROR_NONE);
    for (size_t i = 0; i < LENGTH_OF(places); i++) {
        uint32_t number = docs_find(&catalogue, places[i].kind, text_from(places[i].path));

        print_message("  %s\n", places[i].path);
        assert_int_not_equal(number, DOCS_NOWHERE);
        assert_true(text_equal(catalogue.items[number].page, text_from(places[i].page)));
        assert_true(text_equal(catalogue.items[number].anchor, text_from(places[i].anchor)));
    }
    for (uint32_t i = 0; i < catalogue.item_count; i++)
        for (uint32_t j = 0; j < i; j++)
            assert_false(text_equal(catalogue.items[i].page, catalogue.items[j].page) &&
                         text_equal(catalogue.items[i].anchor, catalogue.items[j].anchor));
}

static void test_owners(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(docs_catalogue_clear) struct docs_catalogue catalogue;
    struct error error = {0};
    uint32_t orders;

    arena_init(&arena, SAMPLE_MEMORY);
    assert_int_equal(docs_catalogue_make(&catalogue, *state, &arena, &error), ERROR_NONE);
    orders = docs_find_relation(&catalogue, TEXT("shop.orders"));
    assert_int_equal(docs_find_owner(&catalogue, KIND_COLUMN, TEXT("shop.orders.total")), orders);
    assert_int_equal(docs_find_owner(&catalogue, KIND_COLUMN, TEXT("shop.orders.\"a.b\"")), orders);
    assert_int_equal(docs_find_owner(&catalogue, KIND_TABLE, TEXT("shop.orders")), orders);
    assert_int_equal(docs_find_owner(&catalogue, KIND_COLUMN, TEXT("shop.gone.total")), DOCS_NOWHERE);
    assert_int_equal(docs_find_owner(&catalogue, KIND_COLUMN, TEXT("")), DOCS_NOWHERE);
    assert_int_equal(docs_find_owner(&catalogue, KIND_INDEX, TEXT(".")), DOCS_NOWHERE);
}

static void test_schemas_in_order(void **state)
{
    static const char *const expected[] = {"empty", "shop", ""};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(docs_catalogue_clear) struct docs_catalogue catalogue;
    struct error error = {0};

    arena_init(&arena, SAMPLE_MEMORY);
    assert_int_equal(docs_catalogue_make(&catalogue, *state, &arena, &error), ERROR_NONE);
    assert_int_equal(catalogue.schema_count, LENGTH_OF(expected));
    for (uint32_t i = 0; i < LENGTH_OF(expected); i++)
        assert_true(text_equal(docs_schema_in_order(&catalogue, i)->name, text_from(expected[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_owners),
        cmocka_unit_test(test_schemas_in_order),
    };

    return cmocka_run_group_tests(tests, read_sample, forget_sample);
}
