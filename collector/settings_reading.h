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

/* A window of time that is being read: "freeze" at "gate.freezes.2". */
struct settings_window {
    const struct settings_reading *reading;
    const char *what;
    const struct file_freeze *from;
    struct freeze *to; /* name and reason are left alone */
    char key[64];
};
enum error_code settings_read_window(const struct settings_window *window) MUST_CHECK;

/* An element of a list whose keys are a table (collector/settings_lists.h), and what leads to it: "notify.routes.2". */
struct settings_element {
    const struct settings_reading *reading;
    char way[64];
};

/* Set its keys; `form` is that of `content`. */
enum error_code settings_element_set(const struct settings_element *element, const cyaml_schema_value_t *form,
                                     void *content, const struct option *keys, void *values) MUST_CHECK;
/* The failure that was just recorded is about this key of it. */
enum error_code settings_element_blame(const struct settings_element *element, const char *key);
/* A list of words; they live in the arena already. */
enum error_code settings_element_words(const struct settings_element *element, const struct option_list *list,
                                       const struct text **ret_words, size_t *ret_count) MUST_CHECK;

/* The one of some names that is most like a word. */
struct nearest_name {
    const char *word;
    const char *name; /* NULL: none is near */
    size_t distance;
};
void nearest_name_consider(struct nearest_name *nearest, const char *name);

/* What can be read, but cannot work. */
enum error_code settings_check_sink_keys(const struct settings_element *element, const struct file_sink *from,
                                         const char *kind) MUST_CHECK;
enum error_code settings_check_causes(const struct settings_element *element, const struct route *route) MUST_CHECK;
enum error_code settings_check_quiet(const struct settings_element *element, const struct route *route) MUST_CHECK;
/* Of a sink with its secrets; `ret_key` says what it is about. */
enum error_code settings_check_sink(const struct sink *sink, const char **ret_key, struct arena *arena,
                                    struct error *error) MUST_CHECK;

/* What is made of the keys: after the options were set, in this order. */
enum error_code settings_make_fleet(const struct settings_reading *reading) MUST_CHECK;
enum error_code settings_make_gate(const struct settings_reading *reading) MUST_CHECK;
enum error_code settings_make_feed(const struct settings_reading *reading) MUST_CHECK;
enum error_code settings_make_sinks(const struct settings_reading *reading) MUST_CHECK;
enum error_code settings_make_routes(const struct settings_reading *reading) MUST_CHECK;

#endif
