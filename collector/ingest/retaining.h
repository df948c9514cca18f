/* ingest/retaining.h - letting go of old history, a slice at a time between batches. Not for others than the core.
 *
 * What fails is tried again at the next time: it is not what agents wait for.
 */
#ifndef DRIFTLINE_INGEST_RETAINING_H
#define DRIFTLINE_INGEST_RETAINING_H

#include "base/log.h"
#include "ingest/conversation.h"
#include "store/upkeep.h"

struct retaining {
    struct database *database;
    struct logger *logger;
    int64_t next_at; /* elapsed: when it begins again */
    bool is_on;      /* it has begun, and is not done */
    struct retention_result now;
    struct retention_result in_all; /* `work` is NULL */
    uint64_t times;                 /* that it was done */
    int64_t last_at;                /* time; 0: never */
};

void retaining_clear(struct retaining *retaining); /* a zeroed one is fine */

/* Do a slice of what is to be let go of, if it is time: every `pause_ms`, 0: never. There must be no transaction.
 * `ret_worked`: the store may be another. ERROR_FULL and ERROR_IO come out of it. */
enum error_code retaining_run(struct retaining *retaining, const struct retention *what, unsigned pause_ms,
                              const struct moment *moment, bool *ret_worked, struct error *error) MUST_CHECK;

#endif
