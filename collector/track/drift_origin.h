/* track/drift_origin.h - how both sides of a difference that is new were when they were equal. For the correlator's
 * rooms only.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_ORIGIN_H
#define DRIFTLINE_TRACK_DRIFT_ORIGIN_H

#include "track/drift_life.h"
#include "track/drift_set.h"

/* Of the change at a place. The side that did not move tells: it still is as both were. Not when the difference was
 * there before as a part of a larger one, or as parts of it: then these know. */
enum error_code drift_origin_find(const struct drift_set *set, const struct correlating *correlating,
                                  const struct drift_match *match, size_t place,
                                  struct drift_origin *ret_origin) MUST_CHECK;

#endif
