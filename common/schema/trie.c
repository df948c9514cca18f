#include "schema/trie.h"

#include <stdlib.h>

#include "base/memory.h"
#include "schema/canonical.h"
#include "schema/node_table.h"

enum { KEY_NIBBLES = 2 * HASH_SIZE, CHILD_BYTES = HASH_SIZE + 1 };

/* The four bits by which a branch at this depth splits. */
static unsigned nibble(const struct hash *key, unsigned depth)
{
    return depth % 2 == 0 ? key->bytes[depth / 2] >> 4 : key->bytes[depth / 2] & 15;
}

static struct text hash_text(const struct hash *hash)
{
    return (struct text){(const char *)hash->bytes, HASH_SIZE};
}

struct hash trie_key(struct hasher *hasher, struct buffer *scratch, enum kind kind, const struct path *path)
{
    buffer_reset(scratch);
    identity_encode(scratch, kind, path);
    return hasher_digest(hasher, NODE_IDENTITY, buffer_text(scratch));
}

static void encode_leaf(struct buffer *buffer, const struct trie *trie, const struct trie_node *node)
{
    buffer_add_varint(buffer, node->count);
    for (uint32_t i = node->first; i < node->first + node->count; i++) {
        identity_encode(buffer, trie->entries[i].kind, &trie->entries[i].path);
        buffer_add_text(buffer, hash_text(&trie->entries[i].blob_hash));
    }
}

/* A bit for each child that exists, and then each child's hash and number of entries. */
static void encode_branch(struct buffer *buffer, const struct trie_node *node)
{
    unsigned present = 0;

    for (unsigned i = 0; i < TRIE_FANOUT; i++)
        present |= (unsigned)(node->children[i] != NULL) << i;
    buffer_add_byte(buffer, (uint8_t)(present >> 8));
    buffer_add_byte(buffer, (uint8_t)present);
    for (unsigned i = 0; i < TRIE_FANOUT; i++)
        if (node->children[i] != NULL) {
            buffer_add_text(buffer, hash_text(&node->children[i]->hash));
            buffer_add_varint(buffer, node->children[i]->count);
        }
}

void trie_encode_node(struct buffer *buffer, const struct trie *trie, const struct trie_node *node)
{
    if (node->children == NULL)
        encode_leaf(buffer, trie, node);
    else
        encode_branch(buffer, node);
}

/* What building a trie needs at every step. */
struct builder {
    struct trie *trie;
    struct arena *arena;
    struct hasher *hasher;
    struct buffer scratch;
    struct error *error;
};

static struct trie_node *new_node(struct arena *arena, uint32_t first, uint32_t count, bool branch)
{
    struct trie_node *node = arena_alloc(arena, sizeof *node);

    if (node == NULL)
        return NULL;
    *node = (struct trie_node){.first = first, .count = count};
    if (branch && (node->children = arena_array(arena, TRIE_FANOUT, sizeof *node->children)) == NULL)
        return NULL;
    return node;
}

/* The node over a range of entries that share the first `depth` nibbles of their key. NULL: the error is set. */
static struct trie_node *build_node(struct builder *builder, uint32_t first, uint32_t count, unsigned depth)
{
    struct trie_node *node = new_node(builder->arena, first, count, count > TRIE_LEAF_ENTRIES);

    if (node == NULL) {
        arena_error(builder->arena, builder->error, "building a snapshot");
        return NULL;
    }
    for (uint32_t begin = first; node->children != NULL && begin < first + count;) {
        unsigned digit = nibble(&builder->trie->entries[begin].key, depth);
        uint32_t end = begin + 1;

        while (end < first + count && nibble(&builder->trie->entries[end].key, depth) == digit)
            end++;
        node->children[digit] = build_node(builder, begin, end - begin, depth + 1);
        if (node->children[digit] == NULL)
            return NULL;
        begin = end;
    }
    buffer_reset(&builder->scratch);
    trie_encode_node(&builder->scratch, builder->trie, node);
    if (buffer_check(&builder->scratch, builder->error, "building a snapshot") != ERROR_NONE)
        return NULL;
    node->hash = hasher_digest(builder->hasher, node->children == NULL ? NODE_LEAF : NODE_BRANCH,
                               buffer_text(&builder->scratch));
    return node;
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(((const struct trie_entry *)a)->key.bytes, ((const struct trie_entry *)b)->key.bytes, HASH_SIZE);
}

static enum error_code reject_duplicates(const struct trie_entry *entries, uint32_t count, struct error *error)
{
    for (uint32_t i = 1; i < count; i++)
        if (hash_equal(&entries[i - 1].key, &entries[i].key)) {
            CLEANUP(buffer_clear) struct buffer name = {0};

            path_write(&name, entries[i].kind, &entries[i].path);
            return error_set(error, ERROR_INTERNAL, "the %s '%s' was read twice", kind_name(entries[i].kind),
                             buffer_text(&name).bytes);
        }
    return ERROR_NONE;
}

enum error_code trie_build(struct trie *ret_trie, struct trie_entry *entries, uint32_t count, struct arena *arena,
                           struct hasher *hasher, struct error *error)
{
    struct trie trie = {.entries = entries, .count = count};
    struct builder builder = {.trie = &trie, .arena = arena, .hasher = hasher, .error = error};

    if (count > 0)
        qsort(entries, count, sizeof *entries, compare_keys);
    if (reject_duplicates(entries, count, error) != ERROR_NONE)
        return error->code;
    trie.top = build_node(&builder, 0, count, 0);
    buffer_clear(&builder.scratch);
    if (trie.top == NULL)
        return error->code;
    *ret_trie = trie;
    return ERROR_NONE;
}

/* What loading a trie needs at every step. The entries grow as leaves are read: no count is believed before. */
struct loader {
    const struct node_source *nodes;
    struct arena *arena;
    struct hasher *hasher;
    struct buffer scratch;
    struct trie_entry *entries;
    uint32_t count;
    uint32_t capacity;
    struct hash prefix;      /* the nibbles on the way to the node that is being read */
    struct node_table blobs; /* by hash, with the kind as type: one that many objects share is checked once */
    struct error *error;
};

static enum error_code corrupt(struct loader *loader, const char *what)
{
    return error_set(loader->error, ERROR_CORRUPT, "a trie node %s", what);
}

static struct trie_entry *add_entry(struct loader *loader)
{
    if (loader->count == loader->capacity) {
        uint32_t capacity = loader->capacity == 0 ? 256 : loader->capacity * 2;
        struct trie_entry *entries =
            capacity < loader->capacity ? NULL : mem_realloc(loader->entries, capacity * sizeof *entries);
        if (entries == NULL) {
            error_memory(loader->error, "reading a snapshot");
            return NULL;
        }
        loader->entries = entries;
        loader->capacity = capacity;
    }
    return &loader->entries[loader->count];
}

static bool has_prefix(const struct hash *key, const struct hash *prefix, unsigned nibbles)
{
    for (unsigned i = 0; i < nibbles; i++)
        if (nibble(key, i) != nibble(prefix, i))
            return false;
    return true;
}

/* Without the table a large blob that a forger lets many objects share would be read through for each of them. */
static enum error_code load_blob(struct loader *loader, struct trie_entry *entry)
{
    const struct node_slot *known = node_table_find(&loader->blobs, &entry->blob_hash);

    if (known != NULL && known->type == entry->kind) {
        entry->blob = known->bytes;
        return ERROR_NONE;
    }
    if (loader->nodes->fetch(loader->nodes->context, &entry->blob_hash, NODE_BLOB, &entry->blob, loader->error) !=
            ERROR_NONE ||
        canonical_check(entry->blob, entry->kind, loader->error) != ERROR_NONE)
        return loader->error->code;
    if (!node_table_add(&loader->blobs, &entry->blob_hash, (uint8_t)entry->kind, entry->blob))
        return error_memory(loader->error, "reading a snapshot");
    return ERROR_NONE;
}

static enum error_code load_entry(struct loader *loader, struct reader *reader, unsigned depth)
{
    struct trie_entry *entry = add_entry(loader);
    struct text hash;

    if (entry == NULL)
        return loader->error->code;
    *entry = (struct trie_entry){0};
    identity_decode(reader, &entry->kind, &entry->path);
    hash = reader_bytes(reader, HASH_SIZE);
    if (reader_failed(reader))
        return corrupt(loader, "ends too early");
    memcpy(entry->blob_hash.bytes, hash.bytes, HASH_SIZE);
    entry->key = trie_key(loader->hasher, &loader->scratch, entry->kind, &entry->path);
    if (buffer_check(&loader->scratch, loader->error, "reading a snapshot") != ERROR_NONE)
        return loader->error->code;
    if (!has_prefix(&entry->key, &loader->prefix, depth))
        return corrupt(loader, "lists an object that belongs elsewhere");
    if (loader->count > 0 && compare_keys(entry - 1, entry) >= 0)
        return corrupt(loader, "lists its objects in the wrong order");
    if (load_blob(loader, entry) != ERROR_NONE)
        return loader->error->code;
    loader->count++;
    return ERROR_NONE;
}

static enum error_code load_leaf(struct loader *loader, struct reader *reader, unsigned depth, uint32_t expected)
{
    uint32_t count = reader_count(reader, HASH_SIZE + 2);

    if (reader_failed(reader) || count > TRIE_LEAF_ENTRIES || count != expected)
        return corrupt(loader, "lists another number of objects than is said of it");
    for (uint32_t i = 0; i < count; i++)
        if (load_entry(loader, reader, depth) != ERROR_NONE)
            return loader->error->code;
    return reader_finished(reader) ? ERROR_NONE : corrupt(loader, "has bytes to spare");
}

static struct trie_node *load_node(struct loader *loader, const struct hash *hash, uint32_t count, unsigned depth);

static enum error_code load_branch(struct loader *loader, struct reader *reader, struct trie_node *node, unsigned depth)
{
    unsigned present = (unsigned)reader_byte(reader) << 8;
    uint64_t total = 0;

    present |= reader_byte(reader);
    for (unsigned i = 0; i < TRIE_FANOUT; i++) {
        struct hash hash;
        struct text bytes;
        uint32_t count;

        if ((present >> i & 1) == 0)
            continue;
        bytes = reader_bytes(reader, HASH_SIZE);
        count = (uint32_t)reader_varint_up_to(reader, UINT32_MAX);
        if (reader_failed(reader) || count == 0)
            return corrupt(loader, "ends too early or has an empty child");
        total += count;
        memcpy(hash.bytes, bytes.bytes, HASH_SIZE);
        loader->prefix.bytes[depth / 2] =
            (uint8_t)(depth % 2 == 0 ? i << 4 : (loader->prefix.bytes[depth / 2] & 0xf0u) | i);
        node->children[i] = load_node(loader, &hash, count, depth + 1);
        if (node->children[i] == NULL)
            return loader->error->code;
    }
    if (!reader_finished(reader) || total != node->count)
        return corrupt(loader, "has children whose number of objects does not add up");
    return ERROR_NONE;
}

/* `count` is what the parent says; the number decides whether the node must be a leaf or a branch. */
static struct trie_node *load_node(struct loader *loader, const struct hash *hash, uint32_t count, unsigned depth)
{
    bool branch = count > TRIE_LEAF_ENTRIES;
    struct trie_node *node;
    struct reader reader;
    struct text bytes;

    if (branch && depth >= KEY_NIBBLES) {
        corrupt(loader, "is deeper than a key is long");
        return NULL;
    }
    if (loader->nodes->fetch(loader->nodes->context, hash, branch ? NODE_BRANCH : NODE_LEAF, &bytes, loader->error) !=
        ERROR_NONE)
        return NULL;
    node = new_node(loader->arena, loader->count, count, branch);
    if (node == NULL) {
        arena_error(loader->arena, loader->error, "reading a snapshot");
        return NULL;
    }
    node->hash = *hash;
    reader_init(&reader, bytes);
    if ((branch ? load_branch(loader, &reader, node, depth) : load_leaf(loader, &reader, depth, count)) != ERROR_NONE)
        return NULL;
    return node;
}

enum error_code trie_load(struct trie *ret_trie, const struct trie_top *top, const struct node_source *nodes,
                          struct arena *arena, struct hasher *hasher, struct error *error)
{
    struct loader loader = {.nodes = nodes, .arena = arena, .hasher = hasher, .error = error};
    struct trie trie = {.top = load_node(&loader, &top->hash, top->count, 0)};

    if (trie.top != NULL) {
        trie.count = loader.count;
        trie.entries = arena_array(arena, loader.count, sizeof *trie.entries);
        if (trie.entries == NULL)
            arena_error(arena, error, "reading a snapshot");
        else if (loader.count > 0)
            memcpy(trie.entries, loader.entries, loader.count * sizeof *trie.entries);
    }
    mem_free(loader.entries);
    node_table_clear(&loader.blobs);
    buffer_clear(&loader.scratch);
    if (trie.top == NULL || trie.entries == NULL)
        return error->code;
    *ret_trie = trie;
    return ERROR_NONE;
}

const struct trie_entry *trie_find(const struct trie *trie, const struct hash *key)
{
    struct trie_entry wanted = {.key = *key};

    return trie->count == 0 ? NULL : bsearch(&wanted, trie->entries, trie->count, sizeof *trie->entries, compare_keys);
}

/* What a walk needs at every step. */
struct walk {
    const struct trie *from;
    const struct trie *to;
    trie_visitor visit;
    void *context;
    struct error *error;
};

/* Merge two ranges of entries by key. */
static enum error_code walk_ranges(const struct walk *walk, const struct trie_node *from, const struct trie_node *to)
{
    const struct trie_entry *a = from == NULL ? NULL : walk->from->entries + from->first;
    const struct trie_entry *b = to == NULL ? NULL : walk->to->entries + to->first;
    const struct trie_entry *a_end = from == NULL ? NULL : a + from->count;
    const struct trie_entry *b_end = to == NULL ? NULL : b + to->count;

    while (a != a_end || b != b_end) {
        int order = a == a_end ? 1 : b == b_end ? -1 : compare_keys(a, b);
        const struct trie_entry *left = order <= 0 ? a++ : NULL;
        const struct trie_entry *right = order >= 0 ? b++ : NULL;

        if (left != NULL && right != NULL && hash_equal(&left->blob_hash, &right->blob_hash))
            continue;
        if (walk->visit(walk->context, left, right, walk->error) != ERROR_NONE)
            return walk->error->code;
    }
    return ERROR_NONE;
}

static enum error_code walk_nodes(const struct walk *walk, const struct trie_node *from, const struct trie_node *to)
{
    if (from != NULL && to != NULL && hash_equal(&from->hash, &to->hash))
        return ERROR_NONE;
    if (from == NULL || to == NULL || from->children == NULL || to->children == NULL)
        return walk_ranges(walk, from, to);
    for (unsigned i = 0; i < TRIE_FANOUT; i++)
        if ((from->children[i] != NULL || to->children[i] != NULL) &&
            walk_nodes(walk, from->children[i], to->children[i]) != ERROR_NONE)
            return walk->error->code;
    return ERROR_NONE;
}

enum error_code trie_diff(const struct trie *from, const struct trie *to, trie_visitor visit, void *context,
                          struct error *error)
{
    struct walk walk = {.from = from, .to = to, .visit = visit, .context = context, .error = error};

    return walk_nodes(&walk, from->top, to->top);
}
