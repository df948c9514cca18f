/* tree/tree_plan.h - what generated files mean for a place that may have them already.
 *
 * A file with marks is only replaced between them: what people wrote before and after stays. What there is under the
 * path of a generated file without its marks is somebody else's: the plan says FOREIGN, and nobody overwrites it. The
 * list of files that were generated last (`.driftline-NAME`, with their hashes) tells what was edited by hand and which
 * files are no longer generated. Of these the part between the marks goes, and the file with it if nothing else is in
 * it.
 *
 * The list is read as if an enemy had written it: no path leads out of the folder, and only files that carry our
 * marks, or have the hash of the list, are ever removed.
 *
 * Ownership: everything lives in the arena.
 */
#ifndef DRIFTLINE_TREE_TREE_PLAN_H
#define DRIFTLINE_TREE_TREE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "tree/tree.h"
#include "tree/tree_place.h"

enum tree_state {
    TREE_SAME,
    TREE_NEW,
    TREE_OUTDATED,    /* another content was generated */
    TREE_EDITED,      /* what is between the marks, or in a file without, is not what was generated last, nor now */
    TREE_SUPERFLUOUS, /* no longer generated */
    TREE_FOREIGN,     /* there is a file that was not generated: it stays as it is */
    TREE_STATE_COUNT
};

struct tree_step {
    enum tree_state state;
    struct text path; /* in the place: with the folder before it */
    bool was_there;
    bool will_be_there;
    struct text before; /* the whole file */
    struct text after;
};

struct tree_plan {
    struct tree_step *steps; /* sorted by path; the list of files is one of them, SAME, NEW or OUTDATED */
    size_t count;
    size_t counts[TREE_STATE_COUNT]; /* without the list of files */
};

/* Hold a tree against a place. `folder` is where in the place it belongs: "docs/database", or empty. */
enum error_code tree_plan_make(struct tree_plan *ret_plan, struct tree *tree, struct text folder,
                               const struct tree_place *place, struct arena *arena, struct error *error) MUST_CHECK;

/* Whether carrying it out would change anything. FOREIGN files change nothing. */
bool tree_plan_changes(const struct tree_plan *plan);

const char *tree_state_name(enum tree_state state); /* "same", "new", "outdated", "edited", "superfluous", "foreign" */

/* A unified diff of everything that would change, as `patch -p1` reads it. */
enum error_code tree_plan_write_diff(struct buffer *output, const struct tree_plan *plan,
                                     struct error *error) MUST_CHECK;

#endif
