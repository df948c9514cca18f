#include "agent/agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/data_folder.h"
#include "agent/thread.h"
#include "agent/watcher.h"
#include "base/clock.h"
#include "base/memory.h"
#include "wire/socket.h"

enum {
    HOST_SIZE = 256,
    SECOND = 1000 * 1000,
    JITTER_PER_TARGET = SECOND / 50, /* many targets do not begin at the same moment … */
    JITTER_MOST = 5 * SECOND,        /* … and few need not wait */
    ENDING_PATIENCE = SECOND,
    CONTEXT_PATIENCE = SECOND / 2, /* for threads, at the end */
    ALIVE_WITHIN = 60 * SECOND,    /* an uplink that has not turned for so long is stuck */
    ONCE_PATIENCE = 30 * SECOND    /* for a collector that does not answer or take anything */
};

/* One watcher, and whether it still has to begin. */
struct place {
    struct watcher *watcher;
    bool waiting; /* for one of the same target that was told to end */
};

struct agent {
    char *path;
    struct settings *settings;
    struct logger *logger;
    struct outbox *outbox;
    struct key_pair keys;
    void *context; /* of ZeroMQ */
    int doorbell;
    int alarm;
    char host[HOST_SIZE];
    bool once;
    struct watcher_gate gate;

    struct place *places; /* one a target, in the order of the settings */
    size_t place_count;
    struct watcher **ending; /* told to end */
    size_t ending_count;
    struct outbox_target *names;     /* in the same order … */
    struct dialogue_target *targets; /* … and what the uplink is told of them */
    struct uplink *uplink;
    struct uplink_counts counts;  /* of all uplinks that there were */
    uint64_t delivered_by_others; /* snapshots, by the uplinks before this one */

    /* agent_start(once) */
    uint64_t asked; /* of the uplink, when all watchers had ended; 0: not yet */
    int64_t hope_until;
    uint64_t delivered;

    pthread_mutex_t lock; /* of what watchers fail with */
    bool failed;
    struct error failure;
};

/* ---- the object ---- */

static void free_agent(struct agent **agent_at)
{
    struct agent *agent = *agent_at;

    if (agent == NULL)
        return;
    outbox_close(agent->outbox);
    socket_context_free(agent->context);
    settings_free(agent->settings);
    key_pair_erase(&agent->keys);
    watcher_gate_clear(&agent->gate);
    pthread_mutex_destroy(&agent->lock);
    if (agent->doorbell >= 0)
        close(agent->doorbell);
    if (agent->alarm >= 0)
        close(agent->alarm);
    mem_free(agent->places);
    mem_free(agent->ending);
    mem_free(agent->names);
    mem_free(agent->targets);
    mem_free(agent->path);
    mem_free(agent);
}

static enum error_code open_descriptors(struct agent *agent, struct error *error)
{
    agent->doorbell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    agent->alarm = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (agent->doorbell < 0 || agent->alarm < 0)
        return error_set(error, ERROR_IO, "opening a descriptor: %s", strerror(errno));
    return ERROR_NONE;
}

enum error_code agent_open(struct agent **ret_agent, const char *path, struct logger *logger, struct error *error)
{
    CLEANUP(free_agent) struct agent *agent = mem_alloc(sizeof *agent);

    if (agent == NULL)
        return error_memory(error, "starting");
    *agent = (struct agent){.logger = logger, .doorbell = -1, .alarm = -1};
    pthread_mutex_init(&agent->lock, NULL);
    watcher_gate_init(&agent->gate);
    gethostname(agent->host, sizeof agent->host - 1);
    if (!text_is_utf8(text_from(agent->host)))
        agent->host[0] = '\0';
    agent->path = mem_alloc(strlen(path) + 1);
    if (agent->path == NULL)
        return error_memory(error, "starting");
    strcpy(agent->path, path);
    if (settings_load(&agent->settings, path, error) != ERROR_NONE ||
        data_folder_keys(&agent->keys, agent->settings, error) != ERROR_NONE ||
        data_folder_outbox(&agent->outbox, agent->settings, error) != ERROR_NONE ||
        open_descriptors(agent, error) != ERROR_NONE || socket_context_new(&agent->context, error) != ERROR_NONE)
        return error->code;
    logger_set_least(logger, (enum log_level)agent->settings->log);
    *ret_agent = agent;
    agent = NULL;
    return ERROR_NONE;
}

int agent_alarm(const struct agent *agent)
{
    return agent->alarm;
}

/* ---- watchers ---- */

/* The outbox failed under a watcher. */
static void ring_alarm(void *context, const struct error *error)
{
    struct agent *agent = context;

    pthread_mutex_lock(&agent->lock);
    if (!agent->failed)
        agent->failure = *error;
    agent->failed = true;
    pthread_mutex_unlock(&agent->lock);
    (void)!eventfd_write(agent->alarm, 1);
}

static enum error_code make_watcher(struct agent *agent, const struct settings *settings, size_t number, int64_t id,
                                    struct watcher **ret_watcher, struct error *error)
{
    int64_t jitter = (int64_t)settings->target_count * JITTER_PER_TARGET;
    const struct watcher_setup setup = {.settings = settings,
                                        .target = &settings->targets[number],
                                        .outbox = agent->outbox,
                                        .id = id,
                                        .logger = agent->logger,
                                        .gate = &agent->gate,
                                        .alarm = {ring_alarm, agent},
                                        .doorbell = agent->doorbell,
                                        .once = agent->once,
                                        .jitter_us = jitter < JITTER_MOST ? jitter : JITTER_MOST};

    return watcher_new(ret_watcher, &setup, error);
}

static bool is_ending(const struct agent *agent, const char *name)
{
    for (size_t i = 0; i < agent->ending_count; i++)
        if (strcmp(watcher_name(agent->ending[i]), name) == 0)
            return true;
    return false;
}

/* Two watchers of one target must not run at once: the older one's read could be stored after the newer one's. */
static enum error_code start_waiting(struct agent *agent, struct error *error)
{
    for (size_t i = 0; i < agent->place_count; i++) {
        struct place *place = &agent->places[i];

        if (!place->waiting || is_ending(agent, watcher_name(place->watcher)))
            continue;
        if (watcher_start(place->watcher, error) != ERROR_NONE)
            return error->code;
        place->waiting = false;
    }
    return ERROR_NONE;
}

static void collect_ended(struct agent *agent)
{
    for (size_t i = 0; i < agent->ending_count;) {
        if (!watcher_join(agent->ending[i], 0)) {
            i++;
            continue;
        }
        watcher_free(agent->ending[i]);
        agent->ending[i] = agent->ending[--agent->ending_count];
    }
}

/* ---- what to watch ---- */

/* A list of watchers that is to take the place of the present one. */
struct plan {
    const struct settings *settings;
    struct outbox_target *names;
    struct place *places;
    struct dialogue_target *targets;
    struct watcher **ending; /* room for all that may have to end */
};

static void free_plan(struct plan *plan)
{
    for (size_t i = 0; plan->places != NULL && i < plan->settings->target_count; i++)
        if (plan->places[i].waiting)
            watcher_free(plan->places[i].watcher);
    mem_free(plan->names);
    mem_free(plan->places);
    mem_free(plan->targets);
    mem_free(plan->ending);
}

static struct watcher *present_watcher(const struct agent *agent, const struct settings *settings,
                                       const struct settings_target *target)
{
    for (size_t i = 0; i < agent->place_count; i++)
        if (!agent->places[i].waiting && watcher_watches(agent->places[i].watcher, settings, target))
            return agent->places[i].watcher;
    return NULL;
}

static enum error_code plan_target(struct agent *agent, struct plan *plan, size_t number, struct error *error)
{
    const struct settings_target *target = &plan->settings->targets[number];
    struct place *place = &plan->places[number];

    place->watcher = present_watcher(agent, plan->settings, target);
    if (place->watcher == NULL) {
        if (make_watcher(agent, plan->settings, number, plan->names[number].id, &place->watcher, error) != ERROR_NONE)
            return error->code;
        place->waiting = true;
    }
    plan->targets[number] = (struct dialogue_target){.database = target->database,
                                                     .environment = target->environment,
                                                     .instance = target->instance,
                                                     .name = target->name,
                                                     .engine = target->engine,
                                                     .id = plan->names[number].id,
                                                     .status = watcher_status(place->watcher)};
    return ERROR_NONE;
}

static enum error_code make_plan(struct agent *agent, struct plan *plan, struct error *error)
{
    size_t count = plan->settings->target_count;

    plan->names = mem_alloc(count * sizeof *plan->names);
    plan->places = mem_alloc(count * sizeof *plan->places);
    plan->targets = mem_alloc(count * sizeof *plan->targets);
    plan->ending = mem_alloc((agent->ending_count + agent->place_count) * sizeof(*plan->ending));
    if (plan->places != NULL)
        memset(plan->places, 0, count * sizeof *plan->places);
    if (plan->names == NULL || plan->places == NULL || plan->targets == NULL || plan->ending == NULL)
        return error_memory(error, "planning what to watch");
    for (size_t i = 0; i < count; i++) {
        const struct settings_target *target = &plan->settings->targets[i];

        plan->names[i] = (struct outbox_target){target->database, target->environment, target->instance, 0};
    }
    if (outbox_watch(agent->outbox, plan->names, count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++)
        if (plan_target(agent, plan, i, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

static bool is_planned(const struct plan *plan, const struct watcher *watcher)
{
    for (size_t i = 0; i < plan->settings->target_count; i++)
        if (plan->places[i].watcher == watcher)
            return true;
    return false;
}

/* From here on nothing can fail. The uplink must not be running: it looks at the statuses of those that end. */
static void carry_out(struct agent *agent, struct plan *plan)
{
    if (agent->ending_count > 0)
        memcpy(plan->ending, agent->ending, agent->ending_count * sizeof(*plan->ending));
    for (size_t i = 0; i < agent->place_count; i++) {
        struct watcher *watcher = agent->places[i].watcher;

        if (is_planned(plan, watcher))
            continue;
        status_ask(watcher_status(watcher), STATUS_STOP);
        plan->ending[agent->ending_count++] = watcher;
    }
    mem_free(agent->ending);
    mem_free(agent->places);
    mem_free(agent->names);
    mem_free(agent->targets);
    agent->ending = plan->ending;
    agent->places = plan->places;
    agent->place_count = plan->settings->target_count;
    agent->names = plan->names;
    agent->targets = plan->targets;
    *plan = (struct plan){.settings = plan->settings}; /* handed over */
}

/* ---- the uplink ---- */

static enum error_code start_uplink(struct agent *agent, struct error *error)
{
    const struct settings *settings = agent->settings;
    const struct uplink_setup setup = {.context = agent->context,
                                       .key = &agent->keys,
                                       .collector_key = settings->collector_key,
                                       .endpoints = settings->endpoints.items,
                                       .endpoint_count = settings->endpoints.count,
                                       .doorbell = agent->doorbell,
                                       .alarm = agent->alarm,
                                       .times = uplink_times_preset,
                                       .counts = &agent->counts,
                                       .dialogue = {.outbox = agent->outbox,
                                                    .logger = agent->logger,
                                                    .host = agent->host,
                                                    .targets = agent->targets,
                                                    .target_count = agent->place_count}};

    return uplink_start(&agent->uplink, &setup, error);
}

static void stop_uplink(struct agent *agent)
{
    struct uplink_state state = {0};

    if (agent->uplink != NULL)
        uplink_state(agent->uplink, &state);
    agent->delivered_by_others += state.dialogue.delivered;
    uplink_stop(agent->uplink);
    agent->uplink = NULL;
}

/* ---- start and reload ---- */

enum error_code agent_start(struct agent *agent, bool once, struct error *error)
{
    CLEANUP(free_plan) struct plan plan = {.settings = agent->settings};

    agent->once = once;
    agent->hope_until = clock_elapsed() + ONCE_PATIENCE;
    if (make_plan(agent, &plan, error) != ERROR_NONE)
        return error->code;
    carry_out(agent, &plan);
    log_write(agent->logger, LOG_LEVEL_INFO, "started",
              LOG_FIELDS(log_string("agent", agent->settings->agent), log_string("version", DRIFTLINE_VERSION),
                         log_number("targets", (int64_t)agent->place_count),
                         log_string("key", agent->keys.public_key)));
    if (start_waiting(agent, error) != ERROR_NONE)
        return error->code;
    return start_uplink(agent, error);
}

static void free_settings(struct settings **settings)
{
    settings_free(*settings);
}

enum error_code agent_reload(struct agent *agent, struct error *error)
{
    CLEANUP(free_settings) struct settings *settings = NULL;
    struct settings *before = agent->settings;
    struct outbox_settings outbox;
    struct error ignored = {0};

    if (settings_load(&settings, agent->path, error) != ERROR_NONE)
        return error->code;
    if (strcmp(settings->data, before->data) != 0)
        return error_set(error, ERROR_CONFIG, "%s: the folder 'data' can only change with a restart", agent->path);
    CLEANUP(free_plan) struct plan plan = {.settings = settings};

    if (make_plan(agent, &plan, error) != ERROR_NONE) {
        (void)!outbox_watch(agent->outbox, agent->names, agent->place_count, &ignored); /* as before */
        return error->code;
    }
    stop_uplink(agent);
    carry_out(agent, &plan);
    agent->settings = settings;
    outbox = data_folder_outbox_settings(settings);
    outbox_configure(agent->outbox, &outbox);
    logger_set_least(agent->logger, (enum log_level)settings->log);
    settings = before; /* to be freed */
    collect_ended(agent);
    if (start_waiting(agent, error) != ERROR_NONE || start_uplink(agent, error) != ERROR_NONE)
        ring_alarm(agent, error); /* neither as before nor as wished */
    return ERROR_NONE;
}

void agent_look_now(struct agent *agent)
{
    for (size_t i = 0; i < agent->place_count; i++)
        status_ask(watcher_status(agent->places[i].watcher), STATUS_LOOK);
}

/* ---- time ---- */

enum error_code agent_tick(struct agent *agent, struct error *error)
{
    struct uplink_state state = {0};
    eventfd_t rings;
    bool failed;

    (void)!eventfd_read(agent->alarm, &rings);
    if (agent->uplink != NULL)
        uplink_state(agent->uplink, &state);
    if (state.failed)
        ring_alarm(agent, &state.failure);
    pthread_mutex_lock(&agent->lock);
    failed = agent->failed;
    if (failed)
        *error = agent->failure;
    pthread_mutex_unlock(&agent->lock);
    if (failed)
        return error->code;
    collect_ended(agent);
    return start_waiting(agent, error);
}

/* All watchers have looked once. */
static bool have_ended(struct agent *agent)
{
    for (size_t i = 0; i < agent->place_count; i++)
        if (!watcher_join(agent->places[i].watcher, 0))
            return false;
    return true;
}

/* Hope lasts as long as something is delivered now and then. */
static bool is_done(struct agent *agent, const struct uplink_state *state)
{
    if (!agent->once || !have_ended(agent))
        return false;
    if (agent->asked == 0) {
        agent->asked = uplink_ask(agent->uplink);
        agent->hope_until = clock_elapsed() + ONCE_PATIENCE;
        return false;
    }
    if (state->dialogue.delivered != agent->delivered)
        agent->hope_until = clock_elapsed() + ONCE_PATIENCE;
    agent->delivered = state->dialogue.delivered;
    return (state->answered >= agent->asked && state->dialogue.settled) || clock_elapsed() > agent->hope_until;
}

void agent_summary(struct agent *agent, struct agent_summary *ret_summary)
{
    struct agent_summary summary = {.targets = agent->place_count};
    struct error ignored = {0};
    struct uplink_state state;

    uplink_state(agent->uplink, &state);
    for (size_t i = 0; i < agent->place_count; i++) {
        struct status_view view;

        status_read(watcher_status(agent->places[i].watcher), &view);
        summary.fine += view.state == TARGET_FINE;
    }
    summary.refused = state.dialogue.refused;
    summary.connected = state.dialogue.open;
    summary.alive = clock_elapsed() - state.turned_at < ALIVE_WITHIN;
    summary.done = is_done(agent, &state);
    if (outbox_waiting(agent->outbox, &summary.waiting, &ignored) != ERROR_NONE)
        summary.waiting = 0;
    *ret_summary = summary;
}

/* ---- metrics ---- */

const char *agent_metrics_address(const struct agent *agent)
{
    return agent->settings->metrics;
}

void agent_view(struct agent *agent, struct agent_view *ret_view)
{
    *ret_view = (struct agent_view){.name = agent->settings->agent,
                                    .outbox = agent->outbox,
                                    .targets = agent->targets,
                                    .target_count = agent->place_count,
                                    .connections = atomic_load(&agent->counts.connections),
                                    .sent = atomic_load(&agent->counts.sent),
                                    .received = atomic_load(&agent->counts.received)};
    if (agent->uplink != NULL)
        uplink_state(agent->uplink, &ret_view->uplink);
    ret_view->delivered = agent->delivered_by_others + ret_view->uplink.dialogue.delivered;
}

/* ---- the end ---- */

static bool join_all(struct agent *agent)
{
    int64_t until = clock_elapsed() + ENDING_PATIENCE;
    bool all = true;

    for (size_t i = 0; i < agent->place_count; i++)
        all &= watcher_join(agent->places[i].watcher, until);
    for (size_t i = 0; i < agent->ending_count; i++)
        all &= watcher_join(agent->ending[i], until);
    return all;
}

static void free_context(void *context)
{
    socket_context_free(context);
}

/* libzmq may be looking up a name, which it cannot be kept from, and which takes its time. */
static bool end_context(struct agent *agent)
{
    static struct thread thread; /* may outlive all else here */
    struct error error = {0};

    if (thread_start(&thread, "ending", free_context, agent->context, &error) != ERROR_NONE ||
        !thread_join(&thread, clock_elapsed() + CONTEXT_PATIENCE))
        return false;
    agent->context = NULL;
    return true;
}

bool agent_close(struct agent *agent)
{
    if (agent == NULL)
        return true;
    for (size_t i = 0; i < agent->place_count; i++)
        status_ask(watcher_status(agent->places[i].watcher), STATUS_STOP);
    uplink_stop(agent->uplink);
    if (!join_all(agent)) {
        outbox_freeze(agent->outbox);
        return false;
    }
    outbox_close(agent->outbox);
    agent->outbox = NULL;
    if (!end_context(agent))
        return false;
    for (size_t i = 0; i < agent->place_count; i++)
        watcher_free(agent->places[i].watcher);
    for (size_t i = 0; i < agent->ending_count; i++)
        watcher_free(agent->ending[i]);
    free_agent(&agent);
    return true;
}
