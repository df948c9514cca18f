/* correlate/spread_rows.h - the rows of a spread, from what each column differs in from one of them; for spread.c only.
 */
#ifndef DRIFTLINE_CORRELATE_SPREAD_ROWS_H
#define DRIFTLINE_CORRELATE_SPREAD_ROWS_H

#include "correlate/spread.h"

/* How a column compares with the one that all are held against. */
struct spread_comparison {
    bool compared;  /* false: nothing of it is known, and each of its cells is unknown */
    enum side side; /* of the comparison that the column is; the other is the one that all are held against */
    const struct change *changes; /* with states; of things by name only */
    uint32_t change_count;
    struct uncovered *uncovered; /* all that was not compared; sorted here */
    uint32_t uncovered_count;
};

/* Set the rows. `comparisons` has one for each column; that of the column all are held against has no changes. */
enum error_code spread_rows_make(struct spread *spread, struct spread_comparison *comparisons, struct arena *arena,
                                 struct error *error) MUST_CHECK;

#endif
