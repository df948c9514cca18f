/* sources/sqlite/sqlite_ddl.h - what only the text of a CREATE statement tells.
 *
 * SQLite's pragmas know columns and indexes, but neither checks nor the names of constraints, collations, expressions,
 * or whether a foreign key is deferred. This reads them from the text that the file keeps of each statement. It is no
 * judge of SQL: SQLite has accepted the text before. What it does not understand becomes an item `unparsed`, so that a
 * change there is still a change.
 *
 * A constraint without a name gets one from what it says, `unique(email)`, since a number would make a new order of
 * constraints look like a change. Names in constraints are spelled as their columns are.
 *
 * Ownership: everything lives in the arena. Failure: only memory. Threads: no state.
 */
#ifndef DRIFTLINE_SOURCES_SQLITE_DDL_H
#define DRIFTLINE_SOURCES_SQLITE_DDL_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

/* What an item says; a text without bytes is absent. The lists are written {"a","b"}. */
enum sqlite_ddl_field {
    SQLITE_DDL_ITEM,       /* see below */
    SQLITE_DDL_NAME,       /* of a column, constraint or module; of an option: "strict", "unique" … */
    SQLITE_DDL_EXPRESSION, /* of a check, generated column, index column, predicate; an argument; a body */
    SQLITE_DDL_COLUMNS,    /* list: the columns of a key, with COLLATE and DESC where they matter */
    SQLITE_DDL_COLLATION,  /* of a column, unless BINARY */
    SQLITE_DDL_ON_CONFLICT,
    SQLITE_DDL_REFERENCED_TABLE,
    SQLITE_DDL_REFERENCED_COLUMNS, /* list; absent: the primary key */
    SQLITE_DDL_ON_DELETE,
    SQLITE_DDL_ON_UPDATE,
    SQLITE_DDL_MATCH_TYPE,
    SQLITE_DDL_DEFERRED, /* "yes" for DEFERRABLE INITIALLY DEFERRED, the only form that defers anything */
    SQLITE_DDL_FIELD_COUNT
};

/* Items: option, column, primary_key, unique, foreign_key, check, module, argument, index_column, predicate, body,
 * unparsed. */
struct sqlite_ddl_item {
    struct sqlite_ddl_item *next;
    unsigned ordinal; /* of columns, index columns and arguments: from 0 */
    struct text fields[SQLITE_DDL_FIELD_COUNT];
};

/* Read the text of a CREATE TABLE, VIRTUAL TABLE, INDEX, VIEW or TRIGGER. Any bytes are accepted. */
enum error_code sqlite_ddl_parse(struct text sql, struct arena *arena, const struct sqlite_ddl_item **ret_items,
                                 struct error *error) MUST_CHECK;

/* Append `{"a"`, then `,"b"` …: one more item of a list that is still open. */
struct buffer;
void sqlite_list_add(struct buffer *buffer, struct text item);

#endif
