#include "stream/publisher.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/memory.h"
#include "store/store.h"
#include "stream/background.h"
#include "stream/position.h"
#include "stream/topic.h"
#include "wire/socket.h"

enum {
    TURN_MS = 10,            /* events are published a few at a time, once in a turn */
    POSITION_LEAST_MS = 100, /* between two positions, however many subscribe */
    BIND_AGAIN_MS = 100,
    SUBSCRIPTIONS_AT_ONCE = 256
};

struct publisher {
    struct publisher_settings settings;
    void *context;
    struct door *door;
    void *socket; /* NULL: to be bound again */
    struct database *database;
    struct topic_map *topics;
    struct buffer topic; /* of the event that is published */
    struct position position;
    char endpoint[SOCKET_ENDPOINT_SIZE];
    int news;
    int woken; /* an eventfd: something is new in what follows */
    uint64_t subscriptions;
    bool position_wanted;
    int64_t bind_at;     /* by clock_elapsed() */
    int64_t position_at; /* when it was published last */
    int64_t turn_at;     /* when events may be published again */
    atomic_bool stopping;
    atomic_bool disconnecting;
    atomic_ullong shown_subscribers, shown_subscriptions, published, skipped;

    pthread_t thread;
    pthread_mutex_t lock; /* of all below: how the start went */
    pthread_cond_t started;
    bool is_started;
    struct error failure;

    uint8_t (*keys)[KEY_SIZE]; /* of those who were let in last; the owner's */
    size_t key_count;
};

/* ---- sending ---- */

static bool send_part(void *socket, struct text part, bool more)
{
    int sent;

    do
        sent = zmq_send(socket, part.bytes, part.length, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0));
    while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

static bool send_number(void *socket, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, number);

    return send_part(socket, (struct text){digits, (size_t)length}, true);
}

static void release_item(void *bytes, void *item)
{
    (void)bytes;
    ring_item_release(item);
}

/* The event itself is not copied: it stays with the message as long as anybody's queue has it. */
static void send_event(void *socket, const struct ring_item *item)
{
    zmq_msg_t message;

    if (zmq_msg_init_data(&message, (void *)item->json.bytes, item->json.length, release_item,
                          (void *)ring_item_share(item)) != 0) {
        ring_item_release(item);
        send_part(socket, TEXT(""), false); /* out of memory; who gets this asks for the event over HTTP */
        return;
    }
    while (zmq_msg_send(&message, socket, ZMQ_DONTWAIT) < 0)
        if (errno != EINTR) {
            zmq_msg_close(&message);
            return;
        }
}

static void publish(struct publisher *publisher, const struct ring_item *item)
{
    int64_t before;

    buffer_reset(&publisher->topic);
    topic_write(&item->event, &publisher->topic);
    if (publisher->topic.failed) { /* as if it had been skipped: nobody can tell any more what he had last */
        publisher->topic.failed = false;
        topic_map_clear(publisher->topics);
        return;
    }
    before = topic_map_put(publisher->topics, buffer_text(&publisher->topic), item->event.id);
    atomic_fetch_add(&publisher->published, 1);
    if (send_part(publisher->socket, buffer_text(&publisher->topic), true) &&
        send_number(publisher->socket, item->event.id) && send_number(publisher->socket, before))
        send_event(publisher->socket, item);
}

/* ---- events ---- */

/* How many events a turn may have. */
static unsigned turn_size(const struct publisher *publisher)
{
    uint64_t copies = (uint64_t)PUBLISHER_COPIES_A_SECOND * TURN_MS / 1000;
    uint64_t size = copies / (publisher->subscriptions == 0 ? 1 : publisher->subscriptions);

    return size < 1 ? 1 : (unsigned)size;
}

/* What was to be published next is gone: who subscribes must look for himself. */
static void skip(struct publisher *publisher)
{
    publisher->position.number = ring_floor(tail_ring(publisher->settings.tail));
    position_break(&publisher->position);
    topic_map_clear(publisher->topics);
    publisher->position_wanted = true;
    atomic_fetch_add(&publisher->skipped, 1);
}

/* Publish what a turn may have. */
static void publish_some(struct publisher *publisher)
{
    struct ring *ring = tail_ring(publisher->settings.tail);
    const struct ring_item *item = NULL;

    for (unsigned i = turn_size(publisher); i > 0; i--) {
        enum ring_answer answer = ring_next(ring, publisher->position.number, &item);

        if (answer == RING_NOTHING)
            return;
        if (answer == RING_BEHIND) {
            skip(publisher);
            continue;
        }
        publish(publisher, item);
        publisher->position.number = item->event.id;
        ring_item_release(item);
    }
}

/* ---- subscriptions ---- */

static void want_events(struct publisher *publisher)
{
    tail_want(publisher->settings.tail);
    publisher->position.number = ring_last(tail_ring(publisher->settings.tail));
    position_break(&publisher->position);
    topic_map_clear(publisher->topics);
}

static void count_subscriptions(struct publisher *publisher, uint64_t now)
{
    if (publisher->subscriptions == 0 && now > 0)
        want_events(publisher);
    if (publisher->subscriptions > 0 && now == 0)
        tail_want_no_more(publisher->settings.tail);
    publisher->subscriptions = now;
    atomic_store(&publisher->shown_subscriptions, now);
}

/* The first byte of what a subscriber says tells whether he wants a topic, or no longer does. */
static void hear(struct publisher *publisher)
{
    for (unsigned i = 0; i < SUBSCRIPTIONS_AT_ONCE; i++) {
        zmq_msg_t message;
        char kind;

        zmq_msg_init(&message);
        if (zmq_msg_recv(&message, publisher->socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&message);
            return;
        }
        kind = zmq_msg_size(&message) > 0 ? *(const char *)zmq_msg_data(&message) : 2;
        zmq_msg_close(&message);
        if (kind == 1) {
            count_subscriptions(publisher, publisher->subscriptions + 1);
            publisher->position_wanted = true;
        } else if (kind == 0 && publisher->subscriptions > 0) {
            count_subscriptions(publisher, publisher->subscriptions - 1);
        }
    }
}

/* ---- positions ---- */

/* When the next position is due, if anybody is there. */
static int64_t next_position(const struct publisher *publisher)
{
    int64_t pause = publisher->position_wanted ? POSITION_LEAST_MS : PUBLISHER_POSITION_MS;

    return publisher->position_at + pause * 1000;
}

static void publish_position(struct publisher *publisher, int64_t now)
{
    struct error error = {0};
    int64_t before = publisher->position.told;

    publisher->position_at = now;
    if (position_write(&publisher->position, publisher->database, publisher->topics, &error) != ERROR_NONE) {
        log_failure(publisher->settings.logger, "position-unknown", &error, "trying again in a second");
        return;
    }
    publisher->position_wanted = false;
    if (send_part(publisher->socket, TEXT(POSITION_TOPIC), true) &&
        send_number(publisher->socket, publisher->position.told) && send_number(publisher->socket, before))
        send_part(publisher->socket, buffer_text(&publisher->position.json), false);
}

/* ---- the socket ---- */

/* `ret_endpoint`: NULL when it is known already. */
static enum error_code bind_socket(struct publisher *publisher, const char *endpoint, char *ret_endpoint,
                                   struct error *error)
{
    struct socket_server server = {endpoint, DOOR_FEED_DOMAIN, publisher->settings.key};

    return socket_bind_publisher(&publisher->socket, publisher->context, &server, PUBLISHER_QUEUE, ret_endpoint, error);
}

/* Everybody out; who may comes back. The old socket holds the address for a moment longer. */
static void disconnect(struct publisher *publisher, int64_t now)
{
    socket_close(publisher->socket);
    publisher->socket = NULL;
    publisher->bind_at = now + (int64_t)BIND_AGAIN_MS * 1000;
    count_subscriptions(publisher, 0);
    log_write(publisher->settings.logger, LOG_LEVEL_INFO, "feed-disconnected",
              LOG_FIELDS(log_string("reason", "a subscriber is no longer let in"),
                         log_string("next", "those who are come back by themselves")));
}

static void bind_again(struct publisher *publisher, int64_t now)
{
    struct error error = {0};

    if (now < publisher->bind_at || bind_socket(publisher, publisher->endpoint, NULL, &error) == ERROR_NONE)
        return;
    publisher->bind_at = now + (int64_t)BIND_AGAIN_MS * 1000;
    if (error.code != ERROR_CONFLICT)
        log_failure(publisher->settings.logger, "feed-closed", &error, "trying again");
}

/* ---- the thread ---- */

static long wait_ms(const struct publisher *publisher, bool more, int64_t now)
{
    int64_t until = next_position(publisher);

    if (publisher->socket == NULL)
        return BIND_AGAIN_MS;
    if (publisher->subscriptions == 0)
        return -1;
    if (more && publisher->turn_at < until)
        until = publisher->turn_at;
    return until <= now ? 0 : (long)((until - now + 999) / 1000);
}

static bool wait_for_something(struct publisher *publisher, bool more)
{
    zmq_pollitem_t items[] = {
        {.fd = publisher->woken, .events = ZMQ_POLLIN},
        {.fd = publisher->news, .events = ZMQ_POLLIN},
        {.socket = publisher->socket, .events = ZMQ_POLLIN},
    };
    int count = publisher->socket == NULL ? 2 : 3;
    uint64_t ignored;

    if (zmq_poll(items, count, wait_ms(publisher, more, clock_elapsed())) < 0 && errno != EINTR)
        return false;
    (void)!read(publisher->woken, &ignored, sizeof ignored);
    (void)!read(publisher->news, &ignored, sizeof ignored);
    return !atomic_load(&publisher->stopping);
}

static void turn(struct publisher *publisher)
{
    int64_t now = clock_elapsed();

    if (publisher->socket != NULL && atomic_exchange(&publisher->disconnecting, false))
        disconnect(publisher, now);
    if (publisher->socket == NULL)
        bind_again(publisher, now);
    if (publisher->socket == NULL)
        return;
    hear(publisher);
    if (publisher->subscriptions > 0 && now >= publisher->turn_at) {
        publisher->turn_at = now + (int64_t)TURN_MS * 1000;
        publish_some(publisher);
    }
    if (publisher->subscriptions > 0 && now >= next_position(publisher))
        publish_position(publisher, now);
}

static bool has_more(const struct publisher *publisher)
{
    return ring_last(tail_ring(publisher->settings.tail)) > publisher->position.number;
}

static enum error_code open_all(struct publisher *publisher, struct error *error)
{
    const struct publisher_settings *settings = &publisher->settings;

    if (store_open(&publisher->database, settings->folder, DATABASE_READ, error) != ERROR_NONE ||
        socket_context_new(&publisher->context, error) != ERROR_NONE ||
        door_open(&publisher->door, publisher->context, settings->logger, error) != ERROR_NONE ||
        door_set_subscribers(publisher->door, settings->subscribers, settings->subscriber_count, error) != ERROR_NONE)
        return error->code;
    return bind_socket(publisher, settings->endpoint, publisher->endpoint, error);
}

static void close_all(struct publisher *publisher)
{
    if (publisher->subscriptions > 0)
        tail_want_no_more(publisher->settings.tail);
    socket_close(publisher->socket);
    door_close(publisher->door);
    socket_context_free(publisher->context); /* and with it what queues held of the ring */
    database_close(publisher->database);
}

/* The context is made here, so that its threads give way, too. */
static void *run(void *context)
{
    struct publisher *publisher = context;
    struct error error = {0};
    bool good;

    background_give_way();
    good = open_all(publisher, &error) == ERROR_NONE;
    pthread_mutex_lock(&publisher->lock);
    publisher->is_started = true;
    publisher->failure = error;
    pthread_cond_signal(&publisher->started);
    pthread_mutex_unlock(&publisher->lock);
    while (good && wait_for_something(publisher, has_more(publisher)))
        turn(publisher);
    close_all(publisher);
    return NULL;
}

/* ---- life ---- */

static void release(struct publisher *publisher)
{
    if (publisher->news >= 0)
        pulse_leave(tail_news(publisher->settings.tail), publisher->news);
    if (publisher->woken >= 0)
        close(publisher->woken);
    topic_map_free(publisher->topics);
    position_clear(&publisher->position);
    buffer_clear(&publisher->topic);
    pthread_cond_destroy(&publisher->started);
    pthread_mutex_destroy(&publisher->lock);
    mem_free(publisher->keys);
    mem_free(publisher);
}

/* Remember whom the door lets in. Answers in `ret_fewer` whether somebody is let in no more. */
static enum error_code keep_keys(struct publisher *publisher, const struct door_subscriber *subscribers, size_t count,
                                 bool *ret_fewer, struct error *error)
{
    uint8_t(*keys)[KEY_SIZE] = mem_alloc((count == 0 ? 1 : count) * sizeof *keys);

    if (keys == NULL)
        return error_memory(error, "listing the keys of subscribers");
    for (size_t i = 0; i < count; i++)
        memcpy(keys[i], subscribers[i].key, KEY_SIZE);
    *ret_fewer = false;
    for (size_t i = 0; i < publisher->key_count && !*ret_fewer; i++) {
        bool found = false;

        for (size_t j = 0; j < count && !found; j++)
            found = memcmp(publisher->keys[i], keys[j], KEY_SIZE) == 0;
        *ret_fewer = !found;
    }
    mem_free(publisher->keys);
    publisher->keys = keys;
    publisher->key_count = count;
    atomic_store(&publisher->shown_subscribers, count);
    return ERROR_NONE;
}

static enum error_code prepare(struct publisher *publisher, struct error *error)
{
    const struct publisher_settings *settings = &publisher->settings;
    bool fewer;

    if (keep_keys(publisher, settings->subscribers, settings->subscriber_count, &fewer, error) != ERROR_NONE ||
        topic_map_new(&publisher->topics, PUBLISHER_TOPICS, error) != ERROR_NONE ||
        pulse_listen(tail_news(settings->tail), &publisher->news, error) != ERROR_NONE)
        return error->code;
    publisher->woken = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return publisher->woken < 0 ? error_set(error, ERROR_IO, "starting the feed: %s", strerror(errno)) : ERROR_NONE;
}

/* Wait until the thread has bound the socket, or says why it cannot. */
static enum error_code wait_for_start(struct publisher *publisher, struct error *error)
{
    pthread_mutex_lock(&publisher->lock);
    while (!publisher->is_started)
        pthread_cond_wait(&publisher->started, &publisher->lock);
    pthread_mutex_unlock(&publisher->lock);
    if (publisher->failure.code == ERROR_NONE)
        return ERROR_NONE;
    pthread_join(publisher->thread, NULL);
    *error = publisher->failure;
    return error->code;
}

static enum error_code start(struct publisher *publisher, struct error *error)
{
    int failure;

    if (prepare(publisher, error) != ERROR_NONE)
        return error->code;
    failure = pthread_create(&publisher->thread, NULL, run, publisher);
    if (failure != 0)
        return error_set(error, ERROR_MEMORY, "starting the feed: %s", strerror(failure));
    return wait_for_start(publisher, error);
}

enum error_code publisher_start(struct publisher **ret_publisher, const struct publisher_settings *settings,
                                struct error *error)
{
    struct publisher *publisher = mem_alloc(sizeof *publisher);

    if (publisher == NULL)
        return error_memory(error, "starting the feed");
    *publisher = (struct publisher){.settings = *settings, .news = -1, .woken = -1};
    position_init(&publisher->position, tail_store(settings->tail), clock_now());
    buffer_init(&publisher->topic);
    pthread_mutex_init(&publisher->lock, NULL);
    pthread_cond_init(&publisher->started, NULL);
    if (start(publisher, error) != ERROR_NONE) {
        release(publisher);
        return error->code;
    }
    *ret_publisher = publisher;
    return ERROR_NONE;
}

static void wake(struct publisher *publisher)
{
    (void)!write(publisher->woken, &(uint64_t){1}, sizeof(uint64_t));
}

void publisher_stop(struct publisher *publisher)
{
    if (publisher == NULL)
        return;
    atomic_store(&publisher->stopping, true);
    wake(publisher);
    pthread_join(publisher->thread, NULL);
    release(publisher);
}

/* ---- for others ---- */

enum error_code publisher_set_subscribers(struct publisher *publisher, const struct door_subscriber *subscribers,
                                          size_t count, struct error *error)
{
    bool fewer = false;

    if (door_set_subscribers(publisher->door, subscribers, count, error) != ERROR_NONE ||
        keep_keys(publisher, subscribers, count, &fewer, error) != ERROR_NONE)
        return error->code;
    if (fewer) {
        atomic_store(&publisher->disconnecting, true);
        wake(publisher);
    }
    return ERROR_NONE;
}

const char *publisher_endpoint(const struct publisher *publisher)
{
    return publisher->endpoint;
}

void publisher_counts(struct publisher *publisher, struct publisher_counts *ret_counts)
{
    *ret_counts = (struct publisher_counts){.subscribers = atomic_load(&publisher->shown_subscribers),
                                            .subscriptions = atomic_load(&publisher->shown_subscriptions),
                                            .published = atomic_load(&publisher->published),
                                            .skipped = atomic_load(&publisher->skipped)};
    door_counts(publisher->door, &ret_counts->accepted, &ret_counts->refused);
}
