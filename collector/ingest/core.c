#include "ingest/core.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "correlate/policy.h"
#include "event/pulse.h"
#include "ingest/calls.h"
#include "ingest/conversation.h"
#include "ingest/follow_up.h"
#include "ingest/retaining.h"
#include "ingest/strangers.h"
#include "store/events.h"
#include "wire/socket.h"

enum {
    RECEIVE_BUDGET = 256,           /* messages that are taken before anything else has its turn */
    WORK_BUDGET = 64,               /* the same for uploads that wait */
    BATCH_BYTES = 16 * 1024 * 1024, /* nodes in one transaction, about */
    TICK_MS = 200
};

struct core {
    struct database *database;
    struct door *door;
    struct logger *logger;
    struct conversation *conversation;
    struct follow_up follow_up;
    struct core_settings settings; /* in use */
    void *router;
    struct strangers *strangers;
    char endpoint[SOCKET_ENDPOINT_SIZE];
    int wake; /* an eventfd */
    atomic_bool stopping;
    struct calls calls;

    int64_t tick_at; /* elapsed: when the next is due */
    struct retaining retaining;
    uint64_t dropped;
    uint64_t bytes_in;
    struct pulse *pulse;
    int64_t told; /* rows that had been written when the pulse was beaten last */

    pthread_mutex_t lock; /* of all below */
    struct core_settings next;
    bool is_new; /* next is */
    struct core_health health;
};

static struct moment now(void)
{
    return (struct moment){clock_now(), clock_elapsed()};
}

/* ---- settings ---- */

static enum error_code use_settings(struct core *core, const struct core_settings *settings, struct error *error)
{
    struct conversation_settings spoken = {.heartbeat_ms = settings->heartbeat_ms,
                                           .claim_ms = settings->claim_ms,
                                           .staging_limit = settings->staging_limit,
                                           .snapshot_limit = settings->snapshot_limit,
                                           .memory_limit = settings->memory_limit};

    core->settings = *settings;
    conversation_configure(core->conversation, &spoken);
    return database_limit(core->database, settings->store_limit, error);
}

void core_configure(struct core *core, const struct core_settings *settings)
{
    pthread_mutex_lock(&core->lock);
    core->next = *settings;
    core->is_new = true;
    pthread_mutex_unlock(&core->lock);
}

static enum error_code take_settings(struct core *core, struct error *error)
{
    struct core_settings settings;
    bool is_new;

    pthread_mutex_lock(&core->lock);
    settings = core->next;
    is_new = core->is_new;
    core->is_new = false;
    pthread_mutex_unlock(&core->lock);
    return is_new ? use_settings(core, &settings, error) : ERROR_NONE;
}

/* ---- opening ---- */

static bool send_to_peer(void *context, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame)
{
    return socket_send_to(((struct core *)context)->router, peer, frame);
}

static enum error_code load_agents(struct core *core, struct error *error)
{
    struct moment moment = now();
    const struct agent_row *agents = NULL;
    size_t count = 0;

    if (conversation_load_agents(core->conversation, &moment, &agents, &count, error) != ERROR_NONE)
        return error->code;
    return door_set_agents(core->door, agents, count, error);
}

static void core_cleanup(struct core **core)
{
    core_free(*core);
}

void core_free(struct core *core)
{
    if (core == NULL)
        return;
    retaining_clear(&core->retaining);
    conversation_free(core->conversation);
    follow_up_clear(&core->follow_up);
    strangers_free(core->strangers);
    socket_close(core->router);
    if (core->wake >= 0)
        close(core->wake);
    calls_clear(&core->calls);
    pthread_mutex_destroy(&core->lock);
    mem_free(core);
}

enum error_code core_new(struct core **ret_core, struct database *database, struct door *door, void *context,
                         const struct core_settings *settings, struct logger *logger, struct error *error)
{
    CLEANUP(core_cleanup) struct core *core = mem_alloc(sizeof *core);
    struct socket_server server = {settings->endpoint, DOOR_DOMAIN, settings->key};
    struct conversation_exit exit = {send_to_peer, core};

    if (core == NULL)
        return error_memory(error, "starting to hear agents");
    memset(core, 0, sizeof *core);
    core->database = database;
    core->door = door;
    core->logger = logger;
    core->retaining = (struct retaining){.database = database, .logger = logger};
    core->pulse = settings->pulse;
    core->told = -1;
    core->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    calls_init(&core->calls);
    pthread_mutex_init(&core->lock, NULL);
    if (core->wake < 0)
        return error_set(error, ERROR_IO, "starting to hear agents: %s", strerror(errno));
    if (follow_up_init(&core->follow_up, database, logger, error) != ERROR_NONE ||
        conversation_new(&core->conversation, database, &exit, logger, error) != ERROR_NONE)
        return error->code;
    conversation_correlate(core->conversation, core->follow_up.correlator);
    if (use_settings(core, settings, error) != ERROR_NONE || load_agents(core, error) != ERROR_NONE ||
        socket_bind(&core->router, context, &server, core->endpoint, error) != ERROR_NONE ||
        strangers_watch(&core->strangers, context, core->router, logger, error) != ERROR_NONE)
        return error->code;
    *ret_core = core;
    core = NULL;
    return ERROR_NONE;
}

const char *core_endpoint(const struct core *core)
{
    return core->endpoint;
}

/* ---- telling of events ---- */

/* Beat when there may be new events; outside of transactions, for what is not committed is nobody's business. That the
 * last number cannot be read just now matters to nobody but the disk: who listens looks again at the next. */
static enum error_code beat(struct core *core, struct error *error)
{
    int64_t written = database_written(core->database), last = 0;
    struct error unread = {0};

    if (core->pulse == NULL || written == core->told || database_in_transaction(core->database))
        return ERROR_NONE;
    if (events_last(core->database, &last, &unread) == ERROR_NONE) {
        core->told = written;
        pulse_beat(core->pulse, last);
    } else if (unread.code == ERROR_IO) {
        *error = unread;
        return ERROR_IO;
    }
    return ERROR_NONE;
}

/* ---- messages ---- */

static enum error_code commit(struct core *core, struct error *error)
{
    struct moment moment = now();

    if (!conversation_is_pending(core->conversation))
        return ERROR_NONE;
    return conversation_commit(core->conversation, &moment, error) == ERROR_NONE ? beat(core, error) : error->code;
}

/* The batch has had its time, or is large enough. */
static bool batch_is_due(const struct core *core)
{
    const struct conversation *conversation = core->conversation;

    return conversation_is_pending(conversation) &&
           (conversation_recorded(conversation) >= core->settings.batch_limit ||
            conversation_recorded_bytes(conversation) >= BATCH_BYTES ||
            clock_elapsed() - conversation_began(conversation) >= (int64_t)core->settings.batch_ms * 1000);
}

static enum error_code hear(struct core *core, struct socket_frame *frame, struct error *error)
{
    struct text bytes = socket_frame_text(frame);
    struct session_sender sender = {.agent = strtoll(frame->user, NULL, 10), .address = text_from(frame->address)};
    struct moment moment = now();

    strangers_spoke(core->strangers, frame->descriptor);
    core->bytes_in += bytes.length;
    if (sender.agent <= 0) {
        core->dropped++; /* the door did not say who this is */
        return ERROR_NONE;
    }
    memcpy(sender.peer, frame->peer, SOCKET_PEER_SIZE);
    return conversation_receive(core->conversation, &sender, bytes, &moment, error);
}

/* `ret_more`: there may be more waiting. */
static enum error_code hear_some(struct core *core, bool *ret_more, struct error *error)
{
    for (unsigned i = 0; i < RECEIVE_BUDGET && !batch_is_due(core); i++) {
        struct socket_frame frame;
        enum error_code code;

        *ret_more = socket_receive(core->router, true, &frame, &core->dropped);
        if (!*ret_more)
            return ERROR_NONE;
        code = hear(core, &frame, error);
        socket_frame_close(&frame);
        if (code != ERROR_NONE)
            return code;
    }
    return ERROR_NONE;
}

static enum error_code work_some(struct core *core, bool *ret_more, struct error *error)
{
    for (unsigned i = 0; i < WORK_BUDGET && !batch_is_due(core); i++) {
        struct moment moment = now();

        if (conversation_work(core->conversation, &moment, ret_more, error) != ERROR_NONE)
            return error->code;
        if (!*ret_more)
            return ERROR_NONE;
    }
    return ERROR_NONE;
}

static void note_turned_away(struct core *core)
{
    char address[DOOR_ADDRESS_SIZE];
    uint64_t count = door_last_refused(core->door, address);

    conversation_turned_away(core->conversation, count, address);
}

/* The policy may be another than a moment ago. */
static void use_policy(struct core *core)
{
    struct policy *policy;

    if (core->settings.policy == NULL)
        return;
    policy = policy_take(core->settings.policy);
    conversation_stale_after(core->conversation, policy_content(policy)->fleet.stale_after_us);
    policy_release(policy);
}

static enum error_code tick(struct core *core, struct error *error)
{
    struct moment moment = now();

    if (moment.elapsed < core->tick_at)
        return ERROR_NONE;
    core->tick_at = moment.elapsed + (int64_t)TICK_MS * 1000;
    strangers_look(core->strangers, moment.elapsed);
    note_turned_away(core);
    use_policy(core);
    return conversation_tick(core->conversation, &moment, error);
}

/* ---- retention ---- */

static enum error_code retain_some(struct core *core, struct error *error)
{
    struct moment moment = now();
    bool worked = false;
    enum error_code code = retaining_run(&core->retaining, &core->settings.retention, core->settings.retention_ms,
                                         &moment, &worked, error);

    if (worked)
        conversation_store_changed(core->conversation);
    if (code != ERROR_FULL)
        return code;
    conversation_note_full(core->conversation, &moment, error);
    return ERROR_NONE;
}

/* ---- correlating ---- */

static enum error_code follow_up(struct core *core, struct error *error)
{
    struct moment moment = now();
    enum error_code code = follow_up_run(&core->follow_up, &moment, error);

    if (code != ERROR_FULL)
        return code;
    conversation_note_full(core->conversation, &moment, error);
    return ERROR_NONE;
}

/* ---- calls ---- */

static void wake(void *context)
{
    const struct core *core = context;
    uint64_t one = 1;

    /* Only a counter that is full refuses more, and that wakes just as well. */
    if (write(core->wake, &one, sizeof one) < 0)
        return;
}

static enum error_code call(struct core *core, enum error_code (*work)(void *context, struct error *error),
                            void *context, struct error *error)
{
    struct call handed = {.work = work, .context = context};

    return calls_wait(&core->calls, &handed, wake, core, error);
}

/* A failure to read, write or sync ends the core; the caller learns it first. */
static enum error_code run_calls(struct core *core, struct error *error)
{
    struct call *next;

    while ((next = calls_next(&core->calls)) != NULL) {
        enum error_code code = commit(core, error);

        if (code == ERROR_NONE)
            code = next->work(next->context, next->error);
        else
            *next->error = *error;
        if (code == ERROR_IO)
            *error = *next->error;
        calls_done(&core->calls, next, code);
        if (code == ERROR_IO)
            return code;
    }
    return ERROR_NONE;
}

struct writing {
    struct core *core;
    core_work work;
    void *context;
};

static enum error_code write_in_transaction(void *context, struct error *error)
{
    const struct writing *writing = context;
    struct database *database = writing->core->database;
    struct moment moment = now();
    enum error_code code = database_begin(database, error);

    if (code == ERROR_NONE)
        code = writing->work(writing->context, database, error);
    if (code == ERROR_NONE)
        code = database_commit(database, error);
    database_rollback(database); /* does nothing after a commit */
    conversation_store_changed(writing->core->conversation);
    correlator_forget(writing->core->follow_up.correlator);
    if (code == ERROR_FULL)
        conversation_note_full(writing->core->conversation, &moment, error);
    return code == ERROR_NONE ? beat(writing->core, error) : code;
}

enum error_code core_call(struct core *core, core_work work, void *context, struct error *error)
{
    struct writing writing = {core, work, context};

    return call(core, write_in_transaction, &writing, error);
}

static enum error_code reload(void *context, struct error *error)
{
    return load_agents(context, error);
}

enum error_code core_reload_agents(struct core *core, struct error *error)
{
    return call(core, reload, core, error);
}

struct listing {
    struct core *core;
    struct arena *arena;
    struct core_session *sessions;
    size_t count;
};

static void list_session(void *context, const struct session *session)
{
    struct listing *listing = context;

    listing->sessions[listing->count++] =
        (struct core_session){.agent = session->agent, .since = session->since, .heard_at = session->heard_at};
}

static enum error_code list_sessions(void *context, struct error *error)
{
    struct listing *listing = context;
    struct conversation_counts counts;

    conversation_counts(listing->core->conversation, &counts);
    listing->sessions = arena_array(listing->arena, counts.sessions, sizeof *listing->sessions);
    if (listing->sessions == NULL)
        return arena_error(listing->arena, error, "listing sessions");
    conversation_visit(listing->core->conversation, list_session, listing);
    return ERROR_NONE;
}

enum error_code core_sessions(struct core *core, struct arena *arena, struct core_session **ret_sessions,
                              size_t *ret_count, struct error *error)
{
    struct listing listing = {.core = core, .arena = arena};

    if (call(core, list_sessions, &listing, error) != ERROR_NONE)
        return error->code;
    *ret_sessions = listing.sessions;
    *ret_count = listing.count;
    return ERROR_NONE;
}

/* ---- health ---- */

static void publish(struct core *core, bool running)
{
    struct conversation_counts counts;
    struct core_health health = {.running = running, .bytes_in = core->bytes_in};

    conversation_counts(core->conversation, &counts);
    health.full = counts.full;
    memcpy(health.problem, counts.problem, sizeof health.problem);
    health.problem_since = counts.problem_since;
    health.sessions = counts.sessions;
    health.snapshots = counts.snapshots;
    health.commits = counts.commits;
    health.heartbeats = counts.heartbeats;
    memcpy(health.refused, counts.refused, sizeof health.refused);
    health.dropped = counts.dropped + core->dropped;
    health.strangers = strangers_count(core->strangers);
    health.bytes_out = counts.bytes_out;
    health.staged_bytes = counts.staged_bytes;
    health.is_behind = core->follow_up.is_behind;
    health.last_commit = counts.last_commit;
    health.commit_times = counts.commit_times;
    door_counts(core->door, &health.let_in, &health.turned_away);
    health.store_limit = core->settings.store_limit;
    health.retentions = core->retaining.times;
    health.last_retention = core->retaining.last_at;
    health.retained = core->retaining.in_all;
    pthread_mutex_lock(&core->lock);
    core->health = health;
    pthread_mutex_unlock(&core->lock);
}

void core_health(struct core *core, struct core_health *ret_health)
{
    pthread_mutex_lock(&core->lock);
    *ret_health = core->health;
    pthread_mutex_unlock(&core->lock);
}

/* ---- the loop ---- */

void core_stop(struct core *core)
{
    atomic_store(&core->stopping, true);
    wake(core);
}

static enum error_code wait_for_messages(struct core *core, bool busy, struct error *error)
{
    zmq_pollitem_t items[] = {
        {.socket = core->router, .events = ZMQ_POLLIN},
        {.fd = core->wake, .events = ZMQ_POLLIN},
    };
    int64_t left = (core->tick_at - clock_elapsed()) / 1000 + 1;
    uint64_t ignored;

    if (zmq_poll(items, LENGTH_OF(items), busy || left < 0 ? 0 : (long)left) < 0 && errno != EINTR)
        return error_set(error, ERROR_INTERNAL, "waiting for agents: %s", zmq_strerror(errno));
    if (read(core->wake, &ignored, sizeof ignored) < 0 && errno != EAGAIN && errno != EINTR)
        return error_set(error, ERROR_INTERNAL, "waiting for agents: %s", strerror(errno));
    return ERROR_NONE;
}

/* `busy` on the way in and out: something is waiting already. */
static enum error_code turn(struct core *core, bool *busy, struct error *error)
{
    struct moment moment = now();
    bool heard = false, worked = false;

    if (wait_for_messages(core, *busy || core->retaining.is_on || follow_up_is_due(&core->follow_up, &moment), error) !=
            ERROR_NONE ||
        take_settings(core, error) != ERROR_NONE)
        return error->code;
    follow_up_use(&core->follow_up, core->settings.policy);
    if (run_calls(core, error) != ERROR_NONE || hear_some(core, &heard, error) != ERROR_NONE ||
        work_some(core, &worked, error) != ERROR_NONE || tick(core, error) != ERROR_NONE)
        return error->code;
    *busy = heard || worked;
    if ((!*busy || batch_is_due(core)) && commit(core, error) != ERROR_NONE)
        return error->code;
    if (conversation_is_pending(core->conversation))
        return ERROR_NONE;
    if (follow_up(core, error) != ERROR_NONE || retain_some(core, error) != ERROR_NONE)
        return error->code;
    return beat(core, error);
}

enum error_code core_run(struct core *core, struct error *error)
{
    enum error_code code = ERROR_NONE;
    bool busy = false;

    publish(core, true);
    while (code == ERROR_NONE && !atomic_load(&core->stopping)) {
        code = turn(core, &busy, error);
        publish(core, code == ERROR_NONE);
    }
    if (code == ERROR_NONE)
        code = commit(core, error);
    calls_end(&core->calls);
    publish(core, false);
    return code;
}
