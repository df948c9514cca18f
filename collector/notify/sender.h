/* notify/sender.h - messages on their way: which are sent next, how many at the same time, and what came of them.
 *
 * It is offered what is due, starts as much of that as may be under way, and collects results until somebody has kept
 * them. What it is about is not offered again to a sink: not what is under way, nor what waits to be kept.
 *
 * No sink stands in the way of another: each has a few places, one that fails has one until it takes something again,
 * and those that fail have half of all places together.
 *
 * Threads: one, the notifier's; sender_counts() from any.
 */
#ifndef DRIFTLINE_NOTIFY_SENDER_H
#define DRIFTLINE_NOTIFY_SENDER_H

#include "base/log.h"
#include "notify/delivery_record.h"
#include "notify/notifier.h"
#include "notify/notify_plan.h"
#include "notify/transport.h"

enum {
    SENDER_AT_ONCE = 16,
    SENDER_PER_SINK = 4,
    SENDER_FAILING_AT_ONCE = 8, /* of all sinks that fail */
    SENDER_OFFER = 32,          /* of each sink, at most; what is beyond is offered later */
    SENDER_RESULTS_LIMIT = 256  /* that wait to be kept: with so many nothing is started */
};

struct sender;

struct sender_settings {
    struct transport *transport;
    struct database *database; /* to read messages from */
    struct notify_holder *plan;
    struct logger *logger;
};

/* All of the settings outlives it. */
enum error_code sender_new(struct sender **ret_sender, const struct sender_settings *settings,
                           struct error *error) MUST_CHECK;
void sender_free(struct sender *sender); /* the transport goes first; NULL is fine */

/* What is due now, instead of what was offered before. Copied. */
enum error_code sender_offer(struct sender *sender, const struct delivery_row *rows, size_t count,
                             struct error *error) MUST_CHECK;

/* Start what may be started. Failing for want of memory leaves the rest for later. */
enum error_code sender_start(struct sender *sender, struct error *error) MUST_CHECK;

/* Take in what the transport has. */
void sender_take(struct sender *sender);

/* What waits to be kept, in the order in which it happened; sender_kept() says that the first so many are. */
const struct delivery_result *sender_results(const struct sender *sender, size_t *ret_count);
void sender_kept(struct sender *sender, size_t count);

void sender_counts(struct sender *sender, struct notifier_counts *ret_counts);

#endif
