/* What the configuration says of the gate: how fresh, what blocks, and when nothing is promoted. */
#include <stdio.h>

#include "collector/settings_reading.h"

#define HOUR_MS UINT64_C(3600000)

enum { MINUTE_MS = 60000, WINDOW_HOURS = 1000 /* a window of cron lasts no longer */ };

/* What is read into, and how what is said of it is called: "gate.freezes.2". */
struct freeze_reading {
    const struct settings_reading *reading;
    const struct file_freeze *from;
    struct freeze *to;
    char key[48];
};

static enum error_code refuse(const struct freeze_reading *freeze, const char *key, const char *message,
                              const char *hint)
{
    struct error *error = freeze->reading->error;

    error_set(error, ERROR_CONFIG, "%s", message);
    error_hint(error, "%s", hint);
    return key == NULL ? settings_blame(freeze->reading, "%s", freeze->key)
                       : settings_blame(freeze->reading, "%s.%s", freeze->key, key);
}

/* Names of databases or of environments. */
static enum error_code read_names(const struct freeze_reading *freeze, const char *list, char *const *given,
                                  unsigned count, const struct text **ret_names)
{
    const struct settings_reading *reading = freeze->reading;
    bool is_environment = list[0] == 'e';
    struct text *names = arena_array(reading->arena, count, sizeof *names);

    if (names == NULL)
        return settings_no_memory(reading);
    for (unsigned i = 0; i < count; i++) {
        char key[96];

        snprintf(key, sizeof key, "%s.%s.%u", freeze->key, list, i);
        if (settings_name(reading, given[i], is_environment ? "an environment" : "a database", key, &names[i]) !=
                ERROR_NONE ||
            (is_environment && settings_check_environment(reading, names[i], key) != ERROR_NONE))
            return reading->error->code;
    }
    *ret_names = names;
    return ERROR_NONE;
}

static enum error_code read_zone(const struct freeze_reading *freeze)
{
    const struct settings_reading *reading = freeze->reading;
    const char *name = freeze->from->timezone == NULL ? "UTC" : freeze->from->timezone;

    if (settings_text(reading, name, &freeze->to->zone_name) != ERROR_NONE)
        return reading->error->code;
    if (timezone_load(&freeze->to->zone, freeze->to->zone_name, reading->arena, reading->error) != ERROR_NONE)
        return settings_blame(reading, "%s.timezone", freeze->key);
    return ERROR_NONE;
}

static enum error_code read_cron(const struct freeze_reading *freeze)
{
    static const struct option duration = {
        .type = OPTION_DURATION, .minimum = MINUTE_MS, .maximum = WINDOW_HOURS * HOUR_MS};
    const struct settings_reading *reading = freeze->reading;
    unsigned milliseconds = 0;

    if (freeze->from->duration == NULL)
        return refuse(freeze, "cron", "a freeze with 'cron' needs 'duration', too",
                      "'cron' says when it begins, 'duration' how long it lasts, such as 62h");
    if (freeze_cron_parse(&freeze->to->cron, text_from(freeze->from->cron), reading->error) != ERROR_NONE)
        return settings_blame(reading, "%s.cron", freeze->key);
    if (option_set(&duration, "'duration'", freeze->from->duration, &milliseconds, reading->arena, reading->error) !=
        ERROR_NONE)
        return settings_blame(reading, "%s.duration", freeze->key);
    freeze->to->repeats = true;
    freeze->to->duration_us = (int64_t)milliseconds * 1000;
    return ERROR_NONE;
}

static enum error_code read_stretch(const struct freeze_reading *freeze)
{
    const struct settings_reading *reading = freeze->reading;
    const struct file_freeze *from = freeze->from;
    struct freeze *to = freeze->to;

    if (from->until == NULL)
        return refuse(freeze, "from", "a freeze with 'from' needs 'until', too", "it ends before that moment");
    if (freeze_time_parse(&to->from, text_from(from->from), to->zone, reading->error) != ERROR_NONE)
        return settings_blame(reading, "%s.from", freeze->key);
    if (freeze_time_parse(&to->until, text_from(from->until), to->zone, reading->error) != ERROR_NONE)
        return settings_blame(reading, "%s.until", freeze->key);
    if (to->until <= to->from)
        return refuse(freeze, "until", "the freeze ends before it begins",
                      "'until' is later than 'from'; a date is its first moment");
    return ERROR_NONE;
}

/* Either `cron` and `duration`, or `from` and `until`. */
static enum error_code read_time(const struct freeze_reading *freeze)
{
    const struct file_freeze *from = freeze->from;
    static const char hint[] = "write 'cron' and 'duration', or 'from' and 'until'";

    if (from->cron != NULL && from->from != NULL)
        return refuse(freeze, "from", "a freeze has either 'cron' or 'from'", hint);
    if (from->cron != NULL && from->until != NULL)
        return refuse(freeze, "until", "a freeze has either 'cron' or 'until'", hint);
    if (from->cron == NULL && from->duration != NULL)
        return refuse(freeze, "duration", "'duration' of a freeze goes with 'cron'", hint);
    if (from->cron == NULL && from->from == NULL)
        return refuse(freeze, from->until == NULL ? NULL : "until", "the freeze does not say when it begins", hint);
    return from->cron != NULL ? read_cron(freeze) : read_stretch(freeze);
}

static enum error_code read_freeze(const struct settings_reading *reading, struct freeze *freezes, unsigned number)
{
    struct freeze_reading freeze = {
        .reading = reading, .from = &settings_content(reading)->gate.freezes[number], .to = &freezes[number]};
    const struct file_freeze *from = freeze.from;
    struct freeze *to = freeze.to;

    snprintf(freeze.key, sizeof freeze.key, "gate.freezes.%u", number);
    if (settings_text(reading, from->name, &to->name) != ERROR_NONE ||
        settings_text(reading, from->reason, &to->reason) != ERROR_NONE)
        return reading->error->code;
    for (unsigned i = 0; i < number; i++)
        if (text_equal(freezes[i].name, to->name))
            return refuse(&freeze, "name", "two freezes have this name", "a freeze is known by its name");
    to->database_count = from->databases_count;
    to->environment_count = from->environments_count;
    if (read_names(&freeze, "databases", from->databases, from->databases_count, &to->databases) != ERROR_NONE ||
        read_names(&freeze, "environments", from->environments, from->environments_count, &to->environments) !=
            ERROR_NONE ||
        read_zone(&freeze) != ERROR_NONE)
        return reading->error->code;
    return read_time(&freeze);
}

enum error_code settings_make_gate(const struct settings_reading *reading)
{
    const struct collector_settings *settings = reading->settings;
    struct policy_gate *gate = &reading->settings->policy.gate;
    unsigned count = settings_content(reading)->gate.freezes_count;
    struct freeze *freezes = arena_array(reading->arena, count, sizeof *freezes);

    if (freezes == NULL)
        return settings_no_memory(reading);
    *gate = (struct policy_gate){
        .max_age_us = (int64_t)settings->gate_max_age_ms * 1000,
        .block =
            settings->gate_block == 0 ? 1U << SEVERITY_CRITICAL | 1U << SEVERITY_HIGH : (uint32_t)settings->gate_block,
        .allow_outliers = settings->gate_allow_outliers,
        .waiver_longest_us = (int64_t)settings->gate_waiver_days * 24 * (int64_t)HOUR_MS * 1000,
        .freezes = freezes,
        .freeze_count = count,
    };
    for (unsigned i = 0; i < count; i++)
        if (read_freeze(reading, freezes, i) != ERROR_NONE)
            return reading->error->code;
    return ERROR_NONE;
}
