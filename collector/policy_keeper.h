/* collector/policy_keeper.h - the policy in use, made of the configuration and of the folder of contracts, each of
 * which may be wrong for a while.
 *
 * What was in order last stays in use, and the policy says what is wrong and since when, so that whoever asks for it
 * can tell. Changes are logged once, when they come and when they are over.
 *
 * Threads: belongs to the main thread; its holder is for all.
 */
#ifndef DRIFTLINE_COLLECTOR_POLICY_KEEPER_H
#define DRIFTLINE_COLLECTOR_POLICY_KEEPER_H

#include "collector/settings.h"

struct policy_keeper {
    struct policy_holder holder;
    struct logger *logger;
    struct arena arena;         /* of what follows, from the settings in use */
    struct contract_set inside; /* contracts of the file itself */
    const char *folder;         /* NULL: none */
    struct hash mark;           /* of the folder when it was read last */
    int64_t read_at;            /* elapsed */
    int64_t since;              /* time when it began */
};

/* Begin with a policy by which nothing passes. The logger stays the caller's. */
enum error_code policy_keeper_init(struct policy_keeper *keeper, struct logger *logger, struct error *error) MUST_CHECK;
void policy_keeper_clear(struct policy_keeper *keeper);

/* Settings that were read and are in order: use them from now on, and read the folder. Contracts that are not in order
 * are no failure. */
enum error_code policy_keeper_use(struct policy_keeper *keeper, const struct collector_settings *settings,
                                  struct error *error) MUST_CHECK;

/* Settings that could not be read: what is in use stays, and says why. */
void policy_keeper_refuse(struct policy_keeper *keeper, const struct error *why);

/* Read the folder again if something in it is another; to be called about once a second. */
void policy_keeper_look(struct policy_keeper *keeper);

#endif
