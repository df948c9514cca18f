#include "correlate/comparison.h"

#include <inttypes.h>

#include "base/reference.h"
#include "correlate/history.h"
#include "schema/load.h"
#include "store/nodes.h"

/* ---------------------------------------------------------------- what a reference names */

/* `#N`: false when it is not of this form. */
static bool read_number(struct text reference, int64_t *ret_number)
{
    int64_t number = 0;

    if (reference.length < 2 || reference.bytes[0] != '#')
        return false;
    for (size_t i = 1; i < reference.length; i++) {
        char digit = reference.bytes[i];

        if (digit < '0' || digit > '9' || number > (INT64_MAX - 9) / 10)
            return false;
        number = number * 10 + (digit - '0');
    }
    *ret_number = number;
    return true;
}

static enum error_code find_target(struct database *database, const struct fleet_policy *policy,
                                   const struct reference *reference, struct arena *arena,
                                   struct target_row *ret_target, struct error *error)
{
    const struct target_name name = {reference->database, reference->environment, reference->instance};
    const struct target_filter environment = {.database = name.database, .environment = name.environment};

    if (reference->instance.length > 0)
        return targets_find(database, &name, arena, ret_target, error);
    return fleet_spokesman(database, policy, &environment, arena, ret_target, error);
}

enum error_code comparison_resolve(struct database *database, const struct fleet_policy *policy, struct text reference,
                                   struct arena *arena, struct snapshot_row *ret_snapshot, struct error *error)
{
    struct reference parsed;
    struct target_row target;
    int64_t number;

    if (read_number(reference, &number))
        return snapshots_get(database, number, arena, ret_snapshot, error);
    if (reference_parse(&parsed, reference, error) != ERROR_NONE ||
        find_target(database, policy, &parsed, arena, &target, error) != ERROR_NONE)
        return error->code;
    switch (parsed.moment) {
    case REFERENCE_STEPS_BACK:
        return snapshots_back(database, target.id, parsed.steps, arena, ret_snapshot, error);
    case REFERENCE_AS_OF:
        return snapshots_as_of(database, target.id, parsed.as_of, arena, ret_snapshot, error);
    case REFERENCE_NEWEST:
        break;
    }
    return snapshots_newest(database, target.id, arena, ret_snapshot, error);
}

/* ---------------------------------------------------------------- loading */

static enum error_code require_whole(const struct snapshot_row *row, struct error *error)
{
    if (row->stored)
        return ERROR_NONE;
    error_set(error, ERROR_NOT_FOUND, "of the snapshot #%" PRId64 " only the record is left", row->id);
    return error_hint(error,
                      "what it changed is still in the history; retention.snapshots_days says what is kept whole");
}

/* Say of a loaded snapshot when it was taken, and how it is known. */
static enum error_code set_occasion(struct snapshot *snapshot, const struct snapshot_row *row, struct text reference,
                                    struct error *error)
{
    struct snapshot_info *info = &snapshot->info;
    const char *ref = arena_string(&snapshot->arena, reference);
    const char *version = arena_string(&snapshot->arena, row->server_version);

    if (ref == NULL || version == NULL)
        return arena_error(&snapshot->arena, error, "loading a snapshot");
    info->ref = (struct text){ref, reference.length};
    info->server_version = (struct text){version, row->server_version.length};
    info->taken_at = row->taken_at;
    return ERROR_NONE;
}

static enum error_code load_whole(struct database *database, const struct snapshot_row *row, struct text reference,
                                  struct snapshot *snapshot, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct lineage lineage;
    struct text origin;

    arena_init(&arena, snapshot->arena.limit);
    if (set_occasion(snapshot, row, reference, error) != ERROR_NONE ||
        history_origin(database, row->target, &arena, &origin, error) != ERROR_NONE ||
        snapshots_lineage(database, row->target, row->id, &arena, &lineage, error) != ERROR_NONE)
        return error->code;
    return lineage_assign(snapshot, &lineage, row->id, origin, error);
}

enum error_code comparison_load(struct database *database, const struct snapshot_row *row, struct text reference,
                                size_t memory_limit, struct snapshot **ret_snapshot, struct error *error)
{
    const struct node_source nodes = nodes_source(database);
    struct snapshot *snapshot = NULL;

    if (require_whole(row, error) != ERROR_NONE ||
        snapshot_load(&snapshot, &row->root, &nodes, memory_limit, error) != ERROR_NONE)
        return error->code;
    if (load_whole(database, row, reference, snapshot, error) != ERROR_NONE) {
        snapshot_free(snapshot);
        return error->code;
    }
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- comparing */

/* Within one database renames are known, between two databases only names are. */
static enum error_code identify(struct database *database, const struct comparison *comparison,
                                const struct snapshot_row *from, const struct snapshot_row *to, struct arena *arena,
                                struct error *error)
{
    const struct history_place places[] = {{comparison->from, from->target, from->id},
                                           {comparison->to, to->target, to->id}};

    if (from->target != to->target && !text_equal(from->name.database, to->name.database))
        return ERROR_NONE;
    return history_identify(database, from->name.database, places, arena, error);
}

enum error_code comparison_make(struct comparison *ret_comparison, struct database *database,
                                const struct snapshot_row *from, const struct snapshot_row *to,
                                const struct diff_options *options, size_t memory_limit, struct arena *arena,
                                struct error *error)
{
    const struct node_source nodes = nodes_source(database);
    struct comparison made = {NULL, NULL, {0}};

    if (require_whole(from, error) != ERROR_NONE || require_whole(to, error) != ERROR_NONE ||
        snapshot_load_changed(&made.from, &made.to, &from->root, &to->root, &nodes, memory_limit, error) != ERROR_NONE)
        return error->code;
    if (set_occasion(made.from, from, from->reference, error) != ERROR_NONE ||
        set_occasion(made.to, to, to->reference, error) != ERROR_NONE ||
        identify(database, &made, from, to, arena, error) != ERROR_NONE ||
        diff_snapshots(&made.diff, made.from, made.to, options, arena, error) != ERROR_NONE) {
        comparison_free(&made);
        return error->code;
    }
    *ret_comparison = made;
    return ERROR_NONE;
}

void comparison_free(struct comparison *comparison)
{
    snapshot_free(comparison->from);
    snapshot_free(comparison->to);
    comparison->from = comparison->to = NULL;
}
