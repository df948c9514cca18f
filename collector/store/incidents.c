#include "store/incidents.h"

#include <inttypes.h>

#include "store/rows.h"
#include "store_sql.h"

const char *incident_hold_name(enum incident_hold hold)
{
    static const char *const names[HOLD_COUNT] = {
        [HOLD_SETTLING] = "settling", [HOLD_QUIET] = "quiet", [HOLD_LIMIT] = "limit"};

    return names[hold];
}

/* ---- incidents ---- */

static enum error_code read_incident(struct statement *statement, void *row, struct arena *arena, struct error *error)
{
    struct incident_row *incident = row;
    const struct row_text texts[] = {{1, &incident->route},    {2, &incident->sink},        {3, &incident->subject},
                                     {4, &incident->database}, {5, &incident->environment}, {15, &incident->remote}};
    int64_t severity = statement_number(statement, 12), held_by = statement_number(statement, 16);

    incident->id = statement_number(statement, 0);
    if (severity < 0 || severity >= SEVERITY_COUNT || held_by < 0 || held_by >= HOLD_COUNT)
        return error_set(error, ERROR_CORRUPT, "incident %" PRId64 " of the store makes no sense", incident->id);
    incident->severity = (enum severity)severity;
    incident->held_by = (enum incident_hold)held_by;
    incident->opened_at = statement_number(statement, 6);
    incident->ended_at = statement_number(statement, 7);
    incident->first_at = statement_number(statement, 8);
    incident->due_at = statement_number(statement, 9);
    incident->told = (uint32_t)statement_number(statement, 10);
    incident->told_at = statement_number(statement, 11);
    incident->escalated_at = statement_number(statement, 13);
    incident->escalates_at = statement_number(statement, 14);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

/* One row of a statement with its values; `ret_found` is false when there is none. */
static enum error_code find_incident(struct statement *statement, struct arena *arena,
                                     struct incident_row *ret_incident, bool *ret_found, struct error *error)
{
    struct incident_row incident = {0};

    if (statement_step(statement, ret_found, error) != ERROR_NONE)
        return error->code;
    if (!*ret_found)
        return ERROR_NONE;
    if (read_incident(statement, &incident, arena, error) != ERROR_NONE)
        return error->code;
    *ret_incident = incident;
    return ERROR_NONE;
}

enum error_code incidents_find_open(struct database *database, const struct incident_row *key, struct arena *arena,
                                    struct incident_row *ret_incident, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;
    enum error_code code;

    if (database_prepare(database, store_sql_incident_open, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":route", text_or_empty(key->route));
    statement_bind_text(statement, ":sink", text_or_empty(key->sink));
    statement_bind_text(statement, ":subject", text_or_empty(key->subject));
    code = find_incident(statement, arena, ret_incident, &found, error);
    if (code != ERROR_NONE || found)
        return code;
    return error_set(error, ERROR_NOT_FOUND, "route '%.*s' has nothing open for '%.*s' about '%.*s'",
                     TEXT_ARGS(key->route), TEXT_ARGS(key->sink), TEXT_ARGS(key->subject));
}

enum error_code incidents_get(struct database *database, int64_t id, struct arena *arena,
                              struct incident_row *ret_incident, struct error *error)
{
    const struct row_query query = {database, store_sql_incident_row, read_incident};
    struct incident_row incident = {0};
    bool found = false;

    if (row_of_id(&query, id, &incident, arena, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "there is no incident %" PRId64, id);
    *ret_incident = incident;
    return ERROR_NONE;
}

static void bind_state(struct statement *statement, const struct incident_row *incident)
{
    bind_number_or_null(statement, ":ended_at", incident->ended_at);
    bind_number_or_null(statement, ":first_at", incident->first_at);
    bind_number_or_null(statement, ":due_at", incident->due_at);
    statement_bind_number(statement, ":told", incident->told);
    bind_number_or_null(statement, ":told_at", incident->told_at);
    statement_bind_number(statement, ":severity", incident->severity);
    bind_number_or_null(statement, ":escalated_at", incident->escalated_at);
    bind_number_or_null(statement, ":escalates_at", incident->escalates_at);
    statement_bind_number(statement, ":held_by", incident->held_by);
}

enum error_code incidents_add(struct database *database, struct incident_row *incident, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_incident_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":route", text_or_empty(incident->route));
    statement_bind_text(statement, ":sink", text_or_empty(incident->sink));
    statement_bind_text(statement, ":subject", text_or_empty(incident->subject));
    statement_bind_text(statement, ":database", text_or_null(incident->database));
    statement_bind_text(statement, ":environment", text_or_null(incident->environment));
    statement_bind_number(statement, ":opened_at", incident->opened_at);
    statement_bind_text(statement, ":remote", text_or_null(incident->remote));
    bind_state(statement, incident);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    incident->id = database_last_id(database);
    return ERROR_NONE;
}

enum error_code incidents_update(struct database *database, const struct incident_row *incident, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_incident_update, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", incident->id);
    bind_state(statement, incident);
    return statement_run(statement, error);
}

enum error_code incidents_set_remote(struct database *database, int64_t id, struct text remote, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_incident_set_remote, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", id);
    statement_bind_text(statement, ":remote", text_or_null(remote));
    return statement_run(statement, error);
}

/* A moment and how many at most, which both lists are asked with. */
struct due {
    const char *sql;
    int64_t now;
    uint32_t limit;
};

static enum error_code list_due(struct database *database, const struct due *due, struct row_list *rows,
                                struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, due->sql, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":now", due->now);
    statement_bind_number(statement, ":limit", due->limit);
    return row_list_read(rows, statement, read_incident, error);
}

enum error_code incidents_due(struct database *database, int64_t now, uint32_t limit, struct arena *arena,
                              struct incident_row **ret_incidents, size_t *ret_count, struct error *error)
{
    const struct due due = {store_sql_incident_due, now, limit};
    struct row_list rows = {.arena = arena, .size = sizeof **ret_incidents};

    if (list_due(database, &due, &rows, error) != ERROR_NONE)
        return error->code;
    *ret_incidents = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

enum error_code incidents_escalating(struct database *database, int64_t now, uint32_t limit, struct arena *arena,
                                     struct incident_row **ret_incidents, size_t *ret_count, struct error *error)
{
    const struct due due = {store_sql_incident_escalating, now, limit};
    struct row_list rows = {.arena = arena, .size = sizeof **ret_incidents};

    if (list_due(database, &due, &rows, error) != ERROR_NONE)
        return error->code;
    *ret_incidents = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

static enum error_code ask_number(struct database *database, const char *sql, int64_t *ret_number, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    return row_read_number(statement, ret_number, error);
}

enum error_code incidents_next(struct database *database, int64_t *ret_at, struct error *error)
{
    return ask_number(database, store_sql_incident_next, ret_at, error);
}

enum error_code incidents_beyond(struct database *database, struct arena *arena, struct incident_row **ret_incidents,
                                 size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list rows = {.arena = arena, .size = sizeof **ret_incidents};

    if (database_prepare(database, store_sql_incident_beyond, &statement, error) != ERROR_NONE ||
        row_list_read(&rows, statement, read_incident, error) != ERROR_NONE)
        return error->code;
    *ret_incidents = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

/* ---- for people ---- */

static enum error_code read_held(struct statement *statement, void *row, struct arena *arena, struct error *error)
{
    struct held_incident *held = row;
    const struct row_text texts[] = {{1, &held->route}, {2, &held->sink}, {3, &held->subject}};
    int64_t why = statement_number(statement, 5);

    held->id = statement_number(statement, 0);
    held->until = statement_number(statement, 4);
    held->events = (uint64_t)statement_number(statement, 6);
    if (why < 0 || why >= HOLD_COUNT)
        return error_set(error, ERROR_CORRUPT, "incident %" PRId64 " of the store makes no sense", held->id);
    held->why = (enum incident_hold)why;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code incidents_held(struct database *database, struct arena *arena, struct held_incident **ret_incidents,
                               size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list rows = {.arena = arena, .size = sizeof **ret_incidents};

    if (database_prepare(database, store_sql_incident_held, &statement, error) != ERROR_NONE ||
        row_list_read(&rows, statement, read_held, error) != ERROR_NONE)
        return error->code;
    *ret_incidents = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

/* ---- limits of routes ---- */

static enum error_code prepare_use(struct database *database, const char *sql, const struct route_use *use,
                                   struct statement **ret_statement, struct error *error)
{
    if (database_prepare(database, sql, ret_statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(*ret_statement, ":route", text_or_empty(use->route));
    statement_bind_text(*ret_statement, ":sink", text_or_empty(use->sink));
    return ERROR_NONE;
}

enum error_code route_uses_add(struct database *database, const struct route_use *use, struct error *error)
{
    struct statement *statement = NULL;

    if (prepare_use(database, store_sql_route_use_add, use, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":at", use->at);
    return statement_run(statement, error);
}

static enum error_code count_uses(struct database *database, const struct route_use *since, uint32_t *ret_count,
                                  int64_t *ret_oldest, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (prepare_use(database, store_sql_route_use_count, since, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":since", since->at);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_count = row ? (uint32_t)statement_number(statement, 0) : 0;
    *ret_oldest = row ? statement_number(statement, 1) : 0;
    return ERROR_NONE;
}

enum error_code route_uses_count(struct database *database, const struct route_use *since, uint32_t *ret_count,
                                 int64_t *ret_oldest, struct error *error)
{
    struct statement *statement = NULL;

    if (prepare_use(database, store_sql_route_use_forget, since, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":since", since->at);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return count_uses(database, since, ret_count, ret_oldest, error);
}

/* ---- how far the log was read ---- */

enum error_code planned_get(struct database *database, int64_t *ret_event, struct error *error)
{
    return ask_number(database, store_sql_planned_find, ret_event, error);
}

enum error_code planned_set(struct database *database, int64_t event, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_planned_put, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":event", event);
    return statement_run(statement, error);
}
