/* agent/status.h - where the watcher of a target and the rest of the program meet.
 *
 * The watcher writes how its target is; the uplink reads it and sends it. The other way round others ask the watcher to
 * look now, to write everything anew, or to stop. A doorbell, an eventfd that the uplink polls, rings when there is
 * something that should not wait for the next heartbeat: another state, a new snapshot. The watcher has one of its own,
 * so that it can wait for others and for its database at once.
 *
 * Threads: safe.
 */
#ifndef DRIFTLINE_AGENT_STATUS_H
#define DRIFTLINE_AGENT_STATUS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
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

    /* of capture in the database (sources/capture.h) */
    int capture;         /* enum capture_state, as of the last read */
    uint64_t statements; /* that were put into the outbox */
    uint64_t woken;      /* times that the database said that something happened */
};

/* What a watcher is asked for; several at once. */
enum status_request {
    STATUS_LOOK = 1, /* look now, and read everything */
    STATUS_ANEW = 2, /* the same, and write to the outbox what is there already */
    STATUS_STOP = 4  /* for good */
};

struct status {
    int bell;             /* readable while there are requests */
    pthread_mutex_t lock; /* of all below */
    int doorbell;         /* -1: nobody listens */
    unsigned requests;
    struct status_view view;
    struct status_counts counts;
};

/* `doorbell` stays the caller's. */
enum error_code status_init(struct status *status, int doorbell, struct error *error) MUST_CHECK;
void status_clear(struct status *status);

/* ---- the watcher ---- */

/* How the target is. Answers whether state or reason are others than before. */
bool status_report(struct status *status, enum target_state state, const char *reason, int64_t checked_at);

/* There is a new snapshot, or the newest has this number. */
void status_stored(struct status *status, uint64_t seq);

/* What was done so far. */
void status_account(struct status *status, const struct status_counts *counts);

/* Wait until somebody asks for something, until a file can be read (-1: there is none) or has broken, or until `until`
 * by clock_elapsed(). Answers what was asked for; STATUS_STOP comes again every time. `ret_woken` says whether it was
 * the file; it may be NULL. */
unsigned status_wait(struct status *status, int64_t until, int file, bool *ret_woken);

/* What was asked for and not answered yet. */
unsigned status_peek(struct status *status);

/* Whether the watcher should stop. */
bool status_is_stopped(struct status *status);

/* ---- the others ---- */

void status_ask(struct status *status, unsigned requests);
void status_read(struct status *status, struct status_view *ret_view);
void status_read_counts(struct status *status, struct status_counts *ret_counts);

#endif
