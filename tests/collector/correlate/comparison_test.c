#include "correlate/comparison.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "collector/track/record.h"
#include "common/drift/history_sample.h"
#include "common/drift/snapshot_text.h"
#include "drift/report.h"
#include "schema/snapshot_file.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 256 * 1024 * 1024, HOUR = 3600 };

static struct fleet_policy policy_of_nothing(void)
{
    struct fleet_policy policy = {.stale_after_us = INT64_C(1000000) * HOUR, .memory_limit = PLENTY};

    diff_options_init(&policy.compare);
    return policy;
}

static enum error_code resolve(struct history *history, const char *reference, struct snapshot_row *ret_row,
                               struct error *error)
{
    const struct fleet_policy policy = policy_of_nothing();

    return comparison_resolve(history->database, &policy, text_from(reference), &history->arena, ret_row, error);
}

static struct snapshot_row get(struct history *history, int64_t id)
{
    struct snapshot_row row = {0};
    struct error error = {0};

    history_expect(snapshots_get(history->database, id, &history->arena, &row, &error), &error);
    return row;
}

/* ---------------------------------------------------------------- references */

static void test_what_references_name(void **state)
{
    struct history *history = *state;
    int64_t prod = history_target(history, "orders", "prod", "default");
    int64_t eu = history_target(history, "orders", "shop", "eu"), us = history_target(history, "orders", "shop", "us");
    int64_t asia = history_target(history, "orders", "shop", "asia"), ids[8];
    char then[CLOCK_TEXT_SIZE], as_of[80], number[30];

    ids[0] = record_text(history, prod, "table a.t\n", NULL);
    ids[1] = record_text(history, prod, "table a.u\n", NULL);
    clock_format(get(history, ids[0]).taken_at + 1, then);
    ids[2] = record_text(history, prod, "table a.v\n", NULL);
    ids[3] = record_text(history, asia, "table a.odd\n", NULL);
    ids[4] = record_text(history, us, "table a.t\n", NULL);
    ids[5] = record_text(history, eu, "table a.old\n", NULL);
    ids[6] = record_text(history, eu, "table a.t\n", NULL);
    snprintf(as_of, sizeof as_of, "orders@prod~%s", then);
    snprintf(number, sizeof number, "#%" PRId64, ids[1]);

    const struct {
        const char *reference;
        int64_t snapshot;
    } cases[] = {
        {"orders@prod", ids[2]},   {"orders@prod/default", ids[2]},
        {"orders@prod~1", ids[1]}, {"orders@prod/default~2", ids[0]},
        {as_of, ids[0]},           {number, ids[1]},
        {"orders@shop", ids[6]}, /* of the two that agree, eu comes first by name */
        {"orders@shop~1", ids[5]}, {"orders@shop/asia", ids[3]},
    };
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct snapshot_row row = {0};
        struct error error = {0};

        history_expect(resolve(history, cases[i].reference, &row, &error), &error);
        if (row.id != cases[i].snapshot)
            fail_msg("%s: #%" PRId64, cases[i].reference, row.id);
    }
}

static void test_what_references_do_not_name(void **state)
{
    static const struct {
        const char *reference;
        enum error_code code;
        const char *hint; /* a part of it */
    } cases[] = {
        {"orders", ERROR_USAGE, ""},
        {"#", ERROR_USAGE, ""},
        {"#1x", ERROR_USAGE, ""},
        {"#99999999999999999999", ERROR_USAGE, ""},
        {"#4711", ERROR_NOT_FOUND, ""},
        {"orders@dev", ERROR_NOT_FOUND, "driftline fleet"},
        {"orders@prod/eu", ERROR_NOT_FOUND, ""},
        {"orders@prod~5", ERROR_NOT_FOUND, "history"},
        {"orders@prod~2001-01-01", ERROR_NOT_FOUND, "history"},
        {"orders@torn", ERROR_AMBIGUOUS, "orders@torn/a … c"},
        {"orders@empty", ERROR_NOT_FOUND, ""},
    };
    struct history *history = *state;

    record_text(history, history_target(history, "orders", "prod", "default"), "table a.t\n", NULL);
    record_text(history, history_target(history, "orders", "torn", "a"), "table a.t\n", NULL);
    record_text(history, history_target(history, "orders", "torn", "b"), "table a.u\n", NULL);
    history_target(history, "orders", "torn", "c");
    history_target(history, "orders", "empty", "default");
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct snapshot_row row = {.id = 42};
        struct error error = {0};

        if (resolve(history, cases[i].reference, &row, &error) != cases[i].code ||
            strstr(error.hint, cases[i].hint) == NULL)
            fail_msg("%s: %s, hint '%s'", cases[i].reference, error.message, error.hint);
        assert_int_equal(row.id, 42);
    }
}

/* ---------------------------------------------------------------- whole snapshots */

static void test_a_snapshot_is_loaded_with_its_occasion(void **state)
{
    struct history *history = *state;
    int64_t id =
        record_text(history, history_target(history, "orders", "prod", "default"), "table a.t\n  column x\n", NULL);
    struct snapshot_row row = get(history, id);
    CLEANUP(buffer_clear) struct buffer file = {0};
    struct snapshot *snapshot = NULL, *read = NULL;
    struct error error = {0};
    const struct trie_entry *entry;

    history_expect(comparison_load(history->database, &row, TEXT("orders@prod"), PLENTY, &snapshot, &error), &error);
    assert_true(hash_equal(&snapshot->root, &row.root));
    assert_true(text_equal(snapshot->info.ref, TEXT("orders@prod")));
    assert_true(text_equal(snapshot->info.server_version, TEXT("1.0")));
    assert_true(snapshot->info.taken_at == row.taken_at);
    assert_true(text_starts_with(snapshot->info.origin, TEXT("driftline:")));
    entry = &snapshot->tries[ASPECT_STRUCTURE].entries[0];
    assert_true(entry->id != 0 && entry->part_count == 1 && entry->part_ids[0] != 0);
    history_expect(snapshot_file_encode(snapshot, &file, &error), &error);
    history_expect(snapshot_file_decode(&read, buffer_text(&file), "download", &error), &error);
    assert_true(read->tries[ASPECT_STRUCTURE].entries[0].id == entry->id);
    snapshot_free(snapshot);
    snapshot_free(read);
}

static void test_what_retention_let_go_is_named(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");
    struct snapshot_row old = get(history, record_text(history, target, "table a.t\n", NULL)), row;
    struct diff_options options;
    struct comparison comparison = {0};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    row = get(history, record_text(history, target, "table a.u\n", NULL));
    old.stored = false;
    diff_options_init(&options);
    assert_int_equal(comparison_load(history->database, &old, TEXT("x"), PLENTY, &snapshot, &error), ERROR_NOT_FOUND);
    assert_non_null(strstr(error.hint, "retention"));
    assert_int_equal(
        comparison_make(&comparison, history->database, &old, &row, &options, PLENTY, &history->arena, &error),
        ERROR_NOT_FOUND);
    assert_int_equal(
        comparison_make(&comparison, history->database, &row, &old, &options, PLENTY, &history->arena, &error),
        ERROR_NOT_FOUND);
    assert_true(snapshot == NULL && comparison.from == NULL);
}

/* ---------------------------------------------------------------- comparisons */

/* A comparison without the occasion of its sides. */
static void write_diff(struct buffer *output, const struct diff *diff, const struct snapshot *from,
                       const struct snapshot *to)
{
    struct snapshot sides[2] = {*from, *to};
    struct error error = {0};

    for (unsigned i = 0; i < 2; i++)
        sides[i].info = (struct snapshot_info){.engine = sides[i].info.engine};
    history_expect(report_format_find(TEXT("json"))
                       ->write(output, &(struct report){.diff = diff, .from = &sides[0], .to = &sides[1]}, &error),
                   &error);
}

/* What the store answers for two of its snapshots. */
static void write_stored(struct buffer *output, struct history *history, int64_t from_id, int64_t to_id)
{
    struct snapshot_row from = get(history, from_id), to = get(history, to_id);
    CLEANUP(comparison_free) struct comparison comparison = {0};
    struct diff_options options;
    struct error error = {0};

    diff_options_init(&options);
    history_expect(
        comparison_make(&comparison, history->database, &from, &to, &options, PLENTY, &history->arena, &error), &error);
    write_diff(output, &comparison.diff, comparison.from, comparison.to);
}

static void write_real(struct buffer *output, struct history *history, const struct snapshot *from,
                       const struct snapshot *to)
{
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    diff_options_init(&options);
    history_expect(diff_snapshots(&diff, from, to, &options, &history->arena, &error), &error);
    write_diff(output, &diff, from, to);
}

enum { STEPS = 8 };

/* From agent to answer: the history of a target says what comparing with the server's own ids would say. */
static void test_a_history_answers_as_if_it_had_the_ids(void **state)
{
    struct history *history = *state;

    for (unsigned round = 0; round < 6; round++) {
        char name[20];
        struct world world;
        struct snapshot *real[STEPS];
        int64_t ids[STEPS], target;

        snprintf(name, sizeof name, "world%u", round);
        target = history_target(history, name, "prod", "default");
        world_begin(&world, round + 1);
        for (unsigned i = 0; i < STEPS; i++) {
            real[i] = world_snapshot(&world, TEXT("db"));
            ids[i] = record_seen(history, target, i == 0 ? NULL : real[i - 1], real[i]);
            world_change(&world);
        }
        for (unsigned i = 0; i < STEPS * STEPS; i++) {
            CLEANUP(buffer_clear) struct buffer expected = {0};
            CLEANUP(buffer_clear) struct buffer found = {0};

            write_real(&expected, history, real[i / STEPS], real[i % STEPS]);
            write_stored(&found, history, ids[i / STEPS], ids[i % STEPS]);
            assert_string_equal(found.bytes, expected.bytes);
        }
        for (unsigned i = 0; i < STEPS; i++)
            snapshot_free(real[i]);
    }
}

/* A table was renamed and dropped, and another was made under its last name. */
static void test_a_name_that_became_free_means_another_thing(void **state)
{
    static const char *const steps[] = {"@origin db\ntable a.t #1 comment=x\n", "@origin db\ntable a.u #1 comment=x\n",
                                        "@origin db\n", "@origin db\ntable a.u #2 comment=y\n"};
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default"), ids[LENGTH_OF(steps)];
    CLEANUP(buffer_clear) struct buffer near = {0};
    CLEANUP(buffer_clear) struct buffer far = {0};
    struct snapshot *before = NULL;

    for (size_t i = 0; i < LENGTH_OF(steps); i++) {
        struct snapshot *snapshot = snapshot_from_text(steps[i]);

        ids[i] = record_seen(history, target, before, snapshot);
        snapshot_free(before);
        before = snapshot;
    }
    write_stored(&near, history, ids[0], ids[1]);
    assert_non_null(strstr(near.bytes, "\"renamed_from\": \"a.t\""));
    write_stored(&far, history, ids[0], ids[3]);
    assert_null(strstr(far.bytes, "renamed_from"));
    snapshot_free(before);
}

/* A table of one comment, and a target to which its rename is known. */
static int64_t record_renamed(struct history *history, int64_t target)
{
    static const struct rename renames[] = {
        {KIND_TABLE, KIND_TABLE, TEXT_INIT("a.u"), TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0}};
    const struct record_extra extra = {.renames = {renames, LENGTH_OF(renames)}};

    record_text(history, target, "table a.t comment=x\n", NULL);
    return record_text(history, target, "table a.u comment=x\n", &extra);
}

/* A rename that one target has seen, and the other has not. */
static void test_two_targets_of_one_database_know_their_renames(void **state)
{
    struct history *history = *state;
    int64_t dev = history_target(history, "orders", "dev", "default");
    int64_t prod = history_target(history, "orders", "prod", "default");
    CLEANUP(buffer_clear) struct buffer there = {0};
    CLEANUP(buffer_clear) struct buffer back = {0};
    int64_t before = record_text(history, prod, "table a.t comment=x\n", NULL);
    int64_t after = record_renamed(history, dev);

    write_stored(&there, history, before, after);
    assert_non_null(strstr(there.bytes, "\"renamed_from\": \"a.t\""));
    assert_null(strstr(there.bytes, "probable_name"));
    write_stored(&back, history, after, before);
    assert_non_null(strstr(back.bytes, "\"renamed_from\": \"a.u\""));
}

/* The names alone tell what is the same in two databases. */
static void test_two_databases_have_nothing_but_names_in_common(void **state)
{
    struct history *history = *state;
    int64_t orders = history_target(history, "orders", "prod", "default");
    int64_t billing = history_target(history, "billing", "prod", "default");
    CLEANUP(buffer_clear) struct buffer answer = {0};
    int64_t before = record_text(history, orders, "table a.t comment=x\n", NULL);
    int64_t after = record_renamed(history, billing);

    write_stored(&answer, history, before, after);
    assert_null(strstr(answer.bytes, "renamed_from"));
    assert_non_null(strstr(answer.bytes, "\"probable_name\": \"a.u\""));
}

/* Nodes do not know which version of a server they are of, but snapshots do. */
static void test_versions_are_those_of_the_two_snapshots(void **state)
{
    struct history *history = *state;
    int64_t prod = history_target(history, "orders", "prod", "default");
    int64_t dev = history_target(history, "orders", "dev", "default");
    int64_t old = record_text(history, prod, "@server postgresql 15.20\nview a.v definition='SELECT t.a'\n", NULL);
    int64_t new = record_text(history, prod, "@server postgresql 16.3\nview a.v definition='SELECT a'\n", NULL);
    int64_t same = record_text(history, dev, "@server postgresql 15.6\nview a.v definition='SELECT a'\n", NULL);
    CLEANUP(buffer_clear) struct buffer apart = {0};
    CLEANUP(buffer_clear) struct buffer elsewhere = {0};
    CLEANUP(buffer_clear) struct buffer alike = {0};

    write_stored(&apart, history, old, new);
    assert_non_null(strstr(apart.bytes, "\"verdict\": \"UNKNOWN\""));
    assert_non_null(strstr(apart.bytes, "\"side\": \"both\""));
    assert_non_null(strstr(apart.bytes, "rendered by PostgreSQL 15 and 16"));
    write_stored(&elsewhere, history, old, same);
    assert_non_null(strstr(elsewhere.bytes, "\"verdict\": \"DRIFTED\""));
    write_stored(&alike, history, new, same);
    assert_non_null(strstr(alike.bytes, "\"verdict\": \"IN_SYNC\""));
}

/* ---------------------------------------------------------------- memory */

struct question {
    struct history *history;
    struct snapshot_row from, to;
};

static enum error_code make_again(void *context, struct error *error)
{
    const struct question *question = context;
    CLEANUP(comparison_free) struct comparison comparison = {0};
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;

    arena_init(&arena, PLENTY);
    diff_options_init(&options);
    return comparison_make(&comparison, question->history->database, &question->from, &question->to, &options, PLENTY,
                           &arena, error);
}

static enum error_code load_again(void *context, struct error *error)
{
    const struct question *question = context;
    struct snapshot *snapshot = NULL;
    enum error_code code =
        comparison_load(question->history->database, &question->from, TEXT("orders@prod"), PLENTY, &snapshot, error);

    snapshot_free(snapshot);
    return code;
}

static enum error_code resolve_again(void *context, struct error *error)
{
    const struct question *question = context;
    const struct fleet_policy policy = policy_of_nothing();
    CLEANUP(arena_free) struct arena arena;
    struct snapshot_row row;

    arena_init(&arena, PLENTY);
    return comparison_resolve(question->history->database, &policy, TEXT("orders@prod"), &arena, &row, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct history *history = *state;
    int64_t target = history_target(history, "orders", "prod", "default");
    struct question question = {.history = history};

    question.from = get(history, record_text(history, target, "table a.t\n  column x\ntable a.u\n", NULL));
    question.to = get(history, record_text(history, target, "table a.t\n  column y\n", NULL));
    assert_true(test_every_allocation(make_again, &question) >= 10);
    target = history_target(history, "orders", "dev", "default");
    question.to = get(history, record_text(history, target, "table a.t\n  column z\n", NULL));
    assert_true(test_every_allocation(make_again, &question) >= 10);
    assert_true(test_every_allocation(load_again, &question) >= 10);
    assert_true(test_every_allocation(resolve_again, &question) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_references_name, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_references_do_not_name, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_snapshot_is_loaded_with_its_occasion, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_retention_let_go_is_named, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_history_answers_as_if_it_had_the_ids, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_name_that_became_free_means_another_thing, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_two_targets_of_one_database_know_their_renames, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_two_databases_have_nothing_but_names_in_common, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_versions_are_those_of_the_two_snapshots, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, history_setup, history_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
