#include "feed/metrics_tally.h"

#include <pthread.h>
#include <string.h>

#include "base/memory.h"
#include "feed/routes.h"

#define MILLISECOND INT64_C(1000)
#define SECOND (1000 * MILLISECOND)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

const struct metric_buckets metrics_request_buckets = {{1 * MILLISECOND, 5 * MILLISECOND, 10 * MILLISECOND,
                                                        25 * MILLISECOND, 50 * MILLISECOND, 100 * MILLISECOND,
                                                        250 * MILLISECOND, 1 * SECOND, 5 * SECOND, 30 * SECOND},
                                                       10};

const struct metric_buckets metrics_lead_buckets = {{5 * MINUTE, 15 * MINUTE, 1 * HOUR, 4 * HOUR, 12 * HOUR, 1 * DAY,
                                                     2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 84 * DAY},
                                                    12};

struct metrics_tally {
    pthread_mutex_t lock; /* of all below */
    struct log_tally logs;
    size_t route_count;
    struct route_tally routes[]; /* as in the table, and one more: of paths that are not there */
};

/* ---- beginning ---- */

static size_t count_routes(void)
{
    size_t count = 0;

    while (route_table[count].method != NULL)
        count++;
    return count;
}

static enum error_code find_ends(const char *folder, struct figure_ends *ret_ends, struct error *error)
{
    struct database *database = NULL;
    enum error_code code = store_open(&database, folder, DATABASE_READ, error);

    if (code == ERROR_NONE)
        code = figures_ends(database, ret_ends, error);
    database_close(database);
    return code;
}

enum error_code metrics_tally_new(struct metrics_tally **ret_tally, const char *folder, struct error *error)
{
    size_t routes = count_routes(), size = sizeof **ret_tally + (routes + 1) * sizeof(struct route_tally);
    struct metrics_tally *tally = mem_alloc(size);

    if (tally == NULL)
        return error_memory(error, "counting for metrics");
    memset(tally, 0, size);
    tally->route_count = routes;
    if (find_ends(folder, &tally->logs.ends, error) != ERROR_NONE) {
        mem_free(tally);
        return error->code;
    }
    pthread_mutex_init(&tally->lock, NULL);
    *ret_tally = tally;
    return ERROR_NONE;
}

void metrics_tally_free(struct metrics_tally *tally)
{
    if (tally == NULL)
        return;
    pthread_mutex_destroy(&tally->lock);
    mem_free(tally);
}

/* ---- requests ---- */

static struct route_tally *place_of(struct metrics_tally *tally, const struct http_route *route)
{
    return &tally->routes[route == NULL ? tally->route_count : (size_t)(route - route_table)];
}

void metrics_tally_request(struct metrics_tally *tally, const struct http_route *route, unsigned status,
                           int64_t microseconds)
{
    struct route_tally *place = place_of(tally, route);

    if (status < 100 || status >= 600)
        return;
    pthread_mutex_lock(&tally->lock);
    place->classes[status / 100 - 1]++;
    metric_observe(&place->times, &metrics_request_buckets, microseconds);
    pthread_mutex_unlock(&tally->lock);
}

void metrics_tally_of_route(struct metrics_tally *tally, const struct http_route *route, struct route_tally *ret_tally)
{
    pthread_mutex_lock(&tally->lock);
    *ret_tally = *place_of(tally, route);
    pthread_mutex_unlock(&tally->lock);
}

/* ---- logs ---- */

static struct lead_tally *find_lead(struct log_tally *logs, struct text environment)
{
    for (size_t i = 0; i < logs->lead_count; i++)
        if (text_equal(text_from(logs->leads[i].environment), environment))
            return &logs->leads[i];
    return NULL;
}

static struct lead_tally *leads_to(struct log_tally *logs, struct text environment)
{
    struct lead_tally *lead = find_lead(logs, environment);

    if (lead == NULL && (logs->lead_count >= METRICS_LEAD_ENVIRONMENTS || environment.length >= METRICS_NAME_SIZE)) {
        environment = TEXT("other");
        lead = find_lead(logs, environment);
    }
    if (lead != NULL)
        return lead;
    lead = &logs->leads[logs->lead_count++];
    memcpy(lead->environment, environment.bytes, environment.length);
    return lead;
}

static void take_promotion(void *context, struct text environment, int64_t lead)
{
    metric_observe(&leads_to(context, environment)->times, &metrics_lead_buckets, lead);
}

static void take_sync(void *context, int64_t lead)
{
    struct log_tally *logs = context;

    metric_observe(&logs->sync_leads, &metrics_lead_buckets, lead);
}

static enum error_code read_syncs(struct log_tally *logs, struct database *database, struct error *error)
{
    struct sync_figures figures = {logs->syncs, logs->manual_syncs, take_sync, logs};

    if (figures_syncs(database, METRICS_SLICE, &logs->ends.sync, &figures, error) != ERROR_NONE)
        return error->code;
    logs->manual_syncs = figures.manual;
    return ERROR_NONE;
}

static enum error_code read_on(struct log_tally *logs, struct database *database, struct error *error)
{
    const struct promotion_visitor visitor = {take_promotion, logs};

    if (read_syncs(logs, database, error) != ERROR_NONE ||
        figures_events(database, METRICS_SLICE, &logs->ends.event, logs->events, error) != ERROR_NONE ||
        figures_runs(database, METRICS_SLICE, &logs->ends.gate_run, logs->runs, METRICS_VERDICTS, error) != ERROR_NONE)
        return error->code;
    return figures_promotions(database, METRICS_SLICE, &logs->ends.drift_step, &visitor, error);
}

enum error_code metrics_tally_logs(struct metrics_tally *tally, struct database *database, struct log_tally *ret_logs,
                                   struct error *error)
{
    struct log_tally logs;
    enum error_code code;

    pthread_mutex_lock(&tally->lock);
    logs = tally->logs;
    code = read_on(&logs, database, error);
    if (code == ERROR_NONE)
        *ret_logs = tally->logs = logs; /* else it is read again, and nothing is counted twice */
    pthread_mutex_unlock(&tally->lock);
    return code;
}
