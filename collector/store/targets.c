#include "store/targets.h"

#include <inttypes.h>

#include "store/garbage.h"
#include "store/rows.h"
#include "store/target_names.h"
#include "store_sql.h"

/* ---- finding ---- */

static void bind_name(struct statement *statement, const struct target_name *name)
{
    statement_bind_text(statement, ":database", text_or_empty(name->database));
    statement_bind_text(statement, ":environment", text_or_empty(name->environment));
    statement_bind_text(statement, ":instance", text_or_empty(name->instance));
}

static enum error_code find_id(struct database *database, const struct target_name *name, int64_t *ret_id,
                               struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, store_sql_target_find, &statement, error) != ERROR_NONE)
        return error->code;
    bind_name(statement, name);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    *ret_id = found ? statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

enum error_code targets_find_or_add(struct database *database, const struct target_name *name, struct text engine,
                                    int64_t at, int64_t *ret_id, struct error *error)
{
    struct statement *statement = NULL;
    int64_t id = 0;

    if (find_id(database, name, &id, error) != ERROR_NONE)
        return error->code;
    if (id == 0) {
        if (database_prepare(database, store_sql_target_add, &statement, error) != ERROR_NONE)
            return error->code;
        bind_name(statement, name);
        statement_bind_text(statement, ":engine", text_or_empty(engine));
        statement_bind_number(statement, ":at", at);
        if (statement_run(statement, error) != ERROR_NONE)
            return error->code;
        id = database_last_id(database);
    }
    *ret_id = id;
    return ERROR_NONE;
}

/* ---- listing ---- */

static enum error_code read_target(struct statement *statement, struct target_row *target, struct arena *arena,
                                   struct error *error)
{
    const struct row_text texts[] = {
        {1, &target->name.database}, {2, &target->name.environment}, {3, &target->name.instance},  {4, &target->engine},
        {6, &target->agent_name},    {10, &target->reason},          {19, &target->server_version}};

    target->id = statement_number(statement, 0);
    target->agent = statement_number(statement, 5);
    target->agent_revoked = statement_number(statement, 7) != 0;
    target->state = (enum target_state)statement_number(statement, 8);
    target->state_since = statement_number(statement, 9);
    target->checked_at = statement_number(statement, 11);
    target->heard_at = statement_number(statement, 12);
    target->first_seen = statement_number(statement, 13);
    target->snapshot = statement_number(statement, 14);
    target->taken_at = statement_number(statement, 16);
    target->root_since = statement_number(statement, 17);
    target->gaps = (uint32_t)statement_number(statement, 18);
    target->capture = statement_number(statement, 20) != 0;
    target->undeclared = (uint32_t)statement_number(statement, 21);
    if ((unsigned)target->state >= TARGET_STATE_COUNT)
        return error_set(error, ERROR_CORRUPT, "target %" PRId64 " of the store has an unknown state", target->id);
    if (target->snapshot != 0 && statement_hash(statement, 15, &target->root, error) != ERROR_NONE)
        return error->code;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

static void bind_filter(struct statement *statement, const struct target_filter *filter)
{
    statement_bind_text(statement, ":database", text_or_null(filter->database));
    statement_bind_text(statement, ":environment", text_or_null(filter->environment));
    statement_bind_text(statement, ":instance", text_or_null(filter->instance));
}

enum error_code targets_list(struct database *database, const struct target_filter *filter, struct arena *arena,
                             struct target_row **ret_targets, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_targets};
    bool row = true;

    if (database_prepare(database, store_sql_target_list, &statement, error) != ERROR_NONE)
        return error->code;
    bind_filter(statement, filter);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct target_row *target = row_list_add(&list, error);

        if (target == NULL || read_target(statement, target, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_targets = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

enum error_code targets_have_snapshot(struct database *database, struct text name, struct text environment,
                                      bool *ret_have, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_target_has_snapshot, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", name);
    statement_bind_text(statement, ":environment", environment);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_have = row && statement_number(statement, 0) != 0;
    return ERROR_NONE;
}

enum error_code targets_next_database(struct database *database, struct text after, struct arena *arena,
                                      struct text *ret_name, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_target_next_database, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":after", text_or_empty(after));
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    return statement_copy(statement, 0, arena, ret_name, error);
}

enum error_code targets_next_environment(struct database *database, struct text name, struct text after,
                                         struct arena *arena, struct text *ret_name, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_target_next_environment, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", name);
    statement_bind_text(statement, ":after", text_or_empty(after));
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    return statement_copy(statement, 0, arena, ret_name, error);
}

enum error_code targets_numbers(struct database *database, const struct target_filter *filter, struct arena *arena,
                                int64_t **ret_numbers, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_numbers};
    bool row = true;

    if (database_prepare(database, store_sql_target_ids, &statement, error) != ERROR_NONE)
        return error->code;
    bind_filter(statement, filter);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        int64_t *number = row_list_add(&list, error);

        if (number == NULL)
            return error->code;
        *number = statement_number(statement, 0);
    }
    if (row)
        return error->code;
    *ret_numbers = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

static enum error_code read_root(struct statement *statement, struct root_count *count, struct arena *arena,
                                 struct error *error)
{
    count->major = (uint32_t)statement_number(statement, 1);
    count->gaps = (uint32_t)statement_number(statement, 2);
    count->count = (uint32_t)statement_number(statement, 3);
    count->target = statement_number(statement, 5);
    count->snapshot = statement_number(statement, 6);
    if (statement_hash(statement, 0, &count->root, error) != ERROR_NONE)
        return error->code;
    return statement_copy(statement, 4, arena, &count->instance, error);
}

enum error_code targets_roots(struct database *database, struct text name, struct text environment, struct arena *arena,
                              struct root_count **ret_roots, size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_roots};
    bool row = true;

    if (database_prepare(database, store_sql_target_roots, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", text_or_empty(name));
    statement_bind_text(statement, ":environment", text_or_empty(environment));
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct root_count *count = row_list_add(&list, error);

        if (count == NULL || read_root(statement, count, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_roots = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

/* Every Hello asks for its targets: by the index, however many there are. */
enum error_code targets_find(struct database *database, const struct target_name *name, struct arena *arena,
                             struct target_row *ret_target, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct target_row target = {0};
    int64_t id = 0;
    bool row = false;

    if (find_id(database, name, &id, error) != ERROR_NONE)
        return error->code;
    if (id == 0)
        return target_names_not_found(database, name, arena, error);
    if (database_prepare(database, store_sql_target_row, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", id);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (!row)
        return error_set(error, ERROR_INTERNAL, "target %" PRId64 " of the store is gone", id);
    if (read_target(statement, &target, arena, error) != ERROR_NONE)
        return error->code;
    *ret_target = target;
    return ERROR_NONE;
}

/* ---- changing ---- */

static enum error_code require_target(struct database *database, int64_t target, struct error *error)
{
    if (database_changes(database) > 0)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND, "the store has no target of the number %" PRId64, target);
}

enum error_code targets_saw(struct database *database, const struct target_sighting *sighting, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_target_saw, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", sighting->target);
    statement_bind_number(statement, ":agent", sighting->agent);
    statement_bind_number(statement, ":state", sighting->state);
    statement_bind_text(statement, ":reason", text_or_null(sighting->reason));
    bind_number_or_null(statement, ":checked_at", sighting->checked_at);
    statement_bind_number(statement, ":heard_at", sighting->heard_at);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return require_target(database, sighting->target, error);
}

static enum error_code run_with_target(struct database *database, const char *sql, int64_t target, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    return statement_run(statement, error);
}

/* What was worked out with it is to be worked out without it. */
enum error_code targets_forget(struct database *database, int64_t target, struct error *error)
{
    if (run_with_target(database, store_sql_pair_outdate_of_target, target, error) != ERROR_NONE ||
        run_with_target(database, store_sql_target_forget, target, error) != ERROR_NONE ||
        require_target(database, target, error) != ERROR_NONE)
        return error->code;
    return garbage_made(database, error);
}

/* ---- streams ---- */

static void bind_stream(struct statement *statement, int64_t agent, const uint8_t *incarnation, int64_t target)
{
    statement_bind_number(statement, ":agent", agent);
    statement_bind_blob(statement, ":incarnation", (struct text){(const char *)incarnation, INCARNATION_SIZE});
    statement_bind_number(statement, ":target", target);
}

enum error_code targets_last_seq(struct database *database, int64_t agent, const uint8_t incarnation[INCARNATION_SIZE],
                                 int64_t target, uint64_t *ret_seq, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, store_sql_stream_find, &statement, error) != ERROR_NONE)
        return error->code;
    bind_stream(statement, agent, incarnation, target);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    *ret_seq = found ? (uint64_t)statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

enum error_code targets_set_last_seq(struct database *database, int64_t agent,
                                     const uint8_t incarnation[INCARNATION_SIZE], int64_t target, uint64_t seq,
                                     struct error *error)
{
    struct statement *statement = NULL;

    if (seq > INT64_MAX)
        return error_set(error, ERROR_LIMIT, "the number %" PRIu64 " of a snapshot is beyond all bounds", seq);
    if (database_prepare(database, store_sql_stream_put, &statement, error) != ERROR_NONE)
        return error->code;
    bind_stream(statement, agent, incarnation, target);
    statement_bind_number(statement, ":seq", (int64_t)seq);
    return statement_run(statement, error);
}
