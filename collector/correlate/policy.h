/* correlate/policy.h - what counts, how bad it is, what stands in the way of a promotion: all that the configuration
 * and the contracts decide, as one constant value.
 *
 * A policy is made once, is never changed, and is replaced as a whole while others still use it: each request and each
 * turn of the core keeps the one that it began with, so nobody sees half of a new one.
 *
 * Ownership: counted. policy_new() copies all that it is given; policy_take() … policy_release() around each use.
 * Threads: a holder may be used by any number at the same time.
 */
#ifndef DRIFTLINE_CORRELATE_POLICY_H
#define DRIFTLINE_CORRELATE_POLICY_H

#include <pthread.h>

#include "contract/contract.h"
#include "correlate/fleet.h"
#include "correlate/freeze.h"

struct policy_gate {
    int64_t max_age_us;        /* a side that was not looked at for longer is not known */
    uint32_t block;            /* a bit each severity: drift of it blocks unless it is waived */
    bool allow_outliers;       /* instances that are not as their majority do not block */
    int64_t waiver_longest_us; /* no waiver is given for longer */
    const struct freeze *freezes;
    size_t freeze_count;
};

/* Whether the contracts are known. */
struct policy_contracts {
    struct contract_set set;
    bool known;          /* false: they could not be read and never were: nothing can be promoted */
    struct text problem; /* why the files as they are now are not in use; empty: they are */
    int64_t problem_since;
};

struct policy_content {
    struct fleet_policy fleet; /* `compare.overrides` are those of every database and environment; policy_new() makes
                                  them of `severities`, if there are any */
    const struct policy_severity *severities; /* all of them, in their order */
    size_t severity_count;
    struct policy_gate gate;
    struct policy_contracts contracts;
    struct text problem; /* why the configuration file as it is now is not in use; empty: it is */
    int64_t problem_since;
};

struct policy; /* opaque */

enum error_code policy_new(struct policy **ret_policy, const struct policy_content *content,
                           struct error *error) MUST_CHECK;
const struct policy_content *policy_content(const struct policy *policy);
struct fleet_cache *policy_cache(const struct policy *policy); /* of comparisons under it */

/* What decides about differences, their levels and the pairs, as a hash: what was worked out under an equal one is as
 * if it had been worked out under this. Contracts are part of it, the gate's settings are not. */
const struct hash *policy_fingerprint(const struct policy *policy);

/* How things of a database are compared when that environment would change: the levels that hold there. In the arena.
 */
enum error_code policy_options(const struct policy *policy, struct text database, struct text environment,
                               struct arena *arena, struct diff_options *ret_options, struct error *error) MUST_CHECK;

/* The promotion path of a database. */
struct fleet_path policy_path(const struct policy *policy, struct text database);

/* Another share of it, for who keeps it longer than the one who gave it. */
struct policy *policy_share(struct policy *policy);
void policy_release(struct policy *policy); /* NULL is fine */

/* ---- the one in use ---- */

struct policy_holder {
    pthread_mutex_t lock;
    struct policy *current;
};

/* Begin with a policy by which every environment stands alone and nothing is allowed to pass. */
enum error_code policy_holder_init(struct policy_holder *holder, struct error *error) MUST_CHECK;
void policy_holder_clear(struct policy_holder *holder);

/* Replace it. The holder takes the policy over. */
void policy_set(struct policy_holder *holder, struct policy *policy);

/* The one in use, to be released by who took it. */
struct policy *policy_take(struct policy_holder *holder);

#endif
