/* sources/odbc/odbc_capture.h - capture (sources/capture.h) in what is reached through ODBC: each dialect has its own
 * way.
 *
 * SQL Server logs by a DDL trigger (deploy/sql/sqlserver/). MariaDB and MySQL have no such triggers: there the general
 * log tells who did what, where it is written to a table. Other systems have nothing.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_CAPTURE_H
#define DRIFTLINE_SOURCES_ODBC_CAPTURE_H

#include "sources/capture.h"
#include "sources/odbc/odbc_connection.h"

/* As source_settings.capture and source_ops.mark, for a connection that is open. */
struct odbc_capture {
    enum error_code (*read)(struct odbc_connection *connection, struct capture_reading *reading, struct error *error);
    enum error_code (*mark)(struct odbc_connection *connection, const struct capture_marking *marking,
                            struct error *error); /* NULL: marks cannot be set */
    enum error_code (*status)(struct odbc_connection *connection, struct arena *arena,
                              struct capture_status *ret_status, struct error *error);
};

extern const struct odbc_capture odbc_capture_sqlserver;
extern const struct odbc_capture odbc_capture_mysql;

/* What the dialect's capture brings with a read: call it after the probe and before the rows. */
enum error_code odbc_capture_read(struct odbc_connection *connection, struct capture_reading *reading,
                                  struct error *error) MUST_CHECK;

/* For the sources: source_ops.mark. */
enum error_code odbc_mark(struct source_watch *watch, const struct capture_marking *marking, struct error *error);

/* How capture stands in a database that is reached through ODBC. */
enum error_code odbc_capture_status(const char *ref, const struct source_settings *settings, struct arena *arena,
                                    struct capture_status *ret_status, struct error *error);

#endif
