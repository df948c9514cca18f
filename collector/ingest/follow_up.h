/* ingest/follow_up.h - what correlating wants of the core beside what comes in: the policy in use, catching up with
 * what is outdated, and waivers that expire. Not for others than the core.
 *
 * Between batches and in transactions of its own, a slice at a time, so that agents are not held up. What fails is
 * tried again later: it is not what agents wait for.
 */
#ifndef DRIFTLINE_INGEST_FOLLOW_UP_H
#define DRIFTLINE_INGEST_FOLLOW_UP_H

#include "base/log.h"
#include "ingest/conversation.h"
#include "track/correlator.h"

struct follow_up {
    struct database *database;
    struct logger *logger;
    struct correlator *correlator;
    bool is_behind;    /* something is known to be outdated */
    int64_t retry_at;  /* elapsed: not before, after a failure */
    int64_t expire_at; /* elapsed: when waivers are looked at next */
};

enum error_code follow_up_init(struct follow_up *follow_up, struct database *database, struct logger *logger,
                               struct error *error) MUST_CHECK;
void follow_up_clear(struct follow_up *follow_up); /* a zeroed one is fine */

/* Use the policy that is in use now; NULL: there is none, and nothing is followed. Costs nothing when it is the same.
 */
void follow_up_use(struct follow_up *follow_up, struct policy_holder *holder);

/* Whether follow_up_run() has something to do at once. */
bool follow_up_is_due(const struct follow_up *follow_up, const struct moment *moment);

/* Do a slice of it. There must be no transaction. ERROR_FULL and ERROR_IO come out of it. */
enum error_code follow_up_run(struct follow_up *follow_up, const struct moment *moment, struct error *error) MUST_CHECK;

#endif
