#include "ingest/door.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/memory.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define ZAP_VERSION "1.0"

/* Frames of a request: rfc.zeromq.org/spec/27. */
enum { ZAP_FRAMES = 7, ZAP_FRAME_SIZE = 256 };
enum zap_frame { ZAP_VERSION_FRAME, ZAP_REQUEST, ZAP_DOMAIN, ZAP_ADDRESS, ZAP_IDENTITY, ZAP_MECHANISM, ZAP_KEY };

struct zap_request {
    struct {
        char bytes[ZAP_FRAME_SIZE];
        size_t length;
    } frames[ZAP_FRAMES];
    bool valid; /* seven frames, none too long */
};

struct door_key {
    uint8_t key[KEY_SIZE];
    int64_t user;
};

/* Who may come in by one of the domains. */
struct door_list {
    struct door_key *keys; /* sorted */
    size_t count;
};

enum door_domain { DOMAIN_AGENTS, DOMAIN_FEED, DOMAIN_COUNT };

static const struct {
    struct text name;
    const char *reason; /* of a refusal */
} domains[DOMAIN_COUNT] = {
    [DOMAIN_AGENTS] = {TEXT_INIT(DOOR_DOMAIN), "this key is not enrolled"},
    [DOMAIN_FEED] = {TEXT_INIT(DOOR_FEED_DOMAIN), "this key is none of feed.subscribers"},
};

struct door {
    void *socket;
    int stop; /* an eventfd */
    pthread_t thread;
    bool running;
    struct logger *logger;

    pthread_mutex_t lock; /* of all below */
    struct door_list lists[DOMAIN_COUNT];
    uint64_t accepted;
    uint64_t refused;
    char last_refused[DOOR_ADDRESS_SIZE]; /* where it came from */

    int64_t minute; /* the handler's own: when the count of lines began */
    unsigned lines;
};

static int compare_keys(const void *a, const void *b)
{
    return memcmp(((const struct door_key *)a)->key, ((const struct door_key *)b)->key, KEY_SIZE);
}

/* The user of a key, or 0. */
static int64_t find_user(struct door *door, enum door_domain domain, const char key[KEY_SIZE])
{
    const struct door_list *list = &door->lists[domain];
    const struct door_key *found = NULL;
    struct door_key wanted = {.user = 0};
    int64_t user;

    memcpy(wanted.key, key, KEY_SIZE);
    pthread_mutex_lock(&door->lock);
    if (list->count > 0)
        found = bsearch(&wanted, list->keys, list->count, sizeof *list->keys, compare_keys);
    user = found == NULL ? 0 : found->user;
    *(user == 0 ? &door->refused : &door->accepted) += 1;
    pthread_mutex_unlock(&door->lock);
    return user;
}

/* ---- the handler ---- */

static bool receive_request(void *socket, struct zap_request *request)
{
    zmq_msg_t part;
    unsigned count = 0;
    bool more;

    *request = (struct zap_request){.valid = true};
    zmq_msg_init(&part);
    do {
        if (zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&part);
            return false;
        }
        more = zmq_msg_more(&part);
        if (count >= ZAP_FRAMES || zmq_msg_size(&part) > ZAP_FRAME_SIZE) {
            request->valid = false;
        } else {
            request->frames[count].length = zmq_msg_size(&part);
            memcpy(request->frames[count].bytes, zmq_msg_data(&part), zmq_msg_size(&part));
        }
        count++;
    } while (more);
    zmq_msg_close(&part);
    request->valid &= count == ZAP_FRAMES;
    return true;
}

static struct text frame_of(const struct zap_request *request, enum zap_frame frame)
{
    return (struct text){request->frames[frame].bytes, request->frames[frame].length};
}

/* Which of our domains it is for; DOMAIN_COUNT: none, or not as it should be. */
static enum door_domain domain_of(const struct zap_request *request)
{
    if (!request->valid || !text_equal(frame_of(request, ZAP_VERSION_FRAME), TEXT(ZAP_VERSION)) ||
        !text_equal(frame_of(request, ZAP_MECHANISM), TEXT("CURVE")) || request->frames[ZAP_KEY].length != KEY_SIZE)
        return DOMAIN_COUNT;
    for (enum door_domain domain = 0; domain < DOMAIN_COUNT; domain++)
        if (text_equal(frame_of(request, ZAP_DOMAIN), domains[domain].name))
            return domain;
    return DOMAIN_COUNT;
}

/* A flood of strangers, each with a new key, must not flood the log. */
static bool may_log(struct door *door)
{
    int64_t now = clock_elapsed();

    if (door->lines == 0 || now - door->minute > INT64_C(60000000)) {
        door->minute = now;
        door->lines = 0;
    }
    return door->lines++ < DOOR_LINES_A_MINUTE;
}

static void note_refusal(struct door *door, struct text address)
{
    pthread_mutex_lock(&door->lock);
    snprintf(door->last_refused, sizeof door->last_refused, "%.*s", TEXT_ARGS(address));
    pthread_mutex_unlock(&door->lock);
}

static void log_refusal(struct door *door, enum door_domain domain, const struct zap_request *request)
{
    char key[KEY_TEXT_SIZE];

    if (!may_log(door))
        return;
    key_from_bytes((const uint8_t *)request->frames[ZAP_KEY].bytes, key);
    log_write(door->logger, LOG_LEVEL_WARNING, "connection-refused",
              LOG_FIELDS(log_text("address", frame_of(request, ZAP_ADDRESS)), log_string("key", key),
                         log_string("reason", domains[domain].reason)));
}

static void send_part(void *socket, struct text part, bool more)
{
    /* The requester is in this process and waits; were it gone, there would be nobody to tell. */
    (void)zmq_send(socket, part.bytes, part.length, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0));
}

static void refuse(struct door *door, enum door_domain domain, const struct zap_request *request)
{
    note_refusal(door, frame_of(request, ZAP_ADDRESS));
    log_refusal(door, domain, request);
}

/* Every request is answered: a connection that is left without would be held until its handshake times out. */
static void answer(struct door *door, const struct zap_request *request)
{
    enum door_domain domain = domain_of(request);
    bool ours = domain != DOMAIN_COUNT;
    int64_t number = ours ? find_user(door, domain, request->frames[ZAP_KEY].bytes) : 0;
    char user[24] = "";

    if (number != 0)
        snprintf(user, sizeof user, "%" PRId64, number);
    else if (ours)
        refuse(door, domain, request);
    send_part(door->socket, TEXT(ZAP_VERSION), true);
    send_part(door->socket, frame_of(request, ZAP_REQUEST), true);
    send_part(door->socket, number != 0 ? TEXT("200") : TEXT("400"), true);
    send_part(door->socket, number != 0 ? TEXT("OK") : text_from(domains[ours ? domain : DOMAIN_AGENTS].reason), true);
    send_part(door->socket, text_from(user), true);
    send_part(door->socket, TEXT(""), false);
}

static void *handle(void *context)
{
    struct door *door = context;
    zmq_pollitem_t items[] = {
        {.socket = door->socket, .events = ZMQ_POLLIN},
        {.fd = door->stop, .events = ZMQ_POLLIN},
    };

    while ((items[1].revents & ZMQ_POLLIN) == 0) {
        struct zap_request request;

        if (zmq_poll(items, LENGTH_OF(items), -1) < 0 && errno != EINTR)
            break; /* the context ends */
        if (receive_request(door->socket, &request))
            answer(door, &request);
    }
    return NULL;
}

/* ---- opening ---- */

static void door_close_cleanup(struct door **door)
{
    door_close(*door);
}

void door_close(struct door *door)
{
    uint64_t one = 1;

    if (door == NULL)
        return;
    if (door->running && write(door->stop, &one, sizeof one) == sizeof one)
        pthread_join(door->thread, NULL);
    if (door->socket != NULL)
        zmq_close(door->socket);
    if (door->stop >= 0)
        close(door->stop);
    pthread_mutex_destroy(&door->lock);
    for (enum door_domain domain = 0; domain < DOMAIN_COUNT; domain++)
        mem_free(door->lists[domain].keys);
    mem_free(door);
}

static enum error_code bind_handler(struct door *door, void *context, struct error *error)
{
    int linger = 0;

    door->stop = eventfd(0, EFD_CLOEXEC);
    if (door->stop < 0)
        return error_set(error, ERROR_IO, "opening the door: %s", strerror(errno));
    door->socket = zmq_socket(context, ZMQ_REP);
    if (door->socket == NULL || zmq_setsockopt(door->socket, ZMQ_LINGER, &linger, sizeof linger) != 0 ||
        zmq_bind(door->socket, ZAP_ENDPOINT) != 0)
        return error_set(error, errno == ENOMEM ? ERROR_MEMORY : ERROR_IO, "opening the door: %s", zmq_strerror(errno));
    return ERROR_NONE;
}

enum error_code door_open(struct door **ret_door, void *context, struct logger *logger, struct error *error)
{
    CLEANUP(door_close_cleanup) struct door *door = mem_alloc(sizeof *door);
    int failure;

    if (door == NULL)
        return error_memory(error, "opening the door");
    *door = (struct door){.stop = -1, .logger = logger};
    pthread_mutex_init(&door->lock, NULL);
    if (bind_handler(door, context, error) != ERROR_NONE)
        return error->code;
    failure = pthread_create(&door->thread, NULL, handle, door);
    if (failure != 0)
        return error_set(error, ERROR_MEMORY, "starting the door's thread: %s", strerror(failure));
    door->running = true;
    *ret_door = door;
    door = NULL;
    return ERROR_NONE;
}

/* ---- the list ---- */

/* Takes the keys over. */
static void use_list(struct door *door, enum door_domain domain, struct door_key *keys, size_t count)
{
    struct door_key *old;

    qsort(keys, count, sizeof *keys, compare_keys);
    pthread_mutex_lock(&door->lock);
    old = door->lists[domain].keys;
    door->lists[domain] = (struct door_list){keys, count};
    pthread_mutex_unlock(&door->lock);
    mem_free(old);
}

enum error_code door_set_agents(struct door *door, const struct agent_row *agents, size_t count, struct error *error)
{
    struct door_key *keys = mem_alloc((count == 0 ? 1 : count) * sizeof *keys);
    size_t kept = 0;

    if (keys == NULL)
        return error_memory(error, "listing the keys of agents");
    for (size_t i = 0; i < count; i++) {
        if (agents[i].revoked_at != 0)
            continue;
        memcpy(keys[kept].key, agents[i].key, KEY_SIZE);
        keys[kept++].user = agents[i].id;
    }
    use_list(door, DOMAIN_AGENTS, keys, kept);
    return ERROR_NONE;
}

enum error_code door_set_subscribers(struct door *door, const struct door_subscriber *subscribers, size_t count,
                                     struct error *error)
{
    struct door_key *keys = mem_alloc((count == 0 ? 1 : count) * sizeof *keys);

    if (keys == NULL)
        return error_memory(error, "listing the keys of subscribers");
    for (size_t i = 0; i < count; i++) {
        memcpy(keys[i].key, subscribers[i].key, KEY_SIZE);
        keys[i].user = (int64_t)i + 1;
    }
    use_list(door, DOMAIN_FEED, keys, count);
    return ERROR_NONE;
}

uint64_t door_last_refused(struct door *door, char ret_address[DOOR_ADDRESS_SIZE])
{
    uint64_t count;

    pthread_mutex_lock(&door->lock);
    memcpy(ret_address, door->last_refused, DOOR_ADDRESS_SIZE);
    count = door->refused;
    pthread_mutex_unlock(&door->lock);
    return count;
}

void door_counts(struct door *door, uint64_t *ret_accepted, uint64_t *ret_refused)
{
    pthread_mutex_lock(&door->lock);
    *ret_accepted = door->accepted;
    *ret_refused = door->refused;
    pthread_mutex_unlock(&door->lock);
}
