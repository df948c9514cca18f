/* agent/sources/mariadb_session.h - connections to the private MariaDB server of the test run.
 *
 * A test asks for the server with FIXTURES mariadb in its driftline_test(). Failure: every function fails the calling
 * test.
 */
#ifndef DRIFTLINE_TEST_MARIADB_SESSION_H
#define DRIFTLINE_TEST_MARIADB_SESSION_H

#include "base/arena.h"
#include "sources/odbc/odbc_connection.h"

/* Who may do everything, as it stands in a REF. */
#define MARIADB_SESSION_ADMIN "dl_admin:dl-right-word-8"

/* The first line of a file of the server's folder: "port", "socket", "server/pid". */
const char *mariadb_session_file(struct arena *arena, const char *directory, const char *name);

/* `mysql://WHO@127.0.0.1:PORT/DATABASE` of the run's server. */
const char *mariadb_session_ref(struct arena *arena, const char *who, const char *database);

struct source_settings mariadb_session_settings(unsigned connect_ms, unsigned statement_ms);

/* Close with odbc_close(). The settings must outlive it. */
struct odbc_connection *mariadb_session_connect(const char *ref, const struct source_settings *settings);

void mariadb_session_execute(struct odbc_connection *connection, const char *sql);

/* The first value. */
const char *mariadb_session_value(struct arena *arena, struct odbc_connection *connection, const char *sql);

#endif
