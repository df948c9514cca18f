#include "schema/load.h"

#include <string.h>

#include "pair_sample.h"
#include "schema/canonical.h"
#include "schema/snapshot_file.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* ---------------------------------------------------------------- whole snapshots */

static void test_what_was_visited_is_loaded(void **state)
{
    static const uint32_t counts[] = {0, 1, 64, 65, 500};
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(counts); i++) {
        struct pair pair = bench_pair(bench, counts[i], 3), loaded = {NULL, NULL};
        struct error error = {0};

        if (snapshot_load(&loaded.from, &pair.from->root, &bench->source, BENCH_MEMORY, &error) != ERROR_NONE ||
            snapshot_load(&loaded.to, &pair.to->root, &bench->source, BENCH_MEMORY, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        pair_expect_same_facts(pair.from, loaded.from);
        assert_true(text_equal(loaded.from->info.engine, TEXT("dummy")) && loaded.from->info.origin.length == 0);
        assert_int_equal(snapshot_object_count(loaded.from), counts[i]);
        pair_attach_ids(loaded.from, pair.from);
        pair_attach_ids(loaded.to, pair.to);
        pair_expect_same_diff(&pair, &loaded);
        pair_free(&pair);
        pair_free(&loaded);
    }
}

/* What a visitor was told. */
struct visits {
    struct shelf shelf; /* as a set */
    unsigned count;
    bool root;
    const struct hash *known;
};

static enum error_code put_once(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                struct error *error)
{
    struct visits *visits = context;

    (void)bytes, (void)error;
    assert_false(visits->root); /* which is the last */
    assert_null(node_table_find(&visits->shelf.nodes, hash));
    assert_true(node_table_add(&visits->shelf.nodes, hash, (uint8_t)type, TEXT("")));
    visits->root = type == NODE_ROOT;
    visits->count++;
    return ERROR_NONE;
}

static bool knows(void *context, const struct hash *hash)
{
    const struct visits *visits = context;

    return visits->known != NULL && hash_equal(visits->known, hash);
}

static void test_nodes_are_visited_once(void **state)
{
    struct bench *bench = *state;
    struct pair pair = bench_pair(bench, 300, 3);
    const struct trie *structure = &pair.from->tries[ASPECT_STRUCTURE];
    struct visits all = {.count = 0}, some = {.known = &structure->top->hash}, none = {.known = &pair.from->root};
    struct snapshot_walk walk = {.known = knows, .visit = put_once, .context = &all};
    struct error error = {0};

    assert_int_equal(snapshot_visit_nodes(pair.from, &walk, &error), ERROR_NONE);
    assert_true(all.root && all.count > 300);
    walk.context = &some;
    assert_int_equal(snapshot_visit_nodes(pair.from, &walk, &error), ERROR_NONE);
    assert_true(some.root && some.count < all.count - 100);
    assert_null(node_table_find(&some.shelf.nodes, &structure->top->hash));
    walk.context = &none;
    assert_int_equal(snapshot_visit_nodes(pair.from, &walk, &error), ERROR_NONE);
    assert_int_equal(none.count, 0);
    shelf_close(&all.shelf);
    shelf_close(&some.shelf);
    pair_free(&pair);
}

/* ---------------------------------------------------------------- limits */

static void test_the_memory_limit_holds(void **state)
{
    struct bench *bench = *state;
    struct pair pair = bench_pair(bench, 300, 2), loaded = {NULL, NULL};
    struct error error = {0};

    assert_int_equal(snapshot_load(&loaded.to, &pair.to->root, &bench->source, 20000, &error), ERROR_LIMIT);
    assert_int_equal(snapshot_load_changed(&loaded.from, &loaded.to, &pair.from->root, &pair.to->root, &bench->source,
                                           20000, &error),
                     ERROR_LIMIT);
    assert_true(loaded.from == NULL && loaded.to == NULL);
    pair_free(&pair);
}

/* ---------------------------------------------------------------- forged snapshots */

#define PLAIN "\1\2\1\1a\0\1x\1\x40\1c\0"
#define OWNED "\1\2\1\5owner\0\1x\0"
#define STORED "\1\2\1\7storage\0\1x\0"

/* What each aspect says of the table s.t1; NULL bytes: nothing. */
struct forgery {
    const char *name;
    struct text blobs[ASPECT_COUNT];
    const char *message; /* NULL: it is honest */
};

/* Put it on the shelf. The snapshot lives in the workshop. */
static struct snapshot *forge(struct bench *bench, const struct forgery *forgery)
{
    struct workshop *workshop = &bench->workshop;
    struct snapshot *snapshot = bench_room(bench, 1, sizeof *snapshot);
    CLEANUP(buffer_clear) struct buffer root = {0};
    struct error error = {0};

    snapshot->canonical_version = CANONICAL_VERSION;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        struct trie_entry *entry = bench_room(bench, 1, sizeof *entry);
        bool there = forgery->blobs[aspect].bytes != NULL;

        *entry = workshop_entry(workshop, 1, 1);
        entry->blob = forgery->blobs[aspect];
        entry->blob_hash = workshop_hash(workshop, NODE_BLOB, entry->blob);
        assert_int_equal(trie_build(&snapshot->tries[aspect], entry, there, &workshop->arena, workshop->hasher, &error),
                         ERROR_NONE);
    }
    snapshot_encode_root(&root, snapshot);
    snapshot->root = workshop_hash(workshop, NODE_ROOT, buffer_text(&root));
    shelf_add_snapshot(&bench->shelf, workshop, snapshot);
    return snapshot;
}

static void expect_code(const struct forgery *forgery, enum error_code code, const struct error *error)
{
    if (code != (forgery->message == NULL ? ERROR_NONE : ERROR_CORRUPT) ||
        (code != ERROR_NONE && strstr(error->message, forgery->message) == NULL))
        fail_msg("%s: %s, '%s'", forgery->name, error_name(code), error->message);
}

/* By itself, as a file, and as what follows each of some honest snapshots. */
static void test_aspects_must_fit_each_other(void **state)
{
    static const struct forgery cases[] = {
        {"nothing", {{NULL, 0}}, NULL},
        {"a table", {TEXT_INIT(PLAIN)}, NULL},
        {"with an owner", {TEXT_INIT(PLAIN), TEXT_INIT(OWNED)}, NULL},
        {"with an owner and storage", {TEXT_INIT(PLAIN), TEXT_INIT(OWNED), TEXT_INIT(STORED)}, NULL},
        {"with an owner of its column", {TEXT_INIT(PLAIN), TEXT_INIT("\1\2\0\1\x40\1c\1\5owner\0\0")}, NULL},
        {"access without home",
         {{NULL, 0}, TEXT_INIT(OWNED)},
         "a snapshot has access or storage of a table that it lacks"},
        {"storage without home",
         {{NULL, 0}, {NULL, 0}, TEXT_INIT(STORED)},
         "a snapshot has access or storage of a table that it lacks"},
        {"access in structure",
         {TEXT_INIT(OWNED)},
         "a table has attributes of the aspect access in the aspect structure"},
        {"structure in access",
         {TEXT_INIT(PLAIN), TEXT_INIT(PLAIN)},
         "a table has attributes of the aspect structure in the aspect access"},
        {"storage in access",
         {TEXT_INIT(PLAIN), TEXT_INIT(STORED)},
         "a table has attributes of the aspect storage in the aspect access"},
        {"an owner of another column",
         {TEXT_INIT(PLAIN), TEXT_INIT("\1\2\0\1\x40\1d\1\5owner\0\0")},
         "an object has access or storage attributes of a part it lacks"},
        {"several aspects in one",
         {TEXT_INIT("\1\2\2\1a\0\1x\5owner\0\1x\0")},
         "an object's bytes are not in canonical form"},
    };
    enum { HONEST = 5 };
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct snapshot *forged = forge(bench, &cases[i]);
        CLEANUP(buffer_clear) struct buffer file = {0};
        struct snapshot *from = NULL, *to = NULL;
        struct error error = {0};

        expect_code(&cases[i], snapshot_load(&to, &forged->root, &bench->source, BENCH_MEMORY, &error), &error);
        snapshot_free(to);
        to = NULL;
        assert_int_equal(snapshot_file_encode(forged, &file, &error), ERROR_NONE);
        expect_code(&cases[i], snapshot_file_decode(&to, buffer_text(&file), "forged", &error), &error);
        snapshot_free(to);
        for (size_t k = 0; k < HONEST; k++) {
            const struct snapshot *honest = forge(bench, &cases[k]);

            from = to = NULL;
            expect_code(
                &cases[i],
                snapshot_load_changed(&from, &to, &honest->root, &forged->root, &bench->source, BENCH_MEMORY, &error),
                &error);
            snapshot_free(from);
            snapshot_free(to);
        }
    }
}

static void test_a_root_must_fit_its_tries(void **state)
{
    static const struct forgery honest = {"a table", {TEXT_INIT(PLAIN), TEXT_INIT(OWNED)}, NULL};
    struct bench *bench = *state;
    struct snapshot *from = NULL, *to = NULL;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        struct snapshot *forged = forge(bench, &honest);
        CLEANUP(buffer_clear) struct buffer root = {0};
        struct hash honest_root = forged->root;
        struct error error = {0};

        forged->tries[aspect].count++;
        snapshot_encode_root(&root, forged);
        forged->root = shelf_add(&bench->shelf, &bench->workshop, NODE_ROOT, buffer_text(&root));
        assert_int_equal(snapshot_load(&to, &forged->root, &bench->source, BENCH_MEMORY, &error), ERROR_CORRUPT);
        assert_int_equal(
            snapshot_load_changed(&from, &to, &honest_root, &forged->root, &bench->source, BENCH_MEMORY, &error),
            ERROR_CORRUPT);
        assert_true(from == NULL && to == NULL);
    }
}

/* ---------------------------------------------------------------- memory */

/* A pair and what is to be done with it. */
struct work {
    struct bench *bench;
    struct pair pair;
};

static enum error_code load_again(void *context, struct error *error)
{
    const struct work *work = context;
    struct snapshot *snapshot = NULL;
    enum error_code code = snapshot_load(&snapshot, &work->pair.to->root, &work->bench->source, BENCH_MEMORY, error);

    assert_true((code == ERROR_NONE) == (snapshot != NULL));
    snapshot_free(snapshot);
    return code;
}

static enum error_code ignore_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                   struct error *error)
{
    (void)context, (void)type, (void)hash, (void)bytes, (void)error;
    return ERROR_NONE;
}

static enum error_code visit_again(void *context, struct error *error)
{
    const struct snapshot_walk walk = {.visit = ignore_node};

    return snapshot_visit_nodes(((const struct work *)context)->pair.to, &walk, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct bench *bench = *state;
    struct work work = {bench, bench_pair(bench, 70, 4)};

    assert_true(test_every_allocation(load_again, &work) >= 5);
    assert_true(test_every_allocation(visit_again, &work) >= 2);
    pair_free(&work.pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_visited_is_loaded, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_nodes_are_visited_once, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_the_memory_limit_holds, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_aspects_must_fit_each_other, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_a_root_must_fit_its_tries, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, bench_setup, bench_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
