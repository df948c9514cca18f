#include "collector/running.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/service.h"
#include "collector/first_token.h"
#include "collector/notify_keeper.h"
#include "collector/policy_keeper.h"
#include "event/pulse.h"
#include "notify/notifier.h"
#include "store/store.h"
#include "stream/publisher.h"
#include "stream/tail.h"
#include "wire/socket.h"

enum { LOOK_MS = 1000, SETTINGS_MEMORY = 64 * 1024 * 1024 };

struct running {
    const struct collector_settings *settings; /* that it was started with */
    struct service service;
    struct logger logger;
    struct policy_keeper policy;
    struct notify_keeper notify;
    struct pulse *pulse;
    struct database *database;
    struct key_pair key;
    void *context;
    struct door *door;
    struct core *core;
    pthread_t core_thread;
    bool core_started;
    int core_ended; /* readable once core_run() has returned; -1: not open */
    struct error core_error;
    struct tail *tail;
    struct publisher *publisher; /* NULL: there is no feed over ZeroMQ */
    struct notifier *notifier;
    struct feed *feed;
    unsigned reloads;
};

/* ---- the core's thread ---- */

static void *run_core(void *context)
{
    struct running *running = context;
    ssize_t written;

    if (core_run(running->core, &running->core_error) == ERROR_NONE)
        running->core_error.code = ERROR_NONE;
    do
        written = write(running->core_ended, &(uint64_t){1}, sizeof(uint64_t));
    while (written < 0 && errno == EINTR);
    return NULL;
}

static enum error_code start_core(struct running *running, struct error *error)
{
    struct core_settings settings = settings_for_core(running->settings, &running->key, &running->policy.holder);

    settings.pulse = running->pulse;
    if (core_new(&running->core, running->database, running->door, running->context, &settings, &running->logger,
                 error) != ERROR_NONE)
        return error->code;
    running->core_ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (running->core_ended < 0)
        return error_set(error, ERROR_IO, "making a descriptor: %s", strerror(errno));
    if (pthread_create(&running->core_thread, NULL, run_core, running) != 0)
        return error_set(error, ERROR_MEMORY, "out of memory or threads while starting the core");
    running->core_started = true;
    return ERROR_NONE;
}

static void stop_core(struct running *running)
{
    if (!running->core_started)
        return;
    core_stop(running->core);
    pthread_join(running->core_thread, NULL);
    running->core_started = false;
}

/* ---- starting ---- */

/* Each agent is a descriptor: as many as the system lets us have. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)!setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static enum error_code open_store(struct running *running, bool *ret_first_token, struct error *error)
{
    const char *folder = running->settings->data;
    CLEANUP(arena_free) struct arena arena;
    const char *key;

    arena_init(&arena, SETTINGS_MEMORY);
    key = arena_printf(&arena, "%s/collector.key", folder);
    if (key == NULL)
        return arena_error(&arena, error, "starting");
    if (store_open(&running->database, folder, DATABASE_WRITE, error) != ERROR_NONE ||
        database_limit(running->database, running->settings->store_limit, error) != ERROR_NONE ||
        key_pair_load_or_make(&running->key, key, error) != ERROR_NONE)
        return error->code;
    return first_token_make(running->database, folder, ret_first_token, error);
}

static enum error_code open_door(struct running *running, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct agent_row *agents = NULL;
    size_t count = 0;

    arena_init(&arena, SETTINGS_MEMORY);
    if (socket_context_new(&running->context, error) != ERROR_NONE ||
        door_open(&running->door, running->context, &running->logger, error) != ERROR_NONE ||
        agents_list(running->database, &arena, &agents, &count, error) != ERROR_NONE)
        return error->code;
    return door_set_agents(running->door, agents, count, error);
}

/* Who follows events: all through one tail. */
static enum error_code start_streams(struct running *running, struct error *error)
{
    const struct collector_settings *settings = running->settings;
    struct tail_settings tail = {settings->data, running->pulse, &running->logger};
    struct publisher_settings publisher = {.endpoint = settings->listen_feed,
                                           .key = &running->key,
                                           .folder = settings->data,
                                           .subscribers = settings->subscribers,
                                           .subscriber_count = settings->subscriber_count,
                                           .logger = &running->logger};

    if (tail_start(&running->tail, &tail, error) != ERROR_NONE)
        return error->code;
    publisher.tail = running->tail;
    return settings->listen_feed == NULL ? ERROR_NONE : publisher_start(&running->publisher, &publisher, error);
}

static enum error_code start_notifier(struct running *running, struct error *error)
{
    const struct notifier_settings settings = {.folder = running->settings->data,
                                               .core = running->core,
                                               .pulse = running->pulse,
                                               .policy = &running->policy.holder,
                                               .plan = &running->notify.holder,
                                               .logger = &running->logger};

    return notifier_start(&running->notifier, &settings, error);
}

static enum error_code start_feed(struct running *running, struct error *error)
{
    struct feed_settings settings = settings_for_feed(running->settings, &running->policy.holder);

    settings.notify = &running->notify.holder;
    settings.notifier = running->notifier;
    settings.tail = running->tail;
    settings.publisher = running->publisher;
    return feed_start(&running->feed, &settings, running->core, &running->logger, error);
}

static void tell_started(struct running *running, bool first_token)
{
    log_write(
        &running->logger, LOG_LEVEL_INFO, "started",
        LOG_FIELDS(log_string("version", DRIFTLINE_VERSION), log_string("agents", core_endpoint(running->core)),
                   log_string("http", feed_url(running->feed)),
                   log_string("feed", running->publisher == NULL ? "none" : publisher_endpoint(running->publisher)),
                   log_string("data", running->settings->data), log_string("key", running->key.public_key),
                   log_number("process", getpid())));
    if (first_token)
        log_write(&running->logger, LOG_LEVEL_INFO, "first-token",
                  LOG_FIELDS(log_string("rights", "admin"), log_string("file", "admin.token in the data folder")));
    service_ready(&running->service, feed_url(running->feed));
}

/* What the file says that is in order, but hardly meant so; and contracts of a folder come and go. */
static void tell_doubts(struct running *running, const struct collector_settings *settings)
{
    struct policy *policy = policy_take(&running->policy.holder);
    const struct policy_contracts *contracts = &policy_content(policy)->contracts;
    struct error doubt = {0};

    for (size_t i = 0; settings_next_unused_sink(settings, &i, &doubt); i++)
        log_write(&running->logger, LOG_LEVEL_WARNING, "configuration-odd",
                  LOG_FIELDS(log_string("message", doubt.message), log_string("next", "it is told nothing")));
    doubt = (struct error){0};
    if (contracts->known && settings_check_contracts(settings, &contracts->set, &doubt) != ERROR_NONE)
        log_write(&running->logger, LOG_LEVEL_WARNING, "configuration-odd",
                  LOG_FIELDS(log_string("message", doubt.message), log_string("next", "the route waits for it")));
    policy_release(policy);
}

/* Both or neither. */
static enum error_code use_settings(struct running *running, const struct collector_settings *settings,
                                    struct error *error)
{
    struct notify_plan *plan = NULL;

    if (notify_keeper_make(settings, &plan, error) != ERROR_NONE)
        return error->code;
    if (policy_keeper_use(&running->policy, settings, error) != ERROR_NONE) {
        notify_plan_release(plan);
        return error->code;
    }
    notify_keeper_use(&running->notify, plan);
    tell_doubts(running, settings);
    if (running->notifier != NULL)
        notifier_wake(running->notifier);
    return ERROR_NONE;
}

static enum error_code start(struct running *running, struct error *error)
{
    bool first_token = false;

    raise_descriptors();
    if (use_settings(running, running->settings, error) != ERROR_NONE ||
        pulse_new(&running->pulse, error) != ERROR_NONE || open_store(running, &first_token, error) != ERROR_NONE ||
        open_door(running, error) != ERROR_NONE || start_core(running, error) != ERROR_NONE ||
        start_streams(running, error) != ERROR_NONE || start_notifier(running, error) != ERROR_NONE ||
        start_feed(running, error) != ERROR_NONE)
        return error->code;
    tell_started(running, first_token);
    return ERROR_NONE;
}

/* ---- reloading ---- */

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether the files of TLS still have what is served; those that cannot be used are told as a failure of their own. */
static bool same_certificate(struct running *running, const struct collector_settings *now, struct arena *arena)
{
    struct certificate certificate;
    struct error error = {0};

    if (now->certificate == NULL || running->settings->certificate == NULL)
        return true;
    if (certificate_read(&certificate, now->certificate, now->certificate_key, arena, &error) == ERROR_NONE)
        return feed_has_certificate(running->feed, &certificate);
    log_failure(&running->logger, "reload-failed", &error, "keeping the certificate as it was");
    return true;
}

/* Name what the file says now, and what only a new start can make so. */
static void tell_unchanged(struct running *running, const struct collector_settings *now, struct arena *arena)
{
    const struct collector_settings *then = running->settings;
    const struct {
        const char *key;
        bool is_same;
    } keys[] = {
        {"data", same(then->data, now->data)},
        {"listen.agents", same(then->listen_agents, now->listen_agents)},
        {"listen.feed", same(then->listen_feed, now->listen_feed)},
        {"listen.http", same(then->listen_http, now->listen_http)},
        {"tls.certificate", same(then->certificate, now->certificate)},
        {"tls.key", same(then->certificate_key, now->certificate_key)},
        {"the certificate", same_certificate(running, now, arena)},
        {"http.connections", then->connections == now->connections},
        {"http.connections_per_address", then->connections_per_address == now->connections_per_address},
        {"http.timeout", then->timeout_ms == now->timeout_ms},
        {"http.body", then->body_limit == now->body_limit},
        {"http.streams", then->streams == now->streams},
        {"http.threads", then->threads == now->threads},
    };

    for (size_t i = 0; i < LENGTH_OF(keys); i++)
        if (!keys[i].is_same)
            log_write(&running->logger, LOG_LEVEL_WARNING, "reload-incomplete",
                      LOG_FIELDS(log_string("key", keys[i].key), log_string("next", "takes effect at the next start")));
}

static enum error_code apply(struct running *running, const struct collector_settings *now, struct error *error)
{
    struct core_settings core = settings_for_core(now, &running->key, &running->policy.holder);

    if (use_settings(running, now, error) != ERROR_NONE)
        return error->code;
    if (running->publisher != NULL &&
        publisher_set_subscribers(running->publisher, now->subscribers, now->subscriber_count, error) != ERROR_NONE)
        return error->code;
    core.endpoint = running->settings->listen_agents; /* whose text outlives the new settings */
    core_configure(running->core, &core);
    logger_set_least(&running->logger, (enum log_level)now->log_level);
    return ERROR_NONE;
}

static void reload(struct running *running)
{
    struct collector_settings now = {.config = running->settings->config};
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};

    service_reloading(&running->service);
    arena_init(&arena, SETTINGS_MEMORY);
    if (settings_read(&now, &arena, &error) != ERROR_NONE || apply(running, &now, &error) != ERROR_NONE) {
        policy_keeper_refuse(&running->policy, &error);
        notify_keeper_refuse(&running->notify, &error);
    } else {
        tell_unchanged(running, &now, &arena);
        log_write(&running->logger, LOG_LEVEL_INFO, "reloaded",
                  LOG_FIELDS(log_string("file", now.config), log_number("times", ++running->reloads)));
    }
    service_ready(&running->service, feed_url(running->feed));
}

/* ---- the loop ---- */

/* Until a signal, or until the core ends by itself, which it does only when it must. */
static enum error_code loop(struct running *running, struct error *error)
{
    struct pollfd files[] = {
        {.fd = running->service.signals, .events = POLLIN},
        {.fd = running->core_ended, .events = POLLIN},
    };

    for (;;) {
        enum service_signal signal;

        if (poll(files, LENGTH_OF(files), LOOK_MS) < 0 && errno != EINTR)
            return error_set(error, ERROR_IO, "waiting for events: %s", strerror(errno));
        service_alive(&running->service);
        policy_keeper_look(&running->policy);
        while ((signal = service_next(&running->service)) != SERVICE_NOTHING) {
            if (signal == SERVICE_STOP)
                return ERROR_NONE;
            if (signal == SERVICE_RELOAD)
                reload(running);
        }
        if (files[1].revents != 0) {
            *error = running->core_error;
            return error->code;
        }
    }
}

/* ---- stopping ---- */

/* What is durable is so when the core has ended; a request that will not end must not keep the process. */
static void stop(struct running *running)
{
    bool feed_stopped;

    service_stopping(&running->service);
    feed_stopped = feed_stop(running->feed);
    if (feed_stopped)
        notifier_stop(running->notifier);
    stop_core(running);
    if (!feed_stopped) {
        database_close(running->database);
        log_write(&running->logger, LOG_LEVEL_WARNING, "stopped",
                  LOG_FIELDS(log_string("next", "ending in the midst of a request that takes too long")));
        log_flush(&running->logger);
        _exit(running->core_error.code == ERROR_NONE ? EXIT_SUCCESS : error_exit_status(running->core_error.code));
    }
}

static void release(struct running *running)
{
    publisher_stop(running->publisher);
    tail_stop(running->tail);
    core_free(running->core);
    pulse_free(running->pulse);
    door_close(running->door);
    socket_context_free(running->context);
    database_close(running->database);
    key_pair_erase(&running->key);
    policy_keeper_clear(&running->policy);
    notify_keeper_clear(&running->notify);
    if (running->core_ended >= 0)
        close(running->core_ended);
    logger_clear(&running->logger);
    service_close(&running->service);
}

enum error_code running_run(const struct collector_settings *settings, struct error *error)
{
    struct running running = {.settings = settings, .core_ended = -1};
    enum error_code code = service_open(&running.service, error);

    if (code != ERROR_NONE)
        return code;
    logger_init(&running.logger, STDERR_FILENO, (enum log_level)settings->log_level);
    code = policy_keeper_init(&running.policy, &running.logger, error);
    if (code == ERROR_NONE)
        code = notify_keeper_init(&running.notify, &running.logger, error);
    if (code == ERROR_NONE)
        code = start(&running, error);
    if (code == ERROR_NONE) {
        code = loop(&running, error);
        log_write(&running.logger, LOG_LEVEL_INFO, "stopping", NULL);
    }
    stop(&running);
    if (code == ERROR_NONE)
        log_write(&running.logger, LOG_LEVEL_INFO, "stopped", NULL);
    release(&running);
    return code;
}
