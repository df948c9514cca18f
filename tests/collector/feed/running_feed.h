/* collector/feed/running_feed.h - the HTTP API in the test's own process, over the sample fleet, with a real core.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_RUNNING_FEED_H
#define DRIFTLINE_TEST_RUNNING_FEED_H

#include "collector/feed/sample.h"
#include "collector/ingest/running_core.h"
#include "feed/server.h"
#include "notify/notify_plan.h"
#include "support/directory.h"

struct running_feed {
    struct test_directory directory;
    const char *folder;
    struct sample_tokens tokens;
    struct logger logger;
    int log; /* a file in the folder */
    struct running_core core;
    struct policy_holder policy;
    struct notify_holder notify; /* at first nobody is told anything */
    struct feed *feed;
    unsigned port;
};

/* Defaults that suit a test; the folder is set by running_feed_start(). */
struct feed_settings running_feed_settings(void);

void running_feed_start(struct running_feed *running, const struct feed_settings *settings);
void running_feed_stop(struct running_feed *running); /* the feed may be stopped, and NULL, already */

/* What requests go by from now on; contracts that are not given are known to be none. */
void running_feed_configure(struct running_feed *running, const struct fleet_policy *policy);

/* Everything but the feed, for tests of how it starts; then running->feed is NULL. */
void running_feed_start_core(struct running_feed *running);

/* What was logged so far. */
struct text running_feed_log(struct running_feed *running);

#endif
