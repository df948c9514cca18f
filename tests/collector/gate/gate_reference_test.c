#include <stdio.h>
#include <string.h>

#include "collector/gate/gate_scene.h"
#include "common/drift/snapshot_text.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* A question with a reference, that is freed at its end. */
static void ask_about(struct gate_scene *scene, const char *from, const char *reference)
{
    snapshot_free((struct snapshot *)scene->question.reference);
    scene->question.from = text_from(from);
    scene->question.reference = snapshot_from_text(reference);
    scene->question.reference_name = TEXT("main.snap");
}

static int teardown(void **state)
{
    struct gate_scene *scene = *state;

    snapshot_free((struct snapshot *)scene->question.reference);
    return gate_scene_teardown(state);
}

/* ---------------------------------------------------------------- as it must be */

static void test_what_is_promoted_must_be_as_the_reference_says(void **state)
{
    struct gate_scene *scene = *state;
    const struct gate_reason *reason;
    struct gate_answer answer;

    ask_about(scene, "staging", GATE_SCENE_SCHEMA);
    answer = gate_scene_ask(scene);
    assert_int_equal(answer.verdict, GATE_PASS);
    assert_true(answer.has_reference && hash_equal(&answer.reference, &answer.sides[0].root));
    ask_about(scene, "staging", GATE_SCENE_SCHEMA "view a.v\n");
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED reference");
    reason = gate_scene_reason(&answer, GATE_REFERENCE);
    assert_true(text_equal(reason->message, TEXT("staging is not as main.snap says: view a.v is missing")));
    assert_true(text_equal(reason->object, TEXT("a.v")));
    assert_int_equal(reason->drift, 0);
    assert_int_equal(answer.plan_count, 0); /* the plan is what prod would become */
}

static void test_how_it_differs_is_said_in_words(void **state)
{
    static const struct {
        const char *reference, *message;
    } cases[] = {
        {"table a.t\n  column x type=bigint\n",
         "staging is not as main.snap says: column a.t.y is there and should not be"},
        {GATE_SCENE_SCHEMA "  column z type=text\n", "staging is not as main.snap says: column a.t.z is missing"},
        {"table a.t\n  column x type=integer\n  column y type=text\n",
         "staging is not as main.snap says: column a.t.x differs in type (bigint, should be integer)"},
        {"table a.t\n  column x type=integer default=0\n  column y type=text\n",
         "staging is not as main.snap says: column a.t.x differs in default (none, should be 0), type (bigint, should "
         "be integer)"},
    };
    struct gate_scene *scene = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct gate_answer answer;
        const struct gate_reason *reason;

        ask_about(scene, "staging", cases[i].reference);
        answer = gate_scene_ask(scene);
        reason = gate_scene_reason(&answer, GATE_REFERENCE);
        if (!text_equal(reason->message, text_from(cases[i].message)))
            fail_msg("'%.*s' is not '%s'", TEXT_ARGS(reason->message), cases[i].message);
    }
}

static void test_the_policy_says_what_counts(void **state)
{
    struct gate_scene *scene = *state;

    ask_about(scene, "staging", GATE_SCENE_SCHEMA "view a.v\n");
    scene->content.fleet.compare.ignore = ignore_from_text("view:*", &scene->history.arena);
    gate_scene_renew(scene);
    gate_scene_expect(scene, "PASS");
}

static void test_many_differences_are_counted(void **state)
{
    struct gate_scene *scene = *state;
    CLEANUP(buffer_clear) struct buffer schema = {0};
    struct gate_answer answer;

    buffer_add_string(&schema, GATE_SCENE_SCHEMA);
    for (int i = 0; i < 12; i++)
        buffer_printf(&schema, "table b.t%d\n", i);
    ask_about(scene, "staging", schema.bytes);
    answer = gate_scene_ask(scene);
    assert_int_equal(answer.reason_count, 11);
    assert_true(text_equal(answer.reasons[10].message, TEXT("and 2 more differences between staging and main.snap")));
}

static void test_what_cannot_be_compared_is_not_known(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    ask_about(scene, "staging", GATE_SCENE_SCHEMA "gap view reason='permission denied'\n");
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | not-covered");
    assert_true(gate_scene_says(answer.reasons[0].message, "staging cannot be compared with main.snap: "));
    ask_about(scene, "staging", GATE_SCENE_SCHEMA);
    ((struct snapshot *)scene->question.reference)->canonical_version++;
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | not-covered");
    ask_about(scene, "", GATE_SCENE_SCHEMA);
    ((struct snapshot *)scene->question.reference)->canonical_version++;
    gate_scene_expect(scene, "UNKNOWN | not-covered");
}

/* ---------------------------------------------------------------- as what is promoted */

static void test_a_reference_takes_the_place_of_an_environment(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    ask_about(scene, "", "table a.t\n  column x type=text\n  column y type=text\nview a.v\n");
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED severity");
    assert_int_equal(answer.plan_count, 2);
    assert_true(text_equal(answer.plan[0].object, TEXT("a.t.x")));
    assert_int_equal(answer.plan[0].effect, EFFECT_MODIFIED);
    assert_int_equal(answer.plan[0].cause, DRIFT_BASELINE);
    assert_int_equal(answer.plan[0].severity, SEVERITY_CRITICAL);
    assert_true(
        text_equal(answer.plan[0].attributes, TEXT("[{\"name\":\"type\",\"from\":\"bigint\",\"to\":\"text\"}]")));
    assert_true(text_equal(answer.plan[1].object, TEXT("a.v")));
    assert_int_equal(answer.plan[1].effect, EFFECT_ADDED);
    assert_true(answer.plan[1].states[0].is_there && !answer.plan[1].states[1].is_there);
    assert_int_equal(answer.summary[SEVERITY_CRITICAL], 1);
    assert_false(answer.sides[0].is_there);
    assert_int_equal(answer.sides[0].environment.length, 0);
    assert_int_equal(answer.reasons[0].drift, 0);
    assert_true(text_equal(answer.plan[0].to, TEXT("prod")));
}

static void test_what_changed_since_is_a_hotfix(void **state)
{
    struct gate_scene *scene = *state;
    struct snapshot *reference;
    struct gate_answer answer;

    ask_about(scene, "", GATE_SCENE_SCHEMA);
    reference = (struct snapshot *)scene->question.reference;
    reference->info.taken_at = scene->history.now - 1; /* the next one is taken now */
    gate_scene_put(scene, "prod", "default", GATE_SCENE_SCHEMA "  column z type=text\n");
    history_run(&scene->history, "UPDATE change SET evidence = 1, actor = 'alice'");
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED hotfix");
    assert_int_equal(answer.plan[0].cause, DRIFT_HOTFIX);
    assert_true(gate_scene_says(answer.reasons[0].message, "column a.t.z was added in prod between "));
    assert_true(gate_scene_says(answer.reasons[0].message, " by alice (captured), and not in main.snap"));
    reference->info.taken_at = scene->history.now; /* taken after the change: then it was left out on purpose */
    scene->content.gate.block = 0;
    gate_scene_renew(scene);
    answer = gate_scene_ask(scene);
    assert_int_equal(answer.verdict, GATE_PASS);
    assert_int_equal(answer.plan[0].cause, DRIFT_BASELINE);
}

/* What became of one part says nothing of another. */
static void test_only_what_changed_itself_is_a_hotfix(void **state)
{
    static const struct {
        const char *name, *reference; /* taken when staging and prod were as GATE_SCENE_SCHEMA says */
        const char *then;             /* what prod became */
        const char *object;           /* whose cause is asked for */
        enum drift_cause cause;
        const char *message; /* of the hotfix; NULL: no hotfix tells of the object */
    } cases[] = {
        {"another column was added", "table a.t\n  column x type=text\n  column y type=text\n",
         GATE_SCENE_SCHEMA "  column z type=text\n", "a.t.x", DRIFT_BASELINE, NULL},
        {"the added one", "table a.t\n  column x type=text\n  column y type=text\n",
         GATE_SCENE_SCHEMA "  column z type=text\n", "a.t.z", DRIFT_HOTFIX, "column a.t.z was added in prod "},
        {"a column that the reference never had", "table a.t\n  column x type=bigint\n",
         GATE_SCENE_SCHEMA "  column z type=text\n", "a.t.y", DRIFT_BASELINE, NULL},
        {"one that was there already and was changed", "table a.t\n  column x type=bigint\n",
         "table a.t\n  column x type=bigint\n  column y type=bigint\n", "a.t.y", DRIFT_HOTFIX,
         "column a.t.y was changed in prod "},
        {"one that was taken away", GATE_SCENE_SCHEMA, "table a.t\n  column x type=bigint\n", "a.t.y", DRIFT_HOTFIX,
         "column a.t.y was removed in prod "},
        {"the table in which only a part changed", "view a.v\n", GATE_SCENE_SCHEMA "  column z type=text\n", "a.t",
         DRIFT_BASELINE, NULL},
        {"another object", GATE_SCENE_SCHEMA "view a.v\n", "table a.t\n  column x type=text\n  column y type=text\n",
         "a.v", DRIFT_BASELINE, NULL},
        {"another aspect of the same", "table a.t\n  column x type=text\n  column y type=text\n",
         "table a.t\n  column x type=bigint compression=lz4\n  column y type=text\n", "a.t.x", DRIFT_BASELINE, NULL},
    };
    struct gate_scene *scene;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct gate_scene here;
        struct gate_answer answer;
        bool found = false, said = false;

        scene = &here;
        gate_scene_open(scene);
        ask_about(scene, "", cases[i].reference);
        ((struct snapshot *)scene->question.reference)->info.taken_at = scene->history.now - 1;
        gate_scene_put(scene, "prod", "default", cases[i].then);
        answer = gate_scene_ask(scene);
        for (size_t k = 0; k < answer.plan_count; k++)
            if (text_equal(answer.plan[k].object, text_from(cases[i].object)) &&
                answer.plan[k].aspect == ASPECT_STRUCTURE) {
                found = true;
                if (answer.plan[k].cause != cases[i].cause)
                    fail_msg("%s: %s", cases[i].name, drift_cause_name(answer.plan[k].cause));
            }
        for (size_t k = 0; k < answer.reason_count; k++)
            if (answer.reasons[k].code == GATE_HOTFIX &&
                text_equal(answer.reasons[k].object, text_from(cases[i].object)))
                said = cases[i].message != NULL && gate_scene_says(answer.reasons[k].message, cases[i].message);
        if (!found || said != (cases[i].message != NULL))
            fail_msg("%s: %s", cases[i].name, found ? "the message" : "no such drift");
        snapshot_free((struct snapshot *)scene->question.reference);
        gate_scene_close(scene);
    }
}

/* What is in an object that came anew came with it. */
static void test_an_object_that_came_or_went_takes_its_parts_along(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    ask_about(scene, "", "table a.t\n  column x type=text\n  column y type=text\n");
    ((struct snapshot *)scene->question.reference)->info.taken_at = scene->history.now - 1;
    gate_scene_put(scene, "prod", "default", "view a.v\n");
    gate_scene_put(scene, "prod", "default", GATE_SCENE_SCHEMA);
    answer = gate_scene_ask(scene);
    assert_int_equal(answer.plan_count, 1);
    assert_int_equal(answer.plan[0].cause, DRIFT_HOTFIX);
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_HOTFIX)->message,
                                "column a.t.x is of table a.t, which was added in prod "));
}

/* More changes than are read at once, and the one that matters is the oldest. */
static void test_a_long_history_is_read_to_its_end(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    ask_about(scene, "", GATE_SCENE_SCHEMA);
    ((struct snapshot *)scene->question.reference)->info.taken_at = scene->history.now - 1;
    gate_scene_put(scene, "prod", "default", GATE_SCENE_SCHEMA "  column z type=text\n");
    history_run(&scene->history,
                "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) "
                "INSERT INTO change (target, snapshot, at, effect, kind, object_kind, aspect, severity, rule, object, "
                "owner, attributes, evidence) SELECT target, snapshot, at, 2, kind, object_kind, aspect, severity, "
                "rule, 'a.t.other', owner, '[]', evidence FROM change CROSS JOIN n WHERE object = 'a.t.z'");
    answer = gate_scene_ask(scene);
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_HOTFIX)->message, "column a.t.z was added in prod "));
}

static void test_the_environment_must_be_known_all_the_same(void **state)
{
    struct gate_scene *scene = *state;

    ask_about(scene, "", GATE_SCENE_SCHEMA);
    gate_scene_expect(scene, "PASS");
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_UNREACHABLE, "connection refused", 0);
    gate_scene_expect(scene, "UNKNOWN | stale");
    scene->question.to = TEXT("live");
    gate_scene_expect(scene, "UNKNOWN | no-environment");
}

/* ---------------------------------------------------------------- memory */

static enum error_code attempt_asking(void *context, struct error *error)
{
    struct gate_scene *scene = context;
    CLEANUP(arena_free) struct arena arena;
    struct gate_answer answer = {0};

    arena_init(&arena, 64 * 1024 * 1024);
    return gate_evaluate(&answer, scene->history.database, scene->policy, &scene->question, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    struct gate_scene *scene = *state;

    ask_about(scene, "", "table a.t\n  column x type=text\ngap view reason='permission denied'\n");
    ((struct snapshot *)scene->question.reference)->info.taken_at = scene->history.now - 1;
    gate_scene_put(scene, "prod", "default", GATE_SCENE_SCHEMA "  column z type=text\n");
    assert_int_equal(attempt_asking(scene, &(struct error){0}), ERROR_NONE); /* prepares the statements */
    test_every_allocation(attempt_asking, scene);
    scene->question.from = TEXT("staging");
    assert_int_equal(attempt_asking(scene, &(struct error){0}), ERROR_NONE);
    test_every_allocation(attempt_asking, scene);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, gate_scene_setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_promoted_must_be_as_the_reference_says),
        TEST(test_how_it_differs_is_said_in_words),
        TEST(test_the_policy_says_what_counts),
        TEST(test_many_differences_are_counted),
        TEST(test_what_cannot_be_compared_is_not_known),
        TEST(test_a_reference_takes_the_place_of_an_environment),
        TEST(test_what_changed_since_is_a_hotfix),
        cmocka_unit_test(test_only_what_changed_itself_is_a_hotfix),
        TEST(test_an_object_that_came_or_went_takes_its_parts_along),
        TEST(test_a_long_history_is_read_to_its_end),
        TEST(test_the_environment_must_be_known_all_the_same),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
