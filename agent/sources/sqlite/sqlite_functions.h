/* sources/sqlite/sqlite_functions.h - what the .sql files of this folder call beside SQLite's own functions.
 *
 *   driftline_ddl(sql)              a table: the items of a CREATE statement, see sqlite_ddl.h
 *   driftline_list(position, text)  an aggregate: the texts in the order of their positions, as {"a","b"}; NULL is
 *                                   skipped, and none at all is NULL
 *   driftline_path(name)            the dotted path of a table or view; NULL of NULL
 *   driftline_text(sql)             an SQL text in its one form; NULL of NULL
 *   driftline_resolves(view)        whether the columns of a view can be worked out
 *
 * The schema of a file cannot call any of them: they work in statements of ours only.
 */
#ifndef DRIFTLINE_SOURCES_SQLITE_FUNCTIONS_H
#define DRIFTLINE_SOURCES_SQLITE_FUNCTIONS_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* What they may use up. */
struct sqlite_limits {
    size_t memory;    /* bytes for the items of one statement */
    int64_t deadline; /* of the query that is running, by clock_elapsed() */
};

/* Add them to a connection, for as long as which the limits must live. Answers an SQLite result code. */
int sqlite_functions_add(sqlite3 *database, struct sqlite_limits *limits);

#endif
