/* Metrics of notifications. */
#include "feed/metrics_private.h"
#include "notify/notifier.h"
#include "store/deliveries.h"

/* Of a collector that notifies nobody they are 0, not absent. */
static void write_attempts(struct metrics_writing *writing)
{
    struct notifier *notifier = writing->request->tools->metrics.notifier;
    struct notifier_counts counts = {0};

    if (notifier != NULL)
        notifier_counts(notifier, &counts);
    metrics_one(writing, FEED_METRIC_NOTIFY_ATTEMPTS, counts.attempts);
    metrics_one(writing, FEED_METRIC_NOTIFY_FAILURES, counts.failures);
    metrics_one(writing, FEED_METRIC_NOTIFY_SENT, counts.sent);
    metrics_one(writing, FEED_METRIC_NOTIFY_DEAD, counts.dead);
    metrics_one(writing, FEED_METRIC_NOTIFY_IN_FLIGHT, counts.in_flight);
}

static void write_messages(struct metrics_writing *writing, const struct sink_account *accounts, size_t count)
{
    metrics_begin(writing, FEED_METRIC_SINK_MESSAGES);
    for (size_t i = 0; i < count; i++)
        for (size_t state = 0; state < DELIVERY_STATE_COUNT; state++)
            metric_number(&writing->writer, (struct text[]){accounts[i].sink, text_from(delivery_state_name(state))},
                          (int64_t)accounts[i].counts[state]);
    metrics_begin(writing, FEED_METRIC_SINK_WAITING_SINCE);
    for (size_t i = 0; i < count; i++)
        if (accounts[i].waiting_since > 0)
            metric_seconds(&writing->writer, &accounts[i].sink, accounts[i].waiting_since);
}

enum error_code metrics_write_notify(struct metrics_writing *writing)
{
    struct sink_account *accounts = NULL;
    size_t count = 0;

    if (deliveries_accounts(writing->request->database, writing->request->arena, &accounts, &count, writing->error) !=
        ERROR_NONE)
        return writing->error->code;
    write_attempts(writing);
    write_messages(writing, accounts, count);
    return ERROR_NONE;
}
