#include "cli/show.h"

/* Hand over a value that is complete, or release it. */
static json_t *complete_or_null(json_t *value, bool complete)
{
    if (complete)
        return value;
    json_decref(value);
    return NULL;
}

static json_t *texts(const struct text *items, uint32_t count)
{
    json_t *list = json_array();
    bool complete = list != NULL;

    for (uint32_t i = 0; i < count && complete; i++)
        complete = json_array_append_new(list, json_text(items[i])) == 0;
    return complete_or_null(list, complete);
}

json_t *show_json_kinds(const uint32_t counts[KIND_NUMBERS])
{
    json_t *kinds = json_object();
    bool complete = kinds != NULL;

    for (size_t i = 0; i < kind_table_count && complete; i++)
        if (counts[kind_table[i].kind] > 0)
            complete = json_add(kinds, kind_table[i].name, json_integer(counts[kind_table[i].kind]));
    return complete_or_null(kinds, complete);
}

json_t *show_json_names(const struct shown_names *names)
{
    json_t *list = json_array();
    bool complete = list != NULL;

    for (size_t i = 0; i < names->count && complete; i++) {
        json_t *item = json_object();

        complete = json_add(item, "kind", json_string(kind_name(names->items[i].kind))) &&
                   json_add(item, "object", json_text(names->items[i].path));
        complete = json_array_append_new(list, item) == 0 && complete;
    }
    return complete_or_null(list, complete);
}

static json_t *attributes_json(const struct attribute *attributes, uint32_t count)
{
    json_t *object = json_object();
    bool complete = object != NULL;

    for (uint32_t i = 0; i < count && complete; i++) {
        const struct attribute *attribute = &attributes[i];
        json_t *value = attribute->is_list ? texts(attribute->items, attribute->count) : json_text(attribute->items[0]);

        complete = json_object_setn_new(object, attribute->name.bytes, attribute->name.length, value) == 0;
    }
    return complete_or_null(object, complete);
}

static json_t *part_json(const struct part *part)
{
    json_t *object = json_object();

    return complete_or_null(
        object, json_add(object, "kind", json_string(kind_name(part->kind))) &&
                    json_add(object, "name", json_text(part->name)) &&
                    json_add(object, "attributes", attributes_json(part->attributes, part->attribute_count)));
}

static json_t *parts_json(const struct object *object)
{
    json_t *list = json_array();
    bool complete = list != NULL;

    for (uint32_t i = 0; i < object->part_count && complete; i++)
        complete = json_array_append_new(list, part_json(&object->parts[i])) == 0;
    return complete_or_null(list, complete);
}

json_t *show_json_object(const struct shown *shown)
{
    const struct object *object = shown->object;
    const struct part *part = shown->part;
    json_t *json = json_object();
    bool complete = json_add(json, "kind", json_string(kind_name(part == NULL ? object->kind : part->kind))) &&
                    json_add(json, "object", json_text(shown->path));

    if (part != NULL)
        complete = complete && json_add(json, "attributes", attributes_json(part->attributes, part->attribute_count));
    else
        complete = complete &&
                   json_add(json, "attributes", attributes_json(object->attributes, object->attribute_count)) &&
                   json_add(json, "parts", parts_json(object));
    return complete_or_null(json, complete);
}

static json_t *schemas_json(const struct statistics *statistics)
{
    json_t *list = json_array();
    bool complete = list != NULL;

    for (uint32_t i = 0; i < statistics->schema_count && complete; i++) {
        json_t *schema = json_object();

        complete = json_add(schema, "schema", json_text(statistics->schemas[i].name)) &&
                   json_add(schema, "objects", json_integer(statistics->schemas[i].objects)) &&
                   json_add(schema, "kinds", show_json_kinds(statistics->schemas[i].counts));
        complete = json_array_append_new(list, schema) == 0 && complete;
    }
    return complete_or_null(list, complete);
}

static json_t *cycles_json(const struct statistics *statistics)
{
    json_t *list = json_array();
    bool complete = list != NULL;
    uint32_t count;

    for (uint32_t i = 0; i < statistics->cycle_members && complete; i += count) {
        for (count = 1;
             i + count < statistics->cycle_members && statistics->cycle_of[i + count] == statistics->cycle_of[i];)
            count++;
        complete = json_array_append_new(list, texts(&statistics->cycles[i], count)) == 0;
    }
    return complete_or_null(list, complete);
}

json_t *show_json_statistics(const struct statistics *statistics)
{
    json_t *json = json_object();

    return complete_or_null(
        json, json_add(json, "kinds", show_json_kinds(statistics->counts)) &&
                  json_add(json, "schemas", schemas_json(statistics)) &&
                  json_add(json, "widest_table", json_text(statistics->widest_table)) &&
                  json_add(json, "widest_columns", json_integer(statistics->widest_columns)) &&
                  json_add(json, "longest_chain", texts(statistics->chain, statistics->chain_length)) &&
                  json_add(json, "self_references", json_integer(statistics->self_references)) &&
                  json_add(json, "foreign_keys_outside", json_integer(statistics->foreign_keys_outside)) &&
                  json_add(json, "cycles", cycles_json(statistics)) &&
                  json_add(json, "tables_without_primary_key",
                           texts(statistics->tables_without_key, statistics->tables_without_key_count)));
}
