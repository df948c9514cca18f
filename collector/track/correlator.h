/* track/correlator.h - keeps drifts, outliers and contracts true to the newest snapshots, step by step.
 *
 * Belongs to the one thread that writes; what it remembers it could work out again. Each call is made inside the
 * caller's transaction and writes drifts, their steps, contract states and events there. It costs as much as the step
 * changes, not as much as there are objects, instances or old differences.
 *
 * Failure: as the store's; then nothing of the step must be committed, and correlator_forget() must be called.
 */
#ifndef DRIFTLINE_TRACK_CORRELATOR_H
#define DRIFTLINE_TRACK_CORRELATOR_H

#include "correlate/policy.h"
#include "store/snapshots.h"

struct correlator;

enum error_code correlator_new(struct correlator **ret_correlator, struct database *database,
                               struct error *error) MUST_CHECK;
void correlator_free(struct correlator *correlator); /* NULL is fine */

/* Use this policy from now on; what was worked out under another is worked out anew by correlator_catch_up(). Takes its
 * own share of it. Answers whether it decides otherwise than the one before. */
bool correlator_use(struct correlator *correlator, struct policy *policy);

/* A snapshot was recorded. */
struct correlator_step {
    const struct snapshot_row *snapshot; /* with its id; its name need not be set */
    const struct snapshot_row *before;   /* the target's newest until now; NULL: none */
    const struct change *changes;        /* against that */
    const int64_t *change_ids;
    const struct attribution *attributions;
    uint32_t change_count;
};
enum error_code correlator_recorded(struct correlator *correlator, const struct correlator_step *step,
                                    struct error *error) MUST_CHECK;

/* Work out what is outdated: one database a call. `ret_more`: call again. Cheap when nothing is. */
enum error_code correlator_catch_up(struct correlator *correlator, int64_t now, bool *ret_more,
                                    struct error *error) MUST_CHECK;
bool correlator_is_behind(const struct correlator *correlator); /* whether catching up has anything to do */

/* Waivers that have expired by now: their drifts are open again. To be called about once a second; `ret_any` says
 * whether anything was written. */
enum error_code correlator_expire(struct correlator *correlator, int64_t now, bool *ret_any,
                                  struct error *error) MUST_CHECK;

/* Something else was written (a target was forgotten, a transaction taken back): look at everything again. */
void correlator_forget(struct correlator *correlator);

#endif
