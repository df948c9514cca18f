#include "base/metric_process.h"
#include "feed/metrics_private.h"

static const char doing[] = "writing metrics";

/* What several parts need. */
static enum error_code look(struct metrics_writing *writing)
{
    const struct request *request = writing->request;

    core_health(request->tools->core, &writing->health);
    if (metrics_tally_logs(request->tools->metrics.tally, request->database, &writing->logs, writing->error) !=
        ERROR_NONE)
        return writing->error->code;
    return fleet_look(&writing->fleet, request->database, request_fleet(request), request->cache, TEXT(""),
                      request->arena, writing->error);
}

static enum error_code write_all(struct metrics_writing *writing)
{
    if (look(writing) != ERROR_NONE || metrics_write_service(writing) != ERROR_NONE ||
        metrics_write_agents(writing) != ERROR_NONE)
        return writing->error->code;
    metrics_write_targets(writing);
    if (metrics_write_drifts(writing) != ERROR_NONE || metrics_write_contracts(writing) != ERROR_NONE ||
        metrics_write_gate(writing) != ERROR_NONE)
        return writing->error->code;
    metrics_write_syncs(writing);
    metrics_write_events(writing);
    metrics_write_ingest(writing);
    metrics_write_store(writing);
    if (metrics_write_notify(writing) != ERROR_NONE)
        return writing->error->code;
    metrics_write_streams(writing);
    metrics_write_http(writing);
    metrics_write_left_out(writing);
    metric_process_write(&writing->writer);
    return ERROR_NONE;
}

enum error_code get_metrics(const struct request *request, struct answer *answer, struct error *error)
{
    struct metrics_writing writing = {.request = request, .writer = {&answer->body, NULL}, .error = error};

    answer->type = METRIC_CONTENT_TYPE;
    if (write_all(&writing) != ERROR_NONE)
        return error->code;
    return buffer_check(&answer->body, error, doing);
}
