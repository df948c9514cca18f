/* correlate/comparison.h - two snapshots of the history, by reference, loaded and compared.
 *
 * A reference is `database@environment[/instance][~N|~TIME]` (docs/reference/references.md), or `#N`, a snapshot's
 * number. Without an instance it means the environment's majority; an environment without one is ERROR_AMBIGUOUS, and
 * the hint names its instances.
 */
#ifndef DRIFTLINE_CORRELATE_COMPARISON_H
#define DRIFTLINE_CORRELATE_COMPARISON_H

#include "correlate/fleet.h"
#include "store/snapshots.h"

/* Find what a reference names. `~N` and `~TIME` without an instance: of an instance of the majority. */
enum error_code comparison_resolve(struct database *database, const struct fleet_policy *policy, struct text reference,
                                   struct arena *arena, struct snapshot_row *ret_snapshot,
                                   struct error *error) MUST_CHECK;

/* Load a whole snapshot, with the ids of its lineage, its occasion, and `reference` as its reference. */
enum error_code comparison_load(struct database *database, const struct snapshot_row *row, struct text reference,
                                size_t memory_limit, struct snapshot **ret_snapshot, struct error *error) MUST_CHECK;

/* Two snapshots, loaded as far as they differ, and compared. comparison_free() releases the snapshots. */
struct comparison {
    struct snapshot *from;
    struct snapshot *to;
    struct diff diff; /* in the arena */
};
enum error_code comparison_make(struct comparison *ret_comparison, struct database *database,
                                const struct snapshot_row *from, const struct snapshot_row *to,
                                const struct diff_options *options, size_t memory_limit, struct arena *arena,
                                struct error *error) MUST_CHECK;
void comparison_free(struct comparison *comparison);

#endif
