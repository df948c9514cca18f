/* The schema of an SQLite file. The .sql files of this folder say what is read; this opens the file, sees to it that
 * reading it can do no harm, and hands the rows to the loader.
 *
 * A file may be forged. It is opened read-only, its schema is not trusted, none of its virtual tables can be loaded, no
 * trigger or view is run, and an authorizer refuses to read any table but SQLite's own list of them. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sources/catalog.h"
#include "sources/source.h"
#include "sources/sqlite/sqlite_functions.h"

extern const struct catalog_file sqlite_files[];

enum { LABELS_MAX = 32, PROGRESS_STEPS = 10000, LONGEST_VALUE = 64 * 1024 * 1024 };

static const char scheme[] = "sqlite:";

/* What one read needs. */
struct sqlite_reader {
    const char *path;
    const struct source_settings *settings;
    sqlite3 *database;
    struct sqlite_limits limits;
    struct arena arena;
    struct catalog *catalog;
    unsigned long rows;
};

static void close_statement(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}

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

static enum error_code fail(const struct sqlite_reader *reader, int result, struct error *error)
{
    enum error_code code = code_from_result(result);

    if (code == ERROR_MEMORY)
        return error_memory(error, "reading an SQLite database");
    error_set(error, code, "reading '%s': %s", reader->path,
              (result & 0xff) == SQLITE_INTERRUPT ? "a catalogue query took too long"
              : reader->database == NULL          ? sqlite3_errstr(result)
                                                  : sqlite3_errmsg(reader->database));
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
        error_set(error, ERROR_USAGE, "'%s' names no file", scheme);
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
    const struct sqlite_reader *reader = context;

    return clock_elapsed() > reader->limits.deadline;
}

/* The list of tables may be read, and what the table functions of our statements answer; nothing else, ever. */
static int authorize(void *context, int action, const char *first, const char *second, const char *schema,
                     const char *inner)
{
    (void)context, (void)second, (void)schema, (void)inner;
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
        return strcmp(first, "table_xinfo") == 0 || strcmp(first, "index_xinfo") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static int harden(struct sqlite_reader *reader)
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
    sqlite3 *database = reader->database;
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
    return result == SQLITE_OK ? sqlite_functions_add(database, &reader->limits) : result;
}

static enum error_code open_database(struct sqlite_reader *reader, struct error *error)
{
    char *path;
    int result;

    if (check_file(reader->path, error) != ERROR_NONE)
        return error->code;
    /* What begins with a slash or dot is a path: neither `:memory:` nor a `file:` URI with options of its own. */
    path = arena_printf(&reader->arena, "%s%s", reader->path[0] == '/' ? "" : "./", reader->path);
    if (path == NULL)
        return arena_error(&reader->arena, error, "reading an SQLite database");
    result = sqlite3_open_v2(path, &reader->database,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (result == SQLITE_OK) {
        sqlite3_extended_result_codes(reader->database, 1);
        sqlite3_busy_timeout(reader->database, (int)reader->settings->lock_timeout_ms);
        sqlite3_progress_handler(reader->database, PROGRESS_STEPS, stop_when_late, reader);
        reader->limits.deadline = clock_elapsed() + (int64_t)reader->settings->statement_timeout_ms * 1000;
        result = harden(reader);
    }
    /* The first read fixes what is seen until the end. */
    if (result == SQLITE_OK)
        result = sqlite3_exec(reader->database, "BEGIN; SELECT count(*) FROM main.sqlite_master", NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_set_authorizer(reader->database, authorize, NULL);
    return result == SQLITE_OK ? ERROR_NONE : fail(reader, result, error);
}

/* ---- reading ---- */

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
    int result;

    catalog_query_sql(&sql, query, sqlite3_libversion_number());
    if (buffer_check(&sql, error, "reading an SQLite database") != ERROR_NONE)
        return error->code;
    result = sqlite3_prepare_v2(reader->database, sql.bytes, (int)sql.length, ret_statement, NULL);
    if (result != SQLITE_OK) {
        fail(reader, result, error);
        return error->code == ERROR_QUERY ? error_context(error, "%s", query->file->name) : error->code;
    }
    return ERROR_NONE;
}

static enum error_code read_file(struct sqlite_reader *reader, const struct catalog_file *file, struct error *error)
{
    CLEANUP(close_statement) sqlite3_stmt *statement = NULL;
    struct catalog_query query;
    int result;

    reader->limits.deadline = clock_elapsed() + (int64_t)reader->settings->statement_timeout_ms * 1000;
    if (catalog_query_parse(&query, file, error) != ERROR_NONE ||
        prepare(reader, &query, &statement, error) != ERROR_NONE ||
        announce_columns(reader, &query, statement, error) != ERROR_NONE)
        return error->code;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW)
        if (take_row(reader, statement, error) != ERROR_NONE)
            return error->code;
    return result == SQLITE_DONE ? ERROR_NONE : fail(reader, result, error);
}

static enum error_code read_all(struct sqlite_reader *reader, struct snapshot_input *ret_input, struct error *error)
{
    const struct source_settings *settings = reader->settings;
    unsigned total = 0;

    while (sqlite_files[total].name != NULL)
        total++;
    if (open_database(reader, error) != ERROR_NONE ||
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
    struct sqlite_reader reader = {
        .path = ref + strlen(scheme), .settings = settings, .limits.memory = settings->memory_limit};
    struct snapshot_input input = {0};
    enum error_code code;

    arena_init(&reader.arena, settings->memory_limit);
    code = read_all(&reader, &input, error);
    sqlite3_close(reader.database);
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

static const char *const schemes[] = {scheme, NULL};

const struct source_ops source_sqlite = {
    .name = "sqlite",
    .schemes = schemes,
    .syntax = "sqlite:PATH",
    .summary = "an SQLite database file, opened read-only",
    .read = sqlite_read,
    .redact = sqlite_redact,
};
