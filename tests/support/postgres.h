/* support/postgres.h - databases on the private PostgreSQL server of the test run.
 *
 * A test asks for the server with FIXTURES postgres in its driftline_test(). Trust over the Unix socket as superuser
 * `postgres`; over TCP on 127.0.0.1 every user needs a password, and `dl_password` has one.
 * Failure: every function fails the calling test, also when there is no server: such a test is never skipped.
 */
#ifndef DRIFTLINE_TEST_POSTGRES_H
#define DRIFTLINE_TEST_POSTGRES_H

#include "base/arena.h"

#define TEST_POSTGRES_PASSWORD_USER "dl_password"
#define TEST_POSTGRES_PASSWORD "dl-right-word-8"

/* A REF of a database as superuser over the socket: `postgres://postgres@/NAME?host=…&port=…`. */
const char *test_postgres_dsn(struct arena *arena, const char *database);

/* A REF over TCP, where the server asks for the password. The user and password are put in as they are. */
const char *test_postgres_tcp_dsn(struct arena *arena, const char *database, const char *user, const char *password);

/* A value of the server's env file: "PGHOST", "PGPORT", "PGUSER", "PGBIN". */
const char *test_postgres_setting(struct arena *arena, const char *name);

/* Make a database anew, dropping one of that name, and answer its REF. Each test has names of its own: tests run at the
 * same time. */
const char *test_postgres_database(struct arena *arena, const char *name);
void test_postgres_drop(const char *name);

/* Run statements. */
void test_postgres_execute(const char *dsn, const char *sql);

/* The first value of a query's first row, or "". */
const char *test_postgres_value(struct arena *arena, const char *dsn, const char *sql);

#endif
