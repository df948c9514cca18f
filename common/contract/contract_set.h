/* contract/contract_set.h - contracts that were read, put together: sorted, each name once, with fingerprints.
 *
 * Ownership: everything lives in the arena; a copy points to nothing outside it.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_SET_H
#define DRIFTLINE_CONTRACT_CONTRACT_SET_H

#include "base/compiler.h"
#include "base/error.h"
#include "contract/contract.h"

/* Make a set of contracts in any order, which are sorted in place and get their fingerprints. A name that is there
 * twice is ERROR_CONFIG and names both places. */
enum error_code contract_set_make(struct contract_set *ret_set, struct contract *contracts, size_t count,
                                  struct error *error) MUST_CHECK;

/* Two sets as one, in the same way. What the contracts point to is shared. */
enum error_code contract_sets_join(struct contract_set *ret_set, const struct contract_set *a,
                                   const struct contract_set *b, struct arena *arena, struct error *error) MUST_CHECK;

/* A deep copy into another arena. */
enum error_code contract_set_copy(struct contract_set *ret_set, const struct contract_set *set, struct arena *arena,
                                  struct error *error) MUST_CHECK;

/* The contract of a name, or NULL. */
const struct contract *contract_set_find(const struct contract_set *set, struct text name);

#endif
