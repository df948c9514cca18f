/* The nodes of the outbox: each is there once and counts who refers to it. */
#include "agent/outbox_private.h"
#include "base/buffer.h"
#include "outbox_sql.h"
#include "schema/node.h"

/* Whether others hang below it. */
static bool has_children(enum node_type type)
{
    return type != NODE_BLOB && type != NODE_STATEMENTS;
}

static enum error_code use_child(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    (void)type;
    return outbox_use_node(context, hash, error);
}

enum error_code outbox_use_node(struct outbox *outbox, const struct hash *hash, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(outbox->database, outbox_sql_node_use, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":hash", hash);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return database_changes(outbox->database) == 1
               ? ERROR_NONE
               : error_set(error, ERROR_INTERNAL, "a node came before what it refers to");
}

enum error_code outbox_add_node(struct outbox *outbox, enum node_type type, const struct hash *hash, struct text bytes,
                                bool *ret_new, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;
    bool is_new;

    if (database_prepare(outbox->database, outbox_sql_node_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":hash", hash);
    statement_bind_number(statement, ":type", (int64_t)type);
    statement_bind_blob(statement, ":bytes", bytes);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    is_new = row && statement_number(statement, 0) == 0;
    statement_reset(statement);
    if (is_new && has_children(type) && node_check(type, bytes, use_child, outbox, error) != ERROR_NONE)
        return error->code;
    *ret_new = is_new;
    return ERROR_NONE;
}

/* ---- removing ---- */

/* Nodes that one less refers to, as their hashes one after the other. */
struct release {
    struct outbox *outbox;
    struct buffer waiting;
    struct error *error;
};

static enum error_code push(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    struct release *release = context;

    (void)type;
    buffer_add(&release->waiting, hash->bytes, HASH_SIZE);
    return buffer_check(&release->waiting, error, "removing nodes");
}

static struct hash pop(struct buffer *waiting)
{
    struct hash hash;

    waiting->length -= HASH_SIZE;
    memcpy(hash.bytes, waiting->bytes + waiting->length, HASH_SIZE);
    return hash;
}

static enum error_code remove_node(struct release *release, const struct hash *hash)
{
    struct statement *statement = NULL;

    if (database_prepare(release->outbox->database, outbox_sql_node_remove, &statement, release->error) != ERROR_NONE)
        return release->error->code;
    statement_bind_hash(statement, ":hash", hash);
    return statement_run(statement, release->error);
}

/* What a damaged node refers to is not known and stays. */
static enum error_code push_children(struct release *release, const struct hash *hash)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;
    enum node_type type;

    if (database_prepare(release->outbox->database, outbox_sql_node_get, &statement, release->error) != ERROR_NONE)
        return release->error->code;
    statement_bind_hash(statement, ":hash", hash);
    if (statement_step(statement, &row, release->error) != ERROR_NONE)
        return release->error->code;
    type = row ? (enum node_type)statement_number(statement, 0) : NODE_BLOB;
    if (!has_children(type) ||
        node_check(type, statement_blob(statement, 1), push, release, release->error) == ERROR_NONE)
        return ERROR_NONE;
    return release->error->code == ERROR_MEMORY ? ERROR_MEMORY : ERROR_NONE;
}

static enum error_code release_one(struct release *release, const struct hash *hash)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;
    bool unused;

    if (database_prepare(release->outbox->database, outbox_sql_node_release, &statement, release->error) != ERROR_NONE)
        return release->error->code;
    statement_bind_hash(statement, ":hash", hash);
    if (statement_step(statement, &row, release->error) != ERROR_NONE)
        return release->error->code;
    unused = row && statement_number(statement, 0) <= 0;
    statement_reset(statement);
    if (!unused)
        return ERROR_NONE;
    if (push_children(release, hash) != ERROR_NONE)
        return release->error->code;
    return remove_node(release, hash);
}

enum error_code outbox_release_node(struct outbox *outbox, const struct hash *hash, struct error *error)
{
    struct release release = {.outbox = outbox, .error = error};
    enum error_code code;

    buffer_init(&release.waiting);
    code = push(&release, NODE_ROOT, hash, error);
    while (code == ERROR_NONE && release.waiting.length > 0) {
        struct hash next = pop(&release.waiting);

        code = release_one(&release, &next);
    }
    buffer_clear(&release.waiting);
    return code;
}

/* ---- reading ---- */

enum error_code outbox_read_node(struct outbox *outbox, const struct hash *hash, struct arena *arena,
                                 enum node_type *ret_type, struct text *ret_bytes, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    enum node_type type;
    struct hash actual;
    struct text bytes;
    bool row = false;

    if (database_prepare(outbox->database, outbox_sql_node_get, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":hash", hash);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (!row)
        return error_set(error, ERROR_NOT_FOUND, "a node is not in the outbox");
    type = (enum node_type)statement_number(statement, 0);
    bytes = statement_blob(statement, 1);
    actual = hasher_digest(outbox->hasher, (uint8_t)type, bytes);
    if (!hash_equal(&actual, hash))
        return error_set(error, ERROR_NOT_FOUND, "a node in the outbox is damaged");
    if (statement_copy(statement, 1, arena, ret_bytes, error) != ERROR_NONE)
        return error->code;
    *ret_type = type;
    return ERROR_NONE;
}

enum error_code outbox_node(struct outbox *outbox, const struct hash *hash, struct arena *arena,
                            enum node_type *ret_type, struct text *ret_bytes, struct error *error)
{
    CLEANUP(outbox_unlock) struct outbox *locked = outbox_lock(outbox);

    return outbox_read_node(locked, hash, arena, ret_type, ret_bytes, error);
}
