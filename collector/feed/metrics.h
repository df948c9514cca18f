/* feed/metrics.h - GET /metrics: how the collector and all that it knows of are, as Prometheus reads it.
 *
 * One scrape is one look at the store, as every answer is. What grows with the fleet has limits, and what is left out
 * because of them is counted in driftline_series_left_out.
 */
#ifndef DRIFTLINE_FEED_METRICS_H
#define DRIFTLINE_FEED_METRICS_H

enum {
    METRICS_INSTANCES_LIMIT = 1000, /* targets, for each of which there are series of its own; beyond: for none */
    METRICS_PLACES_LIMIT = 5000,    /* environments of all databases: what is beyond, by name, is left out */
    METRICS_DRIFTS_LIMIT = 20000,   /* series of differences */
    METRICS_CONTRACTS_LIMIT = 1000,
    METRICS_SILENT_LIMIT = 100
};

#endif
