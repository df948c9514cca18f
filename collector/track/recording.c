#include "track/recording.h"

#include "correlate/history.h"
#include "drift/diff.h"
#include "drift/rendering.h"
#include "schema/load.h"
#include "schema/node.h"
#include "store/nodes.h"
#include "track/attribution.h"
#include "track/recording_events.h"

enum { ENGINE_LIMIT = 64 };

/* What recording needs at every step. */
struct task {
    struct database *database;
    struct recording *recording;
    struct recorded recorded;   /* what there will be to tell of */
    struct snapshot *from, *to; /* the target's newest and the new one, as far as they differ */
    struct diff diff;
    struct arena arena;
    struct error *error;
};

/* ---------------------------------------------------------------- what is known before */

/* The target's newest snapshot, if it has any. Clocks are set back, but a history has no step back in time. */
static enum error_code find_newest(struct task *task)
{
    struct recorded *recorded = &task->recorded;
    struct snapshot_row *row = &task->recording->snapshot;
    enum error_code code = snapshots_newest(task->database, row->target, &task->arena, &recorded->before, task->error);

    if (code == ERROR_NOT_FOUND)
        return ERROR_NONE;
    recorded->has_before = code == ERROR_NONE;
    if (recorded->has_before && row->taken_at < recorded->before.taken_at)
        row->taken_at = recorded->before.taken_at;
    return code;
}

static enum error_code read_root(struct task *task, const struct hash *hash, struct node_root *ret_root)
{
    const struct node_source nodes = nodes_source(task->database);
    struct text bytes;

    if (nodes.fetch(nodes.context, hash, NODE_ROOT, &task->arena, &bytes, task->error) != ERROR_NONE)
        return task->error->code;
    return node_read_root(bytes, ret_root, task->error);
}

/* A snapshot of another canonical form, from before an upgrade, compares with nothing: the history begins anew. */
static enum error_code read_root_before(struct task *task)
{
    struct recorded *recorded = &task->recorded;
    enum error_code code = read_root(task, &recorded->before.root, &recorded->root_before);

    recorded->has_before = code != ERROR_UNSUPPORTED;
    return code == ERROR_UNSUPPORTED ? ERROR_NONE : code;
}

/* Whether the server was replaced by one of another major version since the newest snapshot. */
static void find_upgrade(struct task *task)
{
    const struct recorded *recorded = &task->recorded;
    struct snapshot_row *row = &task->recording->snapshot;
    uint32_t before = rendering_major(recorded->before.server_version), now = rendering_major(row->server_version);

    row->upgraded_from = (struct text){NULL, 0};
    if (recorded->has_before && text_equal(recorded->root_before.engine, recorded->root.engine) && before != 0 &&
        now != 0 && before != now)
        row->upgraded_from = recorded->before.server_version;
}

static enum error_code count_gaps(struct task *task)
{
    const struct node_root *root = &task->recorded.root;
    struct snapshot_row *row = &task->recording->snapshot;
    struct coverage_gap *gaps;

    row->gaps = root->gap_count;
    row->undeclared = 0;
    if (node_read_gaps(root, &task->arena, &gaps, task->error) != ERROR_NONE)
        return task->error->code;
    for (uint32_t i = 0; i < root->gap_count; i++)
        row->undeclared += gap_is_undeclared(&gaps[i]);
    return ERROR_NONE;
}

static enum error_code read_roots(struct task *task)
{
    struct recorded *recorded = &task->recorded;
    struct snapshot_row *row = &task->recording->snapshot;

    if (read_root(task, &row->root, &recorded->root) != ERROR_NONE ||
        (recorded->has_before && read_root_before(task) != ERROR_NONE))
        return task->error->code;
    if (recorded->root.engine.length > ENGINE_LIMIT || !text_is_utf8(recorded->root.engine))
        return error_set(task->error, ERROR_CORRUPT, "the name of an engine is not one");
    row->engine = recorded->root.engine;
    find_upgrade(task);
    return count_gaps(task);
}

/* ---------------------------------------------------------------- checking and comparing */

/* A first snapshot is read as a whole, unless it was read before: four hundred tenants have one schema. */
static enum error_code check_first(struct task *task)
{
    struct snapshot_row *row = &task->recording->snapshot;
    const struct node_source nodes = nodes_source(task->database);
    struct snapshot_row twin;

    switch (snapshots_with_root(task->database, &row->root, &task->arena, &twin, task->error)) {
    case ERROR_NONE:
        row->objects = twin.objects;
        return ERROR_NONE;
    case ERROR_NOT_FOUND:
        break;
    default:
        return task->error->code;
    }
    if (snapshot_load(&task->to, &row->root, &nodes, task->recording->memory_limit, task->error) != ERROR_NONE)
        return task->error->code;
    row->objects = snapshot_object_count(task->to);
    return ERROR_NONE;
}

/* The renames that the history knows, and those that the agent tells of: the new snapshot is the next step. */
static enum error_code join_renames(struct task *task, int64_t step, struct lineage *ret_lineage)
{
    const struct recorded *recorded = &task->recorded;
    const struct lineage *sent = &task->recording->renames;
    struct lineage known;
    struct rename *renames;

    if (snapshots_lineage(task->database, recorded->before.target, recorded->before.id, &task->arena, &known,
                          task->error) != ERROR_NONE)
        return task->error->code;
    renames = arena_array(&task->arena, known.count + sent->count, sizeof *renames);
    if (renames == NULL)
        return arena_error(&task->arena, task->error, "recording a snapshot");
    if (known.count > 0)
        memcpy(renames, known.renames, known.count * sizeof *renames);
    for (size_t i = 0; i < sent->count; i++) {
        renames[known.count + i] = sent->renames[i];
        renames[known.count + i].step = step;
    }
    *ret_lineage = (struct lineage){renames, known.count + sent->count};
    return ERROR_NONE;
}

/* Both sides with ids of one history, in which the new snapshot comes next. */
static enum error_code identify(struct task *task)
{
    int64_t step = task->recorded.before.id;
    struct lineage lineage;
    struct text origin;

    if (history_origin(task->database, task->recorded.before.target, &task->arena, &origin, task->error) !=
            ERROR_NONE ||
        join_renames(task, step + 1, &lineage) != ERROR_NONE ||
        lineage_assign(task->from, &lineage, step, origin, task->error) != ERROR_NONE)
        return task->error->code;
    return lineage_assign(task->to, &lineage, step + 1, origin, task->error);
}

/* A comparison goes by the versions of the servers, which nodes do not know. */
static enum error_code load_changed(struct task *task)
{
    const struct recorded *recorded = &task->recorded;
    const struct node_source nodes = nodes_source(task->database);

    if (snapshot_load_changed(&task->from, &task->to, &recorded->before.root, &task->recording->snapshot.root, &nodes,
                              task->recording->memory_limit, task->error) != ERROR_NONE)
        return task->error->code;
    task->from->info.server_version = recorded->before.server_version;
    task->to->info.server_version = task->recording->snapshot.server_version;
    return ERROR_NONE;
}

static enum error_code compare(struct task *task)
{
    const struct recorded *recorded = &task->recorded;
    struct snapshot_row *row = &task->recording->snapshot;
    struct diff_options options;

    row->objects = recorded->before.objects;
    if (hash_equal(&recorded->before.root, &row->root))
        return ERROR_NONE;
    diff_options_init(&options);
    if (load_changed(task) != ERROR_NONE || identify(task) != ERROR_NONE ||
        diff_snapshots(&task->diff, task->from, task->to, &options, &task->arena, task->error) != ERROR_NONE)
        return task->error->code;
    row->objects += snapshot_object_count(task->to);
    row->objects -= snapshot_object_count(task->from);
    row->changes = task->diff.change_count;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- storing */

/* Answers those that are new: what came before has made what it made. */
static enum error_code store_ddl_events(struct task *task, struct ddl_event_row *ret_new, int64_t *ret_ids,
                                        size_t *ret_count)
{
    for (size_t i = 0; i < task->recording->ddl_event_count; i++) {
        struct ddl_event_row *event = &ret_new[*ret_count];

        *event = task->recording->ddl_events[i];
        event->target = task->recording->snapshot.target;
        event->snapshot = task->recording->snapshot.id;
        if (ddl_events_add(task->database, event, &ret_ids[*ret_count], task->error) != ERROR_NONE)
            return task->error->code;
        *ret_count += ret_ids[*ret_count] != 0;
    }
    return ERROR_NONE;
}

/* Captured statements first: changes name those that made them. */
static enum error_code store_changes(struct task *task)
{
    const struct recording *recording = task->recording;
    uint32_t count = task->diff.change_count;
    struct attribution *attributions = arena_array(&task->arena, count, sizeof *attributions);
    int64_t *change_ids = arena_array(&task->arena, count, sizeof *change_ids);
    int64_t *event_ids = arena_array(&task->arena, recording->ddl_event_count, sizeof *event_ids);
    struct ddl_event_row *events = arena_array(&task->arena, recording->ddl_event_count, sizeof *events);
    struct attribution_input input = {.events = events,
                                      .event_ids = event_ids,
                                      .capture = recording->snapshot.capture,
                                      .engine = recording->snapshot.engine};

    if (attributions == NULL || change_ids == NULL || event_ids == NULL || events == NULL)
        return arena_error(&task->arena, task->error, "recording a snapshot");
    task->recorded.attributions = attributions;
    task->recorded.change_ids = change_ids;
    if (store_ddl_events(task, events, event_ids, &input.event_count) != ERROR_NONE ||
        attribution_find(attributions, task->diff.changes, count, &input, &task->arena, task->error) != ERROR_NONE)
        return task->error->code;
    return snapshots_add_changes(task->database, &recording->snapshot, task->diff.changes, attributions, count,
                                 change_ids, task->error);
}

/* What the snapshot means for others. */
static enum error_code correlate(struct task *task)
{
    const struct recorded *recorded = &task->recorded;
    const struct correlator_step step = {.snapshot = recorded->snapshot,
                                         .before = recorded->has_before ? &recorded->before : NULL,
                                         .changes = task->diff.changes,
                                         .change_ids = recorded->change_ids,
                                         .attributions = recorded->attributions,
                                         .change_count = task->diff.change_count};

    if (task->recording->correlator == NULL)
        return ERROR_NONE;
    return correlator_recorded(task->recording->correlator, &step, task->error);
}

static enum error_code store(struct task *task)
{
    struct snapshot_row *row = &task->recording->snapshot;

    if (snapshots_add(task->database, row, &row->id, task->error) != ERROR_NONE || store_changes(task) != ERROR_NONE)
        return task->error->code;
    task->recorded.snapshot = row;
    task->recorded.diff = &task->diff;
    if (recording_events_add(task->database, &task->recorded, &task->arena, task->error) != ERROR_NONE)
        return task->error->code;
    return correlate(task);
}

enum error_code recording_store(struct database *database, struct recording *recording, int64_t *ret_snapshot,
                                struct error *error)
{
    struct task task = {.database = database, .recording = recording, .error = error};
    enum error_code code;

    arena_init(&task.arena, recording->memory_limit);
    code = find_newest(&task);
    if (code == ERROR_NONE)
        code = read_roots(&task);
    if (code == ERROR_NONE)
        code = task.recorded.has_before ? compare(&task) : check_first(&task);
    if (code == ERROR_NONE)
        code = store(&task);
    if (code == ERROR_NONE)
        *ret_snapshot = recording->snapshot.id;
    snapshot_free(task.from);
    snapshot_free(task.to);
    arena_free(&task.arena);
    recording->snapshot.engine = recording->snapshot.upgraded_from = (struct text){NULL, 0}; /* in the arena */
    return code;
}
