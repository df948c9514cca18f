/* agent/thread.h - threads with small stacks and names, whose end can be waited for with a limit.
 *
 * Signals must be blocked before the first one is started; threads inherit that.
 */
#ifndef DRIFTLINE_AGENT_THREAD_H
#define DRIFTLINE_AGENT_THREAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"

struct thread {
    pthread_t id;
    atomic_bool ended;
    void (*work)(void *context);
    void *context;
    char name[16]; /* as `top -H` shows it */
};

/* `thread` must stay where it is until it was joined. */
enum error_code thread_start(struct thread *thread, const char *name, void (*work)(void *context), void *context,
                             struct error *error) MUST_CHECK;

/* Wait for its end until a moment of clock_elapsed(). False: it still runs, and can be waited for again. */
bool thread_join(struct thread *thread, int64_t until) MUST_CHECK;

/* A random number below `bound`, which is not 0: pauses of many agents must not fall together. */
int64_t thread_random(int64_t bound);

#endif
