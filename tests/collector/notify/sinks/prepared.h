/* sinks/prepared.h - a message of messages/, prepared for a sink as the notifier would.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_NOTIFY_SINKS_PREPARED_H
#define DRIFTLINE_TEST_NOTIFY_SINKS_PREPARED_H

#include "notify/sink.h"

#define PREPARED_NOW INT64_C(1795258800000000) /* 2026-11-21T11:00:00Z */

struct prepared {
    struct arena arena;
    struct sink_request request;
    struct message message;
    json_t *document;
};

/* `name` is that of a message: "opened". */
void prepared_make(struct prepared *prepared, const struct sink *sink, const char *name);
void prepared_clear(struct prepared *prepared);

/* The body as a string; the value of a header, or of a variable, NULL: there is none. */
const char *prepared_body(struct prepared *prepared);
const char *prepared_header(struct prepared *prepared, const char *name);

/* What check() of a kind says of a sink: "" when it is in order, otherwise "KEY: MESSAGE". Valid until the next call.
 */
const char *prepared_check(const struct sink *sink);

#endif
