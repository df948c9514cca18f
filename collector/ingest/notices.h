/* ingest/notices.h - what was said lately, so that it is not said again at each repetition.
 *
 * A peer that makes the same mistake a thousand times a second gets one answer, one line in the log and one event. The
 * memory is of a fixed size; who overflows it has the oldest forgotten, and hears that again.
 */
#ifndef DRIFTLINE_INGEST_NOTICES_H
#define DRIFTLINE_INGEST_NOTICES_H

#include <stdbool.h>
#include <stdint.h>

enum { NOTICES_SLOTS = 4096, NOTICES_NEIGHBOURS = 4 };

/* What something said is about: whatever three numbers tell it from all else. */
struct notice {
    uint64_t what;
    uint64_t who;
    uint64_t which;
};

struct notices {
    uint64_t seed;
    struct {
        uint64_t print; /* of a notice; 0: free */
        int64_t until;
    } slots[NOTICES_SLOTS];
};

void notices_init(struct notices *notices);

/* Whether this is new: not said within `pause` before `now`. If it is, it counts as said. Both in microseconds. */
bool notices_is_new(struct notices *notices, const struct notice *notice, int64_t now, int64_t pause);

#endif
