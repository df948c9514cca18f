/* collector/notify_keeper.h - who is told what, as the configuration says that is in use.
 *
 * A file that is read again and is not in order changes nothing: the plan that was in use stays, and says what is wrong
 * with the file, until one that is in order takes its place.
 *
 * Threads: belongs to the main thread; its holder is for all.
 */
#ifndef DRIFTLINE_COLLECTOR_NOTIFY_KEEPER_H
#define DRIFTLINE_COLLECTOR_NOTIFY_KEEPER_H

#include "collector/settings.h"

struct notify_keeper {
    struct notify_holder holder;
    struct logger *logger;
};

/* Begin with a plan that tells nobody anything. The logger stays the caller's. */
enum error_code notify_keeper_init(struct notify_keeper *keeper, struct logger *logger, struct error *error) MUST_CHECK;
void notify_keeper_clear(struct notify_keeper *keeper);

/* Make a plan of settings that were read: fetch secrets and look at every sink. To be used, or to be released. */
enum error_code notify_keeper_make(const struct collector_settings *settings, struct notify_plan **ret_plan,
                                   struct error *error) MUST_CHECK;

/* Use a plan from now on; it is taken over. */
void notify_keeper_use(struct notify_keeper *keeper, struct notify_plan *plan);

/* Settings that could not be used: the plan in use says why. */
void notify_keeper_refuse(struct notify_keeper *keeper, const struct error *why);

#endif
