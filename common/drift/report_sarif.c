#include "drift/report_display.h"
#include "drift/report_formats.h"
#include "drift/report_json_value.h"
#include "drift/severity.h"

static const char *sarif_level(enum severity severity)
{
    static const char *const levels[SEVERITY_COUNT] = {"note", "warning", "error", "error"};

    return levels[severity];
}

/* Viewers make links of `[text](address)` and look for arguments in `{0}`: names from a database get neither. */
static void write_message(struct buffer *output, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i], next = i + 1 < text.length ? text.bytes[i + 1] : '\0';

        if (c == ']' && next == '(')
            buffer_add_byte(output, '\\');
        if (c == '{' && next >= '0' && next <= '9')
            buffer_add_byte(output, '{');
        buffer_add_byte(output, (uint8_t)c);
    }
}

/* {"text": "…"}, the form of every message. Takes what is in the buffer. */
static json_t *message_value(struct json_builder *builder, struct buffer *message)
{
    CLEANUP(buffer_clear) struct buffer safe = {0};
    json_t *object = json_builder_object(builder);

    write_message(&safe, buffer_text(message));
    if (message->failed || safe.failed)
        builder->failed = true;
    json_builder_set(builder, object, "text", json_builder_plain(builder, buffer_text(&safe)));
    buffer_clear(message);
    return object;
}

static json_t *words_value(struct json_builder *builder, const char *words)
{
    struct buffer message = {0};

    buffer_add_string(&message, words);
    return message_value(builder, &message);
}

static json_t *rules_value(struct json_builder *builder)
{
    json_t *array = json_builder_array(builder);

    for (size_t i = 0; i < severity_rule_count; i++) {
        const struct severity_rule *rule = &severity_rules[i];
        json_t *object = json_builder_object(builder), *configuration = json_builder_object(builder);
        struct buffer why = {0};

        buffer_printf(&why, "%s; affects %s", rule->summary, rule->why);
        json_builder_set(builder, configuration, "level", json_builder_string(builder, sarif_level(rule->level)));
        json_builder_set(builder, object, "id", json_builder_string(builder, rule->id));
        json_builder_set(builder, object, "shortDescription", words_value(builder, rule->summary));
        json_builder_set(builder, object, "fullDescription", message_value(builder, &why));
        json_builder_set(builder, object, "defaultConfiguration", configuration);
        json_builder_append(builder, array, object);
    }
    return array;
}

static json_t *tool_value(struct json_builder *builder)
{
    json_t *tool = json_builder_object(builder), *driver = json_builder_object(builder);

    json_builder_set(builder, driver, "name", json_builder_string(builder, "driftline"));
    json_builder_set(builder, driver, "version", json_builder_string(builder, DRIFTLINE_VERSION));
    json_builder_set(builder, driver, "rules", rules_value(builder));
    json_builder_set(builder, tool, "driver", driver);
    return tool;
}

/* A path that names the object, such as schema/column/shop.orders.total. There is no such file, but readers that know
 * only files, GitHub among them, accept no finding without one. */
static json_t *artifact_value(struct json_builder *builder, const struct change *change)
{
    CLEANUP(buffer_clear) struct buffer uri = {0};
    json_t *artifact = json_builder_object(builder);

    buffer_printf(&uri, "schema/%s/", kind_name(change->kind));
    buffer_add_escaped(&uri, change->object, "");
    if (uri.failed)
        builder->failed = true;
    json_builder_set(builder, artifact, "uri", json_builder_plain(builder, buffer_text(&uri)));
    return artifact;
}

static json_t *physical_value(struct json_builder *builder, const struct change *change)
{
    json_t *physical = json_builder_object(builder), *region = json_builder_object(builder);

    json_builder_set(builder, region, "startLine", json_builder_number(builder, 1));
    json_builder_set(builder, physical, "artifactLocation", artifact_value(builder, change));
    json_builder_set(builder, physical, "region", region);
    return physical;
}

static json_t *locations_value(struct json_builder *builder, const struct change *change)
{
    json_t *locations = json_builder_array(builder), *location = json_builder_object(builder);
    json_t *logicals = json_builder_array(builder), *logical = json_builder_object(builder);

    json_builder_set(builder, logical, "fullyQualifiedName", json_builder_text(builder, change->object));
    json_builder_set(builder, logical, "kind", json_builder_string(builder, kind_name(change->kind)));
    json_builder_append(builder, logicals, logical);
    json_builder_set(builder, location, "physicalLocation", physical_value(builder, change));
    json_builder_set(builder, location, "logicalLocations", logicals);
    json_builder_append(builder, locations, location);
    return locations;
}

/* What makes a result the same one in the next run: what is different, not how. */
static json_t *fingerprint_value(struct json_builder *builder, const struct change *change, struct hasher *hasher)
{
    CLEANUP(buffer_clear) struct buffer identity = {0};
    json_t *object = json_builder_object(builder);
    char hex[HASH_HEX_SIZE];
    struct hash hash;

    buffer_printf(&identity, "%s %s %s ", effect_name(change->effect), kind_name(change->kind),
                  aspect_name(change->aspect));
    buffer_add_text(&identity, change->object);
    if (identity.failed)
        builder->failed = true;
    hash = hasher_digest(hasher, 0, buffer_text(&identity));
    hash_to_hex(&hash, hex);
    json_builder_set(builder, object, "driftlineChange/v1", json_builder_string(builder, hex));
    return object;
}

static size_t rule_index(const char *id)
{
    size_t i = 0;

    while (i + 1 < severity_rule_count && strcmp(severity_rules[i].id, id) != 0)
        i++;
    return i;
}

static json_t *result_value(struct json_builder *builder, const struct change *change, struct hasher *hasher)
{
    json_t *result = json_builder_object(builder), *properties = json_builder_object(builder);
    struct buffer message = {0};

    display_change(&message, change);
    json_builder_set(builder, result, "ruleId", json_builder_string(builder, change->rule));
    json_builder_set(builder, result, "ruleIndex", json_builder_number(builder, (uint32_t)rule_index(change->rule)));
    json_builder_set(builder, result, "level", json_builder_string(builder, sarif_level(change->severity)));
    json_builder_set(builder, result, "message", message_value(builder, &message));
    json_builder_set(builder, result, "locations", locations_value(builder, change));
    json_builder_set(builder, result, "partialFingerprints", fingerprint_value(builder, change, hasher));
    json_builder_set(builder, properties, "severity", json_builder_string(builder, severity_name(change->severity)));
    json_builder_set(builder, properties, "effect", json_builder_string(builder, effect_name(change->effect)));
    json_builder_set(builder, properties, "aspect", json_builder_string(builder, aspect_name(change->aspect)));
    json_builder_set(builder, result, "properties", properties);
    return result;
}

/* What could not be read is a notification of the run, since it is no finding about an object. */
static json_t *invocations_value(struct json_builder *builder, const struct diff *diff)
{
    json_t *invocations = json_builder_array(builder), *invocation = json_builder_object(builder);
    json_t *notifications = json_builder_array(builder);

    for (uint32_t i = 0; i < diff->uncovered_count && !builder->failed; i++) {
        json_t *notification = json_builder_object(builder);
        struct buffer message = {0};

        display_uncovered(&message, &diff->uncovered[i]);
        json_builder_set(builder, notification, "level", json_builder_string(builder, "warning"));
        json_builder_set(builder, notification, "message", message_value(builder, &message));
        json_builder_append(builder, notifications, notification);
    }
    json_builder_set(builder, invocation, "executionSuccessful",
                     diff->verdict == VERDICT_UNKNOWN ? json_false() : json_true());
    json_builder_set(builder, invocation, "toolExecutionNotifications", notifications);
    json_builder_append(builder, invocations, invocation);
    return invocations;
}

static json_t *run_value(struct json_builder *builder, const struct diff *diff, struct hasher *hasher)
{
    json_t *run = json_builder_object(builder), *results = json_builder_array(builder);
    json_t *properties = json_builder_object(builder);

    for (uint32_t i = 0; i < diff->change_count && !builder->failed; i++)
        json_builder_append(builder, results, result_value(builder, &diff->changes[i], hasher));
    json_builder_set(builder, properties, "verdict", json_builder_string(builder, verdict_name(diff->verdict)));
    if (diff->unknown_reason.length > 0)
        json_builder_set(builder, properties, "unknownReason", json_builder_text(builder, diff->unknown_reason));
    json_builder_set(builder, run, "tool", tool_value(builder));
    json_builder_set(builder, run, "invocations", invocations_value(builder, diff));
    json_builder_set(builder, run, "results", results);
    json_builder_set(builder, run, "properties", properties);
    return run;
}

enum error_code report_sarif_write(struct buffer *output, const struct report *report, struct error *error)
{
    struct json_builder builder = {0};
    struct hasher *hasher = NULL;
    json_t *document, *runs;

    if (hasher_new(&hasher, error) != ERROR_NONE)
        return error_context(error, "writing a report");
    document = json_builder_object(&builder);
    runs = json_builder_array(&builder);
    json_builder_append(&builder, runs, run_value(&builder, report->diff, hasher));
    hasher_free(hasher);
    json_builder_set(&builder, document, "$schema",
                     json_builder_string(&builder, "https://json.schemastore.org/sarif-2.1.0.json"));
    json_builder_set(&builder, document, "version", json_builder_string(&builder, "2.1.0"));
    json_builder_set(&builder, document, "runs", runs);
    return json_builder_write(&builder, document, output, error);
}
