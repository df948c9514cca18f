/* track/pair_step.h - one pair follows its sides: each step of a side is compared and its drifts are kept true. For
 * the correlator's rooms only.
 */
#ifndef DRIFTLINE_TRACK_PAIR_STEP_H
#define DRIFTLINE_TRACK_PAIR_STEP_H

#include "store/drifts.h"
#include "store/pairs.h"
#include "track/correlating.h"

/* Bring a pair to these sides, and to the policy. `pair` is what is stored of it, or its name only, when there is none
 * or it is over: then it begins. `first_mover` is the side whose step made it begin, or -1. What is true already costs
 * nothing. A pair that waited goes through what was kept meanwhile: nothing is over by what only seemed so on the way.
 */
enum error_code pair_step_follow(const struct correlating *correlating, struct pair_row *pair,
                                 const struct pair_side sides[2], const struct occasion *occasion,
                                 int first_mover) MUST_CHECK;

/* An environment of the pair, `who`, has no majority: the pair, which has begun, stays as it is, but for another
 * policy, and says so. What the other side became, where one is there in `sides`, is kept until pair_step_follow(). */
enum error_code pair_step_wait(const struct correlating *correlating, struct pair_row *pair,
                               const struct pair_side sides[2], struct text who,
                               const struct occasion *occasion) MUST_CHECK;

/* The pair is over, and so are its drifts, which end in this way. */
enum error_code pair_step_end(const struct correlating *correlating, struct pair_row *pair,
                              const struct occasion *occasion, enum drift_ending ending) MUST_CHECK;

/* Whether it is worked out for these sides and the policy. */
bool pair_step_is_current(const struct correlating *correlating, const struct pair_row *pair,
                          const struct pair_side sides[2]);

#endif
