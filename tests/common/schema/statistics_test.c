#include "schema/statistics.h"

#include "cli/ref.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static int read_shop(void **state)
{
    struct test_directory directory;
    struct ref_settings settings = {.collector = {.url = NULL}};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    test_directory_make(&directory);
    source_settings_init(&settings.source);
    if (ref_snapshot(
            &snapshot,
            arena_printf(&directory.arena, "dummy:%s", test_source_path(&directory, "tests/cli/data/shop.yaml")),
            &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    test_directory_remove(&directory);
    *state = snapshot;
    return 0;
}

static int forget_shop(void **state)
{
    snapshot_free(*state);
    return 0;
}

static enum error_code make(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct statistics statistics = {.chain_length = 99};
    struct object_list list;

    arena_init(&arena, ARENA_LIMIT);
    if (object_list_make(&list, context, &arena, error) != ERROR_NONE ||
        statistics_make(&statistics, context, &list, &arena, error) != ERROR_NONE)
        assert_int_equal(statistics.chain_length, 99);
    return error->code;
}

static void test_memory(void **state)
{
    test_every_allocation(make, *state);
}

static void test_list_is_sorted(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct object_list list;

    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(object_list_make(&list, *state, &arena, &error), ERROR_NONE);
    assert_int_equal(list.count, object_list_total(*state));
    for (size_t i = 1; i < list.count; i++)
        assert_true(list.items[i - 1].kind < list.items[i].kind ||
                    text_compare(list.items[i - 1].path, list.items[i].path) < 0);
}

static void test_figures(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct statistics statistics;
    struct error error = {0};
    struct object_list list;

    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(object_list_make(&list, *state, &arena, &error), ERROR_NONE);
    assert_int_equal(statistics_make(&statistics, *state, &list, &arena, &error), ERROR_NONE);
    assert_int_equal(statistics.counts[KIND_TABLE], 6);
    assert_int_equal(statistics.counts[KIND_FOREIGN_KEY], 6);
    assert_int_equal(statistics.schema_count, 1);
    assert_true(text_equal(statistics.schemas[0].name, TEXT("shop")));
    assert_int_equal(statistics.schemas[0].objects, list.count);
    assert_int_equal(statistics.widest_columns, 3);
    assert_int_equal(statistics.chain_length, 3);
    assert_true(text_equal(statistics.chain[0], TEXT("shop.lines")));
    assert_true(text_equal(statistics.chain[2], TEXT("shop.customers")));
    assert_int_equal(statistics.cycle_count, 1);
    assert_int_equal(statistics.cycle_members, 2);
    assert_true(text_equal(statistics.cycles[0], TEXT("shop.heads")));
    assert_int_equal(statistics.self_references, 1);
    assert_int_equal(statistics.foreign_keys_outside, 1);
    assert_int_equal(statistics.tables_without_key_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_list_is_sorted),
        cmocka_unit_test(test_figures),
    };

    return cmocka_run_group_tests(tests, read_shop, forget_shop);
}
