#include "event/event_text.h"

#include "event/event_schema.h"
#include "support/cmocka.h"

static const struct event_row somewhere = {.place = {TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("default")},
                                           .agent_name = TEXT_INIT("orders-db-1")};

static void write_line(enum event_type type, const json_t *data, struct buffer *output)
{
    struct event_row event = somewhere;

    event.type = type;
    event_text_write(&event, data, output);
    assert_false(output->failed);
}

static void expect(enum event_type type, const char *json, const char *line)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    json_t *data = json_loads(json, 0, NULL);

    assert_non_null(data);
    write_line(type, data, &output);
    if (!text_equal(buffer_text(&output), text_from(line)))
        fail_msg("%s: '%.*s' instead of '%s'", event_type_name(type), TEXT_ARGS(buffer_text(&output)), line);
    json_decref(data);
}

/* How the published examples read stands in docs/reference/events.md, which is compared with the program, too. */
static void test_every_example_has_a_line(void **state)
{
    struct json_builder builder = {0};
    json_t *schemas = event_schemas(&builder), *example;
    size_t index;

    (void)state;
    assert_false(builder.failed);
    for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
        const json_t *schema =
            json_object_get(json_object_get(schemas, "types"), event_type_name((enum event_type)type));

        assert_true(json_array_size(json_object_get(schema, "examples")) > 0);
        json_array_foreach(json_object_get(schema, "examples"), index, example)
        {
            CLEANUP(buffer_clear) struct buffer output = {0};

            write_line((enum event_type)type, example, &output);
            assert_true(output.length > 8 && output.length <= EVENT_TEXT_LIMIT);
            assert_null(strstr(output.bytes, "  "));
        }
    }
    json_decref(schemas);
}

/* Never fails, whatever somebody has written into the store. */
static void test_data_may_be_anything(void **state)
{
    static const char *const data[] = {"{}", "[]", "{\"changes\":7,\"count\":\"x\",\"waiver\":[],\"attributes\":{}}",
                                       "{\"agent\":3,\"lost\":[1,2],\"summary\":[],\"instance\":null,\"findings\":1}"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(data); i++) {
        json_t *value = json_loads(data[i], 0, NULL);

        for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
            CLEANUP(buffer_clear) struct buffer output = {0};

            write_line((enum event_type)type, value, &output);
        }
        json_decref(value);
    }
}

#define PAIR "\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\","
#define COLUMN "\"kind\":\"column\",\"object\":\"shop.orders.total\","

static void test_differences_of_environments(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"added\",\"cause\":\"pending\"}",
           "orders: column shop.orders.total is missing in prod");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"removed\",\"cause\":\"hotfix\",\"actor\":\"alice\"}",
           "orders: column shop.orders.total is only in prod, not in staging, changed first in prod, by alice");
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR COLUMN "\"effect\":\"modified\",\"cause\":\"diverged\",\"evidence\":\"unattributed\","
           "\"attributes\":[{\"name\":\"type\",\"from\":\"integer\",\"to\":\"bigint\"},"
           "{\"name\":\"default\",\"from\":null,\"to\":\"\"},{\"name\":\"comment\",\"from\":\"a\",\"to\":\"b\"}],"
           "\"more_attributes\":2}",
           "orders: column shop.orders.total differs in prod: type bigint is integer; default '' is none, and 3 more, "
           "both sides have changed it, by somebody that capture did not see");
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR "\"kind\":\"table\",\"object\":\"shop.new\",\"renamed_from\":\"shop.old\",\"effect\":\"renamed\"}",
           "orders: table shop.new of staging is called shop.old in prod");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"added\",\"state\":\"waived\"}",
           "orders: column shop.orders.total is missing in prod; accepted by a waiver");
}

#define OUTLIER "\"database\":\"orders\",\"from\":\"prod\",\"to\":\"prod\",\"instance\":\"eu-1\","

static void test_differences_of_instances(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_OPENED, "{" OUTLIER COLUMN "\"effect\":\"added\",\"cause\":\"outlier\"}",
           "orders: column shop.orders.total is only in instance eu-1 of prod, not in the others");
    expect(EVENT_DRIFT_OPENED, "{" OUTLIER COLUMN "\"effect\":\"removed\",\"cause\":\"outlier\"}",
           "orders: column shop.orders.total is missing in instance eu-1 of prod, the others have it");
    expect(EVENT_DRIFT_CHANGED,
           "{" OUTLIER COLUMN "\"effect\":\"modified\",\"attributes\":[{\"name\":\"type\",\"from\":[\"a\",\"b\"],"
           "\"to\":[]}]}",
           "orders: another difference than before: column shop.orders.total differs in instance eu-1 of prod: type "
           "a, b is none");
    expect(EVENT_DRIFT_OPENED,
           "{" OUTLIER
           "\"kind\":\"table\",\"object\":\"shop.new\",\"renamed_from\":\"shop.old\",\"effect\":\"renamed\"}",
           "orders: table shop.old is called shop.new in instance eu-1 of prod");
    expect(EVENT_DRIFTS_ENDED, "{" OUTLIER "\"count\":120,\"summary\":{\"critical\":0,\"high\":0}}",
           "orders: 120 differences between instance eu-1 of prod and the others are over");
}

static void test_deeds(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_REOPENED, "{" PAIR "\"drifts\":[1,2],\"count\":2,\"note\":\"why\",\"by\":\"bob\"}",
           "orders: 2 differences in prod are open again: why, by bob");
    expect(EVENT_WAIVER_EXPIRED, "{\"database\":\"orders\",\"drifts\":[],\"count\":0,\"waiver\":{\"pattern\":\"a:b\"}}",
           "orders: a:b no longer accepted: the waiver has expired");
}

/* A name is what somebody else made up: no line break, no colour, no turn of the direction of writing. */
static void test_names_cannot_forge_anything(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR "\"kind\":\"column\",\"object\":\"a\\nb\\u001b[31m\\u202ec\",\"effect\":\"added\"}",
           "orders: column a\\nb\\x1b[31m\\u202ec is missing in prod");
}

static void test_a_long_line_is_cut_at_a_character(void **state)
{
    CLEANUP(buffer_clear) struct buffer name = {0}, output = {0};
    json_t *data;

    (void)state;
    for (int i = 0; i < 400; i++)
        buffer_add_string(&name, "ä");
    data = json_pack("{s:s, s:s, s:s, s:s}", "kind", "table", "object", name.bytes, "effect", "added", "to", "prod");
    assert_non_null(data);
    write_line(EVENT_DRIFT_OPENED, data, &output);
    assert_true(output.length <= EVENT_TEXT_LIMIT && output.length >= EVENT_TEXT_LIMIT - 3);
    assert_true(text_is_utf8(buffer_text(&output)));
    assert_string_equal(output.bytes + output.length - 3, "…");
    json_decref(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_example_has_a_line),
        cmocka_unit_test(test_data_may_be_anything),
        cmocka_unit_test(test_differences_of_environments),
        cmocka_unit_test(test_differences_of_instances),
        cmocka_unit_test(test_deeds),
        cmocka_unit_test(test_names_cannot_forge_anything),
        cmocka_unit_test(test_a_long_line_is_cut_at_a_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
