/* feed/routes.h - everything that can be asked, in one table.
 *
 * The server finds handlers in it, request.h checks parameters by it, and the OpenAPI document and
 * docs/reference/http-api.md are written from it: a new question is one row and one function.
 */
#ifndef DRIFTLINE_FEED_ROUTES_H
#define DRIFTLINE_FEED_ROUTES_H

#include "correlate/policy.h"
#include "feed/answer.h"
#include "feed/metrics_tally.h"
#include "feed/request.h"
#include "ingest/core.h"
#include "store/tokens.h"

struct notify_holder;
struct streams;

/* What all requests share. */
struct feed_tools {
    struct core *core;
    struct text store;            /* its id */
    struct text openapi;          /* the document */
    struct notify_holder *notify; /* who is told what */
    struct metrics_sources metrics;
    struct streams *streams; /* of events */
};

/* One request, when its handler sees it. */
struct request {
    const struct http_route *route;
    const struct feed_tools *tools;
    struct arena *arena;
    struct request_parameters parameters;
    struct text name; /* that stands in the path for `{name}` or `{id}` */
    int64_t id;       /* the number that it is, for `{id}` */
    struct text body;
    const char *held;          /* If-None-Match, where no token is needed: what the asker has already; NULL: nothing */
    const char *last_event_id; /* header of who goes on with a stream; NULL: none, or this is none */
    struct token_row token;    /* of who asks; without a name when none is needed */
    const struct policy *policy; /* as it was when the request came */
    struct fleet_cache *cache;   /* of comparisons under it */
    struct database *database;   /* NULL when no token is needed */
};

static inline const struct fleet_policy *request_fleet(const struct request *request)
{
    return &policy_content(request->policy)->fleet;
}

/* Answer, or fail; then the answer is that of the failure. A handler of GET is called within a read transaction; others
 * are not, and write through core_call(). */
typedef enum error_code (*route_handler)(const struct request *request, struct answer *answer, struct error *error);

struct route_header {
    const char *name;
    const char *summary;
};

struct http_route {
    const char *method; /* NULL ends the table */
    const char *path;   /* an element `{name}` stands for any, `{id}` for a number */
    const char *id;     /* operationId of OpenAPI */
    const char *tag;
    unsigned rights; /* enum token_rights that are needed; 0: none, and the handler neither waits nor reads the store */
    route_handler handle;
    const struct parameter *parameters; /* NULL: none */
    const char *body;                   /* schema of what is sent; NULL: nothing */
    unsigned status;                    /* of success */
    const char *schema;                 /* of a JSON answer; NULL: it has none */
    const char *const *types;           /* other content types that it may have; NULL: none */
    const struct route_header *headers; /* that it may have; NULL: none */
    unsigned failure;                   /* a status with the same schema; 0: none */
    const char *summary;                /* upper case, no full stop */
    const char *upload;                 /* content type of a body that need not be there, as large as a snapshot may be;
                                           NULL: there is none */
};

extern const struct http_route route_table[];

/* The route of a method (HEAD counts as GET) and target. A path that is not there is ERROR_NOT_FOUND; one that is, but
 * not for this method, is ERROR_UNSUPPORTED, and `ret_allow` (of ROUTE_ALLOW_SIZE) lists those it is for. */
enum { ROUTE_ALLOW_SIZE = 32 };
enum error_code route_find(const char *method, const struct request_target *target, const struct http_route **ret_route,
                           char *ret_allow, struct error *error) MUST_CHECK;

/* The element of the target that `{name}` or `{id}` stands for; empty when the route has none. */
struct text route_name(const struct http_route *route, const struct request_target *target);

/* The number that `{id}` stands for; 0 when the route has none. What is no number is ERROR_USAGE. */
enum error_code route_id(const struct http_route *route, const struct request_target *target, int64_t *ret_id,
                         struct error *error) MUST_CHECK;

/* Who answers in its place when `Accept` asks for a stream; NULL: it has none. */
route_handler route_stream(const struct http_route *route);

/* ---- handlers, by file ---- */

extern const struct parameter fleet_parameters[], compare_parameters[], diff_parameters[], history_parameters[],
    targets_parameters[], target_parameters[], snapshots_parameters[], snapshot_parameters[], objects_parameters[],
    object_parameters[], events_parameters[], drifts_parameters[], waivers_parameters[], waiver_parameters[],
    gate_parameters[], gate_run_parameters[], gate_runs_parameters[], verify_parameters[], spread_parameters[],
    contracts_parameters[], audits_parameters[], deliveries_parameters[], diagram_parameters[], statements_parameters[],
    syncs_parameters[];

enum error_code get_fleet(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_compare(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_diff(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_history(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_statements(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_targets(const struct request *request, struct answer *answer, struct error *error);
enum error_code delete_targets(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_agents(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_agents(const struct request *request, struct answer *answer, struct error *error);
enum error_code delete_agents(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_own_token(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_tokens(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_tokens(const struct request *request, struct answer *answer, struct error *error);
enum error_code delete_tokens(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_snapshots(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_snapshot(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_snapshot_file(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_objects(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_object(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_diagram(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_events(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_event_types(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_event_stream(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_event_type(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_drifts(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_drift(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_acknowledge(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_reopen(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_waivers(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_waivers(const struct request *request, struct answer *answer, struct error *error);
enum error_code delete_waivers(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_gate(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_gate(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_gate_runs(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_gate_run(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_verify(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_spread(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_syncs(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_syncs(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_contracts(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_notify(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_deliveries(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_delivery(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_replay(const struct request *request, struct answer *answer, struct error *error);
enum error_code post_sink_test(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_audits(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_health(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_ready(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_version(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_dashboard(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_dashboard_file(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_dashboard_page(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_metrics(const struct request *request, struct answer *answer, struct error *error);
enum error_code get_openapi(const struct request *request, struct answer *answer, struct error *error);

/* The object of one snapshot, as several answers have it. */
struct snapshot_row;
json_t *snapshot_value(struct json_builder *builder, const struct snapshot_row *row);

#endif
