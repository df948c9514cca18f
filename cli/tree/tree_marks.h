/* tree/tree_marks.h - the marks around what was generated in a file; for this room only.
 */
#ifndef DRIFTLINE_TREE_TREE_MARKS_H
#define DRIFTLINE_TREE_TREE_MARKS_H

#include "tree/tree.h"

/* A file that has marks, taken apart. */
struct marked {
    struct text before; /* up to and with the line of the first mark */
    struct text inside;
    struct text after;          /* from the line of the second mark on */
    struct text outside_before; /* without the marks */
    struct text outside_after;
};

/* Whether a file has both marks, once each and in order, on lines of their own. Without marks all of it is inside. */
bool marks_find(struct text file, enum tree_marks marks, struct marked *ret_marked);

/* The same whatever the comment is; ret_marks says which. TREE_MARKS_NONE is never found. */
bool marks_find_any(struct text file, struct marked *ret_marked);

/* A whole file of new content between marks. */
enum error_code marks_wrap(struct text *ret_file, struct text content, enum tree_marks marks, struct arena *arena,
                           struct error *error) MUST_CHECK;

/* A file with other content between its marks. */
enum error_code marks_replace(struct text *ret_file, const struct marked *marked, struct text content,
                              struct arena *arena, struct error *error) MUST_CHECK;

#endif
