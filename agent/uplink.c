#include "agent/uplink.h"

#include <malloc.h>
#include <sys/eventfd.h>

#include "agent/handshake.h"
#include "agent/thread.h"
#include "base/clock.h"
#include "base/memory.h"
#include "wire/socket.h"

enum {
    SECOND = 1000 * 1000,
    FRAMES_AT_ONCE = 100, /* that are heard before there is time for something else */
    BYE_LINGER_MS = 300   /* what a goodbye may take to leave */
};

const struct uplink_times uplink_times_preset = {
    .patience = 10 * (int64_t)SECOND,
    .patience_most = 30 * (int64_t)SECOND,
    .pause = 1 * (int64_t)SECOND,
    .pause_most = 60 * (int64_t)SECOND,
    .renewal = 30 * 60 * (int64_t)SECOND,
    .trim = 20 * (int64_t)SECOND,
};

struct uplink {
    struct uplink_setup setup;
    struct dialogue *dialogue;
    struct thread thread;
    atomic_bool stopping;
    atomic_uint_least64_t asked;

    /* of the thread */
    void *socket;
    struct handshake handshake; /* until the collector has answered */
    size_t endpoint;            /* the one in use */
    unsigned failures;          /* in a row */
    int64_t renew_at;
    bool renewed; /* the connection takes the place of one that was fine */
    int64_t trim_at;

    pthread_mutex_t lock; /* of the state */
    struct uplink_state state;
};

/* ---- the state that others see ---- */

static void publish(struct uplink *uplink, uint64_t asked)
{
    struct dialogue_summary summary;

    dialogue_summary(uplink->dialogue, &summary);
    pthread_mutex_lock(&uplink->lock);
    uplink->state.dialogue = summary;
    uplink->state.endpoint = uplink->setup.endpoints[uplink->endpoint];
    uplink->state.answered = asked;
    uplink->state.turned_at = clock_elapsed();
    pthread_mutex_unlock(&uplink->lock);
}

static void fail(struct uplink *uplink, const struct error *error)
{
    pthread_mutex_lock(&uplink->lock);
    uplink->state.failed = true;
    uplink->state.failure = *error;
    pthread_mutex_unlock(&uplink->lock);
    if (uplink->setup.alarm >= 0)
        (void)!eventfd_write(uplink->setup.alarm, 1);
}

void uplink_state(struct uplink *uplink, struct uplink_state *ret_state)
{
    pthread_mutex_lock(&uplink->lock);
    *ret_state = uplink->state;
    pthread_mutex_unlock(&uplink->lock);
}

uint64_t uplink_ask(struct uplink *uplink)
{
    uint64_t number = atomic_fetch_add(&uplink->asked, 1) + 1;

    (void)!eventfd_write(uplink->setup.doorbell, 1);
    return number;
}

/* ---- waiting ---- */

static bool is_stopping(struct uplink *uplink)
{
    return atomic_load(&uplink->stopping);
}

static long milliseconds_until(int64_t until)
{
    int64_t left = until - clock_elapsed();

    return left <= 0 ? 0 : (long)(left / 1000 + 1);
}

/* Wait for the doorbell, and for the socket if there is one, until a moment. */
static void wait_for_something(struct uplink *uplink, bool stuck, int64_t until)
{
    zmq_pollitem_t items[] = {
        {.fd = uplink->setup.doorbell, .events = ZMQ_POLLIN},
        {.socket = uplink->socket, .events = (short)(ZMQ_POLLIN | (stuck ? ZMQ_POLLOUT : 0))},
        {.socket = uplink->handshake.monitor, .events = ZMQ_POLLIN},
    };
    int count = uplink->socket == NULL ? 1 : uplink->handshake.monitor == NULL ? 2 : 3;
    eventfd_t rings;

    if (zmq_poll(items, count, milliseconds_until(until)) > 0 && items[0].revents != 0 &&
        eventfd_read(uplink->setup.doorbell, &rings) == 0)
        dialogue_look_around(uplink->dialogue);
}

/* Once in a while, a little at a time. Answers when the next time is. */
static void trim(struct uplink *uplink)
{
    struct error error = {0};
    bool more = false;

    if (clock_elapsed() < uplink->trim_at)
        return;
    if (outbox_trim(uplink->setup.dialogue.outbox, &more, &error) != ERROR_NONE) {
        log_failure(uplink->setup.dialogue.logger, "outbox-failed", &error, "trimming it another time");
        if (error.code == ERROR_IO)
            fail(uplink, &error);
    }
    uplink->trim_at = clock_elapsed() + (more ? 0 : uplink->setup.times.trim);
    if (!more)
        malloc_trim(0); /* what was said and heard since the last time */
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The state is renewed so often, though nothing happens. */
static int64_t turn_ends(const struct uplink *uplink, int64_t until)
{
    return earlier(earlier(until, uplink->trim_at), clock_elapsed() + 5 * (int64_t)SECOND);
}

static void pause_until(struct uplink *uplink, int64_t until)
{
    while (!is_stopping(uplink) && clock_elapsed() < until) {
        publish(uplink, atomic_load(&uplink->asked));
        trim(uplink);
        wait_for_something(uplink, false, turn_ends(uplink, until));
    }
}

/* ---- one connection ---- */

static bool send_frame(void *context, struct text frame)
{
    struct uplink *uplink = context;
    bool sent = socket_send(uplink->socket, frame);

    if (sent && uplink->setup.counts != NULL)
        atomic_fetch_add(&uplink->setup.counts->sent, frame.length);
    return sent;
}

/* Until the collector has welcomed us it may refuse us. */
static void watch_handshake(struct uplink *uplink)
{
    struct dialogue_summary summary;

    if (uplink->handshake.monitor == NULL)
        return;
    switch (handshake_answer(&uplink->handshake)) {
    case HANDSHAKE_REFUSED:
        dialogue_refused(uplink->dialogue, "the collector does not know this agent's key: is it enrolled?");
        break;
    case HANDSHAKE_BROKEN:
        dialogue_refused(uplink->dialogue, "what answers there is not a collector");
        break;
    case HANDSHAKE_UNKNOWN:
        break;
    }
    dialogue_summary(uplink->dialogue, &summary);
    if (summary.open)
        handshake_end(&uplink->handshake);
}

static void receive(struct uplink *uplink)
{
    struct socket_frame frame;

    for (unsigned i = 0; i < FRAMES_AT_ONCE && socket_receive(uplink->socket, false, &frame, NULL); i++) {
        if (uplink->setup.counts != NULL)
            atomic_fetch_add(&uplink->setup.counts->received, socket_frame_text(&frame).length);
        dialogue_receive(uplink->dialogue, socket_frame_text(&frame), clock_elapsed());
        socket_frame_close(&frame);
    }
}

static enum dialogue_verdict verdict_of(const struct uplink *uplink)
{
    int64_t ignored;

    return dialogue_verdict(uplink->dialogue, &ignored);
}

static bool is_worn_out(const struct uplink *uplink)
{
    return clock_elapsed() >= uplink->renew_at && dialogue_is_idle(uplink->dialogue);
}

static void converse(struct uplink *uplink)
{
    while (!is_stopping(uplink) && verdict_of(uplink) == DIALOGUE_GOES_ON && !is_worn_out(uplink)) {
        uint64_t asked = atomic_load(&uplink->asked);
        int64_t until;

        receive(uplink);
        watch_handshake(uplink);
        until = dialogue_work(uplink->dialogue, clock_elapsed());
        publish(uplink, asked);
        trim(uplink);
        if (verdict_of(uplink) == DIALOGUE_GOES_ON)
            wait_for_something(uplink, dialogue_is_stuck(uplink->dialogue), turn_ends(uplink, until));
    }
}

static int64_t doubled(int64_t value, int64_t most, unsigned times)
{
    while (times-- > 0 && value < most)
        value *= 2;
    return earlier(value, most);
}

/* What a collector asks for is what it gets, and a bit more, so that not all come back at once. Else the pause is
 * random, and the longer at most the more often there was none. */
static int64_t pause_before_next(struct uplink *uplink, bool proven, int64_t wished)
{
    const struct uplink_times *times = &uplink->setup.times;

    if (proven)
        uplink->failures = 0;
    if (wished > 0)
        return wished + thread_random(wished / 4 + 1);
    return thread_random(doubled(times->pause, times->pause_most, uplink->failures++) + 1);
}

static void say_goodbye(struct uplink *uplink)
{
    static const int linger = BYE_LINGER_MS;

    zmq_setsockopt(uplink->socket, ZMQ_LINGER, &linger, sizeof linger);
    dialogue_bye(uplink->dialogue);
}

/* A connection from begin to end. Answers how long to wait before the next. */
static int64_t connect_once(struct uplink *uplink)
{
    const struct uplink_times *times = &uplink->setup.times;
    const char *endpoint = uplink->setup.endpoints[uplink->endpoint];
    const struct socket_client client = {endpoint, uplink->setup.collector_key, uplink->setup.key};
    const struct dialogue_connection connection = {
        .endpoint = endpoint,
        .patience_us = uplink->setup.endpoint_count == 1
                           ? times->patience_most
                           : doubled(times->patience, times->patience_most, uplink->failures),
        .renewed = uplink->renewed,
    };
    struct dialogue_summary summary;
    struct error error = {0};
    int64_t wished = 0;

    if (uplink->setup.counts != NULL)
        atomic_fetch_add(&uplink->setup.counts->connections, 1);
    if (socket_connect(&uplink->socket, uplink->setup.context, &client, &error) != ERROR_NONE) {
        log_failure(uplink->setup.dialogue.logger, "connecting-failed", &error, "trying the next address");
        uplink->endpoint = (uplink->endpoint + 1) % uplink->setup.endpoint_count;
        return pause_before_next(uplink, false, 0);
    }
    if (handshake_watch(&uplink->handshake, uplink->setup.context, uplink->socket, &error) != ERROR_NONE)
        log_failure(uplink->setup.dialogue.logger, "connecting-failed", &error, "a refusal will be noticed late");
    uplink->renew_at = clock_elapsed() + times->renewal + thread_random(times->renewal / 4 + 1);
    dialogue_begin(uplink->dialogue, &connection, clock_elapsed());
    converse(uplink);
    uplink->renewed = !is_stopping(uplink) && verdict_of(uplink) == DIALOGUE_GOES_ON;
    if (is_stopping(uplink))
        say_goodbye(uplink);
    handshake_end(&uplink->handshake);
    socket_close(uplink->socket);
    uplink->socket = NULL;
    dialogue_summary(uplink->dialogue, &summary);
    if (uplink->renewed)
        return 0;
    if (dialogue_verdict(uplink->dialogue, &wished) == DIALOGUE_LOST)
        uplink->endpoint = (uplink->endpoint + 1) % uplink->setup.endpoint_count;
    return pause_before_next(uplink, summary.proven, wished);
}

static void work(void *context)
{
    struct uplink *uplink = context;

    while (!is_stopping(uplink)) {
        int64_t pause = connect_once(uplink);

        if (verdict_of(uplink) == DIALOGUE_FAILED) {
            fail(uplink, dialogue_failure(uplink->dialogue));
            return;
        }
        pause_until(uplink, clock_elapsed() + pause);
    }
}

/* ---- start and stop ---- */

enum error_code uplink_start(struct uplink **ret_uplink, const struct uplink_setup *setup, struct error *error)
{
    struct uplink *uplink = mem_alloc(sizeof *uplink);

    if (uplink == NULL)
        return error_memory(error, "starting the uplink");
    *uplink = (struct uplink){.setup = *setup, .state = {.endpoint = setup->endpoints[0]}};
    uplink->state.turned_at = clock_elapsed();
    uplink->setup.dialogue.send = send_frame;
    uplink->setup.dialogue.context = uplink;
    pthread_mutex_init(&uplink->lock, NULL);
    if (dialogue_new(&uplink->dialogue, &uplink->setup.dialogue, error) != ERROR_NONE ||
        thread_start(&uplink->thread, "uplink", work, uplink, error) != ERROR_NONE) {
        dialogue_free(uplink->dialogue);
        pthread_mutex_destroy(&uplink->lock);
        mem_free(uplink);
        return error->code;
    }
    *ret_uplink = uplink;
    return ERROR_NONE;
}

void uplink_stop(struct uplink *uplink)
{
    if (uplink == NULL)
        return;
    atomic_store(&uplink->stopping, true);
    (void)!eventfd_write(uplink->setup.doorbell, 1);
    (void)!thread_join(&uplink->thread, INT64_MAX);
    dialogue_free(uplink->dialogue);
    pthread_mutex_destroy(&uplink->lock);
    mem_free(uplink);
}
