/* Metrics of events as they happen: over HTTP, and over ZeroMQ. */
#include "feed/metrics_private.h"
#include "feed/streams.h"
#include "stream/publisher.h"

void metrics_write_streams(struct metrics_writing *writing)
{
    const struct feed_tools *tools = writing->request->tools;
    struct publisher_counts counts = {0};

    if (tools->metrics.publisher != NULL)
        publisher_counts(tools->metrics.publisher, &counts);
    metrics_one(writing, FEED_METRIC_STREAMS_OPEN, tools->streams == NULL ? 0 : streams_count(tools->streams));
    metrics_one(writing, FEED_METRIC_FEED_SUBSCRIPTIONS, counts.subscriptions);
    metrics_one(writing, FEED_METRIC_FEED_PUBLISHED, counts.published);
    metrics_one(writing, FEED_METRIC_FEED_SKIPPED, counts.skipped);
    metrics_begin(writing, FEED_METRIC_FEED_CONNECTIONS);
    metric_number(&writing->writer, (struct text[]){TEXT("let-in")}, (int64_t)counts.accepted);
    metric_number(&writing->writer, (struct text[]){TEXT("turned-away")}, (int64_t)counts.refused);
}
