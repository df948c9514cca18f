#include "event/event_filter.h"

#include "base/memory.h"
#include "support/cmocka.h"

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern, *name;
        bool matches;
    } cases[] = {
        {"orders", "orders", true},
        {"orders", "order", false},
        {"orders", "orders2", false},
        {"shop-*", "shop-eu", true},
        {"shop-*", "shop-", true},
        {"shop-*", "shop", false},
        {"*", "", true},
        {"*", "anything", true},
        {"", "", true},
        {"", "a", false},
        {"?", "a", true},
        {"?", "", false},
        {"?", "ab", false},
        {"?", "ü", true},
        {"?ber*", "über alles", true},
        {"*-changed", "a-changed", true},
        {"*a*b*c", "xxaxxbxxc", true},
        {"*a*b*c", "xxaxxcxxb", false},
        {"a.b", "axb", false},
        {"[ab]", "a", false},
        {"[ab]", "[ab]", true},
        {"*\xc3\xa4", "\xc3\xa4", true},
        {"?\xa4", "\xc3\xa4", false},
        {"**", "x", true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (event_pattern_matches(text_from(cases[i].pattern), text_from(cases[i].name)) != cases[i].matches)
            fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].name);
}

/* What backtracks from every star takes longer than anybody has. */
static void test_a_pattern_of_many_stars_ends(void **state)
{
    enum { LENGTH = 20000 };
    char *name = mem_alloc(LENGTH);

    (void)state;
    assert_non_null(name);
    memset(name, 'a', LENGTH);
    assert_false(event_pattern_matches(TEXT("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), (struct text){name, LENGTH}));
    mem_free(name);
}

static uint64_t bit(enum event_type type)
{
    return UINT64_C(1) << type;
}

static void test_types_by_name_and_pattern(void **state)
{
    struct error error = {0};
    uint64_t types = 0;

    (void)state;
    assert_int_equal(event_filter_types(TEXT("drift-opened"), &types, &error), ERROR_NONE);
    assert_true(types == bit(EVENT_DRIFT_OPENED));
    assert_int_equal(event_filter_types(TEXT("waiver-*"), &types, &error), ERROR_NONE);
    assert_true(types == (bit(EVENT_WAIVER_ENDED) | bit(EVENT_WAIVER_EXPIRED)));
    assert_int_equal(event_filter_types(TEXT("*"), &types, &error), ERROR_NONE);
    assert_true(types == (UINT64_C(1) << EVENT_TYPE_COUNT) - 1);
    types = 77;
    assert_int_equal(event_filter_types(TEXT("drift-open"), &types, &error), ERROR_USAGE);
    assert_string_equal(error.message, "there is no type of event 'drift-open'");
    assert_string_equal(error.hint, "did you mean 'drift-opened'?");
    assert_int_equal(event_filter_types(TEXT("quite something else*"), &types, &error), ERROR_USAGE);
    assert_non_null(strstr(error.hint, "/api/v1/events/types"));
    assert_int_equal(event_filter_types(TEXT(""), &types, &error), ERROR_USAGE);
    assert_int_equal(types, 77);
}

static void test_all_that_is_given_must_hold(void **state)
{
    const struct text databases[] = {TEXT("orders"), TEXT("shop-*")}, environments[] = {TEXT("prod")};
    const struct event_filter all = {0}, filter = {.types = UINT64_C(1) << EVENT_DRIFT_OPENED,
                                                   .least = SEVERITY_HIGH,
                                                   .databases = databases,
                                                   .database_count = 2,
                                                   .environments = environments,
                                                   .environment_count = 1};
    const struct event_row fitting = {.type = EVENT_DRIFT_OPENED,
                                      .severity = SEVERITY_CRITICAL,
                                      .place = {TEXT("shop-eu"), TEXT("prod"), TEXT("eu-1")}};
    struct event_row other = fitting;

    (void)state;
    assert_true(event_filter_matches(&filter, &fitting));
    other.type = EVENT_DRIFT_ENDED;
    assert_false(event_filter_matches(&filter, &other));
    assert_true(event_filter_matches(&all, &other));
    other = fitting;
    other.severity = SEVERITY_MEDIUM;
    assert_false(event_filter_matches(&filter, &other));
    other = fitting;
    other.place.database = TEXT("billing");
    assert_false(event_filter_matches(&filter, &other));
    other = fitting;
    other.place.environment = TEXT("staging");
    assert_false(event_filter_matches(&filter, &other));
    other.place = (struct target_name){0};
    assert_false(event_filter_matches(&filter, &other));
    assert_true(event_filter_matches(&all, &other));
}

/* `*` of a list stands for any name, but what has none has none. */
static void test_what_is_about_nothing_has_no_name(void **state)
{
    const struct text any[] = {TEXT("*")};
    const struct event_filter filter = {.databases = any, .database_count = 1};
    const struct event_row token = {.type = EVENT_TOKEN_CREATED};

    (void)state;
    assert_false(event_filter_matches(&filter, &token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_a_pattern_of_many_stars_ends),
        cmocka_unit_test(test_types_by_name_and_pattern),
        cmocka_unit_test(test_all_that_is_given_must_hold),
        cmocka_unit_test(test_what_is_about_nothing_has_no_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
