/* track/drift_contracts.h - the contracts that read what differs, and whether they would still hold with what is
 * upstream, or do hold for an instance that is not as the majority. For the correlator's rooms only.
 *
 * A contract of the environment that would change counts. It is checked against what would be promoted, or what the
 * instance has, once a step and only if it reads anything that differs.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_CONTRACTS_H
#define DRIFTLINE_TRACK_DRIFT_CONTRACTS_H

#include "contract/contract_check.h"
#include "correlate/contract_source.h"
#include "track/correlating.h"

/* One contract, and what came of checking it. */
struct drift_contract {
    const struct contract *contract;
    bool is_checked;
    struct contract_result result;
};

struct drift_contracts {
    struct drift_contract *items;
    size_t count;
    const struct hash *root; /* that they are checked against */
    struct contract_lookup lookup;
    bool is_open;
};

/* Those that speak of the environment. `root` must stay. */
enum error_code drift_contracts_begin(struct drift_contracts *ret_contracts, const struct correlating *correlating,
                                      struct text environment, const struct hash *root) MUST_CHECK;

/* Set the contracts that read what the change is about, as JSON in the arena, or an empty text; and raise its severity
 * to that of those that would not hold. */
enum error_code drift_contracts_apply(struct drift_contracts *contracts, const struct correlating *correlating,
                                      struct change *change, struct text *ret_json) MUST_CHECK;

#endif
