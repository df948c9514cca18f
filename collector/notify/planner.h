/* notify/planner.h - what is told to whom and when: events become incidents, and incidents become messages.
 *
 * The log of events is the outbox: it was written in the transaction of the facts. The planner reads on where it
 * stopped, and in one transaction moves its place and writes what comes of it, so that no event is missed or taken
 * twice whatever happens in between. It knows no sink and sends nothing.
 *
 * Threads: its functions run on the core's thread within core_call(), in a transaction.
 */
#ifndef DRIFTLINE_NOTIFY_PLANNER_H
#define DRIFTLINE_NOTIFY_PLANNER_H

#include "correlate/policy.h"
#include "notify/notify_plan.h"
#include "store/deliveries.h"

enum { PLANNER_SLICE = 500 /* events in one transaction */ };

struct planning {
    const struct notify_plan *plan;
    const struct policy *policy; /* for the verdict of a subject */
    struct text store;           /* its id */
    int64_t now;
    struct arena *arena;
};

/* Take in events that came since, a slice of them. */
enum error_code planner_read(const struct planning *planning, struct database *database, bool *ret_more,
                             struct error *error) MUST_CHECK;

/* Make messages of what is due, and escalate, a slice of it. */
enum error_code planner_tell(const struct planning *planning, struct database *database, bool *ret_more,
                             struct error *error) MUST_CHECK;

/* A message that somebody asked for to see whether it arrives; the sink must be there. Writes the event, too. */
enum error_code planner_test(const struct planning *planning, struct database *database, struct text sink,
                             struct text by, int64_t *ret_delivery, struct error *error) MUST_CHECK;

#endif
