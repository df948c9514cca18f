#include "feed/event_request.h"

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY = 1024 * 1024 };

static const struct parameter table[] = {EVENT_FILTER_PARAMETERS, {0}};

/* The filter of a query, as it would come. */
static enum error_code read_filter(const char *target, struct arena *arena, struct event_filter *ret_filter,
                                   struct error *error)
{
    struct request_target parsed;
    const struct request_parameters parameters = {&parsed, table};

    if (request_target_parse(&parsed, text_from(target), arena, error) != ERROR_NONE ||
        request_check(&parsed, table, error) != ERROR_NONE)
        return error->code;
    return event_request_filter(&parameters, arena, ret_filter, error);
}

static uint64_t bit(enum event_type type)
{
    return UINT64_C(1) << type;
}

static void test_nothing_that_is_asked_is_everything(void **state)
{
    struct event_filter filter = {.types = 1, .least = SEVERITY_HIGH, .database_count = 1, .environment_count = 1};
    struct error error = {0};
    struct arena arena;

    (void)state;
    arena_init(&arena, MEMORY);
    assert_int_equal(read_filter("/e", &arena, &filter, &error), ERROR_NONE);
    assert_true(filter.types == 0 && filter.least == SEVERITY_LOW);
    assert_true(filter.database_count == 0 && filter.environment_count == 0);
    arena_free(&arena);
}

static void test_lists_and_repetitions_are_one(void **state)
{
    struct event_filter filter = {0};
    struct error error = {0};
    struct arena arena;

    (void)state;
    arena_init(&arena, MEMORY);
    assert_int_equal(
        read_filter("/e?type=waiver-*,history-gap&type=drift-ended&severity=medium&database=a,b*&database=c"
                    "&environment=prod",
                    &arena, &filter, &error),
        ERROR_NONE);
    assert_true(filter.types == (bit(EVENT_WAIVER_ENDED) | bit(EVENT_WAIVER_EXPIRED) | bit(EVENT_HISTORY_GAP) |
                                 bit(EVENT_DRIFT_ENDED)));
    assert_int_equal(filter.least, SEVERITY_MEDIUM);
    assert_int_equal(filter.database_count, 3);
    assert_true(text_equal(filter.databases[1], TEXT("b*")) && text_equal(filter.databases[2], TEXT("c")));
    assert_int_equal(filter.environment_count, 1);
    arena_free(&arena);
}

static void test_what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *target, *message;
    } cases[] = {
        {"/e?type=drift-open", "there is no type of event 'drift-open'"},
        {"/e?type=drift-opened,", "there is no type of event ''"},
        {"/e?database=a,,b", "the parameter 'database' has an empty name"},
        {"/e?environment=,", "the parameter 'environment' has an empty name"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct event_filter filter;
        struct error error = {0};
        struct arena arena;

        arena_init(&arena, MEMORY);
        assert_int_equal(read_filter(cases[i].target, &arena, &filter, &error), ERROR_USAGE);
        assert_string_equal(error.message, cases[i].message);
        arena_free(&arena);
    }
}

/* Each event is held against each pattern. */
static void test_patterns_have_a_limit(void **state)
{
    CLEANUP(buffer_clear) struct buffer target = {0};
    struct event_filter filter = {0};
    struct error error = {0};
    struct arena arena;

    (void)state;
    arena_init(&arena, MEMORY);
    buffer_add_string(&target, "/e?database=a");
    for (int i = 1; i < 100; i++)
        buffer_add_string(&target, ",a");
    assert_int_equal(read_filter(target.bytes, &arena, &filter, &error), ERROR_NONE);
    assert_int_equal(filter.database_count, 100);
    buffer_add_string(&target, "&database=b");
    assert_int_equal(read_filter(target.bytes, &arena, &filter, &error), ERROR_USAGE);
    assert_non_null(strstr(error.message, "more than 100 names"));
    arena_free(&arena);
}

static enum error_code read_one(void *context, struct error *error)
{
    struct event_filter filter;
    struct arena arena;
    enum error_code code;

    (void)context;
    arena_init(&arena, MEMORY);
    code = read_filter("/e?type=drift-*&database=a,b&environment=c", &arena, &filter, error);
    arena_free(&arena);
    return code;
}

static void test_without_memory(void **state)
{
    (void)state;
    test_every_allocation(read_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_that_is_asked_is_everything),
        cmocka_unit_test(test_lists_and_repetitions_are_one),
        cmocka_unit_test(test_what_is_wrong_is_said),
        cmocka_unit_test(test_patterns_have_a_limit),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
