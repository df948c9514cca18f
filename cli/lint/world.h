/* lint/world.h - the schema as it is when a statement runs: what the target has, with what the files did so far.
 *
 * Without a target nothing is known of what the files do not make themselves: it is neither there nor missing. Objects
 * of the target are looked up when they are first spoken of.
 *
 * Ownership: everything lives in the arena that the world was begun with.
 * Failure: sticky. When memory runs out `code` says so, and answers are as if nothing were known.
 */
#ifndef DRIFTLINE_LINT_WORLD_H
#define DRIFTLINE_LINT_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "lint/step.h"
#include "schema/snapshot.h"

enum thing_state {
    THING_UNKNOWN, /* nobody can say */
    THING_THERE,   /* the target has it */
    THING_NEW,     /* the files made it */
    THING_MISSING, /* the target does not have it */
    THING_GONE     /* the files dropped or renamed it */
};

enum truth { TRUTH_UNKNOWN, TRUTH_NO, TRUTH_YES };

struct world_column {
    struct text name;
    struct text type; /* empty: not known */
    enum truth not_null;
    bool is_new;
    bool is_gone;
};

struct world_index {
    struct text name;
    struct text_span columns; /* an expression is an empty text */
    bool is_unique;
    bool is_partial;
    bool is_ordinary;
    bool is_invalid;
    bool is_new;
    bool is_gone;
};

struct world_constraint {
    enum kind kind;
    struct text name;
    struct text_span columns; /* of a check: those that it says are not NULL */
    struct text expression;   /* of a check of the target; else empty */
    bool is_validated;
    bool is_new;
    bool is_gone;
    size_t transaction; /* that added it, when it is new */
};

/* A table, view, materialized view, foreign table or sequence; an unknown one counts as a table. */
struct relation {
    enum thing_state state;
    enum kind kind;
    struct text schema;
    struct text name;
    struct text path; /* as people see it */
    bool is_known;    /* nothing of it is hidden */
    bool is_temporary;
    bool is_partition;
    bool is_open; /* made with LIKE or of a query: what it has is not all seen */
    bool has_policies;
    size_t file; /* of the statement that made it, and its place there */
    size_t place;
    struct world_column *columns;
    size_t column_count, column_room;
    struct world_index *indexes;
    size_t index_count, index_room;
    struct world_constraint *constraints;
    size_t constraint_count, constraint_room;
};

/* Any other object. */
struct thing {
    enum thing_state state;
    enum kind kind;
    struct text path;
};

struct world_slot;

struct world {
    const struct snapshot *target; /* NULL: none */
    struct hasher *hasher;
    struct buffer scratch;
    struct arena *arena;
    struct world_slot *slots; /* by what they are called */
    size_t slot_count;
    size_t used;
    struct relation **relations; /* in the order in which they were first spoken of */
    size_t relation_count, relation_room;
    struct text_span path; /* the search path */
    struct text_span first_path;
    bool indexes_are_known; /* which table an index belongs to was looked up */
    enum error_code code;
    struct error *error;
};

/* `path` is the search path that sessions begin with; none: public. */
enum error_code world_begin(struct world *ret_world, const struct snapshot *target, struct text_span path,
                            struct arena *arena, struct error *error) MUST_CHECK;
void world_end(struct world *world);

/* Whether everything of a kind was read from the target. */
bool world_covers(const struct world *world, enum kind kind);

/* The relation of a name; an empty schema is looked for along the search path. NULL only without memory. */
struct relation *world_relation(struct world *world, struct text schema, struct text name);

/* The same for one that is to be made: without a schema it is the first of the search path. */
struct relation *world_new_relation(struct world *world, struct text schema, struct text name);

/* The table of an index, and the index. NULL: nobody knows it. */
struct relation *world_index_table(struct world *world, struct text schema, struct text name,
                                   struct world_index **ret_index);

/* Any other object by kind and name. Functions, procedures and aggregates have their arguments in the name:
 * "f(integer)", or none, when any will do. */
struct thing *world_thing(struct world *world, enum kind kind, struct text schema, struct text name);

/* Types of every kind by one name. */
struct thing *world_type(struct world *world, struct text schema, struct text name);

/* Parts that are there; NULL: there is none, or nobody knows. */
struct world_column *relation_column(const struct relation *relation, struct text name);
struct world_index *relation_index(const struct relation *relation, struct text name);
struct world_constraint *relation_constraint(const struct relation *relation, struct text name);

/* The primary key, or NULL. */
const struct world_constraint *relation_primary_key(const struct relation *relation);

/* Whether it is there before the files run, as far as anybody knows. NULL: yes. */
bool relation_was_there(const struct relation *relation);

/* Whether a validated check or a primary key proves that a column is never NULL. */
bool relation_proves_not_null(const struct relation *relation, struct text column);

/* Whether an index begins with these columns in any order. */
bool relation_has_index_on(const struct relation *relation, struct text_span columns);

/* The full object of the target, with all that was read of it. False: there is none. */
bool world_object(struct world *world, enum kind kind, const struct path *path, struct object *ret_object);

/* Copies that live as long as the world. */
struct text world_text(struct world *world, struct text text);
struct text_span world_span(struct world *world, struct text_span span);

/* A dotted path as people see it. */
struct text world_path(struct world *world, struct text schema, struct text name);

/* Add parts that are copied. */
struct world_column *relation_add_column(struct world *world, struct relation *relation,
                                         const struct world_column *column);
void relation_add_index(struct world *world, struct relation *relation, const struct world_index *index);
void relation_add_constraint(struct world *world, struct relation *relation, const struct world_constraint *constraint);

#endif
