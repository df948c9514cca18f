/* schema/trie_load.h - tries out of a source of nodes: a whole one, some of its entries, or what differs between two.
 *
 * Everything is checked that a trie can tell by itself: shape, order, keys, counts, that nothing is missing, and that
 * each blob is one of its entry's kind and of the aspect. What is wrong is ERROR_CORRUPT. A broken node never makes a
 * reader go on for ever, or ask for more memory than its bytes justify.
 *
 * Ownership: what is read lives in the reader's arena.
 */
#ifndef DRIFTLINE_SCHEMA_TRIE_LOAD_H
#define DRIFTLINE_SCHEMA_TRIE_LOAD_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "schema/node_table.h"
#include "schema/trie.h"

/* A branch taken apart: its children by digit, count 0 where there is none. */
struct trie_branch {
    struct trie_top children[TRIE_FANOUT];
    uint32_t count; /* of all entries below */
};
enum error_code trie_read_branch(struct text bytes, struct trie_branch *ret_branch, struct error *error) MUST_CHECK;

/* A leaf taken apart; its entries have a kind, a path and the hash of a blob. Their order is not checked: keys are. */
struct trie_leaf {
    struct trie_entry entries[TRIE_LEAF_ENTRIES];
    uint32_t count;
};
enum error_code trie_read_leaf(struct text bytes, struct trie_leaf *ret_leaf, struct error *error) MUST_CHECK;

/* What reading needs at every step. One reader may read many tries; it remembers which blobs it has seen. */
struct trie_reader {
    const struct node_source *nodes;
    struct arena *arena;
    struct hasher *hasher;
    struct buffer scratch;
    struct node_table blobs[ASPECT_COUNT]; /* by hash, with the kind as type: what many objects share is read once */
};

/* `nodes` and `arena` must outlive the reader. Closing a reader that could not be opened is fine. */
enum error_code trie_reader_open(struct trie_reader *reader, const struct node_source *nodes, struct arena *arena,
                                 struct error *error) MUST_CHECK;
void trie_reader_close(struct trie_reader *reader);

/* Load a whole trie with its blobs. */
enum error_code trie_load(struct trie *ret_trie, const struct trie_top *top, enum aspect aspect,
                          struct trie_reader *reader, struct error *error) MUST_CHECK;

/* Load the blob of one entry. */
enum error_code trie_load_blob(struct trie_entry *entry, enum aspect aspect, struct trie_reader *reader,
                               struct error *error) MUST_CHECK;

/* Find the entries of some keys, which must be sorted; those that are not there stay NULL. Blobs are not loaded. */
struct trie_wanted {
    struct hash key;
    const struct trie_entry *entry;
};
enum error_code trie_load_wanted(const struct trie_top *top, struct trie_wanted *wanted, uint32_t count,
                                 struct trie_reader *reader, struct error *error) MUST_CHECK;

/* A trie in memory, or, if `trie` is NULL, one of the source. */
struct trie_side {
    const struct trie *trie;
    struct trie_top top;
};

/* Walk what differs, as trie_diff() does: what has the same hash at the same place is not fetched. Blobs of entries of
 * the source are not loaded. Parts that are equal on both sides are taken to be in order; all else is checked. */
struct trie_comparison {
    struct trie_side from;
    struct trie_side to;
    trie_visitor visit;
    void *context;
};
enum error_code trie_load_diff(const struct trie_comparison *comparison, struct trie_reader *reader,
                               struct error *error) MUST_CHECK;

#endif
