/* store/upkeep.h - what keeps a history healthy: retention, verification. */
#ifndef DRIFTLINE_STORE_UPKEEP_H
#define DRIFTLINE_STORE_UPKEEP_H

#include "store/store.h"

/* What is kept. A snapshot is as young as the moment when the next one took its place: what a target was like at any
 * time within the bounds can be answered. The newest snapshot of a target is always kept whole. Ages are those of the
 * collector's clock. */
struct retention {
    int64_t snapshots_us;     /* whole snapshots this young; 0: all */
    uint32_t snapshots_least; /* and at least so many of each target */
    int64_t changes_us;       /* changes, records of snapshots, captured statements, drifts and waivers that have ended,
                                 answers of the gate, what people did, and events this young; 0: all */
    int64_t deliveries_us;    /* messages that were sent this long ago, and ones that were given up three times as long
                                 ago, with the incidents that they told of; 0: all */
};

/* Begins as {0}, and is the same through all calls of one run. */
struct retention_result {
    uint64_t snapshots; /* whose nodes were let go */
    uint64_t records;   /* snapshots forgotten altogether */
    uint64_t changes;
    uint64_t events;
    uint64_t drifts;
    uint64_t waivers;
    uint64_t gate_runs;
    uint64_t syncs;
    uint64_t audits;
    uint64_t nodes;
    uint64_t bytes;              /* of nodes */
    struct retention_work *work; /* how far it is: NULL before the first call and once it is done */
};

/* Let go what is older, then nodes that nothing refers to any more, in slices of one transaction each, so that ingest
 * can go on in between: call again until `ret_done`. Owns its transactions. After a failure, as when the disk is full,
 * what was done stays done, and the next call begins a new run. */
enum error_code retention_run(struct database *database, const struct retention *retention, int64_t now,
                              struct retention_result *result, bool *ret_done, struct error *error) MUST_CHECK;

/* Give a run up that is not done; one that is done or failed needs it not. */
void retention_stop(struct retention_result *result);

/* What `verify` found. */
struct verify_result {
    uint64_t nodes;
    uint64_t bytes;
    uint64_t snapshots;
    uint64_t targets;
    uint64_t problems;
};

/* Called for each problem, in words. */
typedef void (*verify_report)(void *context, const char *problem);

/* Check SQLite's own integrity, the hash and form of every node, that every reference leads somewhere, that every whole
 * snapshot loads, and that newest snapshots and streams fit. Reads only. `progress` may be NULL: done of total nodes.
 */
struct verify_options {
    verify_report report;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};
enum error_code store_verify(struct database *database, const struct verify_options *options,
                             struct verify_result *ret_result, struct error *error) MUST_CHECK;

#endif
