/* correlate/contract_source.h - a stored snapshot as the source of objects that a contract is checked against.
 *
 * Each object that a contract names is a look-up of a few nodes: a check costs as much as the contract asks, however
 * large the schema is. There are no hints of near names, which would need the whole of it.
 */
#ifndef DRIFTLINE_CORRELATE_CONTRACT_SOURCE_H
#define DRIFTLINE_CORRELATE_CONTRACT_SOURCE_H

#include "contract/contract_check.h"
#include "schema/lookup.h"
#include "store/store.h"

/* Must stay where it is while it is in use. */
struct contract_lookup {
    struct contract_source source; /* for contract_check() */
    struct lookup lookup;
    struct node_source nodes;
};

/* Look at the snapshot of a root. What is read for all checks together lives in the arena. ERROR_CORRUPT when its nodes
 * are not there (any more). */
enum error_code contract_lookup_begin(struct contract_lookup *ret_lookup, struct database *database,
                                      const struct hash *root, struct arena *arena, struct error *error) MUST_CHECK;

#endif
