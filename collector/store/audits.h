/* store/audits.h - what people did, in order. */
#ifndef DRIFTLINE_STORE_AUDITS_H
#define DRIFTLINE_STORE_AUDITS_H

#include "store/store.h"

struct audit_row {
    int64_t id;
    int64_t at;
    struct text by;      /* the name of a token */
    struct text action;  /* "drift-waived" … */
    struct text subject; /* "orders staging→prod shop.orders.total", the name of an agent … */
    struct text data;    /* a JSON object */
};

enum error_code audits_add(struct database *database, const struct audit_row *row, struct error *error) MUST_CHECK;

/* Newest first, below the number `before` (0: from the newest), `limit` at most. */
enum error_code audits_list(struct database *database, int64_t before, uint32_t limit, struct arena *arena,
                            struct audit_row **ret_rows, size_t *ret_count, struct error *error) MUST_CHECK;

#endif
