#include "event/event_schema.h"

#include <stdio.h>
#include <string.h>

#include "event_json.h"

static const char shared_prefix[] = "#/$defs/";

json_t *event_schemas(struct json_builder *builder)
{
    json_t *schemas = json_loads(event_json_schemas, JSON_REJECT_DUPLICATES, NULL);

    builder->failed = builder->failed || schemas == NULL;
    return schemas;
}

const char *event_schema_shared(const char *reference)
{
    if (reference == NULL || strncmp(reference, shared_prefix, sizeof shared_prefix - 1) != 0)
        return NULL;
    return reference + sizeof shared_prefix - 1;
}

/* Everything that a schema refers to, and what that refers to. Definitions do not go round in circles; those that are
 * there already are not gone through again. */
static void gather(struct json_builder *builder, const json_t *all, json_t *value, json_t *gathered)
{
    const char *name = event_schema_shared(json_string_value(json_object_get(value, "$ref"))), *key;
    json_t *member;
    size_t index;

    if (name != NULL && json_object_get(gathered, name) == NULL) {
        json_t *definition = json_object_get(all, name);

        json_builder_set(builder, gathered, name, json_incref(definition));
        gather(builder, all, definition, gathered);
    }
    json_object_foreach(value, key, member) gather(builder, all, member, gathered);
    json_array_foreach(value, index, member) gather(builder, all, member, gathered);
}

/* What the type says, and then what there is to know of it. */
static json_t *description_of(struct json_builder *builder, const json_t *schema, enum event_type type)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    const char *more = json_string_value(json_object_get(schema, "description"));

    buffer_printf(&text, "%s.", event_type_summary(type));
    if (more != NULL)
        buffer_printf(&text, " %s", more);
    builder->failed = builder->failed || text.failed;
    return json_builder_plain(builder, buffer_text(&text));
}

json_t *event_schema_value(struct json_builder *builder, const json_t *schemas, enum event_type type)
{
    json_t *document = json_builder_object(builder), *shared = json_builder_object(builder);
    json_t *schema = json_object_get(json_object_get(schemas, "types"), event_type_name(type));
    char id[sizeof EVENT_SCHEMA_PATH + 64];

    snprintf(id, sizeof id, EVENT_SCHEMA_PATH "%s", event_type_name(type));
    json_builder_set(builder, document, "$schema",
                     json_builder_string(builder, "https://json-schema.org/draft/2020-12/schema"));
    json_builder_set(builder, document, "$id", json_builder_string(builder, id));
    json_builder_set(builder, document, "title", json_builder_string(builder, event_type_name(type)));
    builder->failed = builder->failed || json_object_update_missing(document, schema) != 0;
    json_builder_set(builder, document, "description", description_of(builder, schema, type));
    gather(builder, json_object_get(schemas, "$defs"), document, shared);
    json_builder_set(builder, document, "$defs", shared);
    return document;
}
