#include "drift/list_change.h"

#include <stdlib.h>

struct text_list text_list_of(const struct attribute *attribute)
{
    static const struct text none;

    if (attribute == NULL || attribute->count == 0)
        return (struct text_list){&none, 0};
    return (struct text_list){attribute->items, attribute->count};
}

static bool contains(struct text_list list, struct text item)
{
    for (uint32_t i = 0; i < list.count; i++)
        if (text_equal(list.items[i], item))
            return true;
    return false;
}

/* So many comparisons take less than a second; beyond that the worst is assumed. */
enum { COMPARISON_LIMIT = 64 * 1000 * 1000 };

/* The labels that did not move stand first in both lists, so that the search is for the rest only. */
enum list_change list_change_classify(struct text_list from, struct text_list to)
{
    uint32_t common = 0;
    struct text_list rest;

    while (common < from.count && common < to.count && text_equal(from.items[common], to.items[common]))
        common++;
    if (common == from.count)
        return common == to.count ? LIST_SAME : LIST_APPENDED;
    rest = (struct text_list){to.items + common, to.count - common};
    if ((uint64_t)rest.count * (from.count - common) > COMPARISON_LIMIT)
        return LIST_ITEMS_LOST;
    for (uint32_t i = common; i < from.count; i++)
        if (!contains(rest, from.items[i]))
            return LIST_ITEMS_LOST;
    return LIST_INSERTED;
}

struct place {
    struct text item;
    uint32_t at;
};

static int compare_places(const void *a, const void *b)
{
    return text_compare(((const struct place *)a)->item, ((const struct place *)b)->item);
}

static struct place *sorted_places(struct text_list list, struct arena *scratch)
{
    struct place *places = arena_array(scratch, list.count, sizeof *places);

    if (places == NULL)
        return NULL;
    for (uint32_t i = 0; i < list.count; i++)
        places[i] = (struct place){list.items[i], i};
    if (list.count > 1)
        qsort(places, list.count, sizeof *places, compare_places);
    return places;
}

enum error_code list_same_relative_order(bool *ret_same, struct text_list from, struct text_list to,
                                         struct arena *scratch, struct error *error)
{
    struct place *places = sorted_places(to, scratch);
    uint32_t next = 0;

    if (places == NULL)
        return arena_error(scratch, error, "comparing the order of columns");
    for (uint32_t i = 0; i < from.count; i++) {
        struct place wanted = {from.items[i], 0};
        const struct place *found =
            to.count == 0 ? NULL : bsearch(&wanted, places, to.count, sizeof *places, compare_places);

        if (found == NULL)
            continue;
        if (found->at < next) {
            *ret_same = false;
            return ERROR_NONE;
        }
        next = found->at;
    }
    *ret_same = true;
    return ERROR_NONE;
}
