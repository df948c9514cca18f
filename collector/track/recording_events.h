/* track/recording_events.h - the events that a recorded snapshot leads to; for recording.c only. */
#ifndef DRIFTLINE_TRACK_RECORDING_EVENTS_H
#define DRIFTLINE_TRACK_RECORDING_EVENTS_H

#include "schema/node.h"
#include "store/snapshots.h"

/* What was recorded. */
struct recorded {
    const struct snapshot_row *snapshot;
    const struct diff *diff;
    const struct attribution *attributions; /* who made each change */
    const int64_t *change_ids;              /* the number of each in the store */
    struct node_root root;
    bool has_before;
    struct snapshot_row before;   /* the target's newest until now */
    struct node_root root_before; /* of it */
};

enum error_code recording_events_add(struct database *database, const struct recorded *recorded, struct arena *arena,
                                     struct error *error) MUST_CHECK;

#endif
