/* store/events.h - the numbered log of what happened. Written in the transaction of what it tells of. */
#ifndef DRIFTLINE_STORE_EVENTS_H
#define DRIFTLINE_STORE_EVENTS_H

#include "drift/change.h"
#include "store/store.h"

/* Types are words with hyphens: "snapshot-recorded", "history-gap", "coverage-changed", "server-upgraded",
 * "target-state", "target-forgotten", "agent-enrolled", "agent-revoked", "agent-refused", "target-claimed",
 * "token-created", "token-removed", "change-unattributed", "drift-acknowledged", "drift-waived", "drift-reopened",
 * "waiver-ended", "waiver-expired", "drift-opened", "drift-changed", "drift-ended" (and "drifts-…" of many at once),
 * "contract-violated", "contract-unknown", "contract-restored". */
struct event_row {
    int64_t id; /* not needed for adding */
    int64_t at;
    const char *type;
    enum severity severity;
    int64_t target;   /* 0: none */
    int64_t agent;    /* 0: none */
    struct text data; /* a JSON object */
};

enum error_code events_add(struct database *database, const struct event_row *event, struct error *error) MUST_CHECK;

/* After the number `after`, oldest first, `limit` at most. */
enum error_code events_list(struct database *database, int64_t after, uint32_t limit, struct arena *arena,
                            struct event_row **ret_events, size_t *ret_count, struct error *error) MUST_CHECK;

#endif
