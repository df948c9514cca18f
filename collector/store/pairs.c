#include "store/pairs.h"

#include <inttypes.h>

#include "store/drifts.h"
#include "store/rows.h"
#include "store_sql.h"

/* The names of the parameters of a side. */
static const struct {
    const char *root, *major, *target, *snapshot;
} side_parameters[] = {{":from_root", ":from_major", ":from_target", ":from_snapshot"},
                       {":to_root", ":to_major", ":to_target", ":to_snapshot"}};

enum { COLUMN_POLICY = 6, COLUMN_SIDES = 7, COLUMNS_OF_SIDE = 4, COLUMN_UNKNOWN = 15 };

static bool is_zero(const struct hash *hash)
{
    static const struct hash zero;

    return hash_equal(hash, &zero);
}

static void bind_policy(struct statement *statement, const struct hash *policy)
{
    if (is_zero(policy))
        statement_bind_blob(statement, ":policy", TEXT(""));
    else
        statement_bind_hash(statement, ":policy", policy);
}

static void bind_name(struct statement *statement, const struct pair_row *name)
{
    statement_bind_text(statement, ":database", text_or_empty(name->database));
    statement_bind_text(statement, ":from", text_or_empty(name->from));
    statement_bind_text(statement, ":to", text_or_empty(name->to));
    statement_bind_text(statement, ":instance", text_or_empty(name->instance));
}

/* ---- writing ---- */

static void bind_side(struct statement *statement, unsigned side, const struct pair_side *value)
{
    if (value->is_there)
        statement_bind_hash(statement, side_parameters[side].root, &value->root);
    statement_bind_number(statement, side_parameters[side].major, value->is_there ? value->major : 0);
    bind_number_or_null(statement, side_parameters[side].target, value->is_there ? value->target : 0);
    bind_number_or_null(statement, side_parameters[side].snapshot, value->is_there ? value->snapshot : 0);
}

enum error_code pairs_put(struct database *database, struct pair_row *row, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, store_sql_pair_put, &statement, error) != ERROR_NONE)
        return error->code;
    bind_name(statement, row);
    statement_bind_number(statement, ":active", row->active);
    bind_policy(statement, &row->policy);
    for (unsigned side = 0; side < LENGTH_OF(row->sides); side++)
        bind_side(statement, side, &row->sides[side]);
    statement_bind_text(statement, ":unknown", text_or_null(row->unknown));
    statement_bind_number(statement, ":unknown_count", row->unknown_count);
    statement_bind_number(statement, ":at", row->at);
    statement_bind_number(statement, ":waits", row->waits);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    row->id = statement_number(statement, 0);
    return ERROR_NONE;
}

enum error_code pairs_outdate(struct database *database, struct text name, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, name.length == 0 ? store_sql_pair_outdate_all : store_sql_pair_outdate, &statement,
                         error) != ERROR_NONE)
        return error->code;
    if (name.length > 0)
        statement_bind_text(statement, ":database", name);
    return statement_run(statement, error);
}

/* ---- reading ---- */

static enum error_code read_side(struct statement *statement, int column, struct pair_side *side, struct error *error)
{
    side->is_there = !statement_is_null(statement, column);
    side->major = (uint32_t)statement_number(statement, column + 1);
    side->target = statement_number(statement, column + 2);
    side->snapshot = statement_number(statement, column + 3);
    return side->is_there ? statement_hash(statement, column, &side->root, error) : ERROR_NONE;
}

static enum error_code read_pair(struct statement *statement, struct pair_row *pair, struct arena *arena,
                                 struct error *error)
{
    const struct row_text texts[] = {
        {1, &pair->database}, {2, &pair->from}, {3, &pair->to}, {4, &pair->instance}, {COLUMN_UNKNOWN, &pair->unknown}};

    pair->id = statement_number(statement, 0);
    pair->active = statement_number(statement, 5) != 0;
    if (statement_blob(statement, COLUMN_POLICY).length > 0 &&
        statement_hash(statement, COLUMN_POLICY, &pair->policy, error) != ERROR_NONE)
        return error->code;
    for (int side = 0; side < 2; side++)
        if (read_side(statement, COLUMN_SIDES + side * COLUMNS_OF_SIDE, &pair->sides[side], error) != ERROR_NONE)
            return error->code;
    pair->unknown_count = (uint32_t)statement_number(statement, 16);
    pair->at = statement_number(statement, 17);
    pair->waits = statement_number(statement, 18) != 0;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

static enum error_code count_drifts(struct database *database, struct pair_row *pair, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = true;

    if (database_prepare(database, store_sql_pair_counts, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":pair", pair->id);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        int64_t state = statement_number(statement, 0), severity = statement_number(statement, 1);
        uint32_t *counts = state == DRIFT_WAIVED ? pair->waived : pair->open;

        if (severity < 0 || severity >= SEVERITY_COUNT)
            return error_set(error, ERROR_CORRUPT, "a drift of the store has an unknown severity");
        counts[severity] += (uint32_t)statement_number(statement, 2);
    }
    return row ? error->code : ERROR_NONE;
}

static enum error_code prepare_list(struct database *database, const struct pair_filter *filter,
                                    struct statement **ret_statement, struct error *error)
{
    const char *sql = filter->database.length == 0 ? store_sql_pair_list : store_sql_pair_list_of_database;

    if (database_prepare(database, sql, ret_statement, error) != ERROR_NONE)
        return error->code;
    if (filter->database.length > 0)
        statement_bind_text(*ret_statement, ":database", filter->database);
    statement_bind_text(*ret_statement, ":from", text_or_null(filter->from));
    statement_bind_text(*ret_statement, ":to", text_or_null(filter->to));
    if (!filter->any_instance)
        statement_bind_text(*ret_statement, ":instance", text_or_empty(filter->instance));
    statement_bind_number(*ret_statement, ":active", filter->also_over ? 0 : 1);
    return ERROR_NONE;
}

enum error_code pairs_list(struct database *database, const struct pair_filter *filter, struct arena *arena,
                           struct pair_row **ret_pairs, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_pairs};
    bool row = true;

    if (prepare_list(database, filter, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct pair_row *pair = row_list_add(&list, error);

        if (pair == NULL || read_pair(statement, pair, arena, error) != ERROR_NONE ||
            count_drifts(database, pair, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_pairs = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

static enum error_code no_pair(const struct pair_row *name, struct error *error)
{
    if (text_or_empty(name->instance).length > 0)
        return error_set(error, ERROR_NOT_FOUND, "instance '%.*s' of %.*s@%.*s was never compared with the others",
                         TEXT_ARGS(name->instance), TEXT_ARGS(name->database), TEXT_ARGS(name->to));
    return error_set(error, ERROR_NOT_FOUND, "%.*s@%.*s and %.*s@%.*s were never compared as neighbours",
                     TEXT_ARGS(name->database), TEXT_ARGS(name->from), TEXT_ARGS(name->database), TEXT_ARGS(name->to));
}

enum error_code pairs_get(struct database *database, const struct pair_row *name, struct arena *arena,
                          struct pair_row *ret_pair, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct pair_row pair = {0};
    bool found = false;

    if (database_prepare(database, store_sql_pair_get, &statement, error) != ERROR_NONE)
        return error->code;
    bind_name(statement, name);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return no_pair(name, error);
    if (read_pair(statement, &pair, arena, error) != ERROR_NONE)
        return error->code;
    *ret_pair = pair;
    return ERROR_NONE;
}

enum error_code pairs_outdated(struct database *database, struct text name, const struct hash *policy, uint32_t limit,
                               struct arena *arena, struct pair_row **ret_pairs, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_pairs};
    bool row = true;

    if (database_prepare(database, store_sql_pair_outdated, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", name);
    bind_policy(statement, policy);
    statement_bind_number(statement, ":limit", limit);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct pair_row *pair = row_list_add(&list, error);

        if (pair == NULL || read_pair(statement, pair, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_pairs = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

enum error_code pairs_next_outdated(struct database *database, const struct hash *policy, struct text after,
                                    struct arena *arena, struct text *ret_database, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct text name = {NULL, 0};
    bool found = false;

    if (database_prepare(database, store_sql_pair_next_outdated, &statement, error) != ERROR_NONE)
        return error->code;
    bind_policy(statement, policy);
    statement_bind_text(statement, ":after", text_or_empty(after));
    if (statement_step(statement, &found, error) != ERROR_NONE ||
        statement_copy(statement, 0, arena, &name, error) != ERROR_NONE)
        return error->code;
    *ret_database = name;
    return ERROR_NONE;
}

/* ---- steps that are followed later ---- */

enum error_code pair_waits_add(struct database *database, int64_t pair, const struct pair_wait *wait,
                               struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_pair_wait_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":pair", pair);
    statement_bind_number(statement, ":most", PAIR_WAITS_LIMIT);
    statement_bind_number(statement, ":side", wait->side);
    statement_bind_hash(statement, ":root", &wait->to.root);
    statement_bind_number(statement, ":major", wait->to.major);
    statement_bind_number(statement, ":target", wait->to.target);
    statement_bind_number(statement, ":snapshot", wait->to.snapshot);
    statement_bind_number(statement, ":at", wait->at);
    statement_bind_number(statement, ":first_sight", wait->first_sight);
    return statement_run(statement, error);
}

static enum error_code read_wait(struct statement *statement, struct pair_wait *wait, struct error *error)
{
    wait->side = statement_number(statement, 0) == 0 ? 0 : 1;
    wait->at = statement_number(statement, 5);
    wait->first_sight = statement_number(statement, 6) != 0;
    return read_side(statement, 1, &wait->to, error);
}

enum error_code pair_waits_list(struct database *database, int64_t pair, struct arena *arena,
                                struct pair_wait **ret_waits, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_waits};
    bool row = true;

    if (database_prepare(database, store_sql_pair_wait_list, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":pair", pair);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct pair_wait *wait = row_list_add(&list, error);

        if (wait == NULL || read_wait(statement, wait, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_waits = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

enum error_code pair_waits_clear(struct database *database, int64_t pair, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_pair_wait_clear, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":pair", pair);
    return statement_run(statement, error);
}
