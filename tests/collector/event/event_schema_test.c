#include "event/event_schema.h"

#include "support/allocation.h"
#include "support/cmocka.h"

/* Both ways: a type without a schema, and a schema without a type. */
static void test_every_type_has_a_schema(void **state)
{
    struct json_builder builder = {0};
    json_t *schemas = event_schemas(&builder), *types = json_object_get(schemas, "types"), *schema;
    const char *name;
    enum event_type ignored;

    (void)state;
    assert_false(builder.failed);
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        if (json_object_get(types, event_type_name((enum event_type)type)) == NULL)
            fail_msg("'%s' has no schema in collector/event/schemas.json", event_type_name((enum event_type)type));
    json_object_foreach(types, name, schema) if (!event_type_from_name(text_from(name), &ignored))
        fail_msg("collector/event/schemas.json has '%s', which is no type", name);
    json_decref(schemas);
}

static void test_a_schema_is_a_document_of_its_own(void **state)
{
    struct json_builder builder = {0};
    json_t *schemas = event_schemas(&builder);
    json_t *schema = event_schema_value(&builder, schemas, EVENT_TOKEN_REMOVED);
    json_t *shared = json_object_get(schema, "$defs");

    (void)state;
    assert_false(builder.failed);
    assert_string_equal(json_string_value(json_object_get(schema, "$schema")),
                        "https://json-schema.org/draft/2020-12/schema");
    assert_string_equal(json_string_value(json_object_get(schema, "$id")), "/api/v1/events/types/token-removed");
    assert_string_equal(json_string_value(json_object_get(schema, "title")), "token-removed");
    assert_string_equal(json_string_value(json_object_get(schema, "description")),
                        "A token for the API was taken away.");
    assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
    assert_non_null(json_object_get(shared, "by"));
    assert_null(json_object_get(shared, "waiver")); /* what it does not refer to */
    json_decref(schema);
    schema = event_schema_value(&builder, schemas, EVENT_DRIFT_OPENED); /* through what it refers to */
    assert_non_null(json_object_get(json_object_get(schema, "$defs"), "value"));
    json_decref(schema);
    json_decref(schemas);
}

static enum error_code make(void *context, struct error *error)
{
    struct json_builder builder = {0};
    json_t *schemas = event_schemas(&builder);
    json_t *schema = event_schema_value(&builder, schemas, EVENT_DRIFT_WAIVED);

    (void)context;
    json_decref(schema);
    json_decref(schemas);
    return builder.failed ? error_memory(error, "making a schema") : ERROR_NONE;
}

static void test_without_memory(void **state)
{
    (void)state;
    test_every_allocation(make, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_has_a_schema),
        cmocka_unit_test(test_a_schema_is_a_document_of_its_own),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
