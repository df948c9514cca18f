/* storage/database_private.h - what the files of this folder share; nobody else includes it. */
#ifndef DRIFTLINE_STORAGE_DATABASE_PRIVATE_H
#define DRIFTLINE_STORAGE_DATABASE_PRIVATE_H

#include <sqlite3.h>

#include "storage/database.h"

enum {
    STATEMENT_BUCKETS = 64,
    BUSY_MS = 5000,       /* waiting for the moments in which SQLite excludes others, such as recovery */
    RESTART_PAGES = 16384 /* 64 MiB of log */
};

struct statement {
    struct statement *next; /* of the same bucket */
    struct database *database;
    sqlite3_stmt *handle;
    const char *sql;
    int failure; /* the first binding that failed; SQLITE_OK: none */
    bool taken;  /* prepared, and not yet reset */
};

struct database {
    sqlite3 *handle;
    const struct database_format *format;
    char *path;
    int lock; /* PATH.lock of a writer; -1: none */
    enum database_mode mode;
    bool broken;      /* a write or sync failed: what the kernel still holds is anybody's guess */
    int next_restart; /* pages of the log at which readers are waited for, to begin the log anew */
    struct statement *statements[STATEMENT_BUCKETS];
};

/* Say what SQLite's result means, in our words. */
enum error_code database_fail(struct database *database, int result, struct error *error);

/* The same after a statement or commit. When the failure ends a writer's transaction, roll back what SQLite did not. */
enum error_code database_fail_writing(struct database *database, int result, struct error *error);

/* Called by SQLite after each commit of a writer, with the pages that its log has now. */
int database_after_commit(void *database, sqlite3 *handle, const char *name, int pages);

/* Release all statements of a connection. */
void database_drop_statements(struct database *database);

/* Say why the system refused. */
enum error_code database_system_error(const struct database *database, const char *doing, const char *path,
                                      struct error *error);

/* The first column of the first row as a number, or whether it is the text `expected`, unless that is NULL. */
enum error_code database_ask(struct database *database, const char *sql, const char *expected, int64_t *ret_answer,
                             struct error *error);

/* Make an empty file for SQLite to fill, unless there is one. */
enum error_code database_make_file(const struct database *database, const char *path, struct error *error);

/* Flush a file or folder that SQLite does not have open: closing it would drop SQLite's locks. */
enum error_code database_sync_path(const struct database *database, const char *path, struct error *error);
enum error_code database_sync_folder_of(const struct database *database, const char *path, struct error *error);

#endif
