/* feed/streams.h - all who read the stream of events: whose turn it is, who gets a page, and who must go.
 *
 * Readers are served in turns, a few at a time, and all together get so many bytes a second at most, so that many of
 * them never take the server's thread from those who ask something else, nor the machine from those who record. Who is
 * behind what the ring holds gets pages from the store, brought by a thread of its own. A reader who does not take what
 * he is sent waits for nobody, and nobody waits for him. Every quarter of a minute somebody who hears nothing hears a
 * comment. Who read by a token that was removed or has expired is sent away within half a minute.
 *
 * Threads: streams_add() and streams_remove() may be called from any, streams_take() by the server's; two threads are
 * its own.
 */
#ifndef DRIFTLINE_FEED_STREAMS_H
#define DRIFTLINE_FEED_STREAMS_H

#include "base/log.h"
#include "feed/stream.h"
#include "stream/tail.h"

enum {
    STREAMS_TURN_MS = 10,                      /* between two turns */
    STREAMS_WAVE = 32,                         /* readers that have one at the same time */
    STREAMS_BYTES_A_SECOND = 48 * 1024 * 1024, /* to all readers together; then turns are further apart */
    STREAMS_ALIVE_MS = 15000,                  /* who hears nothing for so long hears a comment */
    STREAMS_TOKENS_MS = 20000                  /* between two looks at whether tokens are still good */
};

struct streams;

struct streams_settings {
    const char *folder; /* the store's */
    unsigned limit;     /* readers at the same time */
    struct tail *tail;  /* outlives this, as does the logger */
    struct logger *logger;
};

enum error_code streams_start(struct streams **ret_streams, const struct streams_settings *settings,
                              struct error *error) MUST_CHECK;

/* Everybody's stream ends now; nobody is taken any more. NULL is fine. */
void streams_stop(struct streams *streams);
void streams_free(struct streams *streams); /* after that, and when all were removed; NULL is fine */

/* A reader comes; ERROR_LIMIT when there are too many, or the end has come. His stream is as if running. */
enum error_code streams_add(struct streams *streams, struct stream *stream, struct error *error) MUST_CHECK;

/* He goes; his stream is freed. It must be running. */
void streams_remove(struct streams *streams, struct stream *stream);

/* Bytes for him; 0: his line was suspended, and is resumed when there are; negative: his stream is over. */
enum { STREAMS_OVER = -1 };
ptrdiff_t streams_take(struct streams *streams, struct stream *stream, char *bytes, size_t size);

unsigned streams_limit(const struct streams *streams);
unsigned streams_count(struct streams *streams);

#endif
