/* schema/trie.h - a Merkle trie over the objects of one aspect: what changed is found without reading what did not.
 *
 * Objects hang under SHA-256(identity). A node with at most TRIE_LEAF_ENTRIES objects below it is a leaf that lists
 * them, any other is a branch that splits by the next four bits. The shape depends on the set alone, so equal sets have
 * equal roots whatever their history. In memory the entries are one array in key order, and a node is a range of it.
 *
 * Ownership: a trie lives in an arena, with the bytes it points to.
 */
#ifndef DRIFTLINE_SCHEMA_TRIE_H
#define DRIFTLINE_SCHEMA_TRIE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "schema/object.h"

enum { TRIE_LEAF_ENTRIES = 64, TRIE_FANOUT = 16 };

/* The domain byte of every hash, and the type byte of every node in a file or on the wire. An identity is no node, and
 * a page of captured statements (wire/statement_page.h) is no part of a snapshot. */
enum node_type { NODE_BLOB = 1, NODE_LEAF = 2, NODE_BRANCH = 3, NODE_ROOT = 4, NODE_IDENTITY = 5, NODE_STATEMENTS = 6 };

struct trie_entry {
    struct hash key; /* of the identity */
    enum kind kind;
    struct path path;
    struct hash blob_hash;
    struct text blob;
    uint64_t id;              /* the server's number of the object, 0: unknown; never hashed */
    const uint64_t *part_ids; /* of the parts, in the order of the blob; NULL: unknown */
    uint32_t part_count;      /* of part_ids */
};

struct trie_node {
    struct hash hash;
    uint32_t first; /* the entries below this node */
    uint32_t count;
    struct trie_node **children; /* TRIE_FANOUT pointers, NULL where empty; NULL: a leaf */
};

struct trie {
    struct trie_entry *entries; /* sorted by key */
    uint32_t count;
    struct trie_node *top;
};

/* How the root node names a trie: its top node, and how many entries it has. */
struct trie_top {
    struct hash hash;
    uint32_t count;
};

/* Where the bytes of nodes come from: a file that was read, a store. They live as long as the arena, into which a
 * source that does not keep them copies them, and must be those of the hash. An unknown hash or another type is
 * ERROR_CORRUPT. */
struct node_source {
    enum error_code (*fetch)(void *context, const struct hash *hash, enum node_type type, struct arena *arena,
                             struct text *ret_bytes, struct error *error);
    void *context;
};

/* Whether the node above so many objects is a leaf or a branch. */
static inline enum node_type trie_node_type(uint32_t count)
{
    return count > TRIE_LEAF_ENTRIES ? NODE_BRANCH : NODE_LEAF;
}

/* The four bits of a key by which a branch at this depth splits. */
static inline unsigned trie_digit(const struct hash *key, unsigned depth)
{
    return depth % 2 == 0 ? key->bytes[depth / 2] >> 4 : key->bytes[depth / 2] & 15;
}

/* The key of an object. `scratch` is reset and used. */
struct hash trie_key(struct hasher *hasher, struct buffer *scratch, enum kind kind, const struct path *path);

/* Sort the entries by key (in place), and build and hash the nodes. Two entries with one key are ERROR_INTERNAL. */
enum error_code trie_build(struct trie *ret_trie, struct trie_entry *entries, uint32_t count, struct arena *arena,
                           struct hasher *hasher, struct error *error) MUST_CHECK;

/* Append the bytes of a node as they are hashed. */
void trie_encode_node(struct buffer *buffer, const struct trie *trie, const struct trie_node *node);

/* The entry of a key, or NULL. */
const struct trie_entry *trie_find(const struct trie *trie, const struct hash *key);

/* Called for each key whose blob differs, in key order; NULL where a side lacks the key. Anything but ERROR_NONE ends
 * the walk. */
typedef enum error_code (*trie_visitor)(void *context, const struct trie_entry *from, const struct trie_entry *to,
                                        struct error *error);

/* Walk what differs. Costs as much as there is difference, not as there are objects. */
enum error_code trie_diff(const struct trie *from, const struct trie *to, trie_visitor visit, void *context,
                          struct error *error) MUST_CHECK;

#endif
