/* stream/ring.h - the last events, each written out once, for everybody who follows them.
 *
 * Readers hold the number of the event that they had last, and ask for the next; what they get is shared, not copied,
 * and stays as long as they hold it. The ring is bounded by count and by bytes: the oldest event makes room for the
 * newest, whoever has not had it yet. So a reader that is slow costs what he holds, and holds nobody up; he finds what
 * he missed in the store.
 *
 * Numbers ascend. All after `floor` that there are, are in the ring, up to its last.
 *
 * Threads: one adds; any number take and release.
 */
#ifndef DRIFTLINE_STREAM_RING_H
#define DRIFTLINE_STREAM_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "store/events.h"

struct ring;

/* An event as it is handed out. Constant, and shared. */
struct ring_item {
    struct event_row event; /* what filters ask for: without its data */
    struct text frame;      /* as server-sent events have it, with the empty line at its end */
    struct text json;       /* the CloudEvent, a part of the frame */
};

/* `limit` events of `bytes` together at most; one that is larger alone is kept alone. */
enum error_code ring_new(struct ring **ret_ring, size_t limit, size_t bytes, struct error *error) MUST_CHECK;
void ring_free(struct ring *ring); /* NULL is fine; what was taken must have been released */

/* Add the next event. `json` has no line break. Its number must be larger than all before; what is between is taken for
 * never having been. */
enum error_code ring_add(struct ring *ring, const struct event_row *event, struct text json,
                         struct error *error) MUST_CHECK;

/* Forget all: the floor and the last are this number. Nobody needed what was between. */
void ring_restart(struct ring *ring, int64_t number);

int64_t ring_floor(struct ring *ring); /* the next after it is the oldest that can be had */
int64_t ring_last(struct ring *ring);  /* the newest that was added, or the floor */

enum ring_answer {
    RING_ITEM,    /* here it is */
    RING_NOTHING, /* nothing after that number */
    RING_BEHIND   /* what comes after that number is not in the ring any more */
};

/* The event after a number; to be released. */
enum ring_answer ring_next(struct ring *ring, int64_t after, const struct ring_item **ret_item);

/* Another share of it; and the end of one. NULL is fine for the latter. */
const struct ring_item *ring_item_share(const struct ring_item *item);
void ring_item_release(const struct ring_item *item);

/* The frame of an event that is in no ring: "id: 7\nevent: drift-opened\ndata: {…}\n\n". */
struct buffer;
void ring_frame_write(const struct event_row *event, struct text json, struct buffer *output);

#endif
