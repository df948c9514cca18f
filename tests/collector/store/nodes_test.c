#include "store/nodes.h"

#include <string.h>

#include "collector/store/history.h"
#include "schema/load.h"
#include "support/cmocka.h"

static struct hash hash_of(unsigned char byte)
{
    struct hash hash;

    memset(hash.bytes, byte, sizeof hash.bytes);
    return hash;
}

static void test_a_node_is_there_once(void **state)
{
    struct history *history = *state;
    struct hash one = hash_of(1), two = hash_of(2);
    struct error error = {0};
    int64_t first = 0, second = 0, again = 0, found = 0;
    bool known = true;

    history_expect(nodes_know(history->database, &one, &known, &error), &error);
    assert_false(known);
    assert_int_equal(nodes_find(history->database, &one, &found, &error), ERROR_NOT_FOUND);
    history_begin(history);
    history_expect(nodes_add(history->database, &one, NODE_BLOB, TEXT("one"), &first, &error), &error);
    history_expect(nodes_add(history->database, &two, NODE_LEAF, TEXT(""), &second, &error), &error);
    history_expect(nodes_add(history->database, &one, NODE_BLOB, TEXT("one"), &again, &error), &error);
    history_expect(nodes_add(history->database, &one, NODE_BLOB, TEXT("one"), NULL, &error), &error);
    history_commit(history);
    assert_int_equal(first, again);
    assert_true(second > first);
    history_expect(nodes_find(history->database, &two, &found, &error), &error);
    assert_int_equal(found, second);
    history_expect(nodes_know(history->database, &one, &known, &error), &error);
    assert_true(known);
}

static void test_bytes_come_from_the_arena(void **state)
{
    struct history *history = *state;
    struct node_source source = nodes_source(history->database);
    struct hash one = hash_of(1), two = hash_of(2), empty = hash_of(3);
    struct error error = {0};
    struct text bytes = {NULL, 0}, other = {NULL, 0};
    CLEANUP(arena_free) struct arena tiny;

    history_begin(history);
    history_expect(nodes_add(history->database, &one, NODE_BLOB, TEXT("some \0 bytes"), NULL, &error), &error);
    history_expect(nodes_add(history->database, &empty, NODE_BLOB, TEXT(""), NULL, &error), &error);
    history_commit(history);
    history_expect(source.fetch(source.context, &one, NODE_BLOB, &history->arena, &bytes, &error), &error);
    history_expect(source.fetch(source.context, &empty, NODE_BLOB, &history->arena, &other, &error), &error);
    assert_true(text_equal(bytes, TEXT("some \0 bytes")));
    assert_int_equal(other.length, 0);
    assert_int_equal(source.fetch(source.context, &one, NODE_LEAF, &history->arena, &bytes, &error), ERROR_CORRUPT);
    assert_int_equal(source.fetch(source.context, &two, NODE_BLOB, &history->arena, &bytes, &error), ERROR_CORRUPT);
    arena_init(&tiny, 4);
    assert_int_equal(source.fetch(source.context, &one, NODE_BLOB, &tiny, &bytes, &error), ERROR_LIMIT);
}

static void test_a_snapshot_comes_back_whole(void **state)
{
    struct history *history = *state;
    struct node_source source = nodes_source(history->database);
    int64_t target = history_target(history, "orders", "prod", "default");
    struct snapshot *before, *after = NULL;
    struct error error = {0};
    unsigned versions[300];

    for (unsigned i = 0; i < LENGTH_OF(versions); i++)
        versions[i] = 1 + i % 3;
    before = history_build(history, versions, LENGTH_OF(versions));
    history_record(history, target, before, NULL);
    history_expect(snapshot_load(&after, &before->root, &source, HISTORY_MEMORY, &error), &error);
    assert_true(hash_equal(&before->root, &after->root));
    assert_int_equal(snapshot_object_count(after), LENGTH_OF(versions));
    snapshot_free(before);
    snapshot_free(after);
}

static void test_a_small_change_of_a_large_schema_takes_little_room(void **state)
{
    enum { TABLES = 10000, CHANGES = 20, BUDGET = 32 * 1024 };
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");
    uint64_t before, after;
    static unsigned versions[TABLES];

    for (unsigned i = 0; i < TABLES; i++)
        versions[i] = 1;
    history_record_tables(history, target, versions, TABLES);
    before = database_size(history->database);
    for (unsigned i = 0; i < CHANGES; i++) {
        versions[i * 7] = 2;
        history_record_tables(history, target, versions, TABLES);
    }
    after = database_size(history->database);
    print_message("  %u bytes\n", (unsigned)((after - before) / CHANGES));
    assert_in_range((after - before) / CHANGES, 1, BUDGET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_node_is_there_once, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_bytes_come_from_the_arena, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_snapshot_comes_back_whole, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_small_change_of_a_large_schema_takes_little_room, history_setup,
                                        history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
