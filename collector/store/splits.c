#include "store/splits.h"

#include "store/rows.h"
#include "store_sql.h"

static enum error_code prepare(struct database *database, const char *sql, struct text name, struct text environment,
                               struct statement **ret_statement, struct error *error)
{
    if (database_prepare(database, sql, ret_statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(*ret_statement, ":database", name);
    statement_bind_text(*ret_statement, ":environment", environment);
    return ERROR_NONE;
}

enum error_code splits_get(struct database *database, struct text name, struct text environment, bool *ret_split,
                           int64_t *ret_since, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (prepare(database, store_sql_split_get, name, environment, &statement, error) != ERROR_NONE ||
        statement_step(statement, ret_split, error) != ERROR_NONE)
        return error->code;
    *ret_since = *ret_split ? statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

enum error_code splits_add(struct database *database, const struct split_row *row, struct error *error)
{
    struct statement *statement = NULL;

    if (prepare(database, store_sql_split_put, row->database, row->environment, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":since", row->since);
    return statement_run(statement, error);
}

enum error_code splits_remove(struct database *database, struct text name, struct text environment, struct error *error)
{
    struct statement *statement = NULL;

    if (prepare(database, store_sql_split_remove, name, environment, &statement, error) != ERROR_NONE)
        return error->code;
    return statement_run(statement, error);
}

static enum error_code read_split(struct statement *statement, struct split_row *row, struct arena *arena,
                                  struct error *error)
{
    const struct row_text texts[] = {{0, &row->database}, {1, &row->environment}};

    row->since = statement_number(statement, 2);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code splits_list(struct database *database, struct arena *arena, struct split_row **ret_rows,
                            size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_rows};
    bool found = true;

    if (database_prepare(database, store_sql_split_list, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &found, error) == ERROR_NONE && found) {
        struct split_row *row = row_list_add(&list, error);

        if (row == NULL || read_split(statement, row, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (found)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
