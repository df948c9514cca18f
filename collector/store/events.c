#include "store/events.h"

#include <inttypes.h>

#include "store/rows.h"
#include "store_sql.h"

enum error_code events_add(struct database *database, const struct event_row *event, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_event_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":at", event->at);
    statement_bind_string(statement, ":type", event->type);
    statement_bind_number(statement, ":severity", event->severity);
    bind_number_or_null(statement, ":target", event->target);
    bind_number_or_null(statement, ":agent", event->agent);
    statement_bind_text(statement, ":data", event->data);
    return statement_run(statement, error);
}

static enum error_code read_event(struct statement *statement, struct event_row *event, struct arena *arena,
                                  struct error *error)
{
    int64_t severity = statement_number(statement, 3);
    struct text type;
    const struct row_text texts[] = {{2, &type}, {6, &event->data}};

    event->id = statement_number(statement, 0);
    if (severity < 0 || severity >= SEVERITY_COUNT)
        return error_set(error, ERROR_CORRUPT, "event %" PRId64 " of the store has an unknown severity", event->id);
    event->at = statement_number(statement, 1);
    event->severity = (enum severity)severity;
    event->target = statement_number(statement, 4);
    event->agent = statement_number(statement, 5);
    if (row_copy(statement, texts, LENGTH_OF(texts), arena, error) != ERROR_NONE)
        return error->code;
    event->type = type.bytes;
    return ERROR_NONE;
}

enum error_code events_list(struct database *database, int64_t after, uint32_t limit, struct arena *arena,
                            struct event_row **ret_events, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_events};
    bool row = true;

    if (database_prepare(database, store_sql_event_list, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":after", after);
    statement_bind_number(statement, ":limit", limit);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct event_row *event = row_list_add(&list, error);

        if (event == NULL || read_event(statement, event, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_events = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
