/* track/outliers.h - the instances of an environment that are not as its majority, each a pair with it. For the
 * correlator's rooms only.
 *
 * Such a pair exists while its environment has a majority of several instances and it is not in it. An instance that is
 * as the majority again keeps its pair as long as something of it cannot be seen.
 */
#ifndef DRIFTLINE_TRACK_OUTLIERS_H
#define DRIFTLINE_TRACK_OUTLIERS_H

#include "track/sides.h"

/* How much may be done at once. */
struct work_budget {
    uint32_t pairs;   /* that may still be worked out */
    int64_t slice_us; /* how long that may go on; 0: no bound */
    int64_t until;    /* by clock_elapsed(), from the first on */
    bool is_used_up;  /* there is more to do */
};

/* Take one pair's worth; false when there is none left. The time it takes to find what there is to do does not count:
 * the first is always granted. */
bool work_budget_take(struct work_budget *budget);

/* One instance came to where it is. */
enum error_code outliers_follow_one(const struct correlating *correlating, const struct environment_sides *sides,
                                    const struct instance_place *place, const struct occasion *occasion) MUST_CHECK;

/* Look at all of them: the majority is another one. What the budget does not allow for is left outdated. */
enum error_code outliers_follow_all(const struct correlating *correlating, const struct environment_sides *sides,
                                    const struct occasion *occasion, struct work_budget *budget) MUST_CHECK;

/* Follow pairs of instances that were left outdated. */
enum error_code outliers_follow_outdated(const struct correlating *correlating, struct pair_row *pairs, size_t count,
                                         const struct occasion *occasion, struct work_budget *budget) MUST_CHECK;

#endif
