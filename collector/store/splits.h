/* store/splits.h - environments whose instances have no majority, as far as that was told: so that it is told once, and
 * its end with how long it was so.
 */
#ifndef DRIFTLINE_STORE_SPLITS_H
#define DRIFTLINE_STORE_SPLITS_H

#include "store/store.h"

struct split_row {
    struct text database;
    struct text environment;
    int64_t since;
};

/* `ret_split` false: it was not told to be. */
enum error_code splits_get(struct database *database, struct text name, struct text environment, bool *ret_split,
                           int64_t *ret_since, struct error *error) MUST_CHECK;

enum error_code splits_add(struct database *database, const struct split_row *row, struct error *error) MUST_CHECK;
enum error_code splits_remove(struct database *database, struct text name, struct text environment,
                              struct error *error) MUST_CHECK;

/* All, by name. */
enum error_code splits_list(struct database *database, struct arena *arena, struct split_row **ret_rows,
                            size_t *ret_count, struct error *error) MUST_CHECK;

#endif
