#include "schema/trie.h"

#include <stdlib.h>

#include "schema/canonical.h"

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
        unsigned digit = trie_digit(&builder->trie->entries[begin].key, depth);
        uint32_t end = begin + 1;

        while (end < first + count && trie_digit(&builder->trie->entries[end].key, depth) == digit)
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
