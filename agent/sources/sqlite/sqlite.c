/* The schema of an SQLite file. The .sql files of this folder say what is read; this hands the rows to the loader. */
#include <sqlite3.h>

#include "base/clock.h"
#include "sources/catalog.h"
#include "sources/source.h"
#include "sources/sqlite/sqlite_change.h"
#include "sources/sqlite/sqlite_connection.h"
#include "sources/sqlite/sqlite_rows.h"
#include "sources/sqlite/sqlite_watch.h"

extern const struct catalog_file sqlite_files[];

enum { LABELS_MAX = 32 };

/* What one read needs. */
struct sqlite_reader {
    struct sqlite_connection connection;
    struct arena arena;
    struct catalog *catalog;
    unsigned long rows;
};

static enum error_code announce_columns(struct sqlite_reader *reader, const struct catalog_query *query,
                                        sqlite3_stmt *statement, struct error *error)
{
    int count = sqlite3_column_count(statement);
    const char *labels[LABELS_MAX];

    if (count > LABELS_MAX)
        return error_set(error, ERROR_INTERNAL, "%s: more than %d columns", query->file->name, LABELS_MAX);
    for (int i = 0; i < count; i++) {
        const char *label = sqlite3_column_name(statement, i);

        labels[i] = label == NULL ? NULL : arena_string(&reader->arena, text_from(label));
        if (labels[i] == NULL)
            return arena_error(&reader->arena, error, "reading an SQLite database");
    }
    return catalog_begin(reader->catalog, query, labels, (unsigned)count, error);
}

static enum error_code take_row(struct sqlite_reader *reader, sqlite3_stmt *statement, struct error *error)
{
    struct text values[LABELS_MAX];
    int count = sqlite3_column_count(statement);

    for (int i = 0; i < count; i++) {
        values[i] = (struct text){NULL, 0};
        if (sqlite3_column_type(statement, i) == SQLITE_NULL)
            continue;
        values[i].bytes = (const char *)sqlite3_column_text(statement, i);
        if (values[i].bytes == NULL)
            return error_memory(error, "reading an SQLite database");
        values[i].length = (size_t)sqlite3_column_bytes(statement, i);
    }
    reader->rows++;
    return catalog_row(reader->catalog, values, error);
}

static enum error_code prepare(struct sqlite_reader *reader, const struct catalog_query *query,
                               sqlite3_stmt **ret_statement, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    enum error_code code;

    catalog_query_sql(&sql, query, sqlite3_libversion_number());
    if (buffer_check(&sql, error, "reading an SQLite database") != ERROR_NONE)
        return error->code;
    code = sqlite_connection_prepare(&reader->connection, buffer_text(&sql), ret_statement, error);
    return code == ERROR_QUERY ? error_context(error, "%s", query->file->name) : code;
}

static enum error_code read_file(struct sqlite_reader *reader, const struct catalog_file *file, struct error *error)
{
    CLEANUP(sqlite_statement_close) sqlite3_stmt *statement = NULL;
    struct catalog_query query;
    int result;

    sqlite_connection_begin(&reader->connection);
    if (catalog_query_parse(&query, file, error) != ERROR_NONE ||
        prepare(reader, &query, &statement, error) != ERROR_NONE ||
        announce_columns(reader, &query, statement, error) != ERROR_NONE)
        return error->code;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW)
        if (take_row(reader, statement, error) != ERROR_NONE)
            return error->code;
    return result == SQLITE_DONE ? ERROR_NONE : sqlite_connection_error(&reader->connection, result, error);
}

/* The first read fixes what is seen until the end. */
static enum error_code begin(struct sqlite_reader *reader, struct error *error)
{
    int result =
        sqlite3_exec(reader->connection.database, "BEGIN; SELECT count(*) FROM main.sqlite_master", NULL, NULL, NULL);

    return result == SQLITE_OK ? ERROR_NONE : sqlite_connection_error(&reader->connection, result, error);
}

static enum error_code read_all(struct sqlite_reader *reader, const char *ref, const struct source_settings *settings,
                                struct snapshot_input *ret_input, struct error *error)
{
    unsigned total = 0;

    while (sqlite_files[total].name != NULL)
        total++;
    if (sqlite_connection_open(&reader->connection, ref, settings, error) != ERROR_NONE ||
        begin(reader, error) != ERROR_NONE ||
        catalog_new(&reader->catalog, &reader->arena, settings->secret_key, error) != ERROR_NONE)
        return error->code;
    for (unsigned i = 0; i < total; i++) {
        if (read_file(reader, &sqlite_files[i], error) != ERROR_NONE)
            return error->code;
        if (settings->progress != NULL)
            settings->progress(settings->progress_context, i + 1, total, reader->rows);
    }
    return catalog_finish(reader->catalog, ret_input, error);
}

static enum error_code sqlite_read(struct snapshot **ret_snapshot, const char *ref,
                                   const struct source_settings *settings, struct error *error)
{
    struct sqlite_reader reader = {0};
    struct snapshot_input input = {0};
    enum error_code code;

    arena_init(&reader.arena, settings->memory_limit);
    code = read_all(&reader, ref, settings, &input, error);
    sqlite_connection_close(&reader.connection);
    if (code == ERROR_NONE) {
        input.info = (struct snapshot_info){.ref = text_from(ref),
                                            .engine = text_from(source_sqlite.name),
                                            .server_version = text_from(sqlite3_libversion()),
                                            .taken_at = clock_now()};
        code = snapshot_build(ret_snapshot, &input, settings->memory_limit, error);
        if (code == ERROR_INTERNAL) /* two things of one name: SQLite makes none, so the file was forged */
            code = error->code = ERROR_CORRUPT;
    }
    catalog_free(reader.catalog);
    arena_free(&reader.arena);
    return code;
}

/* A path holds no secret. */
static void sqlite_redact(struct buffer *buffer, const char *ref)
{
    buffer_add_string(buffer, ref);
}

static const char *const schemes[] = {SQLITE_SCHEME, NULL};

const struct source_ops source_sqlite = {
    .name = "sqlite",
    .schemes = schemes,
    .syntax = "sqlite:PATH",
    .summary = "an SQLite file, opened read-only",
    .read = sqlite_read,
    .look = sqlite_look,
    .change = sqlite_change,
    .rows = sqlite_rows,
    .redact = sqlite_redact,
};
