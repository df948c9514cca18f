/* How a database comes to be open: the lock, the file, the settings of the connection, what sort of file it is, and the
 * migrations. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/memory.h"
#include "storage/database_private.h"

enum {
    FILE_MODE = 0600,
    SYNCHRONOUS_FULL = 2,       /* as PRAGMA synchronous answers it */
    CACHE_KIB = 256,            /* unless the format says otherwise */
    LOG_KEPT = 16 * 1024 * 1024 /* bytes that an emptied log may keep as a file */
};

enum error_code database_system_error(const struct database *database, const char *doing, const char *path,
                                      struct error *error)
{
    int reason = errno;
    enum error_code code = reason == ENOENT || reason == ENOTDIR  ? ERROR_NOT_FOUND
                           : reason == EACCES || reason == EPERM  ? ERROR_REFUSED
                           : reason == ENOSPC || reason == EDQUOT ? ERROR_FULL
                                                                  : ERROR_IO;

    return error_set(error, code, "%s '%s' of %s: %s", doing, path, database->format->what, strerror(reason));
}

static void close_file(int *file)
{
    if (*file >= 0)
        close(*file);
}

/* ---- files ---- */

enum error_code database_sync_path(const struct database *database, const char *path, struct error *error)
{
    CLEANUP(close_file) int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0 || fsync(file) != 0)
        return database_system_error(database, "syncing", path, error);
    return ERROR_NONE;
}

enum error_code database_sync_folder_of(const struct database *database, const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    char *folder = mem_alloc(length + sizeof ".");
    enum error_code code;

    if (folder == NULL)
        return error_memory(error, "syncing a folder");
    memcpy(folder, path, length);
    strcpy(folder + length, ".");
    code = database_sync_path(database, folder, error);
    mem_free(folder);
    return code;
}

/* The lock says who holds it, for the message of the next who comes. */
static enum error_code take_lock(struct database *database, const char *path, struct error *error)
{
    char holder[16] = "";
    ssize_t length;

    database->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
    if (database->lock < 0)
        return database_system_error(database, "opening the lock", path, error);
    if (flock(database->lock, LOCK_EX | LOCK_NB) == 0) {
        length = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
        if (ftruncate(database->lock, 0) != 0 || pwrite(database->lock, holder, (size_t)length, 0) != length)
            return database_system_error(database, "writing the lock", path, error);
        return ERROR_NONE;
    }
    if (errno != EWOULDBLOCK)
        return database_system_error(database, "locking", path, error);
    length = pread(database->lock, holder, sizeof holder - 1, 0);
    holder[length > 0 ? strcspn(holder, "\n") : 0] = '\0';
    return error_set(error, ERROR_CONFLICT, "%s '%s' is open in another program (process %s)", database->format->what,
                     database->path, holder[0] == '\0' ? "unknown" : holder);
}

static enum error_code lock_path(struct database *database, struct error *error)
{
    char *path = mem_alloc(strlen(database->path) + sizeof ".lock");
    enum error_code code;

    if (path == NULL)
        return error_memory(error, "locking a database");
    strcat(strcpy(path, database->path), ".lock");
    code = take_lock(database, path, error);
    mem_free(path);
    return code;
}

/* SQLite would make the file readable for others; its companions get the mode of the file. An existing file is not
 * opened here: closing it again would drop the locks of other connections of this process. */
enum error_code database_make_file(const struct database *database, const char *path, struct error *error)
{
    CLEANUP(close_file) int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);

    if (file < 0 && errno != EEXIST)
        return database_system_error(database, "making", path, error);
    return file < 0 ? ERROR_NONE : database_sync_folder_of(database, path, error);
}

/* ---- settings ---- */

static enum error_code run(struct database *database, const char *sql, struct error *error)
{
    int result = sqlite3_exec(database->handle, sql, NULL, NULL, NULL);

    return result == SQLITE_OK ? ERROR_NONE : database_fail(database, result, error);
}

enum error_code database_ask(struct database *database, const char *sql, const char *expected, int64_t *ret_answer,
                             struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL);

    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    if (result == SQLITE_ROW && expected == NULL)
        *ret_answer = sqlite3_column_int64(statement, 0);
    else if (result == SQLITE_ROW)
        *ret_answer = strcmp((const char *)sqlite3_column_text(statement, 0), expected) == 0;
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? ERROR_NONE : database_fail(database, result, error);
}

static enum error_code configure(struct database *database, struct error *error)
{
    uint32_t cache = database->format->cache_kib == 0 ? CACHE_KIB : database->format->cache_kib;
    char sql[256];

    sqlite3_extended_result_codes(database->handle, 1);
    sqlite3_busy_timeout(database->handle, BUSY_MS);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    snprintf(sql, sizeof sql,
             "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
             "PRAGMA cache_size = -%" PRIu32 ";",
             cache);
    return run(database, sql, error);
}

/* What makes an answered commit durable. Asked back: SQLite keeps the old mode where it cannot have the new one. */
static enum error_code make_durable(struct database *database, struct error *error)
{
    int64_t is_wal = 0, synchronous = 0;
    char sql[128];

    snprintf(sql, sizeof sql, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = %d;", LOG_KEPT);
    if (database_ask(database, "PRAGMA journal_mode = WAL", "wal", &is_wal, error) != ERROR_NONE ||
        run(database, sql, error) != ERROR_NONE ||
        database_ask(database, "PRAGMA synchronous", NULL, &synchronous, error) != ERROR_NONE)
        return error->code;
    if (!is_wal || synchronous != SYNCHRONOUS_FULL)
        return error_set(error, ERROR_UNSUPPORTED, "%s '%s' cannot be written durably: the file system has no %s",
                         database->format->what, database->path, is_wal ? "sync" : "shared memory");
    sqlite3_wal_hook(database->handle, database_after_commit, database); /* takes the place of automatic checkpoints */
    return ERROR_NONE;
}

/* ---- what sort of file it is ---- */

static uint32_t newest_version(const struct database_format *format)
{
    uint32_t version = 0;

    while (format->migrations[version] != NULL)
        version++;
    return version;
}

static enum error_code check_version(const struct database *database, int64_t version, struct error *error)
{
    uint32_t newest = newest_version(database->format);

    if (version >= 0 && version <= newest && (version == newest || database->mode == DATABASE_WRITE))
        return ERROR_NONE;
    error_set(error, ERROR_UNSUPPORTED, "%s '%s' has version %" PRId64 " of its form, and this program knows %" PRIu32,
              database->format->what, database->path, version, newest);
    if (version > newest)
        return error_hint(error, "use the version of Driftline that wrote it, or a later one");
    return error_hint(error, "open it once with a program that writes, which brings it up to date");
}

/* Whether it is ours, and of which version. A new file is empty, and ours from its first migration on. */
static enum error_code recognise(struct database *database, int64_t *ret_version, struct error *error)
{
    int64_t application = 0, entries = 0;

    if (database_ask(database, "PRAGMA application_id", NULL, &application, error) != ERROR_NONE ||
        database_ask(database, "SELECT count(*) FROM sqlite_schema", NULL, &entries, error) != ERROR_NONE ||
        database_ask(database, "PRAGMA user_version", NULL, ret_version, error) != ERROR_NONE)
        return error->code;
    if ((uint32_t)application != database->format->application_id &&
        (application != 0 || *ret_version != 0 || entries != 0 || database->mode != DATABASE_WRITE))
        return error_set(error, ERROR_UNSUPPORTED, "'%s' is not %s, but a database of another program", database->path,
                         database->format->what);
    return check_version(database, *ret_version, error);
}

/* ---- migrations ---- */

static enum error_code check_references(struct database *database, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(database->handle, "PRAGMA foreign_key_check", -1, &statement, NULL);

    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        error_set(error, ERROR_CORRUPT, "a row of '%s' refers to nothing", sqlite3_column_text(statement, 0));
    else if (result != SQLITE_DONE)
        database_fail(database, result, error);
    sqlite3_finalize(statement);
    return result == SQLITE_DONE ? ERROR_NONE : error->code;
}

/* One step, whole or not at all. References are off meanwhile, as SQLite wants it for a table that is made anew. */
static enum error_code migrate(struct database *database, int64_t version, struct error *error)
{
    char sql[128];

    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %" PRId64 ";",
             (int)database->format->application_id, version + 1);
    if (database_begin(database, error) != ERROR_NONE)
        return error->code;
    if (database_run(database, database->format->migrations[version], error) == ERROR_NONE &&
        database_run(database, sql, error) == ERROR_NONE && check_references(database, error) == ERROR_NONE &&
        database_commit(database, error) == ERROR_NONE)
        return ERROR_NONE;
    database_rollback(database);
    return error_context(error, "bringing %s from version %" PRId64 " to %" PRId64, database->format->what, version,
                         version + 1);
}

static enum error_code open_connection(struct database *database, struct error *error)
{
    bool writes = database->mode != DATABASE_READ;
    int flags = SQLITE_OPEN_NOMUTEX | (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    int result = sqlite3_open_v2(database->path, &database->handle, flags, NULL);
    int64_t version = 0;

    if (result != SQLITE_OK)
        return database_fail(database, result, error);
    if (configure(database, error) != ERROR_NONE || recognise(database, &version, error) != ERROR_NONE)
        return error->code;
    if (writes && make_durable(database, error) != ERROR_NONE)
        return error->code;
    for (; database->mode == DATABASE_WRITE && database->format->migrations[version] != NULL; version++)
        if (migrate(database, version, error) != ERROR_NONE)
            return error->code;
    return run(database, "PRAGMA foreign_keys = ON", error);
}

static void close_database(struct database **database)
{
    database_close(*database);
}

enum error_code database_open(struct database **ret_database, const char *path, const struct database_format *format,
                              enum database_mode mode, struct error *error)
{
    CLEANUP(close_database) struct database *database = mem_alloc(sizeof *database);

    if (database == NULL)
        return error_memory(error, "opening a database");
    *database = (struct database){.format = format, .lock = -1, .mode = mode, .next_restart = RESTART_PAGES};
    database->path = mem_alloc(strlen(path) + 1);
    if (database->path == NULL)
        return error_memory(error, "opening a database");
    strcpy(database->path, path);
    if (mode == DATABASE_WRITE &&
        (lock_path(database, error) != ERROR_NONE || database_make_file(database, path, error) != ERROR_NONE))
        return error->code;
    if (open_connection(database, error) != ERROR_NONE)
        return error->code;
    *ret_database = database;
    database = NULL;
    return ERROR_NONE;
}

/* The lock goes last: until the connection is closed it may still write. */
void database_close(struct database *database)
{
    if (database == NULL)
        return;
    database_drop_statements(database);
    sqlite3_close(database->handle);
    close_file(&database->lock);
    mem_free(database->path);
    mem_free(database);
}
