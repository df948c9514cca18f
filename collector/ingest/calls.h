/* ingest/calls.h - work that other threads hand to the core's thread, and wait for.
 *
 * Threads: calls_wait() and calls_end() may be called from any; the rest belongs to the thread that does the work.
 */
#ifndef DRIFTLINE_INGEST_CALLS_H
#define DRIFTLINE_INGEST_CALLS_H

#include <pthread.h>
#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"

/* A piece of work; it belongs to the thread that waits for it. */
struct call {
    enum error_code (*work)(void *context, struct error *error);
    void *context;
    struct error *error; /* of the one who waits */
    enum error_code code;
    bool done;
    struct call *next;
};

struct calls {
    pthread_mutex_t lock;
    pthread_cond_t done;
    struct call *first;
    struct call *last;
    bool ended;
};

void calls_init(struct calls *calls);
void calls_clear(struct calls *calls);

/* Hand a call over, call `wake`, and wait until it is done. ERROR_CONNECT after calls_end(). */
enum error_code calls_wait(struct calls *calls, struct call *call, void (*wake)(void *context), void *context,
                           struct error *error) MUST_CHECK;

/* The next call to do, or NULL; and tell who waits for it that it is done. */
struct call *calls_next(struct calls *calls);
void calls_done(struct calls *calls, struct call *call, enum error_code code);

/* No more calls are taken, and those that wait are told so. */
void calls_end(struct calls *calls);

#endif
