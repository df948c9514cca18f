#include "contract/contract.h"

#include "base/compiler.h"
#include "contract/contract_file.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 4 * 1024 * 1024 };

static const char text[] = "contracts:\n"
                           "  - name: a\n"
                           "    consumers: [c]\n"
                           "    database: d\n"
                           "    environments: [staging, prod]\n"
                           "    requires:\n"
                           "      - table: shop.orders\n"
                           "        columns: [{name: id}, {name: Odd.\"name}]\n"
                           "      - table: shop.keyed\n"
                           "        keys: [[id]]\n"
                           "      - table: shop.indexed\n"
                           "        indexes: [[id]]\n"
                           "      - function: shop.total(integer)\n"
                           "  - name: b\n"
                           "    consumers: [c]\n"
                           "    database: d\n"
                           "    requires: [{view: shop.orders}]\n";

static struct contract_set read_set(struct arena *arena)
{
    struct contract_set set = {0};
    struct error error = {0};

    arena_init(arena, ARENA_LIMIT);
    if (contract_text_read(&set, "c.yaml", text_from(text), arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return set;
}

static void test_environments(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = read_set(&arena);

    (void)state;
    assert_true(contract_has_environment(&set.contracts[0], TEXT("prod")));
    assert_false(contract_has_environment(&set.contracts[0], TEXT("dev")));
    assert_true(contract_has_environment(&set.contracts[1], TEXT("dev")));
}

static void test_objects(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = read_set(&arena);

    (void)state;
    assert_true(contract_reads(&set.contracts[0], KIND_TABLE, TEXT("shop.orders")));
    assert_false(contract_reads(&set.contracts[0], KIND_VIEW, TEXT("shop.orders")));
    assert_true(contract_reads(&set.contracts[1], KIND_VIEW, TEXT("shop.orders")));
    assert_true(contract_reads(&set.contracts[0], KIND_FUNCTION, TEXT("shop.total(integer)")));
    assert_false(contract_reads(&set.contracts[0], KIND_FUNCTION, TEXT("shop.total(text)")));
}

static const struct {
    enum kind object_kind;
    const char *owner;
    enum kind kind;
    const char *object;
    bool reads;
} parts[] = {
    {KIND_TABLE, "shop.orders", KIND_TABLE, "shop.orders", true},
    {KIND_TABLE, "shop.other", KIND_TABLE, "shop.other", false},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders.id", true},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders.\"id\"", true},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders.\"Odd.\"\"name\"", true},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders.\"Odd.\"name\"", false},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders.\"Odd.\"\"name", false},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders.\"Odd.\"", false},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders.ids", false},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders.i", false},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.orders", false},
    {KIND_TABLE, "shop.orders", KIND_COLUMN, "shop.ordersxid", false},
    {KIND_VIEW, "shop.orders", KIND_COLUMN, "shop.orders.id", false},
    {KIND_TABLE, "shop.orders", KIND_TRIGGER, "shop.orders.id", false},
    {KIND_TABLE, "shop.orders", KIND_INDEX, "shop.orders.orders_index", false},
    {KIND_TABLE, "shop.keyed", KIND_PRIMARY_KEY, "shop.keyed.keyed_pkey", true},
    {KIND_TABLE, "shop.keyed", KIND_UNIQUE, "shop.keyed.keyed_key", true},
    {KIND_TABLE, "shop.indexed", KIND_INDEX, "shop.indexed.indexed_index", true},
    {KIND_TABLE, "shop.indexed", KIND_FOREIGN_KEY, "shop.indexed.indexed_fkey", false},
};

static void test_parts(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = read_set(&arena);

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(parts); i++)
        if (contract_reads_part(&set.contracts[0], parts[i].object_kind, text_from(parts[i].owner), parts[i].kind,
                                text_from(parts[i].object)) != parts[i].reads)
            fail_msg("%s %s", kind_name(parts[i].kind), parts[i].object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_environments),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
