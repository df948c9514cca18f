#include "correlate/history.h"

#include <stdio.h>

#include "collector/track/record.h"
#include "common/drift/history_sample.h"
#include "common/drift/snapshot_text.h"
#include "schema/load.h"
#include "store/nodes.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 256 * 1024 * 1024 };

static void test_origins_are_apart(void **state)
{
    struct history *history = *state;
    int64_t targets[] = {history_target(history, "orders", "dev", "default"),
                         history_target(history, "orders", "prod", "default")};
    struct text origins[LENGTH_OF(targets)], again;
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(targets); i++)
        history_expect(history_origin(history->database, targets[i], &history->arena, &origins[i], &error), &error);
    history_expect(history_origin(history->database, targets[0], &history->arena, &again, &error), &error);
    assert_false(text_equal(origins[0], origins[1]));
    assert_true(text_equal(origins[0], again));
}

/* ---------------------------------------------------------------- two places */

/* Two recorded snapshots, loaded as far as they differ, with ids. */
struct loaded {
    struct snapshot *from, *to;
};

static struct snapshot_row get(struct history *history, int64_t id)
{
    struct snapshot_row row = {0};
    struct error error = {0};

    history_expect(snapshots_get(history->database, id, &history->arena, &row, &error), &error);
    return row;
}

static struct loaded load(struct history *history, int64_t from_id, int64_t to_id)
{
    struct snapshot_row from = get(history, from_id), to = get(history, to_id);
    const struct node_source nodes = nodes_source(history->database);
    struct loaded loaded = {NULL, NULL};
    struct error error = {0};

    history_expect(snapshot_load_changed(&loaded.from, &loaded.to, &from.root, &to.root, &nodes, PLENTY, &error),
                   &error);
    history_expect(history_identify(history->database, TEXT("orders"),
                                    (const struct history_place[]){{loaded.from, from.target, from.id},
                                                                   {loaded.to, to.target, to.id}},
                                    &history->arena, &error),
                   &error);
    return loaded;
}

static void release(struct loaded *loaded)
{
    snapshot_free(loaded->from);
    snapshot_free(loaded->to);
}

static void test_who_is_akin(void **state)
{
    struct history *history = *state;
    int64_t dev = history_target(history, "orders", "dev", "default");
    int64_t prod = history_target(history, "orders", "prod", "default");
    int64_t first = record_text(history, dev, "table a.t\n", NULL);
    int64_t second = record_text(history, dev, "table a.t\ntable a.u\n", NULL);
    int64_t other = record_text(history, prod, "table a.v\n", NULL);
    struct loaded own = load(history, first, second), both = load(history, second, other);

    assert_true(text_equal(own.from->info.origin, own.to->info.origin));
    assert_false(own.from->info.akin || own.to->info.akin);
    assert_true(text_equal(both.from->info.origin, both.to->info.origin));
    assert_true(both.from->info.akin && both.to->info.akin);
    assert_false(text_equal(own.to->info.origin, both.from->info.origin));
    release(&own);
    release(&both);
}

/* Where only names are known, two targets have no origin in common. */
static void test_an_engine_without_ids_stays_without(void **state)
{
    struct history *history = *state;
    int64_t dev = history_target(history, "orders", "dev", "default");
    int64_t prod = history_target(history, "orders", "prod", "default");
    int64_t one = record_text(history, dev, "@server sqlite 3.40.1\ntable a.t\n", NULL);
    int64_t other = record_text(history, prod, "@server sqlite 3.40.1\ntable a.u\n", NULL);
    struct loaded both = load(history, one, other);

    assert_int_equal(both.from->info.origin.length + both.to->info.origin.length, 0);
    release(&both);
}

/* ---------------------------------------------------------------- promotions */

/* What is compared, with the ids of the history or the server's own. */
static struct diff compare(struct history *history, const struct snapshot *from, const struct snapshot *to)
{
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    diff_options_init(&options);
    history_expect(diff_snapshots(&diff, from, to, &options, &history->arena, &error), &error);
    return diff;
}

static bool has_rename(const struct diff *diff, const struct change *rename)
{
    for (uint32_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];

        if (change->effect == EFFECT_RENAMED && change->kind == rename->kind &&
            text_equal(change->object, rename->object) && text_equal(change->renamed_from, rename->renamed_from))
            return true;
    }
    return false;
}

static uint32_t count_renames(const struct diff *diff)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < diff->change_count; i++)
        count += diff->changes[i].effect == EFFECT_RENAMED;
    return count;
}

enum { STEPS = 8 };

/* Two environments that go the same way, one behind the other, and everything that has a history in both. */
struct way {
    struct snapshot *real[STEPS]; /* with the server's ids */
    int64_t ids[2][STEPS];
};

static void go(struct way *way, struct history *history, unsigned seed)
{
    int64_t targets[2];
    struct world world;
    char name[20];

    snprintf(name, sizeof name, "instance%u", seed);
    targets[0] = history_target(history, "orders", "dev", name);
    targets[1] = history_target(history, "orders", "prod", name);
    world_begin(&world, seed);
    for (unsigned i = 0; i < STEPS; i++) {
        way->real[i] = world_snapshot(&world, TEXT("db"));
        world_change(&world);
    }
    for (unsigned i = 0; i < 2 * STEPS; i++)
        way->ids[i / STEPS][i % STEPS] = record_seen(
            history, targets[i / STEPS], i % STEPS == 0 ? NULL : way->real[i % STEPS - 1], way->real[i % STEPS]);
}

/* Between two environments a rename is what it is within one: none is made up, and most are known. A name that was used
 * before may hide one: then the thing is gone under one name and new under another. */
static void test_promotions_carry_renames(void **state)
{
    struct history *history = *state;
    uint32_t found = 0, all = 0;

    for (unsigned seed = 1; seed <= 6; seed++) {
        struct way way;

        go(&way, history, seed);
        for (unsigned i = 0; i < STEPS * STEPS; i++) {
            unsigned prod = i / STEPS, dev = i % STEPS;
            struct loaded loaded = load(history, way.ids[1][prod], way.ids[0][dev]);
            struct diff between = compare(history, loaded.from, loaded.to);
            struct diff within = compare(history, way.real[prod], way.real[dev]);

            assert_int_equal(between.verdict, within.verdict);
            for (uint32_t k = 0; k < between.change_count; k++)
                if (between.changes[k].effect == EFFECT_RENAMED && !has_rename(&within, &between.changes[k]))
                    fail_msg("%.*s was never %.*s", TEXT_ARGS(between.changes[k].object),
                             TEXT_ARGS(between.changes[k].renamed_from));
            found += count_renames(&between);
            all += count_renames(&within);
            release(&loaded);
        }
        for (unsigned i = 0; i < STEPS; i++)
            snapshot_free(way.real[i]);
    }
    assert_true(found > all * 4 / 5);
}

/* ---------------------------------------------------------------- memory */

struct question {
    struct database *database;
    struct history_place places[2];
};

static enum error_code identify_again(void *context, struct error *error)
{
    const struct question *question = context;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, PLENTY);
    return history_identify(question->database, TEXT("orders"), question->places, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct history *history = *state;
    int64_t dev = history_target(history, "orders", "dev", "default");
    int64_t prod = history_target(history, "orders", "prod", "default");
    int64_t ids[] = {record_text(history, dev, "table a.t\n  column c\n", NULL),
                     record_text(history, prod, "table a.u\n", NULL)};
    struct loaded both = load(history, ids[0], ids[1]);
    struct question question = {history->database, {{both.from, dev, ids[0]}, {both.to, prod, ids[1]}}};

    assert_true(test_every_allocation(identify_again, &question) >= 5);
    question.places[1].target = dev;
    assert_true(test_every_allocation(identify_again, &question) >= 5);
    release(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_origins_are_apart, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_who_is_akin, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_an_engine_without_ids_stays_without, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_promotions_carry_renames, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, history_setup, history_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
