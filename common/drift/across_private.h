/* drift/across_private.h - what the parts of across.c share: comparing columns, and enums.
 */
#ifndef DRIFTLINE_DRIFT_ACROSS_PRIVATE_H
#define DRIFTLINE_DRIFT_ACROSS_PRIVATE_H

#include "drift/across.h"

/* What comparing needs at every step. */
struct crossing {
    struct across *across;
    struct change_list *changes;
    struct state_maker *states;
    struct equivalent *equivalents;
    uint32_t equivalent_count;
    struct arena *arena;
    struct error *error;
    struct neutral_table *tables[SIDE_COUNT]; /* that are compared; NULL where there is none */
};

enum error_code across_no_memory(const struct crossing *crossing);

/* The path of the table that is compared, on a side; where it is only on the other, that one. */
struct text across_owner_path(const struct crossing *crossing, enum side side);

/* Let the types of two columns that are one say the same where they hold the same values, and drop what one of them
 * cannot say. */
enum error_code across_compare_columns(struct crossing *crossing, struct neutral_part *from,
                                       struct neutral_part *to) MUST_CHECK;

/* Report what enums differ in, when the columns have been compared. */
enum error_code across_compare_enums(struct crossing *crossing) MUST_CHECK;

#endif
