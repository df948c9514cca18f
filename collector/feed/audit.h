/* feed/audit.h - what people did through the API, in the audit table and as events: in the transaction of what they
 * did.
 */
#ifndef DRIFTLINE_FEED_AUDIT_H
#define DRIFTLINE_FEED_AUDIT_H

#include "base/hash.h"
#include "store/events.h"
#include "store/targets.h"

/* Only what is set becomes part of the event's data. */
struct audit_entry {
    enum event_type type;
    struct text by;                   /* the name of a token */
    const struct target_name *target; /* NULL: none */
    int64_t target_id;                /* 0: none */
    struct target_name place;         /* what the event is about; without a database the target */
    const struct text *contracts;     /* whose state at the target is over with it */
    size_t contract_count;
    struct text agent;       /* a name; empty: none */
    int64_t agent_id;        /* 0: none */
    struct text token;       /* a name; empty: none */
    const char *rights;      /* of the token; NULL: none */
    const char *subject;     /* what else it was done to, as people read it; NULL: one of those above */
    struct text sink;        /* a name; empty: none */
    int64_t delivery;        /* 0: none */
    int64_t run;             /* of the gate; 0: none */
    const struct hash *root; /* that was pinned; NULL: none */
};

enum error_code audit_add(struct database *database, const struct audit_entry *entry, struct arena *arena,
                          struct error *error) MUST_CHECK;

/* The same without the event: who did it has written that. */
enum error_code audit_note(struct database *database, const struct audit_entry *entry, struct arena *arena,
                           struct error *error) MUST_CHECK;

#endif
