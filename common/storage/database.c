/* Transactions, the log, copies and checks; and what SQLite's results mean here. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "storage/database_private.h"

enum {
    LOG_PAGES = 1000,          /* the log is moved into the file when it has so many pages: 4 MiB */
    RESTART_WAIT_MS = 100,     /* readers are waited for so long at RESTART_PAGES, and again after as many more */
    HIGHEST_PAGES = 0x7ffffffe /* no limit: SQLite's own is as high */
};

/* ---- failures ---- */

/* The errno of the last failure of one of the two files. sqlite3_system_errno() knows nothing of a commit's. */
static int reason_of(sqlite3 *handle, int which)
{
    sqlite3_file *file = NULL;
    int reason = 0;

    if (sqlite3_file_control(handle, "main", which, &file) == SQLITE_OK && file != NULL && file->pMethods != NULL)
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &reason);
    return reason != 0 ? reason : sqlite3_system_errno(handle);
}

/* Whether a failed write says that there is no room. SQLite itself only looks for ENOSPC. A failed sync is never that:
 * what was written before it may be gone. */
static bool is_full(int result, int reason)
{
    if (result == SQLITE_IOERR_SHMSIZE)
        return true;
    return result == SQLITE_IOERR_WRITE && (reason == ENOSPC || reason == EDQUOT || reason == EFBIG);
}

static enum error_code code_of_open(int reason)
{
    switch (reason) {
    case ENOENT:
    case ENOTDIR:
        return ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERROR_REFUSED;
    case ENOSPC:
    case EDQUOT:
        return ERROR_FULL;
    default:
        return ERROR_IO;
    }
}

static enum error_code code_of(int result, int reason)
{
    switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
        return ERROR_CONFLICT;
    case SQLITE_FULL:
        return ERROR_FULL;
    case SQLITE_IOERR:
        return result == SQLITE_IOERR_NOMEM ? ERROR_MEMORY : is_full(result, reason) ? ERROR_FULL : ERROR_IO;
    case SQLITE_CANTOPEN:
        return code_of_open(reason);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        return ERROR_TIMEOUT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return ERROR_CORRUPT;
    case SQLITE_NOMEM:
        return ERROR_MEMORY;
    case SQLITE_TOOBIG:
        return ERROR_LIMIT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ERROR_REFUSED;
    default:
        return ERROR_INTERNAL;
    }
}

/* `which` file was at work: SQLITE_FCNTL_FILE_POINTER, or SQLITE_FCNTL_JOURNAL_POINTER for the log. */
static enum error_code fail_at(struct database *database, int which, int result, struct error *error)
{
    sqlite3 *handle = database->handle;
    bool is_newest = sqlite3_extended_errcode(handle) == result;
    int reason = 0;
    enum error_code code;

    if ((result & 0xff) == SQLITE_CANTOPEN)
        reason = sqlite3_system_errno(handle);
    else if ((result & 0xff) == SQLITE_IOERR)
        reason = reason_of(handle, which);
    code = code_of(result, reason);
    if (code == ERROR_MEMORY)
        return error_memory(error, "using an SQLite database");
    if (code == ERROR_FULL) /* SQLite calls it an I/O error where it is the system that says so */
        return error_set(error, code, "%s '%s': no room: %s", database->format->what, database->path,
                         reason == 0 ? "its limit is reached, or the disk is full" : strerror(reason));
    return error_set(error, code, "%s '%s': %s%s%s", database->format->what, database->path,
                     is_newest ? sqlite3_errmsg(handle) : sqlite3_errstr(result), reason == 0 ? "" : ": ",
                     reason == 0 ? "" : strerror(reason));
}

enum error_code database_fail(struct database *database, int result, struct error *error)
{
    return fail_at(database, SQLITE_FCNTL_JOURNAL_POINTER, result, error);
}

enum error_code database_fail_writing(struct database *database, int result, struct error *error)
{
    enum error_code code = database_fail(database, result, error);

    if (database->mode != DATABASE_READ && (code == ERROR_FULL || code == ERROR_IO))
        database_rollback(database);
    if (database->mode != DATABASE_READ && code == ERROR_IO)
        database->broken = true;
    return code;
}

static enum error_code refuse_broken(const struct database *database, struct error *error)
{
    error_set(error, ERROR_IO, "%s '%s' failed to read or write before, and must be opened again",
              database->format->what, database->path);
    return error_hint(error, "look for failures of the disk, then start the program again");
}

/* ---- transactions ---- */

static enum error_code control(struct database *database, const char *sql, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    return statement_run(statement, error);
}

bool database_in_transaction(const struct database *database)
{
    return sqlite3_get_autocommit(database->handle) == 0;
}

enum error_code database_begin(struct database *database, struct error *error)
{
    static const char begin[] = "BEGIN IMMEDIATE";

    if (database->broken)
        return refuse_broken(database, error);
    return control(database, begin, error);
}

enum error_code database_commit(struct database *database, struct error *error)
{
    static const char commit[] = "COMMIT";

    if (control(database, commit, error) == ERROR_NONE)
        return ERROR_NONE;
    database_rollback(database);
    return error->code;
}

void database_rollback(struct database *database)
{
    if (database_in_transaction(database) &&
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK && database_in_transaction(database))
        database->broken = true;
}

enum error_code database_begin_read(struct database *database, struct error *error)
{
    static const char begin[] = "BEGIN";

    return control(database, begin, error);
}

void database_end_read(struct database *database)
{
    database_rollback(database);
}

enum error_code database_savepoint(struct database *database, struct error *error)
{
    static const char savepoint[] = "SAVEPOINT part";

    if (!database_in_transaction(database))
        return error_set(error, ERROR_INTERNAL, "a savepoint outside of a transaction");
    return control(database, savepoint, error);
}

enum error_code database_release(struct database *database, struct error *error)
{
    static const char release[] = "RELEASE part";

    return control(database, release, error);
}

void database_rollback_to_savepoint(struct database *database)
{
    if (database_in_transaction(database) &&
        sqlite3_exec(database->handle, "ROLLBACK TO part; RELEASE part", NULL, NULL, NULL) != SQLITE_OK)
        database_rollback(database);
}

enum error_code database_run(struct database *database, const char *sql, struct error *error)
{
    int result = sqlite3_exec(database->handle, sql, NULL, NULL, NULL);

    return result == SQLITE_OK ? ERROR_NONE : database_fail_writing(database, result, error);
}

int64_t database_last_id(const struct database *database)
{
    return sqlite3_last_insert_rowid(database->handle);
}

int64_t database_changes(const struct database *database)
{
    return sqlite3_changes64(database->handle);
}

int64_t database_written(const struct database *database)
{
    return sqlite3_total_changes64(database->handle);
}

/* ---- the log ---- */

/* What readers or a full disk keep in the log waits there for the next time, and is durable meanwhile. */
static enum error_code checkpoint(struct database *database, int mode, struct error *error)
{
    int result = sqlite3_wal_checkpoint_v2(database->handle, NULL, mode, NULL, NULL);
    enum error_code code;

    if (result == SQLITE_OK || (result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED)
        return ERROR_NONE;
    code = fail_at(database, SQLITE_FCNTL_FILE_POINTER, result, error);
    if (code == ERROR_IO)
        database->broken = true;
    return code;
}

/* The commit is done, whatever happens here; a failure shows at the next one. */
int database_after_commit(void *context, sqlite3 *handle, const char *name, int pages)
{
    struct database *database = context;
    struct error ignored = {0};

    (void)name;
    if (pages < LOG_PAGES) {
        database->next_restart = RESTART_PAGES;
    } else if (pages < database->next_restart) {
        (void)checkpoint(database, SQLITE_CHECKPOINT_PASSIVE, &ignored);
    } else {
        sqlite3_busy_timeout(handle, RESTART_WAIT_MS);
        (void)checkpoint(database, SQLITE_CHECKPOINT_RESTART, &ignored);
        sqlite3_busy_timeout(handle, BUSY_MS);
        database->next_restart = pages + RESTART_PAGES;
    }
    return SQLITE_OK;
}

enum error_code database_checkpoint(struct database *database, bool truncate, struct error *error)
{
    if (database->broken)
        return refuse_broken(database, error);
    return checkpoint(database, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, error);
}

/* ---- size ---- */

enum error_code database_limit(struct database *database, uint64_t bytes, struct error *error)
{
    int64_t size = 0;
    uint64_t pages;
    char sql[64];

    if (database_ask(database, "PRAGMA page_size", NULL, &size, error) != ERROR_NONE)
        return error->code;
    pages = bytes == 0 ? HIGHEST_PAGES : bytes / (uint64_t)size;
    if (pages > HIGHEST_PAGES)
        pages = HIGHEST_PAGES;
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %" PRIu64, pages == 0 ? 1 : pages);
    return database_run(database, sql, error);
}

uint64_t database_size(struct database *database)
{
    int64_t size = 0, pages = 0, unused = 0;
    struct error ignored = {0};

    if (database_ask(database, "PRAGMA page_size", NULL, &size, &ignored) != ERROR_NONE ||
        database_ask(database, "PRAGMA page_count", NULL, &pages, &ignored) != ERROR_NONE ||
        database_ask(database, "PRAGMA freelist_count", NULL, &unused, &ignored) != ERROR_NONE)
        return 0;
    return (uint64_t)(pages - unused) * (uint64_t)size;
}

/* ---- copies and checks ---- */

static enum error_code copy_into(struct database *database, const char *path, struct error *error)
{
    static const char vacuum[] = "VACUUM INTO :path";
    struct statement *statement = NULL;

    if (database_make_file(database, path, error) != ERROR_NONE ||
        database_prepare(database, vacuum, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_string(statement, ":path", path);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return database_sync_path(database, path, error); /* SQLite does not: it takes the copy for scratch */
}

static void free_string(char **string)
{
    mem_free(*string);
}

/* A copy that was cut short must never be taken for one: it gets its name at the end. */
enum error_code database_backup(struct database *database, const char *path, struct error *error)
{
    CLEANUP(free_string) char *partial = mem_alloc(strlen(path) + sizeof ".partial");
    bool broken = database->broken; /* the other disk's failures say nothing of ours */
    enum error_code code;

    if (partial == NULL)
        return error_memory(error, "copying a database");
    strcat(strcpy(partial, path), ".partial");
    if (access(path, F_OK) == 0)
        return error_set(error, ERROR_CONFLICT, "'%s' exists already", path);
    unlink(partial);
    code = copy_into(database, partial, error);
    database->broken = broken;
    if (code == ERROR_NONE && rename(partial, path) != 0)
        code = database_system_error(database, "naming the copy", path, error);
    if (code == ERROR_NONE)
        return database_sync_folder_of(database, path, error);
    unlink(partial);
    return error_context(error, "copying to '%s'", path);
}

enum error_code database_check(struct database *database, struct error *error)
{
    static const char check[] = "PRAGMA integrity_check(1)";
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct text found;
    bool row = false;

    if (database_prepare(database, check, &statement, error) != ERROR_NONE ||
        statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    found = statement_text(statement, 0);
    if (row && text_equal(found, TEXT("ok")))
        return ERROR_NONE;
    return error_set(error, ERROR_CORRUPT, "%s '%s' is damaged: %.*s", database->format->what, database->path,
                     TEXT_ARGS(found));
}
