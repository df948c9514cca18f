/* track/contract_event.h - that a contract is violated, holds again, or cannot be checked: why, and who did it. For
 * the correlator's rooms only.
 */
#ifndef DRIFTLINE_TRACK_CONTRACT_EVENT_H
#define DRIFTLINE_TRACK_CONTRACT_EVENT_H

#include "contract/contract_check.h"
#include "track/contract_watch.h"

struct contract_event {
    const struct contract *contract;
    const struct contract_result *result;
    const struct watched_target *target;
    const struct occasion *occasion;
    enum contract_state before; /* one that was not checked is as if it had held */
};

/* The number of the change of the occasion that explains what was found; 0: none is known. */
int64_t contract_event_find_change(const struct contract_event *event);

/* What was found as JSON, in the arena. */
enum error_code contract_event_findings(const struct correlating *correlating, const struct contract_result *result,
                                        struct text *ret_json) MUST_CHECK;

/* "contract-violated", "contract-unknown" or "contract-restored", if the state is another one than before. */
enum error_code contract_event_tell(const struct correlating *correlating,
                                    const struct contract_event *event) MUST_CHECK;

#endif
