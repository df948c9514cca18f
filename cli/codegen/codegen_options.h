/* codegen/codegen_options.h - what an entry of the configuration file asks of generated code, read and checked.
 *
 * Texts and templates live in the arena that it was read with.
 */
#ifndef DRIFTLINE_CODEGEN_CODEGEN_OPTIONS_H
#define DRIFTLINE_CODEGEN_CODEGEN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "codegen/codegen_entry.h"
#include "drift/ignore.h"

/* A name that somebody chose: the base of a table's names, the name of an enum or field. */
struct name_wish {
    struct ignore_pattern pattern; /* an exact path, too */
    struct text name;
};

/* A type that somebody chose. */
struct type_wish {
    struct text type;             /* a glob over the type as the database spells it; empty: any */
    struct ignore_pattern column; /* of the columns; an empty glob: any */
    struct text as;
    struct text import; /* a line, or empty */
};

/* A user's template in the place of an embedded one. */
struct template_wish {
    struct text construct;
    const char *path;
    struct text text;
};

/* An enum that is made of the rows of a table. */
struct lookup_wish {
    struct text table; /* its path as displayed */
    struct text value; /* columns */
    struct text label;
    struct text name; /* of the enum; empty: made of the table's */
};

struct codegen_options {
    struct ignore_list include; /* tables, views, composite types and enums; none: all */
    struct ignore_list exclude; /* of these, and columns */
    const struct name_wish *names;
    size_t name_count;
    const struct type_wish *types;
    size_t type_count;
    const struct template_wish *templates;
    size_t template_count;
    const struct lookup_wish *lookups;
    size_t lookup_count;
    struct text row_suffix; /* "Row" */
    struct text insert_suffix;
    struct text enum_suffix; /* "" */
    struct text package;     /* for languages whose files say one; empty: the language's own */
    bool dataclasses;
    bool pydantic;
    bool without_access;
};

/* What is asked for when nobody asks for anything. */
void codegen_options_init(struct codegen_options *options);

/* Read an entry. Files of templates are relative to `folder`; "" is the current one. What is wrong is ERROR_CONFIG, and
 * `ret_wrong` the key of the entry that is to blame, such as "names.2.match". */
enum error_code codegen_options_read(struct codegen_options *ret_options, const struct codegen_entry *entry,
                                     struct text folder, struct arena *arena, const char **ret_wrong,
                                     struct error *error) MUST_CHECK;

/* The path of a file that an entry names. */
enum error_code codegen_options_path(const char **ret_path, struct text folder, const char *file, struct arena *arena,
                                     struct error *error) MUST_CHECK;

#endif
