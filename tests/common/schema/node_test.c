#include "schema/node.h"

#include <string.h>

#include "sample.h"
#include "schema/canonical.h"
#include "schema/load.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "trie_sample.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static int setup(void **state)
{
    static struct workshop workshop;

    workshop_open(&workshop);
    *state = &workshop;
    return 0;
}

static int teardown(void **state)
{
    workshop_close(*state);
    return 0;
}

/* What a visitor was told: a character a reference, "b" blob, "l" leaf, "n" branch. */
struct told {
    char types[8192];
    unsigned count;
    const struct shelf *shelf; /* where what is referred to must be, if not NULL */
};

static enum error_code tell(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    struct told *told = context;

    assert_true(told->count < sizeof told->types - 1);
    told->types[told->count++] = type == NODE_BLOB ? 'b' : type == NODE_LEAF ? 'l' : 'n';
    if (told->shelf != NULL) {
        const struct node_slot *slot = node_table_find(&told->shelf->nodes, hash);

        if (slot == NULL || slot->type != type)
            return error_set(error, ERROR_INTERNAL, "a node refers to what is not there");
    }
    return ERROR_NONE;
}

/* Every node of a real snapshot is in order, and what it refers to is there, as the type that it says. */
static void test_honest_nodes_and_their_references(void **state)
{
    struct workshop *workshop = *state;
    struct sample_random random = {3};
    struct object *objects = arena_array(&workshop->arena, 300, sizeof *objects);
    struct snapshot_input input = {.objects = objects, .object_count = 300};
    struct snapshot *snapshot;
    struct shelf shelf;
    unsigned references = 0;

    assert_non_null(objects);
    for (uint32_t i = 0; i < 300; i++)
        objects[i] = sample_object(&random, &workshop->arena, i);
    snapshot = sample_build(&input);
    shelf_open(&shelf);
    shelf_add_snapshot(&shelf, workshop, snapshot);
    for (uint32_t i = 0; i < shelf.nodes.capacity; i++) {
        const struct node_slot *slot = &shelf.nodes.slots[i];
        struct told told = {.shelf = &shelf};
        struct error error = {0};

        if (slot->type == 0)
            continue;
        if (node_check((enum node_type)slot->type, slot->bytes, tell, &told, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        assert_int_equal(told.count == 0, slot->type == NODE_BLOB || text_equal(slot->bytes, TEXT("\0")));
        references += told.count;
    }
    assert_true(references >= shelf.nodes.count - 1);
    shelf_close(&shelf);
    snapshot_free(snapshot);
}

static void expect_told(enum node_type type, struct text bytes, const char *types)
{
    struct told told = {.count = 0};
    struct error error = {0};

    if (node_check(type, bytes, tell, &told, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_string_equal(told.types, types);
}

#define TWELVE "............"
#define THIRTY_TWO TWELVE TWELVE "........"

static void test_what_is_visited(void **state)
{
    (void)state;
    expect_told(NODE_BLOB, TEXT("\1\2\0\0"), "");
    expect_told(NODE_LEAF, TEXT("\0"), "");
    expect_told(NODE_LEAF, TEXT("\2\1\1a" THIRTY_TWO "\1\1b" THIRTY_TWO), "bb");
    expect_told(NODE_BRANCH, TEXT("\0\5" THIRTY_TWO "\x40" THIRTY_TWO "\1"), "ll");
    expect_told(NODE_BRANCH, TEXT("\x80\1" THIRTY_TWO "\x41" THIRTY_TWO "\1"), "nl");
    expect_told(NODE_ROOT, TEXT("\1\0" THIRTY_TWO "\0" THIRTY_TWO "\x40" THIRTY_TWO "\x41\0"), "lln");
}

static void test_broken_nodes_are_refused(void **state)
{
    static const struct {
        const char *name;
        enum node_type type;
        struct text bytes;
        enum error_code code;
    } cases[] = {
        {"nothing as a blob", NODE_BLOB, TEXT_INIT(""), ERROR_CORRUPT},
        {"nothing as a leaf", NODE_LEAF, TEXT_INIT(""), ERROR_CORRUPT},
        {"nothing as a branch", NODE_BRANCH, TEXT_INIT(""), ERROR_CORRUPT},
        {"nothing as a root", NODE_ROOT, TEXT_INIT(""), ERROR_CORRUPT},
        {"a blob of two aspects", NODE_BLOB, TEXT_INIT("\1\2\2\1a\0\0\5owner\0\0\0"), ERROR_CORRUPT},
        {"a blob of a later form", NODE_BLOB, TEXT_INIT("\2\2\0\0"), ERROR_UNSUPPORTED},
        {"a leaf that ends early", NODE_LEAF, TEXT_INIT("\1\1\1a" TWELVE), ERROR_CORRUPT},
        {"a leaf with a part's kind", NODE_LEAF, TEXT_INIT("\1\x40\1a" THIRTY_TWO), ERROR_CORRUPT},
        {"a leaf with bytes to spare", NODE_LEAF, TEXT_INIT("\0\0"), ERROR_CORRUPT},
        {"a leaf of too many", NODE_LEAF, TEXT_INIT("\x41"), ERROR_CORRUPT},
        {"a branch of none", NODE_BRANCH, TEXT_INIT("\0\0"), ERROR_CORRUPT},
        {"a branch of 64", NODE_BRANCH, TEXT_INIT("\0\1" THIRTY_TWO "\x40"), ERROR_CORRUPT},
        {"a branch with an empty child", NODE_BRANCH, TEXT_INIT("\0\3" THIRTY_TWO "\x41" THIRTY_TWO "\0"),
         ERROR_CORRUPT},
        {"a branch of more than can be counted", NODE_BRANCH,
         TEXT_INIT("\0\3" THIRTY_TWO "\xff\xff\xff\xff\x0f" THIRTY_TWO "\1"), ERROR_CORRUPT},
        {"a branch with bytes to spare", NODE_BRANCH, TEXT_INIT("\0\1" THIRTY_TWO "\x41."), ERROR_CORRUPT},
        {"a root of a later form", NODE_ROOT, TEXT_INIT("\2"), ERROR_UNSUPPORTED},
        {"a root that ends early", NODE_ROOT, TEXT_INIT("\1\0" THIRTY_TWO "\0" THIRTY_TWO "\0"), ERROR_CORRUPT},
        {"a root with bytes to spare", NODE_ROOT, TEXT_INIT("\1\0" THIRTY_TWO "\0" THIRTY_TWO "\0" THIRTY_TWO "\0\0."),
         ERROR_CORRUPT},
        {"a root with a gap twice", NODE_ROOT,
         TEXT_INIT("\1\0" THIRTY_TWO "\0" THIRTY_TWO "\0" THIRTY_TWO "\0\2\2\0\1x\2\0\1x"), ERROR_CORRUPT},
        {"an identity", NODE_IDENTITY, TEXT_INIT("\1\1a"), ERROR_CORRUPT},
        {"no type", (enum node_type)0, TEXT_INIT(""), ERROR_CORRUPT},
        {"an unknown type", (enum node_type)200, TEXT_INIT(""), ERROR_CORRUPT},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct told told = {.count = 0};
        struct error error = {0};
        enum error_code code = node_check(cases[i].type, cases[i].bytes, tell, &told, &error);

        if (code != cases[i].code || told.count != 0)
            fail_msg("%s: %s, %u visited", cases[i].name, error_name(code), told.count);
        assert_int_equal(node_check(cases[i].type, cases[i].bytes, NULL, NULL, &error), cases[i].code);
    }
}

static void test_a_node_has_a_size_limit(void **state)
{
    struct workshop *workshop = *state;
    struct text large = {arena_alloc(&workshop->arena, NODE_SIZE_LIMIT + 1), NODE_SIZE_LIMIT + 1};
    struct error error = {0};

    assert_non_null(large.bytes);
    assert_int_equal(node_check(NODE_BLOB, large, NULL, NULL, &error), ERROR_LIMIT);
}

static enum error_code refuse(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    (void)type, (void)hash;
    ++*(unsigned *)context;
    return error_set(error, ERROR_FULL, "enough");
}

static void test_a_visitor_may_end_the_walk(void **state)
{
    static const struct {
        enum node_type type;
        struct text bytes;
    } cases[] = {
        {NODE_LEAF, TEXT_INIT("\2\1\1a" THIRTY_TWO "\1\1b" THIRTY_TWO)},
        {NODE_BRANCH, TEXT_INIT("\0\5" THIRTY_TWO "\x40" THIRTY_TWO "\1")},
        {NODE_ROOT, TEXT_INIT("\1\0" THIRTY_TWO "\0" THIRTY_TWO "\x40" THIRTY_TWO "\x41\0")},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct error error = {0};
        unsigned visited = 0;

        assert_int_equal(node_check(cases[i].type, cases[i].bytes, refuse, &visited, &error), ERROR_FULL);
        assert_int_equal(visited, 1);
    }
}

/* The bytes of a snapshot's root node, and what they say. */
static void test_a_root_is_read(void **state)
{
    struct workshop *workshop = *state;
    struct snapshot_input shop = sample_shop(&workshop->arena);
    struct snapshot *snapshot = sample_build(&shop);
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    struct coverage_gap *gaps = NULL;
    struct node_root root = {0};
    struct error error = {0};

    snapshot_encode_root(&bytes, snapshot);
    assert_int_equal(node_read_root(buffer_text(&bytes), &root, &error), ERROR_NONE);
    assert_int_equal(root.canonical_version, CANONICAL_VERSION);
    assert_true(text_equal(root.engine, TEXT("postgresql")));
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        assert_int_equal(root.tops[aspect].count, snapshot->tries[aspect].count);
        assert_true(hash_equal(&root.tops[aspect].hash, &snapshot->tries[aspect].top->hash));
    }
    assert_int_equal(root.gap_count, 2);
    assert_int_equal(node_read_gaps(&root, &workshop->arena, &gaps, &error), ERROR_NONE);
    for (uint32_t i = 0; i < root.gap_count; i++)
        assert_true(gaps[i].kind == snapshot->gaps[i].kind && text_equal(gaps[i].object, snapshot->gaps[i].object) &&
                    text_equal(gaps[i].reason, snapshot->gaps[i].reason));
    for (size_t length = 0; length < bytes.length; length++)
        assert_int_equal(node_read_root((struct text){bytes.bytes, length}, &root, &error), ERROR_CORRUPT);
    snapshot_free(snapshot);
}

static enum error_code read_gaps_again(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct coverage_gap *gaps = NULL;
    struct node_root root;

    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(node_read_root(*(const struct text *)context, &root, error), ERROR_NONE);
    return node_read_gaps(&root, &arena, &gaps, error);
}

static void test_memory_may_run_out(void **state)
{
    struct text root = TEXT("\1\0" THIRTY_TWO "\0" THIRTY_TWO "\0" THIRTY_TWO "\0\1\2\0\1x");

    (void)state;
    assert_int_equal(test_every_allocation(read_gaps_again, &root), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_honest_nodes_and_their_references, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_visited, setup, teardown),
        cmocka_unit_test_setup_teardown(test_broken_nodes_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_node_has_a_size_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_visitor_may_end_the_walk, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_root_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory_may_run_out, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
