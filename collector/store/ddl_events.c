#include "store/ddl_events.h"

#include "store/newest.h"
#include "store/rows.h"
#include "store_sql.h"

enum error_code ddl_events_add(struct database *database, const struct ddl_event_row *event, int64_t *ret_id,
                               struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_ddl_event_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", event->target);
    statement_bind_number(statement, ":snapshot", event->snapshot);
    statement_bind_number(statement, ":number", event->number);
    statement_bind_number(statement, ":at", event->at);
    statement_bind_text(statement, ":actor", text_or_null(event->actor));
    statement_bind_text(statement, ":role", text_or_null(event->role));
    statement_bind_text(statement, ":application", text_or_null(event->application));
    statement_bind_text(statement, ":client", text_or_null(event->client));
    statement_bind_text(statement, ":command", text_or_null(event->command));
    statement_bind_text(statement, ":object", text_or_null(event->object));
    statement_bind_text(statement, ":statement", text_or_null(event->statement));
    bind_number_or_null(statement, ":transaction", event->transaction);
    statement_bind_number(statement, ":unconfirmed", event->unconfirmed);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    if (ret_id != NULL)
        *ret_id = database_changes(database) == 0 ? 0 : database_last_id(database);
    return ERROR_NONE;
}

/* ---- listing ---- */

static enum error_code take_ids(struct database *database, const struct ddl_event_filter *filter, int64_t target,
                                struct newest *newest, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, store_sql_ddl_event_ids, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_text(statement, ":object", text_or_null(filter->object));
    statement_bind_text(statement, ":actor", text_or_null(filter->actor));
    statement_bind_number(statement, ":since", filter->since == 0 ? INT64_MIN : filter->since);
    statement_bind_number(statement, ":until", filter->until == 0 ? INT64_MAX : filter->until);
    statement_bind_number(statement, ":before", filter->before == 0 ? INT64_MAX : filter->before);
    return newest_take(newest, statement, error);
}

static enum error_code read_event(struct statement *statement, void *into, struct arena *arena, struct error *error)
{
    struct ddl_event_row *row = into;
    const struct row_text texts[] = {
        {2, &row->name.database}, {3, &row->name.environment}, {4, &row->name.instance}, {7, &row->actor},
        {8, &row->role},          {9, &row->application},      {10, &row->client},       {11, &row->command},
        {12, &row->object},       {13, &row->statement}};

    row->id = statement_number(statement, 0);
    row->snapshot = statement_number(statement, 1);
    row->number = statement_number(statement, 5);
    row->at = statement_number(statement, 6);
    row->transaction = statement_number(statement, 14);
    row->unconfirmed = statement_number(statement, 15) != 0;
    row->changes = (uint32_t)statement_number(statement, 16);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code ddl_events_list(struct database *database, const struct ddl_event_filter *filter, struct arena *arena,
                                struct ddl_event_row **ret_rows, size_t *ret_count, struct error *error)
{
    const struct row_query query = {database, store_sql_ddl_event_row, read_event};
    struct row_list list = {.arena = arena, .size = sizeof **ret_rows};
    int64_t *targets = NULL;
    const int64_t *ids;
    struct newest newest;
    size_t target_count = 0, count;

    newest_init(&newest, filter->limit, arena);
    if (targets_numbers(database, &filter->target, arena, &targets, &target_count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < target_count; i++)
        if (take_ids(database, filter, targets[i], &newest, error) != ERROR_NONE)
            return error->code;
    ids = newest_ids(&newest, &count);
    if (row_list_of_ids(&list, &query, ids, count, error) != ERROR_NONE)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
