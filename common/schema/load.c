#include "schema/load.h"

#include "base/memory.h"
#include "schema/canonical.h"
#include "schema/node.h"
#include "schema/node_table.h"
#include "schema/trie_load.h"

static const char doing[] = "reading a snapshot";

/* Bytes that may be read to see that parts are listed at home, for one snapshot. An honest one needs about its own
 * size; a forged one may share large blobs among so many objects that comparing them all would never end. */
static const uint64_t PART_BYTES_LIMIT = (uint64_t)2 * 1024 * 1024 * 1024;

static enum error_code snapshot_new(struct snapshot **ret_snapshot, size_t memory_limit, struct error *error)
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

static enum error_code check_aspects(const struct snapshot *snapshot, struct hasher *hasher, struct error *error)
{
    struct aspect_check check = {.snapshot = snapshot, .hasher = hasher, .error = error};
    enum error_code code = ERROR_NONE;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT && code == ERROR_NONE; aspect++)
        code = check_trie(&check, aspect);
    node_table_clear(&check.pairs);
    return code;
}

/* ---------------------------------------------------------------- whole snapshots */

/* Set what the root says beside its tries. */
static enum error_code take_root(struct snapshot *snapshot, const struct node_root *root, struct error *error)
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
    return check_aspects(snapshot, reader->hasher, error);
}

enum error_code snapshot_load_into(struct snapshot *snapshot, struct text root_node, const struct node_source *nodes,
                                   struct error *error)
{
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct node_root root;

    if (node_read_root(root_node, &root, error) != ERROR_NONE || take_root(snapshot, &root, error) != ERROR_NONE ||
        trie_reader_open(&reader, nodes, &snapshot->arena, error) != ERROR_NONE)
        return error->code;
    return load_tries(snapshot, &root, &reader, error);
}

static enum error_code fetch_root(const struct node_source *nodes, const struct hash *root, struct arena *arena,
                                  struct text *ret_bytes, struct error *error)
{
    return nodes->fetch(nodes->context, root, NODE_ROOT, arena, ret_bytes, error);
}

enum error_code snapshot_load(struct snapshot **ret_snapshot, const struct hash *root, const struct node_source *nodes,
                              size_t memory_limit, struct error *error)
{
    struct snapshot *snapshot = NULL;
    struct text bytes;

    if (snapshot_new(&snapshot, memory_limit, error) != ERROR_NONE)
        return error->code;
    snapshot->root = *root;
    if (fetch_root(nodes, root, &snapshot->arena, &bytes, error) != ERROR_NONE ||
        snapshot_load_into(snapshot, bytes, nodes, error) != ERROR_NONE) {
        snapshot_free(snapshot);
        return error->code;
    }
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- what differs */

enum { FROM, TO, SIDES };

/* One key that differs in one aspect. */
struct keyed {
    struct hash key;
    const struct trie_entry *entries[SIDES];
};

struct keyed_list {
    struct keyed *items; /* in key order */
    uint32_t count;
    uint32_t capacity;
    struct arena *arena;
};

/* One of the two snapshots. */
struct part_side {
    struct snapshot *snapshot;    /* that is being made */
    const struct snapshot *whole; /* in memory already; NULL: it is in the source */
    struct node_root root;        /* of one that is in the source */
    struct trie_reader reader;    /* into the snapshot's arena */
};

/* What loading two snapshots needs at every step. */
struct pair_loader {
    const struct node_source *nodes;
    size_t memory_limit;
    struct arena arena; /* for what is needed until the end only */
    struct trie_reader reader;
    struct part_side sides[SIDES];
    struct keyed_list changed[ASPECT_COUNT];
    struct keyed *rows; /* every key that differs in any aspect, and what the one that is looked at has of it */
    uint32_t row_count;
    struct trie_wanted *wanted; /* room to look for as many */
    struct error *error;
};

static enum error_code no_memory(struct pair_loader *loader)
{
    return arena_error(&loader->arena, loader->error, doing);
}

static enum error_code collect(void *context, const struct trie_entry *from, const struct trie_entry *to,
                               struct error *error)
{
    struct keyed_list *list = context;

    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        struct keyed *items = arena_array(list->arena, capacity, sizeof *items);

        if (items == NULL)
            return arena_error(list->arena, error, doing);
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct keyed){(from != NULL ? from : to)->key, {from, to}};
    return ERROR_NONE;
}

static struct trie_side trie_side(const struct part_side *side, unsigned aspect)
{
    if (side->whole != NULL)
        return (struct trie_side){.trie = &side->whole->tries[aspect]};
    return (struct trie_side){.top = side->root.tops[aspect]};
}

static enum error_code find_changed(struct pair_loader *loader)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct trie_comparison comparison = {.from = trie_side(&loader->sides[FROM], aspect),
                                                   .to = trie_side(&loader->sides[TO], aspect),
                                                   .visit = collect,
                                                   .context = &loader->changed[aspect]};

        loader->changed[aspect] = (struct keyed_list){.arena = &loader->arena};
        if (trie_load_diff(&comparison, &loader->reader, loader->error) != ERROR_NONE)
            return loader->error->code;
    }
    return ERROR_NONE;
}

/* The smallest key that any list has next; NULL at the end of all. */
static const struct hash *next_key(const struct pair_loader *loader, const uint32_t next[ASPECT_COUNT])
{
    const struct hash *smallest = NULL;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct keyed_list *list = &loader->changed[aspect];
        const struct hash *key = next[aspect] < list->count ? &list->items[next[aspect]].key : NULL;

        if (key != NULL && (smallest == NULL || memcmp(key->bytes, smallest->bytes, HASH_SIZE) < 0))
            smallest = key;
    }
    return smallest;
}

static enum error_code join_keys(struct pair_loader *loader)
{
    uint32_t next[ASPECT_COUNT] = {0};
    const struct hash *key;
    size_t most = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        most += loader->changed[aspect].count;
    loader->rows = arena_array(&loader->arena, most, sizeof *loader->rows);
    loader->wanted = arena_array(&loader->arena, most, sizeof *loader->wanted);
    if (loader->rows == NULL || loader->wanted == NULL)
        return no_memory(loader);
    while ((key = next_key(loader, next)) != NULL) {
        struct keyed *row = &loader->rows[loader->row_count++];

        row->key = *key;
        for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
            const struct keyed_list *list = &loader->changed[aspect];

            next[aspect] += next[aspect] < list->count && hash_equal(&list->items[next[aspect]].key, &row->key);
        }
    }
    return ERROR_NONE;
}

/* Find keys that did not change in an aspect: what is there is the same on both sides. */
static enum error_code find_unchanged(struct pair_loader *loader, unsigned aspect, uint32_t count)
{
    const struct trie_side side = trie_side(&loader->sides[TO], aspect);

    if (side.trie == NULL)
        return trie_load_wanted(&side.top, loader->wanted, count, &loader->reader, loader->error);
    for (uint32_t i = 0; i < count; i++)
        loader->wanted[i].entry = trie_find(side.trie, &loader->wanted[i].key);
    return ERROR_NONE;
}

/* Set what both sides have of each row in one aspect. */
static enum error_code fill_rows(struct pair_loader *loader, unsigned aspect)
{
    const struct keyed_list *changed = &loader->changed[aspect];
    uint32_t next = 0, wanted = 0;

    for (uint32_t i = 0; i < loader->row_count; i++) {
        struct keyed *row = &loader->rows[i];

        if (next < changed->count && hash_equal(&changed->items[next].key, &row->key))
            *row = changed->items[next++];
        else
            loader->wanted[wanted++] = (struct trie_wanted){.key = row->key};
    }
    if (find_unchanged(loader, aspect, wanted) != ERROR_NONE)
        return loader->error->code;
    next = wanted = 0;
    for (uint32_t i = 0; i < loader->row_count; i++) {
        struct keyed *row = &loader->rows[i];

        if (next < changed->count && hash_equal(&changed->items[next].key, &row->key))
            next++;
        else
            row->entries[FROM] = row->entries[TO] = loader->wanted[wanted++].entry;
    }
    return ERROR_NONE;
}

/* Make an entry the snapshot's own, with its blob; one of a snapshot in memory stays where it is. */
static enum error_code take_entry(struct part_side *side, const struct trie_entry *found, unsigned aspect,
                                  struct trie_entry *ret_entry, struct error *error)
{
    struct arena *arena = &side->snapshot->arena;
    struct trie_entry entry = {
        .key = found->key, .kind = found->kind, .path = found->path, .blob_hash = found->blob_hash};

    if (side->whole != NULL) {
        *ret_entry = *found;
        return ERROR_NONE;
    }
    for (uint32_t i = 0; i < entry.path.count; i++) {
        entry.path.elements[i].bytes = arena_string(arena, found->path.elements[i]);
        if (entry.path.elements[i].bytes == NULL)
            return arena_error(arena, error, doing);
    }
    *ret_entry = entry;
    return trie_load_blob(ret_entry, (enum aspect)aspect, &side->reader, error);
}

/* What one side has of every row. */
static enum error_code make_trie(struct pair_loader *loader, unsigned which, unsigned aspect)
{
    struct part_side *side = &loader->sides[which];
    struct arena *arena = &side->snapshot->arena;
    struct trie *trie = &side->snapshot->tries[aspect];
    struct trie_entry *entries = arena_array(arena, loader->row_count, sizeof *entries);
    uint32_t count = 0;

    if (entries == NULL)
        return arena_error(arena, loader->error, doing);
    for (uint32_t i = 0; i < loader->row_count; i++) {
        const struct trie_entry *found = loader->rows[i].entries[which];

        if (found != NULL && take_entry(side, found, aspect, &entries[count++], loader->error) != ERROR_NONE)
            return loader->error->code;
    }
    if (trie_build(trie, entries, count, arena, side->reader.hasher, loader->error) != ERROR_NONE)
        return loader->error->code;
    trie->top->hash = side->whole != NULL ? side->whole->tries[aspect].top->hash : side->root.tops[aspect].hash;
    return ERROR_NONE;
}

static enum error_code begin_side(struct pair_loader *loader, struct part_side *side, const struct hash *root)
{
    struct text bytes;

    if (snapshot_new(&side->snapshot, loader->memory_limit, loader->error) != ERROR_NONE ||
        trie_reader_open(&side->reader, loader->nodes, &side->snapshot->arena, loader->error) != ERROR_NONE)
        return loader->error->code;
    side->snapshot->root = *root;
    if (side->whole != NULL) {
        side->snapshot->canonical_version = side->whole->canonical_version;
        side->snapshot->info = side->whole->info;
        side->snapshot->gaps = side->whole->gaps;
        side->snapshot->gap_count = side->whole->gap_count;
        return ERROR_NONE;
    }
    if (fetch_root(loader->nodes, root, &side->snapshot->arena, &bytes, loader->error) != ERROR_NONE ||
        node_read_root(bytes, &side->root, loader->error) != ERROR_NONE)
        return loader->error->code;
    return take_root(side->snapshot, &side->root, loader->error);
}

static enum error_code load_pair(struct pair_loader *loader, const struct hash *from, const struct hash *to)
{
    if (trie_reader_open(&loader->reader, loader->nodes, &loader->arena, loader->error) != ERROR_NONE ||
        begin_side(loader, &loader->sides[FROM], from) != ERROR_NONE ||
        begin_side(loader, &loader->sides[TO], to) != ERROR_NONE || find_changed(loader) != ERROR_NONE ||
        join_keys(loader) != ERROR_NONE)
        return loader->error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (fill_rows(loader, aspect) != ERROR_NONE || make_trie(loader, FROM, aspect) != ERROR_NONE ||
            make_trie(loader, TO, aspect) != ERROR_NONE)
            return loader->error->code;
    for (unsigned side = 0; side < SIDES; side++)
        if (check_aspects(loader->sides[side].snapshot, loader->reader.hasher, loader->error) != ERROR_NONE)
            return loader->error->code;
    return ERROR_NONE;
}

/* Load, and hand over or release what was made. */
static enum error_code run_pair(struct pair_loader *loader, const struct hash *from, const struct hash *to,
                                struct snapshot **ret_from, struct snapshot **ret_to)
{
    enum error_code code;

    arena_init(&loader->arena, loader->memory_limit);
    code = load_pair(loader, from, to);
    for (unsigned side = 0; side < SIDES; side++) {
        trie_reader_close(&loader->sides[side].reader);
        if (code != ERROR_NONE)
            snapshot_free(loader->sides[side].snapshot);
    }
    trie_reader_close(&loader->reader);
    arena_free(&loader->arena);
    if (code != ERROR_NONE)
        return code;
    *ret_from = loader->sides[FROM].snapshot;
    *ret_to = loader->sides[TO].snapshot;
    return ERROR_NONE;
}

static enum error_code load_all_new(struct snapshot **ret_from, struct snapshot **ret_to, struct pair_loader *loader,
                                    const struct hash *to)
{
    struct snapshot_input nothing = {0};
    struct snapshot *from = NULL, *whole = NULL;

    if (snapshot_load(&whole, to, loader->nodes, loader->memory_limit, loader->error) != ERROR_NONE)
        return loader->error->code;
    nothing.info.engine = whole->info.engine;
    if (snapshot_build(&from, &nothing, loader->memory_limit, loader->error) != ERROR_NONE) {
        snapshot_free(whole);
        return loader->error->code;
    }
    *ret_from = from;
    *ret_to = whole;
    return ERROR_NONE;
}

enum error_code snapshot_load_changed(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct hash *to, const struct node_source *nodes, size_t memory_limit,
                                      struct error *error)
{
    struct pair_loader loader = {.nodes = nodes, .memory_limit = memory_limit, .error = error};

    if (from == NULL)
        return load_all_new(ret_from, ret_to, &loader, to);
    return run_pair(&loader, from, to, ret_from, ret_to);
}

enum error_code snapshot_load_against(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct snapshot *to, const struct node_source *nodes, size_t memory_limit,
                                      struct error *error)
{
    struct pair_loader loader = {.nodes = nodes, .memory_limit = memory_limit, .sides[TO].whole = to, .error = error};

    return run_pair(&loader, from, &to->root, ret_from, ret_to);
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
