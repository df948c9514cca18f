/* support/mariadb.h - databases on the private MariaDB server of the test run.
 *
 * A test asks for the server with FIXTURES mariadb in its driftline_test(). Statements are run by the client `mariadb`
 * as root over the Unix socket; a REF is for Driftline's own way, by ODBC over TCP, as the account dl_admin, who may do
 * everything too. DRIFTLINE_TEST_MARIADB is the folder of tests/support/mariadb_server.sh.
 * Failure: every function fails the calling test, also when there is no server: such a test is never skipped.
 */
#ifndef DRIFTLINE_TEST_MARIADB_H
#define DRIFTLINE_TEST_MARIADB_H

#include "base/arena.h"
#include "support/process.h"

#define TEST_MARIADB_PASSWORD "dl-right-word-8"

/* A value of the server's env file: "MYSQL_HOST", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT". */
const char *test_mariadb_setting(struct arena *arena, const char *name);

/* A REF of a database as an account whose password is TEST_MARIADB_PASSWORD; NULL: dl_admin. */
const char *test_mariadb_ref(struct arena *arena, const char *database, const char *account);

/* Run statements in a database, or in none (NULL), with the client's own words such as DELIMITER. What came of it is in
 * the answer. */
struct test_process test_mariadb_run(struct arena *arena, const char *database, struct text sql);

/* The same for statements that must not fail. */
void test_mariadb_execute(const char *database, const char *sql);

/* The first value of a query's first row, or "". */
const char *test_mariadb_value(struct arena *arena, const char *database, const char *sql);

/* Make a database anew, dropping one of that name and what is granted on it, and answer its REF. Each test has names of
 * its own: tests run at the same time. */
const char *test_mariadb_database(struct arena *arena, const char *name);
void test_mariadb_drop(const char *name);

/* What mariadb-dump writes of a database without its rows, but for how far anything has counted. A dump that fails, as
 * that of a database with broken views does, is what it wrote until then. */
struct text test_mariadb_dump(struct arena *arena, const char *database);

#endif
