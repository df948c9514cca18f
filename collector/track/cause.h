/* track/cause.h - why two sides differ, and how it ended, from the states that each of them went through since they
 * were last equal. Nothing but that: no store, no clock, no names.
 */
#ifndef DRIFTLINE_TRACK_CAUSE_H
#define DRIFTLINE_TRACK_CAUSE_H

#include "store/drifts.h"

/* A state that a side took, and when. */
struct cause_step {
    int64_t at;
    int side; /* 0: what is promoted (or the majority), 1: the other */
    struct change_state state;
};

struct cause_life {
    bool base_known;          /* they were equal once, */
    struct change_state base; /* so */
    const struct cause_step
        *steps; /* in the order in which they were learned; times may go back, when an agent was away */
    size_t count;
    bool is_outlier; /* an instance and its majority */
};

/* Why they differ now. BASELINE when it is not known that they ever were equal; PENDING when only what is promoted has
 * moved, or the other side has a state that it went through; HOTFIX the other way round; DIVERGED when both moved. */
enum drift_cause cause_of(const struct cause_life *life);

/* They are equal now, by a step of `mover`, which is the last one: how it ended, what it turns out to have been (a
 * change that was learned late may show that what looked like a hotfix was a promotion), and the time from the change
 * upstream to the promotion, -1 when there was none. Who first took the state that both have now is where it came from;
 * a drift that was BASELINE or DIVERGED until now stays so. */
struct cause_end {
    enum drift_ending ending;
    enum drift_cause cause;
    int64_t lead;
};
struct cause_end cause_end(const struct cause_life *life, int mover);

#endif
