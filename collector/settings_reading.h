/* collector/settings_reading.h - a configuration file being read; for the rooms of settings only. */
#ifndef DRIFTLINE_COLLECTOR_SETTINGS_READING_H
#define DRIFTLINE_COLLECTOR_SETTINGS_READING_H

#include "base/config_file.h"
#include "collector/settings.h"
#include "collector/settings_form.h"

/* What its values are for, and where they came from. */
struct settings_reading {
    struct config_file file;
    struct collector_settings *settings;
    struct arena *arena;
    struct error *error;
};

/* The file's content. */
static inline const struct file_content *settings_content(const struct settings_reading *reading)
{
    return reading->file.content;
}

/* The failure that was just recorded is about this key. */
enum error_code settings_blame(const struct settings_reading *reading, const char *format, ...) PRINTF_LIKE(2, 3);

enum error_code settings_no_memory(const struct settings_reading *reading);

/* A copy of a value in the arena, for the file's content goes away; NULL is an empty text. */
enum error_code settings_text(const struct settings_reading *reading, const char *value,
                              struct text *ret_text) MUST_CHECK;

/* The same, of what must be a name: "a database", "an environment". `key` is where it stands. */
enum error_code settings_name(const struct settings_reading *reading, const char *value, const char *what,
                              const char *key, struct text *ret_name) MUST_CHECK;

/* Whether an environment is on a path of the configuration; when there is none, every one may be. */
enum error_code settings_check_environment(const struct settings_reading *reading, struct text environment,
                                           const char *key) MUST_CHECK;

/* What is made of the keys: after the options were set, in this order. */
enum error_code settings_make_fleet(const struct settings_reading *reading) MUST_CHECK;
enum error_code settings_make_gate(const struct settings_reading *reading) MUST_CHECK;

#endif
