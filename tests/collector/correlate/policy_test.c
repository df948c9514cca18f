#include "correlate/policy.h"

#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

/* A policy in memory that is overwritten after it was handed over. */
struct sample {
    char names[64];
    struct text path[2];
    struct fleet_path database;
    struct ignore_pattern pattern;
    struct policy_severity severities[2];
    struct freeze freeze;
    struct contract contract;
    struct policy_content content;
};

static void make_sample(struct sample *sample, int64_t stale_after)
{
    *sample = (struct sample){.names = "stagingprodorderscolumnx"};
    sample->path[0] = (struct text){sample->names, 7};
    sample->path[1] = (struct text){sample->names + 7, 4};
    sample->database = (struct fleet_path){{sample->names + 11, 6}, sample->path, 2};
    sample->pattern = (struct ignore_pattern){.word = {sample->names + 17, 6}, .glob = {sample->names + 23, 1}};
    sample->severities[0] = (struct policy_severity){.override = {sample->pattern, SEVERITY_HIGH}};
    sample->severities[1] = (struct policy_severity){.override = {sample->pattern, SEVERITY_LOW},
                                                     .database = sample->database.database,
                                                     .environment = sample->path[1]};
    sample->content.severities = sample->severities;
    sample->content.severity_count = 2;
    sample->freeze = (struct freeze){.name = sample->database.database,
                                     .reason = sample->path[0],
                                     .databases = sample->path,
                                     .database_count = 2,
                                     .repeats = true,
                                     .duration_us = 7};
    sample->content.gate = (struct policy_gate){.max_age_us = 3, .freezes = &sample->freeze, .freeze_count = 1};
    sample->contract = (struct contract){.name = sample->path[1], .database = sample->database.database};
    sample->content.contracts = (struct policy_contracts){
        .set = {.contracts = &sample->contract, .count = 1}, .known = true, .problem = sample->path[0]};
    sample->content.problem = sample->path[1];
    sample->content.problem_since = 5;
    sample->content.fleet = (struct fleet_policy){.path = sample->path,
                                                  .path_count = 2,
                                                  .databases = &sample->database,
                                                  .database_count = 1,
                                                  .stale_after_us = stale_after,
                                                  .memory_limit = 1024 * 1024};
    diff_options_init(&sample->content.fleet.compare);
    sample->content.fleet.compare.ignore = (struct ignore_list){&sample->pattern, 1};
}

static void check_sample(const struct fleet_policy *policy, int64_t stale_after)
{
    assert_int_equal(policy->path_count, 2);
    assert_true(text_equal(policy->path[0], TEXT("staging")));
    assert_true(text_equal(policy->path[1], TEXT("prod")));
    assert_int_equal(policy->database_count, 1);
    assert_true(text_equal(policy->databases[0].database, TEXT("orders")));
    assert_true(text_equal(policy->databases[0].path[1], TEXT("prod")));
    assert_true(text_equal(policy->compare.ignore.patterns[0].word, TEXT("column")));
    assert_true(text_equal(policy->compare.overrides[0].pattern.glob, TEXT("x")));
    assert_int_equal(policy->compare.overrides[0].level, SEVERITY_HIGH);
    assert_int_equal(policy->stale_after_us, stale_after);
}

/* All that is not of the fleet. */
static void check_rest(const struct policy_content *content)
{
    const struct freeze *freeze = &content->gate.freezes[0];

    assert_int_equal(content->gate.max_age_us, 3);
    assert_int_equal(content->gate.freeze_count, 1);
    assert_true(text_equal(freeze->name, TEXT("orders")) && text_equal(freeze->reason, TEXT("staging")));
    assert_true(freeze->repeats && freeze->duration_us == 7);
    assert_true(freeze_concerns(freeze, TEXT("prod"), TEXT("any")));
    assert_int_equal(content->contracts.set.count, 1);
    assert_true(text_equal(content->contracts.set.contracts[0].name, TEXT("prod")));
    assert_true(text_equal(content->contracts.set.contracts[0].database, TEXT("orders")));
    assert_true(content->contracts.known && text_equal(content->contracts.problem, TEXT("staging")));
    assert_true(text_equal(content->problem, TEXT("prod")) && content->problem_since == 5);
}

static struct policy *make_policy(int64_t stale_after)
{
    struct policy *policy = NULL;
    struct sample sample;
    struct error error = {0};

    make_sample(&sample, stale_after);
    assert_int_equal(policy_new(&policy, &sample.content, &error), ERROR_NONE);
    memset(&sample, 'x', sizeof sample);
    return policy;
}

static void test_a_request_keeps_what_it_began_with(void **state)
{
    struct policy_holder holder;
    struct policy *first, *second;
    struct error error = {0};

    (void)state;
    assert_int_equal(policy_holder_init(&holder, &error), ERROR_NONE);
    policy_set(&holder, make_policy(1));
    first = policy_take(&holder);
    policy_set(&holder, make_policy(2));
    second = policy_take(&holder);
    check_sample(&policy_content(first)->fleet, 1);
    check_sample(&policy_content(second)->fleet, 2);
    check_rest(policy_content(first));
    assert_ptr_not_equal(policy_cache(first), policy_cache(second));
    policy_release(first);
    assert_ptr_equal(policy_share(second), second);
    policy_release(second);
    policy_holder_clear(&holder);
    check_sample(&policy_content(second)->fleet, 2); /* the last share keeps it */
    policy_release(second);
    policy_release(NULL);
}

static void test_it_begins_with_nothing_that_passes(void **state)
{
    struct policy_holder holder;
    const struct policy_content *content;
    struct policy *policy;
    struct error error = {0};

    (void)state;
    assert_int_equal(policy_holder_init(&holder, &error), ERROR_NONE);
    policy = policy_take(&holder);
    content = policy_content(policy);
    assert_int_equal(content->fleet.path_count, 0);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        assert_true(content->fleet.compare.aspects[aspect]);
    assert_false(content->contracts.known);
    for (unsigned severity = 0; severity < SEVERITY_COUNT; severity++)
        assert_true((content->gate.block >> severity & 1) != 0);
    policy_release(policy);
    policy_holder_clear(&holder);
}

static void test_levels_hold_where_they_are_said_to(void **state)
{
    static const struct {
        const char *database;
        const char *environment;
        size_t count;
        enum severity last;
    } cases[] = {
        {"orders", "prod", 2, SEVERITY_LOW},
        {"orders", "staging", 1, SEVERITY_HIGH},
        {"billing", "prod", 1, SEVERITY_HIGH},
        {"", "", 1, SEVERITY_HIGH},
    };
    struct policy *policy = make_policy(1);
    struct arena arena;
    struct error error = {0};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct diff_options options;

        assert_int_equal(policy_options(policy, text_from(cases[i].database), text_from(cases[i].environment), &arena,
                                        &options, &error),
                         ERROR_NONE);
        assert_int_equal(options.override_count, cases[i].count);
        assert_int_equal(options.overrides[options.override_count - 1].level, cases[i].last);
        assert_int_equal(options.ignore.count, 1);
    }
    arena_free(&arena);
    policy_release(policy);
}

static void test_a_database_has_its_own_path_or_that_of_all(void **state)
{
    struct policy *policy = make_policy(1);
    struct fleet_path path = policy_path(policy, TEXT("orders"));

    (void)state;
    assert_ptr_equal(path.path, policy_content(policy)->fleet.databases[0].path);
    assert_int_equal(path.count, 2);
    path = policy_path(policy, TEXT("billing"));
    assert_ptr_equal(path.path, policy_content(policy)->fleet.path);
    assert_int_equal(path.count, 2);
    policy_release(policy);
}

/* ---- the fingerprint ---- */

static void change_nothing(struct sample *sample)
{
    sample->content.fleet.stale_after_us = 99;
    sample->content.gate.max_age_us = 99;
    sample->content.problem = TEXT("x");
    sample->content.contracts.problem = TEXT("x");
}

static void change_aspect(struct sample *sample)
{
    sample->content.fleet.compare.aspects[ASPECT_STORAGE] = false;
}

static void change_ignore(struct sample *sample)
{
    sample->content.fleet.compare.ignore.count = 0;
}

static void change_path(struct sample *sample)
{
    sample->content.fleet.path_count = 1;
}

static void change_path_of_database(struct sample *sample)
{
    sample->database.count = 1;
}

static void change_level(struct sample *sample)
{
    sample->severities[1].override.level = SEVERITY_MEDIUM;
}

static void change_place(struct sample *sample)
{
    sample->severities[1].environment = sample->path[0];
}

static void change_whether_contracts_are_known(struct sample *sample)
{
    sample->content.contracts.known = false;
}

static void change_contracts(struct sample *sample)
{
    sample->content.contracts.set.fingerprint.bytes[0] = 1;
}

static void test_its_fingerprint_is_of_what_decides(void **state)
{
    static const struct {
        void (*change)(struct sample *sample);
        bool is_same;
    } cases[] = {
        {change_nothing, true}, {change_aspect, false},           {change_ignore, false},
        {change_path, false},   {change_path_of_database, false}, {change_level, false},
        {change_place, false},  {change_contracts, false},        {change_whether_contracts_are_known, false},
    };
    struct policy *policy = make_policy(1);

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct policy *other = NULL;
        struct sample sample;
        struct error error = {0};

        make_sample(&sample, 1);
        cases[i].change(&sample);
        assert_int_equal(policy_new(&other, &sample.content, &error), ERROR_NONE);
        print_message("  case %zu\n", i);
        assert_int_equal(hash_equal(policy_fingerprint(policy), policy_fingerprint(other)), cases[i].is_same);
        policy_release(other);
    }
    policy_release(policy);
}

static enum error_code attempt(void *context, struct error *error)
{
    struct policy *policy = NULL;
    struct sample sample;
    enum error_code code;

    (void)context;
    make_sample(&sample, 1);
    code = policy_new(&policy, &sample.content, error);
    policy_release(policy);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_keeps_what_it_began_with),
        cmocka_unit_test(test_it_begins_with_nothing_that_passes),
        cmocka_unit_test(test_levels_hold_where_they_are_said_to),
        cmocka_unit_test(test_a_database_has_its_own_path_or_that_of_all),
        cmocka_unit_test(test_its_fingerprint_is_of_what_decides),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
