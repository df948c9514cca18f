#include "drift/diff.h"
#include "pair_sample.h"
#include "schema/load.h"
#include "schema/lookup.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* ---------------------------------------------------------------- what differs */

static void test_what_differs_compares_as_the_whole(void **state)
{
    static const struct {
        uint32_t count, rarity;
    } cases[] = {{0, 1}, {1, 1}, {3, 2}, {64, 10}, {66, 30}, {100, 1}, {300, 5}, {900, 300}};
    struct bench *bench = *state;

    for (uint32_t i = 0; i < 3 * LENGTH_OF(cases); i++) {
        struct pair pair = bench_pair(bench, cases[i / 3].count, cases[i / 3].rarity);
        struct pair changed = {NULL, NULL}, against = {NULL, NULL};
        struct error error = {0};

        if (snapshot_load_changed(&changed.from, &changed.to, &pair.from->root, &pair.to->root, &bench->source,
                                  BENCH_MEMORY, &error) != ERROR_NONE ||
            snapshot_load_against(&against.from, &against.to, &pair.from->root, pair.to, &bench->source, BENCH_MEMORY,
                                  &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        pair_expect_same_facts(pair.from, changed.from);
        pair_expect_same_facts(pair.to, changed.to);
        pair_expect_same_facts(pair.from, against.from);
        pair_expect_same_facts(pair.to, against.to);
        assert_true(text_equal(against.to->info.origin, TEXT("one")));
        pair_attach_ids(changed.from, pair.from);
        pair_attach_ids(changed.to, pair.to);
        pair_attach_ids(against.from, pair.from);
        pair_expect_same_diff(&pair, &changed);
        pair_expect_same_diff(&pair, &against);
        pair_free(&changed);
        pair_free(&against);
        pair_free(&pair);
    }
}

static void test_against_nothing_everything_is_new(void **state)
{
    struct bench *bench = *state;
    struct pair pair = bench_pair(bench, 100, 3), changed = {NULL, NULL};
    struct error error = {0};

    assert_int_equal(
        snapshot_load_changed(&changed.from, &changed.to, NULL, &pair.to->root, &bench->source, BENCH_MEMORY, &error),
        ERROR_NONE);
    assert_int_equal(snapshot_object_count(changed.from), 0);
    assert_true(text_equal(changed.from->info.engine, TEXT("dummy")));
    assert_int_equal(snapshot_object_count(changed.to), snapshot_object_count(pair.to));
    pair_free(&changed);
    pair_free(&pair);
}

static struct snapshot *build_of_engine(struct bench *bench, uint32_t count, struct text engine)
{
    struct object *objects = bench_room(bench, count, sizeof *objects);
    struct snapshot_input input = {.info = {.engine = engine}, .objects = objects, .object_count = count};
    struct snapshot *snapshot;

    for (uint32_t i = 0; i < count; i++)
        objects[i] = bench_object(bench, i);
    snapshot = sample_build(&input);
    shelf_add_snapshot(&bench->shelf, &bench->workshop, snapshot);
    return snapshot;
}

/* What is equal to the byte may mean two things in two engines. */
static void test_two_engines_are_loaded_whole(void **state)
{
    struct bench *bench = *state;
    struct sample_random random = bench->random;
    struct pair pair = {.from = build_of_engine(bench, 200, TEXT("sqlite"))}, loaded = {NULL, NULL};
    struct error error = {0};

    bench->random = random; /* the same objects again */
    pair.to = build_of_engine(bench, 200, TEXT("postgresql"));
    for (unsigned against = 0; against < 2; against++) {
        enum error_code code = against == 1
                                   ? snapshot_load_against(&loaded.from, &loaded.to, &pair.from->root, pair.to,
                                                           &bench->source, BENCH_MEMORY, &error)
                                   : snapshot_load_changed(&loaded.from, &loaded.to, &pair.from->root, &pair.to->root,
                                                           &bench->source, BENCH_MEMORY, &error);

        assert_int_equal(code, ERROR_NONE);
        assert_int_equal(snapshot_object_count(loaded.from), snapshot_object_count(pair.from));
        assert_int_equal(snapshot_object_count(loaded.to), snapshot_object_count(pair.to));
        assert_true(text_equal(loaded.from->info.engine, TEXT("sqlite")));
        assert_true(text_equal(loaded.to->info.engine, TEXT("postgresql")));
        assert_true(hash_equal(&loaded.to->root, &pair.to->root));
        pair_free(&loaded);
    }
    pair_free(&pair);
}

/* One change among many objects costs its own nodes and those on the way to it. */
static void test_costs_follow_the_difference(void **state)
{
    struct bench *bench = *state;
    struct pair pair = bench_pair(bench, 2000, 1000000), changed = {NULL, NULL};
    struct object *objects = bench_room(bench, 2001, sizeof *objects);
    struct error error = {0};

    for (uint32_t i = 0; i < 2000; i++)
        objects[i] = bench_object(bench, i);
    for (unsigned more = 0; more < 2; more++) {
        struct snapshot_input input = {.objects = objects, .object_count = 2000};

        objects[1234] = more == 0 ? objects[1234] : bench_object(bench, 1234);
        snapshot_free(more == 0 ? pair.from : pair.to);
        *(more == 0 ? &pair.from : &pair.to) = sample_build(&input);
        shelf_add_snapshot(&bench->shelf, &bench->workshop, more == 0 ? pair.from : pair.to);
    }
    bench->shelf.nodes_fetched = bench->shelf.blobs_fetched = 0;
    assert_int_equal(snapshot_load_changed(&changed.from, &changed.to, &pair.from->root, &pair.to->root, &bench->source,
                                           BENCH_MEMORY, &error),
                     ERROR_NONE);
    /* two roots, and in each aspect three nodes a side for what changed, as many again for what was looked up */
    assert_true(bench->shelf.nodes_fetched <= 2 + 4 * 3 * ASPECT_COUNT);
    assert_true(bench->shelf.blobs_fetched <= 4 * ASPECT_COUNT);
    pair_free(&changed);
    pair_free(&pair);
}

/* ---------------------------------------------------------------- what a step touched */

/* The objects of a database at some time; the number of each is its id without one. */
struct crowd {
    struct object *objects;
    uint32_t count;
};

static struct crowd make_crowd(struct bench *bench, uint32_t count)
{
    struct crowd crowd = {bench_room(bench, count, sizeof *crowd.objects), count};

    for (uint32_t i = 0; i < count; i++)
        crowd.objects[i] = bench_object(bench, i);
    return crowd;
}

/* Some time later, when one in `rarity` changed. */
static struct crowd change_crowd(struct bench *bench, const struct crowd *crowd, uint32_t rarity)
{
    struct crowd later = {bench_room(bench, crowd->count, sizeof *later.objects), 0};

    for (uint32_t i = 0; i < crowd->count; i++) {
        struct object *object = &later.objects[later.count];

        *object = bench_copy(bench, &crowd->objects[i]);
        if (sample_below(&bench->random, rarity) != 0 || bench_change(bench, object, (uint32_t)object->id - 1))
            later.count++;
    }
    return later;
}

/* A snapshot of it whose nodes are on the shelf. Without an origin ids do not compare. */
static struct snapshot *shoot(struct bench *bench, const struct crowd *crowd, struct text origin)
{
    struct crowd copy = {bench_room(bench, crowd->count, sizeof *copy.objects), crowd->count};
    struct snapshot_input input = {.objects = copy.objects, .object_count = copy.count};
    struct snapshot *snapshot;

    for (uint32_t i = 0; i < crowd->count; i++)
        copy.objects[i] = bench_copy(bench, &crowd->objects[i]);
    input.info = (struct snapshot_info){.engine = TEXT("dummy"), .origin = origin};
    snapshot = sample_build(&input);
    shelf_add_snapshot(&bench->shelf, &bench->workshop, snapshot);
    return snapshot;
}

/* One side at two times, and the other side. */
struct steps {
    struct pair pair;     /* to compare: the newer one is one of them, */
    struct snapshot *now; /* this one */
    struct snapshot *old;
    struct load_step step;
};

static struct steps make_steps(struct bench *bench, const uint32_t sizes[3], bool is_from, struct text origin)
{
    struct crowd common = make_crowd(bench, sizes[0]);
    struct crowd other = change_crowd(bench, &common, sizes[1]), old = change_crowd(bench, &common, sizes[1]);
    struct crowd now = change_crowd(bench, &old, sizes[2]);
    struct steps steps = {.now = shoot(bench, &now, origin), .old = shoot(bench, &old, origin)};

    steps.pair.from = is_from ? steps.now : shoot(bench, &other, origin);
    steps.pair.to = is_from ? shoot(bench, &other, origin) : steps.now;
    steps.step = (struct load_step){.old = &steps.old->root, .now = &steps.now->root};
    return steps;
}

static void free_steps(struct steps *steps)
{
    snapshot_free(steps->old);
    pair_free(&steps->pair);
}

static struct diff compare(struct bench *bench, const struct pair *pair)
{
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    diff_options_init(&options);
    options.states = true;
    if (diff_snapshots(&diff, pair->from, pair->to, &options, &bench->workshop.arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return diff;
}

static struct object_name name_of(struct bench *bench, enum kind kind, struct text path)
{
    struct object_name name = {.kind = kind};
    struct error error = {0};

    assert_int_equal(path_parse(kind, path, &bench->workshop.arena, &name.path, &error), ERROR_NONE);
    return name;
}

/* What else is to be looked at: one in `rarity` of all that differs, and both names of whatever was renamed. */
static void choose_also(struct bench *bench, struct load_step *step, const struct diff *diff, uint32_t rarity)
{
    struct object_name *also = bench_room(bench, (size_t)diff->change_count * 2, sizeof *also);

    for (uint32_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];

        if (change->owner_before.length == 0 && sample_below(&bench->random, rarity) != 0)
            continue;
        also[step->also_count++] = name_of(bench, change->object_kind, change->owner);
        if (change->owner_before.length > 0)
            also[step->also_count++] = name_of(bench, change->object_kind, change->owner_before);
    }
    step->also = also;
}

/* Whether a change is about something that the step touched, or that was named. */
static bool is_touched(struct bench *bench, const struct steps *steps, const struct change *change)
{
    struct object_name name = name_of(bench, change->object_kind, change->owner);
    struct hash key = trie_key(bench->workshop.hasher, &bench->workshop.scratch, name.kind, &name.path);

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct trie_entry *old = trie_find(&steps->old->tries[aspect], &key);
        const struct trie_entry *now = trie_find(&steps->now->tries[aspect], &key);

        if ((old == NULL) != (now == NULL) || (old != NULL && !hash_equal(&old->blob_hash, &now->blob_hash)))
            return true;
    }
    for (size_t i = 0; i < steps->step.also_count; i++)
        if (steps->step.also[i].kind == name.kind && path_equal(&steps->step.also[i].path, &name.path))
            return true;
    return false;
}

static void write_state(struct buffer *output, const struct change_state *state)
{
    char hex[HASH_HEX_SIZE] = "-";

    if (state->is_there)
        hash_to_hex(&state->hash, hex);
    buffer_printf(output, " %.8s", hex);
}

/* All of a change, except what it says of other things: the name of one that is probably the same. */
static void write_change(struct buffer *output, const struct change *change)
{
    buffer_printf(output, "%s %s %.*s", effect_name(change->effect), kind_name(change->kind),
                  TEXT_ARGS(change->object));
    buffer_printf(output, " @%s %d %s %.*s<%.*s<%.*s", aspect_name(change->aspect), (int)change->severity, change->rule,
                  TEXT_ARGS(change->owner), TEXT_ARGS(change->owner_before), TEXT_ARGS(change->renamed_from));
    for (uint32_t i = 0; i < change->attribute_count; i++)
        buffer_printf(output, " %.*s", TEXT_ARGS(change->attributes[i].name));
    write_state(output, &change->states[SIDE_FROM]);
    write_state(output, &change->states[SIDE_TO]);
    buffer_add_byte(output, '\n');
}

/* The comparison of what was loaded is that of the whole, as far as it is about what was touched. */
static void expect_touched_diff(struct bench *bench, const struct steps *steps, const struct diff *whole,
                                const struct diff *part)
{
    CLEANUP(buffer_clear) struct buffer expected = {0};
    CLEANUP(buffer_clear) struct buffer found = {0};

    for (uint32_t i = 0; i < whole->change_count; i++)
        if (is_touched(bench, steps, &whole->changes[i]))
            write_change(&expected, &whole->changes[i]);
    for (uint32_t i = 0; i < part->change_count; i++)
        write_change(&found, &part->changes[i]);
    buffer_add_string(&expected, "end");
    buffer_add_string(&found, "end");
    assert_string_equal(found.bytes, expected.bytes);
    assert_int_equal(part->uncovered_count, whole->uncovered_count);
}

static void load_touched(struct bench *bench, const struct steps *steps, struct pair *ret_loaded)
{
    struct error error = {0};

    if (snapshot_load_touched(&ret_loaded->from, &ret_loaded->to, &steps->pair.from->root, &steps->pair.to->root,
                              &steps->step, &bench->source, BENCH_MEMORY, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void test_a_step_shows_what_it_touched(void **state)
{
    static const uint32_t sizes[][3] = {{0, 1, 1},    {1, 1, 1},    {5, 2, 2},     {64, 3, 10},  {100, 1, 1},
                                        {200, 4, 20}, {300, 2, 50}, {300, 30, 30}, {800, 5, 200}};
    struct bench *bench = *state;

    for (uint32_t i = 0; i < 8 * LENGTH_OF(sizes); i++) {
        struct text origin = i / 2 % 2 == 0 ? TEXT("") : TEXT("one");
        struct steps steps = make_steps(bench, sizes[i / 8], i % 2 == 0, origin);
        struct diff whole = compare(bench, &steps.pair), part;
        struct pair loaded = {NULL, NULL};

        choose_also(bench, &steps.step, &whole, i / 4 % 2 == 0 ? 1000000 : 10);
        load_touched(bench, &steps, &loaded);
        pair_expect_same_facts(steps.pair.from, loaded.from);
        pair_expect_same_facts(steps.pair.to, loaded.to);
        pair_attach_ids(loaded.from, steps.pair.from);
        pair_attach_ids(loaded.to, steps.pair.to);
        part = compare(bench, &loaded);
        expect_touched_diff(bench, &steps, &whole, &part);
        pair_free(&loaded);
        free_steps(&steps);
    }
}

/* However much the two differ, and however much there is. */
static void test_costs_follow_the_step(void **state)
{
    struct bench *bench = *state;
    struct crowd old = make_crowd(bench, 2000), now = old;
    struct crowd other = change_crowd(bench, &old, 2);
    struct steps steps = {.old = shoot(bench, &old, TEXT("")), .pair.to = shoot(bench, &other, TEXT(""))};
    struct pair loaded = {NULL, NULL};

    now.objects[1234] = bench_object(bench, 1234);
    steps.now = steps.pair.from = shoot(bench, &now, TEXT(""));
    steps.step = (struct load_step){.old = &steps.old->root, .now = &steps.now->root};
    bench->shelf.nodes_fetched = bench->shelf.blobs_fetched = 0;
    load_touched(bench, &steps, &loaded);
    /* Made anew it may be of another kind: two objects. For each, besides four roots, in each aspect three nodes a side
     * for the step and for what it touched, and three for what did not change. */
    assert_true(snapshot_object_count(loaded.from) <= 2 && snapshot_object_count(loaded.to) <= 2);
    assert_true(bench->shelf.nodes_fetched <= 4 + 2 * 5 * 3 * ASPECT_COUNT);
    assert_true(bench->shelf.blobs_fetched <= 2 * 2 * ASPECT_COUNT);
    pair_free(&loaded);
    free_steps(&steps);
}

static void test_a_step_needs_its_old_nodes(void **state)
{
    struct bench *bench = *state;
    struct pair pair = bench_pair(bench, 100, 3), loaded = {NULL, NULL};
    const struct hash gone = {{1}};
    const struct load_step step = {.old = &gone, .now = &pair.to->root};
    struct error error = {0};

    assert_int_equal(snapshot_load_touched(&loaded.from, &loaded.to, &pair.from->root, &pair.to->root, &step,
                                           &bench->source, BENCH_MEMORY, &error),
                     ERROR_CORRUPT);
    assert_true(loaded.from == NULL && loaded.to == NULL);
    pair_free(&pair);
}

/* ---------------------------------------------------------------- memory */

struct work {
    struct bench *bench;
    struct pair pair;
    struct load_step step;
};

static enum error_code load_changed_again(void *context, struct error *error)
{
    const struct work *work = context;
    struct pair loaded = {NULL, NULL};
    enum error_code code = snapshot_load_changed(&loaded.from, &loaded.to, &work->pair.from->root, &work->pair.to->root,
                                                 &work->bench->source, BENCH_MEMORY, error);

    assert_true((code == ERROR_NONE) == (loaded.from != NULL) && (code == ERROR_NONE) == (loaded.to != NULL));
    pair_free(&loaded);
    return code;
}

static enum error_code load_all_new_again(void *context, struct error *error)
{
    const struct work *work = context;
    struct pair loaded = {NULL, NULL};
    enum error_code code = snapshot_load_changed(&loaded.from, &loaded.to, NULL, &work->pair.to->root,
                                                 &work->bench->source, BENCH_MEMORY, error);

    pair_free(&loaded);
    return code;
}

static enum error_code load_against_again(void *context, struct error *error)
{
    const struct work *work = context;
    struct pair loaded = {NULL, NULL};
    enum error_code code = snapshot_load_against(&loaded.from, &loaded.to, &work->pair.from->root, work->pair.to,
                                                 &work->bench->source, BENCH_MEMORY, error);

    pair_free(&loaded);
    return code;
}

static enum error_code load_touched_again(void *context, struct error *error)
{
    const struct work *work = context;
    struct pair loaded = {NULL, NULL};
    enum error_code code = snapshot_load_touched(&loaded.from, &loaded.to, &work->pair.from->root, &work->pair.to->root,
                                                 &work->step, &work->bench->source, BENCH_MEMORY, error);

    pair_free(&loaded);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct bench *bench = *state;
    struct object_name also = {KIND_TABLE, {2, {TEXT("s"), TEXT("t")}}};
    struct work work = {bench, bench_pair(bench, 70, 4), {.also = &also, .also_count = 1}};

    work.step.old = &work.pair.from->root;
    work.step.now = &work.pair.to->root;
    assert_true(test_every_allocation(load_changed_again, &work) >= 10);
    assert_true(test_every_allocation(load_all_new_again, &work) >= 5);
    assert_true(test_every_allocation(load_against_again, &work) >= 10);
    assert_true(test_every_allocation(load_touched_again, &work) >= 15);
    pair_free(&work.pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_differs_compares_as_the_whole, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_against_nothing_everything_is_new, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_two_engines_are_loaded_whole, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_costs_follow_the_difference, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_a_step_shows_what_it_touched, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_costs_follow_the_step, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_a_step_needs_its_old_nodes, bench_setup, bench_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, bench_setup, bench_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
