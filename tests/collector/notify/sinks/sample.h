/* sinks/sample.h - sinks and messages from JSON, for the tests of this folder and for sink_sender. */
#ifndef DRIFTLINE_TEST_NOTIFY_SINKS_SAMPLE_H
#define DRIFTLINE_TEST_NOTIFY_SINKS_SAMPLE_H

#include "notify/sink.h"

/* A sink as its keys say: {"kind": "slack", "url": "…", "to": ["…"], "issue": 12, "allow_private": true}. Everything
 * lives in the arena. Fails when it is no JSON, and when there is no such kind. */
enum error_code sample_sink(struct text json, struct arena *arena, struct sink *ret_sink, struct error *error);

/* A request as people read it: method, URL and headers, an empty line, the body; JSON over several lines. */
void sample_show(struct buffer *output, const struct sink_request *request);

#endif
