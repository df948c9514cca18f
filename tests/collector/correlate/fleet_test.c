#include "correlate/fleet.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "collector/track/record.h"
#include "common/drift/snapshot_text.h"
#include "store/agents.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 256 * 1024 * 1024, MINUTE = 60 * 1000000 };

static const struct text path[] = {TEXT_INIT("dev"), TEXT_INIT("staging"), TEXT_INIT("prod")};

static struct fleet_policy make_policy(void)
{
    struct fleet_policy policy = {
        .path = path, .path_count = LENGTH_OF(path), .stale_after_us = MINUTE, .memory_limit = PLENTY};

    diff_options_init(&policy.compare);
    return policy;
}

/* ---------------------------------------------------------------- a fleet to look at */

/* The agent says of a target how it is, `ago` microseconds before now. */
static void see(struct history *history, int64_t target, enum target_state state, const char *reason, int64_t ago)
{
    const struct target_sighting sighting = {.target = target,
                                             .agent = history->agent,
                                             .state = state,
                                             .reason = text_from(reason),
                                             .checked_at = clock_now() - ago,
                                             .heard_at = clock_now() - ago};
    struct error error = {0};

    history_begin(history);
    history_expect(targets_saw(history->database, &sighting, &error), &error);
    history_commit(history);
}

/* A target with a snapshot that was confirmed just now; no text: without one. */
static int64_t put(struct history *history, const char *environment, const char *instance, const char *text)
{
    int64_t target = history_target(history, "orders", environment, instance);

    if (text != NULL)
        record_text(history, target, text, NULL);
    see(history, target, TARGET_FINE, NULL, 0);
    return target;
}

static struct fleet look(struct history *history, const struct fleet_policy *policy, const char *name)
{
    struct fleet_cache *cache = NULL;
    struct error error = {0};
    struct fleet fleet = {0};

    history_expect(fleet_cache_new(&cache, &error), &error);
    history_expect(fleet_look(&fleet, history->database, policy, cache, text_from(name), &history->arena, &error),
                   &error);
    fleet_cache_free(cache);
    return fleet;
}

static const struct fleet_environment *find(const struct fleet *fleet, const char *environment)
{
    for (uint32_t i = 0; i < fleet->database_count; i++)
        for (uint32_t k = 0; k < fleet->databases[i].environment_count; k++)
            if (text_equal(fleet->databases[i].environments[k].name, text_from(environment)))
                return &fleet->databases[i].environments[k];
    fail_msg("there is no '%s'", environment);
    return NULL;
}

/* "IN_SYNC: 2 default,eu | DRIFTED: 1 us": the environment, its majority, and the others; the instances of each. */
static const char *describe(struct history *history, const struct fleet_environment *environment)
{
    CLEANUP(buffer_clear) struct buffer text = {0};

    buffer_printf(&text, "%s", verdict_name(environment->verdict));
    for (uint32_t i = 0; i < environment->variant_count; i++) {
        const struct fleet_variant *variant = &environment->variants[i];

        buffer_printf(&text, " | %s%u", variant->majority ? "majority " : "", variant->count);
        for (uint32_t k = 0; k < variant->count; k++)
            buffer_printf(&text, "%s%.*s", k == 0 ? " " : ",", TEXT_ARGS(variant->instances[k]->target.name.instance));
    }
    if (environment->unknown.length > 0)
        buffer_printf(&text, " (%.*s)", TEXT_ARGS(environment->unknown));
    return arena_string(&history->arena, buffer_text(&text));
}

/* ---------------------------------------------------------------- one environment */

#define ONE "table a.t comment=1\n"
#define TWO "table a.t comment=2\n"

/* Which of two variants of one size stands first is a matter of hashes: "DRIFTED | x | y" may be "DRIFTED | y | x". */
static bool is_mirrored(const char *found, const char *expected)
{
    const char *first = strstr(expected, " | "), *second = first == NULL ? NULL : strstr(first + 1, " | ");
    char mirrored[200];

    if (second == NULL || strstr(second + 1, " | ") != NULL)
        return false;
    snprintf(mirrored, sizeof mirrored, "%.*s%s%.*s", (int)(first - expected), expected, second, (int)(second - first),
             first);
    return strcmp(found, mirrored) == 0;
}

static void test_instances_and_their_variants(void **state)
{
    static const struct {
        const char *name;
        const char *texts[5]; /* of the instances a, b … */
        const char *expected;
    } cases[] = {
        {"one instance", {ONE}, "IN_SYNC | majority 1 a"},
        {"all agree", {ONE, ONE, ONE}, "IN_SYNC | majority 3 a,b,c"},
        {"an outlier", {ONE, TWO, ONE, ONE}, "DRIFTED | majority 3 a,c,d | 1 b"},
        {"strictly the largest", {ONE, TWO, ONE, ONE, TWO}, "DRIFTED | majority 3 a,c,d | 2 b,e"},
        {"no majority", {ONE, TWO}, "DRIFTED | 1 a | 1 b"},
        {"two and two", {TWO, ONE, ONE, TWO}, "DRIFTED | 2 a,d | 2 b,c"},
    };
    const struct fleet_policy policy = make_policy();

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct history history;
        struct fleet fleet;
        const char *found;

        history_open(&history);
        for (unsigned k = 0; k < LENGTH_OF(cases[i].texts) && cases[i].texts[k] != NULL; k++)
            put(&history, "prod", (char[]){(char)('a' + k), '\0'}, cases[i].texts[k]);
        fleet = look(&history, &policy, "");
        found = describe(&history, find(&fleet, "prod"));
        if (strcmp(found, cases[i].expected) != 0 && !is_mirrored(found, cases[i].expected))
            fail_msg("%s: %s", cases[i].name, found);
        history_close(&history);
    }
}

static void test_an_outlier_is_named_with_what_differs_and_since_when(void **state)
{
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    const struct fleet_environment *prod;
    const struct fleet_instance *outlier;
    struct snapshot_row changed = {0};
    struct error error = {0};
    struct fleet fleet;
    int64_t target;

    put(history, "prod", "a", ONE);
    put(history, "prod", "b", ONE);
    target = put(history, "prod", "c", ONE);
    record_text(history, target, "table a.t comment=1\n  column x type=text\n", NULL);
    history_expect(snapshots_newest(history->database, target, &history->arena, &changed, &error), &error);
    see(history, target, TARGET_FINE, NULL, 5);
    fleet = look(history, &policy, "orders");
    prod = find(&fleet, "prod");
    assert_string_equal(describe(history, prod), "DRIFTED | majority 2 a,b | 1 c");
    assert_true(prod->variants[1].since == changed.taken_at);
    assert_true(prod->variants[0].since < changed.taken_at);
    assert_true(prod->variants[1].compared && !prod->variants[1].majority);
    assert_int_equal(prod->variants[1].summary[SEVERITY_MEDIUM], 1); /* a column more */
    outlier = prod->variants[1].instances[0];
    assert_int_equal(outlier->verdict, VERDICT_DRIFTED);
    assert_int_equal(outlier->variant, 1);
    assert_int_equal(prod->variants[0].instances[0]->verdict, VERDICT_IN_SYNC);
    assert_int_equal(fleet.counts[VERDICT_DRIFTED], 1);
}

/* What is not known is never in sync, and says why. */
static void test_what_is_not_known_says_why(void **state)
{
    struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct fleet fleet;
    char *silent;

    history_target(history, "orders", "e1", "default");
    put(history, "e2", "default", NULL);
    see(history, put(history, "e3", "default", ONE), TARGET_UNREACHABLE, "connection refused", 0);
    see(history, put(history, "e4", "default", ONE), TARGET_STARTING, NULL, 0);
    put(history, "e5", "default", "table a.t\ngap policy reason='permission denied'\n");
    put(history, "e51", "default", "table a.t\ngap policy reason='not declared'\n");
    put(history, "e6", "a", ONE);
    see(history, put(history, "e6", "b", ONE), TARGET_REFUSED, "no such role", 0);
    put(history, "e7", "default", ONE);
    history_run(history, "UPDATE target SET heard_at = 1700000000000000 WHERE environment = 'e7'");
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "e1")), "UNKNOWN (no agent has spoken for it yet)");
    assert_string_equal(describe(history, find(&fleet, "e2")), "UNKNOWN (no snapshot has arrived yet)");
    assert_string_equal(describe(history, find(&fleet, "e3")),
                        "UNKNOWN | majority 1 default (unreachable: connection refused)");
    assert_string_equal(describe(history, find(&fleet, "e4")), "UNKNOWN | majority 1 default (not looked at yet)");
    assert_string_equal(describe(history, find(&fleet, "e5")),
                        "UNKNOWN | majority 1 default (policy not covered: permission denied)");
    assert_string_equal(describe(history, find(&fleet, "e51")), "IN_SYNC | majority 1 default");
    assert_string_equal(describe(history, find(&fleet, "e6")),
                        "UNKNOWN | majority 2 a,b (1 of 2 instances, first 'b': refused: no such role)");
    silent = arena_printf(&history->arena, "UNKNOWN | majority 1 default (agent '%s' is silent since %s)", "tester",
                          "2023-11-14T22:13:20Z");
    assert_string_equal(describe(history, find(&fleet, "e7")), silent);
    policy.listening_since = clock_now() - MINUTE / 2; /* a collector that has just started has missed it */
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "e7")),
                        "UNKNOWN | majority 1 default (agent 'tester' was not heard since the collector started)");
    policy.listening_since = clock_now() - 2 * MINUTE;
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "e7")), silent);
    history_run(history, "UPDATE target SET heard_at = 4102444800000000 WHERE environment = 'e7'");
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "e7")),
                        "UNKNOWN | majority 1 default (agent 'tester' was last heard at 2100-01-01T00:00:00Z, which "
                        "is yet to come: the collector's clock was set back)");
    history_run(history, "UPDATE agent SET revoked_at = 1, revoked_by = 'x'");
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "e7")),
                        "UNKNOWN | majority 1 default (agent 'tester' was revoked)");
}

/* An agent whose role lost the right to read tables: all that it can see is as it is elsewhere. */
static void test_what_cannot_be_read_makes_no_outlier(void **state)
{
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct fleet fleet;

    put(history, "prod", "a", "table a.t\nview a.v\n");
    put(history, "prod", "b", "table a.t\nview a.v\n");
    put(history, "prod", "c", "view a.v\ngap table reason='permission denied'\n");
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "prod")),
                        "UNKNOWN | majority 3 a,b,c (1 of 3 instances, first 'c': table not covered: permission "
                        "denied)");
    put(history, "prod", "c", "view a.w\ngap table reason='permission denied'\n");
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "prod")), "DRIFTED | majority 2 a,b | 1 c");
}

/* Two repositories, one of which declares more, and a third that declares something else. */
static void test_what_is_not_declared_makes_no_outlier(void **state)
{
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct fleet fleet;

    put(history, "repository", "a", "table a.t\nview a.v\n");
    put(history, "repository", "b", "table a.t\ngap view reason='not declared'\n");
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "repository")), "IN_SYNC | majority 2 a,b");
    put(history, "repository", "c", "table a.u\ngap view reason='not declared'\n");
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "repository")), "DRIFTED | majority 2 a,b | 1 c");
}

#define FIFTEEN(text) "@server postgresql 15.20\nview a.v definition='" text "'\n"
#define SIXTEEN(text) "@server postgresql 16.3\nview a.v definition='" text "'\n"
#define IN_DOUBT "view a.v not covered: definition as rendered by PostgreSQL 15 and 16, which may spell it differently)"

/* Tenants that are upgraded one after the other. */
static void test_another_major_version_makes_no_outlier(void **state)
{
    static const struct {
        const char *name;
        const char *texts[5]; /* of the instances a, b … */
        const char *expected;
    } cases[] = {
        {"one was upgraded",
         {FIFTEEN("t.x"), FIFTEEN("t.x"), SIXTEEN("x")},
         "UNKNOWN | majority 3 a,b,c (1 of 3 instances, first 'c': " IN_DOUBT},
        {"most were",
         {SIXTEEN("x"), FIFTEEN("t.x"), SIXTEEN("x")},
         "UNKNOWN | majority 3 a,b,c (1 of 3 instances, first 'b': " IN_DOUBT},
        {"and something else is different",
         {FIFTEEN("t.x"), FIFTEEN("t.x"), SIXTEEN("x") "table a.t\n"},
         "DRIFTED | majority 2 a,b | 1 c"},
        {"the spelling is the same", {FIFTEEN("x"), SIXTEEN("x"), SIXTEEN("x")}, "IN_SYNC | majority 3 a,b,c"},
        {"one of the same version is otherwise",
         {FIFTEEN("x"), SIXTEEN("x"), SIXTEEN("y")},
         "DRIFTED | majority 2 a,b | 1 c"},
        {"an outlier of two versions",
         {FIFTEEN("x"), FIFTEEN("x"), FIFTEEN("x"), FIFTEEN("x") "table a.t\n", SIXTEEN("t.x") "table a.t\n"},
         "DRIFTED | majority 3 a,b,c | 2 d,e"},
        {"a version that is not known",
         {FIFTEEN("x"), FIFTEEN("x"), "@server postgresql ?\nview a.v definition=y\n"},
         "DRIFTED | majority 2 a,b | 1 c"},
    };
    const struct fleet_policy policy = make_policy();

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct history history;
        struct fleet fleet;
        const char *found;

        history_open(&history);
        for (unsigned k = 0; k < LENGTH_OF(cases[i].texts) && cases[i].texts[k] != NULL; k++)
            put(&history, "prod", (char[]){(char)('a' + k), '\0'}, cases[i].texts[k]);
        fleet = look(&history, &policy, "");
        found = describe(&history, find(&fleet, "prod"));
        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("%s: %s", cases[i].name, found);
        for (uint32_t k = 0; k < find(&fleet, "prod")->instance_count; k++) {
            const struct fleet_instance *instance = &find(&fleet, "prod")->instances[k];

            assert_int_equal(instance->unknown.length > 0, instance->verdict == VERDICT_UNKNOWN);
        }
        history_close(&history);
    }
}

static void test_what_the_policy_leaves_out_makes_no_variant(void **state)
{
    struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct fleet fleet;

    put(history, "prod", "a", "table a.t owner=bob\n");
    put(history, "prod", "b", "table a.t owner=eve\n");
    put(history, "prod", "c", "table a.t owner=bob\ntable tmp.x\n");
    put(history, "prod", "d", "table a.t owner=eve comment=x\n");
    fleet = look(history, &policy, "");
    assert_int_equal(find(&fleet, "prod")->variant_count, 4);
    policy.compare.aspects[ASPECT_ACCESS] = false;
    policy.compare.ignore = ignore_from_text("table:tmp.*", &history->arena);
    fleet = look(history, &policy, "");
    assert_string_equal(describe(history, find(&fleet, "prod")), "DRIFTED | majority 3 a,b,c | 1 d");
}

/* ---------------------------------------------------------------- along the path */

/* "dev>staging IN_SYNC, staging>prod DRIFTED": the steps of the only database. */
static const char *describe_steps(struct history *history, const struct fleet *fleet)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    const struct fleet_database *database = &fleet->databases[0];

    buffer_printf(&text, "%s:", verdict_name(database->verdict));
    for (uint32_t i = 0; i < database->step_count; i++) {
        const struct fleet_step *step = &database->steps[i];

        buffer_printf(&text, " %.*s>%.*s %s", TEXT_ARGS(step->from), TEXT_ARGS(step->to), verdict_name(step->verdict));
        if (step->unknown.length > 0)
            buffer_printf(&text, " (%.*s)", TEXT_ARGS(step->unknown));
    }
    return arena_string(&history->arena, buffer_text(&text));
}

static void test_the_path_orders_environments(void **state)
{
    static const struct text own[] = {TEXT_INIT("zeta"), TEXT_INIT("prod")};
    static const struct fleet_path paths[] = {{TEXT_INIT("orders"), own, LENGTH_OF(own)}};
    static const char *const names[] = {"alpha", "prod", "staging", "zeta", "dev"};
    struct fleet_policy policy = make_policy();
    struct history *history = *state;
    CLEANUP(buffer_clear) struct buffer order = {0};
    struct fleet fleet;

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        put(history, names[i], "default", ONE);
    fleet = look(history, &policy, "");
    for (uint32_t i = 0; i < fleet.databases[0].environment_count; i++)
        buffer_printf(&order, "%.*s%s ", TEXT_ARGS(fleet.databases[0].environments[i].name),
                      fleet.databases[0].environments[i].on_path ? "!" : "");
    assert_string_equal(order.bytes, "dev! staging! prod! alpha zeta ");
    assert_string_equal(describe_steps(history, &fleet), "IN_SYNC: dev>staging IN_SYNC staging>prod IN_SYNC");
    policy.databases = paths;
    policy.database_count = 1;
    fleet = look(history, &policy, "");
    assert_string_equal(describe_steps(history, &fleet), "IN_SYNC: zeta>prod IN_SYNC");
}

static void test_steps_compare_majorities(void **state)
{
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct fleet fleet;
    int64_t prod;

    put(history, "staging", "a", TWO);
    put(history, "staging", "b", TWO);
    put(history, "staging", "c", ONE);
    prod = put(history, "prod", "default", ONE);
    fleet = look(history, &policy, "");
    assert_string_equal(describe_steps(history, &fleet), "DRIFTED: staging>prod DRIFTED");
    assert_int_equal(fleet.databases[0].steps[0].summary[SEVERITY_LOW], 1);

    see(history, prod, TARGET_UNREACHABLE, "gone", 0); /* the last that was known is still shown */
    fleet = look(history, &policy, "");
    assert_string_equal(describe_steps(history, &fleet), "DRIFTED: staging>prod UNKNOWN (prod: unreachable: gone)");
    assert_int_equal(fleet.databases[0].steps[0].summary[SEVERITY_LOW], 1);

    put(history, "prod", "default", TWO);
    put(history, "staging", "c", TWO);
    fleet = look(history, &policy, "");
    assert_string_equal(describe_steps(history, &fleet), "IN_SYNC: staging>prod IN_SYNC");
    put(history, "prod", "other", ONE);
    fleet = look(history, &policy, "");
    assert_string_equal(describe_steps(history, &fleet),
                        "DRIFTED: staging>prod UNKNOWN (the instances of prod have no majority)");
    put(history, "dev", "default", NULL);
    put(history, "prod", "other", "table a.t comment=2\ngap policy reason=no\n");
    fleet = look(history, &policy, "");
    assert_string_equal(describe_steps(history, &fleet),
                        "UNKNOWN: dev>staging UNKNOWN (dev has no snapshot) staging>prod IN_SYNC");
}

/* Staging is upgraded first, as it should be. */
static void test_a_step_between_two_versions_is_unknown(void **state)
{
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct fleet fleet;

    put(history, "prod", "default", FIFTEEN("t.x"));
    put(history, "staging", "default", SIXTEEN("x"));
    fleet = look(history, &policy, "");
    assert_string_equal(describe_steps(history, &fleet), "UNKNOWN: staging>prod UNKNOWN (" IN_DOUBT);
    put(history, "staging", "default", SIXTEEN("x") "table a.t\n");
    fleet = look(history, &policy, "");
    assert_int_equal(fleet.databases[0].steps[0].verdict, VERDICT_DRIFTED);
    assert_int_equal(fleet.databases[0].steps[0].summary[SEVERITY_LOW], 1); /* the table, and nothing else */
    assert_int_equal(fleet.databases[0].steps[0].summary[SEVERITY_HIGH], 0);
    put(history, "prod", "default", SIXTEEN("x") "table a.t\n");
    fleet = look(history, &policy, "");
    assert_string_equal(describe_steps(history, &fleet), "IN_SYNC: staging>prod IN_SYNC");
}

static void test_databases_are_apart(void **state)
{
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct fleet fleet;
    int64_t other;

    put(history, "prod", "default", ONE);
    other = history_target(history, "billing", "prod", "default");
    record_text(history, other, TWO, NULL);
    see(history, other, TARGET_FAILED, "oops", 0);
    fleet = look(history, &policy, "");
    assert_int_equal(fleet.database_count, 2);
    assert_true(text_equal(fleet.databases[0].name, TEXT("billing")));
    assert_int_equal(fleet.databases[0].verdict, VERDICT_UNKNOWN);
    assert_int_equal(fleet.databases[1].verdict, VERDICT_IN_SYNC);
    assert_true(fleet.counts[VERDICT_UNKNOWN] == 1 && fleet.counts[VERDICT_IN_SYNC] == 1);
    fleet = look(history, &policy, "billing");
    assert_int_equal(fleet.database_count, 1);
    fleet = look(history, &policy, "absent");
    assert_int_equal(fleet.database_count, 0);
}

/* ---------------------------------------------------------------- one for all */

static void test_a_member_of_the_majority_speaks_for_it(void **state)
{
    const struct target_filter prod = {.database = TEXT("orders"), .environment = TEXT("prod")};
    const struct fleet_policy policy = make_policy();
    struct history *history = *state;
    struct target_row spokesman;
    struct error error = {0};
    int64_t first;

    put(history, "prod", "a", TWO);
    first = put(history, "prod", "b", ONE);
    put(history, "prod", "c", ONE);
    history_expect(fleet_spokesman(history->database, &policy, &prod, &history->arena, &spokesman, &error), &error);
    assert_true(text_equal(spokesman.name.instance, TEXT("b")));
    see(history, first, TARGET_UNREACHABLE, "gone", 0); /* another is known better */
    history_expect(fleet_spokesman(history->database, &policy, &prod, &history->arena, &spokesman, &error), &error);
    assert_true(text_equal(spokesman.name.instance, TEXT("c")));
    put(history, "prod", "c", TWO);
    put(history, "prod", "d", ONE);
    assert_int_equal(fleet_spokesman(history->database, &policy, &prod, &history->arena, &spokesman, &error),
                     ERROR_AMBIGUOUS);
}

/* ---------------------------------------------------------------- memory */

static enum error_code look_again(void *context, struct error *error)
{
    const struct history *history = context;
    const struct fleet_policy policy = make_policy();
    CLEANUP(arena_free) struct arena arena;
    struct fleet_cache *cache = NULL;
    struct fleet fleet;
    enum error_code code;

    arena_init(&arena, PLENTY);
    code = fleet_cache_new(&cache, error);
    if (code == ERROR_NONE)
        code = fleet_look(&fleet, history->database, &policy, cache, TEXT("orders"), &arena, error);
    fleet_cache_free(cache);
    return code;
}

/* That the cache cannot remember is no failure: what was asked is answered all the same. */
static void test_memory_may_run_out(void **state)
{
    struct history *history = *state;
    unsigned long failures = 0;

    put(history, "staging", "a", ONE);
    put(history, "staging", "b", TWO);
    put(history, "staging", "c", TWO);
    see(history, put(history, "prod", "default", ONE), TARGET_FAILED, "oops", 0);
    for (unsigned long nth = 1; nth < 10000; nth++) {
        struct error error = {0};
        enum error_code code;

        mem_fail_at(nth);
        code = look_again(history, &error);
        mem_fail_at(0);
        if (code == ERROR_MEMORY)
            failures = nth;
        else
            history_expect(code, &error);
        if (nth > failures + 50)
            break; /* beyond the last allocation */
    }
    assert_true(failures > 20 && failures < 9000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instances_and_their_variants),
        cmocka_unit_test_setup_teardown(test_an_outlier_is_named_with_what_differs_and_since_when, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_known_says_why, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read_makes_no_outlier, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_declared_makes_no_outlier, history_setup, history_teardown),
        cmocka_unit_test(test_another_major_version_makes_no_outlier),
        cmocka_unit_test_setup_teardown(test_what_the_policy_leaves_out_makes_no_variant, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(test_the_path_orders_environments, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_steps_compare_majorities, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_step_between_two_versions_is_unknown, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_databases_are_apart, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_member_of_the_majority_speaks_for_it, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_memory_may_run_out, history_setup, history_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
