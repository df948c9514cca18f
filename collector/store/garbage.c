#include "store/garbage.h"

#include "store_sql.h"

static enum error_code run(struct database *database, const char *sql, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    return statement_run(statement, error);
}

enum error_code garbage_made(struct database *database, struct error *error)
{
    return run(database, store_sql_garbage_made, error);
}

enum error_code garbage_count(struct database *database, int64_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, store_sql_garbage_count, &statement, error) != ERROR_NONE ||
        statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    *ret_count = found ? statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

enum error_code garbage_swept(struct database *database, int64_t count, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_garbage_swept, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":count", count);
    return statement_run(statement, error);
}
