#include "store/newest.h"

#include <stdlib.h>

void newest_init(struct newest *newest, uint32_t limit, struct arena *arena)
{
    *newest = (struct newest){.ids = {.arena = arena, .size = sizeof(int64_t)}, .limit = limit};
}

static int newer_first(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left < right) - (left > right);
}

/* Sort, drop what was found twice, and what is beyond the page. */
static void cut(struct newest *newest)
{
    int64_t *ids = newest->ids.items;
    size_t kept = 0;

    if (newest->ids.count == 0)
        return;
    qsort(ids, newest->ids.count, sizeof *ids, newer_first);
    for (size_t i = 0; i < newest->ids.count && kept < newest->limit; i++)
        if (kept == 0 || ids[i] != ids[kept - 1])
            ids[kept++] = ids[i];
    newest->ids.count = kept;
    if (kept > 0 && kept == newest->limit)
        newest->above = ids[kept - 1];
}

enum error_code newest_take(struct newest *newest, struct statement *statement, struct error *error)
{
    size_t before = newest->ids.count;
    bool row = true;

    statement_bind_number(statement, ":above", newest->above);
    statement_bind_number(statement, ":limit", newest->limit);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        int64_t *id = row_list_add(&newest->ids, error);

        if (id == NULL)
            return error->code;
        *id = statement_number(statement, 0);
    }
    if (row)
        return error->code;
    if (newest->ids.count > before)
        cut(newest);
    return ERROR_NONE;
}

const int64_t *newest_ids(const struct newest *newest, size_t *ret_count)
{
    *ret_count = newest->ids.count;
    return newest->ids.items;
}
