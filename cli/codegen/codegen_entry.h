/* codegen/codegen_entry.h - one entry of `codegen:` in the configuration file: code that is kept up to date.
 *
 * Texts are as they were written; NULL: not given.
 */
#ifndef DRIFTLINE_CODEGEN_CODEGEN_ENTRY_H
#define DRIFTLINE_CODEGEN_CODEGEN_ENTRY_H

#include <cyaml/cyaml.h>

struct codegen_entry {
    char *name;     /* by which `publish` and the command line call it; NULL: the language */
    char *language; /* "python", "typescript" … */
    char *ref;
    char *output; /* the folder, relative to that of the configuration file, or to the top of the repository */
};

extern const cyaml_schema_value_t codegen_entry_schema;

#endif
