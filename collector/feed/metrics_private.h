/* feed/metrics_private.h - what the files of /metrics share; nobody else includes it. */
#ifndef DRIFTLINE_FEED_METRICS_PRIVATE_H
#define DRIFTLINE_FEED_METRICS_PRIVATE_H

#include "correlate/fleet.h"
#include "feed/metrics.h"
#include "feed/metrics_table.h"
#include "feed/metrics_tally.h"
#include "feed/routes.h"

/* One scrape. */
struct metrics_writing {
    const struct request *request;
    struct metric_writer writer;
    struct fleet fleet;
    struct core_health health;
    struct log_tally logs;
    struct error *error;
    /* series that were left out */
    uint64_t places;
    uint64_t instances;
    uint64_t drifts;
    uint64_t contracts;
};

static inline void metrics_begin(struct metrics_writing *writing, enum feed_metric metric)
{
    metric_begin(&writing->writer, &feed_metrics[metric]);
}

/* A metric with one sample and no label. */
static inline void metrics_one(struct metrics_writing *writing, enum feed_metric metric, uint64_t value)
{
    metrics_begin(writing, metric);
    metric_number(&writing->writer, NULL, (int64_t)value);
}

/* The same of a moment; one that never was is left out. */
static inline void metrics_moment(struct metrics_writing *writing, enum feed_metric metric, int64_t moment)
{
    metrics_begin(writing, metric);
    if (moment > 0)
        metric_seconds(&writing->writer, NULL, moment);
}

/* The parts, in the order of the table. */
enum error_code metrics_write_service(struct metrics_writing *writing) MUST_CHECK;
enum error_code metrics_write_agents(struct metrics_writing *writing) MUST_CHECK;
void metrics_write_targets(struct metrics_writing *writing);
enum error_code metrics_write_drifts(struct metrics_writing *writing) MUST_CHECK;
enum error_code metrics_write_contracts(struct metrics_writing *writing) MUST_CHECK;
enum error_code metrics_write_gate(struct metrics_writing *writing) MUST_CHECK;
void metrics_write_syncs(struct metrics_writing *writing);
void metrics_write_events(struct metrics_writing *writing);
void metrics_write_ingest(struct metrics_writing *writing);
void metrics_write_store(struct metrics_writing *writing);
enum error_code metrics_write_notify(struct metrics_writing *writing) MUST_CHECK;
void metrics_write_streams(struct metrics_writing *writing);
void metrics_write_http(struct metrics_writing *writing);
void metrics_write_left_out(struct metrics_writing *writing);

#endif
