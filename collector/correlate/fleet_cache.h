/* correlate/fleet_cache.h - comparisons of two roots, made once and remembered; for the rooms of fleet.c only.
 *
 * Two roots, each rendered by servers of one major version (drift/rendering.h), always compare alike under one set of
 * options, so what was found stays true. With other options the cache begins anew. It is bounded: when it is full it is
 * emptied. That memory is short makes it forget, no more.
 * Threads: any number may ask at the same time; two that ask for the same pair at once both work it out.
 */
#ifndef DRIFTLINE_CORRELATE_FLEET_CACHE_H
#define DRIFTLINE_CORRELATE_FLEET_CACHE_H

#include "correlate/fleet.h"

enum { FLEET_CACHE_LIMIT = 16384, FLEET_REASON_SIZE = 256 };

/* What a comparison comes to. Of a root with itself: whether everything in it that counts was read. */
struct fleet_pair {
    enum verdict verdict;
    bool is_comparable;  /* false: nothing was compared, and `unknown` says why */
    bool rendered_apart; /* some text was not compared, since two major versions may spell it differently */
    uint32_t change_count;
    uint32_t summary[SEVERITY_COUNT];
    char unknown[FLEET_REASON_SIZE]; /* what is not known, if anything */
};

/* One side of a comparison. */
struct fleet_side {
    struct hash root;
    uint32_t major; /* version of the server that it was read from; 0: not known */
};

/* A cache of at most `limit` pairs; fleet_cache_new() makes one of FLEET_CACHE_LIMIT. */
enum error_code fleet_cache_new_of(struct fleet_cache **ret_cache, uint32_t limit, struct error *error) MUST_CHECK;

/* Remember only what was compared as this policy has it, wherever that is. Here and below the cache may be NULL:
 * nothing is remembered. */
enum error_code fleet_cache_use(struct fleet_cache *cache, const struct fleet_policy *policy,
                                struct error *error) MUST_CHECK;

/* Compare, or remember what came of it. The policy is the one at the place that would change (fleet_policy_at()). */
enum error_code fleet_cache_compare(struct fleet_cache *cache, struct database *database,
                                    const struct fleet_policy *policy, const struct fleet_side sides[2],
                                    struct fleet_pair *ret_pair, struct error *error) MUST_CHECK;

#endif
