/* track/drift_deferral.h - drifts that are equal for the moment, while a pair follows several steps at once. For the
 * correlator's rooms only.
 *
 * What both sides went through while a pair waited is followed one step after the other. In between a side stands where
 * its environment no longer is: what is equal there is not over for that. Such a drift lives on, with the step in its
 * life; only when all steps were followed has it ended, if it is equal then.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_DEFERRAL_H
#define DRIFTLINE_TRACK_DRIFT_DEFERRAL_H

#include "track/correlating.h"

struct drift_deferral {
    bool more;       /* another step follows */
    int64_t *drifts; /* the numbers of those that are equal for the moment */
    size_t count;
    size_t capacity;
};

enum error_code drift_deferral_add(struct drift_deferral *deferral, const struct correlating *correlating,
                                   int64_t drift) MUST_CHECK;
bool drift_deferral_has(const struct drift_deferral *deferral, int64_t drift); /* NULL: none has */
void drift_deferral_remove(struct drift_deferral *deferral, int64_t drift);    /* that it need not have */

#endif
