/* track/drift_life.h - one drift is opened, goes on, is hidden, or ends: its record, its steps, and the news of it.
 * For the correlator's rooms only.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_LIFE_H
#define DRIFTLINE_TRACK_DRIFT_LIFE_H

#include "store/waivers.h"
#include "track/drift_contracts.h"
#include "track/drift_name.h"
#include "track/drift_news.h"

enum { NO_SIDE = -1 };

/* One step of a pair. Begins with zeros, but for the first five. */
struct drift_writing {
    const struct correlating *correlating;
    const struct occasion *occasion;
    const struct pair_row *pair;
    int mover;                          /* the side that moved; NO_SIDE: neither, but what counts has changed */
    const struct step_renames *renames; /* of the step; NULL: none are known */
    struct drift_contracts contracts;
    struct explanations explanations;
    struct drift_news news;
    struct waiver_row *waivers; /* of the database, that hold for what comes */
    size_t waiver_count;
    bool waivers_are_read;
};

/* How both sides of something new were when they were equal. */
struct drift_origin {
    bool base_known;
    struct change_state base;
    bool other_moved;  /* also the side that did not move now has another state than that, */
    int64_t other_at;  /* since then */
    bool other_passed; /* and before that it had the state that the side that moved has now, */
    int64_t passed_at; /* since then */
};

enum error_code drift_life_open(struct drift_writing *writing, struct change *change,
                                const struct drift_origin *origin) MUST_CHECK;

/* It is still there, perhaps otherwise than it was. Costs nothing but looking when all is as it was. */
enum error_code drift_life_go_on(struct drift_writing *writing, const struct drift_row *drift,
                                 struct change *change) MUST_CHECK;

/* One side cannot be read (any more). */
enum error_code drift_life_hide(struct drift_writing *writing, const struct drift_row *drift,
                                struct text reason) MUST_CHECK;

/* Both sides are equal for the moment, while more steps follow: it lives on, and nothing is told. Then, if they are
 * equal still, it has ended by the last step of its life. */
enum error_code drift_life_meet(struct drift_writing *writing, const struct drift_row *drift) MUST_CHECK;
enum error_code drift_life_settle(struct drift_writing *writing, const struct drift_row *drift) MUST_CHECK;

/* Both sides are equal: DRIFT_LIVES lets the life decide how it ended. Any other ending is what it is. */
enum error_code drift_life_end(struct drift_writing *writing, const struct drift_row *drift,
                               enum drift_ending ending) MUST_CHECK;

#endif
