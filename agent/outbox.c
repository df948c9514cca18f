#include "agent/identity.h"
#include "agent/outbox_private.h"

#include "base/clock.h"
#include "base/memory.h"
#include "outbox_migrations.h"
#include "outbox_sql.h"

enum {
    APPLICATION_ID = 0x444c4f42, /* "DLOB" */
    CACHE_KIB = 128,
    TRIM_BATCH = 64 /* snapshots in one transaction: others wait meanwhile */
};

static const struct database_format format = {
    .application_id = APPLICATION_ID,
    .what = "the outbox",
    .migrations = outbox_migrations_all,
    .cache_kib = CACHE_KIB,
};

struct outbox *outbox_lock(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    return outbox;
}

void outbox_unlock(struct outbox **outbox)
{
    pthread_mutex_unlock(&(*outbox)->lock);
}

void outbox_end(struct database **database)
{
    database_rollback(*database);
}

/* ---- the file ---- */

static enum error_code read_incarnation(struct outbox *outbox, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct text value;
    bool row = false;

    if (database_prepare(outbox->database, outbox_sql_incarnation, &statement, error) != ERROR_NONE ||
        statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    value = row ? statement_blob(statement, 0) : (struct text){0};
    if (value.length != OUTBOX_INCARNATION_SIZE)
        return error_set(error, ERROR_CORRUPT, "the outbox does not know its own name");
    memcpy(outbox->incarnation, value.bytes, OUTBOX_INCARNATION_SIZE);
    return ERROR_NONE;
}

static void close_outbox(struct outbox **outbox)
{
    outbox_close(*outbox);
}

enum error_code outbox_open(struct outbox **ret_outbox, const char *path, const struct outbox_settings *settings,
                            struct error *error)
{
    CLEANUP(close_outbox) struct outbox *outbox = mem_alloc(sizeof *outbox);

    if (outbox == NULL)
        return error_memory(error, "opening the outbox");
    *outbox = (struct outbox){.settings = *settings};
    pthread_mutex_init(&outbox->lock, NULL);
    if (hasher_new(&outbox->hasher, error) != ERROR_NONE ||
        database_open(&outbox->database, path, &format, DATABASE_WRITE, error) != ERROR_NONE ||
        read_incarnation(outbox, error) != ERROR_NONE)
        return error->code;
    *ret_outbox = outbox;
    outbox = NULL;
    return ERROR_NONE;
}

void outbox_close(struct outbox *outbox)
{
    if (outbox == NULL)
        return;
    database_close(outbox->database);
    hasher_free(outbox->hasher);
    pthread_mutex_destroy(&outbox->lock);
    mem_free(outbox);
}

void outbox_configure(struct outbox *outbox, const struct outbox_settings *settings)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);

    locked->settings = *settings;
}

void outbox_freeze(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
}

void outbox_incarnation(struct outbox *outbox, uint8_t ret_incarnation[OUTBOX_INCARNATION_SIZE])
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);

    memcpy(ret_incarnation, locked->incarnation, OUTBOX_INCARNATION_SIZE);
}

void outbox_shrink(struct outbox *outbox)
{
    struct error ignored = {0};

    (void)!database_run(outbox->database, "PRAGMA shrink_memory", &ignored);
}

/* ---- helpers ---- */

static enum error_code run(struct outbox *outbox, const char *sql, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(outbox->database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    return statement_run(statement, error);
}

static enum error_code read_count(struct outbox *outbox, const char *sql, uint64_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(outbox->database, sql, &statement, error) != ERROR_NONE ||
        statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_count = row ? (uint64_t)statement_number(statement, 0) : 0;
    return ERROR_NONE;
}

/* ---- targets ---- */

static enum error_code watch_one(struct outbox *outbox, struct outbox_target *target, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(outbox->database, outbox_sql_targets_watch, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_string(statement, ":database", target->database);
    statement_bind_string(statement, ":environment", target->environment);
    statement_bind_string(statement, ":instance", target->instance);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    target->id = statement_number(statement, 0);
    return row ? ERROR_NONE : error_set(error, ERROR_INTERNAL, "a target has no number");
}

enum error_code outbox_watch(struct outbox *outbox, struct outbox_target *targets, size_t count, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);

    if (database_begin(locked->database, error) != ERROR_NONE)
        return error->code;
    CLEANUP(outbox_end) struct database *database = locked->database;

    if (run(locked, outbox_sql_targets_leave, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++)
        if (watch_one(locked, &targets[i], error) != ERROR_NONE)
            return error->code;
    return database_commit(database, error);
}

enum error_code outbox_range(struct outbox *outbox, int64_t target, struct outbox_range *ret_range, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct outbox_range range = {0};
    bool row = false;

    if (database_prepare(locked->database, outbox_sql_range, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    range.next = row ? (uint64_t)statement_number(statement, 4) : 0;
    if (row && !statement_is_null(statement, 0)) {
        range.oldest = (uint64_t)statement_number(statement, 0);
        range.newest = (uint64_t)statement_number(statement, 1);
        range.waiting = (uint64_t)statement_number(statement, 2);
        if (statement_hash(statement, 3, &range.root, error) != ERROR_NONE)
            return error->code;
    }
    *ret_range = range;
    return ERROR_NONE;
}

/* ---- snapshots out ---- */

static enum error_code read_snapshot(struct statement *statement, struct arena *arena,
                                     struct outbox_snapshot *ret_snapshot, struct error *error)
{
    struct outbox_snapshot snapshot = {.seq = (uint64_t)statement_number(statement, 0),
                                       .taken_at = statement_number(statement, 2)};
    struct text renames;

    if (statement_hash(statement, 1, &snapshot.root, error) != ERROR_NONE ||
        statement_copy(statement, 3, arena, &snapshot.server_version, error) != ERROR_NONE ||
        statement_copy(statement, 4, arena, &snapshot.reference, error) != ERROR_NONE ||
        statement_copy(statement, 5, arena, &snapshot.lost_reason, error) != ERROR_NONE ||
        statement_copy(statement, 6, arena, &renames, error) != ERROR_NONE ||
        statement_copy(statement, 7, arena, &snapshot.fresh, error) != ERROR_NONE ||
        statement_copy(statement, 8, arena, &snapshot.statements, error) != ERROR_NONE ||
        renames_read(&snapshot.renames, renames, arena, error) != ERROR_NONE)
        return error->code;
    snapshot.captured = statement_number(statement, 9) != 0;
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

enum error_code outbox_next(struct outbox *outbox, int64_t target, uint64_t seq, struct arena *arena,
                            struct outbox_snapshot *ret_snapshot, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(locked->database, outbox_sql_snapshot_next, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_number(statement, ":seq", (int64_t)seq);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (!row)
        return error_set(error, ERROR_NOT_FOUND, "there is no snapshot %llu in the outbox", (unsigned long long)seq);
    return read_snapshot(statement, arena, ret_snapshot, error);
}

enum error_code outbox_acknowledge(struct outbox *outbox, int64_t target, uint64_t seq, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    struct statement *statement = NULL;

    if (database_prepare(locked->database, outbox_sql_snapshot_acknowledge, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_number(statement, ":seq", (int64_t)seq);
    statement_bind_number(statement, ":now", clock_now());
    return statement_run(statement, error);
}

enum error_code outbox_acknowledged(struct outbox *outbox, int64_t target, struct outbox_acknowledged *ret_acknowledged,
                                    struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct outbox_acknowledged acknowledged = {0};
    bool row = false;

    if (database_prepare(locked->database, outbox_sql_acknowledged, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (row && statement_number(statement, 1) == 0) /* else some of lower numbers are not at the collector */
        acknowledged.seq = (uint64_t)statement_number(statement, 0);
    if (row && statement_number(statement, 2) > 0)
        acknowledged.newest = (uint64_t)statement_number(statement, 2) - 1;
    outbox_taker(locked, target, acknowledged.taker);
    *ret_acknowledged = acknowledged;
    return ERROR_NONE;
}

enum error_code outbox_continuity(struct outbox *outbox, int64_t target, char ret_continuity[OUTBOX_CONTINUITY_SIZE],
                                  struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct text continuity = {"", 0};
    bool row = false;

    if (database_prepare(locked->database, outbox_sql_target, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (row)
        continuity = statement_text(statement, 2);
    if (continuity.length >= OUTBOX_CONTINUITY_SIZE)
        continuity.length = 0;
    if (continuity.length > 0)
        memcpy(ret_continuity, continuity.bytes, continuity.length);
    ret_continuity[continuity.length] = '\0';
    return ERROR_NONE;
}

/* ---- removing ---- */

static enum error_code set_reason(struct outbox *outbox, const char *sql, int64_t target, const char *reason,
                                  struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(outbox->database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_string(statement, ":reason", reason);
    return statement_run(statement, error);
}

/* The one after the hole says why there is one; if it does not exist yet, its target does. */
static enum error_code remember_loss(struct outbox *outbox, int64_t target, uint64_t seq, const char *reason,
                                     struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(outbox->database, outbox_sql_snapshot_lost, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_number(statement, ":seq", (int64_t)seq);
    statement_bind_string(statement, ":reason", reason);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    if (database_changes(outbox->database) > 0)
        return ERROR_NONE;
    return set_reason(outbox, outbox_sql_target_lost, target, reason, error);
}

/* What is left to do when a snapshot is gone. */
struct removed {
    struct hash root;
    bool acknowledged;
    bool captured;
    bool watched; /* its target is */
    struct buffer pages;
};

static void clear_removed(struct removed *removed)
{
    buffer_clear(&removed->pages);
}

static enum error_code remove_row(struct outbox *outbox, int64_t target, uint64_t seq, struct removed *removed,
                                  struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(outbox->database, outbox_sql_snapshot_remove, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_number(statement, ":seq", (int64_t)seq);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (!row)
        return error_set(error, ERROR_NOT_FOUND, "there is no snapshot %llu in the outbox", (unsigned long long)seq);
    removed->acknowledged = statement_number(statement, 1) != 0;
    buffer_add_text(&removed->pages, statement_blob(statement, 2));
    removed->captured = statement_number(statement, 3) != 0;
    removed->watched = statement_number(statement, 4) != 0;
    if (statement_hash(statement, 0, &removed->root, error) != ERROR_NONE)
        return error->code;
    return buffer_check(&removed->pages, error, "removing a snapshot");
}

/* What came with a snapshot that nobody has acknowledged goes with the next one; but if nobody watches the target any
 * more there may never be a next one, and its database still has it all. */
static enum error_code remove_pages(struct outbox *outbox, int64_t target, uint64_t seq, const struct removed *removed,
                                    struct error *error)
{
    const struct text pages = buffer_text(&removed->pages);
    const struct outbox_heritage nothing = {.target = target, .seq = seq};
    const struct outbox_heritage all = {target, seq, pages, removed->captured};

    if (removed->acknowledged)
        return outbox_release_pages(outbox, pages, error);
    if (removed->watched)
        return outbox_inherit_pages(outbox, &all, error);
    if (outbox_release_pages(outbox, pages, error) != ERROR_NONE)
        return error->code;
    return outbox_inherit_pages(outbox, &nothing, error);
}

enum error_code outbox_remove_snapshot(struct outbox *outbox, int64_t target, uint64_t seq, const char *reason,
                                       bool *ret_acknowledged, struct error *error)
{
    CLEANUP(clear_removed) struct removed removed = {0};

    if (remove_row(outbox, target, seq, &removed, error) != ERROR_NONE ||
        outbox_release_node(outbox, &removed.root, error) != ERROR_NONE ||
        remove_pages(outbox, target, seq, &removed, error) != ERROR_NONE)
        return error->code;
    *ret_acknowledged = removed.acknowledged;
    return removed.acknowledged ? ERROR_NONE : remember_loss(outbox, target, seq, reason, error);
}

enum error_code outbox_drop(struct outbox *outbox, int64_t target, uint64_t seq, const char *reason,
                            struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    bool acknowledged = false;

    if (database_begin(locked->database, error) != ERROR_NONE)
        return error->code;
    CLEANUP(outbox_end) struct database *database = locked->database;

    if (outbox_remove_snapshot(locked, target, seq, reason, &acknowledged, error) != ERROR_NONE)
        return error->code;
    return database_commit(database, error);
}

/* Remove what a statement names, one after the other, at most `most`. */
static enum error_code remove_all(struct outbox *outbox, const char *sql, int64_t before, unsigned most,
                                  unsigned *ret_count, struct error *error)
{
    unsigned count = 0;
    bool row = true;

    while (row && count < most) {
        CLEANUP(statement_done) struct statement *statement = NULL;
        bool acknowledged = false;
        int64_t target;
        uint64_t seq;

        if (database_prepare(outbox->database, sql, &statement, error) != ERROR_NONE)
            return error->code;
        if (sql == outbox_sql_snapshot_expired)
            statement_bind_number(statement, ":before", before);
        if (statement_step(statement, &row, error) != ERROR_NONE)
            return error->code;
        if (!row)
            break;
        target = statement_number(statement, 0);
        seq = (uint64_t)statement_number(statement, 1);
        statement_reset(statement);
        if (outbox_remove_snapshot(outbox, target, seq, "nobody watched the target any more", &acknowledged, error) !=
            ERROR_NONE)
            return error->code;
        count++;
    }
    *ret_count = count;
    return ERROR_NONE;
}

/* ---- upkeep ---- */

enum error_code outbox_trim(struct outbox *outbox, bool *ret_more, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    int64_t before = clock_now() - locked->settings.keep_us;
    unsigned count = 0;

    if (database_begin(locked->database, error) != ERROR_NONE)
        return error->code;
    CLEANUP(outbox_end) struct database *database = locked->database;

    if (remove_all(locked, outbox_sql_snapshot_expired, before, TRIM_BATCH, &count, error) != ERROR_NONE)
        return error->code;
    if (count > 0 && database_commit(database, error) != ERROR_NONE)
        return error->code;
    *ret_more = count == TRIM_BATCH;
    outbox_shrink(locked);
    return ERROR_NONE;
}

enum error_code outbox_renew(struct outbox *outbox, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    unsigned count = 0;

    if (database_begin(locked->database, error) != ERROR_NONE)
        return error->code;
    CLEANUP(outbox_end) struct database *database = locked->database;

    if (remove_all(locked, outbox_sql_snapshot_superfluous, 0, UINT32_MAX, &count, error) != ERROR_NONE ||
        run(locked, outbox_sql_incarnation_renew, error) != ERROR_NONE ||
        run(locked, outbox_sql_snapshot_shift, error) != ERROR_NONE ||
        run(locked, outbox_sql_snapshot_number, error) != ERROR_NONE ||
        run(locked, outbox_sql_target_number, error) != ERROR_NONE || database_commit(database, error) != ERROR_NONE)
        return error->code;
    return read_incarnation(locked, error);
}

enum error_code outbox_waiting(struct outbox *outbox, uint64_t *ret_count, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);

    return read_count(locked, outbox_sql_waiting, ret_count, error);
}

enum error_code outbox_figures(struct outbox *outbox, struct outbox_figures *ret_figures, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(locked->database, outbox_sql_figures, &statement, error) != ERROR_NONE ||
        statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_figures = (struct outbox_figures){.bytes = database_size(locked->database),
                                           .limit = locked->settings.limit,
                                           .snapshots = (uint64_t)statement_number(statement, 0),
                                           .waiting = (uint64_t)statement_number(statement, 1)};
    return ERROR_NONE;
}
