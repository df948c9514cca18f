/* track/recording.h - what a new snapshot changes, worked out and stored with it.
 *
 * Called inside the transaction in which the snapshot's nodes were added. A root that a stored snapshot has is known to
 * be in order; of any other all is checked that the target's newest snapshot does not have at the same place. So it
 * costs as much as there is difference, and only the first snapshot of a target is read as a whole.
 */
#ifndef DRIFTLINE_TRACK_RECORDING_H
#define DRIFTLINE_TRACK_RECORDING_H

#include "drift/lineage.h"
#include "store/ddl_events.h"
#include "store/snapshots.h"
#include "track/correlator.h"

struct recording {
    struct snapshot_row snapshot; /* without id, engine, upgraded_from, objects, gaps, undeclared, changes: worked out
                                     here */
    struct lineage renames;       /* as the agent sent them; steps are not set */
    const struct ddl_event_row *ddl_events; /* without target and snapshot; those that are known are passed over */
    size_t ddl_event_count;
    size_t memory_limit;
    struct correlator *correlator; /* keeps drifts and contracts true to the snapshot; NULL: nobody does */
};

/* Check the new snapshot, compare it with the target's newest, and store snapshot, changes with who made them, captured
 * statements and events: "snapshot-recorded", "coverage-changed" when its coverage list is another, "history-gap" when
 * snapshots were lost, "server-upgraded" when the server is of another major version than at the newest,
 * "change-unattributed" when no captured statement names what changed, though all were captured. A time before that of
 * the newest becomes that one's. A snapshot that is not in order is ERROR_CORRUPT, ERROR_UNSUPPORTED or ERROR_LIMIT:
 * nothing of it must be committed. A first snapshot has no changes. What became unreadable is no removal: coverage sees
 * to that. What another major version may only spell differently is no change.
 *
 * Then the correlator has its turn. After a failure what it remembers may not be true: correlator_forget(). */
enum error_code recording_store(struct database *database, struct recording *recording, int64_t *ret_snapshot,
                                struct error *error) MUST_CHECK;

#endif
