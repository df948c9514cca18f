/* feed/stream.h - one reader of the stream of events: what he wants, how far he is, what he is being sent.
 *
 * The stream is that of server-sent events: `id`, `event`, `data`. Events come from the ring that all share; what is
 * not there any more is brought from the store a page at a time. A reader holds one event of the ring or one page,
 * never more, however slow he is.
 *
 * Threads: a stream belongs to one at a time; feed/streams.h sees to that.
 */
#ifndef DRIFTLINE_FEED_STREAM_H
#define DRIFTLINE_FEED_STREAM_H

#include "event/event_filter.h"
#include "stream/ring.h"

enum {
    STREAM_PAGE_BYTES = 16 * 1024, /* of events from the store that a reader has at once, but for one that is larger */
    STREAM_PAGE_EVENTS = 2000,     /* that are looked at for a page */
    STREAM_RETRY_MS = 3000,        /* after which a browser connects again */
    STREAM_FILTER_BYTES = 64 * 1024
};

enum stream_state {
    STREAM_RUNNING, /* the server's thread has it */
    STREAM_IDLE,    /* he has everything */
    STREAM_READY,   /* there is something for him, and his turn comes */
    STREAM_PAGING   /* a page is brought for him */
};

/* How the connection is held, and let go on; called under the lock of all streams, and must not wait. */
struct stream_line {
    void (*suspend)(void *context);
    void (*resume)(void *context); /* not under the lock */
    void *context;
};

struct stream {
    struct stream *next; /* of all */
    struct stream *previous;
    struct stream *next_in_queue;
    enum stream_state state;
    int64_t token;      /* by which he may; its number */
    struct arena arena; /* of the filter */
    struct event_filter filter;
    struct stream_line line;
    int64_t position;             /* the last event that was looked at for him; negative: he begins with what is new */
    int64_t told;                 /* the last that he knows of */
    int64_t sent_at;              /* when he was sent something, by clock_elapsed() */
    const struct ring_item *item; /* that he is being sent */
    struct buffer page;           /* the same of what is in no ring */
    size_t sent;                  /* bytes of either */
    bool had_turn;                /* he was sent something since he was woken */
    bool is_over;
};

/* A stream that begins after `position`. The filter is copied. */
enum error_code stream_new(struct stream **ret_stream, const struct event_filter *filter, int64_t position,
                           struct error *error) MUST_CHECK;
void stream_free(struct stream *stream); /* NULL is fine */

/* Say at the beginning that what he wants to go on from is not there any more. */
void stream_tell_gone(struct stream *stream, int64_t from, int64_t oldest);

/* Something to hear for a connection that would be silent, and the number that he may go on from. */
void stream_tell_alive(struct stream *stream);

/* Take up to `size` bytes of what there is for him. */
size_t stream_take(struct stream *stream, struct ring *ring, char *bytes, size_t size);

/* Look for the next event that he wants, without taking it. */
enum stream_outlook {
    STREAM_SOMETHING,  /* there are bytes for him, or may be */
    STREAM_EVERYTHING, /* he has all there is */
    STREAM_BEHIND      /* what comes next for him is in the store only */
};
enum stream_outlook stream_look(struct stream *stream, struct ring *ring);

/* Bring a page for him. `floor` is that of the ring before. */
struct database;
enum error_code stream_read_page(struct stream *stream, struct database *database, struct text store, int64_t floor,
                                 struct error *error) MUST_CHECK;

#endif
