/* feed/response.h - an answer as libmicrohttpd sends it. */
#ifndef DRIFTLINE_FEED_RESPONSE_H
#define DRIFTLINE_FEED_RESPONSE_H

#include <microhttpd.h>

#include "feed/answer.h"

/* The body's bytes go to the response. NULL when memory ran out. */
struct MHD_Response *response_make(struct answer *answer);

/* The headers that every answer has, and its own. */
bool response_add_headers(struct MHD_Response *response, const struct answer *answer) MUST_CHECK;

#endif
