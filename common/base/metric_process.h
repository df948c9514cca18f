/* base/metric_process.h - what the process itself takes, under the names that all programs give it.
 *
 * Read from /proc; what cannot be read there is left out. Threads: any.
 */
#ifndef DRIFTLINE_BASE_METRIC_PROCESS_H
#define DRIFTLINE_BASE_METRIC_PROCESS_H

#include "base/metric_text.h"

enum process_metric {
    PROCESS_CPU,
    PROCESS_RESIDENT,
    PROCESS_VIRTUAL,
    PROCESS_OPEN_FILES,
    PROCESS_MOST_FILES,
    PROCESS_THREADS,
    PROCESS_START,
    PROCESS_METRIC_COUNT
};

extern const struct metric process_metrics[PROCESS_METRIC_COUNT];

/* All of them, now. */
void metric_process_write(struct metric_writer *writer);

#endif
