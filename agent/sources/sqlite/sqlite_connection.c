#include "sources/sqlite/sqlite_connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"

enum { PROGRESS_STEPS = 10000, LONGEST_VALUE = 64 * 1024 * 1024 };

static const char doing[] = "reading an SQLite database";

/* ---- errors ---- */

static enum error_code code_from_result(int result)
{
    switch (result & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
        return ERROR_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        return ERROR_TIMEOUT;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return ERROR_REFUSED;
    case SQLITE_NOMEM:
        return ERROR_MEMORY;
    case SQLITE_TOOBIG:
        return ERROR_LIMIT;
    case SQLITE_IOERR:
        return ERROR_IO;
    default:
        return ERROR_QUERY;
    }
}

enum error_code sqlite_connection_error(const struct sqlite_connection *connection, int result, struct error *error)
{
    enum error_code code = code_from_result(result);

    if (code == ERROR_MEMORY)
        return error_memory(error, doing);
    error_set(error, code, "reading '%s': %s", connection->path,
              (result & 0xff) == SQLITE_INTERRUPT ? "a catalogue query took too long"
              : connection->database == NULL      ? sqlite3_errstr(result)
                                                  : sqlite3_errmsg(connection->database));
    switch (result & 0xff) {
    case SQLITE_NOTADB:
        return error_hint(error, "the file is something else, or encrypted, which Driftline cannot read");
    case SQLITE_CORRUPT:
        return error_hint(error,
                          "let SQLite check it with `PRAGMA integrity_check`; a later version may have written it");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_hint(error, "a program keeps the database locked; try again, or raise the lock timeout");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        return error_hint(error, "in WAL mode, or after a crash, SQLite needs to write beside the file: open it once "
                                 "with its own program, or give write access to its folder");
    default:
        return code;
    }
}

/* ---- opening ---- */

/* Say clearly what SQLite would call "unable to open database file". A pipe or device would also block. */
static enum error_code check_file(const char *path, struct error *error)
{
    struct stat status;

    if (path[0] == '\0') {
        error_set(error, ERROR_USAGE, "'%s' names no file", SQLITE_SCHEME);
        return error_hint(error, "write sqlite:PATH");
    }
    if (stat(path, &status) != 0) {
        enum error_code code = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG ? ERROR_NOT_FOUND
                               : errno == EACCES || errno == EPERM                          ? ERROR_REFUSED
                                                                                            : ERROR_IO;
        return error_set(error, code, "opening '%s': %s", path, strerror(errno));
    }
    if (S_ISDIR(status.st_mode))
        return error_set(error, ERROR_NOT_FOUND, "'%s' is a directory, not a database file", path);
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_NOT_FOUND, "'%s' is not an ordinary file", path);
    if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
        return error_set(error, ERROR_REFUSED, "opening '%s': %s", path, strerror(errno));
    return ERROR_NONE;
}

static int stop_when_late(void *context)
{
    const struct sqlite_connection *connection = context;

    return clock_elapsed() > connection->limits.deadline;
}

/* The list of tables may be read, its version, and what the table functions of our statements answer; nothing else,
 * ever. */
static int authorize(void *context, int action, const char *first, const char *second, const char *schema,
                     const char *inner)
{
    (void)context, (void)schema, (void)inner;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_FUNCTION:
    case SQLITE_TRANSACTION:
        return SQLITE_OK;
    case SQLITE_READ:
        return strcmp(first, "sqlite_master") == 0 || strcmp(first, "driftline_ddl") == 0 ||
                       strncmp(first, "pragma_", 7) == 0
                   ? SQLITE_OK
                   : SQLITE_DENY;
    case SQLITE_UPDATE: /* asked when a table function is declared; writing is impossible in any case */
        return strcmp(first, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_PRAGMA:
        return strcmp(first, "table_xinfo") == 0 || strcmp(first, "index_xinfo") == 0 ||
                       (strcmp(first, "schema_version") == 0 && second == NULL)
                   ? SQLITE_OK
                   : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static int harden(struct sqlite_connection *connection)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
    };
    sqlite3 *database = connection->database;
    int result = SQLITE_OK;

    for (size_t i = 0; i < LENGTH_OF(options) && result == SQLITE_OK; i++)
        result = sqlite3_db_config(database, options[i].option, options[i].value, (int *)NULL);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, LONGEST_VALUE);
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(database, SQLITE_LIMIT_WORKER_THREADS, 0);
    if (result == SQLITE_OK)
        result = sqlite3_drop_modules(database, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(database,
                              "PRAGMA query_only = 1; PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0; "
                              "PRAGMA temp_store = 2",
                              NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite_functions_add(database, &connection->limits);
    return result == SQLITE_OK ? sqlite3_set_authorizer(database, authorize, NULL) : result;
}

/* What begins with a slash or dot is a path: neither `:memory:` nor a `file:` URI with options of its own. */
static int open_path(struct sqlite_connection *connection)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    buffer_printf(&path, "%s%s", connection->path[0] == '/' ? "" : "./", connection->path);
    if (path.failed)
        return SQLITE_NOMEM;
    return sqlite3_open_v2(path.bytes, &connection->database,
                           SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
}

enum error_code sqlite_connection_open(struct sqlite_connection *connection, const char *ref,
                                       const struct source_settings *settings, struct error *error)
{
    int result;

    *connection = (struct sqlite_connection){
        .path = ref + strlen(SQLITE_SCHEME), .settings = settings, .limits.memory = settings->memory_limit};
    if (check_file(connection->path, error) != ERROR_NONE)
        return error->code;
    result = open_path(connection);
    if (result == SQLITE_OK) {
        sqlite3_extended_result_codes(connection->database, 1);
        sqlite3_busy_timeout(connection->database, (int)settings->lock_timeout_ms);
        sqlite3_progress_handler(connection->database, PROGRESS_STEPS, stop_when_late, connection);
        sqlite_connection_begin(connection);
        result = harden(connection);
    }
    if (result == SQLITE_OK)
        return ERROR_NONE;
    sqlite_connection_error(connection, result, error);
    sqlite_connection_close(connection);
    return error->code;
}

void sqlite_connection_close(struct sqlite_connection *connection)
{
    sqlite3_close(connection->database);
    connection->database = NULL;
}

void sqlite_connection_begin(struct sqlite_connection *connection)
{
    connection->limits.deadline = clock_elapsed() + (int64_t)connection->settings->statement_timeout_ms * 1000;
}

enum error_code sqlite_connection_prepare(const struct sqlite_connection *connection, struct text sql,
                                          sqlite3_stmt **ret_statement, struct error *error)
{
    int result = sqlite3_prepare_v2(connection->database, sql.bytes, (int)sql.length, ret_statement, NULL);

    return result == SQLITE_OK ? ERROR_NONE : sqlite_connection_error(connection, result, error);
}

void sqlite_statement_close(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}
