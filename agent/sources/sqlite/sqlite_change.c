#include "sources/sqlite/sqlite_change.h"

#include "sources/sqlite/sqlite_connection.h"

/* The file is opened for reading first, which looks whether it is one, and says what it is if it is none; what may be
 * written through another connection that trusts nothing in it either. */
static enum error_code open_for_writing(struct sqlite_connection *connection, sqlite3 **ret_database,
                                        struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    sqlite3 *database = NULL;
    int result;

    buffer_printf(&path, "%s%s", connection->path[0] == '/' ? "" : "./", connection->path);
    if (buffer_check(&path, error, "changing an SQLite database") != ERROR_NONE)
        return error->code;
    result = sqlite3_open_v2(path.bytes, &database,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    if (result == SQLITE_OK) {
        sqlite3_busy_timeout(database, (int)connection->settings->lock_timeout_ms);
        *ret_database = database;
        return ERROR_NONE;
    }
    sqlite3_close(database);
    return sqlite_connection_error(connection, result, error);
}

static enum error_code run(struct sqlite_connection *connection, const char *statement, struct error *error)
{
    sqlite3 *database = NULL;
    int result;

    if (open_for_writing(connection, &database, error) != ERROR_NONE)
        return error->code;
    result = sqlite3_exec(database, statement, NULL, NULL, NULL);
    if (result != SQLITE_OK) {
        enum error_code code = (result & 0xff) == SQLITE_READONLY ? ERROR_REFUSED
                               : (result & 0xff) == SQLITE_BUSY   ? ERROR_TIMEOUT
                               : (result & 0xff) == SQLITE_FULL   ? ERROR_FULL
                                                                  : ERROR_QUERY;

        error_set(error, code, "changing '%s': %s", connection->path, sqlite3_errmsg(database));
    }
    sqlite3_close(database);
    return result == SQLITE_OK ? ERROR_NONE : error->code;
}

enum error_code sqlite_change(const char *ref, const struct source_settings *settings, const char *statement,
                              struct error *error)
{
    struct sqlite_connection connection;
    enum error_code code = sqlite_connection_open(&connection, ref, settings, error);

    if (code == ERROR_NONE)
        code = run(&connection, statement, error);
    sqlite_connection_close(&connection);
    return code;
}
