/* agent/watcher.h - one target, watched by a thread of its own.
 *
 * It looks cheaply, every `poll`; exactly, when something moved and at least every `exact`; and reads everything at
 * least every `full_check`, because looks may be wrong. What it read goes into the outbox, and how the target is into
 * its status. When something moves it waits until that is over before it reads: a migration of four hundred statements
 * is a few snapshots. A target that fails is looked at less often, up to once a minute.
 *
 * Where the database itself captures what changes it (sources/capture.h), the watcher looks as soon as it says that
 * something happened, and a burst is over sooner. What was captured comes with each read, and goes into the outbox with
 * the snapshot.
 *
 * A read may take minutes, and ends by itself. So a watcher that was asked to stop may go on for a while, but stores
 * nothing any more.
 *
 * Ownership: a watcher copies what it is told. Threads: start, join and free from one.
 */
#ifndef DRIFTLINE_AGENT_WATCHER_H
#define DRIFTLINE_AGENT_WATCHER_H

#include "agent/outbox.h"
#include "agent/settings.h"
#include "agent/status.h"
#include "base/log.h"

/* How many reads may go on at the same time: memory is taken by reads. */
struct watcher_gate {
    pthread_mutex_t lock;
    pthread_cond_t left;
    unsigned places;
};

void watcher_gate_init(struct watcher_gate *gate);
void watcher_gate_clear(struct watcher_gate *gate);

/* Told when the outbox has failed in a way that the process must end with. */
struct watcher_alarm {
    void (*ring)(void *context, const struct error *error);
    void *context;
};

struct watcher_setup {
    const struct settings *settings;
    const struct settings_target *target;
    struct outbox *outbox;
    int64_t id; /* of the target in the outbox */
    struct logger *logger;
    struct watcher_gate *gate;
    struct watcher_alarm alarm;
    int doorbell;
    bool once;         /* look and read once, and end */
    int64_t jitter_us; /* begin at a random moment within this time */
};

struct watcher;

enum error_code watcher_new(struct watcher **ret_watcher, const struct watcher_setup *setup,
                            struct error *error) MUST_CHECK;

/* Begin to watch. */
enum error_code watcher_start(struct watcher *watcher, struct error *error) MUST_CHECK;

struct status *watcher_status(struct watcher *watcher);
const char *watcher_name(const struct watcher *watcher);
bool watcher_is_running(const struct watcher *watcher);

/* Whether it watches this, in this way. */
bool watcher_watches(const struct watcher *watcher, const struct settings *settings,
                     const struct settings_target *target);

/* Wait for its end, after it was asked to stop, until a moment of clock_elapsed(). True: it has ended, or never began.
 */
bool watcher_join(struct watcher *watcher, int64_t until);

/* It must not be running. NULL is fine. */
void watcher_free(struct watcher *watcher);

#endif
