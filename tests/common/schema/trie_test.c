#include "schema/trie.h"

#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "trie_sample.h"

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

static unsigned digit_of(const struct hash *key, unsigned depth)
{
    return key->bytes[depth / 2] >> (depth % 2 == 0 ? 4 : 0) & 15;
}

/* Everything that the header says of a node, for it and all below it. Answers how many nodes there are. */
static unsigned check_shape(struct workshop *workshop, const struct trie *trie, const struct trie_node *node,
                            unsigned depth)
{
    uint32_t next = node->first;
    unsigned nodes = 1;
    struct hash hash;

    assert_int_equal(node->children != NULL, node->count > TRIE_LEAF_ENTRIES);
    assert_true(node->first + node->count <= trie->count);
    for (unsigned i = 0; node->children != NULL && i < TRIE_FANOUT; i++) {
        const struct trie_node *child = node->children[i];

        if (child == NULL)
            continue;
        assert_int_equal(child->first, next);
        assert_true(child->count > 0);
        for (uint32_t k = child->first; k < child->first + child->count; k++)
            assert_int_equal(digit_of(&trie->entries[k].key, depth), i);
        next += child->count;
        nodes += check_shape(workshop, trie, child, depth + 1);
    }
    if (node->children != NULL)
        assert_int_equal(next, node->first + node->count);
    buffer_reset(&workshop->scratch);
    trie_encode_node(&workshop->scratch, trie, node);
    hash = workshop_hash(workshop, node->children == NULL ? NODE_LEAF : NODE_BRANCH, buffer_text(&workshop->scratch));
    assert_true(hash_equal(&hash, &node->hash));
    return nodes;
}

static void check_trie(struct workshop *workshop, const struct trie *trie)
{
    assert_int_equal(trie->top->first, 0);
    assert_int_equal(trie->top->count, trie->count);
    for (uint32_t i = 1; i < trie->count; i++)
        assert_true(memcmp(trie->entries[i - 1].key.bytes, trie->entries[i].key.bytes, HASH_SIZE) < 0);
    check_shape(workshop, trie, trie->top, 0);
}

static void test_a_leaf_becomes_a_branch_after_64_entries(void **state)
{
    static const struct {
        uint32_t count;
        bool leaf;
    } cases[] = {{0, true}, {1, true}, {63, true}, {64, true}, {65, false}, {66, false}, {1000, false}};

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct trie trie = workshop_trie(*state, NULL, cases[i].count);

        assert_int_equal(trie.count, cases[i].count);
        assert_int_equal(trie.top->children == NULL, cases[i].leaf);
        check_trie(*state, &trie);
    }
}

static void test_no_entries_are_an_empty_leaf(void **state)
{
    struct workshop *workshop = *state;
    struct trie trie = workshop_trie(workshop, NULL, 0);
    struct hash absent = {{0}};
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    trie_encode_node(&buffer, &trie, trie.top);
    assert_true(text_equal(buffer_text(&buffer), TEXT("\0")));
    assert_null(trie_find(&trie, &absent));
}

static void test_ten_thousand_entries(void **state)
{
    enum { COUNT = 10000 };
    struct workshop *workshop = *state;
    struct trie trie = workshop_trie(workshop, NULL, COUNT);

    check_trie(workshop, &trie);
    for (uint32_t i = 0; i < COUNT + 100; i++) {
        struct trie_entry entry = workshop_entry(workshop, i, 1);
        const struct trie_entry *found = trie_find(&trie, &entry.key);

        assert_int_equal(found != NULL, i < COUNT);
        if (found != NULL)
            assert_true(path_equal(&found->path, &entry.path));
    }
}

static void shuffle(struct sample_random *random, struct trie_entry *entries, uint32_t count)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t other = sample_below(random, i);
        struct trie_entry kept = entries[i - 1];

        entries[i - 1] = entries[other];
        entries[other] = kept;
    }
}

/* A schema grows, shrinks and changes; after every step its trie equals one that is made at once and in another order.
 */
static void test_the_shape_depends_on_the_set_alone(void **state)
{
    enum { MOST = 150, STEPS = 60 };
    struct workshop *workshop = *state;
    struct sample_random random = {3};
    uint32_t versions[MOST] = {0};
    struct hash seen[STEPS];

    for (uint32_t step = 0; step < STEPS; step++) {
        struct trie grown;
        struct trie anew = {0};
        struct trie_entry *entries;
        struct error error = {0};

        for (uint32_t i = 0; i < 12; i++)
            versions[sample_below(&random, MOST)] = sample_below(&random, step < STEPS / 2 ? 4 : 2);
        versions[0] = step + 1; /* no two steps are the same */
        grown = workshop_trie(workshop, versions, MOST);
        entries = arena_array(&workshop->arena, grown.count, sizeof *entries);
        assert_non_null(entries);
        memcpy(entries, grown.entries, grown.count * sizeof *entries);
        shuffle(&random, entries, grown.count);
        assert_int_equal(trie_build(&anew, entries, grown.count, &workshop->arena, workshop->hasher, &error), 0);
        assert_true(hash_equal(&grown.top->hash, &anew.top->hash));
        check_trie(workshop, &anew);
        seen[step] = grown.top->hash;
        for (uint32_t i = 0; i < step; i++)
            assert_false(hash_equal(&seen[i], &seen[step]));
    }
}

static void test_going_back_gives_the_old_root(void **state)
{
    uint32_t versions[200];
    struct trie before;
    struct trie changed;
    struct trie after;

    for (size_t i = 0; i < LENGTH_OF(versions); i++)
        versions[i] = 1;
    before = workshop_trie(*state, versions, LENGTH_OF(versions));
    versions[70] = 0;
    versions[71] = 2;
    changed = workshop_trie(*state, versions, LENGTH_OF(versions));
    versions[70] = versions[71] = 1;
    after = workshop_trie(*state, versions, LENGTH_OF(versions));
    assert_false(hash_equal(&before.top->hash, &changed.top->hash));
    assert_true(hash_equal(&before.top->hash, &after.top->hash));
}

static void test_an_entry_twice_is_refused_by_name(void **state)
{
    struct workshop *workshop = *state;
    struct trie trie = {.count = 42};
    struct trie_entry entries[3] = {workshop_entry(workshop, 1, 1), workshop_entry(workshop, 2, 1),
                                    workshop_entry(workshop, 1, 2)};
    struct error error = {0};

    assert_int_equal(trie_build(&trie, entries, 3, &workshop->arena, workshop->hasher, &error), ERROR_INTERNAL);
    assert_string_equal(error.message, "the table 's.t1' was read twice");
    assert_int_equal(trie.count, 42);
}

/* What a walk reported, in its order. */
struct report {
    const struct trie_entry *pairs[1000][2];
    uint32_t count;
    uint32_t give_up_after;
};

static enum error_code note(void *context, const struct trie_entry *from, const struct trie_entry *to,
                            struct error *error)
{
    struct report *report = context;

    assert_true(report->count < LENGTH_OF(report->pairs));
    report->pairs[report->count][0] = from;
    report->pairs[report->count][1] = to;
    report->count++;
    if (report->count == report->give_up_after)
        return error_set(error, ERROR_QUERY, "enough");
    return ERROR_NONE;
}

/* The same by looking at every entry of both. */
static void compare_all(const struct trie *from, const struct trie *to, struct report *report)
{
    uint32_t a = 0;
    uint32_t b = 0;

    while (a < from->count || b < to->count) {
        const struct trie_entry *left = a < from->count ? &from->entries[a] : NULL;
        const struct trie_entry *right = b < to->count ? &to->entries[b] : NULL;
        int order = left == NULL ? 1 : right == NULL ? -1 : memcmp(left->key.bytes, right->key.bytes, HASH_SIZE);

        a += order <= 0;
        b += order >= 0;
        if (order != 0 || !hash_equal(&left->blob_hash, &right->blob_hash))
            note(report, order <= 0 ? left : NULL, order >= 0 ? right : NULL, NULL);
    }
}

static void test_a_walk_finds_what_a_full_comparison_finds(void **state)
{
    enum { MOST = 400, ROUNDS = 60 };
    static struct report walked;
    static struct report expected;
    struct workshop *workshop = *state;
    struct sample_random random = {4};

    for (uint32_t round = 0; round < ROUNDS; round++) {
        static const uint32_t sizes[] = {0, 1, 60, 64, 65, 70, 200, MOST};
        uint32_t count = sizes[sample_below(&random, LENGTH_OF(sizes))];
        uint32_t changes = sample_below(&random, 4) == 0 ? count : sample_below(&random, 10);
        uint32_t versions[MOST];
        struct trie from;
        struct trie to;
        struct error error = {0};

        for (uint32_t i = 0; i < count; i++)
            versions[i] = sample_below(&random, 5);
        from = workshop_trie(workshop, versions, count);
        for (uint32_t i = 0; count > 0 && i < changes; i++)
            versions[sample_below(&random, count)] = sample_below(&random, 5);
        to = workshop_trie(workshop, versions, count);
        walked.count = expected.count = 0;
        compare_all(&from, &to, &expected);
        assert_int_equal(trie_diff(&from, &to, note, &walked, &error), ERROR_NONE);
        assert_int_equal(walked.count, expected.count);
        assert_memory_equal(walked.pairs, expected.pairs, expected.count * sizeof expected.pairs[0]);
    }
}

static void test_a_visitor_may_end_the_walk(void **state)
{
    static struct report report = {.give_up_after = 3};
    struct trie from = workshop_trie(*state, NULL, 0);
    struct trie to = workshop_trie(*state, NULL, 200);
    struct error error = {0};

    assert_int_equal(trie_diff(&from, &to, note, &report, &error), ERROR_QUERY);
    assert_int_equal(report.count, 3);
    assert_string_equal(error.message, "enough");
}

/* Make every entry under a node look different, without touching the node's hash. */
static void poison(const struct trie *trie, const struct trie_node *node, uint8_t with)
{
    for (uint32_t i = node->first; i < node->first + node->count; i++)
        memset(trie->entries[i].blob_hash.bytes, with, HASH_SIZE);
}

static unsigned poison_equal(const struct trie *from, const struct trie_node *a, const struct trie *to,
                             const struct trie_node *b)
{
    unsigned poisoned = 0;

    if (hash_equal(&a->hash, &b->hash)) {
        poison(from, a, 1);
        poison(to, b, 2);
        return a->count;
    }
    for (unsigned i = 0; a->children != NULL && b->children != NULL && i < TRIE_FANOUT; i++)
        if (a->children[i] != NULL && b->children[i] != NULL)
            poisoned += poison_equal(from, a->children[i], to, b->children[i]);
    return poisoned;
}

static void test_equal_subtrees_are_not_entered(void **state)
{
    enum { COUNT = 10000 };
    static uint32_t versions[COUNT];
    static struct report report;
    struct trie from;
    struct trie to;
    struct error error = {0};

    for (uint32_t i = 0; i < COUNT; i++)
        versions[i] = 1;
    from = workshop_trie(*state, versions, COUNT);
    versions[4711] = 2;
    to = workshop_trie(*state, versions, COUNT);
    assert_true(poison_equal(&from, from.top, &to, to.top) >= COUNT - TRIE_LEAF_ENTRIES);
    assert_int_equal(trie_diff(&from, &to, note, &report, &error), ERROR_NONE);
    assert_int_equal(report.count, 1);
    assert_true(text_equal(report.pairs[0][0]->path.elements[1], TEXT("t4711")));
    assert_ptr_equal(report.pairs[0][1], trie_find(&to, &report.pairs[0][0]->key));
}

/* What an attempt builds again and again, in an arena of its own. */
struct material {
    struct workshop *workshop;
    struct trie_entry *entries;
    uint32_t count;
};

static enum error_code build(void *context, struct error *error)
{
    struct material *material = context;
    CLEANUP(arena_free) struct arena arena;
    struct trie trie = {.count = 42};
    enum error_code code;

    arena_init(&arena, (size_t)64 * 1024 * 1024);
    code = trie_build(&trie, material->entries, material->count, &arena, material->workshop->hasher, error);
    assert_int_equal(trie.count, code == ERROR_NONE ? material->count : 42);
    return code;
}

static void test_memory_may_run_out(void **state)
{
    struct workshop *workshop = *state;
    struct trie trie = workshop_trie(workshop, NULL, 300);
    struct material material = {workshop, trie.entries, trie.count};
    CLEANUP(arena_free) struct arena small;
    struct trie untouched = {.count = 42};
    struct error error = {0};

    assert_true(test_every_allocation(build, &material) >= 2);
    arena_init(&small, 100);
    assert_int_equal(trie_build(&untouched, trie.entries, trie.count, &small, workshop->hasher, &error), ERROR_LIMIT);
    assert_int_equal(untouched.count, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_leaf_becomes_a_branch_after_64_entries),
        cmocka_unit_test(test_no_entries_are_an_empty_leaf),
        cmocka_unit_test(test_ten_thousand_entries),
        cmocka_unit_test(test_the_shape_depends_on_the_set_alone),
        cmocka_unit_test(test_going_back_gives_the_old_root),
        cmocka_unit_test(test_an_entry_twice_is_refused_by_name),
        cmocka_unit_test(test_a_walk_finds_what_a_full_comparison_finds),
        cmocka_unit_test(test_a_visitor_may_end_the_walk),
        cmocka_unit_test(test_equal_subtrees_are_not_entered),
        cmocka_unit_test(test_memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
