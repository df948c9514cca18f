/* base/config.h - a configuration file, read into a struct as a schema of libcyaml describes it.
 *
 * The files are YAML of the plain sort: one document in UTF-8, without anchors, aliases and tags, so that a line means
 * what it says and a small file cannot stand for a large one. An unknown key, a key given twice, a missing key or a
 * value of the wrong sort is ERROR_CONFIG with one message `FILE:LINE:COLUMN: what is wrong`. Numbers are decimal
 * (`010` is refused, not eight), and what is true or false says so (`perhaps` is refused, not true). An empty file sets
 * nothing.
 *
 * The schema's top is a mapping through a pointer: CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct settings, fields).
 * Ownership: the struct and all it points to belong to the caller until config_free() with the same schema.
 * Threads: no state is shared.
 */
#ifndef DRIFTLINE_BASE_CONFIG_H
#define DRIFTLINE_BASE_CONFIG_H

#include <cyaml/cyaml.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum {
    CONFIG_SIZE_LIMIT = 1024 * 1024, /* bytes of a configuration file */
    CONFIG_DEPTH_LIMIT = 16,         /* mappings and lists inside each other */
    CONFIG_SECRET_LIMIT = 64 * 1024  /* bytes of a file that holds a secret */
};

/* Read a file; `ret_data` is never NULL on success. "-" reads standard input. */
enum error_code config_load(const char *path, const cyaml_schema_value_t *schema, void **ret_data,
                            struct error *error) MUST_CHECK;

/* The same from text in memory; `name` stands for the file in messages. */
enum error_code config_load_text(const char *name, struct text text, const cyaml_schema_value_t *schema,
                                 void **ret_data, struct error *error) MUST_CHECK;

/* Release what was loaded; NULL is fine. */
void config_free(const cyaml_schema_value_t *schema, void *data);

/* Fetch a secret: `env:NAME` is that environment variable, `file:PATH` the content of that file without the line break
 * at its end, anything else is the secret itself. The result ends with a NUL that its length does not count.
 *
 * A variable that is not set, a file that cannot be read and an empty secret are ERROR_CONFIG; the message names the
 * variable or file, never the content. Who else may read the file is not looked at: secrets that Kubernetes, Docker
 * or systemd mount are often readable by all in a folder that nobody else sees. */
enum error_code config_secret(const char *value, struct arena *arena, struct text *ret_secret,
                              struct error *error) MUST_CHECK;

#endif
