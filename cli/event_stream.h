/* cli/event_stream.h - reads Server-Sent Events: bytes as they come, in pieces of any size, become events.
 *
 * It follows the HTML standard, 9.2: fields `event`, `data`, `id`; lines that end by LF, CR or both; comments and what
 * it does not know are passed over; an event without data is none. An `id` that is no number is passed over: ours are.
 *
 * Failure: an event that is larger than EVENT_STREAM_LIMIT is ERROR_LIMIT, and a failure of who takes the events is
 * passed on; after either nothing more is read.
 * Ownership: event_stream_clear() releases it; it can be used again then.
 */
#ifndef DRIFTLINE_CLI_EVENT_STREAM_H
#define DRIFTLINE_CLI_EVENT_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { EVENT_STREAM_LIMIT = 4 * 1024 * 1024 };

struct received_event {
    int64_t id;       /* the last that was told, also by an earlier event; -1: none was */
    struct text type; /* "message" when it has none */
    struct text data; /* lines with a line feed in between */
};

struct event_stream {
    enum error_code (*take)(void *context, const struct received_event *event, struct error *error);
    void *context;
    bool heard; /* anything at all */
    /* its own */
    struct buffer line;
    struct buffer type;
    struct buffer data;
    int64_t id;      /* of the last event that was ended, or that the stream says was looked at */
    int64_t next_id; /* of the one that is coming */
    bool has_data;
    bool after_return; /* a line feed that follows belongs to the end of the line before */
};

/* `id` is the last number that is known already, -1: none. */
void event_stream_init(struct event_stream *stream, int64_t id,
                       enum error_code (*take)(void *context, const struct received_event *event, struct error *error),
                       void *context);
void event_stream_clear(struct event_stream *stream);

enum error_code event_stream_feed(struct event_stream *stream, struct text bytes, struct error *error) MUST_CHECK;

#endif
