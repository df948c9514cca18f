/* lint/step.h - a statement as the steps that it takes: one for each thing that it does to one object.
 *
 * Rules ask steps, not parse trees: `ALTER TABLE t ADD COLUMN a int UNIQUE, DROP COLUMN b` is ADD_COLUMN,
 * COLUMN_CONSTRAINT and DROP_COLUMN. Everything lives until the statement is done; what is to stay is copied.
 */
#ifndef DRIFTLINE_LINT_STEP_H
#define DRIFTLINE_LINT_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/text.h"
#include "schema/kind.h"

enum step_kind {
#define STEP(symbol, lock) STEP_##symbol,
#include "lint/step.def"
#undef STEP
    STEP_COUNT
};

/* From weak to strong; a stronger one conflicts with all that a weaker one conflicts with, for what lint asks. */
enum lock {
    LOCK_NONE,
    LOCK_ACCESS_SHARE,
    LOCK_ROW_SHARE,
    LOCK_ROW_EXCLUSIVE,
    LOCK_SHARE_UPDATE_EXCLUSIVE,
    LOCK_SHARE,
    LOCK_SHARE_ROW_EXCLUSIVE,
    LOCK_EXCLUSIVE,
    LOCK_ACCESS_EXCLUSIVE,
    LOCK_COUNT
};

struct text_span {
    const struct text *items;
    size_t count;
};

/* A column as it is declared. */
struct column_facts {
    struct text name;
    struct text type;    /* as the server writes it, such as "character varying(10)"; of a serial that of its numbers */
    const json_t *value; /* DEFAULT, or NULL */
    bool not_null;       /* also by PRIMARY KEY */
    bool is_serial;
    bool is_identity;
    bool is_generated;
    bool is_key; /* PRIMARY KEY stands with it */
};

struct constraint_facts {
    enum kind kind;           /* KIND_PRIMARY_KEY … */
    struct text name;         /* empty: the server makes one */
    struct text_span columns; /* of a key or foreign key; of a check those that it says are not NULL */
    struct text index;        /* USING INDEX */
    bool not_valid;
    struct relation *references; /* of a foreign key */
    struct text_span referenced;
};

struct index_facts {
    struct text name;         /* empty: the server makes one */
    struct text_span columns; /* an expression is an empty text */
    bool is_unique;
    bool is_partial;
    bool is_ordinary; /* a B-tree */
};

struct relation;
struct thing;

struct step {
    enum step_kind kind;
    enum lock lock;
    enum kind object_kind;     /* of what it is about */
    struct relation *relation; /* that it works on, of an index its table; NULL: none, or not known */
    struct thing *thing;       /* that it works on, when that is no relation; NULL: none, or not known */
    struct text schema;        /* of the object */
    struct text name;          /* of the object, or of the part of the relation; of a function with its arguments */
    struct text object;        /* its dotted path as people see it */
    struct text new_name;
    const json_t *node; /* where the details are: a statement, an AlterTableCmd, a ColumnDef, a Constraint */
    size_t place;       /* offset in the file */
    bool tolerant;      /* IF EXISTS, IF NOT EXISTS, OR REPLACE */
    bool cascades;
    const struct column_facts *column;         /* ADD_COLUMN, TABLE_COLUMN, COLUMN_TYPE */
    const struct constraint_facts *constraint; /* those that add one */
    const struct index_facts *index;           /* CREATE_INDEX… */
};

/* What a step takes on the relation that it works on. */
enum lock step_lock(enum step_kind kind);

/* "ADD_COLUMN" */
const char *step_name(enum step_kind kind);

/* "ACCESS EXCLUSIVE" as SQL has it; "" for none. */
const char *lock_name(enum lock lock);

#endif
