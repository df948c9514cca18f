/* notify/planner_private.h - what the files of the planner have in common; nobody else includes it.
 *
 *   planner.c            what others call: a slice of events in, a slice of messages out
 *   planner_read.c       an event comes to the incidents that it is about
 *   planner_follow.c     what the events of an incident make of its troubles, and which of them are told
 *   planner_tell.c       an incident that is due: quiet times, limits, the message
 *   planner_limit.c      what is told beyond the limit of a route
 *   planner_escalate.c   an incident that nobody has acknowledged, or that is not over
 *   planner_message.c    the message of some events; planner_lines.c and planner_title.c its words, planner_said.c what
 *                        they need not say, planner_open.c how much is not over
 *
 * Everything lives in the arena of the slice but what JSON documents own, which planner_events_free() releases.
 */
#ifndef DRIFTLINE_NOTIFY_PLANNER_PRIVATE_H
#define DRIFTLINE_NOTIFY_PLANNER_PRIVATE_H

#include "event/trouble.h"
#include "notify/message.h"
#include "notify/planner.h"
#include "notify/route.h"
#include "notify/sink.h"
#include "store/incidents.h"

/* What every step needs. */
struct planner {
    const struct planning *planning;
    struct database *database;
    struct arena *arena;
    const struct contract_set *contracts;
    int64_t now;
    struct error *error;
};

void planner_init(struct planner *planner, const struct planning *planning, struct database *database,
                  struct error *error);
enum error_code planner_no_memory(const struct planner *planner);

/* The subject of what a route tells beyond its limit. */
#define PLANNER_OVERFLOW "*"

/* ---- events, taken apart ---- */

struct planner_event {
    const struct event_row *row;
    json_t *data;
    struct trouble trouble;
    int64_t snapshot; /* in which it was seen; 0: none */
    bool is_told;
    /* of what is told: */
    bool is_said;          /* by others of the same message; it has no line */
    json_t *unsaid;        /* of schema-changed: those changes that no other says; NULL: all of them */
    uint32_t repeats;      /* how often the same came before that was not told */
    int64_t repeats_since; /* after this was told */
};

struct planner_events {
    struct planner_event *list;
    size_t count;
};
enum error_code planner_events_read(const struct planner *planner, const struct event_row *rows, size_t count,
                                    struct planner_events *ret_events) MUST_CHECK;
void planner_events_free(struct planner_events *events);

/* ---- troubles ---- */

/* "pair:orders:staging:prod:" of an event about differences; empty when it is about no pair. */
enum error_code planner_pair_key(const struct planner *planner, const json_t *data, struct text *ret_key) MUST_CHECK;

/* Its names back, into those of a drift. */
struct drift_row;
void planner_read_pair_key(struct text key, struct drift_row *pair);

/* Whether the differences of a trouble are over by what the store says now: one, or all of a pair. */
enum error_code planner_is_over(const struct planner *planner, struct text key, bool *ret_is_over) MUST_CHECK;

/* A trouble of an incident while its events are gone through. */
struct planner_trouble {
    struct trouble_row row;
    bool was_told;                        /* before these events */
    bool is_live;                         /* after them */
    bool was_begun;                       /* by one of them */
    const struct planner_event *ended_by; /* the last of them that ended it; NULL: none */
    bool is_told;                         /* one of them that begins it is told */
    enum event_type type;
    enum severity severity; /* of that one */
};

/* An incident, its troubles, and the oldest of the events that wait. */
struct planner_incident {
    struct incident_row row;
    const struct route *route;
    const struct sink *sink;
    struct planner_events events;
    bool has_more; /* events wait beyond these */
    struct planner_trouble *troubles;
    size_t trouble_count;
};

/* Follow the events: sets the states of troubles, and which events are told. Those for people leave out what came and
 * went, and what says again what was told not long ago. */
enum error_code planner_follow(const struct planner *planner, struct planner_incident *incident) MUST_CHECK;

/* The trouble of a key; NULL: it is none of the incident's. */
struct planner_trouble *planner_find_trouble(const struct planner_incident *incident, struct text key);

/* ---- incidents ---- */

/* What an event is about for a route: route, subject and place of its incident. */
enum error_code planner_make_key(const struct planner *planner, const struct route *route,
                                 const struct route_event *about, struct incident_row *ret_key) MUST_CHECK;

/* The open one of route, sink and subject, made when there is none; opened now, unless the key says when. */
enum error_code planner_open_incident(const struct planner *planner, const struct incident_row *key,
                                      struct incident_row *ret_incident) MUST_CHECK;

/* When somebody else is to be told of it, by how its troubles stand in the store. */
enum error_code planner_set_escalation(const struct planner *planner, const struct route *route,
                                       struct incident_row *incident) MUST_CHECK;

/* Whether something this bad about the incident waits for the end of a quiet time, and until when. */
bool planner_is_quiet(const struct planner *planner, const struct route *route, const struct incident_row *incident,
                      enum severity severity, int64_t *ret_until);

/* The last of its events that were read; 0: none. */
int64_t planner_last_event(const struct planner_incident *incident);

/* Whether it is the incident of what is beyond a limit. */
bool planner_is_beyond(const struct incident_row *incident);

/* Whether a route has told a sink as much as it may, and until when; false: it may tell more. */
enum error_code planner_find_limit(const struct planner *planner, const struct planner_incident *incident,
                                   bool *ret_is_reached, int64_t *ret_until) MUST_CHECK;

/* Its events and what of its troubles belongs to them go to the incident of what is beyond the limit. */
enum error_code planner_tell_with_others(const struct planner *planner, struct planner_incident *incident,
                                         int64_t until) MUST_CHECK;

/* Troubles that were told beyond a limit and go on are those of their own subjects from now on. */
enum error_code planner_hand_over(const struct planner *planner, struct planner_incident *incident) MUST_CHECK;

/* What waits beyond a limit that there is no more is told about its own subjects. */
enum error_code planner_give_back(const struct planner *planner, const struct incident_row *row) MUST_CHECK;

enum error_code planner_take_event(const struct planner *planner, const struct event_row *event) MUST_CHECK;
enum error_code planner_tell_incident(const struct planner *planner, const struct incident_row *row) MUST_CHECK;
enum error_code planner_escalate(const struct planner *planner, const struct incident_row *row) MUST_CHECK;

/* ---- messages ---- */

/* What one is to be made of. */
struct planner_telling {
    struct incident_row *incident; /* its counts are moved on */
    enum delivery_kind kind;
    struct planner_event *events; /* those with `is_told` */
    size_t count;
    uint32_t open, open_differences;
    bool is_last;      /* the incident is over with it */
    int64_t waited_us; /* of `escalated`: how long it was waited for somebody, */
    bool can_be_seen;  /* and whether all of it could have been acknowledged */
};

/* How many go on after the events of an incident. */
enum error_code planner_count_open(const struct planner *planner, const struct planner_incident *incident,
                                   struct planner_telling *telling) MUST_CHECK;

/* Find out what events say that others say, too. */
enum error_code planner_mark_said(const struct planner *planner, const struct planner_telling *telling) MUST_CHECK;

/* Whether an event has words of its own in the message. */
bool planner_is_shown(const struct planner_event *event);

/* Make it, and a delivery of it that is tried at once. */
enum error_code planner_make_message(const struct planner *planner, const struct planner_telling *telling,
                                     int64_t *ret_delivery) MUST_CHECK;

/* Lines, and how many of each level. */
enum error_code planner_write_lines(const struct planner *planner, const struct planner_telling *telling,
                                    struct message *message) MUST_CHECK;
void planner_write_title(const struct planner *planner, const struct planner_telling *telling, struct buffer *output);

/* How bad each of the things is that an event stands for: itself, or as many as it says. */
void planner_count_levels(const struct planner_event *event, uint64_t counts[SEVERITY_COUNT]);

#endif
