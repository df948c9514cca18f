#include "correlate/fleet_policy.h"

#include "common/drift/snapshot_text.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 1024 * 1024 };

/* Five levels: everywhere, in a database, in an environment, in one environment of a database, everywhere again. */
struct sample {
    struct arena arena;
    struct policy_severity severities[5];
    struct fleet_policy policy;
};

static struct policy_severity severity_of(struct sample *sample, enum severity level, struct text database,
                                          struct text environment)
{
    return (struct policy_severity){
        {ignore_from_text("table:*", &sample->arena).patterns[0], level}, database, environment};
}

static int setup(void **state)
{
    static struct sample sample;

    sample = (struct sample){.policy = {.memory_limit = PLENTY}};
    arena_init(&sample.arena, PLENTY);
    diff_options_init(&sample.policy.compare);
    sample.severities[0] = severity_of(&sample, SEVERITY_LOW, TEXT(""), TEXT(""));
    sample.severities[1] = severity_of(&sample, SEVERITY_MEDIUM, TEXT("orders"), TEXT(""));
    sample.severities[2] = severity_of(&sample, SEVERITY_HIGH, TEXT(""), TEXT("prod"));
    sample.severities[3] = severity_of(&sample, SEVERITY_CRITICAL, TEXT("orders"), TEXT("prod"));
    sample.severities[4] = severity_of(&sample, SEVERITY_LOW, TEXT(""), TEXT(""));
    sample.policy.severities = sample.severities;
    sample.policy.severity_count = LENGTH_OF(sample.severities);
    *state = &sample;
    return 0;
}

static int teardown(void **state)
{
    arena_free(&((struct sample *)*state)->arena);
    return 0;
}

static struct fleet_policy policy_at(struct sample *sample, struct text database, struct text environment)
{
    struct fleet_policy here;
    struct error error = {0};

    assert_int_equal(fleet_policy_at(&here, &sample->policy, database, environment, &sample->arena, &error),
                     ERROR_NONE);
    return here;
}

static void test_levels_hold_in_their_order(void **state)
{
    static const struct {
        struct text database, environment;
        size_t count;
        enum severity levels[5];
    } cases[] = {
        {TEXT_INIT("orders"),
         TEXT_INIT("prod"),
         5,
         {SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_LOW}},
        {TEXT_INIT("orders"), TEXT_INIT("dev"), 3, {SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_LOW}},
        {TEXT_INIT("other"), TEXT_INIT("prod"), 3, {SEVERITY_LOW, SEVERITY_HIGH, SEVERITY_LOW}},
        {TEXT_INIT("other"), TEXT_INIT("dev"), 2, {SEVERITY_LOW, SEVERITY_LOW}},
        {TEXT_INIT(""), TEXT_INIT(""), 2, {SEVERITY_LOW, SEVERITY_LOW}},
    };

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct fleet_policy here = policy_at(*state, cases[i].database, cases[i].environment);

        assert_int_equal(here.compare.override_count, cases[i].count);
        for (size_t j = 0; j < cases[i].count; j++)
            assert_int_equal(here.compare.overrides[j].level, cases[i].levels[j]);
    }
}

/* Places at which the same levels hold are one to a cache; those at which others do are not. */
static void test_places_are_told_apart_by_their_levels(void **state)
{
    static const struct hash everywhere;
    const struct hash orders_prod = policy_at(*state, TEXT("orders"), TEXT("prod")).levels;
    const struct hash other_prod = policy_at(*state, TEXT("other"), TEXT("prod")).levels;
    const struct hash third_prod = policy_at(*state, TEXT("third"), TEXT("prod")).levels;
    const struct hash other_dev = policy_at(*state, TEXT("other"), TEXT("dev")).levels;

    assert_false(hash_equal(&orders_prod, &other_prod));
    assert_true(hash_equal(&other_prod, &third_prod));
    assert_true(hash_equal(&other_dev, &everywhere));
}

/* A policy that was made by hand has its overrides, and no others. */
static void test_without_severities_overrides_stay(void **state)
{
    struct sample *sample = *state;
    struct severity_override override = sample->severities[0].override;
    struct fleet_policy here;

    sample->policy.severity_count = 0;
    sample->policy.compare.overrides = &override;
    sample->policy.compare.override_count = 1;
    here = policy_at(sample, TEXT("orders"), TEXT("prod"));
    assert_ptr_equal(here.compare.overrides, &override);
    assert_int_equal(here.compare.override_count, 1);
}

static void test_paths(void **state)
{
    const struct text all[] = {TEXT("dev"), TEXT("prod")}, own[] = {TEXT("prod")};
    const struct fleet_path orders = {TEXT("orders"), own, 1};
    struct fleet_policy policy = {.path = all, .path_count = 2, .databases = &orders, .database_count = 1};

    (void)state;
    assert_ptr_equal(fleet_policy_path(&policy, TEXT("orders")).path, own);
    assert_int_equal(fleet_policy_path(&policy, TEXT("orders")).count, 1);
    assert_ptr_equal(fleet_policy_path(&policy, TEXT("other")).path, all);
    assert_int_equal(fleet_policy_path(&policy, TEXT("other")).count, 2);
}

static enum error_code attempt(void *context, struct error *error)
{
    const struct sample *sample = context;
    CLEANUP(arena_free) struct arena arena;
    struct fleet_policy here;

    arena_init(&arena, PLENTY);
    return fleet_policy_at(&here, &sample->policy, TEXT("orders"), TEXT("prod"), &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    test_every_allocation(attempt, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_levels_hold_in_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_places_are_told_apart_by_their_levels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_severities_overrides_stay, setup, teardown),
        cmocka_unit_test(test_paths),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
