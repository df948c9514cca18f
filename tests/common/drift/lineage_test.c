#include "drift/lineage.h"

#include "common/drift/history_sample.h"
#include "common/drift/snapshot_text.h"
#include "common/schema/sample.h"
#include "drift/diff.h"
#include "drift/pairing.h"
#include "drift/report.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 256 * 1024 * 1024 };

/* ---------------------------------------------------------------- comparisons as text */

static void write_report(struct buffer *output, const struct snapshot *from, const struct snapshot *to)
{
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    if (diff_snapshots(&diff, from, to, &options, &arena, &error) != ERROR_NONE ||
        report_format_find(TEXT("json"))
                ->write(output, &(struct report){.diff = &diff, .from = from, .to = to}, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

/* What happened between two neighbours of a history: renames, and removals as the history keeps them. */
static void add_step(struct rename *renames, size_t *count, const struct snapshot *const sides[SIDE_COUNT],
                     int64_t step, struct arena *arena)
{
    struct lineage lineage = {0};
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    diff_options_init(&options);
    if (diff_snapshots(&diff, sides[SIDE_FROM], sides[SIDE_TO], &options, arena, &error) != ERROR_NONE ||
        lineage_from_diff(&lineage, &diff, step, arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < lineage.count; i++) {
        assert_true(rename_is_valid(&lineage.renames[i]));
        assert_true(lineage.renames[i].step == step);
        renames[(*count)++] = lineage.renames[i];
    }
    for (uint32_t i = 0; i < diff.change_count; i++) {
        const struct change *change = &diff.changes[i];

        if (change->effect == EFFECT_REMOVED)
            renames[(*count)++] = (struct rename){.kind = change->kind,
                                                  .object_kind = change->object_kind,
                                                  .owner = change->owner,
                                                  .renamed_from = change->object,
                                                  .step = step};
    }
}

static bool in_schema(struct text path, struct text schema)
{
    return path.length > schema.length && text_starts_with(path, schema) && path.bytes[schema.length] == '.';
}

/* Whether some rename speaks of what was removed: the least that a history has to answer. */
static bool matters(const struct rename *removal, const struct rename *renames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct rename *rename = &renames[i];

        if (rename->object.length == 0)
            continue;
        if (text_equal(removal->owner, rename->owner) || text_equal(removal->owner, rename->renamed_from))
            return true;
        if (rename->kind == KIND_SCHEMA &&
            (in_schema(removal->owner, rename->object) || in_schema(removal->owner, rename->renamed_from)))
            return true;
    }
    return false;
}

static void drop_what_does_not_matter(struct rename *renames, size_t *count)
{
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        struct rename rename = renames[i];

        if (rename.object.length > 0 || matters(&rename, renames, *count))
            renames[kept++] = rename; /* a rename is never dropped, so those behind it are still there */
    }
    *count = kept;
}

/* ---------------------------------------------------------------- known histories */

enum { MOST_STEPS = 8, MOST_RENAMES = 4096 };

/* Snapshots with the ids of the server, and again with those of the lineage. */
struct history {
    struct snapshot *real[MOST_STEPS];
    struct snapshot *known[MOST_STEPS];
    unsigned count;
    struct rename renames[MOST_RENAMES];
    size_t rename_count;
    struct arena arena;
};

static void history_finish(struct history *history)
{
    struct lineage lineage;

    arena_init(&history->arena, ARENA_LIMIT);
    history->rename_count = 0;
    for (unsigned i = 1; i < history->count; i++)
        add_step(history->renames, &history->rename_count,
                 (const struct snapshot *const[]){history->real[i - 1], history->real[i]}, i, &history->arena);
    drop_what_does_not_matter(history->renames, &history->rename_count);
    lineage = (struct lineage){history->renames, history->rename_count};
    for (unsigned i = 0; i < history->count; i++) {
        struct error error = {0};

        if (lineage_assign(history->known[i], &lineage, i, TEXT("target 7"), &error) != ERROR_NONE)
            fail_msg("%s", error.message);
    }
}

static void history_free(struct history *history)
{
    for (unsigned i = 0; i < history->count; i++) {
        snapshot_free(history->real[i]);
        snapshot_free(history->known[i]);
    }
    arena_free(&history->arena);
}

/* Between any two snapshots, in both directions. */
static void expect_same_answers(const struct history *history, const char *name)
{
    for (unsigned from = 0; from < history->count; from++)
        for (unsigned to = 0; to < history->count; to++) {
            CLEANUP(buffer_clear) struct buffer expected = {0};
            CLEANUP(buffer_clear) struct buffer found = {0};

            write_report(&expected, history->real[from], history->real[to]);
            write_report(&found, history->known[from], history->known[to]);
            if (!text_equal(buffer_text(&found), buffer_text(&expected)))
                fail_msg("%s, from %u to %u: expected %s, found %s", name, from, to, expected.bytes, found.bytes);
        }
}

#define ORIGIN "@origin db\n"

static const struct {
    const char *name;
    const char *steps[MOST_STEPS];
} known_histories[] = {
    {"nothing happens", {"table a.t #1\n", "table a.t #1\n"}},
    {"a chain", {"table a.t #1 comment=x\n", "table a.u #1 comment=x\n", "table a.v #1\n", "table b.w #1\n"}},
    {"there and back", {"table a.t #1 comment=x\n", "table a.u #1\n", "table a.t #1\n"}},
    {"a swap",
     {"table a.t #1 comment=x\ntable a.u #2\n", "table a.u #1 comment=x\ntable a.t #2\n",
      "table a.t #1 comment=x\ntable a.u #2\n"}},
    {"a ring",
     {"table a.t #1\ntable a.u #2 comment=2\ntable a.v #3 comment=3\n",
      "table a.u #1\ntable a.v #2 comment=2\ntable a.t #3 comment=3\n",
      "table a.v #1\ntable a.t #2 comment=2\ntable a.u #3 comment=3\n"}},
    {"another takes the name",
     {"table a.t #1 comment=x\n", "table a.old #1 comment=x\ntable a.t #2\n", "table a.t #2\n",
      "table a.old #2\ntable a.t #3\n"}},
    {"removed, and the name used again", {"table a.t #1\n", "table a.u #1\n", "", "table a.u #2\n"}},
    {"removed, made anew, then renamed", {"table a.t #1\n", "", "table a.t #2\n", "table a.u #2\n"}},
    {"a schema takes its objects along",
     {"schema a #1\ntable a.t #2 comment=x\nfunction a.f(integer) #3\n",
      "schema b #1\ntable b.t #2 comment=x\nfunction b.f(integer) #3\n", "schema b #1\ntable b.u #2 comment=x\n",
      "schema c #1\ntable c.u #2\n"}},
    {"schemas exchange their names",
     {"schema a #1\nschema b #2\ntable a.t #3\ntable b.t #4 comment=x\n",
      "schema b #1\nschema a #2\ntable b.t #3\ntable a.t #4 comment=x\n"}},
    {"a new schema takes the name",
     {"schema a #1\ntable a.t #2\n", "schema b #1\ntable b.t #2\nschema a #3\ntable a.t #4 comment=x\n",
      "schema a #3\ntable a.u #4 comment=x\n"}},
    {"removed from a renamed schema, and made anew",
     {"schema a #1\ntable a.t #2\n", "schema b #1\ntable b.t #2\n", "schema b #1\n", "schema b #1\ntable b.t #3\n"}},
    {"removed while its schema was renamed, and another moves in",
     {"schema a #1\ntable a.t #2\n", "schema b #1\ntable b.t #3\n", "schema b #1\ntable b.u #3\n"}},
    {"parts",
     {"table a.t #1\n  column x #1 type=text\n  column y #2 type=text\n  index i #7\n",
      "table a.t #1\n  column z #1 type=text\n  column y #2 type=text\n  index j #7\n",
      "table a.u #1\n  column y #1 type=text\n  column x #2 type=text\n",
      "table a.u #1\n  column w #1 type=text\n  column y #3 type=text\n"}},
    {"a part follows its owner and is renamed at once",
     {"table a.t #1\n  column x #1\n", "table a.u #1\n  column y #1\n", "table a.v #1\n  column z #1\n"}},
    {"a part is removed while its owner is renamed",
     {"table a.t #1\n  column x #1\n  column y #2\n", "table a.u #1\n  column y #2\n",
      "table a.u #1\n  column x #3\n  column y #2\n", "table a.u #1\n  column z #3\n  column y #2\n"}},
    {"tables with parts exchange their names",
     {"table a.t #1\n  column x #1\n  column y #2\ntable a.u #2\n  column x #1\n",
      "table a.u #1\n  column x #1\n  column z #2\ntable a.t #2\n  column w #1\n",
      "table a.u #1\n  column w #1\n  column x #2\ntable a.t #2\n  column y #1\n"}},
    {"quoted names",
     {"schema 'A.b' #1\ntable 'A.b'.'t\"x' #2\n  column 'X.y' #1\n",
      "schema c #1\ntable c.'t\"x' #2\n  column 'x\"' #1\n", "schema 'D.e' #1\ntable 'D.e'.u #2\n  column x #1\n"}},
    {"kinds are apart",
     {"table a.t #1\nview a.t #2 comment=x\n", "table a.u #1\nview a.t #2\n", "table a.t #1\nview a.u #2\n"}},
};

static void test_known_histories(void **state)
{
    static struct history history;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(known_histories); i++) {
        history.count = 0;
        for (unsigned step = 0; step < MOST_STEPS && known_histories[i].steps[step] != NULL; step++) {
            CLEANUP(buffer_clear) struct buffer text = {0};

            buffer_printf(&text, ORIGIN "%s", known_histories[i].steps[step]);
            history.real[history.count] = snapshot_from_text(text.bytes);
            history.known[history.count++] = snapshot_from_text(known_histories[i].steps[step]);
        }
        history_finish(&history);
        expect_same_answers(&history, known_histories[i].name);
        history_free(&history);
    }
}

/* ---------------------------------------------------------------- random histories */

static void test_random_histories(void **state)
{
    static struct history history;
    static struct world world;

    (void)state;
    for (unsigned round = 0; round < 40; round++) {
        world_begin(&world, round + 1);
        for (history.count = 0; history.count < MOST_STEPS; history.count++) {
            history.real[history.count] = world_snapshot(&world, TEXT("db"));
            history.known[history.count] = world_snapshot(&world, TEXT(""));
            world_change(&world);
        }
        history_finish(&history);
        expect_same_answers(&history, "a random history");
        history_free(&history);
    }
}

/* ---------------------------------------------------------------- what others send */

static void test_a_rename_must_make_sense(void **state)
{
    static const struct {
        struct rename rename;
        bool valid;
    } cases[] = {
        {{KIND_TABLE, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0}, true},
        {{KIND_COLUMN, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u.x"), TEXT_INIT("a.t.y"), 0}, true},
        {{KIND_NONE, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0}, false},
        {{(enum kind)999, (enum kind)999, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0}, false},
        {{KIND_TABLE, KIND_VIEW, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0}, false},
        {{KIND_TABLE, KIND_TABLE, TEXT_INIT("a.w"), TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0}, false},
        {{KIND_COLUMN, KIND_COLUMN, TEXT_INIT("a.u"), TEXT_INIT("a.u.x"), TEXT_INIT("a.t.y"), 0}, false},
        {{KIND_COLUMN, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.w.x"), TEXT_INIT("a.t.y"), 0}, false},
        {{KIND_COLUMN, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u."), TEXT_INIT("a.t.y"), 0}, false},
        {{KIND_COLUMN, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("a.t.y"), 0}, false},
        {{KIND_TABLE, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT(""), 0}, false},
        {{KIND_TABLE, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT(""), TEXT_INIT("a.t"), 0}, false},
        {{KIND_TABLE, KIND_TABLE, TEXT_INIT(""), TEXT_INIT(""), TEXT_INIT("a.t"), 0}, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (rename_is_valid(&cases[i].rename) != cases[i].valid)
            fail_msg("case %zu", i);
}

/* Renames that contradict each other give some ids, never a fault; none is 0. */
static void test_nonsense_is_survived(void **state)
{
    static const int64_t steps[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    static const struct text names[] = {TEXT_INIT("a"),   TEXT_INIT("b"),     TEXT_INIT("a.t"), TEXT_INIT("b.t"),
                                        TEXT_INIT("\"a"), TEXT_INIT("a.t.x"), TEXT_INIT("."),   TEXT_INIT("a.t.y")};
    static const enum kind kinds[] = {KIND_SCHEMA, KIND_TABLE, KIND_COLUMN};
    struct sample_random random = {9};
    struct rename renames[30];

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        struct snapshot *snapshot = snapshot_from_text("schema a\ntable a.t\n  column x\ntable b.t\n  column y\n");
        struct lineage lineage = {renames, LENGTH_OF(renames)};
        struct error error = {0};

        for (size_t i = 0; i < LENGTH_OF(renames); i++) {
            enum kind kind = kinds[sample_below(&random, LENGTH_OF(kinds))];

            renames[i] = (struct rename){.kind = kind,
                                         .object_kind = kind == KIND_COLUMN ? KIND_TABLE : kind,
                                         .owner = names[sample_below(&random, LENGTH_OF(names))],
                                         .object = names[sample_below(&random, LENGTH_OF(names))],
                                         .renamed_from = names[sample_below(&random, LENGTH_OF(names))],
                                         .step = steps[sample_below(&random, LENGTH_OF(steps))]};
        }
        assert_int_equal(lineage_assign(snapshot, &lineage, INT64_MAX, TEXT("x"), &error), ERROR_NONE);
        for (uint32_t i = 0; i < snapshot->tries[ASPECT_STRUCTURE].count; i++)
            assert_true(snapshot->tries[ASPECT_STRUCTURE].entries[i].id != 0);
        snapshot_free(snapshot);
    }
}

static void test_where_only_names_are_known_they_stay_so(void **state)
{
    struct snapshot *snapshot = snapshot_from_text("table a.t\n");
    const struct lineage none = {NULL, 0};
    struct error error = {0};

    (void)state;
    snapshot->info.engine = TEXT("sqlite");
    assert_int_equal(lineage_assign(snapshot, &none, 1, TEXT("x"), &error), ERROR_NONE);
    assert_int_equal(snapshot->tries[ASPECT_STRUCTURE].entries[0].id, 0);
    assert_int_equal(snapshot->info.origin.length, 0);
    snapshot_free(snapshot);
}

/* ---------------------------------------------------------------- memory */

static enum error_code assign_again(void *context, struct error *error)
{
    static const struct rename renames[] = {
        {KIND_SCHEMA, KIND_SCHEMA, TEXT_INIT("a"), TEXT_INIT("a"), TEXT_INIT("z"), 2},
        {KIND_COLUMN, KIND_TABLE, TEXT_INIT("a.t"), TEXT_INIT("a.t.x"), TEXT_INIT("z.t.y"), 2},
        {KIND_TABLE, KIND_TABLE, TEXT_INIT("z.t"), TEXT_INIT("z.t"), TEXT_INIT("z.u"), 1},
    };
    const struct lineage lineage = {renames, LENGTH_OF(renames)};

    return lineage_assign(context, &lineage, 2, TEXT("x"), error);
}

static enum error_code list_again(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct lineage lineage = {0};

    arena_init(&arena, ARENA_LIMIT);
    return lineage_from_diff(&lineage, context, 1, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct snapshot *snapshot = snapshot_from_text("schema a\ntable a.t\n  column x\n");
    struct change change = {.effect = EFFECT_RENAMED};
    struct diff diff = {.changes = &change, .change_count = 1};

    (void)state;
    assert_true(test_every_allocation(assign_again, snapshot) >= 5);
    assert_true(test_every_allocation(list_again, &diff) >= 1);
    snapshot_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_histories),
        cmocka_unit_test(test_random_histories),
        cmocka_unit_test(test_a_rename_must_make_sense),
        cmocka_unit_test(test_nonsense_is_survived),
        cmocka_unit_test(test_where_only_names_are_known_they_stay_so),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
