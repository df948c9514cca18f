#include "collector/feed/running_feed.h"

#include <fcntl.h>
#include <unistd.h>

#include "collector/feed/http.h"
#include "support/cmocka.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void expect(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s (%s)", error->message, error_name(code));
}

static void start_core(struct running_feed *running)
{
    struct core_settings settings = running_core_settings();
    struct error error = {0};

    settings.retention = (struct retention){.snapshots_least = 1};
    settings.retention_ms = 3600 * 1000;
    settings.policy = &running->policy;
    expect(policy_holder_init(&running->policy, &error), &error);
    expect(notify_holder_init(&running->notify, &error), &error);
    running_core_start(&running->core, running->folder, &settings, &running->logger);
}

void running_feed_start_core(struct running_feed *running)
{
    *running = (struct running_feed){0};
    test_directory_make(&running->directory);
    running->folder = test_directory_path(&running->directory, "data");
    running->log =
        open(test_directory_path(&running->directory, "log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(running->log >= 0);
    logger_init(&running->logger, running->log, LOG_LEVEL_DEBUG);
    sample_fill(running->folder, &running->tokens);
    start_core(running);
}

struct feed_settings running_feed_settings(void)
{
    return (struct feed_settings){.listen = "127.0.0.1:0",
                                  .threads = 2,
                                  .connections = 64,
                                  .connections_per_address = 64,
                                  .timeout_ms = 30000,
                                  .body_limit = 4096,
                                  .upload_limit = MEMORY};
}

void running_feed_start(struct running_feed *running, const struct feed_settings *settings)
{
    static const struct text path[] = {TEXT_INIT("staging"), TEXT_INIT("prod")};
    struct fleet_policy policy = {
        .path = path, .path_count = 2, .stale_after_us = INT64_C(3600) * 1000000, .memory_limit = MEMORY};
    struct feed_settings complete = *settings;
    struct error error = {0};

    running_feed_start_core(running);
    complete.folder = running->folder;
    complete.policy = &running->policy;
    complete.notify = &running->notify;
    diff_options_init(&policy.compare);
    running_feed_configure(running, &policy);
    expect(feed_start(&running->feed, &complete, running->core.core, &running->logger, &error), &error);
    running->port = http_port_of(feed_url(running->feed));
}

void running_feed_configure(struct running_feed *running, const struct fleet_policy *policy)
{
    const struct policy_content content = {.fleet = *policy, .contracts = {.known = true}};
    struct policy *made = NULL;
    struct error error = {0};

    expect(policy_new(&made, &content, &error), &error);
    policy_set(&running->policy, made);
}

void running_feed_stop(struct running_feed *running)
{
    assert_true(feed_stop(running->feed));
    running_core_stop(&running->core);
    running_core_clear(&running->core);
    policy_holder_clear(&running->policy);
    notify_holder_clear(&running->notify);
    logger_clear(&running->logger);
    close(running->log);
    test_directory_remove(&running->directory);
}

struct text running_feed_log(struct running_feed *running)
{
    return test_directory_read(&running->directory, "log");
}
