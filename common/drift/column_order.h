/* drift/column_order.h - the order of a table's columns on two sides, of which each may have columns of its own.
 *
 * An order is the list `column_order`. Lists live in the arena and point into what they were made from.
 */
#ifndef DRIFTLINE_DRIFT_COLUMN_ORDER_H
#define DRIFTLINE_DRIFT_COLUMN_ORDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/list_change.h"

/* Columns that have another name on the second side; sorted by column_renames_sort(). */
struct column_rename {
    struct text from;
    struct text to;
};
struct column_renames {
    struct column_rename *items;
    uint32_t count;
};
void column_renames_sort(struct column_renames *renames);

/* Whether the columns that both sides have stand in the same order. */
enum error_code column_order_is_same(bool *ret_same, struct text_list from, struct text_list to,
                                     const struct column_renames *renames, struct arena *arena,
                                     struct error *error) MUST_CHECK;

/* Of each side, in its order and by its own names, the columns that the other has as well. */
enum error_code column_order_common(struct text_list ret_lists[2], struct text_list from, struct text_list to,
                                    const struct column_renames *renames, struct arena *arena,
                                    struct error *error) MUST_CHECK;

#endif
