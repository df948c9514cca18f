/* track/contract_watch.h - how each target stands to each contract that speaks of its environment, kept true step
 * by step, with an event when it changes. For the correlator's rooms only.
 */
#ifndef DRIFTLINE_TRACK_CONTRACT_WATCH_H
#define DRIFTLINE_TRACK_CONTRACT_WATCH_H

#include "track/outliers.h"

/* A target as it stands now. */
struct watched_target {
    int64_t id;
    struct target_name name;
    int64_t snapshot;
    struct hash root;
};

/* A snapshot was recorded: check the contracts that read what it changed, and those that were not checked yet. */
enum error_code contract_watch_follow(const struct correlating *correlating, const struct watched_target *target,
                                      const struct occasion *occasion) MUST_CHECK;

/* Check what was not checked yet, for all targets of the database, and forget what no contract says any more. */
enum error_code contract_watch_all(const struct correlating *correlating, const struct occasion *occasion,
                                   struct work_budget *budget) MUST_CHECK;

#endif
