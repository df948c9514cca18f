/* store/contract_states.h - how each target stands to each contract that speaks of it. */
#ifndef DRIFTLINE_STORE_CONTRACT_STATES_H
#define DRIFTLINE_STORE_CONTRACT_STATES_H

#include "base/hash.h"
#include "store/targets.h"

struct contract_state_row {
    struct text contract;
    int64_t target;
    struct target_name name; /* of the target; not needed for putting */
    struct hash fingerprint; /* of the contract that was checked */
    uint32_t state;          /* enum contract_state of contract/contract_check.h */
    int64_t since;
    int64_t snapshot;
    struct text findings; /* JSON: `[{"state", "kind", "object", "owner", "message", "line"}]` */
    int64_t change;       /* that broke it; 0: not known */
    struct text actor;    /* of that change; empty: not known. Not needed for putting */
    uint32_t evidence;    /* of that change */
};

enum error_code contract_states_put(struct database *database, const struct contract_state_row *row,
                                    struct error *error) MUST_CHECK;
enum error_code contract_states_remove(struct database *database, struct text contract, int64_t target,
                                       struct error *error) MUST_CHECK;

struct contract_state_filter {
    struct text contract; /* empty: any; and so on */
    struct text database;
    struct text environment;
    int64_t target; /* 0: any */
};
enum error_code contract_states_list(struct database *database, const struct contract_state_filter *filter,
                                     struct arena *arena, struct contract_state_row **ret_rows, size_t *ret_count,
                                     struct error *error) MUST_CHECK;

#endif
