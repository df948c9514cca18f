/* base/config_file.h - a configuration file whose values are options.
 *
 * The schema of libcyaml (base/config.h) says where keys may stand; what may stand there, a table of base/option.h says
 * for all who read it. So a value with an option is a text in the schema, CYAML_FIELD_STRING_PTR with
 * CYAML_FLAG_POINTER, or for OPTION_LIST and OPTION_CHOICES a sequence of them with an `unsigned` count, and
 * option_set() reads it.
 *
 * Failure: what is wrong with the file is ERROR_CONFIG, and the message begins with FILE:LINE:COLUMN.
 * Ownership: the file's content until config_file_close(); what options were set to lives in the arena.
 */
#ifndef DRIFTLINE_BASE_CONFIG_FILE_H
#define DRIFTLINE_BASE_CONFIG_FILE_H

#include "base/config.h"
#include "base/option.h"

struct config_file {
    const char *path;
    struct text text;
    const cyaml_schema_value_t *schema;
    void *content; /* the struct that the schema describes */
    struct arena *arena;
    const char
        *way; /* where `schema` and `content` are an element of a list: what leads to it, "targets.2."; NULL: all */
};

/* Read a file; "-" is standard input. Text and options live in the arena. */
enum error_code config_file_open(struct config_file *ret_file, const char *path, const cyaml_schema_value_t *schema,
                                 struct arena *arena, struct error *error) MUST_CHECK;
void config_file_close(struct config_file *file);

/* Set every option of the table whose key the file has. An option whose key the schema does not have is
 * ERROR_INTERNAL. */
enum error_code config_file_apply(const struct config_file *file, const struct option *table, void *values,
                                  struct error *error) MUST_CHECK;

/* Say where the mistake is that was just recorded, as config_place() does. */
enum error_code config_file_blame(const struct config_file *file, const char *key, struct error *error);

#endif
