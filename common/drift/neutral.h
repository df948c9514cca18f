/* drift/neutral.h - the tables and enums of a snapshot in a form that is the same for every engine.
 *
 * Things have keys instead of names: what has one key on two sides is one thing. A table's key is its schema and name
 * without regard to case, the default schema being one for all engines; a column's is its name; that of a key or an
 * index is what it is about, never its own name; an enum's is as a table's. docs/reference/type-families.md says what
 * was decided.
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

struct neutral_enum {
    struct text key;
    struct text path; /* as displayed */
    struct path names;
    struct attribute labels;
    bool is_inline; /* the other side lists its labels in a column instead */
};

/* A type that is another one with conditions. */
struct neutral_domain {
    struct text key;
    struct text type;
};

struct neutral_part {
    enum kind kind; /* column, primary key, unique, foreign key, index */
    struct text key;
    struct text name;    /* its own */
    struct text columns; /* of a key or index: those it is about, in an order of their own */
    struct type_value type;
    struct neutral_enum *enumeration;    /* that the type, or what its array is made of, is; or NULL */
    const struct neutral_domain *domain; /* likewise */
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
    unsigned schemas;             /* the engines whose default schemas are the default here */
    struct neutral_table *tables; /* sorted by key */
    uint32_t count;
    struct neutral_enum *enums; /* sorted by key; those of both sides are compared if both engines have some */
    uint32_t enum_count;
    struct neutral_domain *domains; /* sorted by key */
    uint32_t domain_count;
    uint32_t rest[NEUTRAL_REST_COUNT]; /* how many of each kind, and of the above */
};

/* Whether an engine has enums that are objects. */
bool neutral_has_enums(enum type_engine engine);

/* Both sides of a comparison: what is one name depends on the names of both. */
enum error_code neutral_make(struct neutral ret_sides[SIDE_COUNT], const struct snapshot *const sides[SIDE_COUNT],
                             struct arena *arena, struct error *error) MUST_CHECK;

/* The table that a path, as the side `named_by` displays it, names; NULL when there is none. */
enum error_code neutral_find(const struct neutral_table **ret_table, const struct neutral *neutral,
                             const struct neutral *named_by, struct text path, struct arena *arena,
                             struct error *error) MUST_CHECK;

/* The attribute of a name, or NULL. */
struct neutral_attribute *neutral_attribute(struct neutral_part *part, struct text name);

#endif
