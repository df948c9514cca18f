#include "event/event_change.h"

#include "drift/change_json.h"
#include "drift/severity.h"

static const char ellipsis[] = "…";

static json_t *short_text(struct json_builder *builder, const json_t *value)
{
    const char *bytes = json_string_value(value);
    size_t length = json_string_length(value);
    CLEANUP(buffer_clear) struct buffer cut = {0};

    if (length <= EVENT_VALUE_LIMIT)
        return json_builder_plain(builder, (struct text){bytes, length});
    length = EVENT_VALUE_LIMIT - (sizeof ellipsis - 1);
    while (length > 0 && ((unsigned char)bytes[length] & 0xc0) == 0x80)
        length--;
    buffer_add(&cut, bytes, length);
    buffer_add_string(&cut, ellipsis);
    builder->failed = builder->failed || cut.failed;
    return json_builder_plain(builder, buffer_text(&cut));
}

static json_t *short_value(struct json_builder *builder, const json_t *value)
{
    json_t *list;

    if (json_is_string(value))
        return short_text(builder, value);
    if (!json_is_array(value))
        return json_null();
    list = json_builder_array(builder);
    for (size_t i = 0; i < json_array_size(value) && i < EVENT_ITEMS_LIMIT; i++)
        json_builder_append(builder, list, short_text(builder, json_array_get(value, i)));
    if (json_array_size(value) > EVENT_ITEMS_LIMIT)
        json_builder_append(builder, list, json_builder_string(builder, ellipsis));
    return list;
}

void event_change_set_attributes(struct json_builder *builder, json_t *object, json_t *attributes)
{
    size_t count = json_array_size(attributes);
    json_t *list;

    if (count > 0) {
        list = json_builder_array(builder);
        for (size_t i = 0; i < count && i < EVENT_ATTRIBUTES_LIMIT; i++) {
            const json_t *attribute = json_array_get(attributes, i);
            json_t *short_one = json_builder_object(builder);

            json_builder_set(builder, short_one, "name", json_incref(json_object_get(attribute, "name")));
            json_builder_set(builder, short_one, "from", short_value(builder, json_object_get(attribute, "from")));
            json_builder_set(builder, short_one, "to", short_value(builder, json_object_get(attribute, "to")));
            json_builder_append(builder, list, short_one);
        }
        json_builder_set(builder, object, "attributes", list);
    }
    if (count > EVENT_ATTRIBUTES_LIMIT)
        json_builder_set(builder, object, "more_attributes",
                         json_builder_number(builder, (uint32_t)(count - EVENT_ATTRIBUTES_LIMIT)));
    json_decref(attributes);
}

void event_actor_set(struct json_builder *builder, json_t *object, const struct attribution *who)
{
    json_builder_set_string(builder, object, "evidence", evidence_name(who->evidence));
    json_builder_set_text(builder, object, "actor", who->actor);
    json_builder_set_text(builder, object, "role", who->role);
    json_builder_set_text(builder, object, "application", who->application);
}

json_t *event_change_value(struct json_builder *builder, const struct change *change, int64_t id,
                           const struct attribution *attribution)
{
    json_t *object = json_builder_object(builder), *number = json_integer(id);

    builder->failed = builder->failed || number == NULL;
    json_builder_set(builder, object, "id", number);
    json_builder_set(builder, object, "effect", json_builder_string(builder, effect_name(change->effect)));
    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(change->kind)));
    json_builder_set(builder, object, "object", json_builder_text(builder, change->object));
    if (change->renamed_from.length > 0)
        json_builder_set(builder, object, "renamed_from", json_builder_text(builder, change->renamed_from));
    json_builder_set(builder, object, "aspect", json_builder_string(builder, aspect_name(change->aspect)));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(change->severity)));
    event_change_set_attributes(builder, object, change_json_attributes(builder, change));
    event_actor_set(builder, object, attribution);
    return object;
}
