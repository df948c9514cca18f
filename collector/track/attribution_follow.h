/* track/attribution_follow.h - what comes with a captured statement that does not name it. Not for others than
 * track/attribution.h.
 *
 * A statement about one thing changes others: definitions say the new name of what was renamed, tables that inherit get
 * the same column, sequences get the owner of their table, CASCADE takes more along. Such a change is inferred, with
 * the statement from which it follows. What capture in an engine can never see is inferred without one.
 */
#ifndef DRIFTLINE_TRACK_ATTRIBUTION_FOLLOW_H
#define DRIFTLINE_TRACK_ATTRIBUTION_FOLLOW_H

#include "track/attribution.h"

struct changed {
    const struct change *changes;
    uint32_t count;
};

/* An attribution to the statement at a place of the input. */
struct attribution attribution_to(const struct attribution_input *input, enum evidence evidence, size_t place);

/* Go through all that is unattributed. `statements` has 1 + the place of the statement of each change; 0: none. */
enum error_code attribution_follow(struct attribution *attributions, const size_t *statements,
                                   const struct changed *changed, const struct attribution_input *input,
                                   struct arena *arena, struct error *error) MUST_CHECK;

#endif
