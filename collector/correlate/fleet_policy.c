#include "correlate/fleet_policy.h"

static const char doing[] = "reading a policy";

struct fleet_path fleet_policy_path(const struct fleet_policy *policy, struct text database)
{
    for (size_t i = 0; i < policy->database_count; i++)
        if (text_equal(policy->databases[i].database, database))
            return policy->databases[i];
    return (struct fleet_path){database, policy->path, policy->path_count};
}

/* ---- levels ---- */

static bool holds_everywhere(const struct policy_severity *severity)
{
    return severity->database.length == 0 && severity->environment.length == 0;
}

static bool holds(const struct policy_severity *severity, struct text database, struct text environment)
{
    return (severity->database.length == 0 || text_equal(severity->database, database)) &&
           (severity->environment.length == 0 || text_equal(severity->environment, environment));
}

enum error_code fleet_policy_options(const struct fleet_policy *policy, struct text database, struct text environment,
                                     struct arena *arena, struct diff_options *ret_options, struct error *error)
{
    struct diff_options options = policy->compare;

    if (policy->severity_count > 0) {
        options.overrides = arena_array(arena, policy->severity_count, sizeof *options.overrides);
        if (options.overrides == NULL)
            return arena_error(arena, error, doing);
        options.override_count = 0;
        for (size_t i = 0; i < policy->severity_count; i++)
            if (holds(&policy->severities[i], database, environment))
                options.overrides[options.override_count++] = policy->severities[i].override;
    }
    *ret_options = options;
    return ERROR_NONE;
}

/* The places of those that hold here and not everywhere, as a digest. */
static enum error_code digest_levels(const struct fleet_policy *policy, struct text database, struct text environment,
                                     struct hash *ret_levels, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer places = {0};
    struct hasher *hasher = NULL;

    for (size_t i = 0; i < policy->severity_count; i++)
        if (!holds_everywhere(&policy->severities[i]) && holds(&policy->severities[i], database, environment))
            buffer_add_varint(&places, i);
    if (buffer_check(&places, error, doing) != ERROR_NONE)
        return error->code;
    *ret_levels = (struct hash){0};
    if (buffer_text(&places).length == 0)
        return ERROR_NONE;
    if (hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    *ret_levels = hasher_digest(hasher, 0, buffer_text(&places));
    hasher_free(hasher);
    return ERROR_NONE;
}

enum error_code fleet_policy_at(struct fleet_policy *ret_policy, const struct fleet_policy *policy,
                                struct text database, struct text environment, struct arena *arena, struct error *error)
{
    struct fleet_policy here = *policy;

    if (fleet_policy_options(policy, database, environment, arena, &here.compare, error) != ERROR_NONE ||
        digest_levels(policy, database, environment, &here.levels, error) != ERROR_NONE)
        return error->code;
    *ret_policy = here;
    return ERROR_NONE;
}

/* ---- as bytes ---- */

static void write_text(struct buffer *buffer, struct text text)
{
    buffer_add_varint(buffer, text.length);
    buffer_add_text(buffer, text);
}

static void write_pattern(struct buffer *buffer, const struct ignore_pattern *pattern)
{
    buffer_add_varint(buffer, pattern->kind);
    buffer_add_byte(buffer, pattern->any_kind);
    write_text(buffer, pattern->word);
    write_text(buffer, pattern->glob);
}

static void write_override(struct buffer *buffer, const struct severity_override *override)
{
    write_pattern(buffer, &override->pattern);
    buffer_add_varint(buffer, override->level);
}

static void write_severities(struct buffer *buffer, const struct fleet_policy *policy)
{
    buffer_add_varint(buffer, policy->severity_count);
    for (size_t i = 0; i < policy->severity_count; i++) {
        write_override(buffer, &policy->severities[i].override);
        write_text(buffer, policy->severities[i].database);
        write_text(buffer, policy->severities[i].environment);
    }
}

void fleet_policy_write_compare(struct buffer *buffer, const struct fleet_policy *policy)
{
    const struct diff_options *options = &policy->compare;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        buffer_add_byte(buffer, options->aspects[aspect]);
    buffer_add_byte(buffer, options->fold_partitions);
    buffer_add_varint(buffer, options->ignore.count);
    for (size_t i = 0; i < options->ignore.count; i++)
        write_pattern(buffer, &options->ignore.patterns[i]);
    write_severities(buffer, policy);
    if (policy->severity_count > 0)
        return; /* the overrides are among them */
    buffer_add_varint(buffer, options->override_count);
    for (size_t i = 0; i < options->override_count; i++)
        write_override(buffer, &options->overrides[i]);
}
