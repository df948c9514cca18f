/* store/waivers.h - drifts that somebody accepted, until when, and why. */
#ifndef DRIFTLINE_STORE_WAIVERS_H
#define DRIFTLINE_STORE_WAIVERS_H

#include "store/store.h"

struct waiver_row {
    int64_t id;
    struct text database;
    struct text from, to; /* empty: of any pair of the database */
    struct text pattern;  /* empty: of one drift */
    bool future;
    struct text reason;
    struct text author;
    struct text created_by;
    int64_t created_at;
    int64_t expires_at;
    int64_t ended_at; /* 0: in force */
    struct text ended_by;
    uint32_t drifts; /* that it covers now; not needed for adding */
};

enum error_code waivers_add(struct database *database, struct waiver_row *row, struct error *error) MUST_CHECK;
enum error_code waivers_get(struct database *database, int64_t id, struct arena *arena, struct waiver_row *ret_row,
                            struct error *error) MUST_CHECK;
enum error_code waivers_end(struct database *database, int64_t id, int64_t at, struct text by,
                            struct error *error) MUST_CHECK; /* `by` empty: it expired */

struct waiver_filter {
    struct text database; /* empty: any */
    bool also_ended;
    int64_t expired_at; /* only those in force that expire at or before; 0: any */
    int64_t before;     /* below this number; 0: from the newest */
    uint32_t limit;     /* 0: no bound */
};
enum error_code waivers_list(struct database *database, const struct waiver_filter *filter, struct arena *arena,
                             struct waiver_row **ret_rows, size_t *ret_count, struct error *error) MUST_CHECK;

#endif
