/* lint/lint_entry.h - `lint:` in the configuration file: how migrations are judged, and what they are held against.
 *
 * Texts are as they were written; NULL: not given. lint/configuration.h makes sense of them.
 */
#ifndef DRIFTLINE_LINT_LINT_ENTRY_H
#define DRIFTLINE_LINT_LINT_ENTRY_H

#include <cyaml/cyaml.h>

#include "lint/naming.h"

struct lint_rule_entry {
    char *id;    /* of a rule, or a group of rules */
    char *level; /* `off`, `on` or a level */
};

struct lint_naming_entry {
    char *patterns[NAMING_KINDS]; /* as naming.def numbers them */
};

struct lint_entry {
    char *against; /* the REF of the schema that the files will change */
    char **contracts;
    unsigned contracts_count;
    char *transaction; /* `file` or `none` */
    char *server_version;
    char **search_path;
    unsigned search_path_count;
    char **ignore; /* patterns of file names */
    unsigned ignore_count;
    struct lint_rule_entry *rules;
    unsigned rules_count;
    struct lint_naming_entry naming;
};

extern const cyaml_schema_field_t lint_entry_fields[];

#endif
