/* stream/tail.h - the one thread that follows the log of events for all who want them as they happen.
 *
 * It reads each new event once, with a connection of its own, writes it out once, and puts it into a ring that all
 * share (stream/ring.h). Whoever is slow is no concern of it, and it is no concern of the core: it wakes by the pulse,
 * and gives way when the machine is busy. While nobody wants events it reads none.
 *
 * Threads: all functions may be called from any; tail_start() and tail_stop() from one.
 */
#ifndef DRIFTLINE_STREAM_TAIL_H
#define DRIFTLINE_STREAM_TAIL_H

#include "base/log.h"
#include "event/pulse.h"
#include "stream/ring.h"

enum {
    TAIL_EVENTS = 16384,           /* in the ring, at most */
    TAIL_BYTES = 16 * 1024 * 1024, /* of all of them */
    TAIL_PAGE = 256                /* events that are read at once */
};

struct tail;

struct tail_settings {
    const char *folder;    /* the store's */
    struct pulse *pulse;   /* of the core; outlives the tail */
    struct logger *logger; /* outlives it, too */
};

/* Follow from the end of the log on. */
enum error_code tail_start(struct tail **ret_tail, const struct tail_settings *settings,
                           struct error *error) MUST_CHECK;
void tail_stop(struct tail *tail); /* NULL is fine; nobody may want anything any more */

/* Who wants events says so, and when he does no more. What he gets begins after tail_last() as it is after
 * tail_want(). */
void tail_want(struct tail *tail);
void tail_want_no_more(struct tail *tail);

/* The number of the newest event that anybody can know of: the ring may still lack it. Who follows from now on begins
 * after it. */
int64_t tail_last(struct tail *tail);

struct ring *tail_ring(struct tail *tail);
struct pulse *tail_news(struct tail *tail);      /* beats when there is more in the ring */
struct text tail_store(const struct tail *tail); /* the id of the store */

#endif
