/* What the configuration says of paths, and of what counts: `path`, `databases`, `compare`. */
#include <stdio.h>

#include "collector/settings_reading.h"
#include "drift/ignore.h"
#include "drift/severity.h"

/* ---- paths ---- */

static bool has_name(const struct text *names, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], name))
            return true;
    return false;
}

/* The environments of a path; `key` is where it stands. */
static enum error_code read_path(const struct settings_reading *reading, const char *key, char *const *names,
                                 unsigned count, const struct text **ret_path)
{
    struct text *path = arena_array(reading->arena, count, sizeof *path);

    if (path == NULL)
        return settings_no_memory(reading);
    for (unsigned i = 0; i < count; i++) {
        char place[64];

        snprintf(place, sizeof place, "%s.%u", key, i);
        if (settings_name(reading, names[i], "an environment", place, &path[i]) != ERROR_NONE)
            return reading->error->code;
        if (has_name(path, i, path[i])) {
            error_set(reading->error, ERROR_CONFIG, "the environment '%s' is on the path twice", names[i]);
            return settings_blame(reading, "%s", place);
        }
    }
    *ret_path = path;
    return ERROR_NONE;
}

static enum error_code read_database(const struct settings_reading *reading, unsigned number,
                                     struct fleet_path *databases)
{
    const struct file_database *from = &settings_content(reading)->databases[number];
    struct fleet_path *to = &databases[number];
    char key[64];

    snprintf(key, sizeof key, "databases.%u.name", number);
    if (settings_name(reading, from->name, "a database", key, &to->database) != ERROR_NONE)
        return reading->error->code;
    for (unsigned i = 0; i < number; i++)
        if (text_equal(databases[i].database, to->database)) {
            error_set(reading->error, ERROR_CONFIG, "the database '%s' is there twice", from->name);
            return settings_blame(reading, "%s", key);
        }
    snprintf(key, sizeof key, "databases.%u.path", number);
    to->count = from->path_count;
    return read_path(reading, key, from->path, from->path_count, &to->path);
}

static enum error_code read_databases(const struct settings_reading *reading)
{
    const struct file_content *content = settings_content(reading);
    struct fleet_policy *fleet = &reading->settings->policy.fleet;
    struct fleet_path *databases = arena_array(reading->arena, content->databases_count, sizeof *databases);

    if (databases == NULL)
        return settings_no_memory(reading);
    for (unsigned i = 0; i < content->databases_count; i++)
        if (read_database(reading, i, databases) != ERROR_NONE)
            return reading->error->code;
    fleet->databases = databases;
    fleet->database_count = content->databases_count;
    fleet->path_count = content->path_count;
    return read_path(reading, "path", content->path, content->path_count, &fleet->path);
}

enum error_code settings_check_environment(const struct settings_reading *reading, struct text environment,
                                           const char *key)
{
    const struct fleet_policy *fleet = &reading->settings->policy.fleet;
    bool is_there = has_name(fleet->path, fleet->path_count, environment);

    for (size_t i = 0; i < fleet->database_count; i++)
        is_there = is_there || has_name(fleet->databases[i].path, fleet->databases[i].count, environment);
    if (is_there || fleet->path_count + fleet->database_count == 0)
        return ERROR_NONE;
    error_set(reading->error, ERROR_CONFIG, "the environment '%.*s' is on no path", TEXT_ARGS(environment));
    error_hint(reading->error, "`path` and `databases` say which environments there are");
    return settings_blame(reading, "%s", key);
}

/* ---- what counts ---- */

static enum error_code read_ignore(const struct settings_reading *reading)
{
    const struct option_list *given = &reading->settings->ignore;
    struct ignore_list *list = &reading->settings->policy.fleet.compare.ignore;

    list->patterns = arena_array(reading->arena, given->count, sizeof *list->patterns);
    if (list->patterns == NULL)
        return settings_no_memory(reading);
    for (size_t i = 0; i < given->count; i++, list->count++)
        if (ignore_pattern_parse(&list->patterns[i], text_from(given->items[i]), reading->arena, reading->error) !=
            ERROR_NONE)
            return settings_blame(reading, "compare.ignore.%zu", i);
    return ERROR_NONE;
}

/* Where a level holds. */
static enum error_code read_place(const struct settings_reading *reading, unsigned number,
                                  struct policy_severity *severity)
{
    const struct file_severity *from = &settings_content(reading)->compare.severity[number];
    char key[64];

    snprintf(key, sizeof key, "compare.severity.%u.database", number);
    if (from->database != NULL &&
        settings_name(reading, from->database, "a database", key, &severity->database) != ERROR_NONE)
        return reading->error->code;
    if (from->environment == NULL)
        return ERROR_NONE;
    snprintf(key, sizeof key, "compare.severity.%u.environment", number);
    if (settings_name(reading, from->environment, "an environment", key, &severity->environment) != ERROR_NONE)
        return reading->error->code;
    return settings_check_environment(reading, severity->environment, key);
}

static enum error_code read_severity(const struct settings_reading *reading, unsigned number,
                                     struct policy_severity *severity)
{
    const struct file_severity *from = &settings_content(reading)->compare.severity[number];

    *severity = (struct policy_severity){.database = {"", 0}, .environment = {"", 0}};
    if (ignore_pattern_parse(&severity->override.pattern, text_from(from->match), reading->arena, reading->error) !=
        ERROR_NONE)
        return settings_blame(reading, "compare.severity.%u.match", number);
    if (!severity_from_name(text_from(from->level), &severity->override.level)) {
        error_set(reading->error, ERROR_CONFIG, "there is no level '%.40s'", from->level);
        error_hint(reading->error, "the levels are low, medium, high and critical");
        return settings_blame(reading, "compare.severity.%u.level", number);
    }
    return read_place(reading, number, severity);
}

static enum error_code read_severities(const struct settings_reading *reading)
{
    unsigned count = settings_content(reading)->compare.severity_count;
    struct policy_severity *severities = arena_array(reading->arena, count, sizeof *severities);

    if (severities == NULL)
        return settings_no_memory(reading);
    for (unsigned i = 0; i < count; i++)
        if (read_severity(reading, i, &severities[i]) != ERROR_NONE)
            return reading->error->code;
    reading->settings->policy.severities = severities;
    reading->settings->policy.severity_count = count;
    return ERROR_NONE;
}

enum error_code settings_make_fleet(const struct settings_reading *reading)
{
    struct collector_settings *settings = reading->settings;
    struct fleet_policy *fleet = &settings->policy.fleet;

    diff_options_init(&fleet->compare);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        fleet->compare.aspects[aspect] = settings->aspects == 0 || (settings->aspects >> aspect & 1) != 0;
    fleet->compare.fold_partitions = settings->fold_partitions;
    fleet->stale_after_us = (int64_t)settings->stale_after_ms * 1000;
    fleet->memory_limit = settings->memory_limit;
    if (read_databases(reading) != ERROR_NONE || read_ignore(reading) != ERROR_NONE)
        return reading->error->code;
    return read_severities(reading);
}
