/* store/store.h - the collector's history: one SQLite database in a folder, and what else lies beside it.
 *
 *   DATA/history.db       this store          DATA/collector.key(.pub)   keys of the door
 *   DATA/admin.token      the first token     DATA/history.db.lock       keeps a second collector out
 *
 * The modules of this folder are functions over a connection (storage/database.h): those that write want the one writer
 * and an open transaction, those that read take any connection. Nothing here decides what is allowed, or what a change
 * means; it keeps and finds.
 *
 * Failure: as in storage/database.h; what is asked for and not there is ERROR_NOT_FOUND with a hint.
 * Threads: as the connection.
 */
#ifndef DRIFTLINE_STORE_STORE_H
#define DRIFTLINE_STORE_STORE_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "storage/database.h"

/* Open DATA/history.db; for writing, the folder (mode 0700) and the file are made when they are not there. */
enum error_code store_open(struct database **ret_database, const char *folder, enum database_mode mode,
                           struct error *error) MUST_CHECK;

/* The store's own id, 32 hexadecimal digits, in the arena. */
enum error_code store_id(struct database *database, struct arena *arena, struct text *ret_id,
                         struct error *error) MUST_CHECK;

/* database, environment, instance. */
struct target_name {
    struct text database;
    struct text environment;
    struct text instance;
};

/* Letters, digits, `_`, `-`, `.` and any character beyond ASCII; at most 128 bytes, not beginning with `-` or `.`. */
bool target_name_is_valid(struct text name);

/* "orders@prod", with "/eu-1" unless the instance is "default" or empty; in the arena, NULL when memory ran out. */
const char *target_name_text(const struct target_name *name, struct arena *arena);

#endif
