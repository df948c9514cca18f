/* schema/load.h - snapshots out of a store of nodes: one as a whole, or of two only what differs.
 *
 * Everything is checked: hashes are the node source's duty; shape, order, counts, kinds, aspects and that nothing is
 * missing are checked here. A forged attribute in the wrong aspect, or an access entry of an object that the snapshot
 * does not have, is ERROR_CORRUPT.
 */
#ifndef DRIFTLINE_SCHEMA_LOAD_H
#define DRIFTLINE_SCHEMA_LOAD_H

#include "base/compiler.h"
#include "base/error.h"
#include "schema/snapshot.h"
#include "schema/trie.h"

/* Load a whole snapshot. It takes at most `memory_limit` bytes. Its info has the engine, nothing else. */
enum error_code snapshot_load(struct snapshot **ret_snapshot, const struct hash *root, const struct node_source *nodes,
                              size_t memory_limit, struct error *error) MUST_CHECK;

/* Two snapshots that hold only the objects in which they differ, each such object in all its aspects. Roots, engine,
 * gaps and counts are those of the whole snapshots, so that diff_snapshots() of the two answers what it would of the
 * whole ones. Costs as much as there is difference.
 *
 * `from` may be NULL: everything is new; then `to` is loaded as a whole, and `ret_from` is an empty snapshot of the same
 * engine.
 *
 * What both roots share is taken to have been checked when it was first stored; all else is checked as above. So if
 * `from` was checked, `to` is. */
enum error_code snapshot_load_changed(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct hash *to, const struct node_source *nodes, size_t memory_limit,
                                      struct error *error) MUST_CHECK;

/* The same with one side already in memory, as a whole: what a snapshot that was just taken changes against one that is
 * stored. `ret_from` has what differs; compare it with `to` itself. */
enum error_code snapshot_load_against(struct snapshot **ret_from, const struct hash *from, const struct snapshot *to,
                                      const struct node_source *nodes, size_t memory_limit,
                                      struct error *error) MUST_CHECK;

/* Visit every node of a snapshot in memory, children first, each hash once, the root last. `known`, which may be NULL, says
 * of a hash that it and all below it need not be visited. */
struct snapshot_walk {
    bool (*known)(void *context, const struct hash *hash);
    enum error_code (*visit)(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                             struct error *error);
    void *context;
};
enum error_code snapshot_visit_nodes(const struct snapshot *snapshot, const struct snapshot_walk *walk,
                                     struct error *error) MUST_CHECK;

#endif
