#include "feed/metrics_table.h"

const struct metric feed_metrics[FEED_METRIC_COUNT] = {
#define METRIC(symbol, name, type, labels, help) [FEED_METRIC_##symbol] = {name, METRIC_##type, labels, help},
#include "feed/metrics.def"
#undef METRIC
};
