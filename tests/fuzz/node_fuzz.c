/* Single nodes that somebody else made: a type byte, and the bytes. What is accepted of a leaf, a branch or a root is
 * encoded again as the same bytes from what was read of it, and each reference was told once; of what is refused none
 * was.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "schema/canonical.h"
#include "schema/node.h"
#include "schema/trie_load.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The references, written down as a leaf, a branch or a root has them. */
struct told {
    struct buffer hashes;
    unsigned count;
    bool blobs_only;
};

static enum error_code tell(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    struct told *told = context;

    (void)error;
    require(type == (told->blobs_only ? NODE_BLOB : type));
    require(type == NODE_BLOB || type == NODE_LEAF || type == NODE_BRANCH);
    buffer_add(&told->hashes, hash->bytes, HASH_SIZE);
    told->count++;
    return ERROR_NONE;
}

static void encode_leaf(struct buffer *output, struct text bytes)
{
    struct error error = {0};
    struct trie_leaf leaf;

    require(trie_read_leaf(bytes, &leaf, &error) == ERROR_NONE);
    buffer_add_varint(output, leaf.count);
    for (uint32_t i = 0; i < leaf.count; i++) {
        identity_encode(output, leaf.entries[i].kind, &leaf.entries[i].path);
        buffer_add(output, leaf.entries[i].blob_hash.bytes, HASH_SIZE);
    }
}

static void encode_branch(struct buffer *output, struct text bytes)
{
    struct error error = {0};
    struct trie_branch branch;
    unsigned present = 0;

    require(trie_read_branch(bytes, &branch, &error) == ERROR_NONE && branch.count > TRIE_LEAF_ENTRIES);
    for (unsigned i = 0; i < TRIE_FANOUT; i++)
        present |= (unsigned)(branch.children[i].count > 0) << i;
    buffer_add_byte(output, (uint8_t)(present >> 8));
    buffer_add_byte(output, (uint8_t)present);
    for (unsigned i = 0; i < TRIE_FANOUT; i++)
        if (branch.children[i].count > 0) {
            buffer_add(output, branch.children[i].hash.bytes, HASH_SIZE);
            buffer_add_varint(output, branch.children[i].count);
        }
}

static void encode_root(struct buffer *output, struct text bytes)
{
    struct trie_node tops[ASPECT_COUNT] = {0};
    CLEANUP(arena_free) struct arena arena;
    struct snapshot snapshot = {0};
    struct error error = {0};
    struct node_root root;

    arena_init(&arena, (size_t)256 * 1024 * 1024);
    require(node_read_root(bytes, &root, &error) == ERROR_NONE);
    require(node_read_gaps(&root, &arena, &snapshot.gaps, &error) == ERROR_NONE);
    snapshot.canonical_version = root.canonical_version;
    snapshot.info.engine = root.engine;
    snapshot.gap_count = root.gap_count;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        tops[aspect].hash = root.tops[aspect].hash;
        snapshot.tries[aspect].top = &tops[aspect];
        snapshot.tries[aspect].count = root.tops[aspect].count;
    }
    snapshot_encode_root(output, &snapshot);
}

static void check_accepted(enum node_type type, struct text bytes, const struct told *told)
{
    CLEANUP(buffer_clear) struct buffer again = {0};

    if (type == NODE_BLOB) {
        require(told->count == 0);
        return;
    }
    if (type == NODE_LEAF)
        encode_leaf(&again, bytes);
    else if (type == NODE_BRANCH)
        encode_branch(&again, bytes);
    else
        encode_root(&again, bytes);
    require(text_equal(buffer_text(&again), bytes));
    require(type != NODE_ROOT || told->count == ASPECT_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct told told = {.count = 0};
    struct error error = {0};
    enum node_type type;
    struct text node;

    if (length == 0)
        return 0;
    type = (enum node_type)bytes[0];
    node = (struct text){(const char *)bytes + 1, length - 1};
    told.blobs_only = type == NODE_LEAF;
    if (node_check(type, node, tell, &told, &error) == ERROR_NONE)
        check_accepted(type, node, &told);
    else
        require(told.count == 0 && (error.code == ERROR_CORRUPT || error.code == ERROR_UNSUPPORTED));
    buffer_clear(&told.hashes);
    return 0;
}
