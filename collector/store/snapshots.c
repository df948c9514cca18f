#include "store/snapshots.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "drift/rendering.h"
#include "store/newest.h"
#include "store/nodes.h"
#include "store/rows.h"
#include "store_sql.h"

/* ---- adding ---- */

static enum error_code insert(struct database *database, const struct snapshot_row *snapshot, int64_t node,
                              struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_snapshot_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", snapshot->target);
    statement_bind_hash(statement, ":root", &snapshot->root);
    statement_bind_number(statement, ":node", node);
    statement_bind_number(statement, ":taken_at", snapshot->taken_at);
    statement_bind_number(statement, ":received_at", snapshot->received_at);
    statement_bind_number(statement, ":agent", snapshot->agent);
    statement_bind_blob(statement, ":incarnation",
                        (struct text){(const char *)snapshot->incarnation, INCARNATION_SIZE});
    statement_bind_number(statement, ":seq", (int64_t)snapshot->seq);
    statement_bind_text(statement, ":engine", text_or_empty(snapshot->engine));
    statement_bind_text(statement, ":server_version", text_or_empty(snapshot->server_version));
    statement_bind_text(statement, ":upgraded_from", text_or_null(snapshot->upgraded_from));
    statement_bind_text(statement, ":reference", text_or_empty(snapshot->reference));
    statement_bind_number(statement, ":objects", snapshot->objects);
    statement_bind_number(statement, ":gaps", snapshot->gaps);
    statement_bind_number(statement, ":undeclared", snapshot->undeclared);
    statement_bind_number(statement, ":lost", (int64_t)snapshot->lost);
    statement_bind_text(statement, ":lost_reason", text_or_null(snapshot->lost_reason));
    statement_bind_number(statement, ":capture", snapshot->capture);
    statement_bind_number(statement, ":changes", snapshot->changes);
    return statement_run(statement, error);
}

/* Since when the target will have the root of a new snapshot: longer than that, when the one before has it, too. */
static enum error_code find_root_since(struct database *database, const struct snapshot_row *snapshot,
                                       int64_t *ret_since, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;
    struct hash newest;

    if (database_prepare(database, store_sql_target_newest, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", snapshot->target);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "the store has no target of the number %" PRId64, snapshot->target);
    *ret_since = snapshot->taken_at;
    if (statement_is_null(statement, 0))
        return ERROR_NONE;
    if (statement_hash(statement, 1, &newest, error) != ERROR_NONE)
        return error->code;
    if (hash_equal(&newest, &snapshot->root))
        *ret_since = statement_number(statement, 2);
    return ERROR_NONE;
}

static enum error_code set_newest(struct database *database, const struct snapshot_row *snapshot, int64_t id,
                                  int64_t root_since, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_target_set_newest, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", snapshot->target);
    statement_bind_number(statement, ":snapshot", id);
    statement_bind_hash(statement, ":root", &snapshot->root);
    statement_bind_number(statement, ":major", rendering_major(snapshot->server_version));
    statement_bind_number(statement, ":gaps", snapshot->gaps);
    statement_bind_number(statement, ":root_since", root_since);
    statement_bind_number(statement, ":taken_at", snapshot->taken_at);
    statement_bind_text(statement, ":engine", text_or_empty(snapshot->engine));
    return statement_run(statement, error);
}

enum error_code snapshots_add(struct database *database, const struct snapshot_row *snapshot, int64_t *ret_id,
                              struct error *error)
{
    int64_t node = 0, root_since = 0, id;

    if (snapshot->lost > INT64_MAX)
        return error_set(error, ERROR_LIMIT, "%" PRIu64 " lost snapshots are beyond all bounds", snapshot->lost);
    if (nodes_find(database, &snapshot->root, &node, error) != ERROR_NONE ||
        find_root_since(database, snapshot, &root_since, error) != ERROR_NONE ||
        targets_set_last_seq(database, snapshot->agent, snapshot->incarnation, snapshot->target, snapshot->seq,
                             error) != ERROR_NONE ||
        insert(database, snapshot, node, error) != ERROR_NONE)
        return error->code;
    id = database_last_id(database);
    if (set_newest(database, snapshot, id, root_since, error) != ERROR_NONE)
        return error->code;
    *ret_id = id;
    return ERROR_NONE;
}

/* ---- finding one ---- */

static enum error_code read_snapshot(struct statement *statement, struct snapshot_row *snapshot, struct arena *arena,
                                     struct error *error)
{
    const struct row_text texts[] = {{2, &snapshot->name.database},   {3, &snapshot->name.environment},
                                     {4, &snapshot->name.instance},   {12, &snapshot->engine},
                                     {13, &snapshot->server_version}, {14, &snapshot->reference},
                                     {18, &snapshot->lost_reason},    {20, &snapshot->upgraded_from}};
    struct text incarnation = statement_blob(statement, 10);

    snapshot->id = statement_number(statement, 0);
    if (incarnation.length != INCARNATION_SIZE)
        return error_set(error, ERROR_CORRUPT, "snapshot %" PRId64 " of the store has a broken incarnation",
                         snapshot->id);
    memcpy(snapshot->incarnation, incarnation.bytes, INCARNATION_SIZE);
    snapshot->target = statement_number(statement, 1);
    snapshot->stored = statement_number(statement, 6) != 0;
    snapshot->taken_at = statement_number(statement, 7);
    snapshot->received_at = statement_number(statement, 8);
    snapshot->agent = statement_number(statement, 9);
    snapshot->seq = (uint64_t)statement_number(statement, 11);
    snapshot->objects = (uint32_t)statement_number(statement, 15);
    snapshot->gaps = (uint32_t)statement_number(statement, 16);
    snapshot->lost = (uint64_t)statement_number(statement, 17);
    snapshot->changes = (uint32_t)statement_number(statement, 19);
    snapshot->capture = statement_number(statement, 21) != 0;
    snapshot->undeclared = (uint32_t)statement_number(statement, 22);
    if (statement_hash(statement, 5, &snapshot->root, error) != ERROR_NONE)
        return error->code;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code snapshots_get(struct database *database, int64_t id, struct arena *arena,
                              struct snapshot_row *ret_snapshot, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct snapshot_row snapshot = {0};
    bool found = false;

    if (database_prepare(database, store_sql_snapshot_row, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", id);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found) {
        error_set(error, ERROR_NOT_FOUND, "there is no snapshot #%" PRId64, id);
        return error_hint(error, "`driftline snapshots TARGET` lists those that there are");
    }
    if (read_snapshot(statement, &snapshot, arena, error) != ERROR_NONE)
        return error->code;
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

/* The number in the first row of a look-up within a target; 0: there is none. `value` is bound as `parameter`. */
static enum error_code find_within(struct database *database, const char *sql, int64_t target, const char *parameter,
                                   int64_t value, int64_t *ret_id, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_number(statement, parameter, value);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    *ret_id = found ? statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

enum error_code snapshots_back(struct database *database, int64_t target, uint32_t back, struct arena *arena,
                               struct snapshot_row *ret_snapshot, struct error *error)
{
    int64_t id = 0, newest = 0;

    if (find_within(database, store_sql_snapshot_back, target, ":back", back, &id, error) != ERROR_NONE)
        return error->code;
    if (id != 0)
        return snapshots_get(database, id, arena, ret_snapshot, error);
    if (find_within(database, store_sql_snapshot_back, target, ":back", 0, &newest, error) != ERROR_NONE)
        return error->code;
    if (newest == 0) {
        error_set(error, ERROR_NOT_FOUND, "there is no snapshot of this target yet");
        return error_hint(error, "`driftline targets list` says how its agent is");
    }
    error_set(error, ERROR_NOT_FOUND, "this target does not have %" PRIu32 " snapshots before the newest", back);
    return error_hint(error, "`driftline history` shows how far it goes back");
}

enum error_code snapshots_newest(struct database *database, int64_t target, struct arena *arena,
                                 struct snapshot_row *ret_snapshot, struct error *error)
{
    return snapshots_back(database, target, 0, arena, ret_snapshot, error);
}

enum error_code snapshots_as_of(struct database *database, int64_t target, int64_t as_of, struct arena *arena,
                                struct snapshot_row *ret_snapshot, struct error *error)
{
    char moment[CLOCK_TEXT_SIZE];
    int64_t id = 0;

    if (find_within(database, store_sql_snapshot_as_of, target, ":as_of", as_of, &id, error) != ERROR_NONE)
        return error->code;
    if (id != 0)
        return snapshots_get(database, id, arena, ret_snapshot, error);
    clock_format(as_of, moment);
    error_set(error, ERROR_NOT_FOUND, "there is no snapshot of this target that was taken at %s or before", moment);
    return error_hint(error, "`driftline history` shows how far it goes back");
}

enum error_code snapshots_with_root(struct database *database, const struct hash *root, struct arena *arena,
                                    struct snapshot_row *ret_snapshot, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;
    int64_t id = 0;

    if (database_prepare(database, store_sql_snapshot_with_root, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":root", root);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "there is no snapshot of this root");
    id = statement_number(statement, 0);
    return snapshots_get(database, id, arena, ret_snapshot, error);
}

/* ---- listing ---- */

static enum error_code take_ids(struct database *database, const struct snapshot_filter *filter, int64_t target,
                                struct newest *newest, struct error *error)
{
    const char *sql = filter->notable ? store_sql_snapshot_notable_ids : store_sql_snapshot_ids;
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_number(statement, ":before", filter->before == 0 ? INT64_MAX : filter->before);
    return newest_take(newest, statement, error);
}

enum error_code snapshots_list(struct database *database, const struct snapshot_filter *filter, struct arena *arena,
                               struct snapshot_row **ret_snapshots, size_t *ret_count, struct error *error)
{
    struct row_list list = {.arena = arena, .size = sizeof **ret_snapshots};
    int64_t *targets = NULL;
    const int64_t *ids;
    struct newest newest;
    size_t target_count = 0, count;

    newest_init(&newest, filter->limit, arena);
    if (targets_numbers(database, &filter->target, arena, &targets, &target_count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < target_count; i++)
        if (take_ids(database, filter, targets[i], &newest, error) != ERROR_NONE)
            return error->code;
    ids = newest_ids(&newest, &count);
    for (size_t i = 0; i < count; i++) {
        struct snapshot_row *snapshot = row_list_add(&list, error);
        enum error_code code = snapshot == NULL ? error->code : snapshots_get(database, ids[i], arena, snapshot, error);

        if (code == ERROR_NOT_FOUND)
            list.count--; /* retention took it meanwhile */
        else if (code != ERROR_NONE)
            return code;
    }
    *ret_snapshots = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
