/* Looking for damage.
 *
 * Nodes and snapshots are looked at in short read transactions, so that the log can shrink meanwhile and ingest and
 * retention go on: what holds, holds at each moment. What other tables have to say to each other is in checks/: each
 * statement there finds rows that must not be, and words for them. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "schema/load.h"
#include "schema/node.h"
#include "store/marks.h"
#include "store/nodes.h"
#include "store/targets.h"
#include "store/upkeep.h"
#include "store_check.h"
#include "store_sql.h"

enum {
    SLICE_NODES = 256,
    SLICE_BYTES = 16 * 1024 * 1024,      /* a slice ends when it has so many */
    SNAPSHOT_MEMORY = 1024 * 1024 * 1024 /* of one that is loaded */
};

struct verification {
    struct database *database;
    const struct verify_options *options;
    struct verify_result result;
    struct hasher *hasher;
    uint64_t node_total;
    int64_t last_node;   /* nodes up to this were looked at */
    struct marks loaded; /* roots of snapshots that were loaded */
    int64_t target;      /* whose snapshots are being loaded, the newest first */
    int64_t before;      /* those from this on were */
    struct hash newer;   /* the root of the one before, if it was in order */
    bool has_newer;
    struct error *error;
};

static void PRINTF_LIKE(2, 3) problem(struct verification *verification, const char *format, ...)
{
    char words[512];
    va_list arguments;

    verification->result.problems++;
    if (verification->options->report == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    verification->options->report(verification->options->context, words);
}

/* A failure that says something of what is stored, not of the machine. */
static bool is_finding(enum error_code code)
{
    return code == ERROR_CORRUPT || code == ERROR_UNSUPPORTED || code == ERROR_LIMIT;
}

/* ---- nodes ---- */

/* The node that is being looked at, for its references. */
struct referring {
    struct verification *verification;
    int64_t node;
};

static enum error_code check_reference(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct referring *referring = context;
    bool found = false;

    if (database_prepare(referring->verification->database, store_sql_verify_reference, &statement, error) !=
        ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":hash", hash);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        problem(referring->verification, "node %" PRId64 " refers to one that is not there", referring->node);
    else if (statement_number(statement, 1) != (int64_t)type)
        problem(referring->verification, "node %" PRId64 " refers to one of another type", referring->node);
    else if (statement_number(statement, 0) >= referring->node) /* retention relies on it */
        problem(referring->verification, "node %" PRId64 " is older than what it refers to", referring->node);
    return ERROR_NONE;
}

static enum error_code check_node(struct verification *verification, struct statement *statement)
{
    struct referring referring = {verification, statement_number(statement, 0)};
    int64_t type = statement_number(statement, 2);
    struct text bytes = statement_blob(statement, 3);
    struct hash stated = {{0}}, found;
    enum error_code code = statement_hash(statement, 1, &stated, verification->error);

    verification->result.nodes++;
    verification->result.bytes += bytes.length;
    verification->last_node = referring.node;
    if (code == ERROR_NONE && (type < NODE_BLOB || type > NODE_ROOT))
        code = error_set(verification->error, ERROR_CORRUPT, "it has no type");
    if (code == ERROR_NONE) {
        found = hasher_digest(verification->hasher, (uint8_t)type, bytes);
        code = hash_equal(&found, &stated)
                   ? node_check((enum node_type)type, bytes, check_reference, &referring, verification->error)
                   : error_set(verification->error, ERROR_CORRUPT, "it is not what its hash says");
    }
    if (!is_finding(code))
        return code;
    problem(verification, "node %" PRId64 ": %s", referring.node, verification->error->message);
    return ERROR_NONE;
}

static enum error_code check_some_nodes(struct verification *verification, bool *ret_any)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    uint64_t enough = verification->result.bytes + SLICE_BYTES, before = verification->result.nodes;
    bool row = true;

    if (database_prepare(verification->database, store_sql_verify_nodes, &statement, verification->error) != ERROR_NONE)
        return verification->error->code;
    statement_bind_number(statement, ":after", verification->last_node);
    statement_bind_number(statement, ":slice", SLICE_NODES);
    while (verification->result.bytes < enough) {
        if (statement_step(statement, &row, verification->error) != ERROR_NONE)
            return verification->error->code;
        if (!row)
            break;
        if (check_node(verification, statement) != ERROR_NONE)
            return verification->error->code;
    }
    *ret_any = verification->result.nodes > before;
    return ERROR_NONE;
}

/* In one moment, so that a reference and what it leads to are seen together. */
static enum error_code in_one_moment(struct verification *verification,
                                     enum error_code (*look)(struct verification *verification, bool *ret_any),
                                     bool *ret_any)
{
    enum error_code code;

    if (database_begin_read(verification->database, verification->error) != ERROR_NONE)
        return verification->error->code;
    code = look(verification, ret_any);
    database_end_read(verification->database);
    return code;
}

static enum error_code check_nodes(struct verification *verification)
{
    bool any = true;

    while (any) {
        if (in_one_moment(verification, check_some_nodes, &any) != ERROR_NONE)
            return verification->error->code;
        if (verification->options->progress != NULL)
            verification->options->progress(verification->options->context, verification->result.nodes,
                                            verification->node_total);
    }
    return ERROR_NONE;
}

/* ---- snapshots ---- */

/* What the row of a snapshot says. */
struct whole {
    int64_t id;
    int64_t node;
    struct hash root;
    struct text engine; /* until the next step */
    int64_t objects;
    int64_t gaps;
};

/* The root node says more than the hash that names it. */
static enum error_code check_root(struct verification *verification, const struct whole *whole)
{
    struct node_source nodes = nodes_source(verification->database);
    CLEANUP(arena_free) struct arena arena;
    struct node_root root;
    struct text bytes;

    arena_init(&arena, SNAPSHOT_MEMORY);
    if (nodes.fetch(nodes.context, &whole->root, NODE_ROOT, &arena, &bytes, verification->error) != ERROR_NONE ||
        node_read_root(bytes, &root, verification->error) != ERROR_NONE)
        return verification->error->code;
    if (!text_equal(root.engine, whole->engine))
        problem(verification, "snapshot #%" PRId64 " is of another engine than it says", whole->id);
    if (root.gap_count != whole->gaps)
        problem(verification, "snapshot #%" PRId64 " lacks %" PRIu32 " things, not %" PRId64, whole->id, root.gap_count,
                whole->gaps);
    return ERROR_NONE;
}

/* One that is like a later one that was loaded needs only where it differs. */
static enum error_code load(struct verification *verification, const struct whole *whole)
{
    struct node_source nodes = nodes_source(verification->database);
    struct snapshot *newer = NULL, *snapshot = NULL;
    enum error_code code = verification->has_newer
                               ? snapshot_load_changed(&newer, &snapshot, &verification->newer, &whole->root, &nodes,
                                                       SNAPSHOT_MEMORY, verification->error)
                               : snapshot_load(&snapshot, &whole->root, &nodes, SNAPSHOT_MEMORY, verification->error);

    if (code == ERROR_NONE && !verification->has_newer && snapshot_object_count(snapshot) != whole->objects)
        problem(verification, "snapshot #%" PRId64 " has %" PRIu32 " objects, not %" PRId64, whole->id,
                snapshot_object_count(snapshot), whole->objects);
    snapshot_free(newer);
    snapshot_free(snapshot);
    return code;
}

static enum error_code check_whole(struct verification *verification, const struct whole *whole)
{
    enum error_code code = check_root(verification, whole);

    verification->result.snapshots++;
    verification->before = whole->id;
    if (code == ERROR_NONE && !marks_has(&verification->loaded, whole->node)) {
        code = load(verification, whole);
        if (code == ERROR_NONE)
            code = marks_set(&verification->loaded, whole->node, verification->error);
    }
    if (is_finding(code))
        problem(verification, "snapshot #%" PRId64 ": %s", whole->id, verification->error->message);
    else if (code != ERROR_NONE)
        return code;
    verification->has_newer = code == ERROR_NONE;
    verification->newer = whole->root;
    return ERROR_NONE;
}

static enum error_code check_next_snapshot(struct verification *verification, bool *ret_any)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct whole whole;

    if (database_prepare(verification->database, store_sql_verify_snapshot, &statement, verification->error) !=
        ERROR_NONE)
        return verification->error->code;
    statement_bind_number(statement, ":target", verification->target);
    statement_bind_number(statement, ":before", verification->before);
    if (statement_step(statement, ret_any, verification->error) != ERROR_NONE || !*ret_any)
        return *ret_any ? verification->error->code : ERROR_NONE;
    whole = (struct whole){.id = statement_number(statement, 0),
                           .node = statement_number(statement, 1),
                           .engine = statement_text(statement, 3),
                           .objects = statement_number(statement, 4),
                           .gaps = statement_number(statement, 5)};
    if (statement_hash(statement, 2, &whole.root, verification->error) != ERROR_NONE)
        return verification->error->code;
    return check_whole(verification, &whole);
}

static enum error_code check_snapshots(struct verification *verification)
{
    CLEANUP(arena_free) struct arena arena;
    int64_t *targets = NULL;
    size_t count = 0;

    arena_init(&arena, SNAPSHOT_MEMORY);
    if (targets_numbers(verification->database, &(struct target_filter){0}, &arena, &targets, &count,
                        verification->error) != ERROR_NONE)
        return verification->error->code;
    for (size_t i = 0; i < count; i++) {
        bool any = true;

        verification->result.targets++;
        verification->target = targets[i];
        verification->before = INT64_MAX;
        verification->has_newer = false;
        while (any)
            if (in_one_moment(verification, check_next_snapshot, &any) != ERROR_NONE)
                return verification->error->code;
    }
    return ERROR_NONE;
}

/* ---- other tables ---- */

static enum error_code check_file(struct verification *verification)
{
    return database_check(verification->database, verification->error);
}

static enum error_code run_check(struct verification *verification, const char *sql)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = true;

    if (database_prepare(verification->database, sql, &statement, verification->error) != ERROR_NONE)
        return verification->error->code;
    while (statement_step(statement, &row, verification->error) == ERROR_NONE && row)
        problem(verification, "%.*s", TEXT_ARGS(statement_text(statement, 0)));
    return row ? verification->error->code : ERROR_NONE;
}

static enum error_code run_checks(struct verification *verification)
{
    for (const char *const *sql = store_check_all; *sql != NULL; sql++)
        if (run_check(verification, *sql) != ERROR_NONE)
            return verification->error->code;
    return ERROR_NONE;
}

static enum error_code check_kinds(struct verification *verification)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = true;

    if (database_prepare(verification->database, store_sql_verify_kinds, &statement, verification->error) != ERROR_NONE)
        return verification->error->code;
    while (statement_step(statement, &row, verification->error) == ERROR_NONE && row) {
        int64_t kind = statement_number(statement, 1), object_kind = statement_number(statement, 2);

        if (kind_facts((unsigned)kind) == NULL || kind_facts((unsigned)object_kind) == NULL)
            problem(verification, "a %.*s speaks of kind %" PRId64 " in kind %" PRId64,
                    TEXT_ARGS(statement_text(statement, 0)), kind, object_kind);
    }
    return row ? verification->error->code : ERROR_NONE;
}

/* ---- all of it ---- */

static enum error_code count_nodes(struct verification *verification)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(verification->database, store_sql_verify_total, &statement, verification->error) !=
            ERROR_NONE ||
        statement_step(statement, &row, verification->error) != ERROR_NONE)
        return verification->error->code;
    verification->node_total = (uint64_t)statement_number(statement, 0);
    return ERROR_NONE;
}

/* A part that damage brings to an end is a problem; the others may find more. */
static enum error_code run_parts(struct verification *verification)
{
    static enum error_code (*const parts[])(struct verification * verification) = {
        check_file, count_nodes, check_nodes, check_snapshots, run_checks, check_kinds};

    for (size_t i = 0; i < LENGTH_OF(parts); i++) {
        enum error_code code = parts[i](verification);

        if (is_finding(code))
            problem(verification, "%s", verification->error->message);
        else if (code != ERROR_NONE)
            return code;
    }
    return ERROR_NONE;
}

enum error_code store_verify(struct database *database, const struct verify_options *options,
                             struct verify_result *ret_result, struct error *error)
{
    struct verification verification = {.database = database, .options = options, .error = error};
    enum error_code code;

    if (hasher_new(&verification.hasher, error) != ERROR_NONE)
        return error->code;
    code = run_parts(&verification);
    hasher_free(verification.hasher);
    marks_clear(&verification.loaded);
    if (code != ERROR_NONE)
        return error_context(error, "verifying the store");
    *ret_result = verification.result;
    return ERROR_NONE;
}
