#include "docs/docs_site.h"

#include "base/clock.h"
#include "drift/report_json_value.h"

/* ---------------------------------------------------------------- objects */

static json_t *texts(struct json_builder *builder, const struct text *items, size_t count)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < count && !builder->failed; i++)
        json_builder_append(builder, list, json_builder_text(builder, items[i]));
    return list;
}

static json_t *attributes(struct json_builder *builder, const struct attribute *items, uint32_t count)
{
    json_t *object = json_builder_object(builder);

    for (uint32_t i = 0; i < count && !builder->failed; i++) {
        json_t *value = items[i].is_list ? texts(builder, items[i].items, items[i].count)
                                         : json_builder_text(builder, items[i].items[0]);

        if (json_object_setn_new(object, items[i].name.bytes, items[i].name.length, value) != 0)
            builder->failed = true;
    }
    return object;
}

static json_t *parts(struct json_builder *builder, const struct object *object)
{
    json_t *list = json_builder_array(builder);

    for (uint32_t i = 0; i < object->part_count && !builder->failed; i++) {
        const struct part *part = &object->parts[i];
        json_t *json = json_builder_object(builder);

        json_builder_set_string(builder, json, "kind", kind_name(part->kind));
        json_builder_set(builder, json, "name", json_builder_text(builder, part->name));
        json_builder_set(builder, json, "attributes", attributes(builder, part->attributes, part->attribute_count));
        json_builder_append(builder, list, json);
    }
    return list;
}

static json_t *referred_to_by(struct json_builder *builder, const struct docs_model *model, uint32_t item)
{
    static const char *const hows[BOND_COUNT] = {"foreign_key", "parent", "owned", "type", "trigger", "definition"};
    struct docs_bonds bonds = docs_bonds_to(&model->references, item);
    json_t *list = json_builder_array(builder);

    for (uint32_t i = 0; i < bonds.count && !builder->failed; i++) {
        const struct docs_item *from = &model->catalogue.items[bonds.items[i].from];
        json_t *json = json_builder_object(builder);

        json_builder_set_string(builder, json, "kind", kind_name(from->kind));
        json_builder_set(builder, json, "object", json_builder_text(builder, from->path));
        json_builder_set_string(builder, json, "how", hows[bonds.items[i].bond]);
        if (bonds.items[i].part != NULL)
            json_builder_set(builder, json, "part", json_builder_text(builder, bonds.items[i].part->name));
        json_builder_append(builder, list, json);
    }
    return list;
}

/* ---------------------------------------------------------------- what happened to them */

static void set_time(struct json_builder *builder, json_t *object, const char *name, int64_t microseconds)
{
    char text[CLOCK_TEXT_SIZE];

    if (microseconds == 0)
        return;
    clock_format(microseconds, text);
    json_builder_set_string(builder, object, name, text);
}

static json_t *drift_json(struct json_builder *builder, const struct docs_drift *drift)
{
    json_t *json = json_builder_object(builder);

    json_builder_set_number(builder, json, "id", drift->id);
    json_builder_set_text(builder, json, "from", drift->from);
    json_builder_set_text(builder, json, "to", drift->to);
    json_builder_set_text(builder, json, "instance", drift->instance);
    json_builder_set_string(builder, json, "effect", drift->effect);
    json_builder_set_text(builder, json, "kind", drift->kind);
    json_builder_set_text(builder, json, "object", drift->object);
    json_builder_set_string(builder, json, "severity", drift->severity);
    json_builder_set_text(builder, json, "rule", drift->rule);
    json_builder_set_string(builder, json, "state", drift->state);
    json_builder_set_string(builder, json, "cause", drift->cause);
    set_time(builder, json, "opened_at", drift->opened_at);
    return json;
}

static json_t *change_json(struct json_builder *builder, const struct docs_change *change)
{
    json_t *json = json_builder_object(builder);

    json_builder_set_number(builder, json, "id", change->id);
    set_time(builder, json, "at", change->at);
    json_builder_set_text(builder, json, "instance", change->instance);
    json_builder_set_string(builder, json, "effect", change->effect);
    json_builder_set_text(builder, json, "kind", change->kind);
    json_builder_set_text(builder, json, "object", change->object);
    json_builder_set_text(builder, json, "actor", change->who.actor);
    json_builder_set_text(builder, json, "evidence", change->who.evidence);
    json_builder_set_text(builder, json, "statement", change->statement);
    return json;
}

static void set_facts(struct json_builder *builder, json_t *json, const struct docs_model *model, uint32_t item)
{
    const struct docs_facts *facts = model->input.facts;
    json_t *drifts;

    if (facts == NULL)
        return;
    drifts = json_builder_array(builder);
    for (uint32_t i = model->drifts.first[item]; i < model->drifts.first[item + 1] && !builder->failed; i++)
        json_builder_append(builder, drifts, drift_json(builder, &facts->drifts[model->drifts.members[i]]));
    json_builder_set(builder, json, "drift", drifts);
    if (model->changes.first[item] < model->changes.first[item + 1])
        json_builder_set(builder, json, "last_change",
                         change_json(builder, &facts->changes[model->changes.members[model->changes.first[item]]]));
}

static json_t *object_json(struct json_builder *builder, const struct docs_model *model, uint32_t number)
{
    const struct docs_item *item = &model->catalogue.items[number];
    json_t *json = json_builder_object(builder);

    json_builder_set_string(builder, json, "kind", kind_name(item->kind));
    json_builder_set(builder, json, "object", json_builder_text(builder, item->path));
    json_builder_set_text(builder, json, "schema", model->catalogue.schemas[item->schema].name);
    json_builder_set_text(builder, json, "page", item->page);
    json_builder_set_text(builder, json, "anchor", item->anchor);
    json_builder_set(builder, json, "attributes",
                     attributes(builder, item->object->attributes, item->object->attribute_count));
    json_builder_set(builder, json, "parts", parts(builder, item->object));
    json_builder_set(builder, json, "referred_to_by", referred_to_by(builder, model, number));
    set_facts(builder, json, model, number);
    return json;
}

/* ---------------------------------------------------------------- the whole */

static json_t *uncovered(struct json_builder *builder, const struct snapshot *snapshot)
{
    json_t *list = json_builder_array(builder);

    for (uint32_t i = 0; i < snapshot->gap_count && !builder->failed; i++) {
        json_t *json = json_builder_object(builder);

        json_builder_set_string(builder, json, "kind", kind_name(snapshot->gaps[i].kind));
        json_builder_set_text(builder, json, "object", snapshot->gaps[i].object);
        json_builder_set_text(builder, json, "reason", snapshot->gaps[i].reason);
        json_builder_append(builder, list, json);
    }
    return list;
}

static json_t *figures(struct json_builder *builder, const struct docs_model *model)
{
    const struct statistics *statistics = &model->catalogue.statistics;
    struct docs_counts usual = docs_coverage_sum(&model->coverage, docs_coverage_usual());
    json_t *json = json_builder_object(builder), *kinds = json_builder_object(builder);

    for (size_t i = 0; i < kind_table_count; i++)
        if (statistics->counts[kind_table[i].kind] > 0)
            json_builder_set_number(builder, kinds, kind_table[i].name, statistics->counts[kind_table[i].kind]);
    json_builder_set(builder, json, "kinds", kinds);
    json_builder_set_number(builder, json, "commented_percent", docs_coverage_percent(usual));
    json_builder_set(builder, json, "longest_chain", texts(builder, statistics->chain, statistics->chain_length));
    json_builder_set_number(builder, json, "cycles", statistics->cycle_count);
    json_builder_set_number(builder, json, "self_references", statistics->self_references);
    json_builder_set_number(builder, json, "foreign_keys_outside", statistics->foreign_keys_outside);
    json_builder_set(builder, json, "tables_without_primary_key",
                     texts(builder, statistics->tables_without_key, statistics->tables_without_key_count));
    return json;
}

enum error_code docs_json_write(struct buffer *output, const struct docs_model *model, struct error *error)
{
    const struct snapshot *snapshot = model->catalogue.snapshot;
    struct json_builder builder = {false};
    json_t *json = json_builder_object(&builder), *objects = json_builder_array(&builder);
    char root[HASH_HEX_SIZE];

    hash_to_hex(&snapshot->root, root);
    json_builder_set(&builder, json, "title", json_builder_text(&builder, model->input.title));
    json_builder_set_text(&builder, json, "engine", snapshot->info.engine);
    json_builder_set_text(&builder, json, "server_version", snapshot->info.server_version);
    json_builder_set_string(&builder, json, "root", root);
    json_builder_set(&builder, json, "figures", figures(&builder, model));
    json_builder_set(&builder, json, "uncovered", uncovered(&builder, snapshot));
    for (uint32_t i = 0; i < model->catalogue.item_count && !builder.failed; i++)
        json_builder_append(&builder, objects, object_json(&builder, model, i));
    json_builder_set(&builder, json, "objects", objects);
    return json_builder_write(&builder, json, output, error);
}
