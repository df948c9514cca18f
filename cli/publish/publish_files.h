/* publish/publish_files.h - what is to be published, held against the files of the base branch.
 *
 * Generated trees are planned as anywhere (tree/tree_plan.h); a copy simply is what it is a copy of, whatever was
 * there. All of it becomes one plan with one hash: two plans with the same hash change the same files from the same to
 * the same.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_FILES_H
#define DRIFTLINE_PUBLISH_PUBLISH_FILES_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/hash.h"
#include "publish/publish.h"
#include "tree/tree_plan.h"

struct publish_files {
    struct tree_plan plan; /* all steps, sorted by path */
    struct hash hash;
};

/* Two that want one path are ERROR_CONFIG. */
enum error_code publish_files_make(struct publish_files *ret_files, const struct publish_content *content,
                                   const struct tree_place *place, struct arena *arena, struct error *error) MUST_CHECK;

/* Whether a step would change its file. */
bool publish_step_changes(const struct tree_step *step);

#endif
