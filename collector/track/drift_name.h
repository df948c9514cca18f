/* track/drift_name.h - what a thing is called on either side of a pair, and what a step makes of its name. For the
 * correlator's rooms only.
 *
 * A difference is known by the name that its thing has in the side that it is read to (pair_reads_to()), or by the only
 * one that it has. A part is shown under the name that its object has in that side, even if only the other has the
 * part.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_NAME_H
#define DRIFTLINE_TRACK_DRIFT_NAME_H

#include "store/drifts.h"
#include "track/correlating.h"

/* The first element of a displayed path. */
struct text drift_name_schema(struct text path);

/* Renames of one step of one side: changes whose effect is renamed. */
struct step_renames {
    const struct change *const *items;
    uint32_t count;
    int side;
};

/* Pick them out of the changes of the step. */
enum error_code step_renames_of(struct step_renames *ret_renames, const struct correlating *correlating,
                                const struct change *changes, uint32_t count, int side) MUST_CHECK;

/* What a thing is called: in side 0 and in side 1, where it or its object is there; and how a difference of it is shown
 * now, or else. */
struct drift_names {
    struct text objects[2];
    struct text owners[2];
    struct text shown[2];
};

/* As the drift has it; and what the renames make of that. */
enum error_code drift_names_now(struct drift_names *ret_names, const struct correlating *correlating,
                                const struct drift_row *drift) MUST_CHECK;
enum error_code drift_names_after(struct drift_names *ret_names, const struct correlating *correlating,
                                  const struct drift_row *drift, const struct step_renames *renames) MUST_CHECK;

#endif
