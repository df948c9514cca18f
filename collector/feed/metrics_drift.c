/* Metrics of differences, contracts, the gate and what is kept in line. */
#include <stdlib.h>

#include "contract/contract_check.h"
#include "drift/severity.h"
#include "feed/metrics_private.h"

/* ---- differences ---- */

static void write_drift(struct metrics_writing *writing, const struct drift_figures *figures, enum drift_state state,
                        enum severity severity, enum drift_cause cause)
{
    uint64_t count = figures->counts[state][severity][cause];
    const struct text labels[] = {figures->database,
                                  figures->from,
                                  figures->to,
                                  text_from(severity_name(severity)),
                                  text_from(drift_cause_name(cause)),
                                  text_from(drift_state_name(state))}; /* the last is that of DRIFTS only */

    if (count > 0)
        metric_number(&writing->writer, labels, (int64_t)count);
}

/* How many series there are. */
static uint64_t count_series(const struct drift_figures *figures)
{
    uint64_t count = 0;

    for (unsigned state = 0; state < DRIFT_ENDED; state++)
        for (unsigned severity = 0; severity < SEVERITY_COUNT; severity++)
            for (unsigned cause = 0; cause < DRIFT_CAUSE_COUNT; cause++)
                count += figures->counts[state][severity][cause] > 0;
    return count;
}

static void write_state(struct metrics_writing *writing, const struct drift_figures *figures, size_t count,
                        enum drift_state state)
{
    for (size_t i = 0; i < count; i++)
        for (unsigned severity = 0; severity < SEVERITY_COUNT; severity++)
            for (unsigned cause = 0; cause < DRIFT_CAUSE_COUNT; cause++)
                write_drift(writing, &figures[i], state, (enum severity)severity, (enum drift_cause)cause);
}

static void write_leads(struct metrics_writing *writing)
{
    metrics_begin(writing, FEED_METRIC_LEAD_TIME);
    for (size_t i = 0; i < writing->logs.lead_count; i++) {
        struct text environment = text_from(writing->logs.leads[i].environment);

        metric_distribution(&writing->writer, &environment, &metrics_lead_buckets, &writing->logs.leads[i].times);
    }
}

enum error_code metrics_write_drifts(struct metrics_writing *writing)
{
    const struct request *request = writing->request;
    struct drift_figures *figures = NULL;
    uint64_t behind = 0, series = 0;
    size_t count = 0, fit = 0;

    if (figures_drifts(request->database, request->arena, &figures, &count, writing->error) != ERROR_NONE ||
        figures_pairs_behind(request->database, policy_fingerprint(request->policy), &behind, writing->error) !=
            ERROR_NONE)
        return writing->error->code;
    for (size_t i = 0; i < count; i++) {
        series += count_series(&figures[i]);
        if (series <= METRICS_DRIFTS_LIMIT)
            fit = i + 1;
        else
            writing->drifts += count_series(&figures[i]);
    }
    metrics_begin(writing, FEED_METRIC_DRIFTS);
    write_state(writing, figures, fit, DRIFT_OPEN);
    write_state(writing, figures, fit, DRIFT_ACKNOWLEDGED);
    metrics_begin(writing, FEED_METRIC_DRIFTS_WAIVED);
    write_state(writing, figures, fit, DRIFT_WAIVED);
    metrics_one(writing, FEED_METRIC_PAIRS_BEHIND, behind);
    metrics_one(writing, FEED_METRIC_CORRELATION_BEHIND, writing->health.is_behind);
    write_leads(writing);
    return ERROR_NONE;
}

/* ---- contracts ---- */

/* What was found of another text of the contract says nothing of this one. */
static void count_states(const struct contract *contract, const struct contract_figure *figures, size_t count,
                         uint64_t ret_counts[CONTRACT_STATE_COUNT])
{
    size_t low = 0, high = count;

    while (low < high) { /* the first that is not before it */
        size_t middle = low + (high - low) / 2;

        if (text_compare(figures[middle].contract, contract->name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && text_equal(figures[low].contract, contract->name); low++) {
        bool is_known =
            figures[low].state < CONTRACT_STATE_COUNT && hash_equal(&figures[low].fingerprint, &contract->fingerprint);

        ret_counts[is_known ? figures[low].state : CONTRACT_UNKNOWN] += figures[low].targets;
    }
}

static int compare_figures(const void *a, const void *b)
{
    return text_compare(((const struct contract_figure *)a)->contract, ((const struct contract_figure *)b)->contract);
}

enum error_code metrics_write_contracts(struct metrics_writing *writing)
{
    const struct contract_set *set = &policy_content(writing->request->policy)->contracts.set;
    struct contract_figure *figures = NULL;
    size_t count = 0;

    if (figures_contracts(writing->request->database, writing->request->arena, &figures, &count, writing->error) !=
        ERROR_NONE)
        return writing->error->code;
    if (count > 1)
        qsort(figures, count, sizeof *figures, compare_figures);
    metrics_begin(writing, FEED_METRIC_CONTRACT_TARGETS);
    for (size_t i = 0; i < set->count && i < METRICS_CONTRACTS_LIMIT; i++) {
        const struct contract *contract = &set->contracts[i];
        uint64_t counts[CONTRACT_STATE_COUNT] = {0};

        count_states(contract, figures, count, counts);
        for (int state = 0; state < CONTRACT_STATE_COUNT; state++)
            metric_number(&writing->writer,
                          (struct text[]){contract->name, contract->database,
                                          text_from(contract_state_name((enum contract_state)state))},
                          (int64_t)counts[state]);
    }
    writing->contracts = set->count > METRICS_CONTRACTS_LIMIT ? set->count - METRICS_CONTRACTS_LIMIT : 0;
    return ERROR_NONE;
}

/* ---- the gate ---- */

struct last_run {
    struct drift_figures names;
    struct gate_figure figure;
};

/* Of every two neighbours on a path of which the gate was asked. */
static enum error_code find_runs(struct metrics_writing *writing, struct last_run **ret_runs, size_t *ret_count)
{
    const struct request *request = writing->request;
    size_t steps = 0, count = 0;
    struct last_run *runs;

    for (uint32_t i = 0; i < writing->fleet.database_count; i++)
        steps += writing->fleet.databases[i].step_count;
    runs = arena_array(request->arena, steps, sizeof *runs);
    if (runs == NULL)
        return arena_error(request->arena, writing->error, "writing metrics");
    for (uint32_t i = 0; i < writing->fleet.database_count; i++)
        for (uint32_t k = 0; k < writing->fleet.databases[i].step_count && count < METRICS_PLACES_LIMIT; k++) {
            const struct fleet_step *step = &writing->fleet.databases[i].steps[k];
            bool found = false;

            runs[count].names = (struct drift_figures){writing->fleet.databases[i].name, step->from, step->to, {{{0}}}};
            if (figures_last_run(request->database, &runs[count].names, &runs[count].figure, &found, writing->error) !=
                ERROR_NONE)
                return writing->error->code;
            count += found;
        }
    *ret_runs = runs;
    *ret_count = count;
    return ERROR_NONE;
}

enum error_code metrics_write_gate(struct metrics_writing *writing)
{
    struct last_run *runs = NULL;
    size_t count = 0;

    if (find_runs(writing, &runs, &count) != ERROR_NONE)
        return writing->error->code;
    metrics_begin(writing, FEED_METRIC_GATE_RUNS);
    for (int verdict = 0; verdict < METRICS_VERDICTS; verdict++) {
        struct text name = text_from(gate_verdict_name((enum gate_verdict)verdict));

        metric_number(&writing->writer, &name, (int64_t)writing->logs.runs[verdict]);
    }
    metrics_begin(writing, FEED_METRIC_GATE_VERDICT);
    for (size_t i = 0; i < count; i++)
        for (int verdict = 0; verdict < METRICS_VERDICTS; verdict++)
            metric_number(&writing->writer,
                          (struct text[]){runs[i].names.database, runs[i].names.from, runs[i].names.to,
                                          text_from(gate_verdict_name((enum gate_verdict)verdict))},
                          (int)runs[i].figure.verdict == verdict);
    metrics_begin(writing, FEED_METRIC_GATE_RUN_TIME);
    for (size_t i = 0; i < count; i++)
        metric_seconds(&writing->writer, (struct text[]){runs[i].names.database, runs[i].names.from, runs[i].names.to},
                       runs[i].figure.at);
    return ERROR_NONE;
}

/* ---- what is kept in line ---- */

void metrics_write_syncs(struct metrics_writing *writing)
{
    const struct log_tally *logs = &writing->logs;

    metrics_begin(writing, FEED_METRIC_SYNCS);
    for (unsigned state = 0; state < SYNC_STATE_COUNT; state++) {
        struct text name = text_from(sync_state_name((enum sync_state)state));

        metric_number(&writing->writer, &name, (int64_t)logs->syncs[state]);
    }
    metrics_one(writing, FEED_METRIC_SYNCS_MANUAL, logs->manual_syncs);
    metrics_begin(writing, FEED_METRIC_SYNC_LEAD_TIME);
    metric_distribution(&writing->writer, NULL, &metrics_lead_buckets, &logs->sync_leads);
}
