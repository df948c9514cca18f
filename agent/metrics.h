/* agent/metrics.h - how an agent and its targets are, as Prometheus reads it.
 *
 * Threads: that of the agent.
 */
#ifndef DRIFTLINE_AGENT_METRICS_H
#define DRIFTLINE_AGENT_METRICS_H

#include "agent/agent.h"
#include "base/metric_text.h"

enum agent_metric {
#define METRIC(symbol, name, type, labels, help) AGENT_METRIC_##symbol,
#include "agent/metrics.def"
#undef METRIC
    AGENT_METRIC_COUNT
};

extern const struct metric agent_metrics[AGENT_METRIC_COUNT];

/* All of them, now. An outbox that cannot be asked is a failure. */
enum error_code agent_metrics_write(struct agent *agent, struct buffer *output, struct error *error) MUST_CHECK;

#endif
