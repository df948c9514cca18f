/* drift/undeclared.h - how much there is on each side of what one of them does not declare (GAP_NOT_DECLARED), and
 * which is therefore not compared.
 */
#ifndef DRIFTLINE_DRIFT_UNDECLARED_H
#define DRIFTLINE_DRIFT_UNDECLARED_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/across.h"
#include "drift/coverage.h"

/* What needs counting, and in which light. */
struct undeclared {
    const struct snapshot *sides[2];
    const struct coverage *coverage; /* its objects are called as the side that has them calls them */
    const struct diff_options *options;
    const struct across *across; /* then only of what is compared between engines; NULL: between snapshots of one */
};

/* Put a line for each kind into `diff->not_compared`, which takes the place of all others of that kind if none of it is
 * declared. */
enum error_code undeclared_list(const struct undeclared *undeclared, struct diff *diff, struct arena *arena,
                                struct error *error) MUST_CHECK;

#endif
