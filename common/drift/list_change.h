/* drift/list_change.h - how an ordered list of different items became another.
 *
 * Used for the labels of an enum and the columns of a table.
 */
#ifndef DRIFTLINE_DRIFT_LIST_CHANGE_H
#define DRIFTLINE_DRIFT_LIST_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "schema/object.h"

struct text_list {
    const struct text *items;
    uint32_t count;
};

/* The items of a value; of an absent one, none. The array is never NULL. */
struct text_list text_list_of(const struct attribute *attribute);

enum list_change {
    LIST_SAME,
    LIST_APPENDED,  /* the old list is the beginning of the new one */
    LIST_INSERTED,  /* nothing is lost; new items stand between, or old ones have moved */
    LIST_ITEMS_LOST /* at least one old item is gone */
};

/* Needs no memory. Costs the product of the two lengths, less the common beginning: meant for labels. Absurdly long
 * lists that differ count as LIST_ITEMS_LOST. */
enum list_change list_change_classify(struct text_list from, struct text_list to);

/* Whether the items that both lists have stand in the same order relative to each other. Costs n log n; the
 * work is done in `scratch`. */
enum error_code list_same_relative_order(bool *ret_same, struct text_list from, struct text_list to,
                                         struct arena *scratch, struct error *error) MUST_CHECK;

#endif
