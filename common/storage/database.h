/* storage/database.h - SQLite as a place where nothing is lost: how a file is opened, asked and written.
 *
 * A database is opened for writing by one thread of one process (WAL, synchronous=FULL, checked), and by any number of
 * readers, each with a connection of its own. What a commit answered with ERROR_NONE survives kill -9 and power loss.
 *
 * Statements are texts of .sql files (driftline_embed_statements() in cmake/), prepared once a connection and found
 * again by the address of their text. Values are always bound. Binding never fails by itself: a failure is kept and
 * comes out of the next statement_step().
 *
 * Failure: a full disk, quota or file-size limit is ERROR_FULL, and the transaction is rolled back; a failed read, write
 * or sync is ERROR_IO, after which the writer must not go on: the process ends and recovers from the log when it starts
 * again. A database of another program or a later version is ERROR_UNSUPPORTED, a damaged one ERROR_CORRUPT.
 * Threads: a connection belongs to one thread at a time.
 */
#ifndef DRIFTLINE_STORAGE_DATABASE_H
#define DRIFTLINE_STORAGE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

struct database;
struct statement;

/* What makes a file ours, and how it came to its present form. */
struct database_format {
    uint32_t application_id;       /* of SQLite's header: tells our files from others' */
    const char *what;              /* for messages: "the collector's store" */
    const char *const *migrations; /* the SQL that leads from version N to N+1, N from 0; NULL ends */
};

enum database_mode {
    DATABASE_WRITE, /* make it when it is not there, migrate it when it is older; only one process at a time */
    DATABASE_READ   /* must be there and of this very version */
};

/* Open. In DATABASE_WRITE a lock beside the file (PATH.lock) keeps a second process out: ERROR_CONFLICT. Files are made
 * with mode 0600. */
enum error_code database_open(struct database **ret_database, const char *path, const struct database_format *format,
                              enum database_mode mode, struct error *error) MUST_CHECK;
void database_close(struct database *database); /* NULL is fine */

/* Pages after which SQLite says "full": a limit in bytes for the file, 0: none. Also what it takes now. */
enum error_code database_limit(struct database *database, uint64_t bytes, struct error *error) MUST_CHECK;
uint64_t database_size(struct database *database);

/* BEGIN IMMEDIATE … COMMIT. A failed commit has rolled back. Rolling back without a transaction does nothing. */
enum error_code database_begin(struct database *database, struct error *error) MUST_CHECK;
enum error_code database_commit(struct database *database, struct error *error) MUST_CHECK;
void database_rollback(struct database *database);
bool database_in_transaction(const struct database *database);

/* A read transaction: several statements that see one moment. Short ones only: a reader keeps the log from shrinking. */
enum error_code database_begin_read(struct database *database, struct error *error) MUST_CHECK;
void database_end_read(struct database *database);

/* A part of a transaction that can be taken back alone. */
enum error_code database_savepoint(struct database *database, struct error *error) MUST_CHECK;
enum error_code database_release(struct database *database, struct error *error) MUST_CHECK;
void database_rollback_to_savepoint(struct database *database);

/* Move what the log holds into the file, as far as readers allow; with `truncate` also shrink the log. */
enum error_code database_checkpoint(struct database *database, bool truncate, struct error *error) MUST_CHECK;

/* Run statements that give no rows and have no parameters. */
enum error_code database_run(struct database *database, const char *sql, struct error *error) MUST_CHECK;

/* Copy the whole database into a new file, consistently, while it is in use. */
enum error_code database_backup(struct database *database, const char *path, struct error *error) MUST_CHECK;

/* SQLite's own integrity check: ERROR_CORRUPT and what it found first. */
enum error_code database_check(struct database *database, struct error *error) MUST_CHECK;

/* The statement of a text, which must be a literal or embedded: it is found again by its address. Belongs to the
 * connection; statement_reset() when done, which CLEANUP(statement_done) does on every way out. */
enum error_code database_prepare(struct database *database, const char *sql, struct statement **ret_statement,
                                 struct error *error) MUST_CHECK;

/* Bind by name: ":name". Bytes must stay until the statement is reset. A text with NULL bytes is NULL. */
void statement_bind_number(struct statement *statement, const char *name, int64_t value);
void statement_bind_text(struct statement *statement, const char *name, struct text value);
void statement_bind_string(struct statement *statement, const char *name, const char *value);
void statement_bind_blob(struct statement *statement, const char *name, struct text value);
void statement_bind_hash(struct statement *statement, const char *name, const struct hash *value);
void statement_bind_null(struct statement *statement, const char *name);

/* The next row: false at the end. A broken UNIQUE or other constraint is ERROR_CONFLICT. */
enum error_code statement_step(struct statement *statement, bool *ret_row, struct error *error) MUST_CHECK;

/* For a statement without rows: step to the end, and reset. */
enum error_code statement_run(struct statement *statement, struct error *error) MUST_CHECK;

/* Columns of the row, from 0. Texts and blobs are valid until the next step or reset; NULL gives NULL bytes, 0. */
int64_t statement_number(struct statement *statement, int column);
bool statement_is_null(struct statement *statement, int column);
struct text statement_text(struct statement *statement, int column);
struct text statement_blob(struct statement *statement, int column);
/* A hash; a value of another length is ERROR_CORRUPT. */
enum error_code statement_hash(struct statement *statement, int column, struct hash *ret_hash,
                               struct error *error) MUST_CHECK;
/* A copy in the arena; NULL stays NULL bytes. */
enum error_code statement_copy(struct statement *statement, int column, struct arena *arena, struct text *ret_text,
                               struct error *error) MUST_CHECK;

void statement_reset(struct statement *statement);
void statement_done(struct statement **statement); /* for CLEANUP */

int64_t database_last_id(const struct database *database);
int64_t database_changes(const struct database *database); /* rows that the last statement changed */

#endif
