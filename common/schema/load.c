#include "schema/load.h"

#include "base/memory.h"
#include "schema/canonical.h"
#include "schema/load_root.h"
#include "schema/node.h"
#include "schema/node_table.h"
#include "schema/trie_load.h"

static const char doing[] = "reading a snapshot";

/* Bytes that may be read to see that parts are listed at home, for one snapshot. An honest one needs about its own
 * size; a forged one may share large blobs among so many objects that comparing them all would never end. */
static const uint64_t PART_BYTES_LIMIT = (uint64_t)2 * 1024 * 1024 * 1024;

enum error_code load_new_snapshot(struct snapshot **ret_snapshot, size_t memory_limit, struct error *error)
{
    struct snapshot *snapshot = mem_alloc(sizeof *snapshot);

    if (snapshot == NULL)
        return error_memory(error, doing);
    *snapshot = (struct snapshot){0};
    arena_init(&snapshot->arena, memory_limit);
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

uint32_t snapshot_object_count(const struct snapshot *snapshot)
{
    uint32_t count = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++)
            count += kind_facts(snapshot->tries[aspect].entries[i].kind)->aspect == aspect;
    return count;
}

/* ---------------------------------------------------------------- what aspects say of each other */

/* What checking needs at every step. */
struct aspect_check {
    const struct snapshot *snapshot;
    struct hasher *hasher;
    struct node_table pairs; /* of blobs that were compared */
    uint64_t bytes;
    struct error *error;
};

/* Each pair of blobs once, however many objects have it. */
static enum error_code check_parts(struct aspect_check *check, const struct trie_entry *home,
                                   const struct trie_entry *other)
{
    struct hash both[2] = {home->blob_hash, other->blob_hash};
    struct hash pair = hasher_digest(check->hasher, 0, (struct text){(const char *)both, sizeof both});

    if (node_table_find(&check->pairs, &pair) != NULL)
        return ERROR_NONE;
    check->bytes += home->blob.length + other->blob.length;
    if (check->bytes > PART_BYTES_LIMIT)
        return error_set(check->error, ERROR_LIMIT, "a snapshot has too many parts");
    if (!canonical_lists_parts(home->blob, other->blob))
        return error_set(check->error, ERROR_CORRUPT, "an object has access or storage attributes of a part it lacks");
    if (!node_table_add(&check->pairs, &pair, NODE_BLOB, (struct text){"", 0}))
        return error_memory(check->error, doing);
    return ERROR_NONE;
}

static enum error_code check_trie(struct aspect_check *check, unsigned aspect)
{
    const struct trie *trie = &check->snapshot->tries[aspect];

    for (uint32_t i = 0; i < trie->count; i++) {
        const struct trie_entry *other = &trie->entries[i], *home;
        unsigned at_home = kind_facts(other->kind)->aspect;

        if (at_home == aspect)
            continue;
        home = trie_find(&check->snapshot->tries[at_home], &other->key);
        if (home == NULL)
            return error_set(check->error, ERROR_CORRUPT, "a snapshot has access or storage of a %s that it lacks",
                             kind_name(other->kind));
        if (check_parts(check, home, other) != ERROR_NONE)
            return check->error->code;
    }
    return ERROR_NONE;
}

enum error_code load_check_aspects(const struct snapshot *snapshot, struct hasher *hasher, struct error *error)
{
    struct aspect_check check = {.snapshot = snapshot, .hasher = hasher, .error = error};
    enum error_code code = ERROR_NONE;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT && code == ERROR_NONE; aspect++)
        code = check_trie(&check, aspect);
    node_table_clear(&check.pairs);
    return code;
}

/* ---------------------------------------------------------------- whole snapshots */

enum error_code load_take_root(struct snapshot *snapshot, const struct node_root *root, struct error *error)
{
    snapshot->canonical_version = root->canonical_version;
    snapshot->info.engine = root->engine;
    snapshot->gap_count = root->gap_count;
    return node_read_gaps(root, &snapshot->arena, &snapshot->gaps, error);
}

static enum error_code load_tries(struct snapshot *snapshot, const struct node_root *root, struct trie_reader *reader,
                                  struct error *error)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (trie_load(&snapshot->tries[aspect], &root->tops[aspect], (enum aspect)aspect, reader, error) != ERROR_NONE)
            return error->code;
    return load_check_aspects(snapshot, reader->hasher, error);
}

enum error_code snapshot_load_into(struct snapshot *snapshot, struct text root_node, const struct node_source *nodes,
                                   struct error *error)
{
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct node_root root;

    if (node_read_root(root_node, &root, error) != ERROR_NONE || load_take_root(snapshot, &root, error) != ERROR_NONE ||
        trie_reader_open(&reader, nodes, &snapshot->arena, error) != ERROR_NONE)
        return error->code;
    return load_tries(snapshot, &root, &reader, error);
}

enum error_code load_fetch_root(const struct node_source *nodes, const struct hash *root, struct arena *arena,
                                struct text *ret_bytes, struct error *error)
{
    return nodes->fetch(nodes->context, root, NODE_ROOT, arena, ret_bytes, error);
}

enum error_code snapshot_load(struct snapshot **ret_snapshot, const struct hash *root, const struct node_source *nodes,
                              size_t memory_limit, struct error *error)
{
    struct snapshot *snapshot = NULL;
    struct text bytes;

    if (load_new_snapshot(&snapshot, memory_limit, error) != ERROR_NONE)
        return error->code;
    snapshot->root = *root;
    if (load_fetch_root(nodes, root, &snapshot->arena, &bytes, error) != ERROR_NONE ||
        snapshot_load_into(snapshot, bytes, nodes, error) != ERROR_NONE) {
        snapshot_free(snapshot);
        return error->code;
    }
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- every node of a snapshot */

/* What visiting needs at every step. */
struct visit {
    const struct snapshot *snapshot;
    const struct snapshot_walk *walk;
    struct node_table visited;
    struct buffer node;
    struct error *error;
};

static bool is_known(const struct visit *visit, const struct hash *hash)
{
    return node_table_find(&visit->visited, hash) != NULL ||
           (visit->walk->known != NULL && visit->walk->known(visit->walk->context, hash));
}

static enum error_code visit_node(struct visit *visit, enum node_type type, const struct hash *hash, struct text bytes)
{
    if (!node_table_add(&visit->visited, hash, (uint8_t)type, (struct text){"", 0}))
        return error_memory(visit->error, "walking through a snapshot");
    return visit->walk->visit(visit->walk->context, type, hash, bytes, visit->error);
}

static enum error_code visit_trie(struct visit *visit, const struct trie *trie, const struct trie_node *node)
{
    if (is_known(visit, &node->hash))
        return ERROR_NONE;
    for (unsigned i = 0; node->children != NULL && i < TRIE_FANOUT; i++)
        if (node->children[i] != NULL && visit_trie(visit, trie, node->children[i]) != ERROR_NONE)
            return visit->error->code;
    for (uint32_t i = 0; node->children == NULL && i < node->count; i++) {
        const struct trie_entry *entry = &trie->entries[node->first + i];

        if (!is_known(visit, &entry->blob_hash) &&
            visit_node(visit, NODE_BLOB, &entry->blob_hash, entry->blob) != ERROR_NONE)
            return visit->error->code;
    }
    buffer_reset(&visit->node);
    trie_encode_node(&visit->node, trie, node);
    if (buffer_check(&visit->node, visit->error, "walking through a snapshot") != ERROR_NONE)
        return visit->error->code;
    return visit_node(visit, trie_node_type(node->count), &node->hash, buffer_text(&visit->node));
}

static enum error_code visit_all(struct visit *visit)
{
    const struct snapshot *snapshot = visit->snapshot;

    if (is_known(visit, &snapshot->root))
        return ERROR_NONE;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (visit_trie(visit, &snapshot->tries[aspect], snapshot->tries[aspect].top) != ERROR_NONE)
            return visit->error->code;
    buffer_reset(&visit->node);
    snapshot_encode_root(&visit->node, snapshot);
    if (buffer_check(&visit->node, visit->error, "walking through a snapshot") != ERROR_NONE)
        return visit->error->code;
    return visit_node(visit, NODE_ROOT, &snapshot->root, buffer_text(&visit->node));
}

enum error_code snapshot_visit_nodes(const struct snapshot *snapshot, const struct snapshot_walk *walk,
                                     struct error *error)
{
    struct visit visit = {.snapshot = snapshot, .walk = walk, .error = error};
    enum error_code code = visit_all(&visit);

    node_table_clear(&visit.visited);
    buffer_clear(&visit.node);
    return code;
}
