/* feed/workers.h - a few threads that work on requests, each with a connection to the history of its own.
 *
 * The thread that talks to clients never waits for the history: a long comparison holds up one worker, and nobody's
 * health check.
 */
#ifndef DRIFTLINE_FEED_WORKERS_H
#define DRIFTLINE_FEED_WORKERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "storage/database.h"

enum { WORKERS_QUEUE_LIMIT = 256 }; /* pieces of work that wait */

/* A piece of work; part of what it works on. */
struct work {
    struct work *next;
    void (*run)(struct work *work, struct database *database);
};

struct workers;

/* Start `count` threads that read the store in `folder`. */
enum error_code workers_new(struct workers **ret_workers, unsigned count, const char *folder,
                            struct error *error) MUST_CHECK;

/* Hand work over; false when too much is waiting already, or the end has come. */
bool workers_add(struct workers *workers, struct work *work);

/* Take no more work, and wait for what is there, until the deadline (by clock_elapsed()). False when some of it is not
 * done by then: the threads go on, and nothing that they use may be released. */
bool workers_stop(struct workers *workers, int64_t deadline);

/* After workers_stop() said true, or in place of it when no work was ever added. NULL is fine. */
void workers_free(struct workers *workers);

#endif
