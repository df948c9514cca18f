/* store/events.h - the numbered log of what happened. Written in the transaction of what it tells of. */
#ifndef DRIFTLINE_STORE_EVENTS_H
#define DRIFTLINE_STORE_EVENTS_H

#include "drift/change.h"
#include "store/event_type.h"
#include "store/store.h"

struct event_row {
    int64_t id; /* not needed for adding */
    int64_t at;
    enum event_type type;
    enum severity severity;
    int64_t target;           /* 0: none */
    int64_t agent;            /* 0: none */
    struct target_name place; /* what it is about; empty: nothing, or not one of them. Without a database it is the
                                 target's when there is one. Of a pair the environment is where a promotion would go */
    struct text agent_name;   /* read only: as it is called now; empty: none */
    struct text data;         /* a JSON object */
};

enum error_code events_add(struct database *database, const struct event_row *event, struct error *error) MUST_CHECK;

/* After the number `after`, oldest first, `limit` at most. */
enum error_code events_list(struct database *database, int64_t after, uint32_t limit, struct arena *arena,
                            struct event_row **ret_events, size_t *ret_count, struct error *error) MUST_CHECK;

/* Before the number `before`, newest first. */
enum error_code events_list_before(struct database *database, int64_t before, uint32_t limit, struct arena *arena,
                                   struct event_row **ret_events, size_t *ret_count, struct error *error) MUST_CHECK;

/* The number of the oldest event that is kept; 0: there is none. */
enum error_code events_oldest(struct database *database, int64_t *ret_id, struct error *error) MUST_CHECK;

/* The number of the last event that there ever was; 0: none. */
enum error_code events_last(struct database *database, int64_t *ret_id, struct error *error) MUST_CHECK;

#endif
