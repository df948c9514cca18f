#include "sources/sqlite/sqlite_rows.h"

#include "base/clock.h"
#include "sources/source_rows.h"
#include "sources/sqlite/sqlite_connection.h"

enum { STEPS_BETWEEN_LOOKS = 10000 };

/* What may be read: this table, and nothing that its file would have done meanwhile. */
struct permission {
    struct text table;
    int64_t ends_at;
};

static int authorize(void *context, int action, const char *first, const char *second, const char *database,
                     const char *trigger)
{
    const struct permission *permission = context;

    (void)second;
    (void)database;
    if (trigger != NULL)
        return SQLITE_DENY;
    if (action == SQLITE_READ)
        return text_equal(text_from(first), permission->table) ? SQLITE_OK : SQLITE_DENY;
    return action == SQLITE_SELECT || action == SQLITE_FUNCTION ? SQLITE_OK : SQLITE_DENY;
}

static int look_at_clock(void *context)
{
    return clock_elapsed() >= ((const struct permission *)context)->ends_at;
}

/* A second connection beside that which looked whether the file is a database: that one reads no table. */
static enum error_code open_table(struct sqlite_connection *connection, struct permission *permission,
                                  sqlite3 **ret_database, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    int result;

    buffer_printf(&path, "%s%s", connection->path[0] == '/' ? "" : "./", connection->path);
    if (buffer_check(&path, error, "reading rows") != ERROR_NONE)
        return error->code;
    result = sqlite3_open_v2(path.bytes, ret_database,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(*ret_database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    if (result == SQLITE_OK)
        result = sqlite3_db_config(*ret_database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    if (result != SQLITE_OK)
        return sqlite_connection_error(connection, result, error);
    sqlite3_busy_timeout(*ret_database, (int)connection->settings->lock_timeout_ms);
    sqlite3_progress_handler(*ret_database, STEPS_BETWEEN_LOOKS, look_at_clock, permission);
    sqlite3_set_authorizer(*ret_database, authorize, permission);
    return ERROR_NONE;
}

static struct text value_at(sqlite3_stmt *statement, int column)
{
    const char *bytes = (const char *)sqlite3_column_text(statement, column);

    return (struct text){bytes, (size_t)sqlite3_column_bytes(statement, column)};
}

static enum error_code fetch(sqlite3 *database, struct text sql, struct source_rows *rows, struct error *error)
{
    CLEANUP(sqlite_statement_close) sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(database, sql.bytes, (int)sql.length, &statement, NULL);

    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(statement);
        if (result == SQLITE_ROW &&
            source_rows_add(rows, value_at(statement, 0), value_at(statement, 1), error) != ERROR_NONE)
            return error->code;
    }
    if (result == SQLITE_DONE)
        return ERROR_NONE;
    return error_set(error, result == SQLITE_INTERRUPT ? ERROR_TIMEOUT : ERROR_QUERY, "reading rows: %s",
                     sqlite3_errmsg(database));
}

static enum error_code run(struct sqlite_connection *connection, struct source_rows *rows, struct error *error)
{
    struct permission permission = {rows->table->elements[rows->table->count - 1],
                                    clock_elapsed() + INT64_C(1000) * connection->settings->statement_timeout_ms};
    CLEANUP(buffer_clear) struct buffer sql = {0};
    sqlite3 *database = NULL;
    enum error_code code;

    for (unsigned i = 0; i < SOURCE_ROWS_COLUMNS; i++) {
        buffer_add_string(&sql, i == 0 ? "SELECT " : ", ");
        identifier_quote(&sql, rows->columns[i]);
    }
    buffer_add_string(&sql, " FROM main.");
    identifier_quote(&sql, permission.table);
    buffer_printf(&sql, " LIMIT %d", SOURCE_ROWS_LIMIT + 1);
    if (buffer_check(&sql, error, "reading rows") != ERROR_NONE)
        return error->code;
    code = open_table(connection, &permission, &database, error);
    if (code == ERROR_NONE)
        code = fetch(database, buffer_text(&sql), rows, error);
    sqlite3_close(database);
    return code;
}

enum error_code sqlite_rows(const char *ref, const struct source_settings *settings, struct source_rows *rows,
                            struct error *error)
{
    struct sqlite_connection connection;
    enum error_code code = source_rows_begin(rows, error);

    if (code != ERROR_NONE)
        return code;
    code = sqlite_connection_open(&connection, ref, settings, error);
    if (code == ERROR_NONE)
        code = run(&connection, rows, error);
    sqlite_connection_close(&connection);
    return code;
}
