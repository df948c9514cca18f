/* track/attribution.h - who made a change: the captured statement that made it, or that it follows from. */
#ifndef DRIFTLINE_TRACK_ATTRIBUTION_H
#define DRIFTLINE_TRACK_ATTRIBUTION_H

#include "store/ddl_events.h"
#include "store/snapshots.h"

/* Captured statements of one snapshot, as they were stored. */
struct attribution_input {
    const struct ddl_event_row *events; /* in the order in which they came */
    const int64_t *event_ids;
    size_t event_count;
    bool capture;       /* nothing can have escaped it */
    struct text engine; /* of the database */
};

/* Fill one attribution a change.
 *
 * Captured: by the newest statement that names the thing, its object, or one of its older names, and can make such a
 * change: GRANT makes no column, COMMENT nothing but a comment. Of several that name a table, one that also speaks of
 * the column goes before, and before that one that does what was done: CREATE and ADD make what is new, DROP takes what
 * is gone, and of a column TYPE makes its type. Where the attributes of one change were made by several, they are named
 * together, and inferred. A statement without an object (some engines do not say) names everything that it can make.
 * Spaces make no difference to names: servers write the types of a signature in several ways.
 *
 * Where the source does not say whether a statement succeeded, it is never captured, but inferred; where such
 * statements of several fit, and none that is known to have succeeded, all of them are named.
 *
 * Inferred, with the statement from which it follows: what no statement names although nothing can have escaped, where
 * it comes with another (track/attribution_follow.h); and without one, what capture in this engine cannot see. Without
 * full capture all that no statement names is inferred. The rest is unattributed. Texts point into the input,
 * or are in the arena. */
enum error_code attribution_find(struct attribution *ret_attributions, const struct change *changes, uint32_t count,
                                 const struct attribution_input *input, struct arena *arena,
                                 struct error *error) MUST_CHECK;

#endif
