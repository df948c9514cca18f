/* The configuration file: its form, what is made of it, and what must fit together in it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/config_file.h"
#include "base/reference.h"
#include "collector/settings.h"
#include "drift/ignore.h"
#include "drift/severity.h"
#include "feed/address.h"

enum { STORE_LEAST_MIB = 16 }; /* below that a limit of the store would stop it at once */

/* ---- the form of the file ---- */

struct file_listen {
    char *agents;
    char *http;
};

struct file_tls {
    char *certificate;
    char *key;
};

struct file_database {
    char *name;
    char **path;
    unsigned path_count;
};

struct file_severity {
    char *match;
    char *level;
};

struct file_compare {
    char **aspects;
    unsigned aspects_count;
    char **ignore;
    unsigned ignore_count;
    struct file_severity *severity;
    unsigned severity_count;
    char *fold_partitions;
};

struct file_retention {
    char *snapshots_days;
    char *snapshots_least;
    char *changes_days;
};

struct file_limits {
    char *snapshot;
    char *staging;
    char *memory;
    char *store;
};

struct file_http {
    char *connections;
    char *connections_per_address;
    char *timeout;
    char *body;
    char *threads;
};

struct file_content {
    char *data;
    struct file_listen listen;
    struct file_tls tls;
    char **path;
    unsigned path_count;
    struct file_database *databases;
    unsigned databases_count;
    struct file_compare compare;
    char *heartbeat;
    char *stale_after;
    char *claim_after;
    struct file_retention retention;
    struct file_limits limits;
    struct file_http http;
    char *log;
};

enum { TEXT_LIMIT = 4096, LIST_LIMIT = 10000, PATH_LIMIT = 64 };

#define TEXT_KEY(type, member)                                                                                         \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, 1, TEXT_LIMIT)
#define NEEDED_KEY(type, member) CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER, struct type, member, 1, TEXT_LIMIT)
#define LIST_KEY(type, member, entry, least, most)                                                                     \
    CYAML_FIELD_SEQUENCE(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, entry, least, most)
#define MAPPING_KEY(member, fields)                                                                                    \
    CYAML_FIELD_MAPPING(#member, CYAML_FLAG_OPTIONAL, struct file_content, member, fields)

static const cyaml_schema_value_t word_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT)};

static const cyaml_schema_field_t listen_fields[] = {
    TEXT_KEY(file_listen, agents),
    TEXT_KEY(file_listen, http),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t tls_fields[] = {
    NEEDED_KEY(file_tls, certificate),
    NEEDED_KEY(file_tls, key),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t database_fields[] = {
    NEEDED_KEY(file_database, name),
    CYAML_FIELD_SEQUENCE("path", CYAML_FLAG_POINTER, struct file_database, path, &word_schema, 1, PATH_LIMIT),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t database_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_database, database_fields)};

static const cyaml_schema_field_t severity_fields[] = {
    NEEDED_KEY(file_severity, match),
    NEEDED_KEY(file_severity, level),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t severity_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct file_severity, severity_fields)};

static const cyaml_schema_field_t compare_fields[] = {
    LIST_KEY(file_compare, aspects, &word_schema, 1, ASPECT_COUNT),
    LIST_KEY(file_compare, ignore, &word_schema, 0, LIST_LIMIT),
    LIST_KEY(file_compare, severity, &severity_schema, 0, LIST_LIMIT),
    TEXT_KEY(file_compare, fold_partitions),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t retention_fields[] = {
    TEXT_KEY(file_retention, snapshots_days),
    TEXT_KEY(file_retention, snapshots_least),
    TEXT_KEY(file_retention, changes_days),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t limits_fields[] = {
    TEXT_KEY(file_limits, snapshot),
    TEXT_KEY(file_limits, staging),
    TEXT_KEY(file_limits, memory),
    TEXT_KEY(file_limits, store),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t http_fields[] = {
    TEXT_KEY(file_http, connections), TEXT_KEY(file_http, connections_per_address),
    TEXT_KEY(file_http, timeout),     TEXT_KEY(file_http, body),
    TEXT_KEY(file_http, threads),     CYAML_FIELD_END,
};

static const cyaml_schema_field_t content_fields[] = {
    TEXT_KEY(file_content, data),
    MAPPING_KEY(listen, listen_fields),
    MAPPING_KEY(tls, tls_fields),
    LIST_KEY(file_content, path, &word_schema, 0, PATH_LIMIT),
    LIST_KEY(file_content, databases, &database_schema, 0, LIST_LIMIT),
    MAPPING_KEY(compare, compare_fields),
    TEXT_KEY(file_content, heartbeat),
    TEXT_KEY(file_content, stale_after),
    TEXT_KEY(file_content, claim_after),
    MAPPING_KEY(retention, retention_fields),
    MAPPING_KEY(limits, limits_fields),
    MAPPING_KEY(http, http_fields),
    TEXT_KEY(file_content, log),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t content_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file_content, content_fields)};

/* ---- what is made of it ---- */

static const char doing[] = "reading the configuration";

/* A file being read: what its values are for, and where they came from. */
struct reading {
    struct config_file file;
    struct collector_settings *settings;
    struct arena *arena;
    struct error *error;
};

/* The failure that was just recorded is about this key. */
static enum error_code blame(const struct reading *reading, const char *format, ...) PRINTF_LIKE(2, 3);

static enum error_code blame(const struct reading *reading, const char *format, ...)
{
    char key[128];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(key, sizeof key, format, arguments);
    va_end(arguments);
    return config_file_blame(&reading->file, key, reading->error);
}

static bool has_name(const struct text *names, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], name))
            return true;
    return false;
}

static enum error_code refuse_name(const struct reading *reading, const char *what, struct text name)
{
    error_set(reading->error, ERROR_CONFIG, "'%.*s' cannot be the name of %s", TEXT_ARGS(name), what);
    return error_hint(reading->error, "names have letters, digits, '_', '-' and '.', and do not begin with '-' or '.'");
}

/* The environments of a path; `key` is where it stands. */
static enum error_code read_path(const struct reading *reading, const char *key, char *const *names, unsigned count,
                                 const struct text **ret_path)
{
    struct text *path = arena_array(reading->arena, count, sizeof *path);

    if (path == NULL)
        return arena_error(reading->arena, reading->error, doing);
    for (unsigned i = 0; i < count; i++) {
        const char *name = arena_string(reading->arena, text_from(names[i]));

        if (name == NULL)
            return arena_error(reading->arena, reading->error, doing);
        path[i] = text_from(name);
        if (!reference_is_name(path[i])) {
            refuse_name(reading, "an environment", path[i]);
            return blame(reading, "%s.%u", key, i);
        }
        if (has_name(path, i, path[i])) {
            error_set(reading->error, ERROR_CONFIG, "the environment '%s' is on the path twice", name);
            return blame(reading, "%s.%u", key, i);
        }
    }
    *ret_path = path;
    return ERROR_NONE;
}

static enum error_code read_database(const struct reading *reading, unsigned number, struct fleet_path *databases)
{
    const struct file_content *content = reading->file.content;
    const struct file_database *from = &content->databases[number];
    const char *name = arena_string(reading->arena, text_from(from->name));
    struct fleet_path *to = &databases[number];
    char key[64];

    if (name == NULL)
        return arena_error(reading->arena, reading->error, doing);
    to->database = text_from(name);
    to->count = from->path_count;
    if (!reference_is_name(to->database)) {
        refuse_name(reading, "a database", to->database);
        return blame(reading, "databases.%u.name", number);
    }
    for (unsigned i = 0; i < number; i++)
        if (text_equal(databases[i].database, to->database)) {
            error_set(reading->error, ERROR_CONFIG, "the database '%s' is there twice", name);
            return blame(reading, "databases.%u.name", number);
        }
    snprintf(key, sizeof key, "databases.%u.path", number);
    return read_path(reading, key, from->path, from->path_count, &to->path);
}

static enum error_code read_databases(const struct reading *reading)
{
    const struct file_content *content = reading->file.content;
    struct fleet_policy *policy = &reading->settings->policy.fleet;
    struct fleet_path *databases = arena_array(reading->arena, content->databases_count, sizeof *databases);

    if (databases == NULL)
        return arena_error(reading->arena, reading->error, doing);
    for (unsigned i = 0; i < content->databases_count; i++)
        if (read_database(reading, i, databases) != ERROR_NONE)
            return reading->error->code;
    policy->databases = databases;
    policy->database_count = content->databases_count;
    policy->path_count = content->path_count;
    return read_path(reading, "path", content->path, content->path_count, &policy->path);
}

static enum error_code read_ignore(const struct reading *reading)
{
    const struct option_list *given = &reading->settings->ignore;
    struct ignore_list *list = &reading->settings->policy.fleet.compare.ignore;

    list->patterns = arena_array(reading->arena, given->count, sizeof *list->patterns);
    if (list->patterns == NULL)
        return arena_error(reading->arena, reading->error, doing);
    for (size_t i = 0; i < given->count; i++, list->count++)
        if (ignore_pattern_parse(&list->patterns[i], text_from(given->items[i]), reading->arena, reading->error) !=
            ERROR_NONE)
            return blame(reading, "compare.ignore.%zu", i);
    return ERROR_NONE;
}

static enum error_code read_severity(const struct reading *reading)
{
    const struct file_compare *from = &((const struct file_content *)reading->file.content)->compare;
    struct diff_options *options = &reading->settings->policy.fleet.compare;

    options->overrides = arena_array(reading->arena, from->severity_count, sizeof *options->overrides);
    if (options->overrides == NULL)
        return arena_error(reading->arena, reading->error, doing);
    for (unsigned i = 0; i < from->severity_count; i++, options->override_count++) {
        struct severity_override *override = &options->overrides[i];

        if (ignore_pattern_parse(&override->pattern, text_from(from->severity[i].match), reading->arena,
                                 reading->error) != ERROR_NONE)
            return blame(reading, "compare.severity.%u.match", i);
        if (!severity_from_name(text_from(from->severity[i].level), &override->level)) {
            error_set(reading->error, ERROR_CONFIG, "there is no level '%.40s'", from->severity[i].level);
            error_hint(reading->error, "the levels are low, medium, high and critical");
            return blame(reading, "compare.severity.%u.level", i);
        }
    }
    return ERROR_NONE;
}

static enum error_code make_policy(const struct reading *reading)
{
    struct collector_settings *settings = reading->settings;
    struct fleet_policy *policy = &settings->policy.fleet;

    diff_options_init(&policy->compare);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        policy->compare.aspects[aspect] = settings->aspects == 0 || (settings->aspects >> aspect & 1) != 0;
    policy->compare.fold_partitions = settings->fold_partitions;
    policy->stale_after_us = (int64_t)settings->stale_after_ms * 1000;
    policy->memory_limit = settings->memory_limit;
    if (read_databases(reading) != ERROR_NONE || read_ignore(reading) != ERROR_NONE)
        return reading->error->code;
    return read_severity(reading);
}

/* ---- what must fit together ---- */

static enum error_code check_addresses(const struct reading *reading)
{
    const struct collector_settings *settings = reading->settings;
    struct feed_address address;

    if (strncmp(settings->listen_agents, "tcp://", 6) != 0 && strncmp(settings->listen_agents, "ipc://", 6) != 0) {
        error_set(reading->error, ERROR_CONFIG, "'%.80s' is not an endpoint for agents", settings->listen_agents);
        error_hint(reading->error, "write tcp://HOST:PORT, such as tcp://127.0.0.1:7400 or tcp://*:7400");
        return blame(reading, "listen.agents");
    }
    if (feed_address_parse(&address, settings->listen_http, reading->error) != ERROR_NONE)
        return blame(reading, "listen.http");
    if (address.loopback || settings->certificate != NULL)
        return ERROR_NONE;
    error_set(reading->error, ERROR_CONFIG, "'%.80s' can be reached from other machines, but there is no 'tls'",
              settings->listen_http);
    error_hint(reading->error,
               "tokens would travel in the clear: set tls.certificate and tls.key, or listen at 127.0.0.1");
    return blame(reading, "listen.http");
}

/* Whether TLS has what it needs: better now than when it starts. */
static enum error_code check_tls(const struct reading *reading)
{
    const struct {
        const char *key;
        const char *path;
    } files[] = {{"tls.certificate", reading->settings->certificate}, {"tls.key", reading->settings->certificate_key}};

    for (size_t i = 0; i < LENGTH_OF(files); i++) {
        if (files[i].path == NULL || access(files[i].path, R_OK) == 0)
            continue;
        error_set(reading->error, ERROR_CONFIG, "cannot read '%.200s': %s", files[i].path, strerror(errno));
        return blame(reading, "%s", files[i].key);
    }
    return ERROR_NONE;
}

static enum error_code check_times(const struct reading *reading)
{
    const struct file_content *content = reading->file.content;
    const struct collector_settings *settings = reading->settings;
    const struct {
        const char *key;
        const char *given;
        unsigned limit_ms;
    } limits[] = {{"stale_after", content->stale_after, settings->stale_after_ms},
                  {"claim_after", content->claim_after, settings->claim_after_ms}};

    for (size_t i = 0; i < LENGTH_OF(limits); i++) {
        if (limits[i].limit_ms > settings->heartbeat_ms)
            continue;
        error_set(reading->error, ERROR_CONFIG, "'%s' must be longer than 'heartbeat'", limits[i].key);
        error_hint(reading->error, "else an agent that works well is taken for silent; three heartbeats are usual");
        return blame(reading, "%s", limits[i].given == NULL ? "heartbeat" : limits[i].key);
    }
    if (settings->store_limit == 0 || settings->store_limit >= (size_t)STORE_LEAST_MIB * 1024 * 1024)
        return ERROR_NONE;
    error_set(reading->error, ERROR_CONFIG, "a history of less than %d MiB has no room for anything", STORE_LEAST_MIB);
    return blame(reading, "limits.store");
}

enum error_code settings_read(struct collector_settings *settings, struct arena *arena, struct error *error)
{
    static const struct option *const tables[] = {settings_file, NULL};
    const struct option_line presets = {.tables = tables, .values = settings, .arena = arena};
    struct reading reading = {.settings = settings, .arena = arena, .error = error};
    enum error_code code;

    if (option_set_defaults(&presets, error) != ERROR_NONE ||
        config_file_open(&reading.file, settings->config, &content_schema, arena, error) != ERROR_NONE)
        return error->code;
    code = config_file_apply(&reading.file, settings_file, settings, error);
    if (code == ERROR_NONE)
        code = make_policy(&reading);
    if (code == ERROR_NONE)
        code = check_addresses(&reading);
    if (code == ERROR_NONE)
        code = check_tls(&reading);
    if (code == ERROR_NONE)
        code = check_times(&reading);
    config_file_close(&reading.file);
    return code;
}
