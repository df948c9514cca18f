#include "correlate/policy_copy.h"

#include "contract/contract_file.h"

static const char doing[] = "keeping a policy";

static enum error_code copy_text(struct arena *arena, struct text *text, struct error *error)
{
    char *copy = arena_copy(arena, text->length == 0 ? "" : text->bytes, text->length);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    text->bytes = copy;
    return ERROR_NONE;
}

static enum error_code copy_texts(struct arena *arena, const struct text **texts, size_t count, struct error *error)
{
    struct text *copy = arena_array(arena, count, sizeof *copy);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < count; i++) {
        copy[i] = (*texts)[i];
        if (copy_text(arena, &copy[i], error) != ERROR_NONE)
            return error->code;
    }
    *texts = copy;
    return ERROR_NONE;
}

static enum error_code copy_databases(struct arena *arena, struct fleet_policy *fleet, struct error *error)
{
    struct fleet_path *copy = arena_array(arena, fleet->database_count, sizeof *copy);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < fleet->database_count; i++) {
        copy[i] = fleet->databases[i];
        if (copy_text(arena, &copy[i].database, error) != ERROR_NONE ||
            copy_texts(arena, &copy[i].path, copy[i].count, error) != ERROR_NONE)
            return error->code;
    }
    fleet->databases = copy;
    return ERROR_NONE;
}

/* ---- what is compared ---- */

static enum error_code copy_pattern(struct arena *arena, struct ignore_pattern *pattern, struct error *error)
{
    if (copy_text(arena, &pattern->word, error) != ERROR_NONE)
        return error->code;
    return copy_text(arena, &pattern->glob, error);
}

static enum error_code copy_compare(struct arena *arena, struct diff_options *options, struct error *error)
{
    struct ignore_pattern *patterns = arena_array(arena, options->ignore.count, sizeof *patterns);
    struct severity_override *overrides = arena_array(arena, options->override_count, sizeof *overrides);

    if (patterns == NULL || overrides == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < options->ignore.count; i++) {
        patterns[i] = options->ignore.patterns[i];
        if (copy_pattern(arena, &patterns[i], error) != ERROR_NONE)
            return error->code;
    }
    for (size_t i = 0; i < options->override_count; i++) {
        overrides[i] = options->overrides[i];
        if (copy_pattern(arena, &overrides[i].pattern, error) != ERROR_NONE)
            return error->code;
    }
    options->ignore.patterns = patterns;
    options->overrides = overrides;
    return ERROR_NONE;
}

static enum error_code copy_severities(struct arena *arena, struct policy_content *content, struct error *error)
{
    struct policy_severity *copy = arena_array(arena, content->severity_count, sizeof *copy);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < content->severity_count; i++) {
        copy[i] = content->severities[i];
        if (copy_pattern(arena, &copy[i].override.pattern, error) != ERROR_NONE ||
            copy_text(arena, &copy[i].database, error) != ERROR_NONE ||
            copy_text(arena, &copy[i].environment, error) != ERROR_NONE)
            return error->code;
    }
    content->severities = copy;
    return ERROR_NONE;
}

/* ---- all of it ---- */

static enum error_code copy_freezes(struct arena *arena, struct policy_gate *gate, struct error *error)
{
    struct freeze *copy = arena_array(arena, gate->freeze_count, sizeof *copy);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < gate->freeze_count; i++) {
        copy[i] = gate->freezes[i];
        if (freeze_copy(&copy[i], arena, error) != ERROR_NONE)
            return error->code;
    }
    gate->freezes = copy;
    return ERROR_NONE;
}

enum error_code policy_copy(struct policy_content *content, struct arena *arena, struct error *error)
{
    struct fleet_policy *fleet = &content->fleet;

    if (copy_texts(arena, &fleet->path, fleet->path_count, error) != ERROR_NONE ||
        copy_databases(arena, fleet, error) != ERROR_NONE ||
        copy_compare(arena, &fleet->compare, error) != ERROR_NONE ||
        copy_severities(arena, content, error) != ERROR_NONE ||
        copy_freezes(arena, &content->gate, error) != ERROR_NONE ||
        contract_set_copy(&content->contracts.set, &content->contracts.set, arena, error) != ERROR_NONE ||
        copy_text(arena, &content->contracts.problem, error) != ERROR_NONE)
        return error->code;
    return copy_text(arena, &content->problem, error);
}
