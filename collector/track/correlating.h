/* track/correlating.h - what the rooms of the correlator need at every step. For them only.
 *
 * The database is one of the fleet, `name`; everything that is made lives in the arena, which is as long as one step of
 * it. A function that fails fills `error` and answers its code.
 */
#ifndef DRIFTLINE_TRACK_CORRELATING_H
#define DRIFTLINE_TRACK_CORRELATING_H

#include "correlate/policy.h"
#include "store/snapshots.h"

struct correlating {
    struct database *database;
    const struct policy *policy;
    struct text name;
    struct arena *arena;
    struct error *error;
};

static inline enum error_code correlating_no_memory(const struct correlating *correlating)
{
    return arena_error(correlating->arena, correlating->error, "working out what differs");
}

/* What brought something about: a snapshot, or that somebody looked again. */
struct occasion {
    int64_t at;         /* when it happened: taken_at of the snapshot */
    int64_t seen;       /* when it was learned */
    int64_t snapshot;   /* 0: none */
    int64_t target;     /* of the snapshot; 0: none */
    struct hash before; /* roots of the target, between which the changes lie; only if there is a snapshot before */
    struct hash now;
    bool has_before;
    const struct change *changes; /* of the snapshot against the one before */
    const int64_t *change_ids;
    const struct attribution *attributions;
    uint32_t change_count;
};

/* Whether an instance was seen for the first time: then more is known of its environment, but nothing in it has
 * changed.
 */
static inline bool occasion_is_first_sight(const struct occasion *occasion)
{
    return occasion->snapshot != 0 && !occasion->has_before;
}

#endif
