#include "event/cloud_event.h"

#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY = 1024 * 1024 };

static const struct event_row opened = {
    .id = 1234,
    .at = INT64_C(1795255200000000),
    .type = EVENT_DRIFT_OPENED,
    .severity = SEVERITY_CRITICAL,
    .place = {TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("eu-1")},
    .agent_name = TEXT_INIT("orders-db-1"),
    .data = TEXT_INIT("{\"database\":\"orders\",\"from\":\"prod\",\"to\":\"prod\",\"instance\":\"eu-1\",\"drift\":17,"
                      "\"effect\":\"removed\",\"kind\":\"index\",\"object\":\"shop.by_day\",\"cause\":\"outlier\"}"),
};

static void expect(const struct event_row *event, const char *json)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    struct error error = {0};
    struct arena arena;

    arena_init(&arena, MEMORY);
    if (cloud_event_write(event, TEXT("00ff"), &arena, &output, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_string_equal(output.bytes, json);
    arena_free(&arena);
}

static void test_an_event_as_everybody_gets_it(void **state)
{
    (void)state;
    expect(&opened, "{\"specversion\":\"1.0\",\"id\":\"1234\",\"source\":\"/driftline/00ff\","
                    "\"type\":\"driftline.drift-opened\",\"subject\":\"orders@prod/eu-1\","
                    "\"time\":\"2026-11-21T10:00:00.000Z\",\"datacontenttype\":\"application/json\","
                    "\"dataschema\":\"/api/v1/events/types/drift-opened\",\"sequence\":\"00000000000000001234\","
                    "\"severity\":\"critical\",\"database\":\"orders\",\"environment\":\"prod\",\"instance\":\"eu-1\","
                    "\"agent\":\"orders-db-1\","
                    "\"summary\":\"orders: index shop.by_day is missing in instance eu-1 of prod, the others have it\","
                    "\"data\":{\"database\":\"orders\",\"from\":\"prod\",\"to\":\"prod\",\"instance\":\"eu-1\","
                    "\"drift\":17,\"effect\":\"removed\",\"kind\":\"index\",\"object\":\"shop.by_day\","
                    "\"cause\":\"outlier\"}}");
}

/* Attributes without a value are no attributes: CloudEvents knows no empty ones. */
static void test_what_an_event_is_not_about_is_left_out(void **state)
{
    const struct event_row event = {.id = 7, .type = EVENT_TOKEN_REMOVED, .data = TEXT("{\"token\":\"ci\"}")};

    (void)state;
    expect(&event, "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/driftline/00ff\","
                   "\"type\":\"driftline.token-removed\",\"time\":\"1970-01-01T00:00:00.000Z\","
                   "\"datacontenttype\":\"application/json\",\"dataschema\":\"/api/v1/events/types/token-removed\","
                   "\"sequence\":\"00000000000000000007\",\"severity\":\"low\",\"summary\":\"token ci was removed\","
                   "\"data\":{\"token\":\"ci\"}}");
}

static json_t *value_of(const struct event_row *event)
{
    struct json_builder builder = {0};
    struct arena arena;
    json_t *value;

    arena_init(&arena, MEMORY);
    value = cloud_event_value(&builder, event, TEXT("00ff"), &arena);
    arena_free(&arena);
    assert_false(builder.failed);
    return value;
}

static void test_the_subject_is_the_closest_that_there_is(void **state)
{
    struct event_row event = {.id = 7, .type = EVENT_WAIVER_ENDED, .place = {.database = TEXT("orders")}};
    json_t *value = value_of(&event);

    (void)state;
    assert_string_equal(json_string_value(json_object_get(value, "subject")), "orders");
    json_decref(value);
    event.place.database = (struct text){0};
    event.agent_name = TEXT("db-1");
    value = value_of(&event);
    assert_string_equal(json_string_value(json_object_get(value, "subject")), "db-1");
    json_decref(value);
}

/* A store that somebody wrote to by hand must not make its readers fail. */
static void test_data_that_is_no_json_is_empty(void **state)
{
    const struct event_row event = {.id = 7, .type = EVENT_HISTORY_GAP, .data = TEXT("{\"lost\":")};
    json_t *value = value_of(&event);

    (void)state;
    assert_int_equal(json_object_size(json_object_get(value, "data")), 0);
    json_decref(value);
}

static void test_numbers_order_as_text(void **state)
{
    struct event_row event = {.id = 999, .type = EVENT_NOTIFY_TEST};
    json_t *small = value_of(&event), *large;

    (void)state;
    event.id = INT64_MAX;
    large = value_of(&event);
    assert_true(strcmp(json_string_value(json_object_get(small, "sequence")),
                       json_string_value(json_object_get(large, "sequence"))) < 0);
    json_decref(small);
    json_decref(large);
}

static enum error_code write_it(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    struct arena arena;
    enum error_code code;

    (void)context;
    arena_init(&arena, MEMORY);
    code = cloud_event_write(&opened, TEXT("00ff"), &arena, &output, error);
    arena_free(&arena);
    return code;
}

static void test_without_memory(void **state)
{
    (void)state;
    test_every_allocation(write_it, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_event_as_everybody_gets_it),
        cmocka_unit_test(test_what_an_event_is_not_about_is_left_out),
        cmocka_unit_test(test_the_subject_is_the_closest_that_there_is),
        cmocka_unit_test(test_data_that_is_no_json_is_empty),
        cmocka_unit_test(test_numbers_order_as_text),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
