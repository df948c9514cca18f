/* storage/statement.h - one SQL statement of a connection: values in, rows out.
 *
 * database_prepare() of storage/database.h gives statements. Values are bound by name, and never fail by themselves: a
 * failure is kept and comes out of the next statement_step().
 *
 * Ownership: a statement belongs to its connection. Who prepared it has it until statement_reset(), which
 * CLEANUP(statement_done) does on every way out; one that is not reset keeps its transaction open.
 * Failure: as in storage/database.h.
 * Threads: as the connection.
 */
#ifndef DRIFTLINE_STORAGE_STATEMENT_H
#define DRIFTLINE_STORAGE_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

struct statement;

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

/* Done with it: it lets go of its row and forgets its values. NULL is fine. */
void statement_reset(struct statement *statement);
void statement_done(struct statement **statement); /* for CLEANUP */

#endif
