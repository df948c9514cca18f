/* track/attribution.h - who made a change: the captured statement that names what changed. */
#ifndef DRIFTLINE_TRACK_ATTRIBUTION_H
#define DRIFTLINE_TRACK_ATTRIBUTION_H

#include "store/snapshots.h"

/* Captured statements of one snapshot, as they were stored. */
struct attribution_input {
    const struct ddl_event_row *events; /* in the order in which they came */
    const int64_t *event_ids;
    size_t event_count;
    bool capture; /* nothing can have escaped it */
};

/* Fill one attribution a change. The newest statement that names the thing, its object, or one of its older names
 * decides; a statement without an object (some engines do not say) names everything. Spaces make no difference to
 * names: servers write the types of a signature in several ways. What no statement names although nothing can have
 * escaped is unattributed, unless it is a modification beside a captured rename: definitions say the new name of what
 * they use, so it is inferred who did it. Texts point into the input. */
enum error_code attribution_find(struct attribution *ret_attributions, const struct change *changes, uint32_t count,
                                 const struct attribution_input *input, struct arena *arena,
                                 struct error *error) MUST_CHECK;

#endif
