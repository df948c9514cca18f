/* schema/statistics.h - how large and how entangled a schema is: the figures of `show --stats`.
 *
 * Everything lives in the arena and points into the snapshot.
 */
#ifndef DRIFTLINE_SCHEMA_STATISTICS_H
#define DRIFTLINE_SCHEMA_STATISTICS_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "schema/object_list.h"
#include "schema/snapshot.h"

enum { KIND_NUMBERS = 256 }; /* kinds are smaller than that */

struct schema_statistics {
    struct text name; /* empty: what lives in no schema */
    uint32_t objects;
    uint32_t counts[KIND_NUMBERS]; /* of objects and parts, by kind */
};

struct statistics {
    uint32_t counts[KIND_NUMBERS];     /* of objects and parts of the whole snapshot */
    struct schema_statistics *schemas; /* sorted by name */
    uint32_t schema_count;
    struct text widest_table;
    uint32_t widest_columns;
    struct text *tables_without_key; /* sorted */
    uint32_t tables_without_key_count;
    struct text *chain; /* the longest way along foreign keys, from the table that refers to the one referred to */
    uint32_t chain_length;
    struct text *cycles; /* tables that refer to each other in a circle, sorted by path within a circle */
    uint32_t *cycle_of;  /* the number of the circle of each of them, from 0 */
    uint32_t cycle_members;
    uint32_t cycle_count;
    uint32_t self_references;      /* foreign keys of a table to itself */
    uint32_t foreign_keys_outside; /* to tables that the snapshot does not have */
};

/* The schema that an object lives in, or is; empty: it lives in none. */
struct text statistics_schema_of(const struct trie_entry *entry);

enum error_code statistics_make(struct statistics *ret_statistics, const struct snapshot *snapshot,
                                const struct object_list *list, struct arena *arena, struct error *error) MUST_CHECK;

#endif
