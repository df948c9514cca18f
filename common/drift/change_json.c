#include "drift/change_json.h"

#include "drift/severity.h"

static json_t *attribute_value_json(struct json_builder *builder, const struct attribute *attribute)
{
    json_t *array;

    if (attribute == NULL)
        return json_null();
    if (!attribute->is_list)
        return json_builder_text(builder, attribute->items[0]);
    array = json_builder_array(builder);
    for (uint32_t i = 0; i < attribute->count; i++)
        json_builder_append(builder, array, json_builder_text(builder, attribute->items[i]));
    return array;
}

json_t *change_json_attributes(struct json_builder *builder, const struct change *change)
{
    json_t *array = json_builder_array(builder);

    for (uint32_t i = 0; i < change->attribute_count; i++) {
        const struct attribute_change *attribute = &change->attributes[i];
        json_t *object = json_builder_object(builder);

        json_builder_set(builder, object, "name", json_builder_text(builder, attribute->name));
        json_builder_set(builder, object, "from", attribute_value_json(builder, attribute->from));
        json_builder_set(builder, object, "to", attribute_value_json(builder, attribute->to));
        json_builder_append(builder, array, object);
    }
    return array;
}

json_t *change_json_value(struct json_builder *builder, const struct change *change)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "effect", json_builder_string(builder, effect_name(change->effect)));
    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(change->kind)));
    json_builder_set(builder, object, "object", json_builder_text(builder, change->object));
    if (change->renamed_from.length > 0)
        json_builder_set(builder, object, "renamed_from", json_builder_text(builder, change->renamed_from));
    if (change->probable_name.length > 0)
        json_builder_set(builder, object, "probable_name", json_builder_text(builder, change->probable_name));
    json_builder_set(builder, object, "aspect", json_builder_string(builder, aspect_name(change->aspect)));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(change->severity)));
    json_builder_set(builder, object, "rule", json_builder_string(builder, change->rule));
    json_builder_set(builder, object, "attributes", change_json_attributes(builder, change));
    return object;
}

enum error_code change_json_write_attributes(struct buffer *output, const struct change *change, struct error *error)
{
    struct json_builder builder = {0};

    return json_builder_write_compact(&builder, change_json_attributes(&builder, change), output, error);
}
