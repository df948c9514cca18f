/* What the configuration says of sinks, and where links lead: `notify.sinks`, `notify.link`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/config_place.h"
#include "collector/settings_lists.h"
#include "collector/settings_reading.h"
#include "notify/sink.h"

/* ---- sinks, as they are written ---- */

static enum error_code unknown_kind(const struct settings_element *element, const char *kind)
{
    struct error *error = element->reading->error;
    struct nearest_name nearest = {.word = kind};
    char names[160] = "";

    for (const struct sink_kind *const *known = sink_kinds; *known != NULL; known++) {
        size_t length = strlen(names);

        nearest_name_consider(&nearest, (*known)->name);
        snprintf(names + length, sizeof names - length, "%s%s", length == 0 ? "" : ", ", (*known)->name);
    }
    error_set(error, ERROR_CONFIG, "there is no kind of sink '%.40s'", kind);
    if (nearest.name != NULL)
        error_hint(error, "did you mean '%s'?", nearest.name);
    else
        error_hint(error, "the kinds are %s", names);
    return settings_element_blame(element, "kind");
}

static struct text text_or_empty(const char *value)
{
    return text_from(value == NULL ? "" : value);
}

static enum error_code make_sink(const struct settings_element *element, const struct file_sink *from,
                                 const struct sink_values *values, struct sink *sink)
{
    *sink = (struct sink){
        .name = text_from(values->name),
        .kind = sink_kind_find(text_from(values->kind)),
        .url = text_or_empty(values->url),
        .secret = text_or_empty(values->secret),
        .user = text_or_empty(values->user),
        .password = text_or_empty(values->password),
        .from = text_or_empty(values->from),
        .channel = text_or_empty(values->channel),
        .repository = text_or_empty(values->repository),
        .issue = values->issue,
        .path = text_or_empty(values->path),
        .facility = text_or_empty(values->facility),
        .ca = text_or_empty(values->ca),
        .allow_private = values->allow_private,
        .timeout_ms = values->timeout_ms,
        .retry_for_ms = values->retry_for_ms,
    };
    if (sink->kind == NULL)
        return unknown_kind(element, values->kind);
    if (settings_check_sink_keys(element, from, values->kind) != ERROR_NONE)
        return element->reading->error->code;
    if (settings_element_words(element, &values->to, &sink->to, &sink->to_count) != ERROR_NONE ||
        settings_element_words(element, &values->labels, &sink->labels, &sink->label_count) != ERROR_NONE)
        return element->reading->error->code;
    return settings_element_words(element, &values->command, &sink->command, &sink->command_count);
}

static enum error_code read_sink(const struct settings_reading *reading, struct sink *sinks, unsigned number)
{
    struct file_sink *from = &settings_content(reading)->notify.sinks[number];
    struct settings_element element = {.reading = reading};
    struct sink_values values = {0};
    char key[sizeof element.way + sizeof ".name"];
    struct text name;

    snprintf(element.way, sizeof element.way, "notify.sinks.%u", number);
    snprintf(key, sizeof key, "%s.name", element.way);
    if (settings_element_set(&element, &settings_sink_form, from, settings_sink_keys, &values) != ERROR_NONE ||
        settings_name(reading, values.name, "a sink", key, &name) != ERROR_NONE)
        return reading->error->code;
    for (unsigned i = 0; i < number; i++)
        if (text_equal(sinks[i].name, name)) {
            error_set(reading->error, ERROR_CONFIG, "two sinks have this name");
            error_hint(reading->error, "routes call a sink by its name");
            return settings_blame(reading, "%s", key);
        }
    return make_sink(&element, from, &values, &sinks[number]);
}

/* Without the slashes at its end, so that ways can be added. */
static enum error_code read_link(const struct settings_reading *reading)
{
    struct text link = text_or_empty(reading->settings->link);

    while (link.length > 0 && link.bytes[link.length - 1] == '/')
        link.length--;
    reading->settings->notify.link = link;
    if (reading->settings->link == NULL || text_starts_with(link, TEXT("https://")) ||
        text_starts_with(link, TEXT("http://")))
        return ERROR_NONE;
    error_set(reading->error, ERROR_CONFIG, "'%.80s' is not an address that links can lead to",
              reading->settings->link);
    error_hint(reading->error, "write it as a browser shows it, such as https://driftline.example.com");
    return settings_blame(reading, "notify.link");
}

enum error_code settings_make_sinks(const struct settings_reading *reading)
{
    unsigned count = settings_content(reading)->notify.sinks_count;
    struct sink *sinks = arena_array(reading->arena, count, sizeof *sinks);

    if (sinks == NULL)
        return settings_no_memory(reading);
    for (unsigned i = 0; i < count; i++)
        if (read_sink(reading, sinks, i) != ERROR_NONE)
            return reading->error->code;
    reading->settings->notify.sinks = sinks;
    reading->settings->notify.sink_count = count;
    return read_link(reading);
}

/* ---- with their secrets ---- */

static enum error_code blame(const struct collector_settings *settings, size_t number, const char *key,
                             struct error *error)
{
    char way[64];

    snprintf(way, sizeof way, "notify.sinks.%zu%s%s", number, key == NULL ? "" : ".", key == NULL ? "" : key);
    return config_place(error, settings->config, settings->file_text, way);
}

static enum error_code complete_sink(const struct collector_settings *settings, size_t number, struct sink *sink,
                                     struct arena *arena, struct error *error)
{
    struct {
        const char *key;
        struct text *value;
    } secrets[] = {
        {"url", &sink->url}, {"secret", &sink->secret}, {"user", &sink->user}, {"password", &sink->password}};
    const char *key = NULL;

    *sink = settings->notify.sinks[number];
    for (size_t i = 0; i < LENGTH_OF(secrets); i++)
        if (secrets[i].value->length > 0 &&
            config_secret(secrets[i].value->bytes, arena, secrets[i].value, error) != ERROR_NONE)
            return blame(settings, number, secrets[i].key, error);
    if (sink->kind->check(sink, &key, error) != ERROR_NONE ||
        settings_check_sink(sink, &key, arena, error) != ERROR_NONE)
        return blame(settings, number, key, error);
    if (sink->ca.length == 0 || access(sink->ca.bytes, R_OK) == 0)
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "cannot read '%.200s': %s", sink->ca.bytes, strerror(errno));
    return blame(settings, number, "ca", error);
}

enum error_code settings_read_notify(const struct collector_settings *settings, struct arena *arena,
                                     struct notify_content *ret_content, struct error *error)
{
    struct notify_content content = settings->notify;
    struct sink *sinks = arena_array(arena, content.sink_count, sizeof *sinks);

    if (sinks == NULL)
        return arena_error(arena, error, "reading the configuration");
    for (size_t i = 0; i < content.sink_count; i++)
        if (complete_sink(settings, i, &sinks[i], arena, error) != ERROR_NONE)
            return error->code;
    content.sinks = sinks;
    *ret_content = content;
    return ERROR_NONE;
}
