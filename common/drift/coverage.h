/* drift/coverage.h - what two snapshots could not read, or do not declare, and therefore what nobody may call new, gone
 * or different.
 *
 * What could not be read leaves the answer open; what a side does not declare (GAP_NOT_DECLARED) is only not compared:
 * drift/undeclared.h counts it. Built once per comparison from the gaps of both sides; lives in the arena.
 */
#ifndef DRIFTLINE_DRIFT_COVERAGE_H
#define DRIFTLINE_DRIFT_COVERAGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "drift/diff.h"
#include "schema/snapshot.h"

/* Gaps of both sides, sorted by kind and object. */
struct coverage_gaps {
    const struct coverage_gap **items;
    uint32_t count;
};

struct coverage {
    struct coverage_gaps unread;
    struct coverage_gaps undeclared;
};

enum error_code coverage_init(struct coverage *ret_coverage, const struct snapshot *from, const struct snapshot *to,
                              struct arena *arena, struct error *error) MUST_CHECK;

/* Whether a change is about something that one side could not read: its kind, itself, or the object it is part of. */
bool coverage_is_unread(const struct coverage *coverage, const struct change *change);

/* The same, or that one side does not declare. */
bool coverage_hides(const struct coverage *coverage, const struct change *change);

/* Whether a gap is about an attribute that anything of its kind may have: its object is "* (default, generated)". */
bool coverage_gap_names(const struct coverage_gap *gap, struct text attribute);

/* Take out of a change the attributes that one side does not declare of anything of its kind. */
void coverage_take_out(const struct coverage *coverage, struct change *change);

/* List the gaps of both sides that matter: those of what could not be read, but for what a pattern leaves out and for
 * aspects that are not compared. Sorted by side, kind and object. */
enum error_code coverage_list(struct uncovered **ret_uncovered, uint32_t *ret_count, const struct snapshot *from,
                              const struct snapshot *to, const struct diff_options *options, struct arena *arena,
                              struct error *error) MUST_CHECK;

#endif
