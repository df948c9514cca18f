/* Metrics of notifications. */
#include "feed/metrics_private.h"
#include "store/deliveries.h"

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
    write_messages(writing, accounts, count);
    return ERROR_NONE;
}
