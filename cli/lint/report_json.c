#include "drift/report_json_value.h"
#include "drift/severity.h"
#include "lint/report_parts.h"

enum { MOST_STATEMENT_BYTES = 4096 };

static json_t *contract_value(struct json_builder *builder, const struct contract *contract)
{
    json_t *object = json_builder_object(builder), *consumers = json_builder_array(builder);

    for (size_t i = 0; i < contract->consumer_count; i++)
        json_builder_append(builder, consumers, json_builder_text(builder, contract->consumers[i]));
    json_builder_set(builder, object, "name", json_builder_text(builder, contract->name));
    json_builder_set(builder, object, "owner", json_builder_text(builder, contract->owner));
    json_builder_set(builder, object, "consumers", consumers);
    json_builder_set(builder, object, "file", json_builder_text(builder, contract->file));
    json_builder_set_number(builder, object, "line", contract->line);
    return object;
}

static json_t *waiver_value(struct json_builder *builder, const struct lint_finding *finding)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "reason", json_builder_text(builder, finding->reason));
    json_builder_set_number(builder, object, "line", finding->waiver_line);
    return object;
}

static void set_place(struct json_builder *builder, json_t *object, const struct lint_finding *finding)
{
    json_builder_set(builder, object, "file", json_builder_text(builder, finding->file));
    json_builder_set_number(builder, object, "line", finding->from.line);
    json_builder_set_number(builder, object, "column", finding->from.column);
    json_builder_set_number(builder, object, "end_line", finding->to.line);
    json_builder_set_number(builder, object, "end_column", finding->to.column);
}

static void set_work(struct json_builder *builder, json_t *object, const struct lint_rule *rule)
{
    if (rule->lock != LOCK_NONE)
        json_builder_set_string(builder, object, "lock", lock_name(rule->lock));
    if (rule->work != WORK_NONE)
        json_builder_set_string(builder, object, "work", lint_work_name(rule->work));
}

/* The beginning of a long one: many findings may be about it. */
static json_t *statement_value(struct json_builder *builder, struct text statement)
{
    if (statement.length > MOST_STATEMENT_BYTES) {
        statement.length = MOST_STATEMENT_BYTES;
        while (statement.length > 0 && ((unsigned char)statement.bytes[statement.length] & 0xc0) == 0x80)
            statement.length--;
    }
    return json_builder_text(builder, statement);
}

static json_t *finding_value(struct json_builder *builder, const struct lint_finding *finding)
{
    json_t *object = json_builder_object(builder);

    json_builder_set_string(builder, object, "rule", finding->rule->id);
    json_builder_set_string(builder, object, "severity", severity_name(finding->level));
    json_builder_set_string(builder, object, "group", lint_group_name(finding->rule->group));
    set_place(builder, object, finding);
    if (finding->object.length > 0)
        json_builder_set(builder, object, "object", json_builder_text(builder, finding->object));
    json_builder_set(builder, object, "message", json_builder_text(builder, finding->message));
    json_builder_set_string(builder, object, "why", finding->rule->why);
    if (finding->rule->instead[0] != '\0')
        json_builder_set_string(builder, object, "instead", finding->rule->instead);
    set_work(builder, object, finding->rule);
    if (finding->statement.length > 0)
        json_builder_set(builder, object, "statement", statement_value(builder, finding->statement));
    if (finding->contract != NULL)
        json_builder_set(builder, object, "contract", contract_value(builder, finding->contract));
    if (finding->reason.length > 0)
        json_builder_set(builder, object, "waived", waiver_value(builder, finding));
    return object;
}

static json_t *target_value(struct json_builder *builder, const struct snapshot *target)
{
    json_t *object;
    char hex[HASH_HEX_SIZE];

    if (target == NULL)
        return json_null();
    object = json_builder_object(builder);
    hash_to_hex(&target->root, hex);
    json_builder_set(builder, object, "ref", json_builder_text(builder, target->info.ref));
    json_builder_set_string(builder, object, "root", hex);
    json_builder_set(builder, object, "engine", json_builder_text(builder, target->info.engine));
    json_builder_set(builder, object, "server_version", json_builder_text(builder, target->info.server_version));
    return object;
}

static json_t *summary_value(struct json_builder *builder, const struct lint_findings *findings)
{
    json_t *object = json_builder_object(builder);

    for (unsigned level = SEVERITY_COUNT; level-- > 0;)
        json_builder_set_number(builder, object, severity_name((enum severity)level), findings->summary[level]);
    json_builder_set_number(builder, object, "waived", findings->waived);
    return object;
}

enum error_code lint_report_json(struct buffer *output, const struct lint_report *report, struct error *error)
{
    const struct lint_findings *findings = report->findings;
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *list = json_builder_array(&builder);

    for (size_t i = 0; i < findings->count && !builder.failed; i++)
        json_builder_append(&builder, list, finding_value(&builder, &findings->items[i]));
    json_builder_set_number(&builder, document, "files", findings->files);
    json_builder_set_number(&builder, document, "statements", findings->statements);
    json_builder_set(&builder, document, "target", target_value(&builder, report->target));
    json_builder_set(&builder, document, "summary", summary_value(&builder, findings));
    json_builder_set(&builder, document, "findings", list);
    return json_builder_write(&builder, document, output, error);
}

/* ---- the rules ---- */

static json_t *rule_value(struct json_builder *builder, const struct lint_configuration *configuration, size_t number)
{
    const struct lint_rule *rule = &lint_rules[number];
    json_t *object = json_builder_object(builder);

    json_builder_set_string(builder, object, "id", rule->id);
    json_builder_set_string(builder, object, "group", lint_group_name(rule->group));
    json_builder_set_string(builder, object, "severity", severity_name(configuration->levels[number].level));
    json_builder_set(builder, object, "enabled", json_boolean(configuration->levels[number].is_on));
    if (rule->first > 0)
        json_builder_set_number(builder, object, "from_version", rule->first);
    if (rule->last > 0)
        json_builder_set_number(builder, object, "to_version", rule->last);
    json_builder_set_string(builder, object, "finds", rule->message);
    json_builder_set_string(builder, object, "why", rule->why);
    if (rule->instead[0] != '\0')
        json_builder_set_string(builder, object, "instead", rule->instead);
    set_work(builder, object, rule);
    return object;
}

enum error_code lint_rules_write_json(struct buffer *output, const struct lint_configuration *configuration,
                                      struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *list = json_builder_array(&builder);

    for (size_t i = 0; i < RULE_COUNT && !builder.failed; i++)
        json_builder_append(&builder, list, rule_value(&builder, configuration, i));
    json_builder_set(&builder, document, "rules", list);
    return json_builder_write(&builder, document, output, error);
}
