/* track/pair_waiting.h - what becomes of the sides of a pair while one of them has no majority, and the steps that are
 * followed when both have one again. For the correlator's rooms only.
 *
 * Without a majority nothing says what an environment is, so a pair with it can tell nothing: neither that something
 * differs, nor that it no longer does. What its other side becomes meanwhile is kept, step by step, for causes and lead
 * times come from what sides went through and when.
 */
#ifndef DRIFTLINE_TRACK_PAIR_WAITING_H
#define DRIFTLINE_TRACK_PAIR_WAITING_H

#include "store/pairs.h"
#include "track/correlating.h"

/* Keep what the sides are, of which those without a majority are not there, unless the pair has or keeps it already. */
enum error_code pair_waiting_keep(const struct correlating *correlating, const struct pair_row *pair,
                                  const struct pair_side sides[2], const struct occasion *occasion) MUST_CHECK;

/* One side becomes this. */
struct pair_advance {
    int side;
    struct pair_side to;
    const struct occasion *occasion;
};

/* How the pair comes from what it is to these sides: what was kept, in the order in which it was learned, but for what
 * is gone from the store, and then what is left to do by the occasion. */
struct pair_advances {
    struct pair_advance *items;
    size_t count;
};
enum error_code pair_waiting_advances(const struct correlating *correlating, const struct pair_row *pair,
                                      const struct pair_side sides[2], const struct occasion *occasion,
                                      struct pair_advances *ret_advances) MUST_CHECK;

#endif
