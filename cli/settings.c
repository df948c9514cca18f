#include "cli/settings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "cli/terminal.h"
#include "drift/ignore.h"
#include "drift/report.h"
#include "drift/severity.h"

#define AT(member) offsetof(struct settings, member)

enum { HOUR_MS = 3600 * 1000, MEBIBYTE = 1024 * 1024 };

const struct option settings_general[] = {
    {"config", 0, OPTION_FILE, AT(config), "FILE", NULL, NULL, NULL, 0, 0,
     "read settings from FILE; without it from the file that DRIFTLINE_CONFIG names, if it is set"},
    {"color", 0, OPTION_CHOICE, AT(colour), "WHEN", NULL, "auto", colour_wish_name, 0, 0, "colour in text output"},
    {"help", 'h', OPTION_FLAG, AT(help), NULL, NULL, NULL, NULL, 0, 0, "describe the command and stop"},
    {"version", 'V', OPTION_FLAG, AT(version), NULL, NULL, NULL, NULL, 0, 0,
     "print the versions of Driftline and of its libraries and stop"},
    {0},
};

const struct option settings_reading[] = {
    {"connect-timeout", 0, OPTION_DURATION, AT(connect_timeout_ms), "TIME", "timeouts.connect", "10s", NULL, 1, HOUR_MS,
     "give up a server that cannot be reached for so long"},
    {"statement-timeout", 0, OPTION_DURATION, AT(statement_timeout_ms), "TIME", "timeouts.statement", "60s", NULL, 1,
     24 * HOUR_MS, "let the server cancel a catalogue query that takes longer"},
    {"lock-timeout", 0, OPTION_DURATION, AT(lock_timeout_ms), "TIME", "timeouts.lock", "2s", NULL, 1, HOUR_MS,
     "wait so long for a migration that holds a lock"},
    {"attempts", 0, OPTION_NUMBER, AT(attempts), "N", "attempts", "5", NULL, 1, 100,
     "read a schema that changes while it is read so often before giving up"},
    {"memory-limit", 0, OPTION_SIZE, AT(memory_limit), "SIZE", "memory_limit", "2GiB", NULL, MEBIBYTE,
     UINT64_C(1) << 40, "refuse a schema that takes more memory"},
    {"secret-key", 0, OPTION_TEXT, AT(secret_key), "WHERE", "secret_key", NULL, NULL, 0, 0,
     "tell a changed password in an option of a foreign server or user mapping by a digest under this key, which is "
     "read "
     "from file:PATH or env:NAME; without it only its presence is compared"},
    {"scratch", 0, OPTION_TEXT, AT(scratch), "WHERE", "scratch", NULL, NULL, 0, 0,
     "make scratch databases (of ddl: references and rehearsals) on the PostgreSQL server of this URL, or privately "
     "with "
     "PostgreSQL's programs in this folder, or as file:PATH or env:NAME says; without it with those installed"},
    {0},
};

const struct option settings_asking[] = {
    {"collector", 0, OPTION_TEXT, AT(collector), "URL", "collector", NULL, NULL, 0, 0,
     "the HTTP address of the collector, such as https://driftline.example; without it DRIFTLINE_COLLECTOR"},
    {"token", 0, OPTION_TEXT, AT(token), "WHERE", "token", NULL, NULL, 0, 0,
     "read the token for the collector from file:PATH or env:NAME; without it from DRIFTLINE_TOKEN"},
    {"ca", 0, OPTION_FILE, AT(ca), "FILE", "ca", NULL, NULL, 0, 0,
     "trust the certificates in FILE, in place of the system's, for a collector behind https"},
    {"insecure-http", 0, OPTION_FLAG, AT(insecure_http), NULL, "insecure_http", NULL, NULL, 0, 0,
     "send the token to another machine without encryption"},
    {"answer-timeout", 0, OPTION_DURATION, AT(answer_timeout_ms), "TIME", "timeouts.answer", "60s", NULL, 1000, HOUR_MS,
     "give up a collector that says nothing for so long"},
    {0},
};

const struct option settings_comparing[] = {
    {"aspect", 0, OPTION_CHOICES, AT(aspects), "LIST", NULL, NULL, settings_aspect_name, 0, 0,
     "compare only these, separated by commas"},
    {"ignore", 0, OPTION_LIST, AT(ignore), "PATTERN", "ignore", NULL, NULL, 0, 0,
     "leave out what matches kind:glob, attribute:glob or *:glob; may be given several times"},
    {"severity", 0, OPTION_LIST, AT(severity), "PATTERN=LEVEL", "severity", NULL, NULL, 0, 0,
     "give changes of what matches another level than the table of rules; may be given several times, the last that "
     "matches decides"},
    {"fold-partitions", 0, OPTION_FLAG, AT(fold_partitions), NULL, "fold_partitions", NULL, NULL, 0, 0,
     "leave out tables that are partitions of another"},
    {0},
};

const struct option settings_format_only[] = {
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

const char *settings_aspect_name(size_t number)
{
    return number < ASPECT_COUNT ? aspect_name((enum aspect)number) : NULL;
}

const char *settings_kind_name(size_t number)
{
    return number < kind_table_count ? kind_table[number].name : NULL;
}

const char *settings_text_or_json(size_t number)
{
    static const char *const names[] = {[FORMAT_TEXT] = "text", [FORMAT_JSON] = "json"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

const char *settings_report_format(size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (report_formats[i].name == NULL)
            return NULL;
    return report_formats[number].name;
}

/* ---- the configuration file ---- */

struct severity_entry {
    char *match;
    char *level;
};

struct file_timeouts {
    char *connect;
    char *statement;
    char *lock;
    char *answer;
};

/* Values stay text here: option_set() reads them like those of the command line. */
struct file_content {
    char **ignore;
    unsigned ignore_count;
    struct severity_entry *severity;
    unsigned severity_count;
    struct file_timeouts timeouts;
    char *attempts;
    char *memory_limit;
    char *secret_key;
    char *scratch;
    char *fold_partitions;
    char *collector;
    char *token;
    char *ca;
    char *insecure_http;
    struct project project;
};

enum { TEXT_LIMIT = 4096, LIST_LIMIT = 10000 };

#define OPTIONAL_TEXT(key, type, member)                                                                               \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, TEXT_LIMIT)

static const cyaml_schema_field_t severity_fields[] = {
    CYAML_FIELD_STRING_PTR("match", CYAML_FLAG_POINTER, struct severity_entry, match, 1, TEXT_LIMIT),
    CYAML_FIELD_STRING_PTR("level", CYAML_FLAG_POINTER, struct severity_entry, level, 1, TEXT_LIMIT),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t severity_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct severity_entry, severity_fields),
};

static const cyaml_schema_value_t ignore_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT),
};

static const cyaml_schema_field_t timeouts_fields[] = {
    OPTIONAL_TEXT("connect", struct file_timeouts, connect),
    OPTIONAL_TEXT("statement", struct file_timeouts, statement),
    OPTIONAL_TEXT("lock", struct file_timeouts, lock),
    OPTIONAL_TEXT("answer", struct file_timeouts, answer),
    CYAML_FIELD_END,
};

#define PROJECT_LIST(key, member, schema)                                                                              \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_content, member, schema, 0,        \
                         PROJECT_ENTRIES_LIMIT)

static const cyaml_schema_field_t file_fields[] = {
    CYAML_FIELD_SEQUENCE("ignore", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_content, ignore,
                         &ignore_schema, 0, LIST_LIMIT),
    CYAML_FIELD_SEQUENCE("severity", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_content, severity,
                         &severity_schema, 0, LIST_LIMIT),
    CYAML_FIELD_MAPPING("timeouts", CYAML_FLAG_OPTIONAL, struct file_content, timeouts, timeouts_fields),
    OPTIONAL_TEXT("attempts", struct file_content, attempts),
    OPTIONAL_TEXT("memory_limit", struct file_content, memory_limit),
    OPTIONAL_TEXT("secret_key", struct file_content, secret_key),
    OPTIONAL_TEXT("scratch", struct file_content, scratch),
    OPTIONAL_TEXT("fold_partitions", struct file_content, fold_partitions),
    OPTIONAL_TEXT("collector", struct file_content, collector),
    OPTIONAL_TEXT("token", struct file_content, token),
    OPTIONAL_TEXT("ca", struct file_content, ca),
    OPTIONAL_TEXT("insecure_http", struct file_content, insecure_http),
    PROJECT_LIST("docs", project.docs, &docs_entry_schema),
    PROJECT_LIST("codegen", project.codegen, &codegen_entry_schema),
    CYAML_FIELD_MAPPING("lint", CYAML_FLAG_OPTIONAL, struct file_content, project.lint, lint_entry_fields),
    PROJECT_LIST("publish", project.publish, &publish_entry_schema),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t file_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file_content, file_fields),
};

/* The option of a key, whichever command it belongs to: one file serves all commands. */
static const struct option *find_key(const char *key)
{
    static const struct option *const tables[] = {settings_reading, settings_asking, settings_comparing};

    for (size_t i = 0; i < LENGTH_OF(tables); i++)
        for (const struct option *option = tables[i]; option->type != 0; option++)
            if (option->key != NULL && strcmp(option->key, key) == 0)
                return option;
    return NULL;
}

/* Where the values of a file go. */
struct target {
    const char *path;
    struct settings *settings;
    struct arena *arena;
};

/* NULL: the file does not have the key. */
static enum error_code apply(const struct target *target, const char *key, const char *value, struct error *error)
{
    const struct option *option = find_key(key);
    const char *copy;
    const char *called;

    if (value == NULL)
        return ERROR_NONE;
    if (option == NULL)
        return error_set(error, ERROR_INTERNAL, "no option has the key '%s'", key);
    copy = arena_string(target->arena, text_from(value));
    called = arena_printf(target->arena, "%s: '%s'", target->path, key);
    if (copy == NULL || called == NULL)
        return arena_error(target->arena, error, "reading the configuration");
    if (option_set(option, called, copy, target->settings, target->arena, error) != ERROR_NONE)
        return error->code = error->code == ERROR_USAGE ? ERROR_CONFIG : error->code;
    return ERROR_NONE;
}

static enum error_code apply_lists(const struct target *target, const struct file_content *content, struct error *error)
{
    for (unsigned i = 0; i < content->ignore_count; i++)
        if (apply(target, "ignore", content->ignore[i], error) != ERROR_NONE)
            return error->code;
    for (unsigned i = 0; i < content->severity_count; i++) {
        const struct severity_entry *entry = &content->severity[i];
        const char *both = arena_printf(target->arena, "%s=%s", entry->match, entry->level);

        if (both == NULL)
            return arena_error(target->arena, error, "reading the configuration");
        if (apply(target, "severity", both, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code apply_all(const struct target *target, const struct file_content *content, struct error *error)
{
    const struct {
        const char *key;
        const char *value;
    } values[] = {
        {"timeouts.connect", content->timeouts.connect},
        {"timeouts.statement", content->timeouts.statement},
        {"timeouts.lock", content->timeouts.lock},
        {"timeouts.answer", content->timeouts.answer},
        {"attempts", content->attempts},
        {"memory_limit", content->memory_limit},
        {"secret_key", content->secret_key},
        {"scratch", content->scratch},
        {"fold_partitions", content->fold_partitions},
        {"collector", content->collector},
        {"token", content->token},
        {"ca", content->ca},
        {"insecure_http", content->insecure_http},
    };

    for (size_t i = 0; i < LENGTH_OF(values); i++)
        if (apply(target, values[i].key, values[i].value, error) != ERROR_NONE)
            return error->code;
    return apply_lists(target, content, error);
}

static enum error_code read_file(const char *path, struct settings *settings, struct arena *arena, struct error *error)
{
    struct target target = {path, settings, arena};

    if (config_file_open(&settings->config_file, path, &file_schema, arena, error) != ERROR_NONE)
        return error->code;
    return apply_all(&target, settings->config_file.content, error);
}

void settings_close(struct settings *settings)
{
    if (settings->config_file.content != NULL)
        config_file_close(&settings->config_file);
    settings->project = NULL;
}

/* Commands that have no use for the sections of a project have read all they need. */
static void keep_project(struct settings *settings, bool has_project)
{
    const struct file_content *content = settings->config_file.content;

    if (has_project && content != NULL)
        settings->project = &content->project;
    else
        settings_close(settings);
}

/* A variable that is empty is as good as none. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value == NULL || value[0] == '\0' ? NULL : value;
}

static enum error_code set_defaults(struct settings *settings, struct option_line *line, struct error *error)
{
    static const struct option *const all[] = {settings_general, settings_reading, settings_asking, settings_comparing,
                                               NULL};
    const struct option_line presets = {.tables = all, .values = settings, .arena = line->arena};

    *settings = (struct settings){0};
    if (option_set_defaults(&presets, error) != ERROR_NONE)
        return error->code;
    return option_set_defaults(line, error);
}

static void apply_environment(struct settings *settings)
{
    if (variable("DRIFTLINE_COLLECTOR") != NULL)
        settings->collector = variable("DRIFTLINE_COLLECTOR");
    if (variable("DRIFTLINE_TOKEN") != NULL)
        settings->token = "env:DRIFTLINE_TOKEN";
}

/* The file to read; NULL: there is none. */
static const char *find_file(const struct settings *settings, bool has_project)
{
    if (settings->config != NULL)
        return settings->config;
    if (variable("DRIFTLINE_CONFIG") != NULL)
        return variable("DRIFTLINE_CONFIG");
    return has_project && access(PROJECT_FILE, F_OK) == 0 ? PROJECT_FILE : NULL;
}

enum error_code settings_read(struct settings *ret_settings, struct option_line *line, bool has_project, size_t count,
                              const char *const *arguments, struct error *error)
{
    const char *path;

    /* The first time to learn which file there is, the second time over what the file says. */
    if (set_defaults(ret_settings, line, error) != ERROR_NONE ||
        option_parse(line, count, arguments, error) != ERROR_NONE)
        return error->code;
    if (ret_settings->help || ret_settings->version)
        return ERROR_NONE;
    path = find_file(ret_settings, has_project);
    if (set_defaults(ret_settings, line, error) != ERROR_NONE ||
        (path != NULL && read_file(path, ret_settings, line->arena, error) != ERROR_NONE)) {
        settings_close(ret_settings);
        return error->code;
    }
    keep_project(ret_settings, has_project);
    apply_environment(ret_settings);
    return option_parse(line, count, arguments, error);
}

/* ---- for those who do the work ---- */

/* A secret on a command line or in a shared file would be none: only where it is may be said. */
static enum error_code check_whereabouts(const char *what, const char *where, struct error *error)
{
    if (strncmp(where, "file:", 5) == 0 || strncmp(where, "env:", 4) == 0)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "the %s must not be written down here", what);
    return error_hint(error, "put it into a file or variable and write file:PATH or env:NAME");
}

enum error_code settings_for_source(const struct settings *settings, struct arena *arena,
                                    struct source_settings *ret_source, struct error *error)
{
    struct source_settings source;

    source_settings_init(&source);
    source.connect_timeout_ms = settings->connect_timeout_ms;
    source.statement_timeout_ms = settings->statement_timeout_ms;
    source.lock_timeout_ms = settings->lock_timeout_ms;
    source.attempts = settings->attempts;
    source.memory_limit = settings->memory_limit;
    if (settings->secret_key != NULL &&
        (check_whereabouts("secret key", settings->secret_key, error) != ERROR_NONE ||
         config_secret(settings->secret_key, arena, &source.secret_key, error) != ERROR_NONE))
        return error->code;
    if (settings->scratch != NULL) {
        struct text where;

        if (config_secret(settings->scratch, arena, &where, error) != ERROR_NONE)
            return error->code;
        source.scratch = where.bytes;
    }
    *ret_source = source;
    return ERROR_NONE;
}

enum error_code settings_for_collector(const struct settings *settings, struct collector_settings *ret_collector,
                                       struct error *error)
{
    if (settings->token != NULL && check_whereabouts("token", settings->token, error) != ERROR_NONE)
        return error->code;
    *ret_collector = (struct collector_settings){
        .url = settings->collector,
        .token = settings->token,
        .ca = settings->ca,
        .insecure_http = settings->insecure_http,
        .connect_timeout_ms = settings->connect_timeout_ms,
        .answer_timeout_ms = settings->answer_timeout_ms,
    };
    return ERROR_NONE;
}

static enum error_code read_ignore(const struct option_list *given, struct arena *arena, struct ignore_list *ret_list,
                                   struct error *error)
{
    struct ignore_pattern *patterns = arena_array(arena, given->count, sizeof *patterns);

    if (patterns == NULL)
        return arena_error(arena, error, "reading ignore patterns");
    for (size_t i = 0; i < given->count; i++)
        if (ignore_pattern_parse(&patterns[i], text_from(given->items[i]), arena, error) != ERROR_NONE)
            return error->code;
    *ret_list = (struct ignore_list){patterns, given->count};
    return ERROR_NONE;
}

/* `PATTERN=LEVEL`: a pattern may contain the sign, a level does not. */
static enum error_code read_override(const char *given, struct arena *arena, struct severity_override *ret_override,
                                     struct error *error)
{
    const char *equals = strrchr(given, '=');

    if (equals == NULL || !severity_from_name(text_from(equals + 1), &ret_override->level)) {
        error_set(error, ERROR_USAGE, "severity '%.100s' does not end in a level", given);
        return error_hint(error, "write PATTERN=LEVEL, with low, medium, high or critical");
    }
    if (ignore_pattern_parse(&ret_override->pattern, (struct text){given, (size_t)(equals - given)}, arena, error) !=
        ERROR_NONE)
        return error_context(error, "severity");
    return ERROR_NONE;
}

enum error_code settings_for_diff(const struct settings *settings, struct arena *arena,
                                  struct diff_options *ret_options, struct error *error)
{
    struct diff_options options;

    diff_options_init(&options);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        options.aspects[aspect] = settings->aspects == 0 || (settings->aspects >> aspect & 1) != 0;
    options.fold_partitions = settings->fold_partitions;
    if (read_ignore(&settings->ignore, arena, &options.ignore, error) != ERROR_NONE)
        return error->code;
    options.overrides = arena_array(arena, settings->severity.count, sizeof *options.overrides);
    if (options.overrides == NULL)
        return arena_error(arena, error, "reading severities");
    for (; options.override_count < settings->severity.count; options.override_count++)
        if (read_override(settings->severity.items[options.override_count], arena,
                          &options.overrides[options.override_count], error) != ERROR_NONE)
            return error->code;
    *ret_options = options;
    return ERROR_NONE;
}
