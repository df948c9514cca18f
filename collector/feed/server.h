/* feed/server.h - the HTTP API: a few threads of libmicrohttpd, each request with a reader's connection of its own.
 *
 * docs/reference/http-api.md and the OpenAPI document that the server itself serves say what can be asked. Every request
 * has limits: bytes of a header and a body, time, connections in all and from one address. Without TLS it listens on
 * loopback only. What is written goes through core_call().
 *
 * Threads: feed_start() and feed_stop() belong to the main thread; feed_configure() may be called from any.
 */
#ifndef DRIFTLINE_FEED_SERVER_H
#define DRIFTLINE_FEED_SERVER_H

#include "base/log.h"
#include "correlate/fleet.h"
#include "ingest/core.h"

struct feed_settings {
    const char *listen;      /* "127.0.0.1:7480", "[::1]:7480"; port 0: any */
    const char *certificate; /* PEM files; NULL: no TLS */
    const char *certificate_key;
    const char *folder;      /* the store's */
    unsigned threads;
    unsigned connections;    /* at most, in all */
    unsigned connections_per_address;
    unsigned timeout_ms;     /* a connection that says nothing for so long is closed */
    size_t body_limit;
};

struct feed;

/* An address that is not loopback without TLS is ERROR_CONFIG. */
enum error_code feed_start(struct feed **ret_feed, const struct feed_settings *settings, struct core *core,
                           struct logger *logger, struct error *error) MUST_CHECK;
void feed_stop(struct feed *feed); /* NULL is fine; waits for requests under way, two seconds at most */

/* "http://127.0.0.1:7480" as it was bound. */
const char *feed_url(const struct feed *feed);

/* The policy that requests use from now on; it is copied. */
enum error_code feed_configure(struct feed *feed, const struct fleet_policy *policy, struct error *error) MUST_CHECK;

#endif
