#include <string.h>

#include "base/memory.h"
#include "storage/database_private.h"

/* ---- finding ---- */

static struct statement **bucket_of(struct database *database, const char *sql)
{
    uintptr_t address = (uintptr_t)sql;

    return &database->statements[(address >> 4 ^ address >> 10) % STATEMENT_BUCKETS];
}

/* A text is one statement; what follows it would silently not run. */
static bool is_blank(const char *tail)
{
    return tail[strspn(tail, " \t\r\n")] == '\0';
}

static enum error_code compile(struct statement *statement, struct error *error)
{
    struct database *database = statement->database;
    const char *tail = "";
    int result =
        sqlite3_prepare_v3(database->handle, statement->sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle, &tail);

    if (result != SQLITE_OK)
        return database_fail(database, result, error);
    if (statement->handle == NULL || !is_blank(tail)) {
        sqlite3_finalize(statement->handle);
        return error_set(error, ERROR_INTERNAL, "not exactly one statement: '%.200s'", statement->sql);
    }
    return ERROR_NONE;
}

enum error_code database_prepare(struct database *database, const char *sql, struct statement **ret_statement,
                                 struct error *error)
{
    struct statement **bucket = bucket_of(database, sql), *statement = *bucket;

    while (statement != NULL && statement->sql != sql)
        statement = statement->next;
    if (statement == NULL) {
        statement = mem_alloc(sizeof *statement);
        if (statement == NULL)
            return error_memory(error, "preparing a statement");
        *statement = (struct statement){.next = *bucket, .database = database, .sql = sql};
        if (compile(statement, error) != ERROR_NONE) {
            mem_free(statement);
            return error->code;
        }
        *bucket = statement;
    }
    if (statement->taken)
        return error_set(error, ERROR_INTERNAL, "a statement is used while it is in use: '%.200s'", sql);
    statement->taken = true;
    *ret_statement = statement;
    return ERROR_NONE;
}

void database_drop_statements(struct database *database)
{
    for (size_t i = 0; i < STATEMENT_BUCKETS; i++)
        while (database->statements[i] != NULL) {
            struct statement *statement = database->statements[i];

            database->statements[i] = statement->next;
            sqlite3_finalize(statement->handle);
            mem_free(statement);
        }
}

/* ---- values in ---- */

static int parameter(struct statement *statement, const char *name)
{
    return sqlite3_bind_parameter_index(statement->handle, name); /* 0 when there is none: binding then fails */
}

static void keep_failure(struct statement *statement, int result)
{
    if (statement->failure == SQLITE_OK)
        statement->failure = result;
}

void statement_bind_number(struct statement *statement, const char *name, int64_t value)
{
    keep_failure(statement, sqlite3_bind_int64(statement->handle, parameter(statement, name), value));
}

void statement_bind_text(struct statement *statement, const char *name, struct text value)
{
    keep_failure(statement, sqlite3_bind_text64(statement->handle, parameter(statement, name), value.bytes,
                                                value.length, SQLITE_STATIC, SQLITE_UTF8));
}

void statement_bind_string(struct statement *statement, const char *name, const char *value)
{
    statement_bind_text(statement, name, text_from(value));
}

void statement_bind_blob(struct statement *statement, const char *name, struct text value)
{
    keep_failure(statement, sqlite3_bind_blob64(statement->handle, parameter(statement, name), value.bytes,
                                                value.length, SQLITE_STATIC));
}

void statement_bind_hash(struct statement *statement, const char *name, const struct hash *value)
{
    statement_bind_blob(statement, name, (struct text){(const char *)value->bytes, HASH_SIZE});
}

void statement_bind_null(struct statement *statement, const char *name)
{
    keep_failure(statement, sqlite3_bind_null(statement->handle, parameter(statement, name)));
}

/* ---- running ---- */

enum error_code statement_step(struct statement *statement, bool *ret_row, struct error *error)
{
    struct database *database = statement->database;
    int result = statement->failure;

    if (result == SQLITE_OK)
        result = sqlite3_step(statement->handle);
    if (result == SQLITE_ROW || result == SQLITE_DONE) {
        *ret_row = result == SQLITE_ROW;
        return ERROR_NONE;
    }
    database_fail_writing(database, result, error);
    if (error->code == ERROR_INTERNAL)
        error_context(error, "'%.200s'", statement->sql);
    return error->code;
}

enum error_code statement_run(struct statement *statement, struct error *error)
{
    bool row = true;

    while (row)
        if (statement_step(statement, &row, error) != ERROR_NONE)
            break;
    statement_reset(statement);
    return row ? error->code : ERROR_NONE;
}

void statement_reset(struct statement *statement)
{
    if (statement == NULL)
        return;
    sqlite3_reset(statement->handle); /* answers the failure of the last step once more */
    sqlite3_clear_bindings(statement->handle);
    statement->failure = SQLITE_OK;
    statement->taken = false;
}

void statement_done(struct statement **statement)
{
    statement_reset(*statement);
}

/* ---- rows out ---- */

int64_t statement_number(struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

bool statement_is_null(struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

struct text statement_text(struct statement *statement, int column)
{
    const unsigned char *bytes = sqlite3_column_text(statement->handle, column);

    return (struct text){(const char *)bytes, (size_t)sqlite3_column_bytes(statement->handle, column)};
}

/* SQLite answers NULL for an empty blob; only NULL itself shall be NULL here. */
struct text statement_blob(struct statement *statement, int column)
{
    const char *bytes = sqlite3_column_blob(statement->handle, column);
    size_t length = (size_t)sqlite3_column_bytes(statement->handle, column);

    if (bytes == NULL && !statement_is_null(statement, column))
        bytes = "";
    return (struct text){bytes, length};
}

enum error_code statement_hash(struct statement *statement, int column, struct hash *ret_hash, struct error *error)
{
    struct text bytes = statement_blob(statement, column);

    if (bytes.length != HASH_SIZE)
        return error_set(error, ERROR_CORRUPT, "a hash of %zu bytes in %s", bytes.length,
                         statement->database->format->what);
    memcpy(ret_hash->bytes, bytes.bytes, HASH_SIZE);
    return ERROR_NONE;
}

enum error_code statement_copy(struct statement *statement, int column, struct arena *arena, struct text *ret_text,
                               struct error *error)
{
    struct text value = statement_blob(statement, column);
    char *copy;

    if (value.bytes == NULL) {
        *ret_text = value;
        return ERROR_NONE;
    }
    copy = arena_string(arena, value);
    if (copy == NULL)
        return arena_error(arena, error, "reading a row");
    *ret_text = (struct text){copy, value.length};
    return ERROR_NONE;
}
