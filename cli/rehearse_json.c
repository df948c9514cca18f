/* The formats of a rehearsal that are JSON. */
#include "cli/rehearse_report.h"
#include "drift/report_json_value.h"

static void set_bool(struct json_builder *builder, json_t *object, const char *key, bool value)
{
    json_builder_set(builder, object, key, value ? json_true() : json_false());
}

/* Of what may not be there. */
static void set_text_or_null(struct json_builder *builder, json_t *object, const char *key, const char *value)
{
    json_builder_set(builder, object, key, value == NULL ? json_null() : json_builder_text(builder, text_from(value)));
}

static json_t *hash_value(struct json_builder *builder, const struct hash *hash)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(hash, hex);
    return json_builder_string(builder, hex);
}

static json_t *locks_value(struct json_builder *builder, const struct rehearsal_step *step)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < step->lock_count && !builder->failed; i++) {
        json_t *lock = json_builder_object(builder);

        json_builder_set_text(builder, lock, "mode", step->locks[i].mode);
        json_builder_set_text(builder, lock, "relation", step->locks[i].relation);
        json_builder_append(builder, list, lock);
    }
    return list;
}

static json_t *steps_value(struct json_builder *builder, const struct rehearsal *rehearsal)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < rehearsal->step_count && !builder->failed; i++) {
        const struct rehearsal_step *step = &rehearsal->steps[i];
        json_t *value = json_builder_object(builder);

        json_builder_set_text(builder, value, "file", text_from(step->file));
        json_builder_set_number(builder, value, "line", step->line);
        json_builder_set_text(builder, value, "sql", step->sql);
        json_builder_set_number(builder, value, "microseconds", step->microseconds);
        json_builder_set(builder, value, "locks", locks_value(builder, step));
        json_builder_append(builder, list, value);
    }
    return list;
}

static json_t *breaks_value(struct json_builder *builder, const struct rehearsal *rehearsal)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < rehearsal->break_count && !builder->failed; i++) {
        const struct contract_finding *finding = rehearsal->breaks[i].finding;
        json_t *value = json_builder_object(builder);

        json_builder_set_text(builder, value, "contract", finding->contract->name);
        json_builder_set_text(builder, value, "owner", finding->contract->owner);
        set_bool(builder, value, "new", rehearsal->breaks[i].is_new);
        json_builder_set_string(builder, value, "kind", kind_name(finding->kind));
        json_builder_set_text(builder, value, "object", finding->object);
        json_builder_set_text(builder, value, "message", finding->message);
        json_builder_set_text(builder, value, "file", finding->contract->file);
        json_builder_set_number(builder, value, "line", finding->line);
        json_builder_append(builder, list, value);
    }
    return list;
}

static json_t *contracts_value(struct json_builder *builder, const struct rehearsal *rehearsal)
{
    json_t *value = json_builder_object(builder);

    json_builder_set_number(builder, value, "checked", (int64_t)rehearsal->contract_count);
    set_bool(builder, value, "unknown", rehearsal->is_contract_unknown);
    json_builder_set(builder, value, "breaks", breaks_value(builder, rehearsal));
    return value;
}

static json_t *notes_value(struct json_builder *builder, const struct rehearsal *rehearsal)
{
    json_t *list = json_builder_array(builder);

    for (size_t i = 0; i < rehearsal->note_count && !builder->failed; i++)
        json_builder_append(builder, list, json_builder_text(builder, rehearsal->notes[i]));
    return list;
}

static json_t *failure_value(struct json_builder *builder, const struct rehearsal *rehearsal)
{
    json_t *value;

    if (rehearsal->refusal.code == ERROR_NONE)
        return json_null();
    value = json_builder_object(builder);
    json_builder_set_text(builder, value, "file", text_from(rehearsal->refusal_file));
    json_builder_set_number(builder, value, "line", rehearsal->refusal_line);
    json_builder_set_text(builder, value, "message", text_from(rehearsal->refusal.message));
    json_builder_set_text(builder, value, "hint", text_from(rehearsal->refusal.hint));
    return value;
}

static json_t *rehearsal_value(struct json_builder *builder, const struct rehearse_report *report)
{
    const struct rehearsal *rehearsal = report->rehearsal;
    bool fails = rehearsal->refusal.code != ERROR_NONE;
    json_t *value = json_builder_object(builder);

    json_builder_set_text(builder, value, "target", text_from(report->wish->reference));
    json_builder_set(builder, value, "target_root", hash_value(builder, &report->wish->target->root));
    json_builder_set(builder, value, "root", fails ? json_null() : hash_value(builder, &rehearsal->after->root));
    set_bool(builder, value, "certain", rehearsal->is_certain);
    set_text_or_null(builder, value, "role", rehearsal->role);
    json_builder_set_text(builder, value, "server_version", text_from(rehearsal->server_version));
    json_builder_set(builder, value, "statements", steps_value(builder, rehearsal));
    json_builder_set(builder, value, "failure", failure_value(builder, rehearsal));
    json_builder_set(builder, value, "contracts", contracts_value(builder, rehearsal));
    json_builder_set(builder, value, "notes", notes_value(builder, rehearsal));
    json_builder_set_number(builder, value, "notes_left_out", (int64_t)rehearsal->notes_left_out);
    return value;
}

/* The report of changes, which this program has just written. */
static json_t *read_changes(struct json_builder *builder, const struct buffer *changes)
{
    json_t *document = json_loadb(changes->bytes, changes->length, 0, NULL);

    builder->failed = document == NULL;
    return document;
}

enum error_code rehearse_json_write(struct buffer *output, const struct rehearse_report *report,
                                    const struct buffer *changes, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = read_changes(&builder, changes);

    json_builder_set(&builder, document, "rehearsal", rehearsal_value(&builder, report));
    return json_builder_write(&builder, document, output, error);
}

/* ---- SARIF ---- */

static json_t *locations_value(struct json_builder *builder, struct text file, unsigned line)
{
    json_t *locations = json_builder_array(builder), *location = json_builder_object(builder);
    json_t *physical = json_builder_object(builder), *artifact = json_builder_object(builder);
    json_t *region = json_builder_object(builder);

    json_builder_set_text(builder, artifact, "uri", file);
    json_builder_set_number(builder, region, "startLine", line);
    json_builder_set(builder, physical, "artifactLocation", artifact);
    json_builder_set(builder, physical, "region", region);
    json_builder_set(builder, location, "physicalLocation", physical);
    json_builder_append(builder, locations, location);
    return locations;
}

struct sarif_result {
    const char *rule;
    const char *level;
    struct text message;
    struct text file;
    unsigned line;
};

/* The rules of these are not among the driver's: those are of changes. SARIF lets them be away. */
static void add_result(struct json_builder *builder, json_t *results, const struct sarif_result *result)
{
    json_t *value = json_builder_object(builder), *message = json_builder_object(builder);

    json_builder_set_text(builder, message, "text", result->message);
    json_builder_set_string(builder, value, "ruleId", result->rule);
    json_builder_set_string(builder, value, "level", result->level);
    json_builder_set(builder, value, "message", message);
    json_builder_set(builder, value, "locations", locations_value(builder, result->file, result->line));
    json_builder_append(builder, results, value);
}

static void add_results(struct json_builder *builder, json_t *results, const struct rehearsal *rehearsal)
{
    if (rehearsal->refusal.code != ERROR_NONE)
        add_result(builder, results,
                   &(struct sarif_result){"migration-fails", "error", text_from(rehearsal->refusal.message),
                                          text_from(rehearsal->refusal_file), rehearsal->refusal_line});
    for (size_t i = 0; i < rehearsal->break_count; i++) {
        const struct contract_finding *finding = rehearsal->breaks[i].finding;

        add_result(builder, results,
                   &(struct sarif_result){"contract-broken", rehearsal->breaks[i].is_new ? "error" : "warning",
                                          finding->message, finding->contract->file, finding->line});
    }
}

enum error_code rehearse_sarif_write(struct buffer *output, const struct rehearse_report *report,
                                     const struct buffer *changes, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = read_changes(&builder, changes);
    json_t *run = json_array_get(json_object_get(document, "runs"), 0);

    add_results(&builder, json_object_get(run, "results"), report->rehearsal);
    json_builder_set(&builder, json_object_get(run, "properties"), "rehearsal", rehearsal_value(&builder, report));
    return json_builder_write(&builder, document, output, error);
}
