#include <stdio.h>
#include <string.h>

#include "collector/gate/gate_scene.h"
#include "common/drift/snapshot_text.h"
#include "support/cmocka.h"

#define ABOUT(name, database, environments, requires)                                                                  \
    "- {name: " name ", owner: billing, consumers: [reports, invoices], database: " database                           \
    ", environments: [" environments "], requires: [" requires "]}\n"
#define NEEDS_X "{table: a.t, columns: [{name: x, type: bigint}]}"
#define NEEDS_Z "{table: a.t, columns: [{name: z}]}"
#define NEEDS_VIEW "{view: a.v}"
#define HEAD "contracts:\n"

static const char gone[] = "[{\"state\":\"unknown\",\"object\":\"a.v\",\"message\":\"view a.v could not be read\"},"
                           "{\"state\":\"violated\",\"object\":\"a.t.z\",\"message\":\"there is no column a.t.z\"}]";

/* ---------------------------------------------------------------- where it is promoted from */

static void test_which_contracts_are_looked_at(void **state)
{
    static const struct {
        const char *name, *yaml;
        uint32_t looked_at;
        const char *codes;
    } cases[] = {
        {"none", NULL, 0, "PASS"},
        {"of another database", HEAD ABOUT("c", "users", "staging, prod", NEEDS_Z), 0, "PASS"},
        {"of another environment", HEAD ABOUT("c", "orders", "dev", NEEDS_Z), 0, "PASS"},
        {"that holds there", HEAD ABOUT("c", "orders", "prod", NEEDS_X), 1, "PASS"},
        {"that would not", HEAD ABOUT("c", "orders", "prod", NEEDS_Z), 1, "BLOCKED contract-would-break"},
        {"each of several",
         HEAD ABOUT("c", "orders", "prod", NEEDS_X) ABOUT("d", "orders", "prod", NEEDS_Z)
             ABOUT("e", "orders", "prod", NEEDS_Z),
         3, "BLOCKED contract-would-break contract-would-break"},
        {"each finding", HEAD ABOUT("c", "orders", "prod", NEEDS_Z ", {table: a.u}"), 1,
         "BLOCKED contract-would-break contract-would-break"},
        {"of both sides, and not checked yet", HEAD ABOUT("c", "orders", "staging, prod", NEEDS_X), 1,
         "UNKNOWN | behind"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct gate_scene scene;
        struct gate_answer answer;

        gate_scene_open(&scene);
        if (cases[i].yaml != NULL)
            gate_scene_contracts(&scene, cases[i].yaml);
        answer = gate_scene_ask(&scene);
        if (strcmp(gate_scene_codes(&scene, &answer), cases[i].codes) != 0)
            fail_msg("%s: %s", cases[i].name, gate_scene_codes(&scene, &answer));
        assert_int_equal(answer.contracts, cases[i].looked_at);
        gate_scene_close(&scene);
    }
}

static void test_what_is_promoted_stands_as_it_was_found(void **state)
{
    struct gate_scene *scene = *state;
    const int64_t staging = scene->targets[GATE_SCENE_STAGING];
    const struct gate_reason *reason;
    struct gate_answer answer;

    gate_scene_contracts(scene, HEAD ABOUT("c", "orders", "staging", NEEDS_Z));
    gate_scene_stand(scene, "c", staging, CONTRACT_HOLDS, NULL, 0);
    gate_scene_expect(scene, "PASS");
    gate_scene_stand(scene, "c", staging, CONTRACT_UNKNOWN, gone, 0);
    gate_scene_expect(scene, "UNKNOWN | contract-unknown");
    gate_scene_stand(scene, "c", staging, CONTRACT_VIOLATED, gone, 0);
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED contract-violated");
    reason = gate_scene_reason(&answer, GATE_CONTRACT_VIOLATED);
    assert_true(
        gate_scene_says(reason->message, "contract 'c' (read by reports, invoices) is violated in staging since "));
    assert_true(gate_scene_says(reason->message, ": there is no column a.t.z"));
    assert_true(text_equal(reason->advice, TEXT("repair what the contract asks for, or change the contract with its "
                                                "owner, billing: c.yaml:2")));
    assert_true(text_equal(reason->object, TEXT("a.t.z")) && text_equal(reason->contract, TEXT("c")));
    assert_true(text_equal(reason->owner, TEXT("billing")));
    assert_int_equal(reason->consumer_count, 2);
    assert_int_equal(reason->severity, SEVERITY_CRITICAL);
    gate_scene_stand(scene, "c", staging, CONTRACT_VIOLATED, NULL, 0); /* it blocks, also without words */
    gate_scene_expect(scene, "BLOCKED contract-violated");
}

static void test_who_broke_it_is_named(void **state)
{
    struct gate_scene *scene = *state;
    const struct gate_reason *reason;
    struct gate_answer answer;

    gate_scene_put(scene, "staging", "default", "table a.t\n  column y type=text\n");
    history_run(&scene->history, "UPDATE change SET evidence = 1, actor = 'alice'");
    gate_scene_contracts(scene, HEAD ABOUT("c", "orders", "staging", NEEDS_X));
    gate_scene_stand(scene, "c", scene->targets[GATE_SCENE_STAGING], CONTRACT_VIOLATED, gone,
                     history_ask(&scene->history, "SELECT max(id) FROM change"));
    answer = gate_scene_ask(scene);
    reason = gate_scene_reason(&answer, GATE_CONTRACT_VIOLATED);
    assert_true(gate_scene_says(reason->message, "; changed in staging between "));
    assert_true(gate_scene_says(reason->message, " by alice (captured)"));
}

/* Of many instances the worst is named, and how many are like it; an outlier that is allowed is not promoted. */
static void test_instances_stand_together(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;
    int64_t b, c;

    b = gate_scene_put(scene, "staging", "eu-1", GATE_SCENE_SCHEMA);
    c = gate_scene_put(scene, "staging", "eu-2", "table a.t\n");
    scene->question.allow_outliers = true;
    gate_scene_contracts(scene, HEAD ABOUT("c", "orders", "staging", NEEDS_Z));
    gate_scene_stand(scene, "c", scene->targets[GATE_SCENE_STAGING], CONTRACT_UNKNOWN, gone, 0);
    gate_scene_expect(scene, "UNKNOWN | behind contract-unknown"); /* eu-1 was not checked */
    gate_scene_stand(scene, "c", b, CONTRACT_VIOLATED, gone, 0);
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED contract-violated");
    assert_true(gate_scene_says(answer.reasons[0].message, "is violated in staging/eu-1 since"));
    gate_scene_stand(scene, "c", scene->targets[GATE_SCENE_STAGING], CONTRACT_VIOLATED, gone, 0);
    answer = gate_scene_ask(scene);
    assert_true(gate_scene_says(answer.reasons[0].message, "is violated in staging/default and 1 more instance since"));
    gate_scene_stand(scene, "c", scene->targets[GATE_SCENE_STAGING], CONTRACT_HOLDS, NULL, 0);
    gate_scene_stand(scene, "c", b, CONTRACT_HOLDS, NULL, 0);
    gate_scene_stand(scene, "c", c, CONTRACT_VIOLATED, gone, 0);
    gate_scene_expect(scene, "PASS");
    scene->question.allow_outliers = false;
    gate_scene_expect(scene, "BLOCKED outliers contract-violated");
}

/* Sets are sorted by name, states may be of contracts that are no more. */
static void test_each_contract_has_its_own_states(void **state)
{
    struct gate_scene *scene = *state;
    const int64_t staging = scene->targets[GATE_SCENE_STAGING];
    struct gate_answer answer;

    gate_scene_contracts(scene, HEAD ABOUT("b", "orders", "staging", NEEDS_X) ABOUT("d", "orders", "staging", NEEDS_X)
                                    ABOUT("f", "orders", "staging", NEEDS_X));
    gate_scene_stand(scene, "a", staging, CONTRACT_VIOLATED, gone, 0);
    gate_scene_stand(scene, "b", staging, CONTRACT_HOLDS, NULL, 0);
    gate_scene_stand(scene, "c", staging, CONTRACT_VIOLATED, gone, 0);
    gate_scene_stand(scene, "g", staging, CONTRACT_VIOLATED, gone, 0);
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | behind");
    assert_true(
        gate_scene_says(answer.reasons[0].message, "whether 2 contracts hold in staging, the first of them 'd'"));
    gate_scene_stand(scene, "d", staging, CONTRACT_HOLDS, NULL, 0);
    answer = gate_scene_ask(scene);
    assert_true(
        gate_scene_says(answer.reasons[0].message, "whether contract 'f' holds in staging is being worked out"));
    gate_scene_stand(scene, "f", staging, CONTRACT_HOLDS, NULL, 0);
    gate_scene_expect(scene, "PASS");
}

/* ---------------------------------------------------------------- where it is promoted to */

static void test_what_is_promoted_decides_what_will_hold(void **state)
{
    struct gate_scene *scene = *state;
    const struct gate_reason *reason;
    struct gate_answer answer;

    gate_scene_contracts(scene, HEAD ABOUT("c", "orders", "prod", NEEDS_Z));
    gate_scene_stand(scene, "c", scene->targets[GATE_SCENE_PROD], CONTRACT_VIOLATED, gone, 0);
    gate_scene_expect(scene, "BLOCKED contract-would-break");
    gate_scene_put(scene, "staging", "default",
                   GATE_SCENE_SCHEMA "  column z type=text\n"); /* the promotion repairs it */
    gate_scene_renew(scene);
    gate_scene_expect(scene, "PASS");
    gate_scene_contracts(scene, HEAD ABOUT("c", "orders", "prod", "{table: a.u}"));
    answer = gate_scene_ask(scene);
    reason = gate_scene_reason(&answer, GATE_CONTRACT_WOULD_BREAK);
    assert_true(gate_scene_says(reason->message, "contract 'c' (read by reports, invoices) would not hold in prod: "));
    assert_true(text_equal(reason->object, TEXT("a.u")));
    assert_true(text_equal(reason->advice, TEXT("keep what the contract asks for, or change the contract with its "
                                                "owner, billing: c.yaml:2")));
}

static void test_what_was_not_read_may_hold_or_not(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    gate_scene_put(scene, "staging", "default", GATE_SCENE_SCHEMA "gap view reason='permission denied'\n");
    gate_scene_contracts(scene, HEAD ABOUT("c", "orders", "prod", NEEDS_VIEW));
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "UNKNOWN | not-covered contract-unknown");
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_CONTRACT_UNKNOWN)->message,
                                "whether contract 'c' (read by reports, invoices) would hold in prod is not known: "));
}

static void test_a_contract_has_its_own_weight(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    gate_scene_contracts(scene, "name: c\nconsumers: [r]\ndatabase: orders\nseverity: low\nrequires:\n- table: a.u\n");
    gate_scene_stand(scene, "c", scene->targets[GATE_SCENE_STAGING], CONTRACT_HOLDS, NULL, 0);
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED contract-would-break"); /* it blocks all the same */
    assert_int_equal(answer.reasons[0].severity, SEVERITY_LOW);
}

/* A reference in the place of an environment is what the contracts are held against. */
static void test_a_reference_is_checked(void **state)
{
    struct gate_scene *scene = *state;
    struct snapshot *reference = snapshot_from_text("table a.t\n  column y type=text\n");
    struct gate_answer answer;

    scene->question.from = (struct text){NULL, 0};
    scene->question.reference = reference;
    scene->question.reference_name = TEXT("main.snap");
    scene->content.gate.block = 0;
    gate_scene_contracts(scene, HEAD ABOUT("c", "orders", "staging, prod", NEEDS_X));
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED contract-would-break");
    assert_int_equal(answer.contracts, 1);
    assert_true(text_equal(answer.reasons[0].object, TEXT("a.t.x")));
    snapshot_free(reference);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, gate_scene_setup, gate_scene_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_contracts_are_looked_at),
        TEST(test_what_is_promoted_stands_as_it_was_found),
        TEST(test_who_broke_it_is_named),
        TEST(test_instances_stand_together),
        TEST(test_each_contract_has_its_own_states),
        TEST(test_what_is_promoted_decides_what_will_hold),
        TEST(test_what_was_not_read_may_hold_or_not),
        TEST(test_a_contract_has_its_own_weight),
        TEST(test_a_reference_is_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
