/* store/upkeep.h - what keeps a history healthy: retention, verification. */
#ifndef DRIFTLINE_STORE_UPKEEP_H
#define DRIFTLINE_STORE_UPKEEP_H

#include "store/store.h"

/* What is kept. The newest snapshot of a target is always kept whole. */
struct retention {
    int64_t snapshots_us;     /* whole snapshots this young; 0: all */
    uint32_t snapshots_least; /* and at least so many of each target */
    int64_t changes_us;       /* changes, records of snapshots, captured statements and events this young; 0: all */
};

struct retention_result {
    uint64_t snapshots; /* whose nodes were let go */
    uint64_t records;   /* snapshots forgotten altogether */
    uint64_t changes;
    uint64_t events;
    uint64_t nodes;
    uint64_t bytes; /* of nodes */
};

/* Let go what is older, then nodes that nothing refers to any more, in slices of one transaction each, so that ingest
 * can go on in between: call again until `ret_done`. Owns its transactions. */
enum error_code retention_run(struct database *database, const struct retention *retention, int64_t now,
                              struct retention_result *result, bool *ret_done, struct error *error) MUST_CHECK;

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
