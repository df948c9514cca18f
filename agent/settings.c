#include "agent/settings.h"

#include <stdlib.h>
#include <string.h>

#include "agent/loopback.h"
#include "base/config_file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/reference.h"

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS,
    MEBIBYTE = 1024 * 1024,
    TEXT_LIMIT = 8192, /* bytes of one value */
    MEMORY_LIMIT = 64 * MEBIBYTE
};

static const char doing[] = "reading the configuration";

/* ---- what there is ---- */

static const char *log_name(size_t number)
{
    return number <= LOG_LEVEL_ERROR ? log_level_name((enum log_level)number) : NULL;
}

#define AT(member) offsetof(struct settings_call, member)

const struct option settings_call_options[] = {
    {"config", 0, OPTION_FILE, AT(config), "FILE", NULL, NULL, NULL, 0, 0, "the configuration; it must be given"},
    {"check-config", 0, OPTION_FLAG, AT(check_config), NULL, NULL, NULL, NULL, 0, 0,
     "say whether the configuration is valid and stop"},
    {"once", 0, OPTION_FLAG, AT(once), NULL, NULL, NULL, NULL, 0, 0,
     "look at every target once, deliver what is new and stop: for cron"},
    {"public-key", 0, OPTION_FLAG, AT(public_key), NULL, NULL, NULL, NULL, 0, 0,
     "print the public key, which the collector must know, and stop; a pair of keys is made when there is none"},
    {"help", 'h', OPTION_FLAG, AT(help), NULL, NULL, NULL, NULL, 0, 0, "describe the program and stop"},
    {"version", 'V', OPTION_FLAG, AT(version), NULL, NULL, NULL, NULL, 0, 0,
     "print the versions of Driftline and of its libraries and stop"},
    {0},
};

#undef AT
#define AT(member) offsetof(struct settings, member)

const struct option settings_options[] = {
    {NULL, 0, OPTION_TEXT, AT(agent), "NAME", "agent", NULL, NULL, 0, 0,
     "the name of this agent, for people and logs; the collector knows it by its key"},
    {NULL, 0, OPTION_FILE, AT(data), "FOLDER", "data", NULL, NULL, 0, 0,
     "where the outbox and the keys are; made when it is not there"},
    {NULL, 0, OPTION_LIST, AT(endpoints), "ADDRESS", "collector.endpoints", NULL, NULL, 0, 0,
     "the addresses of the collector, tcp://HOST:PORT; one is used, the next when it is silent"},
    {NULL, 0, OPTION_TEXT, AT(key), "KEY", "collector.key", NULL, NULL, 0, 0,
     "the public key of the collector, or file:PATH or env:NAME where it is"},
    {NULL, 0, OPTION_SIZE, AT(outbox_limit), "SIZE", "outbox.limit", "256MiB", NULL, MEBIBYTE / 4, UINT64_C(1) << 40,
     "keep so much on disk; when it is full what is acknowledged goes first, then all but the newest snapshot of each "
     "target"},
    {NULL, 0, OPTION_DURATION, AT(outbox_keep_ms), "TIME", "outbox.keep", "24h", NULL, 0, 24 * DAY_MS,
     "keep what is acknowledged so long, for a collector that is restored from a backup"},
    {NULL, 0, OPTION_DURATION, AT(source.connect_timeout_ms), "TIME", "timeouts.connect", "10s", NULL, 1, HOUR_MS,
     "give up a server that cannot be reached for so long"},
    {NULL, 0, OPTION_DURATION, AT(source.statement_timeout_ms), "TIME", "timeouts.statement", "60s", NULL, 1, DAY_MS,
     "let the server cancel a catalogue query that takes longer"},
    {NULL, 0, OPTION_DURATION, AT(source.lock_timeout_ms), "TIME", "timeouts.lock", "2s", NULL, 1, HOUR_MS,
     "wait so long for a migration that holds a lock"},
    {NULL, 0, OPTION_NUMBER, AT(source.attempts), "N", "attempts", "5", NULL, 1, 100,
     "read a schema that changes while it is read so often before giving up until the next look"},
    {NULL, 0, OPTION_SIZE, AT(source.memory_limit), "SIZE", "memory_limit", "2GiB", NULL, MEBIBYTE, UINT64_C(1) << 40,
     "refuse a schema that takes more memory"},
    {NULL, 0, OPTION_TEXT, AT(secret_key), "WHERE", "secret_key", NULL, NULL, 0, 0,
     "tell a changed password in an option of a foreign server or user mapping by a digest under this key, which is "
     "read from file:PATH or env:NAME; without it only its presence is compared"},
    {NULL, 0, OPTION_TEXT, AT(metrics), "ADDRESS", "metrics", NULL, NULL, 0, 0,
     "serve metrics for Prometheus at http://ADDRESS/metrics, 127.0.0.1:7490 or [::1]:7490: to this machine only, "
     "since "
     "they need no token; without it they are not served"},
    {NULL, 0, OPTION_CHOICE, AT(log), "LEVEL", "log", "info", log_name, 0, 0, "write lines of at least this level"},
    {0},
};

#undef AT
#define AT(member) offsetof(struct settings_target, member)

const struct option settings_target_options[] = {
    {NULL, 0, OPTION_TEXT, AT(database), "NAME", "database", NULL, NULL, 0, 0, "the logical database"},
    {NULL, 0, OPTION_TEXT, AT(environment), "NAME", "environment", NULL, NULL, 0, 0,
     "dev, staging, prod or whatever yours are called"},
    {NULL, 0, OPTION_TEXT, AT(instance), "NAME", "instance", "default", NULL, 0, 0,
     "which of several equal ones: a shard, a tenant, a region"},
    {NULL, 0, OPTION_TEXT, AT(source), "REF", "source", NULL, NULL, 0, 0,
     "what to read: a reference, or file:PATH or env:NAME where it is"},
    {NULL, 0, OPTION_TEXT, AT(scratch), "WHERE", "scratch", NULL, NULL, 0, 0,
     "of a ddl: source: where scratch databases are made, if not privately with the programs that are "
     "installed: a URL, a folder of programs, or file:PATH or env:NAME where that is"},
    {NULL, 0, OPTION_DURATION, AT(poll_ms), "TIME", "poll", "5s", NULL, 100, DAY_MS, "look cheaply so often"},
    {NULL, 0, OPTION_DURATION, AT(exact_ms), "TIME", "exact", "60s", NULL, 100, DAY_MS,
     "look exactly at least so often, whatever cheap looks say"},
    {NULL, 0, OPTION_DURATION, AT(full_check_ms), "TIME", "full_check", "1h", NULL, SECOND_MS, 7 * DAY_MS,
     "read everything at least so often, whatever looks say"},
    {NULL, 0, OPTION_DURATION, AT(debounce_ms), "TIME", "debounce", "1s", NULL, 0, MINUTE_MS,
     "read when nothing has moved for so long, at most ten times as long after the first move"},
    {0},
};

/* ---- the file ---- */

struct target_content {
    char *database, *environment, *instance, *source, *scratch, *poll, *exact, *full_check, *debounce;
};

struct file_content {
    char *agent, *data;
    struct {
        char **endpoints;
        unsigned endpoints_count;
        char *key;
    } collector;
    struct target_content *targets;
    unsigned targets_count;
    struct {
        char *limit, *keep;
    } outbox;
    struct {
        char *connect, *statement, *lock;
    } timeouts;
    char *attempts, *memory_limit, *secret_key, *metrics, *log;
};

#define NEEDED(key, type, member) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, TEXT_LIMIT)
#define OPTIONAL(key, type, member)                                                                                    \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, TEXT_LIMIT)

/* The type of a mapping inside the file's. */
#define PART(member) __typeof__(((struct file_content *)NULL)->member)

static const cyaml_schema_value_t text_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT)};

static const cyaml_schema_field_t collector_fields[] = {
    CYAML_FIELD_SEQUENCE("endpoints", CYAML_FLAG_POINTER, PART(collector), endpoints, &text_schema, 1,
                         SETTINGS_ENDPOINTS_LIMIT),
    NEEDED("key", PART(collector), key),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t target_fields[] = {
    NEEDED("database", struct target_content, database),
    NEEDED("environment", struct target_content, environment),
    OPTIONAL("instance", struct target_content, instance),
    NEEDED("source", struct target_content, source),
    OPTIONAL("scratch", struct target_content, scratch), /* of a ddl: source */
    OPTIONAL("poll", struct target_content, poll),
    OPTIONAL("exact", struct target_content, exact),
    OPTIONAL("full_check", struct target_content, full_check),
    OPTIONAL("debounce", struct target_content, debounce),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t target_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct target_content, target_fields),
};

static const cyaml_schema_field_t outbox_fields[] = {
    OPTIONAL("limit", PART(outbox), limit),
    OPTIONAL("keep", PART(outbox), keep),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t timeouts_fields[] = {
    OPTIONAL("connect", PART(timeouts), connect),
    OPTIONAL("statement", PART(timeouts), statement),
    OPTIONAL("lock", PART(timeouts), lock),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t file_fields[] = {
    NEEDED("agent", struct file_content, agent),
    NEEDED("data", struct file_content, data),
    CYAML_FIELD_MAPPING("collector", CYAML_FLAG_DEFAULT, struct file_content, collector, collector_fields),
    CYAML_FIELD_SEQUENCE("targets", CYAML_FLAG_POINTER, struct file_content, targets, &target_schema, 1,
                         SETTINGS_TARGETS_LIMIT),
    CYAML_FIELD_MAPPING("outbox", CYAML_FLAG_OPTIONAL, struct file_content, outbox, outbox_fields),
    CYAML_FIELD_MAPPING("timeouts", CYAML_FLAG_OPTIONAL, struct file_content, timeouts, timeouts_fields),
    OPTIONAL("attempts", struct file_content, attempts),
    OPTIONAL("memory_limit", struct file_content, memory_limit),
    OPTIONAL("secret_key", struct file_content, secret_key),
    OPTIONAL("metrics", struct file_content, metrics),
    OPTIONAL("log", struct file_content, log),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t file_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file_content, file_fields),
};

/* ---- from the file to the struct ---- */

struct loading {
    struct config_file file;
    struct settings *settings;
    struct error *error;
};

static enum error_code no_memory(const struct loading *loading)
{
    return arena_error(&loading->settings->arena, loading->error, doing);
}

/* Put the place of a key in front of the message that is set. */
static enum error_code at(const struct loading *loading, const char *way)
{
    return config_file_blame(&loading->file, way, loading->error);
}

/* The same of a key of one target; NULL: of the target. */
static enum error_code at_target(const struct loading *loading, const struct settings_target *target, const char *key)
{
    const char *way =
        arena_printf(&loading->settings->arena, "targets.%zu%s%s", (size_t)(target - loading->settings->targets),
                     key == NULL ? "" : ".", key == NULL ? "" : key);

    return way == NULL ? no_memory(loading) : at(loading, way);
}

static enum error_code set(const struct loading *loading, const struct config_file *file, const struct option *options,
                           void *values)
{
    const struct option *const tables[] = {options, NULL};
    const struct option_line line = {.tables = tables, .values = values, .arena = file->arena};

    if (option_set_defaults(&line, loading->error) != ERROR_NONE)
        return loading->error->code;
    return config_file_apply(file, options, values, loading->error);
}

static enum error_code set_targets(const struct loading *loading, const struct file_content *content)
{
    struct settings *settings = loading->settings;

    settings->targets = arena_array(&settings->arena, content->targets_count, sizeof *settings->targets);
    if (settings->targets == NULL)
        return no_memory(loading);
    for (unsigned i = 0; i < content->targets_count; i++) {
        struct config_file element = loading->file;

        element.schema = &target_schema;
        element.content = &content->targets[i];
        element.way = arena_printf(&settings->arena, "targets.%u.", i);
        if (element.way == NULL)
            return no_memory(loading);
        if (set(loading, &element, settings_target_options, &settings->targets[settings->target_count++]) != ERROR_NONE)
            return loading->error->code;
    }
    return ERROR_NONE;
}

/* ---- what only shows when all is there ---- */

static enum error_code check_name(const struct loading *loading, const char *value, const char *what)
{
    if (reference_is_name(text_from(value)))
        return ERROR_NONE;
    error_set(loading->error, ERROR_CONFIG, "'%.100s' cannot be the name of %s", value, what);
    return error_hint(loading->error, "names have letters, digits, '_', '-' and '.', and at most %d bytes",
                      REFERENCE_NAME_LIMIT);
}

/* tcp://HOST:PORT; what the host may be is libzmq's business. */
static bool is_endpoint(const char *endpoint)
{
    static const struct text scheme = TEXT_INIT("tcp://");
    const char *port = strrchr(endpoint, ':');

    return text_starts_with(text_from(endpoint), scheme) && port > endpoint + scheme.length && port[1] >= '1' &&
           port[1] <= '9' && strspn(port + 1, "0123456789") == strlen(port + 1) && strlen(port + 1) <= 5 &&
           strtoul(port + 1, NULL, 10) <= UINT16_MAX && endpoint[strcspn(endpoint, " ;,\t*@")] == '\0';
}

static enum error_code check_collector(const struct loading *loading)
{
    struct settings *settings = loading->settings;
    struct text key;

    for (size_t i = 0; i < settings->endpoints.count; i++) {
        const char *way = arena_printf(&settings->arena, "collector.endpoints.%zu", i);

        if (way == NULL)
            return no_memory(loading);
        if (is_endpoint(settings->endpoints.items[i]))
            continue;
        error_set(loading->error, ERROR_CONFIG, "'%.100s' is not the address of a collector",
                  settings->endpoints.items[i]);
        error_hint(loading->error, "write tcp://HOST:PORT");
        return at(loading, way);
    }
    if (config_secret(settings->key, &settings->arena, &key, loading->error) != ERROR_NONE ||
        key_parse(settings->collector_key, key, loading->error) != ERROR_NONE)
        return at(loading, "collector.key");
    return ERROR_NONE;
}

/* A key in a file that is copied around would be no secret: only where it is may be said. */
static enum error_code check_secret_key(const struct loading *loading)
{
    struct settings *settings = loading->settings;
    const char *where = settings->secret_key;

    if (where == NULL)
        return ERROR_NONE;
    if (strncmp(where, "file:", 5) != 0 && strncmp(where, "env:", 4) != 0) {
        error_set(loading->error, ERROR_CONFIG, "the secret key must not be written down here");
        error_hint(loading->error, "put it into a file or variable and write file:PATH or env:NAME");
        return at(loading, "secret_key");
    }
    if (config_secret(where, &settings->arena, &settings->source.secret_key, loading->error) != ERROR_NONE)
        return at(loading, "secret_key");
    return ERROR_NONE;
}

/* What needs no token is for this machine alone. */
static enum error_code check_metrics(const struct loading *loading)
{
    union loopback ignored;

    if (loading->settings->metrics == NULL ||
        loopback_parse(loading->settings->metrics, &ignored, loading->error) == ERROR_NONE)
        return ERROR_NONE;
    return at(loading, "metrics");
}

static enum error_code fetch_source(const struct loading *loading, struct settings_target *target)
{
    const struct source_ops *source;
    struct text ref;

    if (config_secret(target->source, &loading->settings->arena, &ref, loading->error) != ERROR_NONE)
        return loading->error->code;
    source = source_find(ref.bytes);
    if (source == NULL) { /* it may hold a password, so it is not repeated */
        error_set(loading->error, ERROR_CONFIG, "the source of '%s' is no reference that can be watched", target->name);
        return error_hint(loading->error, "write one such as %s, %s or %s", source_postgres.syntax,
                          source_sqlite.syntax, source_mariadb.syntax);
    }
    target->source = ref.bytes;
    target->engine = source->name;
    return ERROR_NONE;
}

static enum error_code fetch_scratch(const struct loading *loading, struct settings_target *target)
{
    struct text where;

    if (target->scratch == NULL)
        return ERROR_NONE;
    if (config_secret(target->scratch, &loading->settings->arena, &where, loading->error) != ERROR_NONE)
        return loading->error->code;
    target->scratch = where.bytes;
    return ERROR_NONE;
}

static enum error_code check_target(const struct loading *loading, struct settings_target *target)
{
    bool only = strcmp(target->instance, "default") == 0;

    target->name = arena_printf(&loading->settings->arena, "%s@%s%s%s", target->database, target->environment,
                                only ? "" : "/", only ? "" : target->instance);
    if (target->name == NULL)
        return no_memory(loading);
    if (check_name(loading, target->database, "a database") != ERROR_NONE)
        return at_target(loading, target, "database");
    if (check_name(loading, target->environment, "an environment") != ERROR_NONE)
        return at_target(loading, target, "environment");
    if (check_name(loading, target->instance, "an instance") != ERROR_NONE)
        return at_target(loading, target, "instance");
    if (fetch_source(loading, target) != ERROR_NONE)
        return at_target(loading, target, "source");
    return fetch_scratch(loading, target) == ERROR_NONE ? ERROR_NONE : at_target(loading, target, "scratch");
}

static int compare_names(const void *a, const void *b)
{
    const struct settings_target *const *left = a;
    const struct settings_target *const *right = b;
    int order = strcmp((*left)->name, (*right)->name);

    return order != 0 ? order : (*left > *right) - (*left < *right);
}

/* No target twice, and all of them in one message to the collector. */
static enum error_code check_targets_together(const struct loading *loading)
{
    struct settings *settings = loading->settings;
    const struct settings_target **sorted = arena_array(&settings->arena, settings->target_count, sizeof *sorted);
    size_t bytes = 0;

    if (sorted == NULL)
        return no_memory(loading);
    for (size_t i = 0; i < settings->target_count; i++) {
        sorted[i] = &settings->targets[i];
        bytes += strlen(sorted[i]->name);
    }
    if (bytes > SETTINGS_NAMES_LIMIT) {
        error_set(loading->error, ERROR_CONFIG, "the names of all targets together have more than %d bytes",
                  SETTINGS_NAMES_LIMIT);
        error_hint(loading->error, "use shorter names, or a second agent");
        return at(loading, "targets");
    }
    qsort(sorted, settings->target_count, sizeof *sorted, compare_names);
    for (size_t i = 1; i < settings->target_count; i++)
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0) {
            error_set(loading->error, ERROR_CONFIG, "the target '%s' is there twice", sorted[i]->name);
            return at_target(loading, sorted[i], NULL);
        }
    return ERROR_NONE;
}

static enum error_code check_all(const struct loading *loading)
{
    struct settings *settings = loading->settings;

    if (check_name(loading, settings->agent, "an agent") != ERROR_NONE)
        return at(loading, "agent");
    if (check_collector(loading) != ERROR_NONE || check_secret_key(loading) != ERROR_NONE ||
        check_metrics(loading) != ERROR_NONE)
        return loading->error->code;
    for (size_t i = 0; i < settings->target_count; i++)
        if (check_target(loading, &settings->targets[i]) != ERROR_NONE)
            return loading->error->code;
    return check_targets_together(loading);
}

/* ---- in one call ---- */

static void free_settings(struct settings **settings)
{
    settings_free(*settings);
}

enum error_code settings_load(struct settings **ret_settings, const char *path, struct error *error)
{
    CLEANUP(free_settings) struct settings *settings = mem_alloc(sizeof *settings);
    CLEANUP(config_file_close) struct config_file file = {.schema = &file_schema};

    if (settings == NULL)
        return error_memory(error, doing);
    *settings = (struct settings){0};
    arena_init(&settings->arena, MEMORY_LIMIT);
    source_settings_init(&settings->source);
    if (config_file_open(&file, path, &file_schema, &settings->arena, error) != ERROR_NONE)
        return error->code;

    const struct loading loading = {file, settings, error};

    if (set(&loading, &file, settings_options, settings) != ERROR_NONE ||
        set_targets(&loading, file.content) != ERROR_NONE || check_all(&loading) != ERROR_NONE)
        return error->code;
    *ret_settings = settings;
    settings = NULL;
    return ERROR_NONE;
}

void settings_free(struct settings *settings)
{
    if (settings == NULL)
        return;
    arena_free(&settings->arena);
    mem_free(settings);
}

static bool same_source_settings(const struct source_settings *a, const struct source_settings *b)
{
    return a->connect_timeout_ms == b->connect_timeout_ms && a->statement_timeout_ms == b->statement_timeout_ms &&
           a->lock_timeout_ms == b->lock_timeout_ms && a->attempts == b->attempts &&
           a->memory_limit == b->memory_limit && text_equal(a->secret_key, b->secret_key);
}

bool settings_same_target(const struct settings *a, const struct settings_target *a_target, const struct settings *b,
                          const struct settings_target *b_target)
{
    return strcmp(a_target->name, b_target->name) == 0 && strcmp(a_target->source, b_target->source) == 0 &&
           text_equal(text_from(a_target->scratch), text_from(b_target->scratch)) &&
           a_target->poll_ms == b_target->poll_ms && a_target->exact_ms == b_target->exact_ms &&
           a_target->full_check_ms == b_target->full_check_ms && a_target->debounce_ms == b_target->debounce_ms &&
           same_source_settings(&a->source, &b->source);
}
