/* track/drift_set.h - the differences of one comparison against the living drifts of a pair: which of them opened,
 * went on, are hidden, or have ended, and how. For the correlator's rooms only.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_SET_H
#define DRIFTLINE_TRACK_DRIFT_SET_H

#include "drift/coverage.h"
#include "store/pairs.h"
#include "track/drift_deferral.h"
#include "track/drift_match.h"

struct drift_set {
    const struct pair_row *pair; /* with its number */
    const struct occasion *occasion;
    int mover;                       /* the side that moved, or -1: neither, but what counts has changed */
    const struct snapshot *sides[2]; /* as far as they were loaded; NULL: not at all */
    const struct diff *diff;         /* as the pair is read, with states; of all, or of what the step touched */
    const struct drift_row *drifts;  /* that live, and are about what was compared */
    size_t drift_count;
    const struct step_renames *renames; /* of the step; NULL: not known */
    struct coverage coverage;           /* what the sides do not cover now */
    struct coverage coverage_before;    /* and before the step */
    bool was_known; /* the pair was worked out before, under the same policy: what is new was equal then */
    struct drift_deferral *deferral; /* of several steps at once; NULL: it is one */
    bool was_apart;                  /* two major versions kept some of it from being compared then */
};

enum error_code drift_set_reconcile(const struct drift_set *set, const struct correlating *correlating) MUST_CHECK;

/* All steps were followed: what is still equal has ended, when and by whom it became so. */
enum error_code drift_set_settle(const struct pair_row *pair, const struct occasion *occasion,
                                 const struct correlating *correlating,
                                 const struct drift_deferral *deferral) MUST_CHECK;

/* All living drifts of a pair end in this way: there is no such pair any more. */
enum error_code drift_set_end_all(const struct pair_row *pair, const struct occasion *occasion,
                                  const struct correlating *correlating, enum drift_ending ending) MUST_CHECK;

#endif
