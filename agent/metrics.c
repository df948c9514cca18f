#include "agent/metrics.h"

#include "base/metric_process.h"
#include "sources/capture.h"

const struct metric agent_metrics[AGENT_METRIC_COUNT] = {
#define METRIC(symbol, name, type, labels, help) [AGENT_METRIC_##symbol] = {name, METRIC_##type, labels, help},
#include "agent/metrics.def"
#undef METRIC
};

/* One scrape. */
struct scrape {
    struct metric_writer writer;
    struct agent_view view;
};

static void begin(struct scrape *scrape, enum agent_metric metric)
{
    metric_begin(&scrape->writer, &agent_metrics[metric]);
}

/* A metric with one sample and no label. */
static void write_one(struct scrape *scrape, enum agent_metric metric, uint64_t value)
{
    begin(scrape, metric);
    metric_number(&scrape->writer, NULL, (int64_t)value);
}

/* ---- the program and its connection ---- */

static void write_program(struct scrape *scrape)
{
    const struct agent_view *view = &scrape->view;

    begin(scrape, AGENT_METRIC_BUILD_INFO);
    metric_number(&scrape->writer, (struct text[]){TEXT(DRIFTLINE_VERSION), text_from(view->name)}, 1);
    write_one(scrape, AGENT_METRIC_CONNECTED, view->uplink.dialogue.open);
    write_one(scrape, AGENT_METRIC_CONNECTIONS, view->connections);
    write_one(scrape, AGENT_METRIC_SENT, view->sent);
    write_one(scrape, AGENT_METRIC_RECEIVED, view->received);
    write_one(scrape, AGENT_METRIC_DELIVERED, view->delivered);
    write_one(scrape, AGENT_METRIC_REFUSED, view->uplink.dialogue.refused);
}

static enum error_code write_outbox(struct scrape *scrape, struct error *error)
{
    struct outbox_figures figures;

    if (outbox_figures(scrape->view.outbox, &figures, error) != ERROR_NONE)
        return error->code;
    write_one(scrape, AGENT_METRIC_OUTBOX_BYTES, figures.bytes);
    write_one(scrape, AGENT_METRIC_OUTBOX_LIMIT, figures.limit);
    write_one(scrape, AGENT_METRIC_OUTBOX_SNAPSHOTS, figures.snapshots);
    write_one(scrape, AGENT_METRIC_OUTBOX_WAITING, figures.waiting);
    return ERROR_NONE;
}

/* ---- targets ---- */

/* One target, as a visitor sees it. `labels` has room for one more. */
struct target_sample {
    struct text labels[4];
    struct status_view view;
    struct status_counts counts;
};

typedef void (*target_visitor)(struct metric_writer *writer, struct target_sample *sample);

static void visit_targets(struct scrape *scrape, enum agent_metric metric, target_visitor visit)
{
    begin(scrape, metric);
    for (size_t i = 0; i < scrape->view.target_count; i++) {
        const struct dialogue_target *target = &scrape->view.targets[i];
        struct target_sample sample = {
            .labels = {text_from(target->database), text_from(target->environment), text_from(target->instance)}};

        status_read(target->status, &sample.view);
        status_read_counts(target->status, &sample.counts);
        visit(&scrape->writer, &sample);
    }
}

static void write_state(struct metric_writer *writer, struct target_sample *sample)
{
    for (int state = 0; state < TARGET_STATE_COUNT; state++) {
        sample->labels[3] = text_from(target_state_name((enum target_state)state));
        metric_number(writer, sample->labels, (int)sample->view.state == state);
    }
}

static void write_moment(struct metric_writer *writer, const struct target_sample *sample, int64_t moment)
{
    if (moment > 0)
        metric_seconds(writer, sample->labels, moment);
}

static void write_checked(struct metric_writer *writer, struct target_sample *sample)
{
    write_moment(writer, sample, sample->view.checked_at);
}

static void write_read_at(struct metric_writer *writer, struct target_sample *sample)
{
    write_moment(writer, sample, sample->counts.read_at);
}

static const struct text depths[STATUS_DEPTHS] = {TEXT_INIT("cheap"), TEXT_INIT("exact")};

static void write_looks(struct metric_writer *writer, struct target_sample *sample)
{
    for (unsigned depth = 0; depth < STATUS_DEPTHS; depth++) {
        sample->labels[3] = depths[depth];
        metric_number(writer, sample->labels, (int64_t)sample->counts.looks[depth]);
    }
}

static void write_look_time(struct metric_writer *writer, struct target_sample *sample)
{
    for (unsigned depth = 0; depth < STATUS_DEPTHS; depth++) {
        sample->labels[3] = depths[depth];
        metric_seconds(writer, sample->labels, sample->counts.look_us[depth]);
    }
}

static void write_reads(struct metric_writer *writer, struct target_sample *sample)
{
    metric_number(writer, sample->labels, (int64_t)sample->counts.reads);
}

static void write_read_time(struct metric_writer *writer, struct target_sample *sample)
{
    metric_seconds(writer, sample->labels, sample->counts.read_us);
}

static void write_torn(struct metric_writer *writer, struct target_sample *sample)
{
    metric_number(writer, sample->labels, (int64_t)sample->counts.torn);
}

static void write_failures(struct metric_writer *writer, struct target_sample *sample)
{
    metric_number(writer, sample->labels, (int64_t)sample->counts.failures);
}

static void write_snapshots(struct metric_writer *writer, struct target_sample *sample)
{
    metric_number(writer, sample->labels, (int64_t)sample->counts.stored);
}

static void write_capture(struct metric_writer *writer, struct target_sample *sample)
{
    static const struct text states[] = {[CAPTURE_ABSENT] = TEXT_INIT("absent"),
                                         [CAPTURE_ON] = TEXT_INIT("on"),
                                         [CAPTURE_OFF] = TEXT_INIT("off"),
                                         [CAPTURE_UNREAD] = TEXT_INIT("unread")};

    for (size_t state = 0; state < LENGTH_OF(states); state++) {
        sample->labels[3] = states[state];
        metric_number(writer, sample->labels, sample->counts.capture == (int)state);
    }
}

static void write_statements(struct metric_writer *writer, struct target_sample *sample)
{
    metric_number(writer, sample->labels, (int64_t)sample->counts.statements);
}

static void write_woken(struct metric_writer *writer, struct target_sample *sample)
{
    metric_number(writer, sample->labels, (int64_t)sample->counts.woken);
}

static void write_gaps(struct metric_writer *writer, struct target_sample *sample)
{
    metric_number(writer, sample->labels, (int64_t)sample->counts.dropped);
}

static void write_targets(struct scrape *scrape)
{
    static const struct {
        enum agent_metric metric;
        target_visitor visit;
    } rows[] = {
        {AGENT_METRIC_STATE, write_state},         {AGENT_METRIC_CHECKED, write_checked},
        {AGENT_METRIC_READ_AT, write_read_at},     {AGENT_METRIC_LOOKS, write_looks},
        {AGENT_METRIC_LOOK_TIME, write_look_time}, {AGENT_METRIC_READS, write_reads},
        {AGENT_METRIC_READ_TIME, write_read_time}, {AGENT_METRIC_TORN, write_torn},
        {AGENT_METRIC_FAILURES, write_failures},   {AGENT_METRIC_SNAPSHOTS, write_snapshots},
        {AGENT_METRIC_CAPTURE, write_capture},     {AGENT_METRIC_STATEMENTS, write_statements},
        {AGENT_METRIC_WOKEN, write_woken},         {AGENT_METRIC_GAPS, write_gaps},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        visit_targets(scrape, rows[i].metric, rows[i].visit);
}

enum error_code agent_metrics_write(struct agent *agent, struct buffer *output, struct error *error)
{
    struct scrape scrape = {.writer = {output, NULL}};

    agent_view(agent, &scrape.view);
    write_program(&scrape);
    if (write_outbox(&scrape, error) != ERROR_NONE)
        return error->code;
    write_targets(&scrape);
    metric_process_write(&scrape.writer);
    return buffer_check(output, error, "writing metrics");
}
