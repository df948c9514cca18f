#include "store/deliveries.h"

#include <inttypes.h>

#include "store/rows.h"
#include "store_sql.h"

/* ---- names ---- */

const char *delivery_state_name(size_t state)
{
    static const char *const names[DELIVERY_STATE_COUNT] = {
        [DELIVERY_WAITING] = "waiting", [DELIVERY_SENT] = "sent", [DELIVERY_DEAD] = "dead"};

    return state < DELIVERY_STATE_COUNT ? names[state] : NULL;
}

const char *delivery_kind_name(enum delivery_kind kind)
{
    static const char *const names[DELIVERY_KIND_COUNT] = {[DELIVERY_OPENED] = "opened",
                                                           [DELIVERY_UPDATE] = "update",
                                                           [DELIVERY_RESOLVED] = "resolved",
                                                           [DELIVERY_ESCALATED] = "escalated",
                                                           [DELIVERY_TEST] = "test"};

    return names[kind];
}

/* ---- writing ---- */

static void bind_progress(struct statement *statement, const struct delivery_row *delivery)
{
    statement_bind_number(statement, ":state", delivery->state);
    statement_bind_number(statement, ":attempts", delivery->attempts);
    bind_number_or_null(statement, ":next_at", delivery->next_at);
    bind_number_or_null(statement, ":tried_since", delivery->tried_since);
    bind_number_or_null(statement, ":attempted_at", delivery->attempted_at);
    bind_number_or_null(statement, ":finished_at", delivery->finished_at);
    bind_number_or_null(statement, ":status", delivery->status);
    statement_bind_text(statement, ":problem", text_or_null(delivery->problem));
}

enum error_code deliveries_add(struct database *database, struct delivery_row *delivery, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_delivery_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":incident", delivery->incident);
    statement_bind_text(statement, ":sink", text_or_empty(delivery->sink));
    statement_bind_number(statement, ":number", delivery->number);
    statement_bind_number(statement, ":kind", delivery->kind);
    statement_bind_number(statement, ":created_at", delivery->created_at);
    statement_bind_number(statement, ":events", delivery->events);
    statement_bind_number(statement, ":last_event", delivery->last_event);
    statement_bind_text(statement, ":message", text_or_empty(delivery->message));
    bind_progress(statement, delivery);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    delivery->id = database_last_id(database);
    return ERROR_NONE;
}

static enum error_code no_delivery(int64_t id, struct error *error)
{
    error_set(error, ERROR_NOT_FOUND, "there is no delivery %" PRId64, id);
    return error_hint(error, "GET /api/v1/deliveries lists those that there are; old ones are forgotten");
}

enum error_code deliveries_set_message(struct database *database, int64_t id, struct text message, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_delivery_set_message, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", id);
    statement_bind_text(statement, ":message", text_or_empty(message));
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return database_changes(database) == 0 ? no_delivery(id, error) : ERROR_NONE;
}

enum error_code deliveries_update(struct database *database, const struct delivery_row *delivery, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_delivery_update, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", delivery->id);
    bind_progress(statement, delivery);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return database_changes(database) == 0 ? no_delivery(delivery->id, error) : ERROR_NONE;
}

/* ---- reading ---- */

static enum error_code read_delivery(struct statement *statement, void *row, struct arena *arena, struct error *error)
{
    struct delivery_row *delivery = row;
    const struct row_text texts[] = {{2, &delivery->sink},     {15, &delivery->problem}, {16, &delivery->route},
                                     {17, &delivery->subject}, {18, &delivery->remote},  {19, &delivery->message}};
    int64_t kind = statement_number(statement, 4), state = statement_number(statement, 5);

    delivery->id = statement_number(statement, 0);
    if (kind < 0 || kind >= DELIVERY_KIND_COUNT || state < 0 || state >= DELIVERY_STATE_COUNT)
        return error_set(error, ERROR_CORRUPT, "delivery %" PRId64 " of the store makes no sense", delivery->id);
    delivery->incident = statement_number(statement, 1);
    delivery->number = (uint32_t)statement_number(statement, 3);
    delivery->kind = (enum delivery_kind)kind;
    delivery->state = (enum delivery_state)state;
    delivery->created_at = statement_number(statement, 6);
    delivery->attempts = (uint32_t)statement_number(statement, 7);
    delivery->next_at = statement_number(statement, 8);
    delivery->tried_since = statement_number(statement, 9);
    delivery->attempted_at = statement_number(statement, 10);
    delivery->finished_at = statement_number(statement, 11);
    delivery->events = (uint32_t)statement_number(statement, 12);
    delivery->last_event = statement_number(statement, 13);
    delivery->status = (int32_t)statement_number(statement, 14);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code deliveries_get(struct database *database, int64_t id, struct arena *arena,
                               struct delivery_row *ret_delivery, struct error *error)
{
    const struct row_query query = {database, store_sql_delivery_row, read_delivery};
    struct delivery_row delivery = {0};
    bool found = false;

    if (row_of_id(&query, id, &delivery, arena, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return no_delivery(id, error);
    *ret_delivery = delivery;
    return ERROR_NONE;
}

enum error_code deliveries_due(struct database *database, int64_t now, uint32_t limit, struct arena *arena,
                               struct delivery_row **ret_deliveries, size_t *ret_count, struct error *error)
{
    struct row_list rows = {.arena = arena, .size = sizeof **ret_deliveries};
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, store_sql_delivery_due, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":now", now);
    statement_bind_number(statement, ":limit", limit);
    if (row_list_read(&rows, statement, read_delivery, error) != ERROR_NONE)
        return error->code;
    *ret_deliveries = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

enum error_code deliveries_next(struct database *database, int64_t *ret_at, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, store_sql_delivery_next, &statement, error) != ERROR_NONE)
        return error->code;
    return row_read_number(statement, ret_at, error);
}

/* ---- for people ---- */

static const char *list_statement(const struct delivery_filter *filter)
{
    if (filter->incident != 0)
        return store_sql_delivery_ids_of_incident;
    return filter->state >= 0 ? store_sql_delivery_ids_of_state : store_sql_delivery_ids;
}

static enum error_code find_ids(struct database *database, const struct delivery_filter *filter, struct row_list *ids,
                                struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, list_statement(filter), &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":before", filter->before == 0 ? INT64_MAX : filter->before);
    statement_bind_text(statement, ":sink", text_or_null(filter->sink));
    statement_bind_number(statement, ":limit", filter->limit);
    if (filter->incident != 0)
        statement_bind_number(statement, ":incident", filter->incident);
    if (filter->state >= 0)
        statement_bind_number(statement, ":state", filter->state);
    return row_list_read_numbers(ids, statement, error);
}

enum error_code deliveries_list(struct database *database, const struct delivery_filter *filter, struct arena *arena,
                                struct delivery_row **ret_deliveries, size_t *ret_count, struct error *error)
{
    const struct row_query line = {database, store_sql_delivery_line, read_delivery}; /* without its message */
    struct row_list ids = {.arena = arena, .size = sizeof(int64_t)};
    struct row_list rows = {.arena = arena, .size = sizeof **ret_deliveries};

    if (find_ids(database, filter, &ids, error) != ERROR_NONE ||
        row_list_of_ids(&rows, &line, ids.items, ids.count, error) != ERROR_NONE)
        return error->code;
    *ret_deliveries = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

/* ---- how sinks do ---- */

static enum error_code find_next_sink(struct database *database, struct text after, struct arena *arena,
                                      struct text *ret_sink, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_delivery_sinks, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":after", text_or_empty(after));
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    return row ? statement_copy(statement, 0, arena, ret_sink, error) : ERROR_NONE;
}

static enum error_code read_account(struct database *database, struct sink_account *account, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_delivery_account, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":sink", account->sink);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    for (int state = 0; state < DELIVERY_STATE_COUNT; state++)
        account->counts[state] = (uint64_t)statement_number(statement, state);
    account->waiting_since = statement_number(statement, DELIVERY_STATE_COUNT);
    account->sent_at = statement_number(statement, DELIVERY_STATE_COUNT + 1);
    return ERROR_NONE;
}

static enum error_code read_failure(struct database *database, struct sink_account *account, struct arena *arena,
                                    struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_delivery_failure, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":sink", account->sink);
    statement_bind_number(statement, ":sent_at", account->sent_at);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (!row)
        return ERROR_NONE;
    account->failed_at = statement_number(statement, 0);
    return statement_copy(statement, 1, arena, &account->problem, error);
}

enum error_code deliveries_accounts(struct database *database, struct arena *arena, struct sink_account **ret_accounts,
                                    size_t *ret_count, struct error *error)
{
    struct row_list rows = {.arena = arena, .size = sizeof **ret_accounts};
    struct text after = {"", 0};

    for (;;) {
        struct text sink = {NULL, 0};
        struct sink_account *account;

        if (find_next_sink(database, after, arena, &sink, error) != ERROR_NONE)
            return error->code;
        if (sink.length == 0)
            break;
        account = row_list_add(&rows, error);
        if (account == NULL)
            return error->code;
        account->sink = after = sink;
        if (read_account(database, account, error) != ERROR_NONE ||
            read_failure(database, account, arena, error) != ERROR_NONE)
            return error->code;
    }
    *ret_accounts = rows.items;
    *ret_count = rows.count;
    return ERROR_NONE;
}

/* ---- retention ---- */

static enum error_code expire(struct database *database, const char *sql, int state, int64_t moment, uint32_t limit,
                              bool *ret_more, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    if (state >= 0)
        statement_bind_number(statement, ":state", state);
    statement_bind_number(statement, ":moment", moment);
    statement_bind_number(statement, ":slice", limit);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    *ret_more = *ret_more || database_changes(database) == (int64_t)limit;
    return ERROR_NONE;
}

enum error_code deliveries_expire(struct database *database, int64_t moment, int64_t dead_moment, uint32_t limit,
                                  bool *ret_more, struct error *error)
{
    bool more = false;

    if (expire(database, store_sql_retention_deliveries, DELIVERY_SENT, moment, limit, &more, error) != ERROR_NONE ||
        expire(database, store_sql_retention_deliveries, DELIVERY_DEAD, dead_moment, limit, &more, error) !=
            ERROR_NONE ||
        expire(database, store_sql_retention_incidents, -1, moment, limit, &more, error) != ERROR_NONE)
        return error->code;
    *ret_more = more;
    return ERROR_NONE;
}
