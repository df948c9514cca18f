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

static const char *const report_types[] = {"text/plain", "text/markdown", "application/sarif+json", "application/xml",
                                           NULL};
static const char *const file_types[] = {"application/octet-stream", NULL};

#define API "/api/v1/"

const struct route route_table[] = {
    {"GET", "/healthz", "getHealth", "service", 0, get_health, NULL, NULL, 200, "Health", NULL, NULL, 0,
     "Whether the process answers"},
    {"GET", "/readyz", "getReadiness", "service", 0, get_ready, NULL, NULL, 200, "Readiness", NULL, NULL, 503,
     "Whether agents are heard and the history can be written"},
    {"GET", "/openapi.json", "getOpenApi", "service", 0, get_openapi, NULL, NULL, 200, "OpenApi", NULL, NULL, 0,
     "The description of this API"},
    {"GET", API "version", "getVersion", "service", 0, get_version, NULL, NULL, 200, "Version", NULL, NULL, 0,
     "Which program this is, and whose history it keeps"},

    {"GET", API "fleet", "getFleet", "fleet", TOKEN_READ, get_fleet, fleet_parameters, NULL, 200, "Fleet", NULL, NULL,
     0, "All databases in all environments, as they stand now"},
    {"GET", API "targets", "listTargets", "fleet", TOKEN_READ, get_targets, targets_parameters, NULL, 200, "TargetList",
     NULL, NULL, 0, "What is watched, by whom, and how it is"},
    {"DELETE", API "targets", "forgetTarget", "fleet", TOKEN_OPERATE, delete_targets, target_parameters, NULL, 200,
     "Forgotten", NULL, NULL, 0, "Forget a target with all its history"},

    {"GET", API "compare", "compareEnvironments", "comparison", TOKEN_READ, get_compare, compare_parameters, NULL, 200,
     "Report", report_types, report_headers, 0, "What a promotion from one environment to another would change there"},
    {"GET", API "diff", "diffSnapshots", "comparison", TOKEN_READ, get_diff, diff_parameters, NULL, 200, "Report",
     report_types, report_headers, 0, "What must change in one snapshot for it to become another"},

    {"GET", API "history", "listChanges", "history", TOKEN_READ, get_history, history_parameters, NULL, 200, "History",
     NULL, NULL, 0, "What changed in a database, newest first"},
    {"GET", API "snapshots", "listSnapshots", "history", TOKEN_READ, get_snapshots, snapshots_parameters, NULL, 200,
     "SnapshotList", NULL, NULL, 0, "Recorded snapshots, newest first"},
    {"GET", API "snapshot", "getSnapshot", "history", TOKEN_READ, get_snapshot, snapshot_parameters, NULL, 200,
     "Snapshot", NULL, NULL, 0, "The snapshot that a reference names"},
    {"GET", API "snapshot.snap", "downloadSnapshot", "history", TOKEN_READ, get_snapshot_file, snapshot_parameters,
     NULL, 200, NULL, file_types, file_headers, 0, "The same as a snapshot file"},
    {"GET", API "objects", "listObjects", "history", TOKEN_READ, get_objects, objects_parameters, NULL, 200,
     "ObjectList", NULL, NULL, 0, "The objects of a snapshot, by kind and path"},
    {"GET", API "object", "getObject", "history", TOKEN_READ, get_object, object_parameters, NULL, 200, "Object", NULL,
     NULL, 0, "One object of a snapshot with all its parts"},
    {"GET", API "events", "listEvents", "history", TOKEN_READ, get_events, events_parameters, NULL, 200, "EventList",
     NULL, NULL, 0, "What happened, oldest first"},

    {"GET", API "agents", "listAgents", "agents", TOKEN_READ, get_agents, NULL, NULL, 200, "AgentList", NULL, NULL, 0,
     "Which agents may connect, and which do"},
    {"POST", API "agents", "enrollAgent", "agents", TOKEN_ADMIN, post_agents, NULL, "Enrollment", 201, "Agent", NULL,
     NULL, 0, "Let an agent in, or change what it may speak for"},
    {"DELETE", API "agents/{name}", "revokeAgent", "agents", TOKEN_ADMIN, delete_agents, NULL, NULL, 200, "Agent", NULL,
     NULL, 0, "Let an agent in no more"},

    {"GET", API "tokens", "listTokens", "tokens", TOKEN_ADMIN, get_tokens, NULL, NULL, 200, "TokenList", NULL, NULL, 0,
     "Who may ask this API"},
    {"POST", API "tokens", "createToken", "tokens", TOKEN_ADMIN, post_tokens, NULL, "NewToken", 201, "CreatedToken",
     NULL, NULL, 0, "Make a token; its secret is shown this once"},
    {"DELETE", API "tokens/{name}", "removeToken", "tokens", TOKEN_ADMIN, delete_tokens, NULL, NULL, 200,
     "RemovedToken", NULL, NULL, 0, "Remove a token"},
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

static bool path_matches(const struct route *route, const struct request_target *target)
{
    const char *path = route->path;

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

enum error_code route_find(const char *method, const struct request_target *target, const struct route **ret_route,
                           char *ret_allow, struct error *error)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    size_t length = 0;

    ret_allow[0] = '\0';
    for (const struct route *route = route_table; route->method != NULL; route++) {
        if (!path_matches(route, target))
            continue;
        if (strcmp(route->method, wanted) == 0) {
            *ret_route = route;
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

struct text route_name(const struct route *route, const struct request_target *target)
{
    const char *path = route->path;

    for (size_t i = 0; i < target->segment_count; i++)
        if (is_placeholder(next_element(&path)))
            return target->segments[i];
    return (struct text){0};
}
