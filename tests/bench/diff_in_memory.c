/* bench_diff_in_memory TABLES ROUNDS
 *
 * Makes two snapshots that differ in one column, without a server, and in turn walks both in full and compares them
 * with diff_snapshots(). One line a round on standard output: the time of the diff and of the walk, in ns. The walk
 * goes first, so that what the diff touches is no longer in the processor's caches. Fails when either finds anything
 * but one change.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "drift/diff.h"
#include "schema/canonical.h"
#include "schema/snapshot.h"

enum { COLUMNS = 10, TABLE_PARTS = COLUMNS + 5, TABLE_ATTRIBUTES = 3, PART_ATTRIBUTES = 3 };

static const size_t memory_limit = (size_t)4 << 30;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_diff_in_memory: %s\n", what);
    exit(EXIT_FAILURE);
}

static void *need(void *memory)
{
    if (memory == NULL)
        die("out of memory");
    return memory;
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---------------------------------------------------------------- two snapshots */

static void put(struct arena *arena, struct attribute **next, struct text name, const char *value)
{
    struct text *item = need(arena_alloc(arena, sizeof *item));

    *item = text_from(value);
    *(*next)++ = (struct attribute){.name = name, .items = item, .count = 1};
}

static struct attribute *begin_part(struct arena *arena, struct part *part, enum kind kind, const char *name)
{
    part->kind = kind;
    part->name = text_from(name);
    part->attributes = need(arena_array(arena, PART_ATTRIBUTES, sizeof *part->attributes));
    return part->attributes;
}

static void make_columns(struct arena *arena, struct part *parts, bool changed)
{
    static const char *const types[] = {"bigint", "integer", "text", "character varying(40)", "numeric(12,2)"};

    for (unsigned i = 0; i < COLUMNS; i++) {
        struct attribute *next = begin_part(arena, &parts[i], KIND_COLUMN, need(arena_printf(arena, "c%u", i)));

        put(arena, &next, TEXT("type"), changed && i == 2 ? "integer" : types[i % LENGTH_OF(types)]);
        put(arena, &next, TEXT("nullable"), i % 2 == 0 ? "no" : "yes");
        if (i == 3)
            put(arena, &next, TEXT("default"), "'x'::character varying");
        parts[i].attribute_count = (uint32_t)(next - parts[i].attributes);
        parts[i].id = i + 1;
    }
}

static void make_rest(struct arena *arena, struct part *parts, unsigned number)
{
    static const struct {
        enum kind kind;
        const char *suffix;
        const char *columns;
        const char *expression;
    } rest[] = {{KIND_PRIMARY_KEY, "pkey", "c0", NULL},
                {KIND_FOREIGN_KEY, "c9_fkey", "c9", NULL},
                {KIND_CHECK, "c1_check", NULL, "(c1 > 0)"},
                {KIND_INDEX, "c2_idx", "c2", NULL},
                {KIND_INDEX, "c3_c5_idx", "c3", NULL}};

    for (unsigned i = 0; i < LENGTH_OF(rest); i++) {
        const char *name = need(arena_printf(arena, "t%u_%s", number, rest[i].suffix));
        struct attribute *next = begin_part(arena, &parts[i], rest[i].kind, name);

        if (rest[i].columns != NULL)
            put(arena, &next, TEXT("columns"), rest[i].columns);
        if (rest[i].expression != NULL)
            put(arena, &next, TEXT("expression"), rest[i].expression);
        if (rest[i].kind == KIND_FOREIGN_KEY)
            put(arena, &next, TEXT("references"), need(arena_printf(arena, "public.t%u", number - 1)));
        parts[i].attribute_count = (uint32_t)(next - parts[i].attributes);
        parts[i].id = number * 10UL + i;
    }
}

static void make_table(struct arena *arena, struct object *table, unsigned number, bool changed)
{
    struct attribute *next = need(arena_array(arena, TABLE_ATTRIBUTES, sizeof *next));

    table->kind = KIND_TABLE;
    table->id = number;
    table->path.count = 2;
    table->path.elements[0] = TEXT("public");
    table->path.elements[1] = text_from(need(arena_printf(arena, "t%u", number)));
    table->attributes = next;
    put(arena, &next, TEXT("comment"), need(arena_printf(arena, "table number %u", number)));
    put(arena, &next, TEXT("owner"), "app");
    table->attribute_count = (uint32_t)(next - table->attributes);
    table->parts = need(arena_array(arena, TABLE_PARTS, sizeof *table->parts));
    table->part_count = TABLE_PARTS;
    make_columns(arena, table->parts, changed);
    make_rest(arena, table->parts + COLUMNS, number);
}

/* The table in the middle has a column of another type if `changed`. */
static struct snapshot *make_snapshot(unsigned tables, bool changed)
{
    struct snapshot_input input = {.info = {.engine = TEXT("postgresql"), .origin = TEXT("bench")}};
    struct snapshot *snapshot;
    struct error error;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, memory_limit);
    input.objects = need(arena_array(&arena, tables, sizeof *input.objects));
    input.object_count = tables;
    for (unsigned i = 0; i < tables; i++)
        make_table(&arena, &input.objects[i], i + 1, changed && i == tables / 2);
    if (snapshot_build(&snapshot, &input, memory_limit, &error) != ERROR_NONE)
        die(error.message);
    return snapshot;
}

/* ---------------------------------------------------------------- a full walk of both */

static bool attributes_equal(const struct attribute *a, uint32_t a_count, const struct attribute *b, uint32_t b_count)
{
    for (uint32_t i = 0; i < a_count && a_count == b_count; i++)
        if (!text_equal(a[i].name, b[i].name) || !attribute_equal(&a[i], &b[i]))
            return false;
    return a_count == b_count;
}

static bool objects_equal(const struct object *a, const struct object *b)
{
    if (!attributes_equal(a->attributes, a->attribute_count, b->attributes, b->attribute_count) ||
        a->part_count != b->part_count)
        return false;
    for (uint32_t i = 0; i < a->part_count; i++) {
        const struct part *x = &a->parts[i], *y = &b->parts[i];

        if (x->kind != y->kind || !text_equal(x->name, y->name) ||
            !attributes_equal(x->attributes, x->attribute_count, y->attributes, y->attribute_count))
            return false;
    }
    return true;
}

/* Both have the same objects, in the order of their keys. */
static unsigned walk(const struct snapshot *from, const struct snapshot *to)
{
    unsigned different = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < from->tries[aspect].count; i++) {
            struct object a, b;
            struct error error;
            CLEANUP(arena_free) struct arena arena;

            arena_init(&arena, memory_limit);
            if (canonical_decode(from->tries[aspect].entries[i].blob, &arena, &a, &error) != ERROR_NONE ||
                canonical_decode(to->tries[aspect].entries[i].blob, &arena, &b, &error) != ERROR_NONE)
                die(error.message);
            different += !objects_equal(&a, &b);
        }
    return different;
}

/* ---------------------------------------------------------------- */

static unsigned diff(const struct snapshot *from, const struct snapshot *to)
{
    struct diff_options options;
    struct diff diff;
    struct error error;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, memory_limit);
    diff_options_init(&options);
    if (diff_snapshots(&diff, from, to, &options, &arena, &error) != ERROR_NONE)
        die(error.message);
    return diff.change_count;
}

int main(int argc, char **argv)
{
    long tables = argc == 3 ? atol(argv[1]) : 0;
    long rounds = argc == 3 ? atol(argv[2]) : 0;
    struct snapshot *from, *to;

    if (tables < 1 || tables > 1000000 || rounds < 1) {
        fputs("usage: bench_diff_in_memory TABLES ROUNDS\n", stderr);
        return 2;
    }
    from = make_snapshot((unsigned)tables, false);
    to = make_snapshot((unsigned)tables, true);
    for (long round = 0; round <= rounds; round++) {
        int64_t start = now_ns();
        unsigned walked = walk(from, to);
        int64_t middle = now_ns();
        unsigned changes = diff(from, to);
        int64_t end = now_ns();

        if (walked != 1 || changes != 1)
            die("not one change was found");
        if (round > 0)
            printf("%" PRId64 "\t%" PRId64 "\n", end - middle, middle - start);
    }
    snapshot_free(from);
    snapshot_free(to);
    return EXIT_SUCCESS;
}
