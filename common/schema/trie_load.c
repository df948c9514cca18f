#include "schema/trie_load.h"

#include "base/memory.h"
#include "base/reader.h"
#include "schema/canonical.h"

enum { KEY_DIGITS = 2 * HASH_SIZE };

static const char doing[] = "reading a snapshot";

static enum error_code corrupt(struct error *error, const char *what)
{
    return error_set(error, ERROR_CORRUPT, "a trie node %s", what);
}

/* ---------------------------------------------------------------- single nodes */

enum error_code trie_read_branch(struct text bytes, struct trie_branch *ret_branch, struct error *error)
{
    struct trie_branch branch = {.count = 0};
    struct reader reader;
    uint64_t total = 0;
    unsigned present;

    reader_init(&reader, bytes);
    present = (unsigned)reader_byte(&reader) << 8;
    present |= reader_byte(&reader);
    for (unsigned i = 0; i < TRIE_FANOUT; i++) {
        struct text hash;

        if ((present >> i & 1) == 0)
            continue;
        hash = reader_bytes(&reader, HASH_SIZE);
        branch.children[i].count = (uint32_t)reader_varint_up_to(&reader, UINT32_MAX);
        if (reader_failed(&reader) || branch.children[i].count == 0)
            return corrupt(error, "ends too early or has an empty child");
        memcpy(branch.children[i].hash.bytes, hash.bytes, HASH_SIZE);
        total += branch.children[i].count;
    }
    if (!reader_finished(&reader))
        return corrupt(error, "has bytes to spare or too few");
    if (total <= TRIE_LEAF_ENTRIES || total > UINT32_MAX)
        return corrupt(error, "is a branch of too few or too many objects");
    branch.count = (uint32_t)total;
    *ret_branch = branch;
    return ERROR_NONE;
}

enum error_code trie_read_leaf(struct text bytes, struct trie_leaf *ret_leaf, struct error *error)
{
    struct reader reader;
    uint32_t count;

    reader_init(&reader, bytes);
    count = reader_count(&reader, HASH_SIZE + 2);
    if (reader_failed(&reader) || count > TRIE_LEAF_ENTRIES)
        return corrupt(error, "lists more objects than fit");
    for (uint32_t i = 0; i < count; i++) {
        struct trie_entry entry = {0};
        struct text hash;

        identity_decode(&reader, &entry.kind, &entry.path);
        hash = reader_bytes(&reader, HASH_SIZE);
        if (reader_failed(&reader))
            return corrupt(error, "ends too early");
        memcpy(entry.blob_hash.bytes, hash.bytes, HASH_SIZE);
        ret_leaf->entries[i] = entry;
    }
    if (!reader_finished(&reader))
        return corrupt(error, "has bytes to spare");
    ret_leaf->count = count;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- the reader */

enum error_code trie_reader_open(struct trie_reader *reader, const struct node_source *nodes, struct arena *arena,
                                 struct error *error)
{
    *reader = (struct trie_reader){.nodes = nodes, .arena = arena};
    return hasher_new(&reader->hasher, error);
}

void trie_reader_close(struct trie_reader *reader)
{
    hasher_free(reader->hasher);
    reader->hasher = NULL;
    buffer_clear(&reader->scratch);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        node_table_clear(&reader->blobs[aspect]);
}

static enum error_code fetch(struct trie_reader *reader, const struct hash *hash, enum node_type type,
                             struct text *ret_bytes, struct error *error)
{
    return reader->nodes->fetch(reader->nodes->context, hash, type, reader->arena, ret_bytes, error);
}

/* Without the table a large blob that a forger lets many objects share would be read through for each of them. */
enum error_code trie_load_blob(struct trie_entry *entry, enum aspect aspect, struct trie_reader *reader,
                               struct error *error)
{
    const struct node_slot *known = node_table_find(&reader->blobs[aspect], &entry->blob_hash);
    struct blob_facts facts;
    struct text blob;

    if (known != NULL && known->type == entry->kind) {
        entry->blob = known->bytes;
        return ERROR_NONE;
    }
    if (fetch(reader, &entry->blob_hash, NODE_BLOB, &blob, error) != ERROR_NONE ||
        canonical_check(blob, &facts, error) != ERROR_NONE)
        return error->code;
    if (facts.kind != entry->kind)
        return error_set(error, ERROR_CORRUPT, "a %s has the bytes of a %s", kind_name(entry->kind),
                         kind_name(facts.kind));
    if (facts.aspect != aspect)
        return error_set(error, ERROR_CORRUPT, "a %s has attributes of the aspect %s in the aspect %s",
                         kind_name(entry->kind), aspect_name(facts.aspect), aspect_name(aspect));
    if (!node_table_add(&reader->blobs[aspect], &entry->blob_hash, (uint8_t)entry->kind, blob))
        return error_memory(error, doing);
    entry->blob = blob;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- a trie, or a part of one */

/* What loading needs at every step. The entries grow as leaves are read: no count is believed before. */
struct loader {
    struct trie_reader *reader;
    enum aspect aspect;
    bool with_blobs;
    struct hash prefix; /* the digits on the way to the node that is being read */
    struct trie_entry *entries;
    uint32_t count;
    uint32_t capacity;
    struct error *error;
};

static void set_digit(struct hash *prefix, unsigned depth, unsigned digit)
{
    uint8_t *byte = &prefix->bytes[depth / 2];

    *byte = (uint8_t)(depth % 2 == 0 ? digit << 4 : (*byte & 0xf0u) | digit);
}

static bool has_prefix(const struct hash *key, const struct hash *prefix, unsigned digits)
{
    for (unsigned i = 0; i < digits; i++)
        if (trie_digit(key, i) != trie_digit(prefix, i))
            return false;
    return true;
}

static int compare_hashes(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_SIZE);
}

static enum error_code reserve(struct loader *loader, uint32_t more)
{
    uint32_t capacity = loader->capacity == 0 ? TRIE_LEAF_ENTRIES : loader->capacity * 2;
    struct trie_entry *entries;

    if (loader->capacity - loader->count >= more)
        return ERROR_NONE;
    entries = capacity < loader->capacity ? NULL : mem_realloc(loader->entries, capacity * sizeof *entries);
    if (entries == NULL)
        return error_memory(loader->error, doing);
    loader->entries = entries;
    loader->capacity = capacity;
    return ERROR_NONE;
}

static enum error_code load_entry(struct loader *loader, struct trie_entry *entry, unsigned depth)
{
    struct trie_reader *reader = loader->reader;

    entry->key = trie_key(reader->hasher, &reader->scratch, entry->kind, &entry->path);
    if (buffer_check(&reader->scratch, loader->error, doing) != ERROR_NONE)
        return loader->error->code;
    if (!has_prefix(&entry->key, &loader->prefix, depth))
        return corrupt(loader->error, "lists an object that belongs elsewhere");
    if (loader->count > 0 && compare_hashes(&loader->entries[loader->count - 1].key, &entry->key) >= 0)
        return corrupt(loader->error, "lists its objects in the wrong order");
    if (loader->with_blobs && trie_load_blob(entry, loader->aspect, reader, loader->error) != ERROR_NONE)
        return loader->error->code;
    loader->entries[loader->count++] = *entry;
    return ERROR_NONE;
}

static enum error_code load_leaf(struct loader *loader, const struct trie_top *top, unsigned depth)
{
    struct trie_leaf leaf;
    struct text bytes;

    if (fetch(loader->reader, &top->hash, NODE_LEAF, &bytes, loader->error) != ERROR_NONE ||
        trie_read_leaf(bytes, &leaf, loader->error) != ERROR_NONE || reserve(loader, leaf.count) != ERROR_NONE)
        return loader->error->code;
    if (leaf.count != top->count)
        return corrupt(loader->error, "lists another number of objects than is said of it");
    for (uint32_t i = 0; i < leaf.count; i++)
        if (load_entry(loader, &leaf.entries[i], depth) != ERROR_NONE)
            return loader->error->code;
    return ERROR_NONE;
}

static enum error_code load_branch(struct trie_reader *reader, const struct trie_top *top, unsigned depth,
                                   struct trie_branch *ret_branch, struct error *error)
{
    struct text bytes;

    if (depth >= KEY_DIGITS)
        return corrupt(error, "is deeper than a key is long");
    if (fetch(reader, &top->hash, NODE_BRANCH, &bytes, error) != ERROR_NONE ||
        trie_read_branch(bytes, ret_branch, error) != ERROR_NONE)
        return error->code;
    if (ret_branch->count != top->count)
        return corrupt(error, "has children whose number of objects does not add up");
    return ERROR_NONE;
}

/* The number of entries that the parent names decides whether the node must be a leaf or a branch. NULL: the error is
 * set. */
static struct trie_node *load_node(struct loader *loader, const struct trie_top *top, unsigned depth)
{
    bool is_branch = trie_node_type(top->count) == NODE_BRANCH;
    struct trie_node *node = arena_alloc(loader->reader->arena, sizeof *node);
    struct trie_branch branch;

    if (node != NULL && is_branch)
        node->children = arena_array(loader->reader->arena, TRIE_FANOUT, sizeof(struct trie_node *));
    if (node == NULL || (is_branch && node->children == NULL)) {
        arena_error(loader->reader->arena, loader->error, doing);
        return NULL;
    }
    node->hash = top->hash;
    node->first = loader->count;
    node->count = top->count;
    if (!is_branch)
        return load_leaf(loader, top, depth) == ERROR_NONE ? node : NULL;
    if (load_branch(loader->reader, top, depth, &branch, loader->error) != ERROR_NONE)
        return NULL;
    for (unsigned i = 0; i < TRIE_FANOUT; i++) {
        if (branch.children[i].count == 0)
            continue;
        set_digit(&loader->prefix, depth, i);
        node->children[i] = load_node(loader, &branch.children[i], depth + 1);
        if (node->children[i] == NULL)
            return NULL;
    }
    return node;
}

/* Load everything below a node. The loader's entries move to the arena. */
static enum error_code load_below(struct loader *loader, const struct trie_top *top, unsigned depth,
                                  struct trie *ret_trie)
{
    struct arena *arena = loader->reader->arena;
    struct trie trie = {.top = load_node(loader, top, depth)};
    enum error_code code = trie.top == NULL ? loader->error->code : ERROR_NONE;

    if (code == ERROR_NONE) {
        trie.count = loader->count;
        trie.entries = arena_array(arena, loader->count, sizeof *trie.entries);
        if (trie.entries == NULL)
            code = arena_error(arena, loader->error, doing);
        else if (loader->count > 0)
            memcpy(trie.entries, loader->entries, loader->count * sizeof *trie.entries);
    }
    mem_free(loader->entries);
    if (code == ERROR_NONE)
        *ret_trie = trie;
    return code;
}

enum error_code trie_load(struct trie *ret_trie, const struct trie_top *top, enum aspect aspect,
                          struct trie_reader *reader, struct error *error)
{
    struct loader loader = {.reader = reader, .aspect = aspect, .with_blobs = true, .error = error};

    return load_below(&loader, top, 0, ret_trie);
}

/* ---------------------------------------------------------------- some entries */

/* Match the sorted keys with the sorted entries of the leaf in which they would be. */
static enum error_code find_in_leaf(const struct trie_top *top, struct trie_wanted *wanted, uint32_t count,
                                    struct loader *loader, unsigned depth)
{
    struct trie leaf;
    uint32_t at = 0;

    if (load_below(loader, top, depth, &leaf) != ERROR_NONE)
        return loader->error->code;
    for (uint32_t i = 0; i < count; i++) {
        while (at < leaf.count && compare_hashes(&leaf.entries[at].key, &wanted[i].key) < 0)
            at++;
        if (at < leaf.count && hash_equal(&leaf.entries[at].key, &wanted[i].key))
            wanted[i].entry = &leaf.entries[at];
    }
    return ERROR_NONE;
}

/* Each node on the way is fetched once, for all keys that lead through it. The keys share `depth` digits. */
static enum error_code find_below(const struct trie_top *top, struct trie_wanted *wanted, uint32_t count,
                                  const struct loader *context, unsigned depth)
{
    struct loader loader = *context;
    struct trie_branch branch;

    if (count > 0)
        loader.prefix = wanted[0].key; /* of which load_entry() looks at `depth` digits only */
    if (trie_node_type(top->count) == NODE_LEAF)
        return find_in_leaf(top, wanted, count, &loader, depth);
    if (load_branch(loader.reader, top, depth, &branch, loader.error) != ERROR_NONE)
        return loader.error->code;
    for (uint32_t first = 0, end; first < count; first = end) {
        unsigned digit = trie_digit(&wanted[first].key, depth);

        for (end = first + 1; end < count && trie_digit(&wanted[end].key, depth) == digit; end++)
            ;
        if (branch.children[digit].count > 0 &&
            find_below(&branch.children[digit], &wanted[first], end - first, context, depth + 1) != ERROR_NONE)
            return loader.error->code;
    }
    return ERROR_NONE;
}

enum error_code trie_load_wanted(const struct trie_top *top, struct trie_wanted *wanted, uint32_t count,
                                 struct trie_reader *reader, struct error *error)
{
    const struct loader loader = {.reader = reader, .error = error};

    return count == 0 ? ERROR_NONE : find_below(top, wanted, count, &loader, 0);
}

/* ---------------------------------------------------------------- what differs */

/* A node of one side: in memory, in the source, or nowhere. */
struct spot {
    bool present;
    struct trie_top top;
    const struct trie *trie; /* NULL: in the source */
    const struct trie_node *node;
};

/* What comparing needs at every step. */
struct walk {
    const struct trie_comparison *comparison;
    struct trie_reader *reader;
    struct hash prefix;
    struct error *error;
};

static struct spot top_of(const struct trie_side *side)
{
    struct spot spot = {.present = true, .top = side->top, .trie = side->trie};

    if (spot.trie != NULL) {
        spot.node = spot.trie->top;
        spot.top = (struct trie_top){spot.node->hash, spot.node->count};
    }
    return spot;
}

static enum error_code open_spot(struct walk *walk, const struct spot *spot, unsigned depth,
                                 struct spot ret_children[TRIE_FANOUT])
{
    struct trie_branch branch;

    if (spot->node == NULL && load_branch(walk->reader, &spot->top, depth, &branch, walk->error) != ERROR_NONE)
        return walk->error->code;
    for (unsigned i = 0; i < TRIE_FANOUT; i++) {
        struct spot child = {.trie = spot->trie};

        if (spot->node != NULL && spot->node->children[i] != NULL) {
            child.node = spot->node->children[i];
            child.top = (struct trie_top){child.node->hash, child.node->count};
        } else if (spot->node == NULL) {
            child.top = branch.children[i];
        }
        child.present = child.top.count > 0;
        ret_children[i] = child;
    }
    return ERROR_NONE;
}

/* All entries below a spot, in key order. */
static enum error_code entries_of(struct walk *walk, const struct spot *spot, unsigned depth, struct trie *ret_trie)
{
    struct loader loader = {.reader = walk->reader, .prefix = walk->prefix, .error = walk->error};

    if (!spot->present) {
        *ret_trie = (struct trie){.count = 0};
        return ERROR_NONE;
    }
    if (spot->node == NULL)
        return load_below(&loader, &spot->top, depth, ret_trie);
    *ret_trie = (struct trie){.entries = spot->trie->entries + spot->node->first, .count = spot->node->count};
    return ERROR_NONE;
}

static enum error_code merge_spots(struct walk *walk, const struct spot *from, const struct spot *to, unsigned depth)
{
    const struct trie_comparison *comparison = walk->comparison;
    uint32_t a = 0, b = 0;
    struct trie left, right;

    if (entries_of(walk, from, depth, &left) != ERROR_NONE || entries_of(walk, to, depth, &right) != ERROR_NONE)
        return walk->error->code;
    while (a < left.count || b < right.count) {
        int order = a == left.count    ? 1
                    : b == right.count ? -1
                                       : compare_hashes(&left.entries[a].key, &right.entries[b].key);
        const struct trie_entry *from_entry = order <= 0 ? &left.entries[a++] : NULL;
        const struct trie_entry *to_entry = order >= 0 ? &right.entries[b++] : NULL;

        if (order == 0 && hash_equal(&from_entry->blob_hash, &to_entry->blob_hash))
            continue;
        if (comparison->visit(comparison->context, from_entry, to_entry, walk->error) != ERROR_NONE)
            return walk->error->code;
    }
    return ERROR_NONE;
}

static bool is_branch(const struct spot *spot)
{
    return spot->present && trie_node_type(spot->top.count) == NODE_BRANCH;
}

static enum error_code walk_spots(struct walk *walk, const struct spot *from, const struct spot *to, unsigned depth)
{
    struct spot left[TRIE_FANOUT], right[TRIE_FANOUT];

    if (from->present && to->present && hash_equal(&from->top.hash, &to->top.hash))
        return from->top.count == to->top.count ? ERROR_NONE
                                                : corrupt(walk->error, "is said to have two numbers of objects");
    if (!is_branch(from) || !is_branch(to))
        return merge_spots(walk, from, to, depth);
    if (open_spot(walk, from, depth, left) != ERROR_NONE || open_spot(walk, to, depth, right) != ERROR_NONE)
        return walk->error->code;
    for (unsigned i = 0; i < TRIE_FANOUT; i++) {
        if (!left[i].present && !right[i].present)
            continue;
        set_digit(&walk->prefix, depth, i);
        if (walk_spots(walk, &left[i], &right[i], depth + 1) != ERROR_NONE)
            return walk->error->code;
    }
    return ERROR_NONE;
}

enum error_code trie_load_diff(const struct trie_comparison *comparison, struct trie_reader *reader,
                               struct error *error)
{
    struct walk walk = {.comparison = comparison, .reader = reader, .error = error};
    struct spot from = top_of(&comparison->from), to = top_of(&comparison->to);

    return walk_spots(&walk, &from, &to, 0);
}
