/* feed/policy.h - a policy that is replaced while requests use it: each request keeps the one that it began with.
 *
 * What was worked out under a policy goes with it: each has a cache of comparisons of its own.
 *
 * Ownership: the holder copies what it is given. policy_take() … policy_release() around each use.
 * Threads: any number, at the same time.
 */
#ifndef DRIFTLINE_FEED_POLICY_H
#define DRIFTLINE_FEED_POLICY_H

#include <pthread.h>

#include "base/compiler.h"
#include "base/error.h"
#include "correlate/fleet.h"

struct held_policy;

struct policy_holder {
    pthread_mutex_t lock;
    struct held_policy *current;
};

/* Begin with a policy by which every environment stands alone. */
enum error_code policy_holder_init(struct policy_holder *holder, struct error *error) MUST_CHECK;
void policy_holder_clear(struct policy_holder *holder);

/* Replace it; what was taken stays valid until it is released. */
enum error_code policy_set(struct policy_holder *holder, const struct fleet_policy *policy,
                           struct error *error) MUST_CHECK;

struct held_policy *policy_take(struct policy_holder *holder);
const struct fleet_policy *policy_of(const struct held_policy *held);
struct fleet_cache *policy_cache(const struct held_policy *held);
void policy_release(struct policy_holder *holder, struct held_policy *held); /* NULL is fine */

#endif
