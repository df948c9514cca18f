/* notify/delivery_record.h - keeps what became of an attempt.
 *
 * Threads: the core's, in a transaction.
 */
#ifndef DRIFTLINE_NOTIFY_DELIVERY_RECORD_H
#define DRIFTLINE_NOTIFY_DELIVERY_RECORD_H

#include "store/deliveries.h"

struct delivery_result {
    struct delivery_row row; /* as it is from now on */
    struct text remote;      /* what the sink calls the incident; empty: nothing new */
    bool is_told;            /* when it is given up, that becomes an event */
};

/* What was changed, or forgotten, meanwhile by somebody else stays as he left it. */
enum error_code delivery_record(struct database *database, const struct delivery_result *result, struct arena *arena,
                                struct error *error) MUST_CHECK;

#endif
