/* codegen/codegen_entry.h - one entry of `codegen:` in the configuration file: code that is kept up to date.
 *
 * Texts are as they were written; NULL: not given. codegen/codegen_options.h reads them.
 */
#ifndef DRIFTLINE_CODEGEN_CODEGEN_ENTRY_H
#define DRIFTLINE_CODEGEN_CODEGEN_ENTRY_H

#include <cyaml/cyaml.h>
#include <stdbool.h>

struct codegen_entry_name {
    char *match; /* a pattern as `ignore` has it, or a path */
    char *name;
};

struct codegen_entry_type {
    char *type; /* a glob over the type as the database writes it */
    char *column;
    char *as;
    char *import;
};

struct codegen_entry_template {
    char *construct;
    char *file;
};

struct codegen_entry_lookup {
    char *table;
    char *value;
    char *label;
    char *name;
};

/* Programs with their arguments, run without a shell. */
struct codegen_entry_hooks {
    char **before;
    unsigned before_count;
    char **after;
    unsigned after_count;
};

struct codegen_entry {
    char *name;     /* by which `publish` and the command line call it; NULL: the language */
    char *language; /* "python", "typescript" … */
    char *ref;
    char *output;   /* the folder, relative to that of the configuration file, or to the top of the repository */
    char **include; /* patterns of what code is made of; none: everything */
    unsigned include_count;
    char **exclude;
    unsigned exclude_count;
    char **schemas; /* the same as patterns of all objects in them */
    unsigned schemas_count;
    struct codegen_entry_name *names;
    unsigned names_count;
    struct codegen_entry_type *types;
    unsigned types_count;
    struct codegen_entry_template *templates;
    unsigned templates_count;
    struct codegen_entry_lookup *lookups;
    unsigned lookups_count;
    struct codegen_entry_hooks hooks;
    char *row_suffix;
    char *insert_suffix;
    char *enum_suffix;
    char *package;
    bool dataclasses;
    bool pydantic;
    bool without_access; /* SQL: neither owners nor privileges */
};

extern const cyaml_schema_value_t codegen_entry_schema;

#endif
