#include "store/drifts.h"

#include <inttypes.h>

#include "store/newest.h"
#include "store/rows.h"
#include "store_sql.h"

/* ---- names ---- */

static const char *const state_names[] = {
    [DRIFT_OPEN] = "open", [DRIFT_ACKNOWLEDGED] = "acknowledged", [DRIFT_WAIVED] = "waived", [DRIFT_ENDED] = "ended"};

static const char *const cause_names[] = {[DRIFT_BASELINE] = "baseline",
                                          [DRIFT_PENDING] = "pending",
                                          [DRIFT_HOTFIX] = "hotfix",
                                          [DRIFT_DIVERGED] = "diverged",
                                          [DRIFT_OUTLIER] = "outlier"};

static const char *const ending_names[] = {[DRIFT_LIVES] = "",
                                           [DRIFT_PROMOTED] = "promoted",
                                           [DRIFT_BACKPORTED] = "backported",
                                           [DRIFT_REVERTED] = "reverted",
                                           [DRIFT_REPAIRED] = "repaired",
                                           [DRIFT_ADOPTED] = "adopted",
                                           [DRIFT_ABSORBED] = "absorbed",
                                           [DRIFT_EXCUSED] = "excused",
                                           [DRIFT_FORGOTTEN] = "forgotten"};

static const char *const step_names[] = {[DRIFT_STEP_OPENED] = "opened",     [DRIFT_STEP_CHANGED] = "changed",
                                         [DRIFT_STEP_REOPENED] = "reopened", [DRIFT_STEP_ACKNOWLEDGED] = "acknowledged",
                                         [DRIFT_STEP_WAIVED] = "waived",     [DRIFT_STEP_ENDED] = "ended",
                                         [DRIFT_STEP_RENAMED] = "renamed",   [DRIFT_STEP_HIDDEN] = "hidden",
                                         [DRIFT_STEP_VISIBLE] = "visible",   [DRIFT_STEP_EXPLAINED] = "explained"};

_Static_assert(LENGTH_OF(state_names) == DRIFT_STATE_COUNT, "each state has a name");
_Static_assert(LENGTH_OF(cause_names) == DRIFT_CAUSE_COUNT, "each cause has a name");
_Static_assert(LENGTH_OF(ending_names) == DRIFT_ENDING_COUNT, "each ending has a name");
_Static_assert(LENGTH_OF(step_names) == DRIFT_STEP_COUNT, "each step has a name");

const char *drift_state_name(enum drift_state state)
{
    return state_names[state];
}

const char *drift_cause_name(enum drift_cause cause)
{
    return cause_names[cause];
}

const char *drift_ending_name(enum drift_ending ending)
{
    return ending_names[ending];
}

const char *drift_step_name(enum drift_step step)
{
    return step_names[step];
}

/* ---- writing ---- */

static void bind_state(struct statement *statement, const char *name, const struct change_state *state)
{
    if (state->is_there)
        statement_bind_hash(statement, name, &state->hash);
}

/* What the thing is, and how it differs. */
static void bind_difference(struct statement *statement, const struct drift_row *row)
{
    statement_bind_number(statement, ":effect", row->effect);
    statement_bind_number(statement, ":kind", row->kind);
    statement_bind_number(statement, ":object_kind", row->object_kind);
    statement_bind_number(statement, ":aspect", row->aspect);
    statement_bind_number(statement, ":severity", row->severity);
    statement_bind_text(statement, ":rule", text_or_empty(row->rule));
    statement_bind_text(statement, ":contracts", text_or_null(row->contracts));
    statement_bind_text(statement, ":object", text_or_empty(row->object));
    statement_bind_text(statement, ":owner", text_or_empty(row->owner));
    statement_bind_text(statement, ":renamed_from", text_or_null(row->renamed_from));
    statement_bind_text(statement, ":owner_before", text_or_null(row->owner_before));
    statement_bind_text(statement, ":attributes", text_or_empty(row->attributes));
    bind_state(statement, ":from_state", &row->states[0]);
    bind_state(statement, ":to_state", &row->states[1]);
    statement_bind_number(statement, ":base_known", row->base_known);
    if (row->base_known)
        bind_state(statement, ":base_state", &row->base);
}

/* What has become of it. */
static void bind_life(struct statement *statement, const struct drift_row *row)
{
    statement_bind_number(statement, ":pair", row->pair);
    statement_bind_number(statement, ":state", row->state);
    statement_bind_number(statement, ":cause", row->cause);
    statement_bind_number(statement, ":ending", row->ending);
    statement_bind_number(statement, ":hidden", row->hidden);
    statement_bind_number(statement, ":opened_at", row->opened_at);
    statement_bind_number(statement, ":changed_at", row->changed_at);
    statement_bind_number(statement, ":seen_at", row->seen_at);
    if (row->ending != DRIFT_LIVES)
        statement_bind_number(statement, ":ended_at", row->ended_at);
    if (row->lead >= 0)
        statement_bind_number(statement, ":lead", row->lead);
    statement_bind_number(statement, ":reopened", row->reopened);
    bind_number_or_null(statement, ":previous", row->previous);
    bind_number_or_null(statement, ":acked_at", row->acked_at);
    statement_bind_text(statement, ":acked_by", text_or_null(row->acked_by));
    bind_number_or_null(statement, ":waiver", row->waiver);
    bind_number_or_null(statement, ":change", row->change);
    statement_bind_number(statement, ":unattributed", row->unattributed);
}

enum error_code drifts_add(struct database *database, struct drift_row *row, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_drift_add, &statement, error) != ERROR_NONE)
        return error->code;
    bind_difference(statement, row);
    bind_life(statement, row);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    row->id = database_last_id(database);
    return ERROR_NONE;
}

static enum error_code no_drift(int64_t id, struct error *error)
{
    error_set(error, ERROR_NOT_FOUND, "there is no drift #%" PRId64, id);
    return error_hint(error, "`driftline drift list` shows those that there are");
}

enum error_code drifts_update(struct database *database, const struct drift_row *row, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_drift_update, &statement, error) != ERROR_NONE)
        return error->code;
    bind_difference(statement, row);
    bind_life(statement, row);
    statement_bind_number(statement, ":id", row->id);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return database_changes(database) == 0 ? no_drift(row->id, error) : ERROR_NONE;
}

/* ---- reading one ---- */

enum { COLUMN_STATE = 7, COLUMN_EFFECT = 11, COLUMN_SIDES = 23, COLUMN_BASE = 25, COLUMN_OPENED = 27 };

static bool numbers_are_known(const struct drift_row *row)
{
    return (unsigned)row->state < DRIFT_STATE_COUNT && (unsigned)row->cause < DRIFT_CAUSE_COUNT &&
           (unsigned)row->ending < DRIFT_ENDING_COUNT && (unsigned)row->effect <= EFFECT_RENAMED &&
           kind_facts((unsigned)row->kind) != NULL && kind_facts((unsigned)row->object_kind) != NULL &&
           (unsigned)row->aspect < ASPECT_COUNT && (unsigned)row->severity < SEVERITY_COUNT;
}

static enum error_code read_state(struct statement *statement, int column, struct change_state *state,
                                  struct error *error)
{
    state->is_there = !statement_is_null(statement, column);
    return state->is_there ? statement_hash(statement, column, &state->hash, error) : ERROR_NONE;
}

static enum error_code read_difference(struct statement *statement, struct drift_row *row, struct error *error)
{
    row->effect = (enum effect)statement_number(statement, COLUMN_EFFECT);
    row->kind = (enum kind)statement_number(statement, COLUMN_EFFECT + 1);
    row->object_kind = (enum kind)statement_number(statement, COLUMN_EFFECT + 2);
    row->aspect = (enum aspect)statement_number(statement, COLUMN_EFFECT + 3);
    row->severity = (enum severity)statement_number(statement, COLUMN_EFFECT + 4);
    row->base_known = statement_number(statement, COLUMN_BASE) != 0;
    if (read_state(statement, COLUMN_SIDES, &row->states[0], error) != ERROR_NONE ||
        read_state(statement, COLUMN_SIDES + 1, &row->states[1], error) != ERROR_NONE)
        return error->code;
    return read_state(statement, COLUMN_BASE + 1, &row->base, error);
}

static void read_life(struct statement *statement, struct drift_row *row)
{
    row->id = statement_number(statement, 0);
    row->pair = statement_number(statement, 1);
    row->active = statement_number(statement, 6) != 0;
    row->state = (enum drift_state)statement_number(statement, COLUMN_STATE);
    row->cause = (enum drift_cause)statement_number(statement, COLUMN_STATE + 1);
    row->ending = (enum drift_ending)statement_number(statement, COLUMN_STATE + 2);
    row->hidden = statement_number(statement, COLUMN_STATE + 3) != 0;
    row->opened_at = statement_number(statement, COLUMN_OPENED);
    row->changed_at = statement_number(statement, COLUMN_OPENED + 1);
    row->seen_at = statement_number(statement, COLUMN_OPENED + 2);
    row->ended_at = statement_number(statement, COLUMN_OPENED + 3);
    row->lead = statement_is_null(statement, COLUMN_OPENED + 4) ? -1 : statement_number(statement, COLUMN_OPENED + 4);
    row->reopened = (uint32_t)statement_number(statement, COLUMN_OPENED + 5);
    row->previous = statement_number(statement, COLUMN_OPENED + 6);
    row->acked_at = statement_number(statement, COLUMN_OPENED + 7);
    row->waiver = statement_number(statement, COLUMN_OPENED + 9);
    row->waived_until = statement_number(statement, COLUMN_OPENED + 10);
    row->change = statement_number(statement, COLUMN_OPENED + 11);
    row->unattributed = statement_number(statement, COLUMN_OPENED + 12) != 0;
}

static enum error_code read_drift(struct statement *statement, void *element, struct arena *arena, struct error *error)
{
    struct drift_row *row = element;
    const struct row_text texts[] = {
        {2, &row->database},      {3, &row->from},        {4, &row->to},
        {5, &row->instance},      {16, &row->rule},       {17, &row->contracts},
        {18, &row->object},       {19, &row->owner},      {20, &row->renamed_from},
        {21, &row->owner_before}, {22, &row->attributes}, {COLUMN_OPENED + 8, &row->acked_by}};

    read_life(statement, row);
    if (read_difference(statement, row, error) != ERROR_NONE)
        return error->code;
    if (!numbers_are_known(row))
        return error_set(error, ERROR_CORRUPT, "drift #%" PRId64 " of the store has unknown numbers", row->id);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code drifts_get(struct database *database, int64_t id, struct arena *arena, struct drift_row *ret_row,
                           struct error *error)
{
    const struct row_query query = {database, store_sql_drift_row, read_drift};
    struct drift_row row = {0};
    bool found = false;

    if (row_of_id(&query, id, &row, arena, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return no_drift(id, error);
    *ret_row = row;
    return ERROR_NONE;
}

enum error_code drifts_last_ended(struct database *database, const struct drift_row *like, int64_t *ret_id,
                                  struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, store_sql_drift_last_ended, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":pair", like->pair);
    statement_bind_text(statement, ":object", text_or_empty(like->object));
    statement_bind_number(statement, ":kind", like->kind);
    statement_bind_number(statement, ":aspect", like->aspect);
    statement_bind_number(statement, ":is_name", like->effect == EFFECT_RENAMED && like->kind == like->object_kind);
    return row_read_number(statement, ret_id, error);
}

enum error_code drifts_count_open(struct database *database, const struct drift_row *pair, uint32_t *ret_count,
                                  struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, store_sql_drift_count_open, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", text_or_empty(pair->database));
    statement_bind_text(statement, ":from", text_or_empty(pair->from));
    statement_bind_text(statement, ":to", text_or_empty(pair->to));
    statement_bind_text(statement, ":instance", text_or_empty(pair->instance));
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    *ret_count = found ? (uint32_t)statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

/* ---- reading many ---- */

enum error_code drifts_living(struct database *database, int64_t pair, struct text owner, struct arena *arena,
                              struct drift_row **ret_rows, size_t *ret_count, struct error *error)
{
    const struct row_query query = {database, store_sql_drift_row, read_drift};
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list ids = {.arena = arena, .size = sizeof(int64_t)}, list = {.arena = arena, .size = sizeof **ret_rows};
    const char *sql = owner.length == 0 ? store_sql_drift_ids_of_pair : store_sql_drift_ids_of_owner;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":pair", pair);
    if (owner.length > 0)
        statement_bind_text(statement, ":owner", owner);
    if (row_list_read_numbers(&ids, statement, error) != ERROR_NONE ||
        row_list_of_ids(&list, &query, ids.items, ids.count, error) != ERROR_NONE)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

/* ---- pages ---- */

enum { STATE_BITS = (1 << DRIFT_STATE_COUNT) - 1, ENDED_BIT = 1 << DRIFT_ENDED };

/* One question, for one pair after the other. */
struct search {
    struct database *database;
    const struct drift_filter *filter;
    uint32_t states;
    int64_t pair;
    struct newest newest;
    struct error *error;
};

static enum error_code take_page(struct search *search, const char *sql, bool with_states)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    const struct drift_filter *filter = search->filter;

    if (database_prepare(search->database, sql, &statement, search->error) != ERROR_NONE)
        return search->error->code;
    statement_bind_number(statement, ":pair", search->pair);
    statement_bind_number(statement, ":before", filter->before == 0 ? INT64_MAX : filter->before);
    statement_bind_number(statement, ":severity", filter->least_severity);
    statement_bind_number(statement, ":causes", filter->causes == 0 ? UINT32_MAX : filter->causes);
    bind_number_or_null(statement, ":waiver", filter->waiver);
    if (with_states)
        statement_bind_number(statement, ":states", search->states);
    if (filter->object.length > 0)
        statement_bind_text(statement, ":object", filter->object);
    return newest_take(&search->newest, statement, search->error);
}

static enum error_code search_pair(struct search *search)
{
    if (search->filter->object.length > 0)
        return take_page(search, store_sql_drift_page_of_object, true);
    if ((search->states & ~(uint32_t)ENDED_BIT) != 0 &&
        take_page(search, store_sql_drift_page_living, true) != ERROR_NONE)
        return search->error->code;
    if ((search->states & ENDED_BIT) != 0)
        return take_page(search, store_sql_drift_page_ended, false);
    return ERROR_NONE;
}

static enum error_code find_pairs(struct search *search, struct row_list *pairs)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    const struct drift_filter *filter = search->filter;

    if (database_prepare(search->database, store_sql_drift_pairs, &statement, search->error) != ERROR_NONE)
        return search->error->code;
    statement_bind_text(statement, ":database", text_or_null(filter->database));
    statement_bind_text(statement, ":from", text_or_null(filter->from));
    statement_bind_text(statement, ":to", text_or_null(filter->to));
    statement_bind_text(statement, ":instance", text_or_null(filter->instance));
    return row_list_read_numbers(pairs, statement, search->error);
}

enum error_code drifts_list(struct database *database, const struct drift_filter *filter, struct arena *arena,
                            struct drift_row **ret_rows, size_t *ret_count, struct error *error)
{
    const struct row_query query = {database, store_sql_drift_row, read_drift};
    struct search search = {.database = database, .filter = filter, .error = error};
    struct row_list pairs = {.arena = arena, .size = sizeof(int64_t)};
    struct row_list list = {.arena = arena, .size = sizeof **ret_rows};
    const int64_t *ids;
    size_t count;

    search.states = filter->states == 0 ? STATE_BITS & ~(uint32_t)ENDED_BIT : filter->states & STATE_BITS;
    newest_init(&search.newest, filter->limit, arena);
    if (find_pairs(&search, &pairs) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < pairs.count; i++) {
        search.pair = ((const int64_t *)pairs.items)[i];
        if (search_pair(&search) != ERROR_NONE)
            return error->code;
    }
    ids = newest_ids(&search.newest, &count);
    if (row_list_of_ids(&list, &query, ids, count, error) != ERROR_NONE)
        return error->code;
    *ret_rows = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

/* ---- steps ---- */

enum error_code drift_steps_add(struct database *database, const struct drift_step_row *step, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_drift_step_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":drift", step->drift);
    statement_bind_number(statement, ":what", step->what);
    statement_bind_number(statement, ":at", step->at);
    if (step->side >= 0) {
        statement_bind_number(statement, ":side", step->side);
        bind_state(statement, ":state", &step->state);
    }
    bind_number_or_null(statement, ":snapshot", step->snapshot);
    bind_number_or_null(statement, ":change", step->change);
    statement_bind_text(statement, ":by", text_or_null(step->by));
    statement_bind_text(statement, ":note", text_or_null(step->note));
    return statement_run(statement, error);
}

static enum error_code read_step(struct statement *statement, struct drift_step_row *step, struct arena *arena,
                                 struct error *error)
{
    const struct row_text texts[] = {{7, &step->by}, {8, &step->note}};

    step->id = statement_number(statement, 0);
    step->what = (enum drift_step)statement_number(statement, 1);
    step->at = statement_number(statement, 2);
    step->side = statement_is_null(statement, 3) ? -1 : (int)statement_number(statement, 3);
    step->snapshot = statement_number(statement, 5);
    step->change = statement_number(statement, 6);
    if ((unsigned)step->what >= DRIFT_STEP_COUNT || step->side > 1)
        return error_set(error, ERROR_CORRUPT, "a step of a drift of the store has unknown numbers");
    if (read_state(statement, 4, &step->state, error) != ERROR_NONE)
        return error->code;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code drift_steps_list(struct database *database, int64_t drift, struct arena *arena,
                                 struct drift_step_row **ret_steps, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_steps};
    bool row = true;

    if (database_prepare(database, store_sql_drift_step_list, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":drift", drift);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct drift_step_row *step = row_list_add(&list, error);

        if (step == NULL || read_step(statement, step, arena, error) != ERROR_NONE)
            return error->code;
        step->drift = drift;
    }
    if (row)
        return error->code;
    *ret_steps = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
