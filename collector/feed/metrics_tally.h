/* feed/metrics_tally.h - what adds up while the collector runs: requests as they are answered, and what the logs of the
 * store say since the start.
 *
 * The logs are read on from where the last scrape left off, METRICS_SLICE rows at most: a scrape costs the same after a
 * night without one, and catches up over the next ones. A collector that was started anew begins with nothing, as all
 * counters do.
 *
 * Threads: any.
 */
#ifndef DRIFTLINE_FEED_METRICS_TALLY_H
#define DRIFTLINE_FEED_METRICS_TALLY_H

#include "base/metric_text.h"
#include "gate/gate.h"
#include "store/figures.h"

enum {
    METRICS_SLICE = 20000,
    METRICS_LEAD_ENVIRONMENTS = 32, /* those that are told apart; promotions to others count as "other" */
    METRICS_NAME_SIZE = 129,
    METRICS_VERDICTS = GATE_UNKNOWN + 1,
    METRICS_CLASSES = 5 /* 1xx … 5xx */
};

struct metrics_tally; /* opaque */
struct connections;
struct notifier;
struct publisher;

/* What metrics come from, beside the store and the core. */
struct metrics_sources {
    struct metrics_tally *tally;
    struct connections *connections;
    struct notifier *notifier;   /* NULL: nobody is notified */
    struct publisher *publisher; /* NULL: nobody can subscribe */
    const char *folder;          /* the store's; lives as long as the feed */
};

/* `folder` is the store's: where its logs end now is where counting begins. */
enum error_code metrics_tally_new(struct metrics_tally **ret_tally, const char *folder, struct error *error) MUST_CHECK;
void metrics_tally_free(struct metrics_tally *tally); /* NULL is fine */

/* ---- requests ---- */

struct http_route;

/* A request was answered; `route` is NULL when there is none of that path. */
void metrics_tally_request(struct metrics_tally *tally, const struct http_route *route, unsigned status,
                           int64_t microseconds);

struct route_tally {
    uint64_t classes[METRICS_CLASSES];
    struct metric_histogram times;
};
extern const struct metric_buckets metrics_request_buckets;

/* Of a route of the table; NULL: of paths that are not there. */
void metrics_tally_of_route(struct metrics_tally *tally, const struct http_route *route, struct route_tally *ret_tally);

/* ---- logs ---- */

struct lead_tally {
    char environment[METRICS_NAME_SIZE];
    struct metric_histogram times;
};
extern const struct metric_buckets metrics_lead_buckets;

struct log_tally {
    struct figure_ends ends;
    uint64_t events[EVENT_TYPE_COUNT];
    uint64_t runs[METRICS_VERDICTS];
    struct lead_tally leads[METRICS_LEAD_ENVIRONMENTS + 1];
    size_t lead_count;
    uint64_t syncs[SYNC_STATE_COUNT];
    uint64_t manual_syncs;
    struct metric_histogram sync_leads;
};

/* Read on, and answer what it comes to. */
enum error_code metrics_tally_logs(struct metrics_tally *tally, struct database *database, struct log_tally *ret_logs,
                                   struct error *error) MUST_CHECK;

#endif
