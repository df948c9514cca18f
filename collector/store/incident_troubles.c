/* What is under way within an incident: its troubles, and the events that wait to be told. */
#include <inttypes.h>

#include "store/event_rows.h"
#include "store/incidents.h"
#include "store/rows.h"
#include "store_sql.h"

/* ---- troubles ---- */

enum error_code troubles_put(struct database *database, const struct trouble_row *trouble, struct error *error)
{
    struct statement *statement = NULL;
    bool was_told = trouble->told_at != 0;

    if (database_prepare(database, store_sql_trouble_put, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":incident", trouble->incident);
    statement_bind_text(statement, ":trouble", text_or_empty(trouble->key));
    statement_bind_number(statement, ":severity", trouble->severity);
    statement_bind_number(statement, ":event", trouble->event);
    statement_bind_number(statement, ":begun_at", trouble->begun_at);
    bind_number_or_null(statement, ":told_at", trouble->told_at);
    if (was_told) {
        statement_bind_string(statement, ":told_type", event_type_name(trouble->told_type));
        statement_bind_number(statement, ":told_severity", trouble->told_severity);
    }
    statement_bind_number(statement, ":seen", trouble->seen);
    statement_bind_number(statement, ":repeats", trouble->repeats);
    return statement_run(statement, error);
}

enum error_code troubles_remove(struct database *database, int64_t incident, struct text key, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_trouble_remove, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":incident", incident);
    statement_bind_text(statement, ":trouble", text_or_empty(key));
    return statement_run(statement, error);
}

static bool is_severity(int64_t number)
{
    return number >= 0 && number < SEVERITY_COUNT;
}

static enum error_code read_trouble(struct statement *statement, void *row, struct arena *arena, struct error *error)
{
    struct trouble_row *trouble = row;
    int64_t severity = statement_number(statement, 2), told_severity = statement_number(statement, 7);
    struct text told_type = statement_text(statement, 6);

    trouble->incident = statement_number(statement, 0);
    trouble->event = statement_number(statement, 3);
    trouble->begun_at = statement_number(statement, 4);
    trouble->told_at = statement_number(statement, 5);
    trouble->seen = statement_number(statement, 8) != 0;
    trouble->repeats = (uint32_t)statement_number(statement, 9);
    if (!is_severity(severity) || !is_severity(told_severity) ||
        (trouble->told_at != 0 && !event_type_from_name(told_type, &trouble->told_type)))
        return error_set(error, ERROR_CORRUPT, "a trouble of incident %" PRId64 " of the store makes no sense",
                         trouble->incident);
    trouble->severity = (enum severity)severity;
    trouble->told_severity = (enum severity)told_severity;
    return statement_copy(statement, 1, arena, &trouble->key, error);
}

enum error_code troubles_list(struct database *database, int64_t incident, struct arena *arena,
                              struct trouble_row **ret_troubles, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list rows = {.arena = arena, .size = sizeof **ret_troubles};

    if (database_prepare(database, store_sql_trouble_list, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":incident", incident);
    if (row_list_read(&rows, statement, read_trouble, error) != ERROR_NONE)
        return error->code;
    *ret_troubles = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

enum error_code troubles_of_key(struct database *database, struct text key, struct arena *arena,
                                struct trouble_row **ret_troubles, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list rows = {.arena = arena, .size = sizeof **ret_troubles};

    if (database_prepare(database, store_sql_trouble_of_key, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":trouble", text_or_empty(key));
    if (row_list_read(&rows, statement, read_trouble, error) != ERROR_NONE)
        return error->code;
    *ret_troubles = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

/* All that begins with "drift:" lies before "drift;". */
static enum error_code bind_sort(struct statement *statement, struct text sort, struct arena *arena,
                                 struct error *error)
{
    char *end = arena_string(arena, sort);

    if (end == NULL)
        return arena_error(arena, error, "looking for troubles");
    if (sort.length > 0)
        end[sort.length - 1]++;
    statement_bind_text(statement, ":from", text_or_empty(sort));
    statement_bind_text(statement, ":to", (struct text){end, sort.length});
    return ERROR_NONE;
}

enum error_code troubles_incidents(struct database *database, struct text about, struct text sort, struct arena *arena,
                                   int64_t **ret_incidents, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list rows = {.arena = arena, .size = sizeof **ret_incidents};

    if (database_prepare(database, store_sql_trouble_incidents, &statement, error) != ERROR_NONE ||
        bind_sort(statement, sort, arena, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", text_or_empty(about));
    if (row_list_read_numbers(&rows, statement, error) != ERROR_NONE)
        return error->code;
    *ret_incidents = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

/* ---- events that wait ---- */

enum error_code waiting_events_add(struct database *database, int64_t incident, int64_t event, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_waiting_event_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":incident", incident);
    statement_bind_number(statement, ":event", event);
    return statement_run(statement, error);
}

enum error_code waiting_events_list(struct database *database, int64_t incident, uint32_t limit, struct arena *arena,
                                    struct event_row **ret_events, size_t *ret_count, bool *ret_more,
                                    struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list rows = {.arena = arena, .size = sizeof **ret_events};

    if (database_prepare(database, store_sql_waiting_event_list, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":incident", incident);
    statement_bind_number(statement, ":limit", (int64_t)limit + 1);
    if (event_rows_read(statement, &rows, error) != ERROR_NONE)
        return error->code;
    *ret_more = rows.count > limit;
    *ret_events = rows.items;
    *ret_count = *ret_more ? limit : rows.count;
    return ERROR_NONE;
}

enum error_code waiting_events_count(struct database *database, int64_t incident, uint32_t limit, uint32_t *ret_count,
                                     struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_waiting_event_count, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":incident", incident);
    statement_bind_number(statement, ":limit", limit);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_count = row ? (uint32_t)statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

enum error_code waiting_events_remove(struct database *database, int64_t incident, int64_t last, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_waiting_event_remove, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":incident", incident);
    statement_bind_number(statement, ":last", last);
    return statement_run(statement, error);
}

enum error_code waiting_events_move(struct database *database, int64_t from, int64_t to, int64_t last,
                                    struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_waiting_event_move, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":from", from);
    statement_bind_number(statement, ":to", to);
    statement_bind_number(statement, ":last", last);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return waiting_events_remove(database, from, last, error);
}
