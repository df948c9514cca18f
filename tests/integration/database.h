/* integration/database.h - what the tests against a real PostgreSQL server share.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_DATABASE_H
#define DRIFTLINE_TEST_DATABASE_H

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/text.h"
#include "schema/snapshot.h"
#include "sources/source.h"
#include "sources/watch.h"

/* The defaults, and a key so that changed secrets show. */
void database_settings(struct source_settings *settings);

/* A snapshot with these settings. Free with snapshot_free(). */
struct snapshot *database_read(const char *ref);

/* The root alone. */
struct hash database_root(const char *ref);

/* Fail unless both snapshots have the same root; what differs is printed. */
void database_assert_equal(const struct snapshot *a, const struct snapshot *b, const char *what);

/* The same of two databases as they are now. */
void database_assert_same(const char *a, const char *b, const char *what);

/* Run a script with psql; it stops at the first error. */
void database_script(const char *ref, const char *sql);

/* Make a database from tests/oracle/rich.sql, and answer its REF. `with` goes behind CREATE DATABASE name: "" or
 * "TEMPLATE template0 LOCALE 'C'". */
const char *database_make_rich(struct arena *arena, const char *name, const char *with);

/* Make a database anew. */
const char *database_make(struct arena *arena, const char *name, const char *with);

/* Drop a database, with subscriptions that it may have. */
void database_drop(const char *name);

/* pg_dump --schema-only into a file, and what it holds into another database. `format`: "plain" or "custom". */
void database_restore(const char *from, const char *to, const char *format);

/* A connection of the test's own, closed with PQfinish(), and a statement on it. */
PGconn *database_connect(const char *ref);
void database_run(PGconn *connection, const char *sql);

/* The first value of a query's first row, or "". */
const char *database_value(PGconn *connection, struct arena *arena, const char *sql);

/* A REF with other words in it: as another role, or with options behind `&`. */
const char *database_ref(struct arena *arena, const char *database, const char *user, const char *options);

/* A watch that has kept the schema as it is now, and one look. */
struct watch *database_watch(const char *ref);
enum watch_answer database_look(struct watch *watch, enum watch_depth depth);

/* A session reports what it did when it ends. Wait until all have left a database but for those of the watch and those
 * that call themselves `control`; `connection` leads to another database. */
void database_wait_for_sessions(PGconn *connection, const char *database);

/* A server of the test's own: `verb` is "start", "standby" (of the server in the folder `primary`) or "stop". */
void database_cluster(const char *verb, const char *folder, const char *primary);

/* The functions of this file and of support/postgres.h speak with the server in this folder from now on. */
void database_use(const char *folder);

/* Wait a moment before asking again whether something has happened. */
void database_pause(void);

/* For CLEANUP. */
void database_finish(PGconn **connection);
void database_free(struct snapshot **snapshot);

#endif
