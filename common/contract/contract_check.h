/* contract/contract_check.h - whether a snapshot keeps a contract, requirement by requirement.
 *
 * Only the objects that a contract names are looked at: where they come from is the caller's, a snapshot in memory or
 * nodes in a store. What could not be read is not violated and not kept: it is unknown. So is whatever a gap of the
 * snapshot covers, even if something of it was read: coverage is what comparisons believe, too.
 * Failure: only memory, and what the source reports.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_CHECK_H
#define DRIFTLINE_CONTRACT_CONTRACT_CHECK_H

#include "base/compiler.h"
#include "base/error.h"
#include "contract/contract.h"
#include "contract/contract_source.h"
#include "contract/contract_type.h"

enum contract_state { CONTRACT_HOLDS, CONTRACT_VIOLATED, CONTRACT_UNKNOWN, CONTRACT_STATE_COUNT };

/* "holds", "violated", "unknown" */
const char *contract_state_name(enum contract_state state);

/* Something that is not as required, or not known. */
struct contract_finding {
    const struct contract *contract;
    const struct contract_requirement *requirement;
    enum contract_state state; /* violated or unknown */
    bool is_undeclared;        /* unknown only because nobody declares it there */
    enum kind kind;            /* of the part, or of the object itself; a key that is not there is KIND_UNIQUE */
    struct text object;        /* its displayed path: "shop.orders.total"; of a key or index that of its table */
    struct text owner;         /* of the requirement's object */
    struct text message;       /* "column shop.orders.total has the type integer, at least bigint is required" */
    unsigned line;             /* in contract->file */
};

struct contract_result {
    enum contract_state state; /* violated before unknown before holds */
    struct contract_finding *findings;
    size_t count;
};

enum error_code contract_check(struct contract_result *ret_result, const struct contract *contract,
                               const struct contract_source *source, struct arena *arena,
                               struct error *error) MUST_CHECK;

#endif
