/* correlate/fleet_pairs.h - what is stored of the pairs of the fleet, as far as it is still true; for the fleet only.
 *
 * A pair tells what of a difference was accepted, which a comparison of two roots cannot. It counts only as long as
 * both sides have the roots that it was worked out for, under the same policy. Read once for all databases.
 */
#ifndef DRIFTLINE_CORRELATE_FLEET_PAIRS_H
#define DRIFTLINE_CORRELATE_FLEET_PAIRS_H

#include "correlate/fleet.h"
#include "store/pairs.h"

struct fleet_pairs {
    struct pair_row *rows; /* by names */
    size_t count;
    struct hash policy; /* its fingerprint */
};

/* Read those of one database (empty name: of all). None under a policy without a fingerprint. */
enum error_code fleet_pairs_read(struct fleet_pairs *ret_pairs, struct database *database,
                                 const struct fleet_policy *policy, struct text name, struct arena *arena,
                                 struct error *error) MUST_CHECK;

/* The pair of these names if it is of these roots, the majority's or what is promoted first; else NULL. `pairs` may be
 * NULL. */
const struct pair_row *fleet_pairs_find(const struct fleet_pairs *pairs, const struct pair_row *name,
                                        const struct hash *from, const struct hash *to);

uint32_t fleet_pairs_open(const struct pair_row *pair);   /* differences that count */
uint32_t fleet_pairs_waived(const struct pair_row *pair); /* and those that were accepted */

#endif
