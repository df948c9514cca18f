/* common/schema/trie_sample.h - tries of many small objects, and sources of their nodes.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_TRIE_SAMPLE_H
#define DRIFTLINE_TEST_TRIE_SAMPLE_H

#include "base/buffer.h"
#include "schema/node_table.h"
#include "schema/snapshot.h"
#include "schema/trie.h"

/* Where a test makes its tries. */
struct workshop {
    struct arena arena;
    struct hasher *hasher;
    struct buffer scratch;
};

void workshop_open(struct workshop *workshop);
void workshop_close(struct workshop *workshop);

/* The table s.t<number>, whose one attribute says the version. */
struct trie_entry workshop_entry(struct workshop *workshop, uint32_t number, uint32_t version);

/* A trie of s.t<0> … s.t<count - 1> in a version each; version 0: not there. NULL: all are in version 1. */
struct trie workshop_trie(struct workshop *workshop, const uint32_t *versions, uint32_t count);

struct hash workshop_hash(struct workshop *workshop, enum node_type type, struct text bytes);

/* Nodes to load, and how often each sort was fetched. */
struct shelf {
    struct node_table nodes;
    unsigned blobs_fetched;
    unsigned nodes_fetched;
};

void shelf_open(struct shelf *shelf);
void shelf_close(struct shelf *shelf);

/* Put bytes there that live as long as the shelf, and answer their hash. */
struct hash shelf_add(struct shelf *shelf, struct workshop *workshop, enum node_type type, struct text bytes);

/* Put a trie there with all its blobs. */
void shelf_add_trie(struct shelf *shelf, struct workshop *workshop, const struct trie *trie);

/* Put every node of a snapshot there. */
void shelf_add_snapshot(struct shelf *shelf, struct workshop *workshop, const struct snapshot *snapshot);

struct node_source shelf_source(struct shelf *shelf);

#endif
