/* Metrics of the collector itself: its state, what agents send, its store, its API. */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/memory.h"
#include "feed/connections.h"
#include "feed/metrics_private.h"
#include "ingest/conversation.h"

/* ---- state ---- */

enum error_code metrics_write_service(struct metrics_writing *writing)
{
    const struct policy_content *policy = policy_content(writing->request->policy);
    const struct core_health *health = &writing->health;

    metrics_begin(writing, FEED_METRIC_BUILD_INFO);
    metric_number(&writing->writer, (struct text[]){TEXT(DRIFTLINE_VERSION), writing->request->tools->store}, 1);
    metrics_one(writing, FEED_METRIC_READY, health->running && !health->full && health->problem[0] == '\0');
    metrics_one(writing, FEED_METRIC_CONFIGURATION_OK, policy->problem.length == 0);
    metrics_one(writing, FEED_METRIC_CONTRACTS_OK, policy->contracts.known && policy->contracts.problem.length == 0);
    return ERROR_NONE;
}

static void write_left_out(struct metrics_writing *writing, struct text what, uint64_t count)
{
    metric_number(&writing->writer, &what, (int64_t)count);
}

void metrics_write_left_out(struct metrics_writing *writing)
{
    metrics_begin(writing, FEED_METRIC_SERIES_LEFT_OUT);
    write_left_out(writing, TEXT("environments"), writing->places);
    write_left_out(writing, TEXT("instances"), writing->instances);
    write_left_out(writing, TEXT("drifts"), writing->drifts);
    write_left_out(writing, TEXT("contracts"), writing->contracts);
}

/* ---- events ---- */

void metrics_write_events(struct metrics_writing *writing)
{
    metrics_begin(writing, FEED_METRIC_EVENTS);
    for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
        struct text name = text_from(event_type_name((enum event_type)type));

        metric_number(&writing->writer, &name, (int64_t)writing->logs.events[type]);
    }
    metrics_one(writing, FEED_METRIC_EVENT_LAST, (uint64_t)writing->logs.ends.event);
}

/* ---- what agents send ---- */

static void write_refused(struct metrics_writing *writing)
{
    metrics_begin(writing, FEED_METRIC_INGEST_REFUSED);
    for (int code = REJECT_NONE + 1; code < REJECT_CODE_COUNT; code++) {
        struct text name = text_from(reject_code_name((enum reject_code)code));

        metric_number(&writing->writer, &name, (int64_t)writing->health.refused[code]);
    }
}

void metrics_write_ingest(struct metrics_writing *writing)
{
    const struct core_health *health = &writing->health;

    metrics_one(writing, FEED_METRIC_INGEST_SNAPSHOTS, health->snapshots);
    metrics_one(writing, FEED_METRIC_INGEST_COMMITS, health->commits);
    metrics_begin(writing, FEED_METRIC_INGEST_COMMIT_TIME);
    metric_distribution(&writing->writer, NULL, &conversation_commit_buckets, &health->commit_times);
    metrics_moment(writing, FEED_METRIC_INGEST_LAST_COMMIT, health->last_commit);
    metrics_one(writing, FEED_METRIC_INGEST_HEARTBEATS, health->heartbeats);
    metrics_one(writing, FEED_METRIC_INGEST_RECEIVED, health->bytes_in);
    metrics_one(writing, FEED_METRIC_INGEST_SENT, health->bytes_out);
    write_refused(writing);
    metrics_one(writing, FEED_METRIC_INGEST_DROPPED, health->dropped);
    metrics_one(writing, FEED_METRIC_INGEST_STAGED, health->staged_bytes);
    metrics_begin(writing, FEED_METRIC_DOOR_CONNECTIONS);
    metric_number(&writing->writer, (struct text[]){TEXT("let-in")}, (int64_t)health->let_in);
    metric_number(&writing->writer, (struct text[]){TEXT("turned-away")}, (int64_t)health->turned_away);
    metrics_one(writing, FEED_METRIC_DOOR_STRANGERS, health->strangers);
}

/* ---- the store ---- */

/* Of the history and the log beside it; 0 when they cannot be looked at. */
static uint64_t file_bytes(const char *folder)
{
    static const char *const names[] = {"history.db", "history.db-wal"};
    uint64_t bytes = 0;

    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        char path[4096];
        struct stat status;

        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (stat(path, &status) == 0)
            bytes += (uint64_t)status.st_size;
    }
    return bytes;
}

/* What the history may become: its limit, or what it has and the disk still gives. */
static uint64_t most_bytes(const struct metrics_writing *writing, uint64_t file)
{
    struct statvfs disk;
    uint64_t limit = writing->health.store_limit;

    if (statvfs(writing->request->tools->metrics.folder, &disk) != 0)
        return limit;
    file += (uint64_t)disk.f_bavail * disk.f_frsize;
    return limit == 0 || file < limit ? file : limit;
}

static void write_removed(struct metrics_writing *writing)
{
    const struct retention_result *result = &writing->health.retained;
    const struct {
        struct text what;
        uint64_t count;
    } rows[] = {
        {TEXT("snapshots"), result->snapshots}, {TEXT("records"), result->records}, {TEXT("changes"), result->changes},
        {TEXT("events"), result->events},       {TEXT("drifts"), result->drifts},   {TEXT("waivers"), result->waivers},
        {TEXT("gate-runs"), result->gate_runs}, {TEXT("syncs"), result->syncs},     {TEXT("audits"), result->audits},
        {TEXT("nodes"), result->nodes},
    };

    metrics_begin(writing, FEED_METRIC_RETENTION_REMOVED);
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        metric_number(&writing->writer, &rows[i].what, (int64_t)rows[i].count);
    metrics_one(writing, FEED_METRIC_RETENTION_BYTES, result->bytes);
}

void metrics_write_store(struct metrics_writing *writing)
{
    uint64_t file = file_bytes(writing->request->tools->metrics.folder);

    metrics_one(writing, FEED_METRIC_STORE_USED, database_size(writing->request->database));
    metrics_one(writing, FEED_METRIC_STORE_FILE, file);
    metrics_one(writing, FEED_METRIC_STORE_LIMIT, most_bytes(writing, file));
    metrics_one(writing, FEED_METRIC_RETENTION_RUNS, writing->health.retentions);
    metrics_moment(writing, FEED_METRIC_RETENTION_LAST, writing->health.last_retention);
    write_removed(writing);
}

/* ---- HTTP ---- */

/* Call with every route that was asked, and what it is called; NULL is that of paths that are not there. */
typedef void (*route_visitor)(struct metrics_writing *writing, const struct text names[2],
                              const struct route_tally *tally);

static void visit_route(struct metrics_writing *writing, const struct http_route *route, route_visitor visit)
{
    const struct text names[] = {route == NULL ? TEXT("other") : text_from(route->method),
                                 route == NULL ? TEXT("other") : text_from(route->path)};
    struct route_tally tally;

    metrics_tally_of_route(writing->request->tools->metrics.tally, route, &tally);
    for (unsigned digit = 0; digit < METRICS_CLASSES; digit++)
        if (tally.classes[digit] > 0) {
            visit(writing, names, &tally);
            return;
        }
}

static void visit_routes(struct metrics_writing *writing, route_visitor visit)
{
    for (const struct http_route *route = route_table; route->method != NULL; route++)
        visit_route(writing, route, visit);
    visit_route(writing, NULL, visit);
}

static void write_classes(struct metrics_writing *writing, const struct text names[2], const struct route_tally *tally)
{
    static const struct text classes[METRICS_CLASSES] = {TEXT_INIT("1xx"), TEXT_INIT("2xx"), TEXT_INIT("3xx"),
                                                         TEXT_INIT("4xx"), TEXT_INIT("5xx")};

    for (unsigned digit = 1; digit < METRICS_CLASSES; digit++)
        metric_number(&writing->writer, (struct text[]){names[0], names[1], classes[digit]},
                      (int64_t)tally->classes[digit]);
}

static void write_times(struct metrics_writing *writing, const struct text names[2], const struct route_tally *tally)
{
    metric_distribution(&writing->writer, names, &metrics_request_buckets, &tally->times);
}

void metrics_write_http(struct metrics_writing *writing)
{
    metrics_begin(writing, FEED_METRIC_HTTP_REQUESTS);
    visit_routes(writing, write_classes);
    metrics_begin(writing, FEED_METRIC_HTTP_TIME);
    visit_routes(writing, write_times);
    metrics_one(writing, FEED_METRIC_HTTP_CUT, connections_cut(writing->request->tools->metrics.connections));
}
