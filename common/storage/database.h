/* storage/database.h - SQLite as a place where nothing is lost: how a file is opened, asked and written.
 *
 * A database is opened for writing by one thread of one process (WAL, synchronous=FULL, checked), by a tool beside it
 * that writes briefly, and by any number of readers, each with a connection of its own. What a commit answered with
 * ERROR_NONE survives kill -9 and power loss. The writer moves its log into the file by itself, so that the log stays
 * at a few megabytes while readers are brief.
 *
 * Statements (storage/statement.h) are texts of .sql files (driftline_embed_statements() in cmake/), prepared once a
 * connection and found again by the address of their text.
 *
 * Failure: a full disk, quota or file-size limit is ERROR_FULL, and the transaction is rolled back; when there is room,
 * the next one succeeds. (Programs ignore SIGXFSZ, so that the limit is an error.) A failed read, write or sync is
 * ERROR_IO, after which the writer refuses to go on: the process ends and recovers from the log when it starts again. A
 * database of another program or a later version is ERROR_UNSUPPORTED, a damaged one ERROR_CORRUPT.
 * Threads: a connection belongs to one thread at a time.
 */
#ifndef DRIFTLINE_STORAGE_DATABASE_H
#define DRIFTLINE_STORAGE_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "storage/statement.h"

struct database;

/* What makes a file ours, and how it came to its present form. */
struct database_format {
    uint32_t application_id;       /* of SQLite's header: tells our files from others' */
    const char *what;              /* for messages: "the collector's store" */
    const char *const *migrations; /* the SQL that leads from version N to N+1, N from 0; NULL ends */
    uint32_t cache_kib;            /* pages that a connection keeps in memory; 0: 256 KiB */
};

enum database_mode {
    DATABASE_WRITE, /* make it when it is not there, migrate it when it is older; only one process at a time */
    DATABASE_READ,  /* must be there and of this very version */
    DATABASE_EDIT   /* the same, for a few brief transactions of a tool beside the program that writes */
};

/* Open. In DATABASE_WRITE a lock beside the file (PATH.lock) keeps a second writer out: ERROR_CONFLICT. Files are made
 * with mode 0600. `format` must outlive the connection. */
enum error_code database_open(struct database **ret_database, const char *path, const struct database_format *format,
                              enum database_mode mode, struct error *error) MUST_CHECK;
void database_close(struct database *database); /* NULL is fine */

/* How many bytes the file may have, 0: any number; a file that is larger already may keep what it has. And how many
 * bytes of it are in use: what was deleted leaves room in the file, which does not count here. */
enum error_code database_limit(struct database *database, uint64_t bytes, struct error *error) MUST_CHECK;
uint64_t database_size(struct database *database);

/* BEGIN IMMEDIATE … COMMIT. A failed commit has rolled back. Rolling back without a transaction does nothing. */
enum error_code database_begin(struct database *database, struct error *error) MUST_CHECK;
enum error_code database_commit(struct database *database, struct error *error) MUST_CHECK;
void database_rollback(struct database *database);
bool database_in_transaction(const struct database *database);

/* A read transaction: several statements that see one moment. Short ones only: a reader keeps the log from shrinking.
 */
enum error_code database_begin_read(struct database *database, struct error *error) MUST_CHECK;
void database_end_read(struct database *database);

/* A part of a transaction that can be taken back alone; parts may be nested. */
enum error_code database_savepoint(struct database *database, struct error *error) MUST_CHECK;
enum error_code database_release(struct database *database, struct error *error) MUST_CHECK;
void database_rollback_to_savepoint(struct database *database);

/* Move what the log holds into the file, as far as readers allow; with `truncate` also shrink the log. */
enum error_code database_checkpoint(struct database *database, bool truncate, struct error *error) MUST_CHECK;

/* Run statements that give no rows and have no parameters. */
enum error_code database_run(struct database *database, const char *sql, struct error *error) MUST_CHECK;

/* Copy the whole database into a new file, consistently, while it is in use; the copy has no unused pages. There must
 * be no transaction on this connection. The file appears under its name when it is complete and on disk; one that is
 * there already is ERROR_CONFLICT. */
enum error_code database_backup(struct database *database, const char *path, struct error *error) MUST_CHECK;

/* SQLite's own integrity check: ERROR_CORRUPT and what it found first. */
enum error_code database_check(struct database *database, struct error *error) MUST_CHECK;

/* The statement of a text, which must be a literal or embedded: it is found again by its address. Asking for one that
 * was not reset since is ERROR_INTERNAL. */
enum error_code database_prepare(struct database *database, const char *sql, struct statement **ret_statement,
                                 struct error *error) MUST_CHECK;

int64_t database_last_id(const struct database *database);
int64_t database_changes(const struct database *database); /* rows that the last statement changed */
int64_t database_written(const struct database *database); /* rows that all statements changed, also in vain */

#endif
