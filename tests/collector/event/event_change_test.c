#include "event/event_change.h"

#include <stdlib.h>
#include <string.h>

#include "support/allocation.h"
#include "support/cmocka.h"

/* What becomes of attributes that are given as JSON. */
static char *cut(const char *attributes)
{
    struct json_builder builder = {0};
    json_t *object = json_builder_object(&builder), *list = json_loads(attributes, 0, NULL);
    char *text;

    event_change_set_attributes(&builder, object, list);
    assert_false(builder.failed);
    text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    assert_non_null(text);
    return text;
}

static void expect(const char *attributes, const char *wanted)
{
    char *text = cut(attributes);

    assert_string_equal(text, wanted);
    free(text);
}

static void test_what_is_short_stays(void **state)
{
    (void)state;
    expect("[]", "{}");
    expect("[{\"name\":\"type\",\"from\":\"a\",\"to\":null},{\"name\":\"grants\",\"from\":[\"b\"],\"to\":[]}]",
           "{\"attributes\":[{\"name\":\"type\",\"from\":\"a\",\"to\":null},"
           "{\"name\":\"grants\",\"from\":[\"b\"],\"to\":[]}]}");
}

static void test_many_are_counted(void **state)
{
    (void)state;
    expect("[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"},{\"name\":\"d\"},{\"name\":\"e\"},{\"name\":\"f\"},"
           "{\"name\":\"g\"}]",
           "{\"attributes\":[{\"name\":\"a\",\"from\":null,\"to\":null},{\"name\":\"b\",\"from\":null,\"to\":null},"
           "{\"name\":\"c\",\"from\":null,\"to\":null},{\"name\":\"d\",\"from\":null,\"to\":null},"
           "{\"name\":\"e\",\"from\":null,\"to\":null}],\"more_attributes\":2}");
}

static void test_long_values_are_cut_at_a_character(void **state)
{
    CLEANUP(buffer_clear) struct buffer attributes = {0};
    char *text;
    json_t *object;
    const json_t *value;

    (void)state;
    buffer_add_string(&attributes, "[{\"name\":\"definition\",\"from\":\"x");
    for (int i = 0; i < 300; i++)
        buffer_add_string(&attributes, "ä");
    buffer_add_string(&attributes, "\",\"to\":[");
    for (int i = 0; i < 30; i++)
        buffer_printf(&attributes, "%s\"%d\"", i == 0 ? "" : ",", i);
    buffer_add_string(&attributes, "]}]");
    text = cut(attributes.bytes);
    object = json_loads(text, 0, NULL); /* which takes UTF-8 only */
    assert_non_null(object);
    value = json_array_get(json_object_get(object, "attributes"), 0);
    assert_in_range(json_string_length(json_object_get(value, "from")), EVENT_VALUE_LIMIT - 3, EVENT_VALUE_LIMIT);
    assert_non_null(strstr(json_string_value(json_object_get(value, "from")), "ä…"));
    assert_int_equal(json_array_size(json_object_get(value, "to")), EVENT_ITEMS_LIMIT + 1);
    json_decref(object);
    free(text);
}

static const struct change change = {.effect = EFFECT_RENAMED,
                                     .kind = KIND_TABLE,
                                     .object_kind = KIND_TABLE,
                                     .object = TEXT_INIT("shop.b"),
                                     .owner = TEXT_INIT("shop.b"),
                                     .renamed_from = TEXT_INIT("shop.a"),
                                     .severity = SEVERITY_HIGH,
                                     .rule = "table-renamed"};
static const struct attribution alice = {.evidence = EVIDENCE_CAPTURED,
                                         .actor = TEXT_INIT("alice"),
                                         .role = TEXT_INIT("app_owner"),
                                         .application = TEXT_INIT("flyway")};

static void test_a_change_says_what_and_who(void **state)
{
    struct json_builder builder = {0};
    json_t *object = event_change_value(&builder, &change, 41, &alice);
    char *text;

    (void)state;
    assert_false(builder.failed);
    text = json_dumps(object, JSON_COMPACT);
    assert_string_equal(text, "{\"id\":41,\"effect\":\"renamed\",\"kind\":\"table\",\"object\":\"shop.b\","
                              "\"renamed_from\":\"shop.a\",\"aspect\":\"structure\",\"severity\":\"high\","
                              "\"evidence\":\"captured\",\"actor\":\"alice\","
                              "\"role\":\"app_owner\",\"application\":\"flyway\"}");
    free(text);
    json_decref(object);
}

static enum error_code make(void *context, struct error *error)
{
    struct json_builder builder = {0};
    json_t *object = event_change_value(&builder, &change, 41, &alice);
    char value[2 * EVENT_VALUE_LIMIT] = {0};
    json_t *list;

    (void)context;
    memset(value, 'x', sizeof value - 1);
    list = json_pack("[{s:s, s:s, s:[s]}]", "name", "type", "from", value, "to", "b");
    builder.failed = builder.failed || list == NULL;
    event_change_set_attributes(&builder, object, list);
    json_decref(object);
    return builder.failed ? error_memory(error, "telling of a change") : ERROR_NONE;
}

static void test_without_memory(void **state)
{
    (void)state;
    test_every_allocation(make, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_short_stays),
        cmocka_unit_test(test_many_are_counted),
        cmocka_unit_test(test_long_values_are_cut_at_a_character),
        cmocka_unit_test(test_a_change_says_what_and_who),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
