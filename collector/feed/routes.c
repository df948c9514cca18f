#include "feed/routes.h"

#include <stdio.h>
#include <string.h>

static const struct route_header report_headers[] = {
    {"Driftline-Verdict", "IN_SYNC, DRIFTED or UNKNOWN."},
    {"Driftline-Summary", "How many changes of each severity: `critical=0,high=1,medium=0,low=2`."},
    {"Driftline-Uncovered", "How many kinds or objects could not be read on one side."},
    {"Driftline-Note", "What else is to be said, one remark a line; percent-encoded UTF-8."},
    {0},
};

static const struct route_header file_headers[] = {
    {"Driftline-Root", "The root hash of the snapshot."},
    {"Driftline-Note", "What else is to be said, one remark a line; percent-encoded UTF-8."},
    {0},
};

static const struct route_header page_headers[] = {
    {"ETag", "The SHA-256 of the file; who sends it back in `If-None-Match` is answered 304 without it."},
    {"Content-Security-Policy", "Nothing but files of the dashboard, and nobody may frame it."},
    {0},
};

static const char *const report_types[] = {"text/plain", "text/markdown", "application/sarif+json", "application/xml",
                                           NULL};
static const char *const page_types[] = {"text/html", NULL};
static const char *const part_types[] = {"text/css", "text/javascript", "image/svg+xml", NULL};
static const char *const metrics_types[] = {"text/plain", NULL};
static const char *const stream_types[] = {"text/event-stream", NULL};
static const char *const file_types[] = {"application/octet-stream", NULL};

#define API "/api/v1/"

const struct http_route route_table[] = {
    {"GET", "/", "getDashboard", "dashboard", 0, get_dashboard, NULL, NULL, 200, NULL, page_types, page_headers, 0,
     "The dashboard, for browsers", NULL},
    {"GET", "/web/{name}", "getDashboardFile", "dashboard", 0, get_dashboard_file, NULL, NULL, 200, NULL, part_types,
     page_headers, 0, "A file of the dashboard", NULL},
    {"GET", "/web/pages/{name}", "getDashboardPage", "dashboard", 0, get_dashboard_page, NULL, NULL, 200, NULL,
     part_types, page_headers, 0, "A page of the dashboard: a script", NULL},

    {"GET", "/healthz", "getHealth", "service", 0, get_health, NULL, NULL, 200, "Health", NULL, NULL, 0,
     "Whether the process answers", NULL},
    {"GET", "/readyz", "getReadiness", "service", 0, get_ready, NULL, NULL, 200, "Readiness", NULL, NULL, 503,
     "Whether agents are heard and the history can be written", NULL},
    {"GET", "/openapi.json", "getOpenApi", "service", 0, get_openapi, NULL, NULL, 200, "OpenApi", NULL, NULL, 0,
     "The description of this API", NULL},
    {"GET", API "version", "getVersion", "service", 0, get_version, NULL, NULL, 200, "Version", NULL, NULL, 0,
     "Which program this is, and whose history it keeps", NULL},

    {"GET", "/metrics", "getMetrics", "service", TOKEN_READ, get_metrics, NULL, NULL, 200, NULL, metrics_types, NULL, 0,
     "Figures of all of this for Prometheus", NULL},

    {"GET", API "fleet", "getFleet", "fleet", TOKEN_READ, get_fleet, fleet_parameters, NULL, 200, "Fleet", NULL, NULL,
     0, "All databases in all environments, as they stand now", NULL},
    {"GET", API "targets", "listTargets", "fleet", TOKEN_READ, get_targets, targets_parameters, NULL, 200, "TargetList",
     NULL, NULL, 0, "What is watched, by whom, and how it is", NULL},
    {"DELETE", API "targets", "forgetTarget", "fleet", TOKEN_OPERATE, delete_targets, target_parameters, NULL, 200,
     "Forgotten", NULL, NULL, 0, "Forget a target with all its history", NULL},

    {"GET", API "compare", "compareEnvironments", "comparison", TOKEN_READ, get_compare, compare_parameters, NULL, 200,
     "Report", report_types, report_headers, 0, "What a promotion from one environment to another would change there",
     NULL},
    {"GET", API "diff", "diffSnapshots", "comparison", TOKEN_READ, get_diff, diff_parameters, NULL, 200, "Report",
     report_types, report_headers, 0, "What must change in one snapshot for it to become another", NULL},
    {"GET", API "spread", "spreadDatabase", "comparison", TOKEN_READ, get_spread, spread_parameters, NULL, 200,
     "Spread", NULL, NULL, 0,
     "All environments and instances of a database side by side: what differs, and who has what", NULL},

    {"GET", API "drift", "listDrifts", "drift", TOKEN_READ, get_drifts, drifts_parameters, NULL, 200, "DriftList", NULL,
     NULL, 0, "Differences between environments, and of instances to the others of theirs, newest first", NULL},
    {"GET", API "drift/{id}", "getDrift", "drift", TOKEN_READ, get_drift, NULL, NULL, 200, "Drift", NULL, NULL, 0,
     "One difference with all that happened in its life", NULL},
    {"POST", API "drift/{id}/acknowledge", "acknowledgeDrift", "drift", TOKEN_OPERATE, post_acknowledge, NULL, "Remark",
     200, "Drift", NULL, NULL, 0, "Say that somebody knows of it", NULL},
    {"POST", API "drift/{id}/reopen", "reopenDrift", "drift", TOKEN_OPERATE, post_reopen, NULL, "Remark", 200, "Drift",
     NULL, NULL, 0, "Open again what was acknowledged or waived", NULL},
    {"GET", API "waivers", "listWaivers", "drift", TOKEN_READ, get_waivers, waivers_parameters, NULL, 200, "WaiverList",
     NULL, NULL, 0, "Which differences were accepted, until when, and why", NULL},
    {"POST", API "waivers", "giveWaivers", "drift", TOKEN_OPERATE, post_waivers, NULL, "NewWaivers", 201, "WaiverList",
     NULL, NULL, 0, "Accept differences for a time: all of what is sent, or nothing", NULL},
    {"DELETE", API "waivers/{id}", "endWaiver", "drift", TOKEN_OPERATE, delete_waivers, waiver_parameters, NULL, 200,
     "Waiver", NULL, NULL, 0, "Take a waiver back", NULL},

    {"GET", API "gate", "askGate", "gate", TOKEN_READ, get_gate, gate_parameters, NULL, 200, "GateAnswer", NULL, NULL,
     0, "Whether one environment may be promoted to the next, without a record of it", NULL},
    {"POST", API "gate", "runGate", "gate", TOKEN_GATE, post_gate, gate_run_parameters, NULL, 200, "GateAnswer", NULL,
     NULL, 0, "The same for the record, against a snapshot file if one is sent", "application/octet-stream"},
    {"GET", API "gate/runs", "listGateRuns", "gate", TOKEN_READ, get_gate_runs, gate_runs_parameters, NULL, 200,
     "GateRunList", NULL, NULL, 0, "What the gate was asked, newest first", NULL},
    {"GET", API "gate/runs/{id}", "getGateRun", "gate", TOKEN_READ, get_gate_run, NULL, NULL, 200, "GateAnswer", NULL,
     NULL, 0, "What the gate answered then", NULL},
    {"GET", API "verify", "verifyTarget", "gate", TOKEN_READ, get_verify, verify_parameters, NULL, 200, "Verification",
     NULL, NULL, 0, "Whether an environment became exactly what was approved", NULL},
    {"GET", API "contracts", "listContracts", "gate", TOKEN_READ, get_contracts, contracts_parameters, NULL, 200,
     "ContractList", NULL, NULL, 0, "What consumers need of databases, and whether they have it", NULL},
    {"GET", API "syncs", "listSyncs", "gate", TOKEN_READ, get_syncs, syncs_parameters, NULL, 200, "SyncList", NULL,
     NULL, 0, "What became of repositories and environments that are kept in line, newest first", NULL},
    {"POST", API "syncs", "recordSync", "gate", TOKEN_GATE, post_syncs, NULL, "NewSync", 201, "Sync", NULL, NULL, 0,
     "Say what became of one", NULL},

    {"GET", API "history", "listChanges", "history", TOKEN_READ, get_history, history_parameters, NULL, 200, "History",
     NULL, NULL, 0, "What changed in a database, newest first", NULL},
    {"GET", API "statements", "listStatements", "history", TOKEN_READ, get_statements, statements_parameters, NULL, 200,
     "StatementList", NULL, NULL, 0,
     "Statements that were captured in a database, newest first, also where nothing changed in the end", NULL},
    {"GET", API "snapshots", "listSnapshots", "history", TOKEN_READ, get_snapshots, snapshots_parameters, NULL, 200,
     "SnapshotList", NULL, NULL, 0, "Recorded snapshots, newest first", NULL},
    {"GET", API "snapshot", "getSnapshot", "history", TOKEN_READ, get_snapshot, snapshot_parameters, NULL, 200,
     "Snapshot", NULL, NULL, 0, "The snapshot that a reference names", NULL},
    {"GET", API "snapshot.snap", "downloadSnapshot", "history", TOKEN_READ, get_snapshot_file, snapshot_parameters,
     NULL, 200, NULL, file_types, file_headers, 0, "The same as a snapshot file", NULL},
    {"GET", API "objects", "listObjects", "history", TOKEN_READ, get_objects, objects_parameters, NULL, 200,
     "ObjectList", NULL, NULL, 0, "The objects of a snapshot, by kind and path", NULL},
    {"GET", API "object", "getObject", "history", TOKEN_READ, get_object, object_parameters, NULL, 200, "Object", NULL,
     NULL, 0, "One object of a snapshot with all its parts", NULL},
    {"GET", API "diagram", "drawDiagram", "history", TOKEN_READ, get_diagram, diagram_parameters, NULL, 200, "Diagram",
     NULL, NULL, 0, "Tables and what they refer to, for drawing, with what differs from the neighbours marked", NULL},
    {"GET", API "events", "listEvents", "history", TOKEN_READ, get_events, events_parameters, NULL, 200, "EventList",
     stream_types, NULL, 0, "What happened, as CloudEvents", NULL},
    {"GET", API "events/types", "listEventTypes", "history", TOKEN_READ, get_event_types, NULL, NULL, 200,
     "EventTypeList", NULL, NULL, 0, "What can happen", NULL},
    {"GET", API "events/types/{name}", "getEventType", "history", TOKEN_READ, get_event_type, NULL, NULL, 200,
     "EventType", NULL, NULL, 0, "What the data of a type of events has", NULL},
    {"GET", API "audit", "listAudit", "history", TOKEN_OPERATE, get_audits, audits_parameters, NULL, 200, "AuditList",
     NULL, NULL, 0, "What people did, newest first", NULL},

    {"GET", API "notify", "showNotify", "notifications", TOKEN_READ, get_notify, NULL, NULL, 200, "Notify", NULL, NULL,
     0, "Who is told what, and how sinks do", NULL},
    {"GET", API "deliveries", "listDeliveries", "notifications", TOKEN_READ, get_deliveries, deliveries_parameters,
     NULL, 200, "DeliveryList", NULL, NULL, 0, "Messages to sinks and what became of them, newest first", NULL},
    {"GET", API "deliveries/{id}", "getDelivery", "notifications", TOKEN_READ, get_delivery, NULL, NULL, 200,
     "Delivery", NULL, NULL, 0, "One message with all that it says", NULL},
    {"POST", API "deliveries/{id}/replay", "replayDelivery", "notifications", TOKEN_OPERATE, post_replay, NULL, NULL,
     200, "Delivery", NULL, NULL, 0, "Send a message again that was given up, or was sent, under the same id", NULL},
    {"POST", API "sinks/{name}/test", "testSink", "notifications", TOKEN_OPERATE, post_sink_test, NULL, NULL, 202,
     "SinkTest", NULL, NULL, 0, "Send a message to a sink to see whether it arrives", NULL},

    {"GET", API "agents", "listAgents", "agents", TOKEN_READ, get_agents, NULL, NULL, 200, "AgentList", NULL, NULL, 0,
     "Which agents may connect, and which do", NULL},
    {"POST", API "agents", "enrollAgent", "agents", TOKEN_ADMIN, post_agents, NULL, "Enrollment", 201, "Agent", NULL,
     NULL, 0, "Let an agent in, or change what it may speak for", NULL},
    {"DELETE", API "agents/{name}", "revokeAgent", "agents", TOKEN_ADMIN, delete_agents, NULL, NULL, 200, "Agent", NULL,
     NULL, 0, "Let an agent in no more", NULL},

    {"GET", API "token", "getOwnToken", "tokens", TOKEN_READ, get_own_token, NULL, NULL, 200, "Token", NULL, NULL, 0,
     "The token that asks: what it may do, and how long", NULL},
    {"GET", API "tokens", "listTokens", "tokens", TOKEN_ADMIN, get_tokens, NULL, NULL, 200, "TokenList", NULL, NULL, 0,
     "Who may ask this API", NULL},
    {"POST", API "tokens", "createToken", "tokens", TOKEN_ADMIN, post_tokens, NULL, "NewToken", 201, "CreatedToken",
     NULL, NULL, 0, "Make a token; its secret is shown this once", NULL},
    {"DELETE", API "tokens/{name}", "removeToken", "tokens", TOKEN_ADMIN, delete_tokens, NULL, NULL, 200,
     "RemovedToken", NULL, NULL, 0, "Remove a token", NULL},
    {0},
};

/* Take the next element off a path of the table, which begins with a slash. */
static struct text next_element(const char **path)
{
    size_t length;
    struct text element;

    ++*path;
    length = strcspn(*path, "/");
    element = (struct text){*path, length};
    *path += length;
    return element;
}

static bool is_placeholder(struct text element)
{
    return element.length > 0 && element.bytes[0] == '{';
}

static bool path_matches(const struct http_route *route, const struct request_target *target)
{
    const char *path = route->path;

    if (target->segment_count == 0)
        return strcmp(path, "/") == 0;
    for (size_t i = 0; i < target->segment_count; i++) {
        struct text element;

        if (*path == '\0')
            return false;
        element = next_element(&path);
        if (!is_placeholder(element) && !text_equal(element, target->segments[i]))
            return false;
    }
    return *path == '\0';
}

enum error_code route_find(const char *method, const struct request_target *target, const struct http_route **ret_route,
                           char *ret_allow, struct error *error)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    size_t length = 0;

    ret_allow[0] = '\0';
    for (const struct http_route *route = route_table; route->method != NULL; route++) {
        if (!path_matches(route, target))
            continue;
        if (strcmp(route->method, wanted) == 0) {
            *ret_route = route;
            ret_allow[0] = '\0'; /* what the rows before are for is no matter then */
            return ERROR_NONE;
        }
        length += (size_t)snprintf(ret_allow + length, ROUTE_ALLOW_SIZE - length, "%s%s", length == 0 ? "" : ", ",
                                   strcmp(route->method, "GET") == 0 ? "GET, HEAD" : route->method);
    }
    if (length == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is nothing at this path");
    error_set(error, ERROR_UNSUPPORTED, "this path cannot be asked with '%.20s'", method);
    return error_hint(error, "it takes %s", ret_allow);
}

route_handler route_stream(const struct http_route *route)
{
    return route->handle == get_events ? get_event_stream : NULL;
}

struct text route_name(const struct http_route *route, const struct request_target *target)
{
    const char *path = route->path;

    for (size_t i = 0; i < target->segment_count; i++)
        if (is_placeholder(next_element(&path)))
            return target->segments[i];
    return (struct text){0};
}

enum error_code route_id(const struct http_route *route, const struct request_target *target, int64_t *ret_id,
                         struct error *error)
{
    struct text name = route_name(route, target);
    int64_t id = 0;

    *ret_id = 0;
    if (strstr(route->path, "{id}") == NULL)
        return ERROR_NONE;
    for (size_t i = 0; i < name.length && i < 18; i++) {
        if (name.bytes[i] < '0' || name.bytes[i] > '9')
            break;
        id = id * 10 + (name.bytes[i] - '0');
        if (i + 1 == name.length)
            *ret_id = id;
    }
    if (*ret_id == 0)
        return error_set(error, ERROR_USAGE, "'%.*s' is not a number", (int)(name.length > 80 ? 80 : name.length),
                         name.bytes);
    return ERROR_NONE;
}
