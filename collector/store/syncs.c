#include "store/syncs.h"

#include "store/rows.h"
#include "store_sql.h"

static const char *const names[] = {
    [SYNC_STARTED] = "started",     [SYNC_UNCHANGED] = "unchanged", [SYNC_OPENED] = "opened",
    [SYNC_UPDATED] = "updated",     [SYNC_MERGED] = "merged",       [SYNC_CLOSED] = "closed",
    [SYNC_SUCCEEDED] = "succeeded", [SYNC_FAILED] = "failed",       [SYNC_CONFLICT] = "conflict",
    [SYNC_DISABLED] = "disabled",
};

const char *sync_state_name(enum sync_state state)
{
    return names[state];
}

bool sync_state_from_name(struct text name, enum sync_state *ret_state)
{
    for (unsigned i = 0; i < SYNC_STATE_COUNT; i++)
        if (text_equal(name, text_from(names[i]))) {
            *ret_state = (enum sync_state)i;
            return true;
        }
    return false;
}

/* How long the schema was there before this was in line with it. */
static enum error_code find_lead(struct database *database, struct sync_row *row, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    int64_t seen = 0;

    row->lead_us = -1;
    if (!row->has_root || (row->state != SYNC_MERGED && row->state != SYNC_SUCCEEDED))
        return ERROR_NONE;
    if (database_prepare(database, store_sql_sync_seen, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", text_or_empty(row->database));
    statement_bind_text(statement, ":environment", text_or_empty(row->environment));
    statement_bind_hash(statement, ":root", &row->root);
    if (row_read_number(statement, &seen, error) != ERROR_NONE)
        return error->code;
    if (seen > 0)
        row->lead_us = row->at > seen ? row->at - seen : 0;
    return ERROR_NONE;
}

enum error_code syncs_add(struct database *database, struct sync_row *row, struct error *error)
{
    struct statement *statement = NULL;

    if (find_lead(database, row, error) != ERROR_NONE ||
        database_prepare(database, store_sql_sync_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":at", row->at);
    statement_bind_text(statement, ":by", text_or_empty(row->by));
    statement_bind_text(statement, ":kind", text_or_empty(row->kind));
    statement_bind_text(statement, ":name", text_or_empty(row->name));
    statement_bind_text(statement, ":database", text_or_empty(row->database));
    statement_bind_text(statement, ":environment", text_or_empty(row->environment));
    statement_bind_number(statement, ":state", row->state);
    statement_bind_number(statement, ":manual", row->manual);
    if (row->has_root)
        statement_bind_hash(statement, ":root", &row->root);
    if (row->lead_us >= 0)
        statement_bind_number(statement, ":lead", row->lead_us);
    statement_bind_text(statement, ":url", text_or_empty(row->url));
    statement_bind_text(statement, ":detail", text_or_empty(row->detail));
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    row->id = database_last_id(database);
    return ERROR_NONE;
}

static enum error_code read_sync(struct statement *statement, void *into, struct arena *arena, struct error *error)
{
    struct sync_row *row = into;
    const struct row_text texts[] = {{2, &row->by},          {3, &row->kind}, {4, &row->name},   {5, &row->database},
                                     {6, &row->environment}, {11, &row->url}, {12, &row->detail}};
    int64_t state = statement_number(statement, 7);

    row->id = statement_number(statement, 0);
    row->at = statement_number(statement, 1);
    row->state = state >= 0 && state < SYNC_STATE_COUNT ? (enum sync_state)state : SYNC_FAILED;
    row->manual = statement_number(statement, 8) != 0;
    row->has_root = !statement_is_null(statement, 9);
    row->lead_us = statement_is_null(statement, 10) ? -1 : statement_number(statement, 10);
    if (row->has_root && statement_hash(statement, 9, &row->root, error) != ERROR_NONE)
        return error->code;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code syncs_list(struct database *database, const struct sync_filter *filter, struct arena *arena,
                           struct sync_row **ret_rows, size_t *ret_count, struct error *error)
{
    const char *sql = filter->database.length == 0 ? store_sql_sync_list : store_sql_sync_list_of_database;
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_rows};

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    if (filter->database.length > 0)
        statement_bind_text(statement, ":database", filter->database);
    statement_bind_text(statement, ":kind", text_or_null(filter->kind));
    statement_bind_text(statement, ":name", text_or_null(filter->name));
    statement_bind_number(statement, ":before", filter->before == 0 ? INT64_MAX : filter->before);
    statement_bind_number(statement, ":limit", filter->limit);
    if (row_list_read(&list, statement, read_sync, error) != ERROR_NONE)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
