/* lint/lint_entry.h - `lint:` in the configuration file: what migrations are held against.
 *
 * Texts are as they were written; NULL: not given.
 */
#ifndef DRIFTLINE_LINT_LINT_ENTRY_H
#define DRIFTLINE_LINT_LINT_ENTRY_H

#include <cyaml/cyaml.h>

struct lint_entry {
    char *against; /* the REF of the schema that the files will change */
};

extern const cyaml_schema_field_t lint_entry_fields[];

#endif
