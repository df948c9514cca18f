/* recreate/late.h - columns that a table got after its children were made.
 *
 * CREATE TABLE … INHERITS puts the columns of the parents before a table's own. Where a child has them elsewhere, its
 * parent got them later. So they are added later again: ALTER TABLE … ADD COLUMN, in an order in which every table ends
 * up with its own.
 */
#ifndef DRIFTLINE_RECREATE_LATE_H
#define DRIFTLINE_RECREATE_LATE_H

#include "recreate/bases.h"

/* What is known of a table before any is written. */
struct heritage {
    struct bases bases;
    bool *late;                /* by part: the column is added later, here or further up; NULL: none is */
    uint32_t *added;           /* by part: the step that adds it, or STEP_NONE */
    const struct facts *facts; /* by part: what is written of columns */
};

/* Find out for all tables. */
void late_find(struct making *making);

/* Whether a column of a table comes later. */
bool late_is(const struct making *making, uint32_t object, const struct part *column);

/* Whether any does. */
bool late_any(const struct making *making, uint32_t object);

/* Whether a key has such a column, or a check may have one. */
bool late_concerns(const struct making *making, uint32_t object, const struct part *constraint);

/* All that there is to say of late columns, when everything else is written. */
void late_write(struct making *making);

#endif
