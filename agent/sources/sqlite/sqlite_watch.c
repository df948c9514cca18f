#include "sources/sqlite/sqlite_watch.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "sources/sqlite/sqlite_connection.h"

enum { DOMAIN_CHEAP = 1 };

/* SQLite's own tables come and go with ANALYZE and AUTOINCREMENT, and where a table's pages are does not matter. */
static const struct text rows_sql =
    TEXT_INIT("SELECT type, name, tbl_name, sql FROM main.sqlite_master"
              " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name, tbl_name, sql");

static const struct text version_sql = TEXT_INIT("PRAGMA main.schema_version");

/* Which file it is, and how often its schema was changed. */
static enum error_code look_cheaply(struct sqlite_connection *connection, const struct stat *file,
                                    struct hasher *hasher, struct hash *ret_hash, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer mark = {0};
    CLEANUP(sqlite_statement_close) sqlite3_stmt *statement = NULL;
    int result;

    if (sqlite_connection_prepare(connection, version_sql, &statement, error) != ERROR_NONE)
        return error->code;
    result = sqlite3_step(statement);
    if (result != SQLITE_ROW)
        return sqlite_connection_error(connection, result, error);
    buffer_printf(&mark, "%ju %ju %d", (uintmax_t)file->st_dev, (uintmax_t)file->st_ino,
                  sqlite3_column_int(statement, 0));
    if (buffer_check(&mark, error, "looking at an SQLite database") != ERROR_NONE)
        return error->code;
    *ret_hash = hasher_digest(hasher, DOMAIN_CHEAP, buffer_text(&mark));
    return ERROR_NONE;
}

/* A value with its length in front, so that no two rows look the same. */
static enum error_code add_value(sqlite3_stmt *statement, int column, struct hasher *hasher, struct error *error)
{
    const char *bytes = (const char *)sqlite3_column_text(statement, column);
    int64_t length = sqlite3_column_bytes(statement, column);

    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        length = -1;
    else if (bytes == NULL)
        return error_memory(error, "looking at an SQLite database");
    hasher_update(hasher, (struct text){(const char *)&length, sizeof length});
    if (length > 0)
        hasher_update(hasher, (struct text){bytes, (size_t)length});
    return ERROR_NONE;
}

static enum error_code look_exactly(struct sqlite_connection *connection, struct hasher *hasher, struct hash *ret_hash,
                                    struct error *error)
{
    CLEANUP(sqlite_statement_close) sqlite3_stmt *statement = NULL;
    int result;

    sqlite_connection_begin(connection);
    if (sqlite_connection_prepare(connection, rows_sql, &statement, error) != ERROR_NONE)
        return error->code;
    hasher_begin(hasher);
    while ((result = sqlite3_step(statement)) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            if (add_value(statement, i, hasher, error) != ERROR_NONE)
                return error->code;
    if (result != SQLITE_DONE)
        return sqlite_connection_error(connection, result, error);
    *ret_hash = hasher_end(hasher);
    return ERROR_NONE;
}

/* The file's number is taken before it is opened: if another takes its place meanwhile, the next look sees that. */
enum error_code sqlite_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark, struct error *error)
{
    struct sqlite_connection connection;
    struct source_mark mark = {0};
    struct stat file = {0};
    enum error_code code;

    (void)stat(watch->ref + strlen(SQLITE_SCHEME), &file); /* what fails here, opening tells better */
    if (sqlite_connection_open(&connection, watch->ref, watch->settings, error) != ERROR_NONE)
        return error->code;
    code = look_cheaply(&connection, &file, watch->hasher, &mark.cheap, error);
    if (code == ERROR_NONE && exact)
        code = look_exactly(&connection, watch->hasher, &mark.exact, error);
    sqlite_connection_close(&connection);
    if (code == ERROR_NONE)
        *ret_mark = mark;
    return code;
}
