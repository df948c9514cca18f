/* collector/track/record.h - snapshots recorded as ingest does it, and what the store has of them afterwards.
 *
 * Failure: every function fails the calling test, unless it answers a code.
 */
#ifndef DRIFTLINE_TEST_CORRELATE_RECORD_H
#define DRIFTLINE_TEST_CORRELATE_RECORD_H

#include "collector/store/history.h"
#include "track/recording.h"

/* Beside the snapshot; all of it may be empty. */
struct record_extra {
    struct lineage renames;
    const struct ddl_event_row *ddl_events;
    size_t ddl_event_count;
    bool capture;
    uint64_t lost;
    const char *lost_reason;
    size_t memory_limit; /* 0: plenty */
};

/* Who follows what is recorded from now on; NULL, as at the beginning: nobody. */
void record_for(struct correlator *correlator);

/* Put the nodes of a snapshot into the store, then record it, all in one transaction; a failure is rolled back. `extra`
 * may be NULL. */
enum error_code record_try(struct history *history, int64_t target, const struct snapshot *snapshot,
                           const struct record_extra *extra, int64_t *ret_id, struct error *error) MUST_CHECK;

/* The same, which must succeed; and of a schema written as text (common/drift/snapshot_text.h). */
int64_t record_snapshot(struct history *history, int64_t target, const struct snapshot *snapshot,
                        const struct record_extra *extra);
int64_t record_text(struct history *history, int64_t target, const char *text, const struct record_extra *extra);

/* What an agent does that saw `before`, which may be NULL, and then `snapshot`: it finds renames by the server's ids,
 * and sends the snapshot and the renames, but no ids. */
int64_t record_seen(struct history *history, int64_t target, const struct snapshot *before,
                    const struct snapshot *snapshot);

/* The changes of a snapshot, oldest first, a line each: "renamed table a.u < a.t". */
const char *record_changes(struct history *history, int64_t snapshot);

/* All events after a number, a line each: "coverage-changed high {…}". */
const char *record_events(struct history *history, int64_t after);

#endif
