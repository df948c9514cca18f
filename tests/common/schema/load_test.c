#include "schema/load.h"

#include <string.h>

#include "drift/diff.h"
#include "drift/report.h"
#include "sample.h"
#include "schema/canonical.h"
#include "schema/snapshot_file.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "trie_sample.h"

enum { MEMORY_LIMIT = 256 * 1024 * 1024 };

/* Where a test keeps its snapshots and their nodes. */
struct bench {
    struct workshop workshop;
    struct shelf shelf;
    struct node_source source;
    struct sample_random random;
};

static int setup(void **state)
{
    static struct bench bench;

    workshop_open(&bench.workshop);
    shelf_open(&bench.shelf);
    bench.source = shelf_source(&bench.shelf);
    bench.random = (struct sample_random){5};
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    shelf_close(&bench->shelf);
    workshop_close(&bench->workshop);
    return 0;
}

/* ---------------------------------------------------------------- snapshots to compare */

static void *room(struct bench *bench, size_t count, size_t size)
{
    void *memory = arena_array(&bench->workshop.arena, count, size);

    assert_non_null(memory);
    return memory;
}

static struct object copy_object(struct bench *bench, const struct object *object)
{
    struct object copy = *object;

    copy.attributes = room(bench, object->attribute_count + 1, sizeof *copy.attributes);
    memcpy(copy.attributes, object->attributes, object->attribute_count * sizeof *copy.attributes);
    copy.parts = room(bench, object->part_count, sizeof *copy.parts);
    memcpy(copy.parts, object->parts, object->part_count * sizeof *copy.parts);
    return copy;
}

/* The object `number`; one in four is a partition. */
static struct object make_object(struct bench *bench, uint32_t number)
{
    static const struct text parent[] = {TEXT_INIT("s.parent")};
    struct object made = sample_object(&bench->random, &bench->workshop.arena, number);
    struct object object = copy_object(bench, &made);

    object.id = number + 1;
    if (number % 4 == 0)
        object.attributes[object.attribute_count++] =
            (struct attribute){.name = TEXT("partition_of"), .items = parent, .count = 1};
    return object;
}

/* The object some time later. False: it is gone. */
static bool change_object(struct bench *bench, struct object *object, uint32_t number)
{
    switch (sample_below(&bench->random, 5)) {
    case 0:
        return false;
    case 1:
        object->attribute_count -= object->attribute_count > 0;
        return true;
    case 2:
        object->part_count -= object->part_count > 0;
        return true;
    case 3:
        object->path.elements[0] = text_from(arena_printf(&bench->workshop.arena, "renamed%u", number));
        return true;
    default:
        *object = make_object(bench, number);
        return true;
    }
}

static void add_gaps(struct bench *bench, struct snapshot_input *input)
{
    static const struct coverage_gap gaps[] = {{KIND_CHECK, {"", 0}, {"permission denied", 17}},
                                               {KIND_TABLE, {"o1.5", 4}, {"locked", 6}}};

    input->gaps = room(bench, LENGTH_OF(gaps), sizeof *input->gaps);
    for (size_t i = 0; i < LENGTH_OF(gaps); i++)
        if (sample_below(&bench->random, 4) == 0)
            input->gaps[input->gap_count++] = gaps[i];
}

/* Two snapshots of one database of about `count` objects, of which one in `rarity` changed; their nodes are on the
 * shelf. */
struct pair {
    struct snapshot *from;
    struct snapshot *to;
};

static struct pair make_pair(struct bench *bench, uint32_t count, uint32_t rarity)
{
    struct object *objects = room(bench, count, sizeof *objects), *later = room(bench, count, sizeof *later);
    struct snapshot_input from = {.objects = objects, .object_count = count};
    struct snapshot_input to = {.objects = later};
    struct pair pair;

    from.info = to.info = (struct snapshot_info){.engine = TEXT("dummy"), .origin = TEXT("one")};
    add_gaps(bench, &from);
    add_gaps(bench, &to);
    for (uint32_t i = 0; i < count; i++) {
        objects[i] = make_object(bench, i);
        later[to.object_count] = copy_object(bench, &objects[i]);
        if (sample_below(&bench->random, rarity) != 0 || change_object(bench, &later[to.object_count], i))
            to.object_count++;
    }
    pair = (struct pair){sample_build(&from), sample_build(&to)};
    shelf_add_snapshot(&bench->shelf, &bench->workshop, pair.from);
    shelf_add_snapshot(&bench->shelf, &bench->workshop, pair.to);
    return pair;
}

static void free_pair(struct pair *pair)
{
    snapshot_free(pair->from);
    snapshot_free(pair->to);
}

/* The whole comparison as a report. */
static void write_diff(struct buffer *output, const struct snapshot *from, const struct snapshot *to, bool fold)
{
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    arena_init(&arena, MEMORY_LIMIT);
    diff_options_init(&options);
    options.fold_partitions = fold;
    if (diff_snapshots(&diff, from, to, &options, &arena, &error) != ERROR_NONE ||
        report_format_find(TEXT("json"))
                ->write(output, &(struct report){.diff = &diff, .from = from, .to = to}, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void expect_same_diff(const struct pair *expected, const struct pair *found)
{
    for (unsigned fold = 0; fold < 2; fold++) {
        CLEANUP(buffer_clear) struct buffer whole = {0};
        CLEANUP(buffer_clear) struct buffer part = {0};

        write_diff(&whole, expected->from, expected->to, fold == 1);
        write_diff(&part, found->from, found->to, fold == 1);
        assert_string_equal(part.bytes, whole.bytes);
    }
}

static void expect_same_facts(const struct snapshot *whole, const struct snapshot *part)
{
    assert_true(hash_equal(&whole->root, &part->root));
    assert_int_equal(whole->canonical_version, part->canonical_version);
    assert_int_equal(whole->gap_count, part->gap_count);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        assert_true(hash_equal(snapshot_aspect_root(whole, aspect), snapshot_aspect_root(part, aspect)));
}

/* What the server's ids are, for those entries that are there. */
static void attach_ids(struct snapshot *part, const struct snapshot *whole)
{
    part->info.origin = whole->info.origin;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < part->tries[aspect].count; i++) {
            struct trie_entry *entry = &part->tries[aspect].entries[i];
            const struct trie_entry *known = trie_find(&whole->tries[aspect], &entry->key);

            assert_non_null(known);
            entry->id = known->id;
            entry->part_ids = known->part_ids;
            entry->part_count = known->part_count;
        }
}

/* ---------------------------------------------------------------- whole snapshots */

static void test_what_was_visited_is_loaded(void **state)
{
    static const uint32_t counts[] = {0, 1, 64, 65, 500};
    struct bench *bench = *state;

    for (size_t i = 0; i < LENGTH_OF(counts); i++) {
        struct pair pair = make_pair(bench, counts[i], 3), loaded = {NULL, NULL};
        struct error error = {0};

        if (snapshot_load(&loaded.from, &pair.from->root, &bench->source, MEMORY_LIMIT, &error) != ERROR_NONE ||
            snapshot_load(&loaded.to, &pair.to->root, &bench->source, MEMORY_LIMIT, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        expect_same_facts(pair.from, loaded.from);
        assert_true(text_equal(loaded.from->info.engine, TEXT("dummy")) && loaded.from->info.origin.length == 0);
        assert_int_equal(snapshot_object_count(loaded.from), counts[i]);
        attach_ids(loaded.from, pair.from);
        attach_ids(loaded.to, pair.to);
        expect_same_diff(&pair, &loaded);
        free_pair(&pair);
        free_pair(&loaded);
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
    struct pair pair = make_pair(bench, 300, 3);
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
    free_pair(&pair);
}

/* ---------------------------------------------------------------- what differs */

static void test_what_differs_compares_as_the_whole(void **state)
{
    static const struct {
        uint32_t count, rarity;
    } cases[] = {{0, 1}, {1, 1}, {3, 2}, {64, 10}, {66, 30}, {100, 1}, {300, 5}, {900, 300}};
    struct bench *bench = *state;

    for (uint32_t i = 0; i < 3 * LENGTH_OF(cases); i++) {
        struct pair pair = make_pair(bench, cases[i / 3].count, cases[i / 3].rarity);
        struct pair changed = {NULL, NULL}, against = {NULL, NULL};
        struct error error = {0};

        if (snapshot_load_changed(&changed.from, &changed.to, &pair.from->root, &pair.to->root, &bench->source,
                                  MEMORY_LIMIT, &error) != ERROR_NONE ||
            snapshot_load_against(&against.from, &against.to, &pair.from->root, pair.to, &bench->source, MEMORY_LIMIT,
                                  &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        expect_same_facts(pair.from, changed.from);
        expect_same_facts(pair.to, changed.to);
        expect_same_facts(pair.from, against.from);
        expect_same_facts(pair.to, against.to);
        assert_true(text_equal(against.to->info.origin, TEXT("one")));
        attach_ids(changed.from, pair.from);
        attach_ids(changed.to, pair.to);
        attach_ids(against.from, pair.from);
        expect_same_diff(&pair, &changed);
        expect_same_diff(&pair, &against);
        free_pair(&changed);
        free_pair(&against);
        free_pair(&pair);
    }
}

static void test_against_nothing_everything_is_new(void **state)
{
    struct bench *bench = *state;
    struct pair pair = make_pair(bench, 100, 3), changed = {NULL, NULL};
    struct error error = {0};

    assert_int_equal(
        snapshot_load_changed(&changed.from, &changed.to, NULL, &pair.to->root, &bench->source, MEMORY_LIMIT, &error),
        ERROR_NONE);
    assert_int_equal(snapshot_object_count(changed.from), 0);
    assert_true(text_equal(changed.from->info.engine, TEXT("dummy")));
    assert_int_equal(snapshot_object_count(changed.to), snapshot_object_count(pair.to));
    free_pair(&changed);
    free_pair(&pair);
}

/* One change among many objects costs its own nodes and those on the way to it. */
static void test_costs_follow_the_difference(void **state)
{
    struct bench *bench = *state;
    struct pair pair = make_pair(bench, 2000, 1000000), changed = {NULL, NULL};
    struct object *objects = room(bench, 2001, sizeof *objects);
    struct error error = {0};

    for (uint32_t i = 0; i < 2000; i++)
        objects[i] = make_object(bench, i);
    for (unsigned more = 0; more < 2; more++) {
        struct snapshot_input input = {.objects = objects, .object_count = 2000};

        objects[1234] = more == 0 ? objects[1234] : make_object(bench, 1234);
        snapshot_free(more == 0 ? pair.from : pair.to);
        *(more == 0 ? &pair.from : &pair.to) = sample_build(&input);
        shelf_add_snapshot(&bench->shelf, &bench->workshop, more == 0 ? pair.from : pair.to);
    }
    bench->shelf.nodes_fetched = bench->shelf.blobs_fetched = 0;
    assert_int_equal(snapshot_load_changed(&changed.from, &changed.to, &pair.from->root, &pair.to->root, &bench->source,
                                           MEMORY_LIMIT, &error),
                     ERROR_NONE);
    /* two roots, and in each aspect three nodes a side for what changed, as many again for what was looked up */
    assert_true(bench->shelf.nodes_fetched <= 2 + 4 * 3 * ASPECT_COUNT);
    assert_true(bench->shelf.blobs_fetched <= 4 * ASPECT_COUNT);
    free_pair(&changed);
    free_pair(&pair);
}

static void test_the_memory_limit_holds(void **state)
{
    struct bench *bench = *state;
    struct pair pair = make_pair(bench, 300, 2), loaded = {NULL, NULL};
    struct error error = {0};

    assert_int_equal(snapshot_load(&loaded.to, &pair.to->root, &bench->source, 20000, &error), ERROR_LIMIT);
    assert_int_equal(snapshot_load_changed(&loaded.from, &loaded.to, &pair.from->root, &pair.to->root, &bench->source,
                                           20000, &error),
                     ERROR_LIMIT);
    assert_true(loaded.from == NULL && loaded.to == NULL);
    free_pair(&pair);
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
    struct snapshot *snapshot = room(bench, 1, sizeof *snapshot);
    CLEANUP(buffer_clear) struct buffer root = {0};
    struct error error = {0};

    snapshot->canonical_version = CANONICAL_VERSION;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        struct trie_entry *entry = room(bench, 1, sizeof *entry);
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

        expect_code(&cases[i], snapshot_load(&to, &forged->root, &bench->source, MEMORY_LIMIT, &error), &error);
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
                snapshot_load_changed(&from, &to, &honest->root, &forged->root, &bench->source, MEMORY_LIMIT, &error),
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
        assert_int_equal(snapshot_load(&to, &forged->root, &bench->source, MEMORY_LIMIT, &error), ERROR_CORRUPT);
        assert_int_equal(
            snapshot_load_changed(&from, &to, &honest_root, &forged->root, &bench->source, MEMORY_LIMIT, &error),
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
    enum error_code code = snapshot_load(&snapshot, &work->pair.to->root, &work->bench->source, MEMORY_LIMIT, error);

    assert_true((code == ERROR_NONE) == (snapshot != NULL));
    snapshot_free(snapshot);
    return code;
}

static enum error_code load_changed_again(void *context, struct error *error)
{
    const struct work *work = context;
    struct pair loaded = {NULL, NULL};
    enum error_code code = snapshot_load_changed(&loaded.from, &loaded.to, &work->pair.from->root, &work->pair.to->root,
                                                 &work->bench->source, MEMORY_LIMIT, error);

    assert_true((code == ERROR_NONE) == (loaded.from != NULL) && (code == ERROR_NONE) == (loaded.to != NULL));
    free_pair(&loaded);
    return code;
}

static enum error_code load_all_new_again(void *context, struct error *error)
{
    const struct work *work = context;
    struct pair loaded = {NULL, NULL};
    enum error_code code = snapshot_load_changed(&loaded.from, &loaded.to, NULL, &work->pair.to->root,
                                                 &work->bench->source, MEMORY_LIMIT, error);

    free_pair(&loaded);
    return code;
}

static enum error_code load_against_again(void *context, struct error *error)
{
    const struct work *work = context;
    struct pair loaded = {NULL, NULL};
    enum error_code code = snapshot_load_against(&loaded.from, &loaded.to, &work->pair.from->root, work->pair.to,
                                                 &work->bench->source, MEMORY_LIMIT, error);

    free_pair(&loaded);
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
    struct work work = {bench, make_pair(bench, 70, 4)};

    assert_true(test_every_allocation(load_again, &work) >= 5);
    assert_true(test_every_allocation(load_changed_again, &work) >= 10);
    assert_true(test_every_allocation(load_all_new_again, &work) >= 5);
    assert_true(test_every_allocation(load_against_again, &work) >= 10);
    assert_true(test_every_allocation(visit_again, &work) >= 2);
    free_pair(&work.pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_visited_is_loaded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nodes_are_visited_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_differs_compares_as_the_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_against_nothing_everything_is_new, setup, teardown),
        cmocka_unit_test_setup_teardown(test_costs_follow_the_difference, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_memory_limit_holds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_aspects_must_fit_each_other, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_root_must_fit_its_tries, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
