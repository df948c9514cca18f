/* feed/server.h - the HTTP API: libmicrohttpd in a thread of its own, and a few workers that read the history.
 *
 * docs/reference/http-api.md and the OpenAPI document that the server itself serves say what can be asked. Every
 * request has limits: bytes of its first line, headers and body, the time to arrive and to take its answer, connections
 * in all and from one address. Without TLS it listens on loopback only. What is written goes through core_call().
 *
 * Threads: feed_start() and feed_stop() belong to the main thread.
 */
#ifndef DRIFTLINE_FEED_SERVER_H
#define DRIFTLINE_FEED_SERVER_H

#include "base/log.h"
#include "correlate/policy.h"
#include "feed/certificate.h"
#include "ingest/core.h"

struct notifier;
struct publisher;
struct notify_holder;
struct tail;

struct feed_settings {
    const char *listen;      /* as feed/address.h reads it */
    const char *certificate; /* PEM files; NULL: no TLS */
    const char *certificate_key;
    const char *folder;   /* the store's */
    unsigned threads;     /* workers */
    unsigned connections; /* at most, in all */
    unsigned connections_per_address;
    unsigned streams;    /* of events, beside the connections that there may be */
    unsigned timeout_ms; /* for a request to arrive */
    size_t body_limit;
    size_t upload_limit;          /* of a snapshot file, and of all that are sent at once */
    struct policy_holder *policy; /* what requests go by; the caller's, and outlives the feed */
    struct notify_holder *notify; /* who is told what; the same */
    struct notifier *notifier;    /* who tells them, for metrics; the same. NULL: nobody */
    struct tail *tail;            /* of events, the same; NULL: there are no streams of them */
    struct publisher *publisher;  /* of the feed over ZeroMQ, for metrics; the same. NULL: there is none */
};

struct feed;

/* An address that is not loopback without TLS, or a certificate that cannot be used, is ERROR_CONFIG. The core must run
 * until feed_stop(). */
enum error_code feed_start(struct feed **ret_feed, const struct feed_settings *settings, struct core *core,
                           struct logger *logger, struct error *error) MUST_CHECK;

/* Take no more requests, and wait for those under way, one and a half seconds at most. NULL is fine. False when one of
 * them would not end: then its thread still runs, nothing was released, and the process must end without freeing what
 * it uses. */
bool feed_stop(struct feed *feed);

/* "http://127.0.0.1:7480" as it was bound. */
const char *feed_url(const struct feed *feed);

/* Whether it serves with this certificate and key: a new one is used from the next start on. */
bool feed_has_certificate(const struct feed *feed, const struct certificate *certificate);

/* Streams of events that are read now. */
unsigned feed_streams(struct feed *feed);

/* Connections that were cut because they took too long, for tests and metrics. */
uint64_t feed_connections_cut(struct feed *feed);

#endif
