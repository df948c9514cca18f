/* agent/status.h - where the watcher of a target and the rest of the program meet.
 *
 * The watcher writes how its target is; the uplink reads it and sends it. The other way round others ask the watcher to
 * look now, to write everything anew, or to stop. A doorbell, an eventfd that the uplink polls, rings when there is
 * something that should not wait for the next heartbeat: another state, a new snapshot.
 *
 * Threads: safe.
 */
#ifndef DRIFTLINE_AGENT_STATUS_H
#define DRIFTLINE_AGENT_STATUS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire/message.h"

enum { STATUS_REASON_SIZE = 320 };

struct status_view {
    enum target_state state;
    int64_t checked_at;              /* when it was last found true; 0: never */
    uint64_t seq;                    /* the newest snapshot; 0: none */
    uint64_t reports;                /* how often the watcher has said something */
    uint64_t changes;                /* how often that was something that should not wait */
    char reason[STATUS_REASON_SIZE]; /* unless it is fine: UTF-8 */
};

/* What a watcher has done since it began; for metrics. */
enum { STATUS_DEPTHS = 2 }; /* cheap, exact */
struct status_counts {
    uint64_t looks[STATUS_DEPTHS];
    int64_t look_us[STATUS_DEPTHS]; /* what they took together */
    uint64_t reads;                 /* of the whole schema, to the end */
    int64_t read_us;
    int64_t read_at;   /* the last of them; 0: none */
    uint64_t torn;     /* times that a schema changed while it was read, and was read again */
    uint64_t failures; /* looks and reads */
    uint64_t stored;   /* snapshots that were new */
    uint64_t dropped;  /* that had to go for want of room, though nobody had acknowledged them */
};

/* What a watcher is asked for; several at once. */
enum status_request {
    STATUS_LOOK = 1, /* look now, and read everything */
    STATUS_ANEW = 2, /* the same, and write to the outbox what is there already */
    STATUS_STOP = 4  /* for good */
};

struct status {
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t asked;
    int doorbell; /* -1: nobody listens */
    unsigned requests;
    struct status_view view;
    struct status_counts counts;
};

/* `doorbell` stays the caller's. */
void status_init(struct status *status, int doorbell);
void status_clear(struct status *status);

/* ---- the watcher ---- */

/* How the target is. Answers whether state or reason are others than before. */
bool status_report(struct status *status, enum target_state state, const char *reason, int64_t checked_at);

/* There is a new snapshot, or the newest has this number. */
void status_stored(struct status *status, uint64_t seq);

/* What was done so far. */
void status_account(struct status *status, const struct status_counts *counts);

/* Wait until somebody asks for something, or until `until` by clock_elapsed(). Answers what was asked for; STATUS_STOP
 * comes again every time. */
unsigned status_wait(struct status *status, int64_t until);

/* Whether the watcher should stop. */
bool status_is_stopped(struct status *status);

/* ---- the others ---- */

void status_ask(struct status *status, unsigned requests);
void status_read(struct status *status, struct status_view *ret_view);
void status_read_counts(struct status *status, struct status_counts *ret_counts);

#endif
