/* codegen/code_model.h - what of a schema becomes code, with the names that it has there.
 *
 * Enums, and records: tables, foreign tables, views, materialized views, composite types. What a record consists of is
 * in the order of the database, records that others hold stand before these, everything else is sorted by kind and
 * path. Names are final: styles, reserved words, collisions and the user's wishes are settled.
 *
 * Ownership: everything lives in the arena, and points into the snapshot.
 */
#ifndef DRIFTLINE_CODEGEN_CODE_MODEL_H
#define DRIFTLINE_CODEGEN_CODE_MODEL_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "codegen/code_scalar.h"
#include "codegen/codegen_options.h"
#include "codegen/language.h"
#include "schema/snapshot.h"

enum code_shape { CODE_SCALAR, CODE_ENUM, CODE_RECORD, CODE_ARRAY, CODE_RANGE, CODE_WISH };

struct code_type {
    enum code_shape shape;
    struct text spelling; /* as the database writes it */
    enum code_scalar scalar;
    const struct code_enum *of_enum;
    const struct code_record *of_record;
    const struct code_type *element; /* of an array or range */
    const struct type_wish *wish;
};

struct code_label {
    struct text label;  /* what the database has: of a lookup the value as text */
    struct text name;   /* the member */
    struct text called; /* of a lookup: what the row calls itself; else the label */
};

struct code_enum {
    struct text path;
    struct text comment;
    struct text name;
    struct text first_name; /* what it would be called if nobody else were; empty: it is */
    bool is_lookup;         /* made of rows */
    struct text wished;     /* the name that a lookup is given; empty: none */
    bool is_number;         /* all its values are integers */
    struct code_label *labels;
    size_t label_count;
};

struct code_column {
    struct text column; /* its name in the database */
    struct text name;   /* the field */
    struct text comment;
    struct code_type type;
    bool is_nullable;
    bool has_default;
    bool is_generated; /* the database makes the value, nobody else may: generated, identity always */
    bool is_key;       /* part of the primary key */
};

struct code_record {
    enum kind kind;
    struct text path;
    struct text comment;
    struct text base;
    struct text row_name;
    struct text insert_name; /* empty: nothing can be inserted into it */
    struct text first_name;  /* of the row, if nobody else were called so; empty: it is */
    struct code_column *columns;
    size_t column_count;
    unsigned mark; /* of sorting */
};

struct code_model {
    struct code_enum *enums;
    size_t enum_count;
    struct code_record **records; /* in the order in which they can be declared */
    size_t record_count;
};

/* Rows of a lookup table that became an enum, for code_model_make(). */
struct lookup_rows {
    const struct lookup_wish *wish;
    struct text comment;
    struct text (*rows)[2]; /* value and label */
    size_t count;
};

struct code_model_input {
    const struct snapshot *snapshot;
    const struct language *language;
    const struct codegen_options *options;
    const struct lookup_rows *lookups;
    size_t lookup_count;
};

enum error_code code_model_make(struct code_model *ret_model, const struct code_model_input *input, struct arena *arena,
                                struct error *error) MUST_CHECK;

#endif
