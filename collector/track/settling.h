/* track/settling.h - what people do with drifts: acknowledge, waive, open again. Inside the caller's transaction,
 * on the thread that writes; each action is in the drift's steps, in the audit table and in the events
 * ("drift-acknowledged", "drift-waived", "drift-reopened", "waiver-ended").
 *
 * A waiver that has expired counts as none from that very moment, also while its end is not yet written.
 *
 * Failure: ERROR_NOT_FOUND for a drift or waiver that is not there; ERROR_CONFLICT for a drift that has ended, is
 * waived already (the message names the waiver) or is in that state; ERROR_USAGE for an expiry in the past or beyond
 * the configured longest, an empty reason, a pattern that is none, or that matches nothing now and does not ask for the
 * future. Nothing is written then.
 */
#ifndef DRIFTLINE_TRACK_SETTLING_H
#define DRIFTLINE_TRACK_SETTLING_H

#include "correlate/policy.h"
#include "drift/ignore.h"
#include "store/drifts.h"
#include "store/waivers.h"

struct settling {
    const struct policy *policy;
    struct text by; /* the name of a token */
    int64_t now;
    struct arena *arena;
};

enum error_code settling_acknowledge(struct database *database, const struct settling *settling, int64_t drift,
                                     struct text note, struct error *error) MUST_CHECK;

/* Waivers all together or none. Of each: scope is `drifts`, or database, from, to and pattern (drift/ignore.h). */
struct waiver_wish {
    const int64_t *drifts; /* each must live; they must be of one pair */
    size_t drift_count;
    struct text database, from, to; /* of a pattern */
    struct text pattern;
    bool future;
    struct text reason;
    struct text author; /* empty: who asks */
    int64_t expires_at;
};
/* `ret_failed`: the place of the wish that failed. */
enum error_code settling_waive(struct database *database, const struct settling *settling,
                               const struct waiver_wish *wishes, size_t count, struct waiver_row *ret_waivers,
                               size_t *ret_failed, struct error *error) MUST_CHECK;

/* Open an acknowledged or waived drift again; a waiver that covers nothing any more and no future ends with it. */
enum error_code settling_reopen(struct database *database, const struct settling *settling, int64_t drift,
                                struct text note, struct error *error) MUST_CHECK;

/* Take a waiver back: all its drifts are open again. `by` of the settling empty: nobody does, it has expired; that is
 * no deed for the audit table. ERROR_CONFLICT when it has ended. */
enum error_code settling_end_waiver(struct database *database, const struct settling *settling, int64_t waiver,
                                    struct text note, struct error *error) MUST_CHECK;

/* Whether a waiver with a pattern is about a drift: its pair, and what the pattern says of the thing under the name
 * that it has on either side. A pattern with the name of an attribute is about drifts that differ in that attribute
 * only. Says nothing of states and times. */
bool settling_covers(const struct waiver_row *waiver, const struct ignore_pattern *pattern,
                     const struct drift_row *drift);

#endif
