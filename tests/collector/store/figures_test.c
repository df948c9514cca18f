#include "store/figures.h"

#include <string.h>

#include "collector/store/history.h"
#include "store/contract_states.h"
#include "store/events.h"
#include "store/gate_runs.h"
#include "store/pairs.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static struct hash hash_of(uint8_t byte)
{
    struct hash hash;

    memset(hash.bytes, byte, sizeof hash.bytes);
    return hash;
}

/* ---- agents ---- */

static void test_agents_are_counted(void **state)
{
    struct history *history = *state;
    struct agent_figures figures = {0};
    struct silent_agent *silent = NULL;
    struct error error = {0};
    size_t count = 0;

    history_run(history, "INSERT INTO agent (name, key, enrolled_at, enrolled_by, revoked_at, silent_since) VALUES"
                         " ('late', randomblob(32), 1, 't', NULL, 20), ('later', randomblob(32), 1, 't',"
                         " NULL, 30), ('gone', randomblob(32), 1, 't', 5, 10)");
    history_expect(figures_agents(history->database, &figures, &error), &error);
    assert_true(figures.enrolled == 3 && figures.silent == 2 && figures.revoked == 1); /* one is the tester */
    history_expect(figures_silent(history->database, 10, &history->arena, &silent, &count, &error), &error);
    assert_int_equal(count, 2);
    assert_true(text_equal(silent[0].name, TEXT("late")) && silent[0].since == 20);
    assert_true(text_equal(silent[1].name, TEXT("later")) && silent[1].since == 30);
    history_expect(figures_silent(history->database, 1, &history->arena, &silent, &count, &error), &error);
    assert_int_equal(count, 1);
}

/* ---- drifts ---- */

static int64_t add_pair(struct history *history, const char *database, const char *to, const char *instance)
{
    struct pair_row row = {.database = text_from(database),
                           .from = instance[0] == '\0' ? TEXT("staging") : text_from(to),
                           .to = text_from(to),
                           .instance = text_from(instance),
                           .active = true,
                           .policy = hash_of(7)};
    struct error error = {0};

    history_expect(pairs_put(history->database, &row, &error), &error);
    return row.id;
}

static struct drift_row add_drift(struct history *history, int64_t pair, enum drift_state state, enum severity severity,
                                  enum drift_cause cause)
{
    struct drift_row row = {.pair = pair,
                            .state = state,
                            .cause = cause,
                            .severity = severity,
                            .kind = KIND_TABLE,
                            .object_kind = KIND_TABLE,
                            .rule = TEXT("x"),
                            .object = TEXT("a"),
                            .owner = TEXT("a"),
                            .attributes = TEXT("[]"),
                            .states = {{true, hash_of(1)}, {false, {{0}}}},
                            .lead = -1};
    struct error error = {0};

    history_expect(drifts_add(history->database, &row, &error), &error);
    return row;
}

static void test_living_drifts_are_counted_by_what_they_are(void **state)
{
    struct history *history = *state;
    int64_t prod = add_pair(history, "orders", "prod", ""), qa = add_pair(history, "orders", "qa", "");
    int64_t one = add_pair(history, "orders", "prod", "eu-1"), other = add_pair(history, "orders", "prod", "eu-2");
    struct drift_figures *figures = NULL;
    struct error error = {0};
    size_t count = 0;

    add_pair(history, "empty", "prod", "");
    add_drift(history, prod, DRIFT_OPEN, SEVERITY_CRITICAL, DRIFT_HOTFIX);
    add_drift(history, prod, DRIFT_OPEN, SEVERITY_CRITICAL, DRIFT_HOTFIX);
    add_drift(history, prod, DRIFT_WAIVED, SEVERITY_LOW, DRIFT_PENDING);
    add_drift(history, qa, DRIFT_ACKNOWLEDGED, SEVERITY_HIGH, DRIFT_DIVERGED);
    add_drift(history, one, DRIFT_OPEN, SEVERITY_MEDIUM, DRIFT_OUTLIER);
    add_drift(history, other, DRIFT_OPEN, SEVERITY_MEDIUM, DRIFT_OUTLIER);
    history_run(history, "UPDATE drift SET hidden = 1 WHERE id = 2");
    history_expect(figures_drifts(history->database, &history->arena, &figures, &count, &error), &error);
    assert_int_equal(count, 3);
    assert_true(text_equal(figures[0].from, TEXT("prod")) && text_equal(figures[0].to, TEXT("prod")));
    assert_int_equal(figures[0].counts[DRIFT_OPEN][SEVERITY_MEDIUM][DRIFT_OUTLIER], 2);
    assert_true(text_equal(figures[1].from, TEXT("staging")) && text_equal(figures[1].to, TEXT("prod")));
    assert_int_equal(figures[1].counts[DRIFT_OPEN][SEVERITY_CRITICAL][DRIFT_HOTFIX], 1);
    assert_int_equal(figures[1].counts[DRIFT_WAIVED][SEVERITY_LOW][DRIFT_PENDING], 1);
    assert_int_equal(figures[2].counts[DRIFT_ACKNOWLEDGED][SEVERITY_HIGH][DRIFT_DIVERGED], 1);
    history_run(history, "UPDATE drift SET cause = 99 WHERE id = 1");
    assert_int_equal(figures_drifts(history->database, &history->arena, &figures, &count, &error), ERROR_CORRUPT);
}

static void test_pairs_that_are_behind_are_counted(void **state)
{
    struct history *history = *state;
    struct hash policy = hash_of(7), lower = hash_of(6), higher = hash_of(8);
    struct error error = {0};
    uint64_t count = 0;

    add_pair(history, "orders", "prod", "");
    add_pair(history, "orders", "qa", "");
    history_run(history, "INSERT INTO pair SELECT 9, 'over', from_environment, to_environment, '', 0, policy, NULL, 0,"
                         " NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, 0, 0 FROM pair LIMIT 1");
    history_expect(figures_pairs_behind(history->database, &policy, &count, &error), &error);
    assert_int_equal(count, 0);
    history_expect(figures_pairs_behind(history->database, &lower, &count, &error), &error);
    assert_int_equal(count, 2);
    history_expect(figures_pairs_behind(history->database, &higher, &count, &error), &error);
    assert_int_equal(count, 2);
}

/* ---- contracts and the gate ---- */

static void test_contracts_are_counted_by_state_and_text(void **state)
{
    struct history *history = *state;
    struct contract_figure *figures = NULL;
    struct error error = {0};
    size_t count = 0;

    for (unsigned i = 0; i < 3; i++) {
        const char *instance = (const char *const[]){"a", "b", "c"}[i];
        struct contract_state_row row = {.contract = TEXT("billing"),
                                         .target = history_target(history, "orders", "prod", instance),
                                         .fingerprint = hash_of(i == 2 ? 2 : 1)};

        history_expect(contract_states_put(history->database, &row, &error), &error);
    }
    history_expect(figures_contracts(history->database, &history->arena, &figures, &count, &error), &error);
    assert_int_equal(count, 2);
    assert_true(figures[0].targets == 2 && hash_equal(&figures[0].fingerprint, &(struct hash){{0}}) == false);
    assert_int_equal(figures[0].state, 0);
    assert_int_equal(figures[1].targets, 1);
    assert_true(text_equal(figures[1].contract, TEXT("billing")));
}

static void add_run(struct history *history, const char *to, uint32_t verdict, int64_t at)
{
    struct gate_run_row row = {.at = at,
                               .by = TEXT("ci"),
                               .database = TEXT("orders"),
                               .from = TEXT("staging"),
                               .to = text_from(to),
                               .verdict = verdict,
                               .answer = TEXT("{}")};
    struct error error = {0};

    history_expect(gate_runs_add(history->database, &row, &error), &error);
}

static void test_the_last_answer_of_the_gate_is_found(void **state)
{
    struct drift_figures names = {.database = TEXT("orders"), .from = TEXT("staging"), .to = TEXT("prod")};
    struct history *history = *state;
    struct gate_figure figure = {0};
    struct error error = {0};
    bool found = true;

    history_expect(figures_last_run(history->database, &names, &figure, &found, &error), &error);
    assert_false(found);
    add_run(history, "prod", 1, 5);
    add_run(history, "prod", 2, 6);
    add_run(history, "qa", 0, 7);
    history_expect(figures_last_run(history->database, &names, &figure, &found, &error), &error);
    assert_true(found && figure.verdict == 2 && figure.at == 6);
}

/* ---- what happened since ---- */

static void test_what_came_is_added_up_in_slices(void **state)
{
    struct history *history = *state;
    uint64_t events[EVENT_TYPE_COUNT] = {0}, runs[3] = {0};
    struct figure_ends ends;
    struct error error = {0};

    history_run(history, "INSERT INTO event (at, type, severity, data) VALUES (1, 'drift-opened', 0, '{}')");
    add_run(history, "prod", 1, 5);
    history_expect(figures_ends(history->database, &ends, &error), &error);
    assert_true(ends.event == 1 && ends.gate_run == 1 && ends.drift_step == 0);
    history_run(history, "INSERT INTO event (at, type, severity, data) VALUES (1, 'drift-opened', 0, '{}'),"
                         " (1, 'drift-ended', 0, '{}'), (1, 'of-the-future', 0, '{}'), (1, 'drift-opened', 0, '{}')");
    add_run(history, "prod", 0, 6);
    add_run(history, "prod", 17, 6);
    history_expect(figures_events(history->database, 3, &ends.event, events, &error), &error);
    assert_int_equal(ends.event, 4);
    history_expect(figures_events(history->database, 3, &ends.event, events, &error), &error);
    history_expect(figures_events(history->database, 3, &ends.event, events, &error), &error);
    assert_int_equal(ends.event, 5);
    assert_int_equal(events[EVENT_DRIFT_OPENED], 2);
    assert_int_equal(events[EVENT_DRIFT_ENDED], 1);
    history_expect(figures_runs(history->database, 100, &ends.gate_run, runs, LENGTH_OF(runs), &error), &error);
    assert_int_equal(ends.gate_run, 3);
    assert_true(runs[0] == 1 && runs[1] == 0 && runs[2] == 0);
}

struct promotions {
    unsigned count;
    int64_t lead;
    char environment[16];
};

static void take_promotion(void *context, struct text environment, int64_t lead)
{
    struct promotions *promotions = context;

    promotions->count++;
    promotions->lead = lead;
    memcpy(promotions->environment, environment.bytes, environment.length);
}

static void test_promotions_tell_how_long_they_took(void **state)
{
    struct history *history = *state;
    int64_t pair = add_pair(history, "orders", "prod", "");
    struct drift_row drift = add_drift(history, pair, DRIFT_OPEN, SEVERITY_LOW, DRIFT_PENDING);
    struct drift_row other = add_drift(history, pair, DRIFT_OPEN, SEVERITY_LOW, DRIFT_PENDING);
    struct promotions promotions = {0};
    struct promotion_visitor visitor = {take_promotion, &promotions};
    struct error error = {0};
    int64_t after = 0;

    drift.state = other.state = DRIFT_ENDED;
    drift.ending = DRIFT_PROMOTED;
    other.ending = DRIFT_REVERTED;
    drift.lead = 90000000;
    history_expect(drifts_update(history->database, &drift, &error), &error);
    history_expect(drifts_update(history->database, &other, &error), &error);
    for (unsigned i = 0; i < 4; i++) {
        struct drift_step_row step = {.drift = i < 2 ? drift.id : other.id,
                                      .what = i % 2 == 0 ? DRIFT_STEP_OPENED : DRIFT_STEP_ENDED,
                                      .side = -1};

        history_expect(drift_steps_add(history->database, &step, &error), &error);
    }
    history_expect(figures_promotions(history->database, 1, &after, &visitor, &error), &error);
    assert_true(after == 1 && promotions.count == 0);
    history_expect(figures_promotions(history->database, 100, &after, &visitor, &error), &error);
    assert_true(after == 4 && promotions.count == 1 && promotions.lead == 90000000);
    assert_string_equal(promotions.environment, "prod");
}

static enum error_code ask_all(void *context, struct error *error)
{
    struct history *history = context;
    CLEANUP(arena_free) struct arena arena;
    struct contract_figure *contracts = NULL;
    struct drift_figures *drifts = NULL;
    struct silent_agent *silent = NULL;
    size_t count = 0;

    arena_init(&arena, HISTORY_MEMORY);
    if (figures_silent(history->database, 10, &arena, &silent, &count, error) != ERROR_NONE ||
        figures_drifts(history->database, &arena, &drifts, &count, error) != ERROR_NONE)
        return error->code;
    return figures_contracts(history->database, &arena, &contracts, &count, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct history *history = *state;
    struct contract_state_row row = {.contract = TEXT("billing")};
    struct error error = {0};

    row.target = history_target(history, "orders", "prod", "a");
    history_expect(contract_states_put(history->database, &row, &error), &error);
    add_drift(history, add_pair(history, "orders", "prod", ""), DRIFT_OPEN, SEVERITY_LOW, DRIFT_PENDING);
    history_run(history, "UPDATE agent SET silent_since = 3");
    test_every_allocation(ask_all, history);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_agents_are_counted),
        TEST(test_living_drifts_are_counted_by_what_they_are),
        TEST(test_pairs_that_are_behind_are_counted),
        TEST(test_contracts_are_counted_by_state_and_text),
        TEST(test_the_last_answer_of_the_gate_is_found),
        TEST(test_what_came_is_added_up_in_slices),
        TEST(test_promotions_tell_how_long_they_took),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
