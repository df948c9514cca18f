/* schema/load_root.h - what loading a whole snapshot and parts of one have in common; for this room only. */
#ifndef DRIFTLINE_SCHEMA_LOAD_ROOT_H
#define DRIFTLINE_SCHEMA_LOAD_ROOT_H

#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "schema/node.h"
#include "schema/snapshot.h"
#include "schema/trie.h"

/* One that is empty; snapshot_free() releases it. */
enum error_code load_new_snapshot(struct snapshot **ret_snapshot, size_t memory_limit, struct error *error) MUST_CHECK;

/* The bytes of a root node. */
enum error_code load_fetch_root(const struct node_source *nodes, const struct hash *root, struct arena *arena,
                                struct text *ret_bytes, struct error *error) MUST_CHECK;

/* Set what the root says beside its tries. */
enum error_code load_take_root(struct snapshot *snapshot, const struct node_root *root, struct error *error) MUST_CHECK;

/* Check that what one aspect says is of objects and parts that their home lists. */
enum error_code load_check_aspects(const struct snapshot *snapshot, struct hasher *hasher,
                                   struct error *error) MUST_CHECK;

#endif
