/* store/marks.h - which nodes something leads to: a bit for each, and what is still to be followed.
 *
 * Ownership: marks_clear() releases what it holds. A zeroed struct is empty.
 * Used only in this folder.
 */
#ifndef DRIFTLINE_STORE_MARKS_H
#define DRIFTLINE_STORE_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/trie.h"
#include "storage/database.h"

struct marks {
    uint64_t *words; /* a bit for each node, by its row */
    size_t word_count;
    int64_t *pending; /* marked, and to be followed */
    size_t pending_count;
    size_t pending_capacity;
};

void marks_clear(struct marks *marks);

bool marks_has(const struct marks *marks, int64_t node);

/* Mark a node, which is no more to be followed than it was. */
enum error_code marks_set(struct marks *marks, int64_t node, struct error *error) MUST_CHECK;

/* Mark a node, and remember that it is to be followed, unless it is marked already. */
enum error_code marks_add(struct marks *marks, int64_t node, enum node_type type, struct error *error) MUST_CHECK;

/* Follow one of the nodes that are to be followed: mark what it refers to. Adds to `looked` how many rows that took. A
 * node that is not there is ERROR_CORRUPT. */
enum error_code marks_follow(struct marks *marks, struct database *database, uint32_t *looked,
                             struct error *error) MUST_CHECK;

#endif
