/* schema/node.h - nodes one at a time: what is wrong with one by itself, and what it refers to.
 *
 * A store, an outbox and a peer see nodes one by one. What only shows when nodes are put together (depth, keys and
 * their order, counts, that a blob has the kind and the aspect of its entry) is checked by schema/load.h.
 */
#ifndef DRIFTLINE_SCHEMA_NODE_H
#define DRIFTLINE_SCHEMA_NODE_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "schema/snapshot.h"
#include "schema/trie.h"

enum { NODE_SIZE_LIMIT = 64 * 1024 * 1024 }; /* bytes of one node */

/* Told of each reference, in the order of the bytes. The type is the one that the node there must have: how many
 * objects it has below it says whether it is a leaf or a branch. Anything but ERROR_NONE ends the walk. */
typedef enum error_code (*node_visitor)(void *context, enum node_type type, const struct hash *hash,
                                        struct error *error);

/* Check that the bytes are a node of this type (NODE_BLOB … NODE_ROOT) in canonical form, and visit what it refers to;
 * `visit` may be NULL. A broken node is ERROR_CORRUPT, one that is too large ERROR_LIMIT, another canonical version
 * ERROR_UNSUPPORTED. Nothing is visited of a node that is broken. */
enum error_code node_check(enum node_type type, struct text bytes, node_visitor visit, void *context,
                           struct error *error) MUST_CHECK;

/* What a root node says, in place. */
struct node_root {
    unsigned canonical_version;
    struct text engine;
    struct trie_top tops[ASPECT_COUNT];
    uint32_t gap_count;
    struct text gaps; /* their bytes, which are in order */
};

enum error_code node_read_root(struct text bytes, struct node_root *ret_root, struct error *error) MUST_CHECK;

/* The coverage list of a root: an array in the arena, of texts in place. */
enum error_code node_read_gaps(const struct node_root *root, struct arena *arena, struct coverage_gap **ret_gaps,
                               struct error *error) MUST_CHECK;

#endif
