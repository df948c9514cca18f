/* base/config_check.h - looks at a YAML text before libcyaml does, for config.c and config_tree.c only.
 *
 * libcyaml 1.3 stores values well, but takes any word for true, reads `010` as eight, cuts a text at a NUL, names the
 * line of the mapping when a key in it is unknown, and takes the first of several documents.
 */
#ifndef DRIFTLINE_BASE_CONFIG_CHECK_H
#define DRIFTLINE_BASE_CONFIG_CHECK_H

#include <cyaml/cyaml.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

/* Whether `text` is one document that fits the schema as far as keys, nesting and the sort of each value go. Ranges,
 * lengths and counts are left to libcyaml. Answers whether there is a document at all. */
enum error_code config_check(const char *name, struct text text, const cyaml_schema_value_t *schema,
                             struct arena *arena, bool *ret_empty, struct error *error) MUST_CHECK;

#endif
