#include "docs/docs_references.h"

#include "docs_sample.h"
#include "support/allocation.h"
#include "support/cmocka.h"

struct sample {
    struct snapshot *snapshot;
    struct arena arena;
    struct docs_catalogue catalogue;
    struct docs_references references;
};

static int read_sample(void **state)
{
    static struct sample sample;
    struct error error = {0};

    sample.snapshot = docs_sample(0);
    arena_init(&sample.arena, SAMPLE_MEMORY);
    assert_int_equal(docs_catalogue_make(&sample.catalogue, sample.snapshot, &sample.arena, &error), ERROR_NONE);
    assert_int_equal(docs_references_make(&sample.references, &sample.catalogue, &sample.arena, &error), ERROR_NONE);
    *state = &sample;
    return 0;
}

static int forget_sample(void **state)
{
    struct sample *sample = *state;

    docs_catalogue_clear(&sample->catalogue);
    arena_free(&sample->arena);
    snapshot_free(sample->snapshot);
    return 0;
}

static const struct {
    enum kind from;
    const char *from_path;
    enum kind to;
    const char *to_path;
    enum docs_bond bond;
    const char *part; /* NULL: the object itself */
} expected[] = {
    {KIND_TABLE, "shop.orders", KIND_TABLE, "shop.customers", BOND_FOREIGN_KEY, "orders_customer_fkey"},
    {KIND_TABLE, "shop.orders", KIND_ENUM, "shop.state", BOND_TYPE, "state"},
    {KIND_TABLE, "shop.orders", KIND_FUNCTION, "shop.touch()", BOND_TRIGGER, "touch"},
    {KIND_TABLE, "shop.part", KIND_TABLE, "shop.alone", BOND_PARENT, NULL},
    {KIND_VIEW, "shop.totals", KIND_TABLE, "shop.orders", BOND_DEFINITION, NULL},
    {KIND_SEQUENCE, "shop.orders_id_seq", KIND_TABLE, "shop.orders", BOND_OWNED, NULL},
    {KIND_FUNCTION, "shop.touch()", KIND_TABLE, "shop.customers", BOND_DEFINITION, NULL},
};

static void test_all_are_found_and_no_others(void **state)
{
    const struct sample *sample = *state;

    for (size_t i = 0; i < LENGTH_OF(expected); i++) {
        uint32_t from = docs_find(&sample->catalogue, expected[i].from, text_from(expected[i].from_path));
        uint32_t to = docs_find(&sample->catalogue, expected[i].to, text_from(expected[i].to_path));
        struct docs_bonds bonds = docs_bonds_from(&sample->references, from);
        unsigned found = 0;

        print_message("  %s -> %s\n", expected[i].from_path, expected[i].to_path);
        for (uint32_t j = 0; j < bonds.count; j++)
            found += bonds.items[j].to == to && bonds.items[j].bond == expected[i].bond &&
                     (expected[i].part == NULL ? bonds.items[j].part == NULL
                                               : text_equal(bonds.items[j].part->name, text_from(expected[i].part)));
        assert_int_equal(found, 1);
    }
    assert_int_equal(sample->references.count, LENGTH_OF(expected));
}

/* Each reference stands once on either side. */
static void test_both_sides_agree(void **state)
{
    const struct sample *sample = *state;
    uint32_t incoming = 0;

    for (uint32_t i = 0; i < sample->catalogue.item_count; i++) {
        struct docs_bonds bonds = docs_bonds_to(&sample->references, i);

        for (uint32_t j = 0; j < bonds.count; j++) {
            assert_int_equal(bonds.items[j].to, i);
            assert_true(j == 0 || bonds.items[j - 1].from <= bonds.items[j].from);
        }
        incoming += bonds.count;
    }
    assert_int_equal(incoming, sample->references.count);
}

static enum error_code make(void *context, struct error *error)
{
    const struct sample *sample = context;
    CLEANUP(arena_free) struct arena arena;
    struct docs_references references;

    arena_init(&arena, SAMPLE_MEMORY);
    return docs_references_make(&references, &sample->catalogue, &arena, error);
}

static void test_memory(void **state)
{
    test_every_allocation(make, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_are_found_and_no_others),
        cmocka_unit_test(test_both_sides_agree),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, read_sample, forget_sample);
}
