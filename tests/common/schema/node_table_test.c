#include "schema/node_table.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* Different numbers, different hashes; all of a `low` share the bits by which the table begins to search. */
static struct hash numbered(uint32_t number, uint32_t low)
{
    struct hash hash = {{0}};

    memcpy(hash.bytes, &low, sizeof low);
    memcpy(hash.bytes + HASH_SIZE - sizeof number, &number, sizeof number);
    return hash;
}

static void check_all(struct node_table *table, bool collide)
{
    static char bytes[5000];

    for (uint32_t i = 0; i < 5000; i++) {
        struct hash hash = numbered(i, collide ? 7 : i * 2654435761u);

        assert_null(node_table_find(table, &hash));
        assert_true(node_table_add(table, &hash, (uint8_t)(1 + i % 3), (struct text){bytes + i, i % 50}));
        if (collide && i == 700)
            break;
    }
    for (uint32_t i = 0; i < table->count; i++) {
        struct hash hash = numbered(i, collide ? 7 : i * 2654435761u);
        const struct node_slot *slot = node_table_find(table, &hash);

        assert_non_null(slot);
        assert_ptr_equal(slot->bytes.bytes, bytes + i);
        assert_int_equal(slot->bytes.length, i % 50);
        assert_int_equal(slot->type, 1 + i % 3);
        assert_false(slot->used);
    }
    assert_true(table->capacity >= table->count * 2);
}

static void test_what_is_added_is_found(void **state)
{
    CLEANUP(node_table_clear) struct node_table table;
    struct hash absent = numbered(1000000, 7);

    (void)state;
    node_table_init(&table);
    assert_null(node_table_find(&table, &absent));
    check_all(&table, false);
    assert_int_equal(table.count, 5000);
    assert_null(node_table_find(&table, &absent));
    node_table_clear(&table);
    assert_null(node_table_find(&table, &absent));
    check_all(&table, true);
    assert_int_equal(table.count, 701);
    assert_null(node_table_find(&table, &absent));
}

static void test_marks_survive_growth(void **state)
{
    CLEANUP(node_table_clear) struct node_table table;
    struct hash first = numbered(0, 0);

    (void)state;
    node_table_init(&table);
    assert_true(node_table_add(&table, &first, 1, TEXT("first")));
    node_table_find(&table, &first)->used = true;
    for (uint32_t i = 1; i < 1000; i++) {
        struct hash hash = numbered(i, i);
        assert_true(node_table_add(&table, &hash, 1, TEXT("")));
    }
    assert_true(node_table_find(&table, &first)->used);
}

/* A table that could not grow still holds what it held. */
static enum error_code fill(void *context, struct error *error)
{
    CLEANUP(node_table_clear) struct node_table table;
    bool added = true;
    uint32_t count = 0;

    (void)context;
    node_table_init(&table);
    while (count < 1000 && added) {
        struct hash hash = numbered(count, count);

        added = node_table_add(&table, &hash, 2, TEXT("x"));
        count += added;
    }
    assert_int_equal(table.count, count);
    for (uint32_t i = 0; i < count; i++) {
        struct hash hash = numbered(i, i);
        assert_non_null(node_table_find(&table, &hash));
    }
    return added ? ERROR_NONE : error_memory(error, "testing");
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    assert_true(test_every_allocation(fill, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_added_is_found),
        cmocka_unit_test(test_marks_survive_growth),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
