/* collector/ingest/running_core.h - a real core on a thread of its own, over a store that it makes.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_RUNNING_CORE_H
#define DRIFTLINE_TEST_RUNNING_CORE_H

#include <pthread.h>

#include "ingest/core.h"

struct running_core {
    struct database *database;
    struct key_pair key;
    void *context;
    struct door *door;
    struct core *core;
    pthread_t thread;
    bool has_ended;
};

/* Defaults that suit a test; the key is set by running_core_start(). */
struct core_settings running_core_settings(void);

void running_core_start(struct running_core *running, const char *folder, const struct core_settings *settings,
                        struct logger *logger);

/* Stop it, if it has not ended, and wait for its end, which must not be a failure; what it used goes with
 * running_core_clear(). */
void running_core_stop(struct running_core *running);
void running_core_clear(struct running_core *running);

#endif
