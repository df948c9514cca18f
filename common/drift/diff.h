/* drift/diff.h - what must change in one snapshot for it to become another.
 *
 * Objects are compared aspect by aspect through the tries, so that only what differs is read. Within one origin (the
 * same database at two times) the server's ids make a rename one change; across databases equal content under two
 * names is only reported as a probable rename beside the two changes. Databases that are akin (schema/snapshot.h) know
 * renames by equal ids, and have probable ones beside.
 */
#ifndef DRIFTLINE_DRIFT_DIFF_H
#define DRIFTLINE_DRIFT_DIFF_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "drift/ignore.h"
#include "schema/snapshot.h"

/* A level that replaces the table's for what a pattern matches: the last match decides. */
struct severity_override {
    struct ignore_pattern pattern;
    enum severity level;
};

struct diff_options {
    bool aspects[ASPECT_COUNT]; /* which to compare */
    struct ignore_list ignore;
    struct severity_override *overrides;
    size_t override_count;
    bool fold_partitions; /* leave out tables that are partitions of another: only the parent counts */
    bool states;          /* also work out the states of what differs */
};

/* All aspects, nothing ignored. */
void diff_options_init(struct diff_options *options);

/* Compare. The result lives in `arena` and points into both snapshots. Different canonical versions give the verdict
 * UNKNOWN with a reason and no changes. What may differ only because servers of two major versions rendered it is no
 * change but not covered (drift/rendering.h); versions are those of the two snapshots' info. */
enum error_code diff_snapshots(struct diff *ret_diff, const struct snapshot *from, const struct snapshot *to,
                               const struct diff_options *options, struct arena *arena, struct error *error) MUST_CHECK;

#endif
