/* track/pair_comparison.h - the two sides of a pair, loaded as far as a step can have changed their difference, and
 * compared. For the correlator's rooms only.
 *
 * Two canonical forms are no failure: nothing is compared, and the difference says so.
 */
#ifndef DRIFTLINE_TRACK_PAIR_COMPARISON_H
#define DRIFTLINE_TRACK_PAIR_COMPARISON_H

#include "drift/coverage.h"
#include "store/pairs.h"
#include "track/drift_scope.h"

struct pair_comparison {
    struct snapshot *sides[2]; /* as in the pair */
    struct diff diff;          /* as the pair is read, with states */
    struct coverage coverage;
};

/* Compare as the policy wants it where the pair leads to. `step`, which may be NULL, says from which root one side came
 * to which; then the scope is not everything. pair_comparison_free() releases what was loaded. */
struct pair_move {
    struct hash old;
    struct hash now;
};
enum error_code pair_comparison_make(struct pair_comparison *ret_comparison, const struct correlating *correlating,
                                     const struct pair_row *pair, const struct drift_scope *scope,
                                     const struct pair_move *move) MUST_CHECK;
void pair_comparison_free(struct pair_comparison *comparison);

/* The changes of one side between two of its states, as it saw them itself. In the arena, but for what points into the
 * snapshots: these are to be released with pair_comparison_free() when the changes are no longer needed. */
enum error_code pair_comparison_of_side(struct pair_comparison *ret_comparison, const struct correlating *correlating,
                                        const struct pair_side *old, const struct pair_side *now) MUST_CHECK;

/* What a root does not cover: only `gaps`, `root` and the engine are set. */
enum error_code pair_comparison_gaps(const struct correlating *correlating, const struct hash *root,
                                     struct snapshot *ret_gaps) MUST_CHECK;

/* What could not be compared, in one line for people, in the arena; an empty text: everything could. */
enum error_code pair_comparison_unknown(const struct correlating *correlating, const struct diff *diff,
                                        struct text *ret_text) MUST_CHECK;

#endif
