#include "common/schema/pair_sample.h"

#include <string.h>

#include "drift/diff.h"
#include "drift/report.h"
#include "support/cmocka.h"

int bench_setup(void **state)
{
    static struct bench bench;

    workshop_open(&bench.workshop);
    shelf_open(&bench.shelf);
    bench.source = shelf_source(&bench.shelf);
    bench.random = (struct sample_random){5};
    *state = &bench;
    return 0;
}

int bench_teardown(void **state)
{
    struct bench *bench = *state;

    shelf_close(&bench->shelf);
    workshop_close(&bench->workshop);
    return 0;
}

/* ---------------------------------------------------------------- snapshots to compare */

void *bench_room(struct bench *bench, size_t count, size_t size)
{
    void *memory = arena_array(&bench->workshop.arena, count, size);

    assert_non_null(memory);
    return memory;
}

struct object bench_copy(struct bench *bench, const struct object *object)
{
    struct object copy = *object;

    copy.attributes = bench_room(bench, object->attribute_count + 1, sizeof *copy.attributes);
    memcpy(copy.attributes, object->attributes, object->attribute_count * sizeof *copy.attributes);
    copy.parts = bench_room(bench, object->part_count, sizeof *copy.parts);
    memcpy(copy.parts, object->parts, object->part_count * sizeof *copy.parts);
    return copy;
}

struct object bench_object(struct bench *bench, uint32_t number)
{
    static const struct text parent[] = {TEXT_INIT("s.parent")};
    struct object made = sample_object(&bench->random, &bench->workshop.arena, number);
    struct object object = bench_copy(bench, &made);

    object.id = number + 1;
    if (number % 4 == 0)
        object.attributes[object.attribute_count++] =
            (struct attribute){.name = TEXT("partition_of"), .items = parent, .count = 1};
    return object;
}

bool bench_change(struct bench *bench, struct object *object, uint32_t number)
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
        *object = bench_object(bench, number);
        return true;
    }
}

static void add_gaps(struct bench *bench, struct snapshot_input *input)
{
    static const struct coverage_gap gaps[] = {{KIND_CHECK, {"", 0}, {"permission denied", 17}},
                                               {KIND_TABLE, {"o1.5", 4}, {"locked", 6}}};

    input->gaps = bench_room(bench, LENGTH_OF(gaps), sizeof *input->gaps);
    for (size_t i = 0; i < LENGTH_OF(gaps); i++)
        if (sample_below(&bench->random, 4) == 0)
            input->gaps[input->gap_count++] = gaps[i];
}

struct pair bench_pair(struct bench *bench, uint32_t count, uint32_t rarity)
{
    struct object *objects = bench_room(bench, count, sizeof *objects),
                  *later = bench_room(bench, count, sizeof *later);
    struct snapshot_input from = {.objects = objects, .object_count = count};
    struct snapshot_input to = {.objects = later};
    struct pair pair;

    from.info = to.info = (struct snapshot_info){.engine = TEXT("dummy"), .origin = TEXT("one")};
    add_gaps(bench, &from);
    add_gaps(bench, &to);
    for (uint32_t i = 0; i < count; i++) {
        objects[i] = bench_object(bench, i);
        later[to.object_count] = bench_copy(bench, &objects[i]);
        if (sample_below(&bench->random, rarity) != 0 || bench_change(bench, &later[to.object_count], i))
            to.object_count++;
    }
    pair = (struct pair){sample_build(&from), sample_build(&to)};
    shelf_add_snapshot(&bench->shelf, &bench->workshop, pair.from);
    shelf_add_snapshot(&bench->shelf, &bench->workshop, pair.to);
    return pair;
}

void pair_free(struct pair *pair)
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

    arena_init(&arena, BENCH_MEMORY);
    diff_options_init(&options);
    options.fold_partitions = fold;
    if (diff_snapshots(&diff, from, to, &options, &arena, &error) != ERROR_NONE ||
        report_format_find(TEXT("json"))
                ->write(output, &(struct report){.diff = &diff, .from = from, .to = to}, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

void pair_expect_same_diff(const struct pair *expected, const struct pair *found)
{
    for (unsigned fold = 0; fold < 2; fold++) {
        CLEANUP(buffer_clear) struct buffer whole = {0};
        CLEANUP(buffer_clear) struct buffer part = {0};

        write_diff(&whole, expected->from, expected->to, fold == 1);
        write_diff(&part, found->from, found->to, fold == 1);
        assert_string_equal(part.bytes, whole.bytes);
    }
}

void pair_expect_same_facts(const struct snapshot *whole, const struct snapshot *part)
{
    assert_true(hash_equal(&whole->root, &part->root));
    assert_int_equal(whole->canonical_version, part->canonical_version);
    assert_int_equal(whole->gap_count, part->gap_count);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        assert_true(hash_equal(snapshot_aspect_root(whole, aspect), snapshot_aspect_root(part, aspect)));
}

void pair_attach_ids(struct snapshot *part, const struct snapshot *whole)
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
