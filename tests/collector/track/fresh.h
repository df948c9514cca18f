/* collector/track/fresh.h - differences worked out from nothing but the two newest snapshots, beside those that the
 * store has kept step by step.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_FRESH_H
#define DRIFTLINE_TEST_FRESH_H

#include "collector/track/correlated.h"
#include "correlate/variants.h"
#include "store/pairs.h"

/* All differences of the pair's sides as whole snapshots, in order, a line each, with everything that is kept of them
 * but their causes. */
const char *fresh_lines(struct correlated *correlated, const struct pair_row *pair);

/* The same of the living drifts of the pair that are not hidden. */
const char *fresh_stored_lines(struct correlated *correlated, const struct pair_row *pair);

/* The active pairs of a database, also those of instances. */
size_t fresh_pairs(struct correlated *correlated, const char *database, struct pair_row **ret_pairs);

/* How an environment stands: its variants, and the version by which its majority is best compared with another. */
struct variants fresh_variants(struct correlated *correlated, const char *database, struct text environment);

#endif
