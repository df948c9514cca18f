/* notify/notifier.h - the one thread that tells sinks: it plans, sends, tries again, and keeps what became of it.
 *
 * It never holds up the core: it reads with a connection of its own, hands what is to be written to core_call() in a
 * few transactions a second at most, and waits for the network only itself. What it forgets in a crash is sent again,
 * with the same id; nothing is lost.
 */
#ifndef DRIFTLINE_NOTIFY_NOTIFIER_H
#define DRIFTLINE_NOTIFY_NOTIFIER_H

#include "base/log.h"
#include "event/pulse.h"
#include "ingest/core.h"
#include "notify/notify_plan.h"

struct notifier;

struct notifier_settings {
    const char *folder; /* the store's */
    struct core *core;
    struct pulse *pulse;
    struct policy_holder *policy;
    struct notify_holder *plan;
    struct logger *logger;
};

enum error_code notifier_start(struct notifier **ret_notifier, const struct notifier_settings *settings,
                               struct error *error) MUST_CHECK;

/* What is under way is given up and sent again after the next start. Ends within a second. NULL is fine. */
void notifier_stop(struct notifier *notifier);

/* There is a new plan, or a delivery that is to be tried at once. Any thread. */
void notifier_wake(struct notifier *notifier);

/* For metrics. Any thread. */
struct notifier_counts {
    uint64_t attempts;
    uint64_t failures;
    uint64_t sent;
    uint64_t dead;
    uint64_t in_flight;
};
void notifier_counts(struct notifier *notifier, struct notifier_counts *ret_counts);

#endif
