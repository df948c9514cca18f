/* track/settling_record.h - what was done with drifts, as it is kept: a step of each, an event, and a line of the
 * audit table; and what cannot be done. For settling only.
 */
#ifndef DRIFTLINE_TRACK_SETTLING_RECORD_H
#define DRIFTLINE_TRACK_SETTLING_RECORD_H

#include "store/event_type.h"
#include "track/settling.h"

/* One deed: its drifts are as they are after it. */
struct settling_deed {
    enum event_type what; /* type of the event, and its name the action of the audit */
    enum drift_step step;
    const struct drift_row *drifts;
    size_t count;
    const struct waiver_row *waiver; /* that it is about; NULL: none */
    struct text note;
};

/* Write a step of each drift, then event and audit. */
enum error_code settling_record(struct database *database, const struct settling *settling,
                                const struct settling_deed *deed, struct error *error) MUST_CHECK;

/* ERROR_CONFLICT for a drift that has ended: nothing can be done with it any more. */
enum error_code settling_require_living(const struct drift_row *drift, struct error *error) MUST_CHECK;

/* "orders staging→prod shop.orders.total", "orders@prod/eu-1 shop.orders.total"; NULL when memory ran out. */
const char *settling_subject(const struct drift_row *drift, struct arena *arena);

#endif
