/* Windows of time in the configuration: freezes of the gate, and times in which messages wait. */
#include <stdio.h>

#include "collector/settings_reading.h"

#define HOUR_MS UINT64_C(3600000)

enum { MINUTE_MS = 60000, WINDOW_HOURS = 1000 /* a window of cron lasts no longer */ };

/* `article` and `message` stand around what the window is called. */
static enum error_code refuse(const struct settings_window *window, const char *key, const char *article,
                              const char *message, const char *hint)
{
    struct error *error = window->reading->error;

    error_set(error, ERROR_CONFIG, "%s %s %s", article, window->what, message);
    error_hint(error, "%s", hint);
    return key == NULL ? settings_blame(window->reading, "%s", window->key)
                       : settings_blame(window->reading, "%s.%s", window->key, key);
}

/* Names of databases or of environments. */
static enum error_code read_names(const struct settings_window *window, const char *list, char *const *given,
                                  unsigned count, const struct text **ret_names)
{
    const struct settings_reading *reading = window->reading;
    bool is_environment = list[0] == 'e';
    struct text *names = arena_array(reading->arena, count, sizeof *names);

    if (names == NULL)
        return settings_no_memory(reading);
    for (unsigned i = 0; i < count; i++) {
        char key[96];

        snprintf(key, sizeof key, "%s.%s.%u", window->key, list, i);
        if (settings_name(reading, given[i], is_environment ? "an environment" : "a database", key, &names[i]) !=
                ERROR_NONE ||
            (is_environment && settings_check_environment(reading, names[i], key) != ERROR_NONE))
            return reading->error->code;
    }
    *ret_names = names;
    return ERROR_NONE;
}

static enum error_code read_zone(const struct settings_window *window)
{
    const struct settings_reading *reading = window->reading;
    const char *name = window->from->timezone == NULL ? "UTC" : window->from->timezone;

    if (settings_text(reading, name, &window->to->zone_name) != ERROR_NONE)
        return reading->error->code;
    if (timezone_load(&window->to->zone, window->to->zone_name, reading->arena, reading->error) != ERROR_NONE)
        return settings_blame(reading, "%s.timezone", window->key);
    return ERROR_NONE;
}

static enum error_code read_cron(const struct settings_window *window)
{
    static const struct option duration = {
        .type = OPTION_DURATION, .minimum = MINUTE_MS, .maximum = WINDOW_HOURS * HOUR_MS};
    const struct settings_reading *reading = window->reading;
    unsigned milliseconds = 0;

    if (window->from->duration == NULL)
        return refuse(window, "cron", "a", "with 'cron' needs 'duration', too",
                      "'cron' says when it begins, 'duration' how long it lasts, such as 62h");
    if (freeze_cron_parse(&window->to->cron, text_from(window->from->cron), reading->error) != ERROR_NONE)
        return settings_blame(reading, "%s.cron", window->key);
    if (option_set(&duration, "'duration'", window->from->duration, &milliseconds, reading->arena, reading->error) !=
        ERROR_NONE)
        return settings_blame(reading, "%s.duration", window->key);
    window->to->repeats = true;
    window->to->duration_us = (int64_t)milliseconds * 1000;
    return ERROR_NONE;
}

static enum error_code read_stretch(const struct settings_window *window)
{
    const struct settings_reading *reading = window->reading;
    const struct file_freeze *from = window->from;
    struct freeze *to = window->to;

    if (from->until == NULL)
        return refuse(window, "from", "a", "with 'from' needs 'until', too", "it ends before that moment");
    if (freeze_time_parse(&to->from, text_from(from->from), to->zone, reading->error) != ERROR_NONE)
        return settings_blame(reading, "%s.from", window->key);
    if (freeze_time_parse(&to->until, text_from(from->until), to->zone, reading->error) != ERROR_NONE)
        return settings_blame(reading, "%s.until", window->key);
    if (to->until <= to->from)
        return refuse(window, "until", "the", "ends before it begins",
                      "'until' is later than 'from'; a date is its first moment");
    return ERROR_NONE;
}

/* Either `cron` and `duration`, or `from` and `until`. */
static enum error_code read_time(const struct settings_window *window)
{
    const struct file_freeze *from = window->from;
    static const char hint[] = "write 'cron' and 'duration', or 'from' and 'until'";

    if (from->cron != NULL && from->from != NULL)
        return refuse(window, "from", "a", "has either 'cron' or 'from'", hint);
    if (from->cron != NULL && from->until != NULL)
        return refuse(window, "until", "a", "has either 'cron' or 'until'", hint);
    if (from->cron == NULL && from->duration != NULL)
        return refuse(window, "duration", "a", "has 'duration' only with 'cron'", hint);
    if (from->cron == NULL && from->from == NULL)
        return refuse(window, from->until == NULL ? NULL : "until", "the", "does not say when it begins", hint);
    return from->cron != NULL ? read_cron(window) : read_stretch(window);
}

enum error_code settings_read_window(const struct settings_window *window)
{
    const struct file_freeze *from = window->from;
    struct freeze *to = window->to;

    to->database_count = from->databases_count;
    to->environment_count = from->environments_count;
    if (read_names(window, "databases", from->databases, from->databases_count, &to->databases) != ERROR_NONE ||
        read_names(window, "environments", from->environments, from->environments_count, &to->environments) !=
            ERROR_NONE ||
        read_zone(window) != ERROR_NONE)
        return window->reading->error->code;
    return read_time(window);
}
