#include "store/events.h"

#include <inttypes.h>

#include "store/event_rows.h"
#include "store/rows.h"
#include "store_sql.h"

enum error_code events_add(struct database *database, const struct event_row *event, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_event_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":at", event->at);
    statement_bind_string(statement, ":type", event_type_name(event->type));
    statement_bind_number(statement, ":severity", event->severity);
    bind_number_or_null(statement, ":target", event->target);
    bind_number_or_null(statement, ":agent", event->agent);
    statement_bind_text(statement, ":database", text_or_null(event->place.database));
    statement_bind_text(statement, ":environment", text_or_null(event->place.environment));
    statement_bind_text(statement, ":instance", text_or_null(event->place.instance));
    statement_bind_text(statement, ":data", event->data);
    return statement_run(statement, error);
}

static enum error_code read_event(struct statement *statement, void *row, struct arena *arena, struct error *error)
{
    struct event_row *event = row;
    int64_t severity = statement_number(statement, 3);
    struct text type;
    const struct row_text texts[] = {
        {2, &type},        {6, &event->place.database}, {7, &event->place.environment}, {8, &event->place.instance},
        {9, &event->data}, {10, &event->agent_name},
    };

    event->id = statement_number(statement, 0);
    if (severity < 0 || severity >= SEVERITY_COUNT)
        return error_set(error, ERROR_CORRUPT, "event %" PRId64 " of the store has an unknown severity", event->id);
    event->at = statement_number(statement, 1);
    event->severity = (enum severity)severity;
    event->target = statement_number(statement, 4);
    event->agent = statement_number(statement, 5);
    if (row_copy(statement, texts, LENGTH_OF(texts), arena, error) != ERROR_NONE)
        return error->code;
    if (!event_type_from_name(type, &event->type))
        return error_set(error, ERROR_CORRUPT, "event %" PRId64 " of the store has an unknown type", event->id);
    return ERROR_NONE;
}

enum error_code event_rows_read(struct statement *statement, struct row_list *rows, struct error *error)
{
    return row_list_read(rows, statement, read_event, error);
}

/* `sql` takes the bound of a page under the name `bound`. */
static enum error_code list(struct database *database, const char *sql, const char *bound, int64_t number,
                            struct row_list *rows, uint32_t limit, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, bound, number);
    statement_bind_number(statement, ":limit", limit);
    return event_rows_read(statement, rows, error);
}

enum error_code events_list(struct database *database, int64_t after, uint32_t limit, struct arena *arena,
                            struct event_row **ret_events, size_t *ret_count, struct error *error)
{
    struct row_list rows = {.arena = arena, .size = sizeof **ret_events};

    if (list(database, store_sql_event_list, ":after", after, &rows, limit, error) != ERROR_NONE)
        return error->code;
    *ret_events = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

enum error_code events_list_before(struct database *database, int64_t before, uint32_t limit, struct arena *arena,
                                   struct event_row **ret_events, size_t *ret_count, struct error *error)
{
    struct row_list rows = {.arena = arena, .size = sizeof **ret_events};

    if (list(database, store_sql_event_list_before, ":before", before, &rows, limit, error) != ERROR_NONE)
        return error->code;
    *ret_events = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

static enum error_code read_number(struct database *database, const char *sql, int64_t *ret_number, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    return row_read_number(statement, ret_number, error);
}

enum error_code events_oldest(struct database *database, int64_t *ret_id, struct error *error)
{
    return read_number(database, store_sql_event_oldest, ret_id, error);
}

enum error_code events_last(struct database *database, int64_t *ret_id, struct error *error)
{
    return read_number(database, store_sql_event_last, ret_id, error);
}
