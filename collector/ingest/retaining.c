#include "ingest/retaining.h"

void retaining_clear(struct retaining *retaining)
{
    if (retaining->is_on)
        retention_stop(&retaining->now);
    retaining->is_on = false;
}

static void tell(const struct retaining *retaining)
{
    const struct retention_result *result = &retaining->now;

    if (result->snapshots + result->records + result->changes + result->drifts + result->events + result->nodes == 0)
        return;
    log_write(retaining->logger, LOG_LEVEL_INFO, "retention-done",
              LOG_FIELDS(log_number("snapshots", (int64_t)result->snapshots),
                         log_number("records", (int64_t)result->records),
                         log_number("changes", (int64_t)result->changes), log_number("drifts", (int64_t)result->drifts),
                         log_number("events", (int64_t)result->events), log_number("nodes", (int64_t)result->nodes),
                         log_number("bytes", (int64_t)result->bytes)));
}

static void count(struct retaining *retaining, int64_t now)
{
    const struct retention_result *result = &retaining->now;
    struct retention_result *sum = &retaining->in_all;

    sum->snapshots += result->snapshots;
    sum->records += result->records;
    sum->changes += result->changes;
    sum->events += result->events;
    sum->drifts += result->drifts;
    sum->waivers += result->waivers;
    sum->gate_runs += result->gate_runs;
    sum->syncs += result->syncs;
    sum->audits += result->audits;
    sum->nodes += result->nodes;
    sum->bytes += result->bytes;
    retaining->times++;
    retaining->last_at = now;
}

static enum error_code failed(struct retaining *retaining, struct error *error)
{
    if (error->code == ERROR_IO)
        return error->code;
    retaining->is_on = false;
    if (error->code == ERROR_FULL)
        return error->code;
    log_failure(retaining->logger, "retention-failed", error, "trying again later");
    return ERROR_NONE;
}

enum error_code retaining_run(struct retaining *retaining, const struct retention *what, unsigned pause_ms,
                              const struct moment *moment, bool *ret_worked, struct error *error)
{
    bool done = false;

    *ret_worked = false;
    if (!retaining->is_on) {
        if (pause_ms == 0 || moment->elapsed < retaining->next_at)
            return ERROR_NONE;
        retaining->next_at = moment->elapsed + (int64_t)pause_ms * 1000;
        retaining->now = (struct retention_result){0};
        retaining->is_on = true;
    }
    if (retention_run(retaining->database, what, moment->now, &retaining->now, &done, error) != ERROR_NONE)
        return failed(retaining, error);
    *ret_worked = true;
    if (done) {
        tell(retaining);
        count(retaining, moment->now);
    }
    retaining->is_on = !done;
    return ERROR_NONE;
}
