/* base/metric_text.h - figures as Prometheus reads them: its text format 0.0.4.
 *
 * A program has a table of all its metrics (`struct metric[]`), of which docs/reference/metrics.md is written, too. It
 * begins each metric once, in the order of the table, and then adds its samples:
 *
 *   metric_begin(&writer, &metrics[METRIC_TARGETS]);
 *   metric_number(&writer, (struct text[]){database, environment, TEXT("fine")}, 3);
 *
 * Label values may be any bytes: what is special is escaped, and what is no UTF-8 or a control character becomes
 * U+FFFD, so that one odd name never costs all other figures. Values are whole numbers, or microseconds that are
 * written as seconds. Failure is that of the buffer. Threads: a writer belongs to one.
 */
#ifndef DRIFTLINE_BASE_METRIC_TEXT_H
#define DRIFTLINE_BASE_METRIC_TEXT_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"

#define METRIC_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

enum { METRIC_LABELS_LIMIT = 8, METRIC_BUCKETS_LIMIT = 16 };

struct metric {
    const char *name;
    enum metric_type type;
    const char *labels; /* their names, separated by a space; "": none */
    const char *help;   /* one sentence without a line break */
};

struct metric_writer {
    struct buffer *output;
    const struct metric *metric;
};

/* "counter", "gauge", "histogram" */
const char *metric_type_name(enum metric_type type);

/* Its HELP and TYPE; what follows are its samples. */
void metric_begin(struct metric_writer *writer, const struct metric *metric);

/* One sample; `labels` has a value for each name of the table, and may be NULL when there are none. */
void metric_number(struct metric_writer *writer, const struct text *labels, int64_t value);
void metric_seconds(struct metric_writer *writer, const struct text *labels, int64_t microseconds);

/* How many labels the table names. */
size_t metric_label_count(const struct metric *metric);

/* ---- histograms ---- */

/* Upper bounds in microseconds, rising; above the last is one more bucket. */
struct metric_buckets {
    int64_t bounds[METRIC_BUCKETS_LIMIT];
    size_t count;
};

/* How often something took how long. Begins as {0}. */
struct metric_histogram {
    uint64_t counts[METRIC_BUCKETS_LIMIT + 1]; /* of each bucket alone */
    int64_t sum;                               /* microseconds */
};

void metric_observe(struct metric_histogram *histogram, const struct metric_buckets *buckets, int64_t microseconds);
void metric_distribution(struct metric_writer *writer, const struct text *labels, const struct metric_buckets *buckets,
                         const struct metric_histogram *histogram);

#endif
