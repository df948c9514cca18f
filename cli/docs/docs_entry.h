/* docs/docs_entry.h - one entry of `docs:` in the configuration file: a documentation that is kept up to date.
 *
 * Texts are as they were written; NULL: not given.
 */
#ifndef DRIFTLINE_DOCS_DOCS_ENTRY_H
#define DRIFTLINE_DOCS_DOCS_ENTRY_H

#include <cyaml/cyaml.h>
#include <stdbool.h>

struct docs_entry {
    char *name;   /* by which `publish` and the command line call it; NULL: "docs" */
    char *ref;    /* the schema */
    char *output; /* the folder, relative to that of the configuration file, or to the top of the repository */
    char *title;
    bool *facts;    /* published with what the collector knows besides the schema; NULL: without */
    char *coverage; /* percent of tables and columns that must have a comment */
};

extern const cyaml_schema_value_t docs_entry_schema;

#endif
