#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/reference.h"
#include "store/rows.h"
#include "store_migration.h"
#include "store_sql.h"

enum { APPLICATION_ID = 0x444c6873 /* "DLhs" */, FOLDER_MODE = 0700, PATH_SIZE = 4096, ID_BYTES = 16 };

static const struct database_format writer_format = {
    .application_id = APPLICATION_ID,
    .what = "the collector's store",
    .migrations = store_migration_all,
    .cache_kib = 32 * 1024,
};

/* Several threads have one each. */
static const struct database_format reader_format = {
    .application_id = APPLICATION_ID,
    .what = "the collector's store",
    .migrations = store_migration_all,
    .cache_kib = 8 * 1024,
};

static void close_database(struct database **database)
{
    database_close(*database);
}

static enum error_code find_id(struct database *database, struct arena *arena, struct text *ret_id, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, store_sql_meta_find, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_string(statement, ":name", "id");
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "the collector's store has no id");
    return statement_copy(statement, 0, arena, ret_id, error);
}

static enum error_code make_id(struct database *database, struct error *error)
{
    unsigned char bytes[ID_BYTES];
    char hex[2 * ID_BYTES + 1];
    struct statement *statement = NULL;

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return error_set(error, ERROR_INTERNAL, "the system gives no random bytes: %s", strerror(errno));
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    if (database_begin(database, error) != ERROR_NONE)
        return error->code;
    if (database_prepare(database, store_sql_meta_put, &statement, error) == ERROR_NONE) {
        statement_bind_string(statement, ":name", "id");
        statement_bind_string(statement, ":value", hex);
        if (statement_run(statement, error) == ERROR_NONE)
            return database_commit(database, error);
    }
    database_rollback(database);
    return error->code;
}

/* A new store gets its id when it is opened for the first time. */
static enum error_code see_to_id(struct database *database, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct text id;
    enum error_code code;

    arena_init(&arena, 4096);
    code = find_id(database, &arena, &id, error);
    return code == ERROR_NOT_FOUND ? make_id(database, error) : code;
}

enum error_code store_open(struct database **ret_database, const char *folder, enum database_mode mode,
                           struct error *error)
{
    CLEANUP(close_database) struct database *database = NULL;
    const struct database_format *format = mode == DATABASE_WRITE ? &writer_format : &reader_format;
    char path[PATH_SIZE];

    if ((size_t)snprintf(path, sizeof path, "%s/history.db", folder) >= sizeof path)
        return error_set(error, ERROR_LIMIT, "the path of the folder '%.100s…' is too long", folder);
    if (mode == DATABASE_WRITE && mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST)
        return error_set(error, errno == EACCES ? ERROR_REFUSED : ERROR_IO, "making the folder '%s': %s", folder,
                         strerror(errno));
    if (database_open(&database, path, format, mode, error) != ERROR_NONE ||
        (mode == DATABASE_WRITE && see_to_id(database, error) != ERROR_NONE))
        return error->code;
    *ret_database = database;
    database = NULL;
    return ERROR_NONE;
}

enum error_code store_id(struct database *database, struct arena *arena, struct text *ret_id, struct error *error)
{
    return find_id(database, arena, ret_id, error);
}

bool target_name_is_valid(struct text name)
{
    return reference_is_name(name);
}

const char *target_name_text(const struct target_name *name, struct arena *arena)
{
    bool is_default = name->instance.length == 0 || text_equal(name->instance, TEXT("default"));

    return arena_printf(arena, "%.*s@%.*s%s%.*s", TEXT_ARGS(name->database), TEXT_ARGS(name->environment),
                        is_default ? "" : "/", is_default ? 0 : (int)name->instance.length,
                        name->instance.length == 0 ? "" : name->instance.bytes);
}
