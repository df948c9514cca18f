/* store/deliveries.h - messages on their way to sinks, and what became of them.
 *
 * A message is made once and kept whole: what is sent again has the same id and says the same. Those of one incident
 * go out in order: the next waits until the one before was taken or given up.
 */
#ifndef DRIFTLINE_STORE_DELIVERIES_H
#define DRIFTLINE_STORE_DELIVERIES_H

#include "base/arena.h"
#include "storage/database.h"

enum delivery_state { DELIVERY_WAITING, DELIVERY_SENT, DELIVERY_DEAD, DELIVERY_STATE_COUNT };

/* "waiting", "sent", "dead"; NULL after the last, so that it can be the choice of a parameter. */
const char *delivery_state_name(size_t state);

enum delivery_kind {
    DELIVERY_OPENED,    /* the first message of an incident */
    DELIVERY_UPDATE,    /* a later one */
    DELIVERY_RESOLVED,  /* all troubles of it are over */
    DELIVERY_ESCALATED, /* nobody has acknowledged it in time, or it is not over */
    DELIVERY_TEST,      /* somebody wants to see whether it arrives */
    DELIVERY_KIND_COUNT
};

/* "opened", "update", "resolved", "escalated", "test" */
const char *delivery_kind_name(enum delivery_kind kind);

struct delivery_row {
    int64_t id;
    int64_t incident;
    struct text sink;
    uint32_t number; /* of its incident, from 1 */
    enum delivery_kind kind;
    enum delivery_state state;
    int64_t created_at;
    uint32_t attempts;
    int64_t next_at;      /* 0: it is not tried any more */
    int64_t tried_since;  /* when it was tried first since it waits; 0: not yet */
    int64_t attempted_at; /* the last time; 0: never */
    int64_t finished_at;  /* 0: not yet */
    uint32_t events;
    int64_t last_event;
    int32_t status;      /* of HTTP or SMTP at the last attempt; 0: none came */
    struct text problem; /* of the last attempt; empty: none */
    struct text message; /* JSON (notify/message.h) */
    struct text route;   /* read only, as what follows: of its incident */
    struct text subject;
    struct text remote;
};

/* The id is set. */
enum error_code deliveries_add(struct database *database, struct delivery_row *delivery,
                               struct error *error) MUST_CHECK;
enum error_code deliveries_get(struct database *database, int64_t id, struct arena *arena,
                               struct delivery_row *ret_delivery, struct error *error) MUST_CHECK;
/* What it says, once it is known under which number. */
enum error_code deliveries_set_message(struct database *database, int64_t id, struct text message,
                                       struct error *error) MUST_CHECK;
/* State, attempts, next_at, tried_since, attempted_at, finished_at, status and problem. */
enum error_code deliveries_update(struct database *database, const struct delivery_row *delivery,
                                  struct error *error) MUST_CHECK;

/* Of each incident the first that waits, if it is due at `now`: without the messages. At most `limit` of each sink, the
 * longest due first, and the sinks in turn: one that takes nothing does not stand in front of the others. */
enum error_code deliveries_due(struct database *database, int64_t now, uint32_t limit, struct arena *arena,
                               struct delivery_row **ret_deliveries, size_t *ret_count, struct error *error) MUST_CHECK;
/* When the next becomes due; 0: none waits. */
enum error_code deliveries_next(struct database *database, int64_t *ret_at, struct error *error) MUST_CHECK;

/* For people: newest first, without the messages but with their titles (`message` is the title). */
struct delivery_filter {
    int state;        /* enum delivery_state; -1: any */
    struct text sink; /* empty: any */
    int64_t incident; /* 0: any */
    int64_t before;   /* 0: from the newest */
    uint32_t limit;
};
enum error_code deliveries_list(struct database *database, const struct delivery_filter *filter, struct arena *arena,
                                struct delivery_row **ret_deliveries, size_t *ret_count,
                                struct error *error) MUST_CHECK;

/* How each sink does that ever had a delivery; in the arena, sorted by sink. */
struct sink_account {
    struct text sink;
    uint64_t counts[DELIVERY_STATE_COUNT];
    int64_t waiting_since; /* when the oldest that waits was made; 0: none waits */
    int64_t sent_at;       /* the last; 0: never */
    int64_t failed_at;     /* the last attempt that failed, if it is later than that; 0: none */
    struct text problem;   /* of it */
};
enum error_code deliveries_accounts(struct database *database, struct arena *arena, struct sink_account **ret_accounts,
                                    size_t *ret_count, struct error *error) MUST_CHECK;

/* Retention: at most `limit` that are finished (sent; dead ones when `dead` too) before the moment, and ended incidents
 * that have none any more. Answers whether there may be more. */
enum error_code deliveries_expire(struct database *database, int64_t moment, int64_t dead_moment, uint32_t limit,
                                  bool *ret_more, struct error *error) MUST_CHECK;

#endif
