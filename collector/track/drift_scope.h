/* track/drift_scope.h - what a step of one side can have done to the difference of a pair: the objects that it
 * touched, those that living drifts tie to them, and these drifts. For the correlator's rooms only.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_SCOPE_H
#define DRIFTLINE_TRACK_DRIFT_SCOPE_H

#include "schema/load.h"
#include "store/drifts.h"
#include "track/correlating.h"

struct drift_scope {
    bool is_everything;       /* the step may have done something to anything */
    struct object_name *also; /* beside what the step touched */
    size_t also_count;
    struct drift_row *drifts; /* that live and are in it */
    size_t drift_count;
};

/* Of everything; or of a step, by its changes. A step that touches very much, or a schema that was renamed, now or in a
 * drift that lives, makes it everything. */
enum error_code drift_scope_everything(struct drift_scope *ret_scope, const struct correlating *correlating,
                                       int64_t pair) MUST_CHECK;
enum error_code drift_scope_of(struct drift_scope *ret_scope, const struct correlating *correlating, int64_t pair,
                               const struct change *changes, uint32_t count) MUST_CHECK;

#endif
