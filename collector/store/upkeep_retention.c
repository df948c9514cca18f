/* Letting go, one slice after the other.
 *
 * First snapshots lose their nodes, and old changes and records go, and whatever else is old. Then all nodes that whole
 * snapshots lead to are marked, and the others are swept, if anything was let go since the last sweep.
 *
 * Ingest goes on between slices. A node that nothing leads to may be used again by a snapshot that is recorded
 * meanwhile; so each slice of the sweep first marks what snapshots lead to that came since. And at no moment may a node
 * refer to one that was swept, since ingest takes it for complete: what a node refers to was there before it and has a
 * lower number, so sweeping goes from the highest number down. */
#include <inttypes.h>

#include "base/memory.h"
#include "store/deliveries.h"
#include "store/garbage.h"
#include "store/marks.h"
#include "store/upkeep.h"
#include "store_sql.h"

enum {
    SLICE_ROWS = 1000,   /* that one transaction changes */
    SLICE_DRIFTS = 100,  /* each with its steps */
    SLICE_MESSAGES = 50, /* each with its events, up to some hundred KiB */
    DEAD_LONGER = 3,     /* who was not reached wants to know it for longer */
    SLICE_LOOKS = 5000,  /* rows that are looked at in one slice */
    TARGET_LOOKS = 16    /* of them, what a target costs where nothing is to be done */
};

enum stage {
    STAGE_TARGETS,
    STAGE_LOGS,
    STAGE_MESSAGES,
    STAGE_DRIFTS,
    STAGE_COUNT,
    STAGE_MARK,
    STAGE_SWEEP,
    STAGE_DONE
};

struct retention_work {
    enum stage stage;
    int64_t target;   /* targets up to this are done */
    unsigned log;     /* logs before this one are done */
    int64_t entry;    /* entries of it up to this were looked at */
    int64_t garbage;  /* how much was said to be there before marking began */
    int64_t snapshot; /* what snapshots up to this lead to is marked or pending */
    int64_t node;     /* nodes from this on were swept */
    struct marks marks;
};

/* One call. */
struct slice {
    struct database *database;
    const struct retention *retention;
    int64_t now;
    struct retention_work *work;
    struct retention_result *result;
    int64_t target; /* being worked on */
    uint32_t looked;
    struct error *error;
};

void retention_stop(struct retention_result *result)
{
    if (result->work != NULL)
        marks_clear(&result->work->marks);
    mem_free(result->work);
    result->work = NULL;
}

/* ---- asking ---- */

struct parameter {
    const char *name;
    int64_t value;
};

static enum error_code bind(struct slice *slice, const char *sql, const struct parameter *parameters, size_t count,
                            struct statement **ret_statement)
{
    if (database_prepare(slice->database, sql, ret_statement, slice->error) != ERROR_NONE)
        return slice->error->code;
    for (size_t i = 0; i < count; i++)
        statement_bind_number(*ret_statement, parameters[i].name, parameters[i].value);
    return ERROR_NONE;
}

/* A number, 0 when there is none. */
static enum error_code ask(struct slice *slice, const char *sql, const struct parameter *parameters, size_t count,
                           int64_t *ret_number)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (bind(slice, sql, parameters, count, &statement) != ERROR_NONE ||
        statement_step(statement, &found, slice->error) != ERROR_NONE)
        return slice->error->code;
    *ret_number = found ? statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

/* Change rows, and count them. */
static enum error_code change(struct slice *slice, const char *sql, const struct parameter *parameters, size_t count,
                              uint64_t *counter)
{
    struct statement *statement = NULL;
    uint32_t changed;

    if (bind(slice, sql, parameters, count, &statement) != ERROR_NONE ||
        statement_run(statement, slice->error) != ERROR_NONE)
        return slice->error->code;
    changed = (uint32_t)database_changes(slice->database);
    *counter += changed;
    slice->looked += changed * (SLICE_LOOKS / SLICE_ROWS);
    return ERROR_NONE;
}

static bool has_room(const struct slice *slice)
{
    return slice->looked < SLICE_LOOKS;
}

/* ---- snapshots, changes and records of a target ---- */

static enum error_code find_kept_from(struct slice *slice, int64_t age, int64_t *ret_snapshot)
{
    const struct parameter parameters[] = {{":target", slice->target}, {":moment", slice->now - age}};

    return ask(slice, store_sql_retention_kept_from, parameters, LENGTH_OF(parameters), ret_snapshot);
}

static enum error_code let_snapshots_go(struct slice *slice)
{
    uint32_t least = slice->retention->snapshots_least == 0 ? 1 : slice->retention->snapshots_least;
    uint64_t before = slice->result->snapshots;
    int64_t kept_from = 0;

    if (slice->retention->snapshots_us == 0)
        return ERROR_NONE;
    if (find_kept_from(slice, slice->retention->snapshots_us, &kept_from) != ERROR_NONE)
        return slice->error->code;
    if (change(slice, store_sql_retention_snapshots,
               (struct parameter[]){
                   {":target", slice->target}, {":kept_from", kept_from}, {":least", least}, {":slice", SLICE_ROWS}},
               4, &slice->result->snapshots) != ERROR_NONE)
        return slice->error->code;
    return slice->result->snapshots == before ? ERROR_NONE : garbage_made(slice->database, slice->error);
}

/* Records go last: changes are found by them. */
static enum error_code let_changes_go(struct slice *slice)
{
    int64_t kept_from = 0;
    uint64_t ddl_events = 0;

    if (slice->retention->changes_us == 0)
        return ERROR_NONE;
    if (find_kept_from(slice, slice->retention->changes_us, &kept_from) != ERROR_NONE)
        return slice->error->code;
    const struct parameter parameters[] = {{":target", slice->target},
                                           {":kept_from", kept_from},
                                           {":slice", SLICE_ROWS},
                                           {":moment", slice->now - slice->retention->changes_us}};
    const struct {
        const char *sql;
        size_t parameter_count;
        uint64_t *counter;
    } steps[] = {{store_sql_retention_changes, 3, &slice->result->changes},
                 {store_sql_retention_ddl_events, 4, &ddl_events},
                 {store_sql_retention_records, 3, &slice->result->records}};

    for (size_t i = 0; i < LENGTH_OF(steps) && has_room(slice); i++)
        if (change(slice, steps[i].sql, parameters, steps[i].parameter_count, steps[i].counter) != ERROR_NONE)
            return slice->error->code;
    return ERROR_NONE;
}

/* A target is done when it was gone through with room to spare; otherwise the next slice begins with it again. */
static enum error_code run_targets(struct slice *slice)
{
    struct retention_work *work = slice->work;

    while (has_room(slice)) {
        if (ask(slice, store_sql_retention_target, (struct parameter[]){{":after", work->target}}, 1, &slice->target) !=
            ERROR_NONE)
            return slice->error->code;
        if (slice->target == 0) {
            work->stage = STAGE_LOGS;
            return ERROR_NONE;
        }
        slice->looked += TARGET_LOOKS;
        if (let_snapshots_go(slice) != ERROR_NONE || (has_room(slice) && let_changes_go(slice) != ERROR_NONE))
            return slice->error->code;
        if (has_room(slice))
            work->target = slice->target;
    }
    return ERROR_NONE;
}

/* ---- logs ---- */

static int64_t oldest_kept(const struct slice *slice)
{
    return slice->now - slice->retention->changes_us;
}

/* Entries come in the order of time, but a clock may have jumped: a piece in which none is old is where it ends. */
static enum error_code run_log(struct slice *slice, const char *range, const char *remove, uint64_t *counter)
{
    struct retention_work *work = slice->work;
    uint64_t before = *counter;
    int64_t last = 0;

    if (ask(slice, range, (struct parameter[]){{":after", work->entry}, {":slice", SLICE_ROWS}}, 2, &last) !=
            ERROR_NONE ||
        change(slice, remove,
               (struct parameter[]){{":after", work->entry}, {":last", last}, {":moment", oldest_kept(slice)}}, 3,
               counter) != ERROR_NONE)
        return slice->error->code;
    work->entry = last;
    if (*counter == before) {
        work->entry = 0;
        work->log++;
    }
    return ERROR_NONE;
}

static enum error_code run_logs(struct slice *slice)
{
    struct retention_result *result = slice->result;
    const struct {
        const char *range, *remove;
        uint64_t *counter;
    } logs[] = {{store_sql_retention_event_range, store_sql_retention_events, &result->events},
                {store_sql_retention_gate_run_range, store_sql_retention_gate_runs, &result->gate_runs},
                {store_sql_retention_sync_range, store_sql_retention_syncs, &result->syncs},
                {store_sql_retention_audit_range, store_sql_retention_audits, &result->audits}};
    unsigned log = slice->work->log;

    if (slice->retention->changes_us != 0 && log < LENGTH_OF(logs))
        return run_log(slice, logs[log].range, logs[log].remove, logs[log].counter);
    slice->work->stage = STAGE_MESSAGES;
    return ERROR_NONE;
}

/* ---- messages ---- */

static enum error_code run_messages(struct slice *slice)
{
    int64_t age = slice->retention->deliveries_us;
    bool more = false;

    if (age != 0 && deliveries_expire(slice->database, slice->now - age, slice->now - DEAD_LONGER * age, SLICE_MESSAGES,
                                      &more, slice->error) != ERROR_NONE)
        return slice->error->code;
    if (!more)
        slice->work->stage = STAGE_DRIFTS;
    return ERROR_NONE;
}

/* ---- drifts ---- */

/* Drifts first: they hold waivers and pairs. Done when a slice finds nothing more. */
static enum error_code run_drifts(struct slice *slice)
{
    const struct parameter drifts[] = {{":moment", oldest_kept(slice)}, {":slice", SLICE_DRIFTS}};
    const struct parameter waivers[] = {{":moment", oldest_kept(slice)}, {":slice", SLICE_ROWS}};
    const struct parameter pairs[] = {{":slice", SLICE_ROWS}};
    uint64_t before = slice->result->drifts, gone = 0;

    if (slice->retention->changes_us != 0) {
        if (change(slice, store_sql_retention_drifts, drifts, LENGTH_OF(drifts), &slice->result->drifts) != ERROR_NONE)
            return slice->error->code;
        if (slice->result->drifts != before)
            return ERROR_NONE;
        if (change(slice, store_sql_retention_waivers, waivers, LENGTH_OF(waivers), &slice->result->waivers) !=
                ERROR_NONE ||
            change(slice, store_sql_retention_pairs, pairs, LENGTH_OF(pairs), &gone) != ERROR_NONE)
            return slice->error->code;
    }
    slice->work->stage = STAGE_COUNT;
    return ERROR_NONE;
}

/* ---- nodes ---- */

static enum error_code run_count(struct slice *slice)
{
    struct retention_work *work = slice->work;

    if (garbage_count(slice->database, &work->garbage, slice->error) != ERROR_NONE)
        return slice->error->code;
    work->stage = work->garbage == 0 ? STAGE_DONE : STAGE_MARK;
    return ERROR_NONE;
}

static enum error_code mark_next_root(struct slice *slice, bool *ret_found)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (bind(slice, store_sql_retention_next_root, (struct parameter[]){{":after", slice->work->snapshot}}, 1,
             &statement) != ERROR_NONE ||
        statement_step(statement, ret_found, slice->error) != ERROR_NONE)
        return slice->error->code;
    slice->looked++;
    if (!*ret_found)
        return ERROR_NONE;
    slice->work->snapshot = statement_number(statement, 0);
    return marks_add(&slice->work->marks, statement_number(statement, 1), NODE_ROOT, slice->error);
}

/* Mark what snapshots lead to, as far as the slice has room. `ret_all`: nothing is left to be marked. */
static enum error_code mark(struct slice *slice, bool *ret_all)
{
    struct marks *marks = &slice->work->marks;
    bool found = true;

    while (has_room(slice) && found) {
        enum error_code code = marks->pending_count > 0
                                   ? marks_follow(marks, slice->database, &slice->looked, slice->error)
                                   : mark_next_root(slice, &found);

        if (code != ERROR_NONE)
            return code;
    }
    *ret_all = !found;
    return ERROR_NONE;
}

static enum error_code run_mark(struct slice *slice)
{
    bool all = false;

    if (mark(slice, &all) != ERROR_NONE)
        return slice->error->code;
    if (all)
        slice->work->stage = STAGE_SWEEP;
    return ERROR_NONE;
}

/* The nodes of the next slice that nothing leads to. */
struct sweep {
    int64_t nodes[SLICE_ROWS];
    size_t count;
    uint64_t bytes;
    bool at_end;
};

static enum error_code find_unmarked(struct slice *slice, struct sweep *sweep)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    size_t seen = 0;
    bool row = true;

    if (bind(slice, store_sql_retention_nodes,
             (struct parameter[]){{":before", slice->work->node}, {":slice", SLICE_ROWS}}, 2, &statement) != ERROR_NONE)
        return slice->error->code;
    while (statement_step(statement, &row, slice->error) == ERROR_NONE && row) {
        seen++;
        slice->work->node = statement_number(statement, 0);
        if (marks_has(&slice->work->marks, slice->work->node))
            continue;
        sweep->nodes[sweep->count++] = slice->work->node;
        sweep->bytes += (uint64_t)statement_number(statement, 1);
    }
    sweep->at_end = seen < SLICE_ROWS;
    return row ? slice->error->code : ERROR_NONE;
}

static enum error_code run_sweep(struct slice *slice)
{
    struct sweep sweep = {0};
    bool all = false;

    if (mark(slice, &all) != ERROR_NONE)
        return slice->error->code;
    if (!all) /* much was recorded meanwhile */
        return ERROR_NONE;
    if (find_unmarked(slice, &sweep) != ERROR_NONE)
        return slice->error->code;
    for (size_t i = 0; i < sweep.count; i++)
        if (change(slice, store_sql_retention_node_remove, (struct parameter[]){{":id", sweep.nodes[i]}}, 1,
                   &slice->result->nodes) != ERROR_NONE)
            return slice->error->code;
    slice->result->bytes += sweep.bytes;
    if (!sweep.at_end)
        return ERROR_NONE;
    slice->work->stage = STAGE_DONE;
    return garbage_swept(slice->database, slice->work->garbage, slice->error);
}

/* ---- one slice ---- */

static enum error_code (*const stages[])(struct slice *slice) = {
    [STAGE_TARGETS] = run_targets, [STAGE_LOGS] = run_logs,   [STAGE_MESSAGES] = run_messages,
    [STAGE_DRIFTS] = run_drifts,   [STAGE_COUNT] = run_count, [STAGE_MARK] = run_mark,
    [STAGE_SWEEP] = run_sweep,
};

static enum error_code run_slice(struct slice *slice)
{
    struct retention_result before = *slice->result;

    if (database_begin(slice->database, slice->error) != ERROR_NONE)
        return slice->error->code;
    if (stages[slice->work->stage](slice) == ERROR_NONE && database_commit(slice->database, slice->error) == ERROR_NONE)
        return ERROR_NONE;
    database_rollback(slice->database);
    *slice->result = before; /* what was counted did not happen */
    return error_context(slice->error, "letting go what is old");
}

enum error_code retention_run(struct database *database, const struct retention *retention, int64_t now,
                              struct retention_result *result, bool *ret_done, struct error *error)
{
    struct slice slice = {.database = database, .retention = retention, .now = now, .result = result, .error = error};

    if (result->work == NULL) {
        result->work = mem_alloc(sizeof *result->work);
        if (result->work == NULL)
            return error_memory(error, "letting go what is old");
        *result->work = (struct retention_work){.node = INT64_MAX};
    }
    slice.work = result->work;
    if (run_slice(&slice) != ERROR_NONE) {
        retention_stop(result);
        return error->code;
    }
    *ret_done = slice.work->stage == STAGE_DONE;
    if (*ret_done)
        retention_stop(result);
    return ERROR_NONE;
}
