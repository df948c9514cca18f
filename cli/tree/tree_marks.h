/* tree/tree_marks.h - the marks around what was generated in a file; for this room only.
 *
 * A mark is a line of its own; what was written with the line ends of another system still has its marks.
 */
#ifndef DRIFTLINE_TREE_TREE_MARKS_H
#define DRIFTLINE_TREE_TREE_MARKS_H

#include <stdbool.h>

#include "tree/tree.h"

/* A file that has marks, taken apart. */
struct marked {
    struct text before; /* up to and with the line of the first mark */
    struct text inside;
    struct text after;          /* from the line of the second mark on */
    struct text outside_before; /* the same two without the marks */
    struct text outside_after;
};

/* Whether a file has both marks, once each and in order. Of TREE_MARKS_NONE all of it is inside. */
bool marks_find(struct text file, enum tree_marks marks, struct marked *ret_marked);

/* The same, whatever the language's comment is. */
bool marks_find_any(struct text file, struct marked *ret_marked);

/* A whole file of new content between marks. */
enum error_code marks_wrap(struct text *ret_file, struct text content, enum tree_marks marks, struct arena *arena,
                           struct error *error) MUST_CHECK;

/* Pieces in a row, as one text in the arena. */
enum error_code marks_join(struct text *ret_file, const struct text *pieces, size_t count, struct arena *arena,
                           struct error *error) MUST_CHECK;

#endif
