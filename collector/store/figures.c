#include "store/figures.h"

#include "store/rows.h"
#include "store_sql.h"

/* ---- what is there now ---- */

enum error_code figures_agents(struct database *database, struct agent_figures *ret_figures, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_figure_agents, &statement, error) != ERROR_NONE ||
        statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_figures = (struct agent_figures){.enrolled = (uint64_t)statement_number(statement, 0),
                                          .silent = (uint64_t)statement_number(statement, 1),
                                          .revoked = (uint64_t)statement_number(statement, 2)};
    return ERROR_NONE;
}

enum error_code figures_silent(struct database *database, uint32_t limit, struct arena *arena,
                               struct silent_agent **ret_agents, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_agents};
    bool row = true;

    if (database_prepare(database, store_sql_figure_silent, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":limit", limit);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct silent_agent *agent = row_list_add(&list, error);

        if (agent == NULL || statement_copy(statement, 0, arena, &agent->name, error) != ERROR_NONE)
            return error->code;
        agent->since = statement_number(statement, 1);
    }
    if (row)
        return error->code;
    *ret_agents = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

static bool is_of(struct statement *statement, const struct drift_figures *figures)
{
    return figures != NULL && text_equal(statement_text(statement, 0), figures->database) &&
           text_equal(statement_text(statement, 1), figures->from) &&
           text_equal(statement_text(statement, 2), figures->to);
}

static struct drift_figures *next_figures(struct statement *statement, struct row_list *list, struct error *error)
{
    struct drift_figures *figures = row_list_add(list, error);

    if (figures == NULL)
        return NULL;
    const struct row_text texts[] = {{0, &figures->database}, {1, &figures->from}, {2, &figures->to}};

    return row_copy(statement, texts, LENGTH_OF(texts), list->arena, error) == ERROR_NONE ? figures : NULL;
}

/* Numbers of a row that no version writes make the store corrupt. */
static enum error_code add_drifts(struct statement *statement, struct drift_figures *figures, struct error *error)
{
    int64_t state = statement_number(statement, 4), severity = statement_number(statement, 5),
            cause = statement_number(statement, 6);

    if (state < 0 || state >= DRIFT_ENDED || severity < 0 || severity >= SEVERITY_COUNT || cause < 0 ||
        cause >= DRIFT_CAUSE_COUNT)
        return error_set(error, ERROR_CORRUPT, "a drift of the store has an unknown state, severity or cause");
    figures->counts[state][severity][cause] += (uint64_t)statement_number(statement, 7);
    return ERROR_NONE;
}

enum error_code figures_drifts(struct database *database, struct arena *arena, struct drift_figures **ret_figures,
                               size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_figures};
    struct drift_figures *figures = NULL;
    bool row = true;

    if (database_prepare(database, store_sql_figure_drifts, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        if (!is_of(statement, figures))
            figures = next_figures(statement, &list, error);
        if (figures == NULL || add_drifts(statement, figures, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_figures = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

enum error_code figures_pairs_behind(struct database *database, const struct hash *policy, uint64_t *ret_count,
                                     struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_figure_pairs_behind, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":policy", policy);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_count = (uint64_t)statement_number(statement, 0);
    return ERROR_NONE;
}

enum error_code figures_contracts(struct database *database, struct arena *arena, struct contract_figure **ret_figures,
                                  size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_figures};
    bool row = true;

    if (database_prepare(database, store_sql_figure_contracts, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct contract_figure *figure = row_list_add(&list, error);

        if (figure == NULL || statement_copy(statement, 0, arena, &figure->contract, error) != ERROR_NONE ||
            statement_hash(statement, 2, &figure->fingerprint, error) != ERROR_NONE)
            return error->code;
        figure->state = (uint32_t)statement_number(statement, 1);
        figure->targets = (uint64_t)statement_number(statement, 3);
    }
    if (row)
        return error->code;
    *ret_figures = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

enum error_code figures_last_run(struct database *database, const struct drift_figures *names,
                                 struct gate_figure *ret_figure, bool *ret_found, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_figure_last_run, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", names->database);
    statement_bind_text(statement, ":from", names->from);
    statement_bind_text(statement, ":to", names->to);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (row)
        *ret_figure = (struct gate_figure){(uint32_t)statement_number(statement, 0), statement_number(statement, 1)};
    *ret_found = row;
    return ERROR_NONE;
}

/* ---- what happened since ---- */

enum error_code figures_ends(struct database *database, struct figure_ends *ret_ends, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_figure_ends, &statement, error) != ERROR_NONE ||
        statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_ends = (struct figure_ends){statement_number(statement, 0), statement_number(statement, 1),
                                     statement_number(statement, 2), statement_number(statement, 3)};
    return ERROR_NONE;
}

static enum error_code prepare_since(struct database *database, const char *sql, uint32_t limit, int64_t after,
                                     struct statement **ret_statement, struct error *error)
{
    if (database_prepare(database, sql, ret_statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(*ret_statement, ":after", after);
    statement_bind_number(*ret_statement, ":limit", limit);
    return ERROR_NONE;
}

static void reach(int64_t *last, int64_t id)
{
    if (id > *last)
        *last = id;
}

enum error_code figures_events(struct database *database, uint32_t limit, int64_t *after,
                               uint64_t counts[EVENT_TYPE_COUNT], struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    int64_t last = *after;
    bool row = true;

    if (prepare_since(database, store_sql_figure_events, limit, *after, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        enum event_type type;

        if (event_type_from_name(statement_text(statement, 0), &type))
            counts[type] += (uint64_t)statement_number(statement, 1);
        reach(&last, statement_number(statement, 2));
    }
    if (row)
        return error->code;
    *after = last;
    return ERROR_NONE;
}

enum error_code figures_runs(struct database *database, uint32_t limit, int64_t *after, uint64_t *counts,
                             size_t verdict_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    int64_t last = *after;
    bool row = true;

    if (prepare_since(database, store_sql_figure_runs, limit, *after, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        uint64_t verdict = (uint64_t)statement_number(statement, 0);

        if (verdict < verdict_count)
            counts[verdict] += (uint64_t)statement_number(statement, 1);
        reach(&last, statement_number(statement, 2));
    }
    if (row)
        return error->code;
    *after = last;
    return ERROR_NONE;
}

enum error_code figures_promotions(struct database *database, uint32_t limit, int64_t *after,
                                   const struct promotion_visitor *visitor, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    int64_t last = *after;
    bool row = true;

    if (prepare_since(database, store_sql_figure_promotions, limit, *after, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":ended", DRIFT_STEP_ENDED);
    statement_bind_number(statement, ":promoted", DRIFT_PROMOTED);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        if (!statement_is_null(statement, 1))
            visitor->visit(visitor->context, statement_text(statement, 2), statement_number(statement, 1));
        reach(&last, statement_number(statement, 0));
    }
    if (row)
        return error->code;
    *after = last;
    return ERROR_NONE;
}

enum error_code figures_syncs(struct database *database, uint32_t limit, int64_t *after, struct sync_figures *figures,
                              struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    int64_t last = *after;
    bool row = true;

    if (prepare_since(database, store_sql_figure_syncs, limit, *after, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        uint64_t state = (uint64_t)statement_number(statement, 1);

        if (state < SYNC_STATE_COUNT)
            figures->counts[state]++;
        figures->manual += statement_number(statement, 2) != 0;
        if (!statement_is_null(statement, 3))
            figures->visit(figures->context, statement_number(statement, 3));
        reach(&last, statement_number(statement, 0));
    }
    if (row)
        return error->code;
    *after = last;
    return ERROR_NONE;
}
