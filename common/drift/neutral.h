/* drift/neutral.h - the tables of a snapshot in a form that is the same for every engine.
 *
 * Things have keys instead of names: what has one key on two sides is one thing. A table's key is its schema and name
 * without regard to case, the default schema being one for all engines; a column's is its name; that of a key or an
 * index is what it is about, never its own name. docs/reference/type-families.md says what was decided.
 *
 * Each attribute has two values: what is said, which is compared and judged, and what is shown in its place.
 *
 * Ownership: everything lives in the arena and points into the snapshot.
 */
#ifndef DRIFTLINE_DRIFT_NEUTRAL_H
#define DRIFTLINE_DRIFT_NEUTRAL_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/pairing.h"
#include "drift/type_family.h"
#include "schema/snapshot.h"

/* `said` is the first member: a pointer to it is one to both. Items NULL: there is no such attribute. */
struct neutral_attribute {
    struct attribute said;
    struct attribute shown;
};

enum { NEUTRAL_ATTRIBUTES = 6 };

struct neutral_part {
    enum kind kind; /* column, primary key, unique, foreign key, index */
    struct text key;
    struct text name;    /* its own */
    struct text columns; /* of a key or index: those it is about, in an order of their own */
    struct type_value type;
    struct neutral_attribute attributes[NEUTRAL_ATTRIBUTES]; /* sorted by name */
    uint32_t attribute_count;
};

struct neutral_table {
    struct text key;
    struct text path; /* as displayed */
    struct object object;
    struct neutral_part *parts; /* sorted by kind and key, each once */
    uint32_t part_count;
    uint32_t column_count; /* they are the first */
};

/* What there is that cannot be compared. */
enum neutral_rest {
    NEUTRAL_REST_PARTITION = KIND_POLICY + 1, /* a table that is part of another */
    NEUTRAL_REST_VIRTUAL,                     /* one that a module makes */
    NEUTRAL_REST_HISTORY,                     /* one that keeps what another was like */
    NEUTRAL_REST_COUNT
};

struct neutral {
    enum type_engine engine;
    struct neutral_table *tables; /* sorted by key */
    uint32_t count;
    uint32_t rest[NEUTRAL_REST_COUNT]; /* how many of each kind, and of the above */
};

/* Both sides of a comparison: what is one name depends on the names of both. */
enum error_code neutral_make(struct neutral ret_sides[SIDE_COUNT], const struct snapshot *const sides[SIDE_COUNT],
                             struct arena *arena, struct error *error) MUST_CHECK;

/* The table that a path, as displayed by an engine, names; NULL when there is none. */
enum error_code neutral_find(const struct neutral_table **ret_table, const struct neutral *neutral,
                             enum type_engine engine, struct text path, struct arena *arena,
                             struct error *error) MUST_CHECK;

/* The attribute of a name, or NULL. */
struct neutral_attribute *neutral_attribute(struct neutral_part *part, struct text name);

#endif
