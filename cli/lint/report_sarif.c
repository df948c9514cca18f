#include "drift/report_json_value.h"
#include "drift/severity.h"
#include "lint/report_parts.h"

static const char *sarif_level(enum severity severity)
{
    static const char *const levels[SEVERITY_COUNT] = {"note", "warning", "error", "error"};

    return levels[severity];
}

/* Viewers make links of `[text](address)` and look for arguments in `{0}`: names out of files get neither. */
static json_t *message_value(struct json_builder *builder, struct text text)
{
    CLEANUP(buffer_clear) struct buffer safe = {0};
    json_t *object = json_builder_object(builder);

    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i], next = i + 1 < text.length ? text.bytes[i + 1] : '\0';

        if (c == ']' && next == '(')
            buffer_add_byte(&safe, '\\');
        if (c == '{' && next >= '0' && next <= '9')
            buffer_add_byte(&safe, '{');
        buffer_add_byte(&safe, (uint8_t)c);
    }
    if (safe.failed)
        builder->failed = true;
    json_builder_set(builder, object, "text", json_builder_text(builder, buffer_text(&safe)));
    return object;
}

static json_t *rules_value(struct json_builder *builder)
{
    json_t *array = json_builder_array(builder);

    for (size_t i = 0; i < RULE_COUNT; i++) {
        const struct lint_rule *rule = &lint_rules[i];
        json_t *object = json_builder_object(builder), *configuration = json_builder_object(builder);

        json_builder_set_string(builder, configuration, "level", sarif_level(rule->level));
        json_builder_set(builder, configuration, "enabled", json_boolean(rule->is_on));
        json_builder_set_string(builder, object, "id", rule->id);
        json_builder_set(builder, object, "shortDescription", message_value(builder, text_from(rule->message)));
        json_builder_set(builder, object, "fullDescription", message_value(builder, text_from(rule->why)));
        if (rule->instead[0] != '\0')
            json_builder_set(builder, object, "help", message_value(builder, text_from(rule->instead)));
        json_builder_set(builder, object, "defaultConfiguration", configuration);
        json_builder_append(builder, array, object);
    }
    return array;
}

static json_t *tool_value(struct json_builder *builder)
{
    json_t *tool = json_builder_object(builder), *driver = json_builder_object(builder);

    json_builder_set_string(builder, driver, "name", "driftline lint");
    json_builder_set_string(builder, driver, "version", DRIFTLINE_VERSION);
    json_builder_set(builder, driver, "rules", rules_value(builder));
    json_builder_set(builder, tool, "driver", driver);
    return tool;
}

/* The path of a file as a URI that is relative to wherever lint was run. */
static json_t *artifact_value(struct json_builder *builder, const struct lint_finding *finding)
{
    CLEANUP(buffer_clear) struct buffer uri = {0};
    json_t *artifact = json_builder_object(builder);

    buffer_add_escaped(&uri, finding->file, "/");
    if (uri.failed)
        builder->failed = true;
    json_builder_set(builder, artifact, "uri", json_builder_plain(builder, buffer_text(&uri)));
    return artifact;
}

static json_t *physical_value(struct json_builder *builder, const struct lint_finding *finding)
{
    json_t *physical = json_builder_object(builder), *region = json_builder_object(builder);

    json_builder_set_number(builder, region, "startLine", finding->from.line);
    json_builder_set_number(builder, region, "startColumn", finding->from.column);
    json_builder_set_number(builder, region, "endLine", finding->to.line);
    json_builder_set_number(builder, region, "endColumn", finding->to.column);
    json_builder_set(builder, physical, "artifactLocation", artifact_value(builder, finding));
    json_builder_set(builder, physical, "region", region);
    return physical;
}

static json_t *locations_value(struct json_builder *builder, const struct lint_finding *finding)
{
    json_t *locations = json_builder_array(builder), *location = json_builder_object(builder);
    json_t *logicals, *logical;

    json_builder_set(builder, location, "physicalLocation", physical_value(builder, finding));
    if (finding->object.length > 0) {
        logicals = json_builder_array(builder);
        logical = json_builder_object(builder);
        json_builder_set(builder, logical, "fullyQualifiedName", json_builder_text(builder, finding->object));
        json_builder_append(builder, logicals, logical);
        json_builder_set(builder, location, "logicalLocations", logicals);
    }
    json_builder_append(builder, locations, location);
    return locations;
}

static json_t *suppressions_value(struct json_builder *builder, const struct lint_finding *finding)
{
    json_t *list = json_builder_array(builder), *suppression;

    if (finding->reason.length == 0)
        return list;
    suppression = json_builder_object(builder);
    json_builder_set_string(builder, suppression, "kind", "inSource");
    json_builder_set(builder, suppression, "justification", json_builder_text(builder, finding->reason));
    json_builder_append(builder, list, suppression);
    return list;
}

static json_t *result_value(struct json_builder *builder, const struct lint_finding *finding)
{
    json_t *result = json_builder_object(builder), *properties = json_builder_object(builder);

    json_builder_set_string(builder, result, "ruleId", finding->rule->id);
    json_builder_set_number(builder, result, "ruleIndex", finding->rule - lint_rules);
    json_builder_set_string(builder, result, "level", sarif_level(finding->level));
    json_builder_set(builder, result, "message", message_value(builder, finding->message));
    json_builder_set(builder, result, "locations", locations_value(builder, finding));
    json_builder_set(builder, result, "suppressions", suppressions_value(builder, finding));
    json_builder_set_string(builder, properties, "severity", severity_name(finding->level));
    json_builder_set_string(builder, properties, "group", lint_group_name(finding->rule->group));
    json_builder_set(builder, result, "properties", properties);
    return result;
}

static json_t *run_value(struct json_builder *builder, const struct lint_findings *findings)
{
    json_t *run = json_builder_object(builder), *results = json_builder_array(builder);
    json_t *invocations = json_builder_array(builder), *invocation = json_builder_object(builder);

    for (size_t i = 0; i < findings->count && !builder->failed; i++)
        json_builder_append(builder, results, result_value(builder, &findings->items[i]));
    json_builder_set(builder, invocation, "executionSuccessful", json_true());
    json_builder_append(builder, invocations, invocation);
    json_builder_set(builder, run, "tool", tool_value(builder));
    json_builder_set(builder, run, "invocations", invocations);
    json_builder_set_string(builder, run, "columnKind", "unicodeCodePoints");
    json_builder_set(builder, run, "results", results);
    return run;
}

enum error_code lint_report_sarif(struct buffer *output, const struct lint_report *report, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *runs = json_builder_array(&builder);

    json_builder_append(&builder, runs, run_value(&builder, report->findings));
    json_builder_set_string(&builder, document, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_builder_set_string(&builder, document, "version", "2.1.0");
    json_builder_set(&builder, document, "runs", runs);
    return json_builder_write(&builder, document, output, error);
}
