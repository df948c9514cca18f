#include "schema/trie_load.h"

#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "schema/canonical.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "trie_sample.h"

/* A test's tries and nodes. */
struct bench {
    struct workshop workshop;
    struct shelf shelf;
    struct buffer node; /* that is being forged */
};

static int setup(void **state)
{
    static struct bench bench;

    workshop_open(&bench.workshop);
    shelf_open(&bench.shelf);
    buffer_init(&bench.node);
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    shelf_close(&bench->shelf);
    workshop_close(&bench->workshop);
    buffer_clear(&bench->node);
    return 0;
}

static enum error_code load(struct bench *bench, struct hash top, uint32_t count, struct trie *ret_trie,
                            struct error *error)
{
    struct trie_top named = {top, count};
    struct node_source source = shelf_source(&bench->shelf);
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};

    if (trie_reader_open(&reader, &source, &bench->workshop.arena, error) != ERROR_NONE)
        return error->code;
    return trie_load(ret_trie, &named, ASPECT_STRUCTURE, &reader, error);
}

static void expect_refused(struct bench *bench, struct hash top, uint32_t count, const char *message)
{
    struct trie trie = {.count = 42};
    struct error error = {0};

    if (load(bench, top, count, &trie, &error) != ERROR_CORRUPT || strcmp(error.message, message) != 0)
        fail_msg("expected '%s', got '%s'", message, error.message);
    assert_int_equal(trie.count, 42);
}

static void expect_same_below(const struct trie_node *a, const struct trie_node *b)
{
    assert_true(hash_equal(&a->hash, &b->hash));
    assert_int_equal(a->first, b->first);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->children == NULL, b->children == NULL);
    for (unsigned i = 0; a->children != NULL && i < TRIE_FANOUT; i++) {
        assert_int_equal(a->children[i] == NULL, b->children[i] == NULL);
        if (a->children[i] != NULL)
            expect_same_below(a->children[i], b->children[i]);
    }
}

static void test_what_is_put_away_is_loaded(void **state)
{
    static const uint32_t counts[] = {0, 1, 2, 64, 65, 300, 3000};
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(counts); i++) {
        struct trie trie = workshop_trie(&bench->workshop, NULL, counts[i]);
        struct trie loaded = {0};
        struct error error = {0};

        shelf_add_trie(&bench->shelf, &bench->workshop, &trie);
        assert_int_equal(load(bench, trie.top->hash, trie.count, &loaded, &error), ERROR_NONE);
        assert_int_equal(loaded.count, trie.count);
        expect_same_below(trie.top, loaded.top);
        for (uint32_t k = 0; k < trie.count; k++) {
            const struct trie_entry *a = &trie.entries[k];
            const struct trie_entry *b = &loaded.entries[k];

            assert_true(hash_equal(&a->key, &b->key) && hash_equal(&a->blob_hash, &b->blob_hash));
            assert_true(a->kind == b->kind && path_equal(&a->path, &b->path) && text_equal(a->blob, b->blob));
            assert_true(b->id == 0 && b->part_ids == NULL);
        }
    }
}

/* All 3000 tables are alike: they share one blob. */
static void test_a_shared_blob_is_fetched_once(void **state)
{
    struct bench *bench = *state;
    struct trie trie = workshop_trie(&bench->workshop, NULL, 3000);
    struct trie loaded = {0};
    struct error error = {0};

    shelf_add_trie(&bench->shelf, &bench->workshop, &trie);
    bench->shelf.blobs_fetched = bench->shelf.nodes_fetched = 0;
    assert_int_equal(load(bench, trie.top->hash, trie.count, &loaded, &error), ERROR_NONE);
    assert_int_equal(bench->shelf.blobs_fetched, 1);
    assert_int_equal(bench->shelf.nodes_fetched, bench->shelf.nodes.count - 1);
}

static void test_every_node_is_needed(void **state)
{
    struct bench *bench = *state;
    uint32_t versions[200];
    struct trie trie;

    for (uint32_t i = 0; i < LENGTH_OF(versions); i++)
        versions[i] = i + 1;
    trie = workshop_trie(&bench->workshop, versions, LENGTH_OF(versions));
    shelf_add_trie(&bench->shelf, &bench->workshop, &trie);
    for (uint32_t i = 0; i < bench->shelf.nodes.capacity; i++) {
        struct node_slot *slot = &bench->shelf.nodes.slots[i];
        uint8_t type = slot->type;

        if (type == 0)
            continue;
        slot->type = NODE_ROOT; /* there, but of a type that nobody asks for */
        expect_refused(bench, trie.top->hash, trie.count, "a node is not on the shelf");
        slot->type = type;
    }
}

static void test_another_count_than_the_top_has_is_refused(void **state)
{
    static const char leaf_message[] = "a trie node lists another number of objects than is said of it";
    static const char branch_message[] = "a trie node has children whose number of objects does not add up";
    static const char missing[] = "a node is not on the shelf";
    static const struct {
        uint32_t count, said;
        const char *message;
    } cases[] = {
        {3, 2, leaf_message},       {3, 4, leaf_message},
        {3, 0, leaf_message},       {0, 1, leaf_message},
        {64, 65, missing},          {100, 99, branch_message},
        {100, 101, branch_message}, {100, 64, missing},
        {100, 0, missing},          {100, UINT32_MAX, branch_message},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct trie trie = workshop_trie(&bench->workshop, NULL, cases[i].count);

        shelf_add_trie(&bench->shelf, &bench->workshop, &trie);
        expect_refused(bench, trie.top->hash, cases[i].said, cases[i].message);
    }
}

/* A leaf of entries as they are, whatever their order and number. */
static struct hash forge_leaf(struct bench *bench, const struct trie_entry *entries, uint32_t count)
{
    buffer_reset(&bench->node);
    buffer_add_varint(&bench->node, count);
    for (uint32_t i = 0; i < count; i++) {
        identity_encode(&bench->node, entries[i].kind, &entries[i].path);
        buffer_add(&bench->node, entries[i].blob_hash.bytes, HASH_SIZE);
        shelf_add(&bench->shelf, &bench->workshop, NODE_BLOB, entries[i].blob);
    }
    return shelf_add(&bench->shelf, &bench->workshop, NODE_LEAF, buffer_text(&bench->node));
}

static void test_forged_leaves_are_refused(void **state)
{
    struct bench *bench = *state;
    struct trie trie = workshop_trie(&bench->workshop, NULL, 3);
    struct trie_entry entries[65];
    struct trie loaded = {0};
    struct error error = {0};
    struct hash leaf;

    memcpy(entries, trie.entries, 3 * sizeof *entries);
    leaf = forge_leaf(bench, entries, 3);
    assert_true(hash_equal(&leaf, &trie.top->hash)); /* an honest one */
    assert_int_equal(load(bench, leaf, 3, &loaded, &error), ERROR_NONE);
    for (size_t length = 1; length < bench->node.length; length++) {
        struct text cut = {bench->node.bytes, length};

        assert_int_equal(load(bench, shelf_add(&bench->shelf, &bench->workshop, NODE_LEAF, cut), 3, &loaded, &error),
                         ERROR_CORRUPT);
    }
    buffer_add_byte(&bench->node, 0);
    leaf = shelf_add(&bench->shelf, &bench->workshop, NODE_LEAF, buffer_text(&bench->node));
    expect_refused(bench, leaf, 3, "a trie node has bytes to spare");

    entries[0] = trie.entries[1];
    entries[1] = trie.entries[0];
    expect_refused(bench, forge_leaf(bench, entries, 3), 3, "a trie node lists its objects in the wrong order");
    entries[0] = entries[1];
    expect_refused(bench, forge_leaf(bench, entries, 3), 3, "a trie node lists its objects in the wrong order");
    entries[0] = trie.entries[0];
    entries[0].kind = KIND_COLUMN;
    expect_refused(bench, forge_leaf(bench, entries, 1), 1, "a trie node ends too early");
    entries[0].kind = (enum kind)999;
    expect_refused(bench, forge_leaf(bench, entries, 1), 1, "a trie node ends too early");
}

static void test_a_leaf_of_65_is_refused(void **state)
{
    struct bench *bench = *state;
    struct trie trie = workshop_trie(&bench->workshop, NULL, 65);
    struct hash leaf = forge_leaf(bench, trie.entries, 65);

    expect_refused(bench, leaf, 65, "a node is not on the shelf"); /* a branch is asked for */
    expect_refused(bench, leaf, 64, "a trie node lists more objects than fit");
}

static void test_forged_blobs_are_refused(void **state)
{
    struct bench *bench = *state;
    struct trie_entry entry = workshop_entry(&bench->workshop, 1, 1);
    struct trie loaded = {0};
    struct error error = {0};

    entry.blob = TEXT("\1\4\0\0");
    entry.blob_hash = workshop_hash(&bench->workshop, NODE_BLOB, entry.blob);
    expect_refused(bench, forge_leaf(bench, &entry, 1), 1, "a table has the bytes of a view");
    entry.blob = TEXT("\1\2\0\0\0");
    entry.blob_hash = workshop_hash(&bench->workshop, NODE_BLOB, entry.blob);
    expect_refused(bench, forge_leaf(bench, &entry, 1), 1, "an object's bytes are not in canonical form");
    entry.blob = TEXT("\2\2\0\0");
    entry.blob_hash = workshop_hash(&bench->workshop, NODE_BLOB, entry.blob);
    assert_int_equal(load(bench, forge_leaf(bench, &entry, 1), 1, &loaded, &error), ERROR_UNSUPPORTED);
}

/* A blob that one kind of object may have must not pass for another's because it was checked before. */
static void test_a_blob_that_was_checked_fits_its_kind_only(void **state)
{
    struct bench *bench = *state;
    struct trie_entry entries[2] = {workshop_entry(&bench->workshop, 1, 1), workshop_entry(&bench->workshop, 1, 1)};
    bool ordered;

    entries[1].kind = KIND_VIEW;
    entries[1].key = trie_key(bench->workshop.hasher, &bench->workshop.scratch, KIND_VIEW, &entries[1].path);
    ordered = memcmp(entries[0].key.bytes, entries[1].key.bytes, HASH_SIZE) < 0;
    assert_true(ordered); /* the table, which is right, comes first */
    expect_refused(bench, forge_leaf(bench, entries, 2), 2, "a view has the bytes of a table");
}

/* A child as a branch names it. */
struct child {
    unsigned digit;
    struct hash hash;
    uint32_t count;
};

static struct hash forge_branch(struct bench *bench, const struct child *children, unsigned count)
{
    unsigned present = 0;

    for (unsigned i = 0; i < count; i++)
        present |= 1u << children[i].digit;
    buffer_reset(&bench->node);
    buffer_add_byte(&bench->node, (uint8_t)(present >> 8));
    buffer_add_byte(&bench->node, (uint8_t)present);
    for (unsigned i = 0; i < count; i++) {
        buffer_add(&bench->node, children[i].hash.bytes, HASH_SIZE);
        buffer_add_varint(&bench->node, children[i].count);
    }
    return shelf_add(&bench->shelf, &bench->workshop, NODE_BRANCH, buffer_text(&bench->node));
}

/* A trie of 100 entries, whose children are leaves. Answers how many children its top has. */
static unsigned honest_branch(struct bench *bench, struct child children[TRIE_FANOUT])
{
    struct trie trie = workshop_trie(&bench->workshop, NULL, 100);
    unsigned count = 0;

    shelf_add_trie(&bench->shelf, &bench->workshop, &trie);
    for (unsigned i = 0; i < TRIE_FANOUT; i++)
        if (trie.top->children[i] != NULL)
            children[count++] = (struct child){i, trie.top->children[i]->hash, trie.top->children[i]->count};
    return count;
}

static void test_forged_branches_are_refused(void **state)
{
    static const char early[] = "a trie node ends too early or has an empty child";
    static const char spare[] = "a trie node has bytes to spare or too few";
    static const char few[] = "a trie node is a branch of too few or too many objects";
    static const char not_added_up[] = "a trie node has children whose number of objects does not add up";
    struct bench *bench = *state;
    struct child children[TRIE_FANOUT];
    struct child forged[TRIE_FANOUT];
    unsigned count = honest_branch(bench, children);
    struct trie loaded = {0};
    struct error error = {0};
    struct hash branch = forge_branch(bench, children, count);

    assert_int_equal(load(bench, branch, 100, &loaded, &error), ERROR_NONE); /* an honest one */
    assert_int_equal(count, TRIE_FANOUT);
    for (size_t length = 0; length < bench->node.length; length += 7) {
        struct text cut = {bench->node.bytes, length};

        expect_refused(bench, shelf_add(&bench->shelf, &bench->workshop, NODE_BRANCH, cut), 100,
                       length < 2 ? spare : early);
    }
    buffer_add_byte(&bench->node, 0);
    branch = shelf_add(&bench->shelf, &bench->workshop, NODE_BRANCH, buffer_text(&bench->node));
    expect_refused(bench, branch, 100, spare);
    expect_refused(bench, forge_branch(bench, NULL, 0), 100, few);

    memcpy(forged, children, sizeof forged);
    forged[3].hash = children[4].hash;
    forged[3].count = children[4].count;
    expect_refused(bench, forge_branch(bench, forged, count), 100 - children[3].count + children[4].count,
                   "a trie node lists an object that belongs elsewhere");
    forged[3].count = 0;
    expect_refused(bench, forge_branch(bench, forged, count), 100 - children[3].count, early);
    forged[3] = children[3];
    forged[3].count++;
    expect_refused(bench, forge_branch(bench, forged, count), 101,
                   "a trie node lists another number of objects than is said of it");
    memcpy(forged, children + 1, (count - 1) * sizeof *forged);
    expect_refused(bench, forge_branch(bench, forged, count - 1), 100, not_added_up);
    assert_int_equal(load(bench, forge_branch(bench, forged, count - 1), 100 - children[0].count, &loaded, &error),
                     ERROR_NONE);
}

static void test_a_branch_of_64_is_refused(void **state)
{
    struct bench *bench = *state;
    struct child children[TRIE_FANOUT];
    uint32_t total = 0;
    unsigned count = 0;

    honest_branch(bench, children);
    while (total + children[count].count <= TRIE_LEAF_ENTRIES)
        total += children[count++].count;
    expect_refused(bench, forge_branch(bench, children, count), total, "a node is not on the shelf");
}

/* Branches with a single child each, as deep as a key is long and one deeper. */
static void test_a_trie_has_an_end(void **state)
{
    struct bench *bench = *state;
    struct child only = {0, {{0}}, TRIE_LEAF_ENTRIES + 1};

    for (unsigned depth = 0; depth < 2 * HASH_SIZE; depth++)
        only.hash = forge_branch(bench, &only, 1);
    expect_refused(bench, only.hash, only.count, "a trie node is deeper than a key is long");
}

static enum error_code load_again(void *context, struct error *error)
{
    struct bench *bench = context;
    struct trie_top top = {.count = 300};
    struct node_source source = shelf_source(&bench->shelf);
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct trie trie = {.count = 42};
    enum error_code code;

    memcpy(top.hash.bytes, bench->node.bytes, HASH_SIZE);
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    code = trie_reader_open(&reader, &source, &arena, error);
    if (code == ERROR_NONE)
        code = trie_load(&trie, &top, ASPECT_STRUCTURE, &reader, error);
    assert_int_equal(trie.count, code == ERROR_NONE ? 300 : 42);
    return code;
}

static void test_memory_may_run_out(void **state)
{
    struct bench *bench = *state;
    uint32_t versions[300];
    struct trie trie;
    struct trie untouched = {.count = 42};
    struct node_source source = shelf_source(&bench->shelf);
    struct trie_top top;
    CLEANUP(arena_free) struct arena small;
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct error error = {0};

    for (uint32_t i = 0; i < LENGTH_OF(versions); i++)
        versions[i] = i + 1;
    trie = workshop_trie(&bench->workshop, versions, LENGTH_OF(versions));
    shelf_add_trie(&bench->shelf, &bench->workshop, &trie);
    buffer_reset(&bench->node);
    buffer_add(&bench->node, trie.top->hash.bytes, HASH_SIZE);
    assert_true(test_every_allocation(load_again, bench) >= 4);
    arena_init(&small, 1000);
    top = (struct trie_top){trie.top->hash, 300};
    assert_int_equal(trie_reader_open(&reader, &source, &small, &error), ERROR_NONE);
    assert_int_equal(trie_load(&untouched, &top, ASPECT_STRUCTURE, &reader, &error), ERROR_LIMIT);
    assert_int_equal(untouched.count, 42);
}

/* ---------------------------------------------------------------- what differs */

/* Write down a key and two hashes, for each difference. */
static enum error_code tell(void *context, const struct trie_entry *from, const struct trie_entry *to,
                            struct error *error)
{
    struct buffer *told = context;

    (void)error;
    buffer_add(told, (from != NULL ? from : to)->key.bytes, HASH_SIZE);
    buffer_add(told, from != NULL ? from->blob_hash.bytes : (const uint8_t[HASH_SIZE]){0}, HASH_SIZE);
    buffer_add(told, to != NULL ? to->blob_hash.bytes : (const uint8_t[HASH_SIZE]){0}, HASH_SIZE);
    return ERROR_NONE;
}

static struct trie_side side_of(const struct trie *trie, bool stored)
{
    struct trie_side side = {.trie = stored ? NULL : trie};

    if (stored)
        side.top = (struct trie_top){trie->top->hash, trie->count};
    return side;
}

/* Whether each of the two is in memory or not, the walk tells the same as that of two tries in memory. */
static void expect_same_diff(struct bench *bench, const struct trie *from, const struct trie *to)
{
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct node_source source = shelf_source(&bench->shelf);
    CLEANUP(buffer_clear) struct buffer expected = {0};
    struct error error = {0};

    shelf_add_trie(&bench->shelf, &bench->workshop, from);
    shelf_add_trie(&bench->shelf, &bench->workshop, to);
    assert_int_equal(trie_reader_open(&reader, &source, &bench->workshop.arena, &error), ERROR_NONE);
    assert_int_equal(trie_diff(from, to, tell, &expected, &error), ERROR_NONE);
    for (unsigned where = 0; where < 4; where++) {
        CLEANUP(buffer_clear) struct buffer told = {0};
        const struct trie_comparison comparison = {side_of(from, (where & 1) != 0), side_of(to, (where & 2) != 0), tell,
                                                   &told};

        if (trie_load_diff(&comparison, &reader, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        assert_true(text_equal(buffer_text(&told), buffer_text(&expected)));
    }
}

static void test_what_differs_is_told(void **state)
{
    static const uint32_t counts[] = {0, 1, 63, 64, 65, 66, 300, 1100};
    struct bench *bench = *state;
    struct sample_random random = {11};

    for (size_t i = 0; i < LENGTH_OF(counts) * LENGTH_OF(counts); i++) {
        uint32_t a = counts[i / LENGTH_OF(counts)], b = counts[i % LENGTH_OF(counts)], versions[2][1100];
        uint32_t rarity = 1 + sample_below(&random, 40);
        struct trie from, to;

        for (uint32_t k = 0; k < 1100; k++) {
            versions[0][k] = 1 + sample_below(&random, 2);
            versions[1][k] = sample_below(&random, rarity) == 0 ? sample_below(&random, 4) : versions[0][k];
        }
        from = workshop_trie(&bench->workshop, versions[0], a);
        to = workshop_trie(&bench->workshop, versions[1], b);
        expect_same_diff(bench, &from, &to);
    }
}

static void test_one_change_costs_a_few_nodes(void **state)
{
    struct bench *bench = *state;
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct node_source source = shelf_source(&bench->shelf);
    uint32_t versions[3000];
    CLEANUP(buffer_clear) struct buffer told = {0};
    struct trie from, to;
    struct error error = {0};

    for (uint32_t i = 0; i < LENGTH_OF(versions); i++)
        versions[i] = 1;
    from = workshop_trie(&bench->workshop, versions, LENGTH_OF(versions));
    versions[1234] = 2;
    to = workshop_trie(&bench->workshop, versions, LENGTH_OF(versions));
    shelf_add_trie(&bench->shelf, &bench->workshop, &from);
    shelf_add_trie(&bench->shelf, &bench->workshop, &to);
    assert_int_equal(trie_reader_open(&reader, &source, &bench->workshop.arena, &error), ERROR_NONE);
    const struct trie_comparison comparison = {side_of(&from, true), side_of(&to, true), tell, &told};
    assert_int_equal(trie_load_diff(&comparison, &reader, &error), ERROR_NONE);
    assert_int_equal(told.length, 3 * HASH_SIZE);
    assert_true(bench->shelf.nodes_fetched <= 8); /* two tops, two branches, two leaves at most, on both sides */
    assert_int_equal(bench->shelf.blobs_fetched, 0);
}

static void test_forged_differences_are_refused(void **state)
{
    struct bench *bench = *state;
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct node_source source = shelf_source(&bench->shelf);
    struct child children[TRIE_FANOUT], forged[TRIE_FANOUT];
    unsigned count = honest_branch(bench, children);
    struct trie_comparison comparison = {.visit = tell};
    CLEANUP(buffer_clear) struct buffer told = {0};
    struct error error = {0};

    comparison.context = &told;
    comparison.from.top = (struct trie_top){forge_branch(bench, children, count), 100};
    assert_int_equal(trie_reader_open(&reader, &source, &bench->workshop.arena, &error), ERROR_NONE);

    memcpy(forged, children, sizeof forged); /* the same child, but said to have more */
    forged[3].count++;
    comparison.to.top = (struct trie_top){forge_branch(bench, forged, count), 101};
    assert_int_equal(trie_load_diff(&comparison, &reader, &error), ERROR_CORRUPT);
    assert_string_equal(error.message, "a trie node is said to have two numbers of objects");

    forged[3] = children[3]; /* a child that belongs elsewhere */
    forged[3].hash = children[4].hash;
    forged[3].count = children[4].count;
    comparison.to.top =
        (struct trie_top){forge_branch(bench, forged, count), 100 - children[3].count + children[4].count};
    assert_int_equal(trie_load_diff(&comparison, &reader, &error), ERROR_CORRUPT);
    assert_string_equal(error.message, "a trie node lists an object that belongs elsewhere");

    comparison.to.top = comparison.from.top; /* another number at the top */
    comparison.to.top.count = 99;
    assert_int_equal(trie_load_diff(&comparison, &reader, &error), ERROR_CORRUPT);
}

/* ---------------------------------------------------------------- some entries */

static int compare_wanted(const void *a, const void *b)
{
    return memcmp(((const struct trie_wanted *)a)->key.bytes, ((const struct trie_wanted *)b)->key.bytes, HASH_SIZE);
}

static void test_entries_are_found_by_key(void **state)
{
    static const uint32_t counts[] = {0, 1, 64, 65, 1100};
    struct bench *bench = *state;
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct node_source source = shelf_source(&bench->shelf);
    struct error error = {0};

    assert_int_equal(trie_reader_open(&reader, &source, &bench->workshop.arena, &error), ERROR_NONE);
    for (size_t i = 0; i < LENGTH_OF(counts); i++) {
        struct trie trie = workshop_trie(&bench->workshop, NULL, counts[i]);
        struct trie_top top = {trie.top->hash, trie.count};
        struct trie_wanted wanted[60] = {0};

        shelf_add_trie(&bench->shelf, &bench->workshop, &trie);
        for (uint32_t k = 0; k < LENGTH_OF(wanted); k++)
            wanted[k].key = workshop_entry(&bench->workshop, k * 25, 1).key;
        qsort(wanted, LENGTH_OF(wanted), sizeof *wanted, compare_wanted);
        assert_int_equal(trie_load_wanted(&top, wanted, LENGTH_OF(wanted), &reader, &error), ERROR_NONE);
        for (uint32_t k = 0; k < LENGTH_OF(wanted); k++) {
            const struct trie_entry *expected = trie_find(&trie, &wanted[k].key);

            assert_int_equal(wanted[k].entry != NULL, expected != NULL);
            assert_true(expected == NULL || hash_equal(&wanted[k].entry->blob_hash, &expected->blob_hash));
        }
        assert_int_equal(trie_load_wanted(&top, NULL, 0, &reader, &error), ERROR_NONE);
    }
    assert_int_equal(bench->shelf.blobs_fetched, 0);
}

/* ---------------------------------------------------------------- aspects */

static void test_a_blob_of_another_aspect_is_refused(void **state)
{
    struct bench *bench = *state;
    struct trie_entry entry = workshop_entry(&bench->workshop, 1, 1);

    entry.blob = TEXT("\1\2\1\5owner\0\0\0");
    entry.blob_hash = workshop_hash(&bench->workshop, NODE_BLOB, entry.blob);
    expect_refused(bench, forge_leaf(bench, &entry, 1), 1,
                   "a table has attributes of the aspect access in the aspect structure");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_put_away_is_loaded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_shared_blob_is_fetched_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_node_is_needed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_count_than_the_top_has_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forged_leaves_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_leaf_of_65_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forged_blobs_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_blob_that_was_checked_fits_its_kind_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forged_branches_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_branch_of_64_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_trie_has_an_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_blob_of_another_aspect_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_differs_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_change_costs_a_few_nodes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forged_differences_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_entries_are_found_by_key, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory_may_run_out, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
