/* event/trouble.h - which trouble an event is about, and whether it begins it or ends it.
 *
 * A trouble is what goes on until it is over: a difference, a contract that does not hold, a target that cannot be
 * watched, an agent that is silent. Its key says the same to everybody: "drift:17", "contract:checkout:3", "target:3",
 * "coverage:3", "agent:2", "split:orders:prod" (an environment without a majority), "pair:orders:staging:prod:" (of
 * differences that were told as many).
 */
#ifndef DRIFTLINE_EVENT_TROUBLE_H
#define DRIFTLINE_EVENT_TROUBLE_H

#include <jansson.h>

#include "store/events.h"

enum trouble_role {
    TROUBLE_NONE,   /* a fact that needs no end */
    TROUBLE_BEGINS, /* or begins anew, or is told to be another */
    TROUBLE_SEEN,   /* somebody knows of it */
    TROUBLE_ENDS
};

/* What the event says of troubles: one role for all of them. */
struct trouble {
    enum trouble_role role;
    struct text *keys; /* in the arena */
    size_t count;
    bool is_partial; /* an end of many whose numbers are not all listed: the store knows which are left */
};

/* `data` is that of the event, taken apart. */
enum error_code trouble_of_event(const struct event_row *event, const json_t *data, struct arena *arena,
                                 struct trouble *ret_trouble, struct error *error) MUST_CHECK;

#endif
