#include "collector/feed/running_feed.h"

#include <fcntl.h>
#include <unistd.h>

#include "collector/feed/http.h"
#include "store/store.h"
#include "support/cmocka.h"
#include "wire/socket.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void expect(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s (%s)", error->message, error_name(code));
}

static void *run_core(void *context)
{
    struct running_feed *running = context;
    struct error error = {0};

    return core_run(running->core, &error) == ERROR_NONE ? NULL : running;
}

static void start_core(struct running_feed *running)
{
    const struct core_settings settings = {.endpoint = "tcp://127.0.0.1:*",
                                           .key = &running->key,
                                           .heartbeat_ms = 1000,
                                           .claim_ms = 3000,
                                           .batch_ms = 5,
                                           .batch_limit = 16,
                                           .staging_limit = MEMORY,
                                           .snapshot_limit = MEMORY,
                                           .memory_limit = MEMORY,
                                           .retention = {.snapshots_least = 1},
                                           .retention_ms = 3600 * 1000,
                                           .policy = &running->policy};
    struct error error = {0};

    expect(policy_holder_init(&running->policy, &error), &error);
    expect(notify_holder_init(&running->notify, &error), &error);
    expect(store_open(&running->database, running->folder, DATABASE_WRITE, &error), &error);
    expect(key_pair_make(&running->key, &error), &error);
    expect(socket_context_new(&running->context, &error), &error);
    expect(door_open(&running->door, running->context, &running->logger, &error), &error);
    expect(core_new(&running->core, running->database, running->door, running->context, &settings, &running->logger,
                    &error),
           &error);
    assert_int_equal(pthread_create(&running->core_thread, NULL, run_core, running), 0);
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
    expect(feed_start(&running->feed, &complete, running->core, &running->logger, &error), &error);
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
    void *failure = NULL;

    assert_true(feed_stop(running->feed));
    core_stop(running->core);
    pthread_join(running->core_thread, &failure);
    core_free(running->core);
    door_close(running->door);
    socket_context_free(running->context);
    database_close(running->database);
    policy_holder_clear(&running->policy);
    notify_holder_clear(&running->notify);
    logger_clear(&running->logger);
    close(running->log);
    test_directory_remove(&running->directory);
    assert_null(failure);
}

struct text running_feed_log(struct running_feed *running)
{
    return test_directory_read(&running->directory, "log");
}
