#include "store/drifts.h"

#include <string.h>

#include "collector/store/history.h"
#include "store/pairs.h"
#include "store/waivers.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static struct hash hash_of(uint8_t byte)
{
    struct hash hash;

    memset(hash.bytes, byte, sizeof hash.bytes);
    return hash;
}

static int64_t pair(struct history *history, const char *from, const char *to, const char *instance)
{
    struct pair_row row = {.database = TEXT("orders"),
                           .from = text_from(from),
                           .to = text_from(to),
                           .instance = text_from(instance),
                           .active = true};
    struct error error = {0};

    history_expect(pairs_put(history->database, &row, &error), &error);
    return row.id;
}

static struct drift_row sample(int64_t in, const char *object, const char *owner)
{
    return (struct drift_row){.pair = in,
                              .effect = EFFECT_ADDED,
                              .kind = strcmp(object, owner) == 0 ? KIND_TABLE : KIND_COLUMN,
                              .object_kind = KIND_TABLE,
                              .rule = TEXT("x"),
                              .object = text_from(object),
                              .owner = text_from(owner),
                              .attributes = TEXT("[]"),
                              .states = {{true, hash_of(1)}, {false, {{0}}}},
                              .opened_at = 10,
                              .changed_at = 11,
                              .seen_at = 12,
                              .lead = -1};
}

static int64_t add(struct history *history, struct drift_row *row)
{
    struct error error = {0};

    history_expect(drifts_add(history->database, row, &error), &error);
    assert_true(row->id > 0);
    return row->id;
}

static struct drift_row get(struct history *history, int64_t id)
{
    struct drift_row row = {0};
    struct error error = {0};

    history_expect(drifts_get(history->database, id, &history->arena, &row, &error), &error);
    return row;
}

static int64_t waiver(struct history *history, int64_t expires_at)
{
    struct waiver_row row = {.database = TEXT("orders"),
                             .reason = TEXT("known"),
                             .author = TEXT("alice"),
                             .created_by = TEXT("ci"),
                             .expires_at = expires_at};
    struct error error = {0};

    history_expect(waivers_add(history->database, &row, &error), &error);
    return row.id;
}

/* ---- one ---- */

static void expect_texts(const struct text *found, const struct text *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_true(text_equal(found[i], expected[i]));
}

static void expect_same(const struct drift_row *found, const struct drift_row *expected)
{
    const struct text texts[] = {found->rule,         found->contracts,    found->object,     found->owner,
                                 found->renamed_from, found->owner_before, found->attributes, found->acked_by};
    const struct text wanted[] = {expected->rule,       expected->contracts,    expected->object,
                                  expected->owner,      expected->renamed_from, expected->owner_before,
                                  expected->attributes, expected->acked_by};
    const int64_t numbers[][2] = {
        {found->id, expected->id},
        {found->pair, expected->pair},
        {found->state, expected->state},
        {found->cause, expected->cause},
        {found->ending, expected->ending},
        {found->hidden, expected->hidden},
        {found->effect, expected->effect},
        {found->kind, expected->kind},
        {found->object_kind, expected->object_kind},
        {found->aspect, expected->aspect},
        {found->severity, expected->severity},
        {found->base_known, expected->base_known},
        {found->opened_at, expected->opened_at},
        {found->changed_at, expected->changed_at},
        {found->seen_at, expected->seen_at},
        {found->ended_at, expected->ended_at},
        {found->lead, expected->lead},
        {found->reopened, expected->reopened},
        {found->previous, expected->previous},
        {found->acked_at, expected->acked_at},
        {found->waiver, expected->waiver},
        {found->change, expected->change},
        {found->unattributed, expected->unattributed},
    };

    expect_texts(texts, wanted, LENGTH_OF(texts));
    for (size_t i = 0; i < LENGTH_OF(numbers); i++)
        assert_int_equal(numbers[i][0], numbers[i][1]);
    for (int side = 0; side < 2; side++) {
        assert_int_equal(found->states[side].is_there, expected->states[side].is_there);
        assert_true(!found->states[side].is_there ||
                    hash_equal(&found->states[side].hash, &expected->states[side].hash));
    }
    assert_int_equal(found->base.is_there, expected->base.is_there);
    assert_true(!found->base.is_there || hash_equal(&found->base.hash, &expected->base.hash));
}

static void test_a_drift_is_kept_with_all_that_it_says(void **state)
{
    struct history *history = *state;
    struct drift_row drift = sample(pair(history, "staging", "prod", ""), "shop.orders.total", "shop.orders"), found;
    struct error error = {0};

    add(history, &drift);
    found = get(history, drift.id);
    expect_same(&found, &drift);
    assert_true(text_equal(found.database, TEXT("orders")) && text_equal(found.from, TEXT("staging")));
    assert_true(text_equal(found.to, TEXT("prod")) && found.instance.length == 0 && found.active);
    assert_int_equal(found.waived_until, 0);

    drift.state = DRIFT_WAIVED;
    drift.cause = DRIFT_DIVERGED;
    drift.hidden = drift.unattributed = drift.base_known = true;
    drift.effect = EFFECT_RENAMED;
    drift.aspect = ASPECT_ACCESS;
    drift.severity = SEVERITY_CRITICAL;
    drift.rule = TEXT("y");
    drift.contracts = TEXT("[1]");
    drift.object = TEXT("shop.sales.sum");
    drift.owner = TEXT("shop.sales");
    drift.renamed_from = TEXT("shop.orders.total");
    drift.owner_before = TEXT("shop.orders");
    drift.attributes = TEXT("[2]");
    drift.states[1] = (struct change_state){true, hash_of(2)};
    drift.base = (struct change_state){true, hash_of(3)};
    drift.opened_at = 20;
    drift.changed_at = 21;
    drift.seen_at = 22;
    drift.reopened = 4;
    drift.previous = 77;
    drift.acked_at = 23;
    drift.acked_by = TEXT("bob");
    drift.waiver = waiver(history, 99);
    drift.change = 88;
    history_expect(drifts_update(history->database, &drift, &error), &error);
    found = get(history, drift.id);
    expect_same(&found, &drift);
    assert_int_equal(found.waived_until, 99);

    drift.state = DRIFT_ENDED;
    drift.ending = DRIFT_PROMOTED;
    drift.ended_at = 30;
    drift.lead = 0;
    drift.base.is_there = false; /* they were equal: neither had it */
    drift.waiver = 0;
    history_expect(drifts_update(history->database, &drift, &error), &error);
    found = get(history, drift.id);
    expect_same(&found, &drift);
    assert_int_equal(found.lead, 0); /* not none */
}

static void test_one_that_is_not_there(void **state)
{
    struct history *history = *state;
    struct drift_row drift = sample(pair(history, "staging", "prod", ""), "a", "a"), found = {0};
    struct error error = {0};

    add(history, &drift);
    assert_int_equal(drifts_get(history->database, drift.id + 1, &history->arena, &found, &error), ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no drift #2");
    drift.id++;
    assert_int_equal(drifts_update(history->database, &drift, &error), ERROR_NOT_FOUND);
    drift.pair = 99;
    assert_int_equal(drifts_add(history->database, &drift, &error), ERROR_CONFLICT);
}

/* ---- those of a thing ---- */

static const char *objects_of(struct history *history, const struct drift_row *rows, size_t count)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    for (size_t i = 0; i < count; i++)
        buffer_printf(&buffer, "%.*s ", TEXT_ARGS(rows[i].object));
    return count == 0 ? "" : arena_string(&history->arena, buffer_text(&buffer));
}

static const char *living(struct history *history, int64_t in, const char *owner)
{
    struct drift_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;

    history_expect(drifts_living(history->database, in, text_from(owner), &history->arena, &rows, &count, &error),
                   &error);
    return objects_of(history, rows, count);
}

static void test_living_ones_are_found_by_their_object_on_either_side(void **state)
{
    struct history *history = *state;
    int64_t in = pair(history, "staging", "prod", ""), other = pair(history, "dev", "staging", "");
    struct drift_row drifts[] = {sample(in, "a", "a"), sample(in, "a.x", "a"),    sample(in, "b", "b"),
                                 sample(in, "c", "c"), sample(other, "a.z", "a"), sample(in, "a.y", "a")};

    drifts[3].owner_before = TEXT("a"); /* c was a once */
    drifts[1].owner_before = TEXT("a"); /* found once */
    drifts[5].state = DRIFT_ENDED;
    drifts[5].ending = DRIFT_REVERTED;
    for (size_t i = 0; i < LENGTH_OF(drifts); i++)
        add(history, &drifts[i]);
    assert_string_equal(living(history, in, "a"), "a a.x c ");
    assert_string_equal(living(history, in, "b"), "b ");
    assert_string_equal(living(history, in, "a.x"), "");
    assert_string_equal(living(history, in, ""), "a a.x b c ");
    assert_string_equal(living(history, other, ""), "a.z ");
}

static void test_the_last_that_ended_is_found_by_what_it_is_about(void **state)
{
    struct history *history = *state;
    int64_t in = pair(history, "staging", "prod", ""), id = 7;
    struct drift_row drift = sample(in, "a.x", "a"), like = sample(in, "a.x", "a");
    struct error error = {0};
    int64_t ended;

    history_expect(drifts_last_ended(history->database, &like, &id, &error), &error);
    assert_int_equal(id, 0);
    drift.ending = DRIFT_PROMOTED;
    drift.state = DRIFT_ENDED;
    add(history, &drift);
    ended = add(history, &drift);
    drift.ending = DRIFT_LIVES;
    drift.state = DRIFT_OPEN;
    add(history, &drift);
    history_expect(drifts_last_ended(history->database, &like, &id, &error), &error);
    assert_int_equal(id, ended);
    like.aspect = ASPECT_STORAGE;
    history_expect(drifts_last_ended(history->database, &like, &id, &error), &error);
    assert_int_equal(id, 0);
    like = sample(in, "a.x", "a");
    like.effect = EFFECT_RENAMED; /* a part has its name and what it says at once */
    history_expect(drifts_last_ended(history->database, &like, &id, &error), &error);
    assert_int_equal(id, ended);
    like = sample(in, "a.x", "a");
    like.kind = KIND_INDEX;
    history_expect(drifts_last_ended(history->database, &like, &id, &error), &error);
    assert_int_equal(id, 0);
}

/* That a table was called otherwise, and that it said something else. */
static void test_a_name_is_another_thing_than_what_is_said(void **state)
{
    struct history *history = *state;
    int64_t id = 7, renamed, modified;
    struct drift_row drift = sample(pair(history, "staging", "prod", ""), "a", "a");
    struct error error = {0};

    drift.ending = DRIFT_PROMOTED;
    drift.state = DRIFT_ENDED;
    drift.effect = EFFECT_RENAMED;
    renamed = add(history, &drift);
    drift.effect = EFFECT_MODIFIED;
    history_expect(drifts_last_ended(history->database, &drift, &id, &error), &error);
    assert_int_equal(id, 0);
    modified = add(history, &drift);
    history_expect(drifts_last_ended(history->database, &drift, &id, &error), &error);
    assert_int_equal(id, modified);
    drift.effect = EFFECT_RENAMED;
    history_expect(drifts_last_ended(history->database, &drift, &id, &error), &error);
    assert_int_equal(id, renamed);
}

/* ---- lists ---- */

#define STATE(state) (1u << (state))

static void test_filters_and_pages(void **state)
{
    static const struct {
        const char *what;
        struct drift_filter filter;
        const char *expected; /* newest first */
    } cases[] = {
        {"all that live", {.limit = 10}, "e.x d c b.x a "},
        {"ended ones, too", {.limit = 10, .states = UINT32_MAX}, "f e.x d c b.x a "},
        {"only ended ones", {.limit = 10, .states = STATE(DRIFT_ENDED)}, "f "},
        {"waived", {.limit = 10, .states = STATE(DRIFT_WAIVED)}, "c "},
        {"acknowledged or ended", {.limit = 10, .states = STATE(DRIFT_ACKNOWLEDGED) | STATE(DRIFT_ENDED)}, "f d "},
        {"hotfixes", {.limit = 10, .causes = STATE(DRIFT_HOTFIX)}, "b.x "},
        {"hotfixes and baselines, ended ones, too",
         {.limit = 10, .causes = STATE(DRIFT_HOTFIX) | STATE(DRIFT_PENDING), .states = UINT32_MAX},
         "f b.x "},
        {"at least high", {.limit = 10, .least_severity = SEVERITY_HIGH}, "d b.x "},
        {"of a pair", {.limit = 10, .from = TEXT_INIT("staging"), .to = TEXT_INIT("prod")}, "c b.x a "},
        {"of an instance", {.limit = 10, .instance = TEXT_INIT("eu-1")}, "e.x "},
        {"of another database", {.limit = 10, .database = TEXT_INIT("billing")}, ""},
        {"of this database", {.limit = 2, .database = TEXT_INIT("orders")}, "e.x d "},
        {"the next page", {.limit = 2, .before = 4}, "c b.x "},
        {"the last", {.limit = 2, .before = 2}, "a "},
        {"of a waiver", {.limit = 10, .waiver = 1}, "c "},
        {"of a waiver, ended ones, too", {.limit = 10, .waiver = 1, .states = UINT32_MAX}, "f c "},
        {"of an object and its parts", {.limit = 10, .object = TEXT_INIT("b")}, "b.x "},
        {"of a part", {.limit = 10, .object = TEXT_INIT("e.x")}, "e.x "},
        {"of an object under its other name", {.limit = 10, .object = TEXT_INIT("old")}, "d "},
        {"of a part under its other name", {.limit = 10, .object = TEXT_INIT("old.x")}, "b.x "},
        {"of an object, ended", {.limit = 10, .object = TEXT_INIT("f"), .states = STATE(DRIFT_ENDED)}, "f "},
        {"of an object that has ended", {.limit = 10, .object = TEXT_INIT("f")}, ""},
        {"of an object that there never was", {.limit = 10, .object = TEXT_INIT("none"), .states = UINT32_MAX}, ""},
    };
    struct history *history = *state;
    int64_t prod = pair(history, "staging", "prod", ""), staging = pair(history, "dev", "staging", ""),
            outlier = pair(history, "prod", "prod", "eu-1");
    struct drift_row drifts[] = {sample(prod, "a", "a"),    sample(prod, "b.x", "b"),    sample(prod, "c", "c"),
                                 sample(staging, "d", "d"), sample(outlier, "e.x", "e"), sample(staging, "f", "f")};

    assert_int_equal(waiver(history, 99), 1);
    drifts[1].cause = DRIFT_HOTFIX;
    drifts[1].severity = SEVERITY_CRITICAL;
    drifts[1].renamed_from = TEXT("old.x");
    drifts[2].state = DRIFT_WAIVED;
    drifts[2].waiver = drifts[5].waiver = 1;
    drifts[3].state = DRIFT_ACKNOWLEDGED;
    drifts[3].severity = SEVERITY_HIGH;
    drifts[3].renamed_from = drifts[3].owner_before = TEXT("old");
    drifts[5].state = DRIFT_ENDED;
    drifts[5].ending = DRIFT_REVERTED;
    drifts[5].cause = DRIFT_PENDING;
    for (size_t i = 0; i < LENGTH_OF(drifts); i++)
        add(history, &drifts[i]);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct drift_row *rows = NULL;
        struct error error = {0};
        size_t count = 0;

        print_message("  %s\n", cases[i].what);
        history_expect(drifts_list(history->database, &cases[i].filter, &history->arena, &rows, &count, &error),
                       &error);
        assert_string_equal(objects_of(history, rows, count), cases[i].expected);
    }
}

/* ---- steps ---- */

static void test_steps_come_in_the_order_in_which_they_were_learned(void **state)
{
    struct history *history = *state;
    struct drift_row drift = sample(pair(history, "staging", "prod", ""), "a", "a");
    const struct drift_step_row sent[] = {
        {.what = DRIFT_STEP_OPENED, .at = 9, .side = 0, .state = {true, hash_of(1)}, .snapshot = 5, .change = 6},
        {.what = DRIFT_STEP_CHANGED, .at = 7, .side = 1, .state = {false, {{0}}}},
        {.what = DRIFT_STEP_ACKNOWLEDGED, .at = 12, .side = -1, .by = TEXT("ci"), .note = TEXT("seen")},
    };
    struct drift_step_row *steps = NULL;
    struct error error = {0};
    size_t count = 0;

    add(history, &drift);
    for (size_t i = 0; i < LENGTH_OF(sent); i++) {
        struct drift_step_row step = sent[i];

        step.drift = drift.id;
        history_expect(drift_steps_add(history->database, &step, &error), &error);
    }
    history_expect(drift_steps_list(history->database, drift.id, &history->arena, &steps, &count, &error), &error);
    assert_int_equal(count, LENGTH_OF(sent));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(steps[i].drift, drift.id);
        assert_int_equal(steps[i].what, sent[i].what);
        assert_int_equal(steps[i].at, sent[i].at);
        assert_int_equal(steps[i].side, sent[i].side);
        assert_int_equal(steps[i].state.is_there, sent[i].state.is_there);
        assert_int_equal(steps[i].snapshot, sent[i].snapshot);
        assert_int_equal(steps[i].change, sent[i].change);
        assert_true(text_equal(steps[i].by, sent[i].by) && text_equal(steps[i].note, sent[i].note));
    }
    assert_true(hash_equal(&steps[0].state.hash, &sent[0].state.hash));
    history_expect(drift_steps_list(history->database, drift.id + 1, &history->arena, &steps, &count, &error), &error);
    assert_int_equal(count, 0);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(drift_state_name(DRIFT_ACKNOWLEDGED), "acknowledged");
    assert_string_equal(drift_cause_name(DRIFT_DIVERGED), "diverged");
    assert_string_equal(drift_ending_name(DRIFT_LIVES), "");
    assert_string_equal(drift_ending_name(DRIFT_ABSORBED), "absorbed");
    assert_string_equal(drift_step_name(DRIFT_STEP_EXPLAINED), "explained");
    for (int i = 0; i < DRIFT_ENDING_COUNT; i++)
        assert_non_null(drift_ending_name((enum drift_ending)i));
    for (int i = 0; i < DRIFT_STEP_COUNT; i++)
        assert_non_null(drift_step_name((enum drift_step)i));
}

/* ---- what goes wrong ---- */

static void test_a_damaged_number_is_no_drift(void **state)
{
    static const char *const damages[] = {"state = 4",  "cause = 5",     "ending = 9",
                                          "effect = 4", "kind = 60000",  "object_kind = 0",
                                          "aspect = 3", "severity = -1", "from_state = x'01'"};
    struct history *history = *state;
    int64_t in = pair(history, "staging", "prod", "");
    struct error error = {0};

    for (size_t i = 0; i < LENGTH_OF(damages); i++) {
        struct drift_row drift = sample(in, "a", "a"), found = {0};

        add(history, &drift);
        history_run(history, arena_printf(&history->arena, "UPDATE drift SET %s", damages[i]));
        assert_int_equal(drifts_get(history->database, drift.id, &history->arena, &found, &error), ERROR_CORRUPT);
    }
}

static void test_a_damaged_step_is_none(void **state)
{
    static const char *const damages[] = {"what = 10", "side = 2", "state = x'01'"};
    struct history *history = *state;
    struct drift_row drift = sample(pair(history, "staging", "prod", ""), "a", "a");
    struct drift_step_row *steps = NULL;
    struct error error = {0};
    size_t count = 0;

    add(history, &drift);
    for (size_t i = 0; i < LENGTH_OF(damages); i++) {
        const struct drift_step_row step = {.drift = drift.id, .side = -1};

        history_expect(drift_steps_add(history->database, &step, &error), &error);
        history_run(history, arena_printf(&history->arena, "UPDATE drift_step SET %s", damages[i]));
        assert_int_equal(drift_steps_list(history->database, drift.id, &history->arena, &steps, &count, &error),
                         ERROR_CORRUPT);
    }
}

static enum error_code read_all(void *context, struct error *error)
{
    struct history *history = context;
    struct drift_row *rows = NULL;
    struct drift_step_row *steps = NULL;
    CLEANUP(arena_free) struct arena arena;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    if (drifts_list(history->database, &(struct drift_filter){.limit = 5}, &arena, &rows, &count, error) !=
            ERROR_NONE ||
        drifts_living(history->database, 1, TEXT("a"), &arena, &rows, &count, error) != ERROR_NONE)
        return error->code;
    return drift_steps_list(history->database, 1, &arena, &steps, &count, error);
}

static void test_allocations_may_fail(void **state)
{
    struct history *history = *state;
    struct drift_row drift = sample(pair(history, "staging", "prod", ""), "a", "a");
    struct drift_step_row step = {.what = DRIFT_STEP_OPENED, .side = -1, .note = TEXT("x")};
    struct error error = {0};

    step.drift = add(history, &drift);
    history_expect(drift_steps_add(history->database, &step, &error), &error);
    assert_true(test_every_allocation(read_all, history) >= 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_drift_is_kept_with_all_that_it_says),
        TEST(test_one_that_is_not_there),
        TEST(test_living_ones_are_found_by_their_object_on_either_side),
        TEST(test_the_last_that_ended_is_found_by_what_it_is_about),
        TEST(test_a_name_is_another_thing_than_what_is_said),
        TEST(test_filters_and_pages),
        TEST(test_steps_come_in_the_order_in_which_they_were_learned),
        cmocka_unit_test(test_names),
        TEST(test_a_damaged_number_is_no_drift),
        TEST(test_a_damaged_step_is_none),
        TEST(test_allocations_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
