/* tree/tree.h - files that were generated, before they are anywhere: in a folder, on a branch, in an answer.
 *
 * A generator fills a tree, a plan (tree/tree_plan.h) says what it means for a place where such files already are, and
 * whoever owns the place carries the plan out. So documentation and code are written to a folder, checked, shown as
 * differences and put into pull requests by the same steps.
 *
 * Ownership: everything lives in the arena that the tree was made with; contents are not copied.
 * Failure: a path that is absolute, climbs (`..`), is empty or too long is ERROR_INTERNAL, and so is one that two
 * files have, or that differs from another in case only: the generator is wrong. The latter shows in tree_plan_make().
 */
#ifndef DRIFTLINE_TREE_TREE_H
#define DRIFTLINE_TREE_TREE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum {
    TREE_PATH_LIMIT = 1024,             /* bytes of a path */
    TREE_ELEMENT_LIMIT = 255,           /* bytes of one name in it */
    TREE_FILE_LIMIT = 16 * 1024 * 1024, /* bytes of a file that is there already */
    TREE_MANIFEST_LIMIT = 8 * 1024 * 1024
};

/* How a file is marked as generated, so that people can write around what was: the comment of its language. */
enum tree_marks {
    TREE_MARKS_NONE,   /* the file has no comments, such as JSON: all of it is generated */
    TREE_MARKS_HTML,   /* <!-- driftline:begin --> … <!-- driftline:end --> */
    TREE_MARKS_HASH,   /* # driftline:begin */
    TREE_MARKS_SLASHES /* // driftline:begin */
};

struct tree_file {
    struct text path;    /* within the tree, with `/` between its elements */
    struct text content; /* what is generated, without the marks; ends with a line feed, unless it is empty */
    enum tree_marks marks;
};

struct tree;

/* An empty one. `name` says who generates it ("docs", "python"): the list of its files is kept as `.driftline-NAME`. */
enum error_code tree_new(struct tree **ret_tree, const char *name, struct arena *arena, struct error *error) MUST_CHECK;

/* Add a file. The path is copied, the content is not. */
enum error_code tree_add(struct tree *tree, struct text path, struct text content, enum tree_marks marks,
                         struct error *error) MUST_CHECK;

const char *tree_name(const struct tree *tree);

/* The files, sorted by path. Valid until the next one is added. */
const struct tree_file *tree_files(struct tree *tree, size_t *ret_count);

#endif
