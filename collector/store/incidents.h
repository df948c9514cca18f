/* store/incidents.h - what routes have under way: incidents, their troubles, and the events that wait to be told.
 *
 * An incident is what one route tells one sink about one subject, from its first event until the trouble is over. How
 * it goes is decided by notify/planner.h; here it is kept.
 */
#ifndef DRIFTLINE_STORE_INCIDENTS_H
#define DRIFTLINE_STORE_INCIDENTS_H

#include "drift/change.h"
#include "store/events.h"

/* Why the events of an incident are not told yet. */
enum incident_hold {
    HOLD_SETTLING, /* more may come */
    HOLD_QUIET,    /* it is a quiet time */
    HOLD_LIMIT,    /* the route has told the sink as much as it may */
    HOLD_COUNT
};

/* "settling", "quiet", "limit" */
const char *incident_hold_name(enum incident_hold hold);

struct incident_row {
    int64_t id;
    struct text route;
    struct text sink;
    struct text subject; /* "orders@prod" */
    struct text database;
    struct text environment;
    int64_t opened_at;
    int64_t ended_at;       /* 0: open */
    int64_t first_at;       /* of the events that wait; 0: none waits */
    int64_t due_at;         /* 0: nothing is to be told */
    uint32_t told;          /* messages that were made */
    int64_t told_at;        /* 0: never */
    enum severity severity; /* the worst that was told */
    int64_t escalated_at;   /* 0: never */
    int64_t escalates_at;   /* 0: never */
    struct text remote;     /* JSON; empty: none */
    enum incident_hold held_by;
};

/* The open one of route, sink and subject: ERROR_NOT_FOUND when there is none. */
enum error_code incidents_find_open(struct database *database, const struct incident_row *key, struct arena *arena,
                                    struct incident_row *ret_incident, struct error *error) MUST_CHECK;
enum error_code incidents_get(struct database *database, int64_t id, struct arena *arena,
                              struct incident_row *ret_incident, struct error *error) MUST_CHECK;
/* The id is set. */
enum error_code incidents_add(struct database *database, struct incident_row *incident, struct error *error) MUST_CHECK;
/* All but route, sink, subject, place and opened_at; NOT remote. */
enum error_code incidents_update(struct database *database, const struct incident_row *incident,
                                 struct error *error) MUST_CHECK;
enum error_code incidents_set_remote(struct database *database, int64_t id, struct text remote,
                                     struct error *error) MUST_CHECK;

/* Those that are to be told, or to be escalated, at `now` or before; the earliest first. */
enum error_code incidents_due(struct database *database, int64_t now, uint32_t limit, struct arena *arena,
                              struct incident_row **ret_incidents, size_t *ret_count, struct error *error) MUST_CHECK;
enum error_code incidents_escalating(struct database *database, int64_t now, uint32_t limit, struct arena *arena,
                                     struct incident_row **ret_incidents, size_t *ret_count,
                                     struct error *error) MUST_CHECK;
/* When the next of either is; 0: none. */
enum error_code incidents_next(struct database *database, int64_t *ret_at, struct error *error) MUST_CHECK;

/* Those about what is beyond limits (subject "*") that have something to tell. */
enum error_code incidents_beyond(struct database *database, struct arena *arena, struct incident_row **ret_incidents,
                                 size_t *ret_count, struct error *error) MUST_CHECK;

/* For people: all that have events that wait, those that are told first first. */
struct held_incident {
    int64_t id;
    struct text route;
    struct text sink;
    struct text subject;
    int64_t until;
    enum incident_hold why;
    uint64_t events;
};
enum error_code incidents_held(struct database *database, struct arena *arena, struct held_incident **ret_incidents,
                               size_t *ret_count, struct error *error) MUST_CHECK;

/* ---- troubles ---- */

struct trouble_row {
    int64_t incident;
    struct text key;
    enum severity severity;
    int64_t event; /* the last that began it, or said that it is another */
    int64_t begun_at;
    int64_t told_at;             /* 0: not yet; when it was told last, and what: */
    enum event_type told_type;   /* by which type of event, */
    enum severity told_severity; /* and how bad it was then */
    bool seen;
    uint32_t repeats; /* how often the same came since it was told, and was not told again */
};

/* Insert, or replace what is there. */
enum error_code troubles_put(struct database *database, const struct trouble_row *trouble,
                             struct error *error) MUST_CHECK;
enum error_code troubles_remove(struct database *database, int64_t incident, struct text key,
                                struct error *error) MUST_CHECK;
enum error_code troubles_list(struct database *database, int64_t incident, struct arena *arena,
                              struct trouble_row **ret_troubles, size_t *ret_count, struct error *error) MUST_CHECK;
/* The open incidents that have this trouble. */
enum error_code troubles_of_key(struct database *database, struct text key, struct arena *arena,
                                struct trouble_row **ret_troubles, size_t *ret_count, struct error *error) MUST_CHECK;

/* Numbers of the open incidents about a database that have troubles of this sort, "drift:". */
enum error_code troubles_incidents(struct database *database, struct text about, struct text sort, struct arena *arena,
                                   int64_t **ret_incidents, size_t *ret_count, struct error *error) MUST_CHECK;

/* ---- events that wait ---- */

enum error_code waiting_events_add(struct database *database, int64_t incident, int64_t event,
                                   struct error *error) MUST_CHECK;
/* Oldest first, `limit` at most; with `ret_more`. */
enum error_code waiting_events_list(struct database *database, int64_t incident, uint32_t limit, struct arena *arena,
                                    struct event_row **ret_events, size_t *ret_count, bool *ret_more,
                                    struct error *error) MUST_CHECK;
/* How many wait; `limit` at most are counted. */
enum error_code waiting_events_count(struct database *database, int64_t incident, uint32_t limit, uint32_t *ret_count,
                                     struct error *error) MUST_CHECK;
/* Those up to a number are told. */
enum error_code waiting_events_remove(struct database *database, int64_t incident, int64_t last,
                                      struct error *error) MUST_CHECK;
/* Move those of one incident up to a number to another. */
enum error_code waiting_events_move(struct database *database, int64_t from, int64_t to, int64_t last,
                                    struct error *error) MUST_CHECK;

/* ---- limits of routes ---- */

/* A message that a route made for a sink. */
struct route_use {
    struct text route;
    struct text sink;
    int64_t at;
};
enum error_code route_uses_add(struct database *database, const struct route_use *use, struct error *error) MUST_CHECK;
/* How many since, and when the oldest of them was; older ones are removed. */
enum error_code route_uses_count(struct database *database, const struct route_use *since, uint32_t *ret_count,
                                 int64_t *ret_oldest, struct error *error) MUST_CHECK;

/* How far the log of events was read by the planner. As long as that was never set, it is the last event: who begins
 * begins with what is new. */
enum error_code planned_get(struct database *database, int64_t *ret_event, struct error *error) MUST_CHECK;
enum error_code planned_set(struct database *database, int64_t event, struct error *error) MUST_CHECK;

#endif
