/* drift/lineage.h - renames that outlive the server's ids.
 *
 * An agent knows the server's ids, so it knows what was renamed between two snapshots of its target; ids themselves
 * stay with it. The collector stores the renames, and makes ids of its own from them: the id of a thing is a number
 * made of the name by which the target's history first knew it. Two snapshots of one target with such ids compare as
 * two with the server's own do, however far apart they are.
 *
 * Not in three cases, for which the history has no words. What was dropped and made anew under its name between two
 * snapshots, or made room for another that looks just like it, counts as the same thing. What was renamed while its
 * kind could not be read, or while snapshots were lost, counts as another; and so does what was moved at once out of a
 * renamed schema into a new one of the old name.
 *
 * Paths are as displayed. Ownership: everything lives in arenas or points into what it was made from.
 */
#ifndef DRIFTLINE_DRIFT_LINEAGE_H
#define DRIFTLINE_DRIFT_LINEAGE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "schema/snapshot.h"

struct rename {
    enum kind kind;
    enum kind object_kind;    /* of the object that it is, or is part of */
    struct text owner;        /* that object's path after the step */
    struct text object;       /* its own path after it; empty: it was removed, and its name became free */
    struct text renamed_from; /* its own path before it */
    int64_t step;             /* of the target's history: renames of one step happened at once */
};

/* The renames of a history. Removals only matter where a rename speaks of the same thing: of its name or its owner's,
 * old or new, or of a schema that it is or was in; a later rename, too. Ids compare when the same renames and removals
 * were at hand for both; those of two histories that began alike do as far as equal ones are one thing. */
struct lineage {
    const struct rename *renames; /* in any order */
    size_t count;
};

/* The renames among the changes of a comparison within one origin, all of this step; no removals. */
enum error_code lineage_from_diff(struct lineage *ret_lineage, const struct diff *diff, int64_t step,
                                  struct arena *arena, struct error *error) MUST_CHECK;

/* Whether a rename that somebody sent makes sense by itself: kinds that exist and belong together, paths not empty,
 * those of parts within their owner's. A removal is not one. */
bool rename_is_valid(const struct rename *rename);

/* Give every object and part of a snapshot its id: `step` is the snapshot's own place in the history, renames of later
 * steps do not count. `origin` names the history; it is set as the snapshot's origin. Snapshots of an engine that has
 * no ids of its own stay as they are: there, a name is all that is known of a thing. */
enum error_code lineage_assign(struct snapshot *snapshot, const struct lineage *lineage, int64_t step,
                               struct text origin, struct error *error) MUST_CHECK;

#endif
