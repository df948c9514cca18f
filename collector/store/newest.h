/* store/newest.h - the newest of what several look-ups find: pages of lists that go back in time.
 *
 * Each look-up answers numbers, newest first, at most `limit` of them, all above `above`. Once enough are known,
 * `above` rises, so that later look-ups answer only what still has a place on the page. Used only in this folder.
 */
#ifndef DRIFTLINE_STORE_NEWEST_H
#define DRIFTLINE_STORE_NEWEST_H

#include "store/rows.h"

struct newest {
    struct row_list ids; /* of int64_t */
    uint32_t limit;
    int64_t above;
};

void newest_init(struct newest *newest, uint32_t limit, struct arena *arena);

/* Take the first column of all rows of a statement whose parameters but `:above` and `:limit` are bound. */
enum error_code newest_take(struct newest *newest, struct statement *statement, struct error *error) MUST_CHECK;

/* What was found, newest first, each once. */
const int64_t *newest_ids(const struct newest *newest, size_t *ret_count);

#endif
