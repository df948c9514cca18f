/* schema/load.h - snapshots out of a source of nodes: one as a whole, or of two only what differs.
 *
 * Everything is checked: hashes are the source's duty; shape, order, counts, kinds, aspects and that nothing is missing
 * are checked here. An attribute in the wrong aspect, or what is said in one aspect of an object or part that its home
 * does not list, is ERROR_CORRUPT.
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

/* The same into an empty snapshot that has an arena already, in which the bytes of the root node live: for a file. */
enum error_code snapshot_load_into(struct snapshot *snapshot, struct text root_node, const struct node_source *nodes,
                                   struct error *error) MUST_CHECK;

/* Two snapshots that hold only the objects in which they differ, each such object in all its aspects. Roots, roots of
 * aspects, engine and gaps are those of the whole snapshots, so that diff_snapshots() of the two answers what it would
 * of the whole ones. They are for comparing only: what else there is they do not have, and they cannot be written to a
 * file. Costs as much as there is difference. Each takes at most `memory_limit` bytes. Two of different engines are
 * loaded as wholes: what such a comparison makes of equal bytes depends on the engine.
 *
 * `from` may be NULL: everything is new; then `to` is loaded as a whole, and `ret_from` is an empty snapshot of the
 * same engine.
 *
 * What both have at the same place is taken to have been checked when it was first stored; all else is checked as
 * above. So if `from` was checked, `to` is. */
enum error_code snapshot_load_changed(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct hash *to, const struct node_source *nodes, size_t memory_limit,
                                      struct error *error) MUST_CHECK;

/* The same with one side already in memory, as a whole: a snapshot that was just taken against one that is stored.
 * `ret_to` has the info and ids of `to`, and points into it: `to` must outlive it. `from` may not be NULL. */
enum error_code snapshot_load_against(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct snapshot *to, const struct node_source *nodes, size_t memory_limit,
                                      struct error *error) MUST_CHECK;

/* Two snapshots that hold, of the objects in which they differ, only those that also differ between `old` and `now`, or
 * that `also` names: what a step from `old` to `now` of one side can have done to the difference of the two. In all
 * else they are as those of snapshot_load_changed(). Costs as much as the step is long. */
struct object_name {
    enum kind kind;
    struct path path;
};
struct load_step {
    const struct hash *old; /* roots of one side, before and now; its nodes must still be there, else ERROR_CORRUPT */
    const struct hash *now;
    const struct object_name *also;
    size_t also_count;
};
enum error_code snapshot_load_touched(struct snapshot **ret_from, struct snapshot **ret_to, const struct hash *from,
                                      const struct hash *to, const struct load_step *step,
                                      const struct node_source *nodes, size_t memory_limit,
                                      struct error *error) MUST_CHECK;

/* How many objects a snapshot holds, whatever aspect they are at home in. */
uint32_t snapshot_object_count(const struct snapshot *snapshot);

/* Visit every node of a whole snapshot, children first, each hash once, the root last. `known`, which may be NULL, says
 * of a hash that it and all below it need not be visited. The bytes are those of this moment: to be copied if they are
 * to be kept, except those of blobs, which are the snapshot's. */
struct snapshot_walk {
    bool (*known)(void *context, const struct hash *hash);
    enum error_code (*visit)(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                             struct error *error);
    void *context;
};
enum error_code snapshot_visit_nodes(const struct snapshot *snapshot, const struct snapshot_walk *walk,
                                     struct error *error) MUST_CHECK;

#endif
