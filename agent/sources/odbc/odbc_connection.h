/* sources/odbc/odbc_connection.h - a connection through the ODBC driver manager whose every wait has an end.
 *
 * Drivers are foreign code that may wait for ever, whatever timeouts they were given. So each connection has a thread
 * of its own that calls the driver, and everybody else waits for that thread with a limit. When the limit is over, the
 * thread is left alone with its driver: it cleans up when it comes back, and touches nothing that is not its own until
 * then. There is at most a fixed number of such threads.
 *
 * Texts are UTF-8 on this side; on the driver's they are UTF-16 or, where its wide functions are not to be trusted,
 * UTF-8 (odbc_drivers.h). A lone surrogate is kept, as bytes that are no UTF-8 (odbc_wide.h). Binary columns come as
 * hex digits. A value may be as long as the settings' memory limit allows, and comes whole.
 *
 * Failure: an error is one of the connection or of a handler. What the server refuses is told by the outcome. No
 * message contains the password, not even where the driver repeats it. Threads: a connection belongs to one thread at a
 * time; different ones are independent.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_CONNECTION_H
#define DRIFTLINE_SOURCES_ODBC_CONNECTION_H

#include <sql.h>
#include <sqlext.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "sources/source.h"

struct odbc_connection;
struct odbc_dialect;

enum { ODBC_COLUMNS_MAX = 64 }; /* of one result; the same as CATALOG_LABELS_MAX */

/* ---- open and close ---- */

/* Connect to `ref` (mysql://…, sqlserver://…, odbc:…; see odbc_string.h) within the settings' connect timeout, and find
 * its dialect. `settings` must outlive the connection. Errors: USAGE (the reference), CONFIG (no driver, no such data
 * source), CONNECT, REFUSED, NOT_FOUND (the database), TIMEOUT. */
enum error_code odbc_open(struct odbc_connection **ret_connection, const char *ref,
                          const struct source_settings *settings, struct error *error) MUST_CHECK;
void odbc_close(struct odbc_connection *connection); /* NULL is fine */

/* Never NULL. */
const struct odbc_dialect *odbc_dialect_of(const struct odbc_connection *connection);

/* "MariaDB", as SQL_DBMS_NAME. */
const char *odbc_system(const struct odbc_connection *connection);

/* "10.11.19", and 101119: major, minor and patch with two digits each (what is above 99 counts as 99). The first three
 * numbers of SQL_DBMS_VER, or what the dialect's server.sql says (dialect.h). */
const char *odbc_version_text(const struct odbc_connection *connection);
long odbc_version(const struct odbc_connection *connection);

/* Names the very database, for as long as its numbers mean the same; empty when the dialect does not say. */
const char *odbc_origin(const struct odbc_connection *connection);

/* The name of the database that is connected to; empty when the driver knows none. */
const char *odbc_database(const struct odbc_connection *connection);

/* Whether the reference asks for an encrypted connection. Drivers may go on without, so a dialect asks the server. */
bool odbc_wants_tls(const struct odbc_connection *connection);

const struct source_settings *odbc_settings(const struct odbc_connection *connection);

/* ---- what a driver says of itself (SQLGetInfo) ---- */

/* SQL_CATALOG_NAME_SEPARATOR and so on. What the driver does not know is an empty text, or 0. */
enum error_code odbc_info_text(struct odbc_connection *connection, SQLUSMALLINT what, struct buffer *text,
                               struct error *error) MUST_CHECK;
enum error_code odbc_info_number(struct odbc_connection *connection, SQLUSMALLINT what, unsigned long *ret_number,
                                 struct error *error) MUST_CHECK;

/* ---- statements ---- */

/* What came of one statement. */
struct odbc_outcome {
    bool failed;
    bool denied;       /* for want of rights: whoever reads a catalogue makes a gap of it */
    bool late;         /* it took longer than the statement timeout */
    bool disturbed;    /* running DDL explains it: a lock, a deadlock, a table that is gone */
    char sqlstate[6];  /* "42S02" */
    long native;       /* the server's own number of the error */
    char message[256]; /* the server's own words */
};

/* What makes a result. */
enum odbc_sort {
    ODBC_SQL,          /* text[0]: the statement */
    ODBC_TABLES,       /* SQLTables: catalogue, schema, table, types ("TABLE,VIEW") */
    ODBC_COLUMNS,      /* SQLColumns: catalogue, schema, table, column */
    ODBC_PRIMARY_KEYS, /* SQLPrimaryKeys: catalogue, schema, table */
    ODBC_FOREIGN_KEYS, /* SQLForeignKeys: catalogue, schema, table of the primary key, then of the foreign key */
    ODBC_STATISTICS,   /* SQLStatistics: catalogue, schema, table; options: SQL_INDEX_…, SQL_QUICK or SQL_ENSURE */
    ODBC_PROCEDURES,   /* SQLProcedures: catalogue, schema, procedure */
    ODBC_PROCEDURE_COLUMNS, /* SQLProcedureColumns: catalogue, schema, procedure, column */
    ODBC_TYPE_INFO          /* SQLGetTypeInfo: options[0] the SQL type */
};

struct odbc_call {
    enum odbc_sort sort;
    struct text text[6]; /* bytes NULL: absent (which means "any"); bytes "" and length 0: an empty text */
    int options[2];
};

/* Called in the caller's thread: once with `values` NULL when only the labels are known (so also for an empty result),
 * then for each row. A value whose bytes are NULL is absent. All is valid during the call only. */
typedef enum error_code (*odbc_row)(void *context, const char *const *labels, const struct text *values, unsigned count,
                                    struct error *error);

/* Run, and hand all rows to `handler`, which may be NULL. */
enum error_code odbc_run(struct odbc_connection *connection, const struct odbc_call *call, odbc_row handler,
                         void *context, struct odbc_outcome *ret_outcome, struct error *error) MUST_CHECK;

/* The same for a statement. */
enum error_code odbc_query(struct odbc_connection *connection, const char *sql, odbc_row handler, void *context,
                           struct odbc_outcome *ret_outcome, struct error *error) MUST_CHECK;

/* Run a statement that must not be refused, and forget its rows. */
enum error_code odbc_execute(struct odbc_connection *connection, const char *sql, struct error *error) MUST_CHECK;

/* The first value of the first row; empty when there is none. A refused statement is an error. */
enum error_code odbc_value(struct odbc_connection *connection, const char *sql, struct buffer *value,
                           struct error *error) MUST_CHECK;

/* The error that a refused statement is where nothing else can be made of it. Answers its code. */
enum error_code odbc_refused(const struct odbc_outcome *outcome, struct error *error);

#endif
