/* store/nodes.h - content-addressed nodes. Invariant: whatever a stored node refers to is stored. */
#ifndef DRIFTLINE_STORE_NODES_H
#define DRIFTLINE_STORE_NODES_H

#include "base/compiler.h"
#include "base/error.h"
#include "schema/trie.h"
#include "storage/database.h"

enum error_code nodes_know(struct database *database, const struct hash *hash, bool *ret_known,
                           struct error *error) MUST_CHECK;

/* Add a node that was checked, below which everything is there already. One that is known stays. `ret_id` may be NULL.
 */
enum error_code nodes_add(struct database *database, const struct hash *hash, enum node_type type, struct text bytes,
                          int64_t *ret_id, struct error *error) MUST_CHECK;

/* The row of a node; ERROR_NOT_FOUND. */
enum error_code nodes_find(struct database *database, const struct hash *hash, int64_t *ret_id,
                           struct error *error) MUST_CHECK;

/* For schema/load.h: `context` of the source is the connection. Bytes are copied into the loader's arena. A damaged row
 * is found by its hash only in store_verify(), not here. */
struct node_source nodes_source(struct database *database);

#endif
