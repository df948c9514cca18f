#include <string.h>

#include "base/clock.h"
#include "collector/gate/gate_scene.h"
#include "support/cmocka.h"

static const int64_t DAY = INT64_C(86400) * 1000000;

/* A change of orders@prod, its number, and when it was seen; who made it is in the statement of the caller. */
static int64_t change_prod(struct gate_scene *scene, const char *update)
{
    gate_scene_put(scene, "prod", "default", "table a.t\n  column x type=text\n  column y type=text\n");
    if (update != NULL)
        history_run(&scene->history, update);
    gate_scene_renew(scene);
    return history_ask(&scene->history, "SELECT max(id) FROM change");
}

static struct text message_of(struct gate_scene *scene, enum gate_reason_code code)
{
    const struct gate_answer answer = gate_scene_ask(scene);

    return gate_scene_reason(&answer, code)->message;
}

/* ---------------------------------------------------------------- which block */

static void test_what_blocks(void **state)
{
    static const struct {
        const char *name;
        enum drift_cause cause;
        enum severity severity;
        uint32_t block; /* a bit each severity */
        const char *codes;
    } cases[] = {
        {"a hotfix whatever it is", DRIFT_HOTFIX, SEVERITY_LOW, 0, "BLOCKED hotfix"},
        {"a severe one once", DRIFT_HOTFIX, SEVERITY_CRITICAL, 8, "BLOCKED hotfix"},
        {"what diverged whatever it is", DRIFT_DIVERGED, SEVERITY_LOW, 0, "BLOCKED diverged"},
        {"a pending change at a level", DRIFT_PENDING, SEVERITY_HIGH, 12, "BLOCKED severity"},
        {"below it", DRIFT_PENDING, SEVERITY_MEDIUM, 12, "PASS"},
        {"above a gap in the levels", DRIFT_PENDING, SEVERITY_CRITICAL, 4, "PASS"},
        {"at the lowest", DRIFT_PENDING, SEVERITY_LOW, 15, "BLOCKED severity"},
        {"at none", DRIFT_PENDING, SEVERITY_CRITICAL, 0, "PASS"},
        {"what never was equal, like what is pending", DRIFT_BASELINE, SEVERITY_HIGH, 12, "BLOCKED severity"},
        {"and below the level", DRIFT_BASELINE, SEVERITY_MEDIUM, 12, "PASS"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct gate_scene scene;
        struct gate_answer answer;
        int64_t drift;

        gate_scene_open(&scene);
        scene.content.gate.block = cases[i].block;
        gate_scene_renew(&scene);
        drift = gate_scene_drift(&scene, (struct sample_drift){.cause = cases[i].cause, .severity = cases[i].severity});
        answer = gate_scene_ask(&scene);
        if (strcmp(gate_scene_codes(&scene, &answer), cases[i].codes) != 0)
            fail_msg("%s: %s", cases[i].name, gate_scene_codes(&scene, &answer));
        assert_int_equal(answer.plan_count, 1); /* whether it blocks or not */
        assert_true(answer.plan[0].id == drift);
        assert_int_equal(answer.summary[cases[i].severity], 1);
        if (answer.reason_count > 0) {
            assert_true(answer.reasons[0].drift == drift);
            assert_int_equal(answer.reasons[0].severity, cases[i].severity);
            assert_true(text_equal(answer.reasons[0].object, TEXT("a.t.x")));
        }
        gate_scene_waive(&scene, drift, DAY);
        answer = gate_scene_ask(&scene);
        assert_int_equal(answer.verdict, GATE_PASS);
        assert_int_equal(answer.waived, 1);
        assert_int_equal(answer.plan_count, 1);
        assert_int_equal(answer.summary[cases[i].severity], 0);
        gate_scene_close(&scene);
    }
}

/* The end of a waiver counts from its very moment, though nobody has written it yet. */
static void test_a_waiver_ends_to_the_microsecond(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    gate_scene_waive(scene, gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX}), 1);
    gate_scene_expect(scene, "PASS");
    scene->question.now++;
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED hotfix");
    assert_int_equal(answer.waived, 0);
    assert_int_equal(answer.summary[SEVERITY_LOW], 1);
}

/* To know of a difference is not to accept it; to know of an incident settles it. */
static void test_what_acknowledging_does(void **state)
{
    struct gate_scene *scene = *state;
    struct drift_row row;
    int64_t drift = gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .unattributed = true});

    gate_scene_expect(scene, "BLOCKED hotfix unattributed");
    row = sample_get(&scene->history, drift);
    row.state = DRIFT_ACKNOWLEDGED;
    row.acked_at = 1;
    row.acked_by = TEXT("eve");
    sample_put(&scene->history, &row);
    gate_scene_expect(scene, "BLOCKED hotfix");
    gate_scene_waive(scene, drift, DAY);
    gate_scene_expect(scene, "PASS");
    scene->question.now += DAY;
    history_run(&scene->history, "UPDATE target SET heard_at = heard_at + 86400000000, "
                                 "checked_at = checked_at + 86400000000");
    gate_scene_expect(scene, "BLOCKED hotfix unattributed");
}

static void test_what_has_ended_is_not_in_the_way(void **state)
{
    struct gate_scene *scene = *state;
    int64_t drift = gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .unattributed = true});
    struct drift_row row = sample_get(&scene->history, drift);

    row.state = DRIFT_ENDED;
    row.ending = DRIFT_BACKPORTED;
    row.ended_at = 1;
    sample_put(&scene->history, &row);
    gate_scene_expect(scene, "PASS");
}

static void test_what_is_hidden_is_in_no_summary(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_PENDING, .hidden = true});
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | not-covered");
    assert_int_equal(answer.plan_count, 1);
    assert_int_equal(answer.summary[SEVERITY_LOW], 0);
    assert_true(gate_scene_says(answer.reasons[0].message, "column a.t.x was different when it was last seen"));
}

/* What is known last is shown also while something newer is worked out. */
static void test_behind_shows_what_was_known_last(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_PENDING});
    history_run(&scene->history, "UPDATE pair SET policy = x''");
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | behind");
    assert_int_equal(answer.plan_count, 1);
}

/* ---------------------------------------------------------------- how it is said */

static void test_what_was_done_first_where_it_is_promoted_to(void **state)
{
    static const struct {
        enum effect effect; /* of the promotion */
        const char *message;
    } cases[] = {
        {EFFECT_MODIFIED, "column a.t.x was changed in prod and not in staging: the promotion would undo it"},
        {EFFECT_REMOVED, "column a.t.x was added in prod and not in staging: the promotion would undo it"},
        {EFFECT_RENAMED, "column a.t.x was renamed in prod and not in staging: the promotion would undo it"},
    };
    struct gate_scene *scene = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        history_run(&scene->history, "DELETE FROM drift");
        gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .effect = cases[i].effect});
        assert_true(gate_scene_says(message_of(scene, GATE_HOTFIX), cases[i].message));
    }
}

static void test_who_did_it_and_how_that_is_known(void **state)
{
    struct gate_scene *scene = *state;
    int64_t change = change_prod(scene, "UPDATE change SET evidence = 1, actor = 'alice'");

    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .change = change});
    assert_true(gate_scene_says(message_of(scene, GATE_HOTFIX), "column a.t.x was changed in prod between "));
    assert_true(gate_scene_says(message_of(scene, GATE_HOTFIX), " by alice (captured), and not in staging"));
    history_run(&scene->history, "INSERT INTO ddl_event (id, target, snapshot, number, at, role, application) SELECT 9,"
                                 " target, snapshot, 1, 1, 'app_owner', 'flyway' FROM change LIMIT 1;"
                                 " UPDATE change SET ddl_event = 9");
    assert_true(
        gate_scene_says(message_of(scene, GATE_HOTFIX), " by alice as app_owner with flyway (captured), and not"));
    history_run(&scene->history, "UPDATE change SET evidence = 0, actor = NULL, ddl_event = NULL");
    assert_true(gate_scene_says(message_of(scene, GATE_HOTFIX), "was changed in prod between "));
    assert_false(gate_scene_has(message_of(scene, GATE_HOTFIX), " by "));
    history_run(&scene->history, "UPDATE change SET evidence = 0, actor = 'bob'");
    assert_true(gate_scene_says(message_of(scene, GATE_HOTFIX), " perhaps by bob (inferred)"));
    history_run(&scene->history, "UPDATE change SET evidence = 2, actor = NULL");
    assert_true(gate_scene_says(message_of(scene, GATE_HOTFIX), " by nobody that capture saw, and not in staging"));
    history_run(&scene->history, "UPDATE drift SET unattributed = 1, cause = 1");
    assert_true(
        gate_scene_says(message_of(scene, GATE_UNATTRIBUTED), "nobody knows who changed column a.t.x in prod "));
    assert_true(gate_scene_says(message_of(scene, GATE_UNATTRIBUTED), ": capture saw no statement of that"));
    history_run(&scene->history, "UPDATE change SET evidence = 0, actor = 'bob'"); /* a later one of the same thing */
    assert_true(gate_scene_says(message_of(scene, GATE_UNATTRIBUTED), "a.t.x: capture saw no statement of it"));
    assert_false(gate_scene_has(message_of(scene, GATE_UNATTRIBUTED), "bob"));
    history_run(&scene->history, "DELETE FROM change"); /* retention took it */
    assert_true(gate_scene_says(message_of(scene, GATE_UNATTRIBUTED), "a.t.x: capture saw no statement of it"));
}

/* Who changed a thing last has not added it. */
static void test_a_later_change_is_not_the_addition(void **state)
{
    struct gate_scene *scene = *state;
    int64_t change = change_prod(scene, "UPDATE change SET evidence = 2, effect = 2");
    struct text message;

    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .effect = EFFECT_REMOVED, .change = change});
    message = message_of(scene, GATE_HOTFIX);
    assert_true(
        gate_scene_says(message, "was added in prod and not in staging, and was last changed in prod between "));
    assert_true(gate_scene_says(message, " by nobody that capture saw: the promotion would undo it"));
}

static void test_the_advice_is_a_command(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_PENDING,
                                                  .severity = SEVERITY_CRITICAL,
                                                  .effect = EFFECT_REMOVED,
                                                  .unattributed = true});
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_DIVERGED, .object = "a.t.y"});
    answer = gate_scene_ask(scene);
    assert_true(text_equal(gate_scene_reason(&answer, GATE_SEVERITY)->message,
                           TEXT("the promotion would remove column a.t.x, which is critical (type-changed)")));
    assert_true(
        gate_scene_says(gate_scene_reason(&answer, GATE_SEVERITY)->advice, "`driftline drift waive 1 --reason"));
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_UNATTRIBUTED)->advice, "`driftline drift ack 1 "));
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_DIVERGED)->advice, "`driftline drift show 2`"));
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_DIVERGED)->message,
                                "column a.t.y was changed both in staging and in prod: the promotion would lose"));
}

static void test_what_cannot_be_compared_is_named(void **state)
{
    struct gate_scene *scene = *state;

    history_run(&scene->history, "UPDATE pair SET unknown = 'view a.v not covered: spelling', unknown_count = 2");
    assert_true(text_equal(message_of(scene, GATE_NOT_COVERED),
                           TEXT("staging and prod cannot be compared in everything: view a.v not covered: spelling, "
                                "and more")));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, gate_scene_setup, gate_scene_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_blocks),
        TEST(test_a_waiver_ends_to_the_microsecond),
        TEST(test_what_acknowledging_does),
        TEST(test_what_has_ended_is_not_in_the_way),
        TEST(test_what_is_hidden_is_in_no_summary),
        TEST(test_behind_shows_what_was_known_last),
        TEST(test_what_was_done_first_where_it_is_promoted_to),
        TEST(test_who_did_it_and_how_that_is_known),
        TEST(test_a_later_change_is_not_the_addition),
        TEST(test_the_advice_is_a_command),
        TEST(test_what_cannot_be_compared_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
