/* sources/odbc/dialect.h - what is read from which database system behind ODBC. A new one is a folder of SQL and one
 * entry in dialect.c.
 *
 * A dialect is a list of catalog files (sources/catalog.h). Two of them are special:
 *
 *   -- @server         one row that says what the server is. Columns: `version`, a number for the lines `--[min..max]`;
 *                      `text`, the version as it is shown; `origin`, names the very database for as long as its `id`s
 *                      mean the same. Each may be missing. It must run on every version
 *   -- @probe          one row of whatever moves when the schema moves. As cheap as can be: it is run every few seconds
 *   -- @probe exact    the same, and while that row stands still the schema does
 *
 * In lines `--[min..max]` a version is major * 10000 + minor * 100 + patch: 101119 is 10.11.19. Of MySQL 8.0.34 it is
 * 80034, of SQL Server 2016 (13.0.…) 130000 and something.
 *
 * A query that fails for want of rights is a gap of its kind, "permission denied"; a row may also bring a gap of its
 * own (column `gap`). Other failures are errors.
 *
 * A dialect without files has a function that brings the rows (the generic one).
 *
 * Reading: begin, probe, all rows, probe, end; another answer means that the schema changed meanwhile, and all is read
 * again. Without a probe, and where the probe was refused, all rows are read twice and must be the same.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_DIALECT_H
#define DRIFTLINE_SOURCES_ODBC_DIALECT_H

#include "sources/catalog.h"
#include "sources/odbc/odbc_connection.h"

/* Where the rows of a read go: to the loader, or into a hash. */
struct odbc_sink;

/* As catalog_begin(), catalog_row() and catalog_add_gap(). `query` must outlive the sink. */
enum error_code odbc_sink_begin(struct odbc_sink *sink, const struct catalog_query *query, const char *const *labels,
                                unsigned label_count, struct error *error) MUST_CHECK;
enum error_code odbc_sink_row(struct odbc_sink *sink, const struct text *values, struct error *error) MUST_CHECK;
enum error_code odbc_sink_gap(struct odbc_sink *sink, enum kind kind, struct text object, const char *reason,
                              struct error *error) MUST_CHECK;

/* Take back the rows of a query that failed half-way: as catalog_drop_rows(). */
void odbc_sink_drop(struct odbc_sink *sink, const struct catalog_query *query);

/* Say how far the read has come, now and then. */
void odbc_sink_progress(struct odbc_sink *sink, unsigned done, unsigned total);

struct odbc_capture;

struct odbc_dialect {
    const char *name;                   /* as DriftlineDialect= gives it; also the engine of its snapshots */
    const char *engine;                 /* "odbc" for generic, else the name */
    const char *const *systems;         /* what SQL_DBMS_NAME answers; NULL ends */
    const struct catalog_file *files;   /* NULL: `load` brings the rows */
    bool needs_database;                /* a connection without a database is refused */
    const struct odbc_capture *capture; /* odbc_capture.h; NULL: there is none */

    /* Once after connecting: fix all that changes how the server writes a value, and its timeouts. NULL: nothing. */
    enum error_code (*set_up)(struct odbc_connection *connection, struct error *error);

    /* Before and after a read or look: a transaction that sees one state and writes nothing, where there are such.
     * Statements that NULL ends; NULL: nothing. */
    const char *const *begin;
    const char *const *end;

    /* Bring all rows. Called with files == NULL only. `disturbed` is set when something failed in a way that running
     * DDL explains: then all is read again. */
    enum error_code (*load)(struct odbc_connection *connection, struct odbc_sink *sink, bool *disturbed,
                            struct error *error);
};

/* By the name of a database system; the generic one when there is none for it. Never NULL. */
const struct odbc_dialect *odbc_dialect_for_system(const char *system);

/* By its own name (DriftlineDialect=), or NULL. */
const struct odbc_dialect *odbc_dialect_by_name(struct text name);

#endif
