/* notify/retry.h - when a message that was not taken is tried again.
 *
 * The pause is any up to one second, two, four … five minutes ("full jitter"), so that many messages that failed
 * together do not come again together. A sink that says how long it wants to be left alone is, for an hour at most.
 * The last attempt is when the time for it is over.
 */
#ifndef DRIFTLINE_NOTIFY_RETRY_H
#define DRIFTLINE_NOTIFY_RETRY_H

#include <stdint.h>

#define RETRY_FIRST_US INT64_C(1000000)
#define RETRY_LONGEST_US (INT64_C(300) * 1000000)
#define RETRY_AFTER_LONGEST_US (INT64_C(3600) * 1000000)

struct retry {
    int64_t now;
    uint32_t attempts; /* that were made */
    int64_t since;     /* when the first was */
    int64_t patience_us;
    int64_t after_us; /* what the sink said; 0: nothing */
    uint64_t random;  /* any number */
};

/* When; 0: not any more. */
int64_t retry_at(const struct retry *retry);

/* How long the sink is left alone. */
int64_t retry_after(int64_t said_us);

#endif
