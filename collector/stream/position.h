/* stream/position.h - up to where the ZeroMQ feed is: what those who join late, or missed something, go by.
 *
 *   {"store": "…", "started": "2026-11-21T10:00:00.000Z", "last": 1234, "oldest": 1,
 *    "resume": "/api/v1/events?after=", "topics": {"drift-opened.orders.prod.critical": 1234}, "complete": true}
 *
 * `last` is the number up to which everything was published, `topics` what was published since the position before, so
 * that nobody has to wait for the next event of a topic to see that one is missing. When they are too many, or when
 * events had to be skipped, it is not complete.
 *
 * Threads: belongs to one.
 */
#ifndef DRIFTLINE_STREAM_POSITION_H
#define DRIFTLINE_STREAM_POSITION_H

#include "stream/topic.h"

#define POSITION_TOPIC "_position"

struct position {
    int64_t number;     /* everything up to it was published, or skipped */
    int64_t told;       /* that the last position said; 0: none, or something was skipped since */
    struct buffer json; /* of the last */
    struct text store;
    int64_t started;
    bool is_broken;
};

void position_init(struct position *position, struct text store, int64_t started);
void position_clear(struct position *position);

/* Something was skipped. */
void position_break(struct position *position);

/* Write it, and remember it as told. After a failure it is as it was. */
enum error_code position_write(struct position *position, struct database *database, const struct topic_map *topics,
                               struct error *error) MUST_CHECK;

#endif
