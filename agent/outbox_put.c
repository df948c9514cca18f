/* A snapshot comes into the outbox: its new nodes, what was renamed, the statements that came with it, and room for all
 * that, in one transaction. */
#include "agent/identity.h"
#include "agent/outbox_private.h"
#include "base/buffer.h"
#include "drift/diff.h"
#include "drift/rendering.h"
#include "outbox_sql.h"
#include "schema/load.h"

static const char doing[] = "storing a snapshot";

/* One put. */
struct putting {
    struct outbox *outbox;
    int64_t target;
    const struct outbox_parcel *parcel;
    const struct snapshot *snapshot; /* in it */
    struct outbox_range newest;      /* before it */
    bool upgraded;                   /* a server of another major version made that one */
    uint64_t seq;
    int64_t taken_at;
    bool captured;       /* every statement since the newest one */
    struct buffer pages; /* of statements, those that waited first */
    struct buffer ids;
    struct buffer renames;
    struct buffer fresh;
    unsigned fresh_count;
    enum error_code failure; /* of a question that can only be answered yes or no */
    struct error *error;
};

static void clear_putting(struct putting *putting)
{
    buffer_clear(&putting->pages);
    buffer_clear(&putting->ids);
    buffer_clear(&putting->renames);
    buffer_clear(&putting->fresh);
}

/* A text that is bound as one, also when it is empty. */
static struct text not_null(struct text text)
{
    return text.bytes == NULL ? (struct text){"", 0} : text;
}

/* ---- nodes ---- */

/* A node that is here has all below it here. */
static bool is_known(void *context, const struct hash *hash)
{
    struct putting *putting = context;
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (putting->failure != ERROR_NONE)
        return true; /* nothing more to do */
    if (database_prepare(putting->outbox->database, outbox_sql_node_known, &statement, putting->error) != ERROR_NONE) {
        putting->failure = putting->error->code;
        return true;
    }
    statement_bind_hash(statement, ":hash", hash);
    putting->failure = statement_step(statement, &row, putting->error);
    return row || putting->failure != ERROR_NONE;
}

static enum error_code add_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                struct error *error)
{
    struct putting *putting = context;
    bool is_new = false;

    if (outbox_add_node(putting->outbox, type, hash, bytes, &is_new, error) != ERROR_NONE)
        return error->code;
    if (is_new && ++putting->fresh_count <= OUTBOX_FRESH_LIMIT)
        buffer_add(&putting->fresh, hash->bytes, HASH_SIZE);
    return ERROR_NONE;
}

static enum error_code add_nodes(struct putting *putting)
{
    const struct snapshot_walk walk = {
        .known = putting->parcel->anew ? NULL : is_known, .visit = add_node, .context = putting};

    if (snapshot_visit_nodes(putting->snapshot, &walk, putting->error) != ERROR_NONE)
        return putting->error->code;
    if (putting->fresh_count > OUTBOX_FRESH_LIMIT)
        buffer_reset(&putting->fresh); /* a part of them helps nobody */
    return putting->failure != ERROR_NONE ? putting->failure : buffer_check(&putting->fresh, putting->error, doing);
}

/* ---- renames ---- */

static enum error_code fetch(void *context, const struct hash *hash, enum node_type type, struct arena *arena,
                             struct text *ret_bytes, struct error *error)
{
    enum node_type actual;

    if (outbox_read_node(context, hash, arena, &actual, ret_bytes, error) != ERROR_NONE)
        return error->code == ERROR_NOT_FOUND ? (error->code = ERROR_CORRUPT) : error->code;
    return actual == type ? ERROR_NONE : error_set(error, ERROR_CORRUPT, "a node in the outbox is of another type");
}

/* The numbers of the newest snapshot, in the arena, if they are of it and of the same database. */
static enum error_code read_ids(struct putting *putting, struct arena *arena, struct text *ret_ids)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;
    struct hash root;

    *ret_ids = (struct text){0};
    if (database_prepare(putting->outbox->database, outbox_sql_identity, &statement, putting->error) != ERROR_NONE)
        return putting->error->code;
    statement_bind_number(statement, ":target", putting->target);
    if (statement_step(statement, &row, putting->error) != ERROR_NONE)
        return putting->error->code;
    if (!row || !text_equal(statement_text(statement, 1), putting->snapshot->info.origin))
        return ERROR_NONE;
    if (statement_hash(statement, 0, &root, putting->error) != ERROR_NONE)
        return putting->error->code;
    if (!hash_equal(&root, &putting->newest.root))
        return ERROR_NONE;
    return statement_copy(statement, 2, arena, ret_ids, putting->error);
}

/* Only what differs is loaded of the old one, so memory holds one snapshot and a part of another. */
static enum error_code compare(struct putting *putting, struct text ids, struct arena *arena)
{
    const struct node_source nodes = {.fetch = fetch, .context = putting->outbox};
    size_t limit = putting->outbox->settings.memory_limit;
    struct snapshot *from = NULL, *to = NULL;
    struct error *error = putting->error;
    struct diff_options options;
    struct lineage lineage;
    struct diff diff;

    diff_options_init(&options);
    if (snapshot_load_against(&from, &to, &putting->newest.root, putting->snapshot, &nodes, limit, error) != ERROR_NONE)
        return error->code;
    from->info.origin = putting->snapshot->info.origin;
    if (identity_read(from, ids, error) == ERROR_NONE &&
        diff_snapshots(&diff, from, to, &options, arena, error) == ERROR_NONE &&
        lineage_from_diff(&lineage, &diff, (int64_t)putting->seq, arena, error) == ERROR_NONE) {
        renames_write(&putting->renames, &lineage);
        error->code = ERROR_NONE;
    }
    snapshot_free(to);
    snapshot_free(from);
    return error->code;
}

/* What was renamed since the newest snapshot. When that cannot be known, because the old one is damaged or of an older
 * form, nothing was. */
static enum error_code find_renames(struct putting *putting)
{
    CLEANUP(arena_free) struct arena arena;
    struct text ids;

    arena_init(&arena, putting->outbox->settings.memory_limit);
    if (putting->newest.newest == 0 || putting->ids.length == 0 || putting->snapshot->info.origin.length == 0)
        return ERROR_NONE;
    if (read_ids(putting, &arena, &ids) != ERROR_NONE)
        return putting->error->code;
    if (ids.length == 0 || compare(putting, ids, &arena) == ERROR_NONE)
        return buffer_check(&putting->renames, putting->error, doing);
    switch (putting->error->code) {
    case ERROR_CORRUPT:
    case ERROR_UNSUPPORTED:
    case ERROR_LIMIT:
        buffer_reset(&putting->renames);
        return ERROR_NONE;
    default:
        return putting->error->code;
    }
}

/* ---- rows ---- */

static enum error_code read_newest(struct putting *putting)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(putting->outbox->database, outbox_sql_range, &statement, putting->error) != ERROR_NONE)
        return putting->error->code;
    statement_bind_number(statement, ":target", putting->target);
    if (statement_step(statement, &row, putting->error) != ERROR_NONE)
        return putting->error->code;
    if (!row || statement_is_null(statement, 1))
        return ERROR_NONE;
    putting->newest.newest = (uint64_t)statement_number(statement, 1);
    putting->upgraded = !rendering_is_same(putting->snapshot->info.engine, statement_text(statement, 5),
                                           putting->snapshot->info.server_version);
    return statement_hash(statement, 3, &putting->newest.root, putting->error);
}

/* Nothing escaped capture since the newest one; and all that was captured is here. */
static bool is_captured(const struct putting *putting, struct text before)
{
    struct text now = putting->parcel->continuity;

    return now.length > 0 && !putting->parcel->partial && text_equal(now, before);
}

/* Times of a target only grow, whatever the clock does. */
static enum error_code read_target(struct putting *putting)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(putting->outbox->database, outbox_sql_target, &statement, putting->error) != ERROR_NONE)
        return putting->error->code;
    statement_bind_number(statement, ":target", putting->target);
    if (statement_step(statement, &row, putting->error) != ERROR_NONE)
        return putting->error->code;
    if (!row)
        return error_set(putting->error, ERROR_INTERNAL, "the outbox has no target %lld", (long long)putting->target);
    putting->seq = (uint64_t)statement_number(statement, 0);
    putting->taken_at = statement_number(statement, 1) + 1;
    if (putting->snapshot->info.taken_at > putting->taken_at)
        putting->taken_at = putting->snapshot->info.taken_at;
    putting->captured = is_captured(putting, statement_text(statement, 2));
    buffer_add_text(&putting->pages, statement_blob(statement, 3));
    return buffer_check(&putting->pages, putting->error, doing);
}

static enum error_code keep_ids(struct putting *putting)
{
    struct statement *statement = NULL;

    if (database_prepare(putting->outbox->database, outbox_sql_identity_put, &statement, putting->error) != ERROR_NONE)
        return putting->error->code;
    statement_bind_number(statement, ":target", putting->target);
    statement_bind_hash(statement, ":root", &putting->snapshot->root);
    statement_bind_text(statement, ":origin", not_null(putting->snapshot->info.origin));
    statement_bind_blob(statement, ":ids", not_null(buffer_text(&putting->ids)));
    return statement_run(statement, putting->error);
}

/* One of the snapshots that bring the pages. Which statement made which change is not known where some come later. */
static enum error_code add_snapshot(struct putting *putting, struct text pages, bool last)
{
    const struct snapshot_info *info = &putting->snapshot->info;
    struct statement *statement = NULL;

    if (outbox_use_node(putting->outbox, &putting->snapshot->root, putting->error) != ERROR_NONE ||
        database_prepare(putting->outbox->database, outbox_sql_snapshot_add, &statement, putting->error) != ERROR_NONE)
        return putting->error->code;
    statement_bind_number(statement, ":target", putting->target);
    statement_bind_number(statement, ":seq", (int64_t)putting->seq);
    statement_bind_hash(statement, ":root", &putting->snapshot->root);
    statement_bind_number(statement, ":taken_at", putting->taken_at);
    statement_bind_text(statement, ":server_version", not_null(info->server_version));
    statement_bind_text(statement, ":reference", not_null(info->ref));
    statement_bind_blob(statement, ":renames", not_null(buffer_text(&putting->renames)));
    statement_bind_blob(statement, ":fresh", not_null(buffer_text(&putting->fresh)));
    statement_bind_blob(statement, ":statements", pages);
    statement_bind_number(statement, ":captured", putting->captured && last);
    return statement_run(statement, putting->error);
}

static enum error_code advance_target(struct putting *putting)
{
    struct statement *statement = NULL;

    if (database_prepare(putting->outbox->database, outbox_sql_target_advance, &statement, putting->error) !=
        ERROR_NONE)
        return putting->error->code;
    statement_bind_number(statement, ":target", putting->target);
    statement_bind_number(statement, ":seq", (int64_t)putting->seq);
    statement_bind_number(statement, ":taken_at", putting->taken_at);
    return statement_run(statement, putting->error);
}

/* More pages than go with one snapshot make several of it. */
static enum error_code add_snapshots(struct putting *putting)
{
    struct text rest = buffer_text(&putting->pages);

    do {
        const size_t most = (size_t)OUTBOX_PAGES_LIMIT * HASH_SIZE;
        const struct text pages = {rest.bytes, rest.length < most ? rest.length : most};

        rest = (struct text){rest.bytes + pages.length, rest.length - pages.length};
        if (add_snapshot(putting, pages, rest.length == 0) != ERROR_NONE || advance_target(putting) != ERROR_NONE)
            return putting->error->code;
        buffer_reset(&putting->renames); /* the next is as this one is */
        buffer_reset(&putting->fresh);
        putting->seq++;
        putting->taken_at++;
    } while (rest.length > 0);
    putting->seq--;
    return ERROR_NONE;
}

/* ---- room ---- */

static enum error_code find_victim(struct putting *putting, bool *ret_found, int64_t *ret_target, uint64_t *ret_seq)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(putting->outbox->database, outbox_sql_snapshot_victim, &statement, putting->error) !=
            ERROR_NONE ||
        statement_step(statement, ret_found, putting->error) != ERROR_NONE)
        return putting->error->code;
    if (*ret_found) {
        *ret_target = statement_number(statement, 0);
        *ret_seq = (uint64_t)statement_number(statement, 1);
    }
    return ERROR_NONE;
}

/* Room is made after the snapshot is in, when it is known how much it takes. */
static enum error_code make_room(struct putting *putting, unsigned *ret_dropped)
{
    uint64_t limit = putting->outbox->settings.limit;
    unsigned dropped = 0;

    while (database_size(putting->outbox->database) > limit) {
        bool found = false, acknowledged = false;
        int64_t target = 0;
        uint64_t seq = 0;

        if (find_victim(putting, &found, &target, &seq) != ERROR_NONE)
            return putting->error->code;
        if (!found)
            return error_set(putting->error, ERROR_FULL,
                             "outbox full: the newest snapshots of all targets take more than %llu bytes",
                             (unsigned long long)limit);
        if (outbox_remove_snapshot(putting->outbox, target, seq, "outbox full", &acknowledged, putting->error) !=
            ERROR_NONE)
            return putting->error->code;
        dropped += !acknowledged;
    }
    *ret_dropped = dropped;
    return ERROR_NONE;
}

/* ---- all of it ---- */

/* After an upgrade the same root is news: from then on its texts compare with those of the new version. */
static bool is_news(const struct putting *putting)
{
    return putting->newest.newest == 0 || putting->upgraded || putting->pages.length > 0 ||
           !hash_equal(&putting->newest.root, &putting->snapshot->root);
}

static enum error_code store(struct putting *putting, struct outbox_put *done)
{
    if (find_renames(putting) != ERROR_NONE || add_nodes(putting) != ERROR_NONE || add_snapshots(putting) != ERROR_NONE)
        return putting->error->code;
    done->stored = true;
    done->seq = putting->seq;
    return ERROR_NONE;
}

static enum error_code put(struct putting *putting, struct outbox_put *ret_put)
{
    const struct text nothing = {"", 0};
    struct outbox_put done = {0};

    identity_write(&putting->ids, putting->snapshot);
    if (buffer_check(&putting->ids, putting->error, doing) != ERROR_NONE || read_newest(putting) != ERROR_NONE ||
        read_target(putting) != ERROR_NONE ||
        outbox_add_pages(putting->outbox, putting->parcel, &putting->pages, putting->error) != ERROR_NONE)
        return putting->error->code;
    done.seq = putting->newest.newest;
    if (is_news(putting)) {
        if (store(putting, &done) != ERROR_NONE)
            return putting->error->code;
    } else if (putting->parcel->anew && add_nodes(putting) != ERROR_NONE) {
        return putting->error->code;
    }
    /* What is as the newest was when capture went on is as good as the newest. */
    if (keep_ids(putting) != ERROR_NONE ||
        outbox_set_waiting(putting->outbox, putting->target, nothing, putting->parcel->continuity, putting->error) !=
            ERROR_NONE ||
        (done.stored && make_room(putting, &done.dropped) != ERROR_NONE))
        return putting->error->code;
    outbox_taker(putting->outbox, putting->target, done.taker);
    *ret_put = done;
    return ERROR_NONE;
}

/* A full disk is told apart from a full outbox: what to do about it is another thing. */
static enum error_code put_failed(struct error *error)
{
    if (error->code == ERROR_FULL && strncmp(error->message, "outbox full", sizeof "outbox full" - 1) != 0)
        error_context(error, "outbox: disk full");
    return error->code;
}

enum error_code outbox_put(struct outbox *outbox, int64_t target, const struct outbox_parcel *parcel,
                           struct outbox_put *ret_put, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);
    CLEANUP(clear_putting)
    struct putting putting = {
        .outbox = locked, .target = target, .parcel = parcel, .snapshot = parcel->snapshot, .error = error};
    struct outbox_put done;

    buffer_init(&putting.pages);
    buffer_init(&putting.ids);
    buffer_init(&putting.renames);
    buffer_init(&putting.fresh);
    if (database_begin(locked->database, error) != ERROR_NONE)
        return put_failed(error);
    CLEANUP(outbox_end) struct database *database = locked->database;

    if (put(&putting, &done) != ERROR_NONE || database_commit(database, error) != ERROR_NONE)
        return put_failed(error);
    *ret_put = done;
    outbox_shrink(locked);
    return ERROR_NONE;
}
