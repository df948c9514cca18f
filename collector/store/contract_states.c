#include "store/contract_states.h"

#include "store/rows.h"
#include "store/snapshots.h"
#include "store_sql.h"

enum error_code contract_states_put(struct database *database, const struct contract_state_row *row,
                                    struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_contract_state_put, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":contract", text_or_empty(row->contract));
    statement_bind_number(statement, ":target", row->target);
    statement_bind_hash(statement, ":fingerprint", &row->fingerprint);
    statement_bind_number(statement, ":state", row->state);
    statement_bind_number(statement, ":since", row->since);
    statement_bind_number(statement, ":snapshot", row->snapshot);
    statement_bind_text(statement, ":findings", row->findings.length == 0 ? TEXT("[]") : row->findings);
    bind_number_or_null(statement, ":change", row->change);
    return statement_run(statement, error);
}

enum error_code contract_states_remove(struct database *database, struct text contract, int64_t target,
                                       struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_contract_state_remove, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":contract", text_or_empty(contract));
    statement_bind_number(statement, ":target", target);
    return statement_run(statement, error);
}

static enum error_code read_state(struct statement *statement, struct contract_state_row *row, struct arena *arena,
                                  struct error *error)
{
    const struct row_text texts[] = {{0, &row->contract},      {2, &row->name.database}, {3, &row->name.environment},
                                     {4, &row->name.instance}, {9, &row->findings},      {11, &row->actor}};

    row->target = statement_number(statement, 1);
    row->state = (uint32_t)statement_number(statement, 6);
    row->since = statement_number(statement, 7);
    row->snapshot = statement_number(statement, 8);
    row->change = statement_number(statement, 10);
    row->evidence = (uint32_t)statement_number(statement, 12);
    if (row->evidence >= EVIDENCE_COUNT)
        return error_set(error, ERROR_CORRUPT, "a change of the store has an unknown evidence");
    if (statement_hash(statement, 5, &row->fingerprint, error) != ERROR_NONE)
        return error->code;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

/* The statement of the narrowest part of the filter; a target has one database and one environment. */
static const char *list_statement(const struct contract_state_filter *filter)
{
    if (filter->contract.length > 0)
        return store_sql_contract_state_list_of_contract;
    if (filter->target != 0)
        return store_sql_contract_state_list_of_target;
    return filter->database.length > 0 ? store_sql_contract_state_list_of_database : store_sql_contract_state_list;
}

static enum error_code prepare_list(struct database *database, const struct contract_state_filter *filter,
                                    struct statement **ret_statement, struct error *error)
{
    const char *sql = list_statement(filter);
    bool by_contract = sql == store_sql_contract_state_list_of_contract;
    bool by_target = sql == store_sql_contract_state_list_of_target;

    if (database_prepare(database, sql, ret_statement, error) != ERROR_NONE)
        return error->code;
    if (by_contract)
        statement_bind_text(*ret_statement, ":contract", filter->contract);
    if (by_contract || by_target)
        bind_number_or_null(*ret_statement, ":target", filter->target);
    if (by_contract || sql == store_sql_contract_state_list_of_database)
        statement_bind_text(*ret_statement, ":database", text_or_null(filter->database));
    if (!by_target)
        statement_bind_text(*ret_statement, ":environment", text_or_null(filter->environment));
    return ERROR_NONE;
}

enum error_code contract_states_list(struct database *database, const struct contract_state_filter *filter,
                                     struct arena *arena, struct contract_state_row **ret_rows, size_t *ret_count,
                                     struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_rows};
    bool row = true;

    if (prepare_list(database, filter, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct contract_state_row *state = row_list_add(&list, error);

        if (state == NULL || read_state(statement, state, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
