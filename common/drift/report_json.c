#include "base/clock.h"
#include "drift/change_json.h"
#include "drift/report_declaration.h"
#include "drift/report_formats.h"
#include "drift/report_json_value.h"
#include "drift/severity.h"

static json_t *side_value(struct json_builder *builder, const struct snapshot *snapshot)
{
    json_t *object = json_builder_object(builder);
    char hex[HASH_HEX_SIZE], time[CLOCK_TEXT_SIZE];

    hash_to_hex(&snapshot->root, hex);
    clock_format(snapshot->info.taken_at, time);
    json_builder_set(builder, object, "ref", json_builder_text(builder, snapshot->info.ref));
    json_builder_set(builder, object, "root", json_builder_string(builder, hex));
    json_builder_set(builder, object, "engine", json_builder_text(builder, snapshot->info.engine));
    json_builder_set(builder, object, "taken_at",
                     snapshot->info.taken_at == 0 ? json_null() : json_builder_string(builder, time));
    if (snapshot->info.declaration != NULL)
        json_builder_set(builder, object, "declared", report_declaration_value(builder, snapshot->info.declaration));
    return object;
}

static json_t *summary_value(struct json_builder *builder, const struct diff *diff)
{
    json_t *object = json_builder_object(builder);

    for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
        json_builder_set(builder, object, severity_name((enum severity)severity),
                         json_builder_number(builder, diff->summary[severity]));
    return object;
}

static json_t *uncovered_value(struct json_builder *builder, const struct uncovered *uncovered)
{
    static const char *const sides[] = {"from", "to", "both"};
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(uncovered->kind)));
    if (uncovered->object.length > 0)
        json_builder_set(builder, object, "object", json_builder_text(builder, uncovered->object));
    json_builder_set(builder, object, "side", json_builder_string(builder, sides[uncovered->side]));
    json_builder_set(builder, object, "reason", json_builder_text(builder, uncovered->reason));
    return object;
}

static json_t *equivalent_value(struct json_builder *builder, const struct equivalent *equivalent)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "object", json_builder_text(builder, equivalent->object));
    json_builder_set(builder, object, "from", json_builder_text(builder, equivalent->from));
    json_builder_set(builder, object, "to", json_builder_text(builder, equivalent->to));
    json_builder_set_string(builder, object, "family", equivalent->family);
    return object;
}

static json_t *not_compared_value(struct json_builder *builder, const struct not_compared *item)
{
    json_t *object = json_builder_object(builder);

    json_builder_set_string(builder, object, "kind", kind_name(item->kind));
    if (item->what != NULL)
        json_builder_set_string(builder, object, "what", item->what);
    json_builder_set_number(builder, object, "from", item->counts[SIDE_FROM]);
    json_builder_set_number(builder, object, "to", item->counts[SIDE_TO]);
    return object;
}

static void add_equivalent(struct json_builder *builder, json_t *document, const struct diff *diff)
{
    json_t *equivalent = json_builder_array(builder);

    for (uint32_t i = 0; i < diff->equivalent_count && !builder->failed; i++)
        json_builder_append(builder, equivalent, equivalent_value(builder, &diff->equivalents[i]));
    json_builder_set(builder, document, "equivalent", equivalent);
}

static void add_not_compared(struct json_builder *builder, json_t *document, const struct diff *diff)
{
    json_t *not_compared = json_builder_array(builder);

    for (uint32_t i = 0; i < diff->not_compared_count && !builder->failed; i++)
        json_builder_append(builder, not_compared, not_compared_value(builder, &diff->not_compared[i]));
    json_builder_set(builder, document, "not_compared", not_compared);
}

enum error_code report_json_write(struct buffer *output, const struct report *report, struct error *error)
{
    const struct diff *diff = report->diff;
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);
    json_t *uncovered = json_builder_array(&builder), *changes = json_builder_array(&builder);

    for (uint32_t i = 0; i < diff->uncovered_count && !builder.failed; i++)
        json_builder_append(&builder, uncovered, uncovered_value(&builder, &diff->uncovered[i]));
    for (uint32_t i = 0; i < diff->change_count && !builder.failed; i++)
        json_builder_append(&builder, changes, change_json_value(&builder, &diff->changes[i]));

    json_builder_set(&builder, document, "verdict", json_builder_string(&builder, verdict_name(diff->verdict)));
    if (diff->unknown_reason.length > 0)
        json_builder_set(&builder, document, "unknown_reason", json_builder_text(&builder, diff->unknown_reason));
    json_builder_set(&builder, document, "from", side_value(&builder, report->from));
    json_builder_set(&builder, document, "to", side_value(&builder, report->to));
    json_builder_set(&builder, document, "summary", summary_value(&builder, diff));
    json_builder_set(&builder, document, "ignored", json_builder_number(&builder, diff->ignored_count));
    json_builder_set(&builder, document, "uncovered", uncovered);
    json_builder_set(&builder, document, "changes", changes);
    if (diff->is_across)
        add_equivalent(&builder, document, diff);
    if (diff->is_across || diff->not_compared_count > 0)
        add_not_compared(&builder, document, diff);
    return json_builder_write(&builder, document, output, error);
}
