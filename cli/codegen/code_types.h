/* codegen/code_types.h - what the types of columns are in a schema: enums, records, domains and ranges by their names.
 *
 * For code_model.c, which makes a list of what has a name and asks.
 */
#ifndef DRIFTLINE_CODEGEN_CODE_TYPES_H
#define DRIFTLINE_CODEGEN_CODE_TYPES_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "codegen/code_model.h"

/* What the name of a type stands for: one of these. */
struct named_type {
    struct path path;
    const struct code_enum *of_enum;
    const struct code_record *of_record;
    struct text base;   /* of a domain: the spelling of its type */
    struct text inside; /* of a range: the same */
};

struct code_types {
    enum type_engine engine;
    const struct codegen_options *options;
    struct named_type *named; /* sorted by code_types_sort() */
    size_t count;
    struct arena *arena;
};

void code_types_sort(struct code_types *types);

/* What a type is; `column` is the dotted path of who has it. What nobody knows is a scalar of CODE_UNKNOWN. */
enum error_code code_types_resolve(struct code_type *ret_type, const struct code_types *types, struct text spelling,
                                   struct text column, struct error *error) MUST_CHECK;

#endif
