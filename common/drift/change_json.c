#include "drift/change_json.h"

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

enum error_code change_json_write_attributes(struct buffer *output, const struct change *change, struct error *error)
{
    struct json_builder builder = {0};

    return json_builder_write_compact(&builder, change_json_attributes(&builder, change), output, error);
}
