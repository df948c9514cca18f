/* feed/stream_answer.h - the answer that does not end: events as libmicrohttpd sends them while they happen. */
#ifndef DRIFTLINE_FEED_STREAM_ANSWER_H
#define DRIFTLINE_FEED_STREAM_ANSWER_H

#include <microhttpd.h>

#include "feed/connections.h"
#include "feed/streams.h"

#define STREAM_TYPE "text/event-stream"

/* Whether the header `Accept` asks for a stream rather than for a page; NULL: it does not. */
bool stream_is_wanted(const char *accept);

/* A response whose body is the stream. It takes the stream over, NULL or not: when there is no response, the stream is
 * gone, too. */
struct MHD_Response *stream_response(struct streams *streams, struct stream *stream, struct MHD_Connection *connection,
                                     struct connections *connections);

#endif
