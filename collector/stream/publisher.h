/* stream/publisher.h - the ZeroMQ feed: every event to everybody who subscribes to its topic.
 *
 * XPUB with CURVE and the collector's key. Four frames: topic (stream/topic.h), number of the event, number of the
 * event that was published before it under this very topic ("0": none that is known), the CloudEvent. Under the topic
 * `_position`, every second and at each new subscription: up to which number all was published, and what is needed to
 * go on over HTTP. docs/reference/streams.md has how a subscriber knows that he missed something.
 *
 * Nobody holds up anybody: a subscriber who does not read has PUBLISHER_QUEUE messages, whose events are shared by all,
 * and misses what comes then. The publisher hands out so many copies a second at most; when it cannot keep up for long
 * it skips events and forgets what was last under each topic, so that everybody sees it. While nobody subscribes it
 * does nothing.
 *
 * It has a context of ZeroMQ and a door of its own: what it sends never waits in front of what agents say.
 *
 * Threads: start, stop and publisher_set_subscribers() belong to one; the rest may be called from any.
 */
#ifndef DRIFTLINE_STREAM_PUBLISHER_H
#define DRIFTLINE_STREAM_PUBLISHER_H

#include "base/log.h"
#include "ingest/door.h"
#include "stream/tail.h"
#include "wire/keys.h"

enum {
    PUBLISHER_QUEUE = 1000,             /* messages that wait for one subscriber */
    PUBLISHER_COPIES_A_SECOND = 100000, /* to all of them together */
    PUBLISHER_TOPICS = 16384,           /* whose last number is remembered */
    PUBLISHER_POSITION_TOPICS = 200,    /* that a position names */
    PUBLISHER_POSITION_MS = 1000
};

struct publisher;

/* All outlives the publisher, but the list of subscribers, which is copied. */
struct publisher_settings {
    const char *endpoint; /* "tcp://127.0.0.1:7401" */
    const struct key_pair *key;
    const char *folder; /* the store's */
    struct tail *tail;
    const struct door_subscriber *subscribers;
    size_t subscriber_count;
    struct logger *logger;
};

enum error_code publisher_start(struct publisher **ret_publisher, const struct publisher_settings *settings,
                                struct error *error) MUST_CHECK;
void publisher_stop(struct publisher *publisher); /* NULL is fine */

/* Let in these and no others. When one was there who is not in the list any more, all are disconnected, for ZeroMQ
 * cannot single one out; those who may come back do so by themselves. */
enum error_code publisher_set_subscribers(struct publisher *publisher, const struct door_subscriber *subscribers,
                                          size_t count, struct error *error) MUST_CHECK;

/* The address that was bound. */
const char *publisher_endpoint(const struct publisher *publisher);

struct publisher_counts {
    uint64_t subscribers;   /* who may subscribe */
    uint64_t subscriptions; /* now */
    uint64_t published;     /* events, since the start */
    uint64_t skipped;       /* times that it had to skip some */
    uint64_t accepted;      /* connections */
    uint64_t refused;
};
void publisher_counts(struct publisher *publisher, struct publisher_counts *ret_counts);

#endif
