#include "gate/gate.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "collector/gate/gate_scene.h"
#include "common/drift/snapshot_text.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static const int64_t SECOND = 1000000, MINUTE = INT64_C(60) * 1000000, DAY = INT64_C(86400) * 1000000;

#define CONTRACT(environment)                                                                                          \
    "name: invoices\nowner: billing\nconsumers: [reports]\ndatabase: orders\nenvironments: [" environment "]\n"        \
    "requires:\n- table: a.t\n  columns: [{name: x, type: bigint}]\n"

/* ---------------------------------------------------------------- everything that can be wrong, one by one */

static void no_database(struct gate_scene *scene)
{
    scene->question.database = TEXT("invoices");
}

static void no_from(struct gate_scene *scene)
{
    scene->question.from = TEXT("qa");
}

static void no_to(struct gate_scene *scene)
{
    scene->question.to = TEXT("live");
}

static void from_unreachable(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_STAGING], TARGET_UNREACHABLE, "connection refused", 0);
}

static void to_unreachable(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_UNREACHABLE, "connection refused", 0);
}

static void to_refused(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_REFUSED, "no such role", 0);
}

static void to_starting(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_STARTING, NULL, 0);
}

static void to_unstable(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_UNSTABLE, "it never settles", 0);
}

static void silent(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_FINE, NULL, 2 * MINUTE);
}

static void heard_in_the_future(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_PROD], TARGET_FINE, NULL, -2 * MINUTE);
}

static void looked_at_long_ago(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_STAGING], TARGET_FINE, NULL, 11 * MINUTE);
    history_run(&scene->history, "UPDATE target SET heard_at = heard_at + 11 * 60000000 WHERE environment = 'staging'");
}

static void looked_at_in_the_future(struct gate_scene *scene)
{
    gate_scene_see(scene, scene->targets[GATE_SCENE_STAGING], TARGET_FINE, NULL, -11 * MINUTE);
    history_run(&scene->history, "UPDATE target SET heard_at = heard_at - 11 * 60000000 WHERE environment = 'staging'");
}

static void never_looked_at(struct gate_scene *scene)
{
    history_run(&scene->history, "UPDATE target SET checked_at = NULL WHERE environment = 'staging'");
}

static void never_heard(struct gate_scene *scene)
{
    history_run(&scene->history, "UPDATE target SET heard_at = NULL WHERE environment = 'prod'");
}

static void no_agent(struct gate_scene *scene)
{
    history_run(&scene->history, "UPDATE target SET agent = NULL WHERE environment = 'prod'");
}

static void agent_revoked(struct gate_scene *scene)
{
    history_run(&scene->history, "UPDATE agent SET revoked_at = 1, revoked_by = 'x'");
}

static void another_instance_without_a_snapshot(struct gate_scene *scene)
{
    gate_scene_put(scene, "prod", "eu-1", NULL);
}

static void no_snapshot_at_all(struct gate_scene *scene)
{
    gate_scene_put(scene, "qa", "default", NULL);
    scene->content.fleet.path = (const struct text[]){TEXT_INIT("staging"), TEXT_INIT("qa")};
    scene->content.fleet.path_count = 2;
    scene->question.to = TEXT("qa");
    gate_scene_renew(scene);
}

static void gap_in_from(struct gate_scene *scene)
{
    gate_scene_put(scene, "staging", "default", GATE_SCENE_SCHEMA "gap view reason='permission denied'\n");
    gate_scene_renew(scene);
}

static void gap_in_to(struct gate_scene *scene)
{
    gate_scene_put(scene, "prod", "default", GATE_SCENE_SCHEMA "gap view reason='permission denied'\n");
    gate_scene_renew(scene);
}

static void gap_in_an_instance(struct gate_scene *scene)
{
    gate_scene_put(scene, "prod", "eu-1", GATE_SCENE_SCHEMA);
    gate_scene_put(scene, "prod", "eu-2", GATE_SCENE_SCHEMA "gap view reason='permission denied'\n");
    gate_scene_renew(scene);
}

static void hidden_drift(struct gate_scene *scene)
{
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_PENDING, .hidden = true});
}

static void hidden_drift_that_is_waived(struct gate_scene *scene)
{
    gate_scene_waive(scene, gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .hidden = true}), DAY);
}

static void two_versions(struct gate_scene *scene)
{
    history_run(&scene->history, "UPDATE pair SET unknown = 'view a.v not covered: as rendered', unknown_count = 2");
}

static void no_pair(struct gate_scene *scene)
{
    history_run(&scene->history, "DELETE FROM pair");
}

static void pair_of_another_policy(struct gate_scene *scene)
{
    history_run(&scene->history, "UPDATE pair SET policy = x''");
}

static void pair_that_is_over(struct gate_scene *scene)
{
    history_run(&scene->history, "UPDATE pair SET active = 0");
}

static void pair_behind_from(struct gate_scene *scene)
{
    gate_scene_put(scene, "staging", "default", GATE_SCENE_SCHEMA "view a.v\n");
}

static void pair_behind_to(struct gate_scene *scene)
{
    gate_scene_put(scene, "prod", "default", GATE_SCENE_SCHEMA "view a.v\n");
}

static void contract_not_checked_yet(struct gate_scene *scene)
{
    gate_scene_contracts(scene, CONTRACT("staging"));
}

static void contract_of_another_text(struct gate_scene *scene)
{
    gate_scene_contracts(scene, CONTRACT("staging"));
    gate_scene_stand(scene, "invoices", scene->targets[GATE_SCENE_STAGING], CONTRACT_HOLDS, NULL, 0);
    history_run(&scene->history, "UPDATE contract_state SET fingerprint = zeroblob(32)");
}

static void contracts_unreadable(struct gate_scene *scene)
{
    scene->content.contracts.known = false;
    scene->content.contracts.problem = TEXT("c.yaml:3:1: nonsense");
    gate_scene_renew(scene);
}

static void contract_unknown_in_from(struct gate_scene *scene)
{
    gate_scene_contracts(scene, CONTRACT("staging"));
    gate_scene_stand(scene, "invoices", scene->targets[GATE_SCENE_STAGING], CONTRACT_UNKNOWN,
                     "[{\"state\":\"unknown\",\"object\":\"a.t\",\"message\":\"table a.t could not be read\"}]", 0);
}

static void no_majority(struct gate_scene *scene)
{
    gate_scene_put(scene, "prod", "eu-1", "table a.t\n");
}

static void outlier(struct gate_scene *scene)
{
    gate_scene_put(scene, "prod", "eu-1", GATE_SCENE_SCHEMA);
    gate_scene_put(scene, "prod", "eu-2", "table a.t\n");
    gate_scene_renew(scene);
}

static void hotfix(struct gate_scene *scene)
{
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .severity = SEVERITY_LOW});
}

static void diverged(struct gate_scene *scene)
{
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_DIVERGED, .severity = SEVERITY_LOW});
}

static void severe(struct gate_scene *scene)
{
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_PENDING, .severity = SEVERITY_HIGH});
}

static void severe_baseline(struct gate_scene *scene)
{
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_BASELINE, .severity = SEVERITY_CRITICAL});
}

static void contract_violated(struct gate_scene *scene)
{
    gate_scene_contracts(scene, CONTRACT("staging"));
    gate_scene_stand(scene, "invoices", scene->targets[GATE_SCENE_STAGING], CONTRACT_VIOLATED,
                     "[{\"state\":\"violated\",\"object\":\"a.t.x\",\"message\":\"column a.t.x is gone\"}]", 0);
}

static void contract_would_break(struct gate_scene *scene)
{
    gate_scene_put(scene, "staging", "default", "table a.t\n");
    gate_scene_put(scene, "prod", "default", "table a.t\n");
    gate_scene_contracts(scene, CONTRACT("prod"));
}

static void frozen(struct gate_scene *scene)
{
    scene->freeze = (struct freeze){.name = TEXT_INIT("xmas"),
                                    .reason = TEXT_INIT("shops are busy"),
                                    .from = scene->question.now - DAY,
                                    .until = scene->question.now + DAY};
    scene->content.gate.freeze_count = 1;
    gate_scene_renew(scene);
}

static void unattributed(struct gate_scene *scene)
{
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_PENDING, .unattributed = true});
}

static struct snapshot *reference_snapshot;

static void another_reference(struct gate_scene *scene)
{
    scene->question.reference = reference_snapshot;
    scene->question.reference_name = TEXT("main.snap");
}

typedef void (*trouble)(struct gate_scene *scene);

static const struct {
    const char *name;
    trouble make;
    enum gate_reason_code code;
} troubles[] = {
    {"a database that nobody watches", no_database, GATE_NO_ENVIRONMENT},
    {"nothing to promote from", no_from, GATE_NO_ENVIRONMENT},
    {"nothing to promote to", no_to, GATE_NO_ENVIRONMENT},
    {"what is promoted cannot be reached", from_unreachable, GATE_STALE},
    {"where to cannot be reached", to_unreachable, GATE_STALE},
    {"its server refuses", to_refused, GATE_STALE},
    {"its agent starts", to_starting, GATE_STALE},
    {"it never settles", to_unstable, GATE_STALE},
    {"its agent is silent", silent, GATE_STALE},
    {"its agent was heard in the future", heard_in_the_future, GATE_STALE},
    {"it was looked at long ago", looked_at_long_ago, GATE_STALE},
    {"it was looked at in the future", looked_at_in_the_future, GATE_STALE},
    {"it was never looked at", never_looked_at, GATE_STALE},
    {"its agent was never heard", never_heard, GATE_STALE},
    {"it has no agent", no_agent, GATE_STALE},
    {"the agent was revoked", agent_revoked, GATE_STALE},
    {"an instance has no snapshot", another_instance_without_a_snapshot, GATE_STALE},
    {"nothing has a snapshot", no_snapshot_at_all, GATE_STALE},
    {"what is promoted has gaps", gap_in_from, GATE_NOT_COVERED},
    {"where to has gaps", gap_in_to, GATE_NOT_COVERED},
    {"an instance has gaps", gap_in_an_instance, GATE_NOT_COVERED},
    {"a drift is hidden", hidden_drift, GATE_NOT_COVERED},
    {"a waived drift is hidden", hidden_drift_that_is_waived, GATE_NOT_COVERED},
    {"two versions spell differently", two_versions, GATE_NOT_COVERED},
    {"there is no pair", no_pair, GATE_BEHIND},
    {"the pair is of another policy", pair_of_another_policy, GATE_BEHIND},
    {"the pair is over", pair_that_is_over, GATE_BEHIND},
    {"the pair does not know what is promoted", pair_behind_from, GATE_BEHIND},
    {"the pair does not know where to", pair_behind_to, GATE_BEHIND},
    {"a contract was not checked", contract_not_checked_yet, GATE_BEHIND},
    {"a contract was another one when it was", contract_of_another_text, GATE_BEHIND},
    {"the contracts cannot be read", contracts_unreadable, GATE_CONTRACTS_UNREADABLE},
    {"a contract is not known to hold", contract_unknown_in_from, GATE_CONTRACT_UNKNOWN},
    {"no majority", no_majority, GATE_NO_MAJORITY},
    {"an outlier", outlier, GATE_OUTLIERS},
    {"a hotfix", hotfix, GATE_HOTFIX},
    {"diverged", diverged, GATE_DIVERGED},
    {"a severe change", severe, GATE_SEVERITY},
    {"a severe baseline", severe_baseline, GATE_SEVERITY},
    {"a contract is violated", contract_violated, GATE_CONTRACT_VIOLATED},
    {"a contract would break", contract_would_break, GATE_CONTRACT_WOULD_BREAK},
    {"a freeze", frozen, GATE_FREEZE},
    {"nobody knows who", unattributed, GATE_UNATTRIBUTED},
    {"another reference", another_reference, GATE_REFERENCE},
};

static void test_nothing_is_in_the_way(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer = gate_scene_ask(scene);

    assert_int_equal(answer.verdict, GATE_PASS);
    assert_int_equal(answer.reason_count, 0);
    assert_int_equal(answer.plan_count, 0);
    assert_true(text_equal(answer.database, TEXT("orders")) && answer.at == scene->question.now);
    for (unsigned side = 0; side < 2; side++) {
        assert_true(answer.sides[side].is_there);
        assert_int_equal(answer.sides[side].instances, 1);
        assert_true(answer.sides[side].checked_at == scene->question.now);
        assert_true(answer.sides[side].taken_at != 0 && answer.sides[side].snapshot != 0);
    }
    assert_true(text_equal(answer.sides[1].environment, TEXT("prod")));
    assert_true(hash_equal(&answer.sides[0].root, &answer.sides[1].root));
}

/* Each sort of trouble has its code, alone; and what is not known never passes. */
static void test_each_trouble_has_its_reason(void **state)
{
    bool seen[GATE_REASON_COUNT] = {false};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(troubles); i++) {
        const struct gate_reason_facts *facts = &gate_reason_facts[troubles[i].code];
        struct gate_scene scene;
        struct gate_answer answer;
        const char *codes;

        gate_scene_open(&scene);
        troubles[i].make(&scene);
        answer = gate_scene_ask(&scene);
        codes = gate_scene_codes(&scene, &answer);
        if (answer.verdict != facts->verdict || answer.reason_count == 0)
            fail_msg("%s: %s", troubles[i].name, codes);
        for (size_t k = 0; k < answer.reason_count; k++)
            if (answer.reasons[k].code != troubles[i].code)
                fail_msg("%s: %s: %.*s", troubles[i].name, codes, TEXT_ARGS(answer.reasons[k].message));
        seen[troubles[i].code] = true;
        gate_scene_close(&scene);
    }
    for (unsigned code = 0; code < GATE_REASON_COUNT; code++) {
        if (!seen[code] && code != GATE_CONTRACT_UNKNOWN)
            fail_msg("no case for %s", gate_reason_facts[code].name);
        assert_true(gate_reason_facts[code].verdict != GATE_PASS);
    }
}

/* Whatever is not known beside it, what blocks blocks; both are listed, and what blocks comes first. */
static void test_what_blocks_and_what_is_not_known_are_both_listed(void **state)
{
    static const trouble unknowns[] = {silent, hidden_drift, contracts_unreadable, pair_of_another_policy, gap_in_from};
    static const trouble blocks[] = {hotfix, diverged, severe, frozen, unattributed, another_reference};
    const struct gate_reason_facts *last;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(unknowns) * LENGTH_OF(blocks); i++) {
        struct gate_scene scene;
        struct gate_answer answer;

        gate_scene_open(&scene);
        blocks[i % LENGTH_OF(blocks)](&scene);
        unknowns[i / LENGTH_OF(blocks)](&scene);
        answer = gate_scene_ask(&scene);
        assert_int_equal(answer.verdict, GATE_BLOCKED);
        assert_true(answer.reason_count >= 2);
        assert_int_equal(gate_reason_facts[answer.reasons[0].code].verdict, GATE_BLOCKED);
        last = &gate_reason_facts[answer.reasons[answer.reason_count - 1].code];
        assert_int_equal(last->verdict, GATE_UNKNOWN);
        gate_scene_close(&scene);
    }
}

static void test_reasons_stand_by_code_then_weight(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;

    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .severity = SEVERITY_MEDIUM});
    gate_scene_drift(scene,
                     (struct sample_drift){.cause = DRIFT_PENDING, .object = "a.t.y", .severity = SEVERITY_CRITICAL});
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_DIVERGED, .object = "a.t.a"});
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .object = "a.t.c"});
    gate_scene_drift(scene, (struct sample_drift){.cause = DRIFT_HOTFIX, .object = "a.t.b"});
    silent(scene);
    answer = gate_scene_ask(scene);
    assert_string_equal(gate_scene_codes(scene, &answer), "BLOCKED hotfix hotfix hotfix diverged severity | stale");
    assert_true(text_equal(answer.reasons[0].object, TEXT("a.t.x"))); /* medium, then by object */
    assert_true(text_equal(answer.reasons[1].object, TEXT("a.t.b")));
    assert_true(text_equal(answer.reasons[2].object, TEXT("a.t.c")));
    assert_true(text_equal(answer.plan[0].object, TEXT("a.t.y"))); /* by severity, then object */
    assert_true(text_equal(answer.plan[1].object, TEXT("a.t.x")));
    assert_true(text_equal(answer.plan[2].object, TEXT("a.t.a")));
    assert_int_equal(answer.plan_count, 5);
    assert_int_equal(answer.summary[SEVERITY_LOW], 3);
    assert_int_equal(answer.summary[SEVERITY_CRITICAL], 1);
}

/* ---------------------------------------------------------------- whether it may be asked */

static void test_only_neighbours_are_promoted(void **state)
{
    static const struct {
        const char *from, *to;
        const char *message;
    } cases[] = {
        {"prod", "staging", "goes the other way"}, {"prod", "prod", "to itself"},  {"lab", "prod", "not both are on"},
        {"staging", "lab", "not both are on"},     {"", "prod", "or a reference"}, {"staging", "", "needs a database"},
    };
    struct gate_scene *scene = *state;
    struct gate_answer answer = {.at = 7};
    struct error error = {0};

    gate_scene_put(scene, "lab", "default", GATE_SCENE_SCHEMA);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        scene->question.from = text_from(cases[i].from);
        scene->question.to = text_from(cases[i].to);
        assert_int_equal(gate_evaluate(&answer, scene->history.database, scene->policy, &scene->question,
                                       &scene->history.arena, &error),
                         ERROR_USAGE);
        if (strstr(error.message, cases[i].message) == NULL)
            fail_msg("%s: %s", cases[i].message, error.message);
    }
    assert_int_equal(answer.at, 7);
}

static void test_what_stands_between_comes_first(void **state)
{
    struct gate_scene *scene = *state;
    struct gate_answer answer;
    struct error error = {0};

    gate_scene_put(scene, "dev", "default", GATE_SCENE_SCHEMA);
    scene->question.from = TEXT("dev");
    assert_int_equal(
        gate_evaluate(&answer, scene->history.database, scene->policy, &scene->question, &scene->history.arena, &error),
        ERROR_USAGE);
    assert_string_equal(error.message, "'orders' is not promoted from dev to prod: staging stands between them");
    assert_string_equal(error.hint, "its promotion path is dev → staging → prod");
    history_begin(&scene->history); /* without it the two are neighbours */
    history_expect(targets_forget(scene->history.database, scene->targets[GATE_SCENE_STAGING], &error), &error);
    history_commit(&scene->history);
    sample_pair(&scene->history, "dev", "prod", "", scene->policy);
    gate_scene_expect(scene, "PASS");
}

/* ---------------------------------------------------------------- freezes */

static void test_a_freeze_is_for_some_and_for_a_time(void **state)
{
    static const struct text here[] = {TEXT_INIT("prod")}, elsewhere[] = {TEXT_INIT("staging")};
    static const struct text orders[] = {TEXT_INIT("orders")}, users[] = {TEXT_INIT("users")};
    struct gate_scene *scene = *state;
    char until[CLOCK_TEXT_SIZE], message[128];
    const struct gate_reason *reason;
    struct gate_answer answer;

    frozen(scene);
    answer = gate_scene_ask(scene);
    reason = gate_scene_reason(&answer, GATE_FREEZE);
    assert_true(reason->until == scene->question.now + DAY);
    clock_format_seconds(reason->until, until);
    snprintf(message, sizeof message, "prod of 'orders' must not change until %s (freeze 'xmas': shops are busy)",
             until);
    assert_true(text_equal(reason->message, text_from(message)));
    assert_false(gate_scene_has(reason->advice, until)); /* it is said once */
    scene->freeze.reason = (struct text){NULL, 0};
    gate_scene_renew(scene);
    answer = gate_scene_ask(scene);
    assert_true(gate_scene_says(gate_scene_reason(&answer, GATE_FREEZE)->message, " (freeze 'xmas')"));
    scene->freeze.environments = here;
    scene->freeze.environment_count = 1;
    scene->freeze.databases = orders;
    scene->freeze.database_count = 1;
    gate_scene_renew(scene);
    gate_scene_expect(scene, "BLOCKED freeze");
    scene->freeze.environments = elsewhere; /* what is promoted may be frozen */
    gate_scene_renew(scene);
    gate_scene_expect(scene, "PASS");
    scene->freeze.environments = here;
    scene->freeze.databases = users;
    gate_scene_renew(scene);
    gate_scene_expect(scene, "PASS");
    scene->freeze.databases = orders;
    scene->freeze.until = scene->question.now - SECOND;
    gate_scene_renew(scene);
    gate_scene_expect(scene, "PASS");
}

/* ---------------------------------------------------------------- memory */

static enum error_code attempt_asking(void *context, struct error *error)
{
    struct gate_scene *scene = context;
    CLEANUP(arena_free) struct arena arena;
    struct gate_answer answer = {0};

    arena_init(&arena, 64 * 1024 * 1024);
    if (gate_evaluate(&answer, scene->history.database, scene->policy, &scene->question, &arena, error) != ERROR_NONE)
        return error->code;
    assert_int_equal(answer.verdict, GATE_BLOCKED);
    assert_true(answer.reason_count > 5);
    return ERROR_NONE;
}

static void test_every_allocation_may_fail(void **state)
{
    struct gate_scene *scene = *state;

    contract_violated(scene);
    frozen(scene);
    outlier(scene);
    hotfix(scene);
    diverged(scene);
    severe(scene);
    unattributed(scene);
    another_reference(scene);
    assert_int_equal(attempt_asking(scene, &(struct error){0}), ERROR_NONE); /* prepares the statements */
    test_every_allocation(attempt_asking, scene);
}

static int group_setup(void **state)
{
    (void)state;
    reference_snapshot = snapshot_from_text("table a.t\n  column x type=bigint\n");
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    snapshot_free(reference_snapshot);
    return 0;
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, gate_scene_setup, gate_scene_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_is_in_the_way),
        cmocka_unit_test(test_each_trouble_has_its_reason),
        cmocka_unit_test(test_what_blocks_and_what_is_not_known_are_both_listed),
        TEST(test_reasons_stand_by_code_then_weight),
        TEST(test_only_neighbours_are_promoted),
        TEST(test_what_stands_between_comes_first),
        TEST(test_a_freeze_is_for_some_and_for_a_time),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
