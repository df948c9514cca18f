#include "store/waivers.h"

#include <inttypes.h>

#include "store/rows.h"
#include "store_sql.h"

enum error_code waivers_add(struct database *database, struct waiver_row *row, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_waiver_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", text_or_empty(row->database));
    statement_bind_text(statement, ":from", text_or_empty(row->from));
    statement_bind_text(statement, ":to", text_or_empty(row->to));
    statement_bind_text(statement, ":pattern", text_or_null(row->pattern));
    statement_bind_number(statement, ":future", row->future);
    statement_bind_text(statement, ":reason", text_or_empty(row->reason));
    statement_bind_text(statement, ":author", text_or_empty(row->author));
    statement_bind_text(statement, ":created_by", text_or_empty(row->created_by));
    statement_bind_number(statement, ":created_at", row->created_at);
    statement_bind_number(statement, ":expires_at", row->expires_at);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    row->id = database_last_id(database);
    return ERROR_NONE;
}

static enum error_code no_waiver(int64_t id, struct error *error)
{
    error_set(error, ERROR_NOT_FOUND, "there is no waiver #%" PRId64, id);
    return error_hint(error, "`driftline drift waivers` shows those that there are");
}

enum error_code waivers_end(struct database *database, int64_t id, int64_t at, struct text by, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_waiver_end, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", id);
    statement_bind_number(statement, ":at", at);
    statement_bind_text(statement, ":by", text_or_null(by));
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return database_changes(database) == 0 ? no_waiver(id, error) : ERROR_NONE;
}

static enum error_code read_waiver(struct statement *statement, void *element, struct arena *arena, struct error *error)
{
    struct waiver_row *row = element;
    const struct row_text texts[] = {{1, &row->database},   {2, &row->from},     {3, &row->to},
                                     {4, &row->pattern},    {6, &row->reason},   {7, &row->author},
                                     {8, &row->created_by}, {12, &row->ended_by}};

    row->id = statement_number(statement, 0);
    row->future = statement_number(statement, 5) != 0;
    row->created_at = statement_number(statement, 9);
    row->expires_at = statement_number(statement, 10);
    row->ended_at = statement_number(statement, 11);
    row->drifts = (uint32_t)statement_number(statement, 13);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code waivers_get(struct database *database, int64_t id, struct arena *arena, struct waiver_row *ret_row,
                            struct error *error)
{
    const struct row_query query = {database, store_sql_waiver_row, read_waiver};
    struct waiver_row row = {0};
    bool found = false;

    if (row_of_id(&query, id, &row, arena, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return no_waiver(id, error);
    *ret_row = row;
    return ERROR_NONE;
}

static const char *list_statement(const struct waiver_filter *filter)
{
    if (filter->expired_at != 0)
        return store_sql_waiver_expired;
    if (filter->database.length == 0)
        return filter->also_ended ? store_sql_waiver_ids_also_ended : store_sql_waiver_ids;
    return filter->also_ended ? store_sql_waiver_ids_of_database_also_ended : store_sql_waiver_ids_of_database;
}

static enum error_code find_ids(struct database *database, const struct waiver_filter *filter, struct row_list *ids,
                                struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, list_statement(filter), &statement, error) != ERROR_NONE)
        return error->code;
    if (filter->expired_at != 0)
        statement_bind_number(statement, ":expired_at", filter->expired_at);
    if (filter->database.length > 0)
        statement_bind_text(statement, ":database", filter->database);
    statement_bind_number(statement, ":before", filter->before == 0 ? INT64_MAX : filter->before);
    statement_bind_number(statement, ":limit", filter->limit == 0 ? INT64_MAX : filter->limit);
    return row_list_read_numbers(ids, statement, error);
}

enum error_code waivers_list(struct database *database, const struct waiver_filter *filter, struct arena *arena,
                             struct waiver_row **ret_rows, size_t *ret_count, struct error *error)
{
    const struct row_query query = {database, store_sql_waiver_row, read_waiver};
    struct row_list ids = {.arena = arena, .size = sizeof(int64_t)}, list = {.arena = arena, .size = sizeof **ret_rows};

    if (find_ids(database, filter, &ids, error) != ERROR_NONE ||
        row_list_of_ids(&list, &query, ids.items, ids.count, error) != ERROR_NONE)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
