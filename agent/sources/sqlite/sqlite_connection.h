/* sources/sqlite/sqlite_connection.h - a connection to an SQLite file through which looking at it does no harm.
 *
 * A file may be forged. It is opened read-only, its schema is not trusted, none of its virtual tables can be loaded, no
 * trigger or view is run, and an authorizer refuses to read any table but SQLite's own list of them.
 *
 * Ownership: the caller has the struct, which must not move while it is open; sqlite_connection_close() releases it.
 * Failure: messages name the file.
 */
#ifndef DRIFTLINE_SOURCES_SQLITE_CONNECTION_H
#define DRIFTLINE_SOURCES_SQLITE_CONNECTION_H

#include <sqlite3.h>

#include "sources/source.h"
#include "sources/sqlite/sqlite_functions.h"

#define SQLITE_SCHEME "sqlite:"

struct sqlite_connection {
    const char *path;
    const struct source_settings *settings;
    sqlite3 *database;
    struct sqlite_limits limits;
};

/* Open the file of a REF. The first query may begin; nothing has been read yet. On failure there is nothing to close,
 * but closing is fine. */
enum error_code sqlite_connection_open(struct sqlite_connection *connection, const char *ref,
                                       const struct source_settings *settings, struct error *error) MUST_CHECK;
void sqlite_connection_close(struct sqlite_connection *connection);

/* From now on the statement timeout runs anew. */
void sqlite_connection_begin(struct sqlite_connection *connection);

/* Compile a statement of ours. */
enum error_code sqlite_connection_prepare(const struct sqlite_connection *connection, struct text sql,
                                          sqlite3_stmt **ret_statement, struct error *error) MUST_CHECK;

/* Say what an SQLite result code means, and answer our code for it. */
enum error_code sqlite_connection_error(const struct sqlite_connection *connection, int result, struct error *error);

/* For CLEANUP. */
void sqlite_statement_close(sqlite3_stmt **statement);

#endif
