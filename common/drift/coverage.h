/* drift/coverage.h - what two snapshots could not read, and therefore what nobody may call new, gone or different.
 *
 * Built once per comparison from the gaps of both sides; lives in the arena.
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

struct coverage {
    const struct coverage_gap **gaps; /* of both sides, sorted by kind and object */
    uint32_t count;
};

enum error_code coverage_init(struct coverage *ret_coverage, const struct snapshot *from, const struct snapshot *to,
                              struct arena *arena, struct error *error) MUST_CHECK;

/* Whether a change is about something that one side could not read: its kind, itself, or the object it is part of. */
bool coverage_hides(const struct coverage *coverage, const struct change *change);

/* List the gaps of both sides that matter: not those that a pattern leaves out, nor those of aspects that are not
 * compared. Sorted by side, kind and object. */
enum error_code coverage_list(struct uncovered **ret_uncovered, uint32_t *ret_count, const struct snapshot *from,
                              const struct snapshot *to, const struct diff_options *options, struct arena *arena,
                              struct error *error) MUST_CHECK;

#endif
