#include "drift/column_order.h"

#include <stdlib.h>

static const char doing[] = "comparing two snapshots";

static int compare_renames(const void *a, const void *b)
{
    return text_compare(((const struct column_rename *)a)->from, ((const struct column_rename *)b)->from);
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

void column_renames_sort(struct column_renames *renames)
{
    if (renames->count > 1)
        qsort(renames->items, renames->count, sizeof *renames->items, compare_renames);
}

/* The first side's list with the names that its columns have on the second. */
static enum error_code with_new_names(struct text_list *ret_list, struct text_list list,
                                      const struct column_renames *renames, struct arena *arena, struct error *error)
{
    struct text *items = arena_array(arena, list.count, sizeof *items);

    if (items == NULL)
        return arena_error(arena, error, doing);
    for (uint32_t i = 0; i < list.count; i++) {
        struct column_rename wanted = {.from = list.items[i]};
        const struct column_rename *found = renames->count == 0 ? NULL
                                                                : bsearch(&wanted, renames->items, renames->count,
                                                                          sizeof *renames->items, compare_renames);

        items[i] = found == NULL ? list.items[i] : found->to;
    }
    *ret_list = (struct text_list){items, list.count};
    return ERROR_NONE;
}

enum error_code column_order_is_same(bool *ret_same, struct text_list from, struct text_list to,
                                     const struct column_renames *renames, struct arena *arena, struct error *error)
{
    struct text_list renamed;

    if (with_new_names(&renamed, from, renames, arena, error) != ERROR_NONE)
        return error->code;
    return list_same_relative_order(ret_same, renamed, to, arena, error);
}

/* The items of `shown` whose counterpart in `names`, which is as long, is also in `other`. */
static enum error_code keep_common(struct text_list *ret_list, struct text_list shown, struct text_list names,
                                   struct text_list other, struct arena *arena, struct error *error)
{
    struct text *kept = arena_array(arena, shown.count, sizeof *kept);
    struct text *sorted = arena_array(arena, other.count, sizeof *sorted);
    uint32_t count = 0;

    if (kept == NULL || sorted == NULL)
        return arena_error(arena, error, doing);
    if (other.count > 0)
        memcpy(sorted, other.items, other.count * sizeof *sorted);
    if (other.count > 1)
        qsort(sorted, other.count, sizeof *sorted, compare_texts);
    for (uint32_t i = 0; i < shown.count && other.count > 0; i++)
        if (bsearch(&names.items[i], sorted, other.count, sizeof *sorted, compare_texts) != NULL)
            kept[count++] = shown.items[i];
    *ret_list = (struct text_list){kept, count};
    return ERROR_NONE;
}

enum error_code column_order_common(struct text_list ret_lists[2], struct text_list from, struct text_list to,
                                    const struct column_renames *renames, struct arena *arena, struct error *error)
{
    struct text_list renamed;

    if (with_new_names(&renamed, from, renames, arena, error) != ERROR_NONE ||
        keep_common(&ret_lists[0], from, renamed, to, arena, error) != ERROR_NONE)
        return error->code;
    return keep_common(&ret_lists[1], to, to, renamed, arena, error);
}
