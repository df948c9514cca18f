/* agent/uplink.h - the thread that keeps the connection to the collector.
 *
 * It has one socket at a time, at one of the collector's addresses. It stays with an address as long as that answers,
 * and goes on to the next one when it is silent. Pauses between attempts are random, and grow. A connection that has
 * lasted is renewed when nothing is under way: libzmq's memory for it grows with the messages that it has carried, on
 * both sides. What is said is the business of the dialogue (agent/dialogue.h).
 *
 * Threads: the functions may be called from any; start and stop from one.
 */
#ifndef DRIFTLINE_AGENT_UPLINK_H
#define DRIFTLINE_AGENT_UPLINK_H

#include <stdatomic.h>

#include "agent/dialogue.h"
#include "wire/keys.h"

/* All in microseconds. */
struct uplink_times {
    int64_t patience;      /* for the first Welcome, if there is another address to try … */
    int64_t patience_most; /* … which doubles up to here while there is none */
    int64_t pause;         /* before the second attempt, at most … */
    int64_t pause_most;    /* … which doubles up to here */
    int64_t renewal;       /* a connection is made anew after so long, and up to a quarter of that */
    int64_t trim;          /* how often the outbox is trimmed */
};

extern const struct uplink_times uplink_times_preset;

/* What went over connections; outlives uplinks, so that it only ever grows. */
struct uplink_counts {
    atomic_uint_least64_t connections; /* that were tried */
    atomic_uint_least64_t sent;        /* bytes of frames */
    atomic_uint_least64_t received;
};

struct uplink_setup {
    void *context; /* of ZeroMQ */
    const struct key_pair *key;
    const char *collector_key;
    const char *const *endpoints;
    size_t endpoint_count;
    int doorbell; /* an eventfd: statuses have changed; also used to wake the thread up */
    int alarm;    /* an eventfd that is rung when the uplink has failed; -1: nobody listens */
    struct uplink_times times;
    struct uplink_counts *counts;   /* NULL: nobody counts */
    struct dialogue_setup dialogue; /* send and context are the uplink's own */
};

struct uplink;

/* What the setup points to must outlive the uplink. */
enum error_code uplink_start(struct uplink **ret_uplink, const struct uplink_setup *setup,
                             struct error *error) MUST_CHECK;

/* Say goodbye, end the thread, release. Gives the goodbye a moment to leave. NULL is fine. */
void uplink_stop(struct uplink *uplink);

struct uplink_state {
    struct dialogue_summary dialogue;
    const char *endpoint; /* of the connection, or of the last attempt */
    uint64_t answered;    /* the last question that this state is younger than */
    int64_t turned_at;    /* when the thread last showed that it lives, by clock_elapsed() */
    bool failed;          /* the process must end … */
    struct error failure; /* … and this is why */
};

void uplink_state(struct uplink *uplink, struct uplink_state *ret_state);

/* Ask for a state that takes into account what statuses and outbox say now. It is there when uplink_state() answers
 * with this number, or a higher one. */
uint64_t uplink_ask(struct uplink *uplink);

#endif
