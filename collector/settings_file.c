/* The configuration file is read, and what must fit together in it is looked at. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/reference.h"
#include "collector/settings_reading.h"
#include "feed/address.h"

enum { STORE_LEAST_MIB = 16 }; /* below that a limit of the store would stop it at once */

/* ---- for all who read ---- */

enum error_code settings_blame(const struct settings_reading *reading, const char *format, ...)
{
    char key[128];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(key, sizeof key, format, arguments);
    va_end(arguments);
    return config_file_blame(&reading->file, key, reading->error);
}

enum error_code settings_no_memory(const struct settings_reading *reading)
{
    return arena_error(reading->arena, reading->error, "reading the configuration");
}

enum error_code settings_text(const struct settings_reading *reading, const char *value, struct text *ret_text)
{
    const char *copy = arena_string(reading->arena, text_from(value == NULL ? "" : value));

    if (copy == NULL)
        return settings_no_memory(reading);
    *ret_text = text_from(copy);
    return ERROR_NONE;
}

enum error_code settings_name(const struct settings_reading *reading, const char *value, const char *what,
                              const char *key, struct text *ret_name)
{
    struct text name;

    if (settings_text(reading, value, &name) != ERROR_NONE)
        return reading->error->code;
    if (!reference_is_name(name)) {
        error_set(reading->error, ERROR_CONFIG, "'%.*s' cannot be the name of %s", TEXT_ARGS(name), what);
        error_hint(reading->error, "names have letters, digits, '_', '-' and '.', and do not begin with '-' or '.'");
        return settings_blame(reading, "%s", key);
    }
    *ret_name = name;
    return ERROR_NONE;
}

/* ---- elements of lists ---- */

enum error_code settings_element_blame(const struct settings_element *element, const char *key)
{
    return settings_blame(element->reading, "%s.%s", element->way, key);
}

enum error_code settings_element_set(const struct settings_element *element, const cyaml_schema_value_t *form,
                                     void *content, const struct option *keys, void *values)
{
    const struct settings_reading *reading = element->reading;
    const struct option *const tables[] = {keys, NULL};
    const struct option_line presets = {.tables = tables, .values = values, .arena = reading->arena};
    struct config_file file = reading->file;

    file.schema = form;
    file.content = content;
    file.way = arena_printf(reading->arena, "%s.", element->way);
    if (file.way == NULL)
        return settings_no_memory(reading);
    if (option_set_defaults(&presets, reading->error) != ERROR_NONE)
        return reading->error->code;
    return config_file_apply(&file, keys, values, reading->error);
}

enum error_code settings_element_words(const struct settings_element *element, const struct option_list *list,
                                       const struct text **ret_words, size_t *ret_count)
{
    struct text *words = arena_array(element->reading->arena, list->count, sizeof *words);

    if (words == NULL)
        return settings_no_memory(element->reading);
    for (size_t i = 0; i < list->count; i++)
        words[i] = text_from(list->items[i]);
    *ret_words = words;
    *ret_count = list->count;
    return ERROR_NONE;
}

void nearest_name_consider(struct nearest_name *nearest, const char *name)
{
    size_t distance = option_distance(nearest->word, name);

    if (!option_is_near(nearest->word, distance) || (nearest->name != NULL && distance >= nearest->distance))
        return;
    nearest->name = name;
    nearest->distance = distance;
}

/* ---- contracts ---- */

enum error_code settings_read_contracts(const struct collector_settings *settings, struct arena *arena,
                                        struct contract_set *ret_set, struct error *error)
{
    struct contract_set inside;

    if (settings->contracts_folder == NULL) {
        *ret_set = settings->policy.contracts.set;
        return ERROR_NONE;
    }
    if (contract_folder_read(&inside, settings->contracts_folder, arena, error) != ERROR_NONE)
        return error->code;
    return contract_sets_join(ret_set, &settings->policy.contracts.set, &inside, arena, error);
}

static enum error_code read_contracts(const struct settings_reading *reading)
{
    const struct file_content *content = settings_content(reading);
    struct collector_settings *settings = reading->settings;
    struct policy_contracts *contracts = &settings->policy.contracts;

    contracts->known = settings->contracts_folder == NULL; /* else when that was read, too */
    return contract_entries_read(&contracts->set, &reading->file, "contracts", content->contracts,
                                 content->contracts_count, reading->arena, reading->error);
}

/* ---- what must fit together ---- */

static enum error_code check_addresses(const struct settings_reading *reading)
{
    const struct collector_settings *settings = reading->settings;
    struct feed_address address;

    if (strncmp(settings->listen_agents, "tcp://", 6) != 0 && strncmp(settings->listen_agents, "ipc://", 6) != 0) {
        error_set(reading->error, ERROR_CONFIG, "'%.80s' is not an endpoint for agents", settings->listen_agents);
        error_hint(reading->error, "write tcp://HOST:PORT, such as tcp://127.0.0.1:7400 or tcp://*:7400");
        return settings_blame(reading, "listen.agents");
    }
    if (feed_address_parse(&address, settings->listen_http, reading->error) != ERROR_NONE)
        return settings_blame(reading, "listen.http");
    if (address.loopback || settings->certificate != NULL)
        return ERROR_NONE;
    error_set(reading->error, ERROR_CONFIG, "'%.80s' can be reached from other machines, but there is no 'tls'",
              settings->listen_http);
    error_hint(reading->error,
               "tokens would travel in the clear: set tls.certificate and tls.key, or listen at 127.0.0.1");
    return settings_blame(reading, "listen.http");
}

/* Whether TLS has what it needs: better now than when it starts. */
static enum error_code check_tls(const struct settings_reading *reading)
{
    const struct {
        const char *key;
        const char *path;
    } files[] = {{"tls.certificate", reading->settings->certificate}, {"tls.key", reading->settings->certificate_key}};

    for (size_t i = 0; i < LENGTH_OF(files); i++) {
        if (files[i].path == NULL || access(files[i].path, R_OK) == 0)
            continue;
        error_set(reading->error, ERROR_CONFIG, "cannot read '%.200s': %s", files[i].path, strerror(errno));
        return settings_blame(reading, "%s", files[i].key);
    }
    return ERROR_NONE;
}

static enum error_code check_times(const struct settings_reading *reading)
{
    const struct file_content *content = settings_content(reading);
    const struct collector_settings *settings = reading->settings;
    const struct {
        const char *key;
        const char *given;
        unsigned limit_ms;
    } limits[] = {{"stale_after", content->stale_after, settings->stale_after_ms},
                  {"claim_after", content->claim_after, settings->claim_after_ms},
                  {"gate.max_age", content->gate.max_age, settings->gate_max_age_ms}};

    for (size_t i = 0; i < LENGTH_OF(limits); i++) {
        if (limits[i].limit_ms > settings->heartbeat_ms)
            continue;
        error_set(reading->error, ERROR_CONFIG, "'%s' must be longer than 'heartbeat'", limits[i].key);
        error_hint(reading->error, "else an agent that works well is taken for silent; three heartbeats are usual");
        return settings_blame(reading, "%s", limits[i].given == NULL ? "heartbeat" : limits[i].key);
    }
    if (settings->store_limit == 0 || settings->store_limit >= (size_t)STORE_LEAST_MIB * 1024 * 1024)
        return ERROR_NONE;
    error_set(reading->error, ERROR_CONFIG, "a history of less than %d MiB has no room for anything", STORE_LEAST_MIB);
    return settings_blame(reading, "limits.store");
}

enum error_code settings_read(struct collector_settings *settings, struct arena *arena, struct error *error)
{
    static const struct option *const tables[] = {settings_file, NULL};
    const struct option_line presets = {.tables = tables, .values = settings, .arena = arena};
    struct settings_reading reading = {.settings = settings, .arena = arena, .error = error};
    enum error_code code;

    if (option_set_defaults(&presets, error) != ERROR_NONE ||
        config_file_open(&reading.file, settings->config, &settings_form, arena, error) != ERROR_NONE)
        return error->code;
    settings->file_text = reading.file.text;
    code = config_file_apply(&reading.file, settings_file, settings, error);
    if (code == ERROR_NONE)
        code = settings_make_fleet(&reading);
    if (code == ERROR_NONE)
        code = settings_make_gate(&reading);
    if (code == ERROR_NONE)
        code = read_contracts(&reading);
    if (code == ERROR_NONE)
        code = settings_make_feed(&reading);
    if (code == ERROR_NONE)
        code = settings_make_sinks(&reading);
    if (code == ERROR_NONE)
        code = settings_make_routes(&reading);
    if (code == ERROR_NONE)
        code = check_addresses(&reading);
    if (code == ERROR_NONE)
        code = check_tls(&reading);
    if (code == ERROR_NONE)
        code = check_times(&reading);
    config_file_close(&reading.file);
    return code;
}
