/* sources/odbc/generic_keys.h - keys and indexes of one table as they are put together of rows: shared by
 * generic_keys.c, which asks, and generic_key_rows.c, which brings the rows. Everything lives in the scratch arena.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_GENERIC_KEYS_H
#define DRIFTLINE_SOURCES_ODBC_GENERIC_KEYS_H

#include "sources/odbc/generic_private.h"

/* A key or an index. */
struct generic_key {
    enum kind kind;
    struct text name;    /* bytes NULL: it has none, and is called by what it says */
    struct text content; /* all of it as one text: the order of what shares a name */
    struct generic_names columns;
    struct generic_names order; /* of an index: "" or "desc" for each column */
    bool has_order;
    bool is_unique;
    struct text method;
    struct text predicate;
    struct text references; /* of a foreign key, as the rest */
    struct generic_names referenced;
    struct text on_update;
    struct text on_delete;
    struct text deferrable;
};

struct generic_keys {
    struct generic_key *items;
    uint32_t count;
    uint32_t capacity;
};

/* A new one at the end; NULL: memory ran out. */
struct generic_key *generic_keys_add(struct generic_reader *reader, struct generic_keys *keys);

/* Put keys together of the rows of their function. False: memory ran out. */
bool generic_keys_of_index_rows(struct generic_reader *reader, const struct generic_rows *rows,
                                struct generic_keys *keys) MUST_CHECK;
bool generic_keys_of_foreign_rows(struct generic_reader *reader, const struct generic_table *table,
                                  const struct generic_rows *rows, struct generic_keys *keys) MUST_CHECK;

/* Begin to bring rows, and bring those of one table. Names that are missing or not unique are made up. */
enum error_code generic_keys_begin(struct generic_reader *reader) MUST_CHECK;
enum error_code generic_keys_bring(struct generic_reader *reader, const struct generic_table *table,
                                   struct generic_keys *keys) MUST_CHECK;

#endif
