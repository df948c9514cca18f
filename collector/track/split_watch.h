/* track/split_watch.h - tells that an environment has lost its majority, and that it has one again. For the
 * correlator's rooms only.
 *
 * Instances that are seen for the first time tell of nothing: an environment that is being enrolled one by one would
 * raise an alarm with the second. If there is still no majority when one of them changes, or when all is looked at,
 * then it is told.
 */
#ifndef DRIFTLINE_TRACK_SPLIT_WATCH_H
#define DRIFTLINE_TRACK_SPLIT_WATCH_H

#include "track/sides.h"

/* How an environment stands; `instance` is the one that moved, or empty. */
enum error_code split_watch_follow(const struct correlating *correlating, const struct environment_sides *sides,
                                   const struct occasion *occasion, struct text instance) MUST_CHECK;

/* Look again at all environments, of whatever database, that were told to have none: some may have no instances left.
 */
enum error_code split_watch_all(const struct correlating *correlating, const struct occasion *occasion) MUST_CHECK;

#endif
