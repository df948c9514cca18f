#include "store/gate_runs.h"

#include <inttypes.h>

#include "store/rows.h"
#include "store_sql.h"

static void bind_root(struct statement *statement, const char *name, bool is_there, const struct hash *root)
{
    if (is_there)
        statement_bind_hash(statement, name, root);
}

enum error_code gate_runs_add(struct database *database, struct gate_run_row *row, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_gate_run_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":at", row->at);
    statement_bind_text(statement, ":by", text_or_empty(row->by));
    statement_bind_text(statement, ":database", text_or_empty(row->database));
    statement_bind_text(statement, ":from", text_or_empty(row->from));
    statement_bind_text(statement, ":to", text_or_empty(row->to));
    statement_bind_number(statement, ":verdict", row->verdict);
    bind_root(statement, ":from_root", row->has_from_root, &row->from_root);
    bind_root(statement, ":to_root", row->has_to_root, &row->to_root);
    bind_root(statement, ":against", row->has_against, &row->against);
    statement_bind_number(statement, ":pinned", row->pinned);
    statement_bind_text(statement, ":answer", text_or_empty(row->answer));
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    row->id = database_last_id(database);
    return ERROR_NONE;
}

static enum error_code read_root(struct statement *statement, int column, bool *ret_is_there, struct hash *ret_root,
                                 struct error *error)
{
    *ret_is_there = !statement_is_null(statement, column);
    return *ret_is_there ? statement_hash(statement, column, ret_root, error) : ERROR_NONE;
}

static enum error_code read_run(struct statement *statement, struct gate_run_row *row, struct arena *arena,
                                struct error *error)
{
    const struct row_text texts[] = {
        {2, &row->by}, {3, &row->database}, {4, &row->from}, {5, &row->to}, {11, &row->against_name}};

    row->id = statement_number(statement, 0);
    row->at = statement_number(statement, 1);
    row->verdict = (uint32_t)statement_number(statement, 6);
    row->pinned = statement_number(statement, 10) != 0;
    if (read_root(statement, 7, &row->has_from_root, &row->from_root, error) != ERROR_NONE ||
        read_root(statement, 8, &row->has_to_root, &row->to_root, error) != ERROR_NONE ||
        read_root(statement, 9, &row->has_against, &row->against, error) != ERROR_NONE)
        return error->code;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code gate_runs_get(struct database *database, int64_t id, struct arena *arena, struct gate_run_row *ret_row,
                              struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct gate_run_row row = {0};
    bool found = false;

    if (database_prepare(database, store_sql_gate_run_row, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", id);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found) {
        error_set(error, ERROR_NOT_FOUND, "there is no run #%" PRId64 " of the gate", id);
        return error_hint(error, "`driftline gate history` shows those that there are");
    }
    if (read_run(statement, &row, arena, error) != ERROR_NONE ||
        statement_copy(statement, 12, arena, &row.answer, error) != ERROR_NONE)
        return error->code;
    *ret_row = row;
    return ERROR_NONE;
}

static enum error_code prepare_list(struct database *database, const struct gate_run_filter *filter,
                                    struct statement **ret_statement, struct error *error)
{
    const char *sql =
        filter->database.length == 0
            ? (filter->pinned ? store_sql_gate_run_list_pinned : store_sql_gate_run_list)
            : (filter->pinned ? store_sql_gate_run_list_pinned_of_database : store_sql_gate_run_list_of_database);

    if (database_prepare(database, sql, ret_statement, error) != ERROR_NONE)
        return error->code;
    if (filter->database.length > 0)
        statement_bind_text(*ret_statement, ":database", filter->database);
    statement_bind_text(*ret_statement, ":from", text_or_null(filter->from));
    statement_bind_text(*ret_statement, ":to", text_or_null(filter->to));
    statement_bind_number(*ret_statement, ":before", filter->before == 0 ? INT64_MAX : filter->before);
    statement_bind_number(*ret_statement, ":limit", filter->limit);
    return ERROR_NONE;
}

enum error_code gate_runs_list(struct database *database, const struct gate_run_filter *filter, struct arena *arena,
                               struct gate_run_row **ret_rows, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_rows};
    bool row = true;

    if (prepare_list(database, filter, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct gate_run_row *run = row_list_add(&list, error);

        if (run == NULL || read_run(statement, run, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
