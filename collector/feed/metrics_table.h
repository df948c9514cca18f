/* feed/metrics_table.h - the collector's metrics as a table: of it /metrics and docs/reference/metrics.md are written.
 */
#ifndef DRIFTLINE_FEED_METRICS_TABLE_H
#define DRIFTLINE_FEED_METRICS_TABLE_H

#include "base/metric_text.h"

enum feed_metric {
#define METRIC(symbol, name, type, labels, help) FEED_METRIC_##symbol,
#include "feed/metrics.def"
#undef METRIC
    FEED_METRIC_COUNT
};

extern const struct metric feed_metrics[FEED_METRIC_COUNT];

#endif
