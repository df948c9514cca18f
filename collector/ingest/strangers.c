#include "ingest/strangers.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "base/memory.h"

enum { ADDRESS_SIZE = 64, DESCRIPTORS_LIMIT = 16 * 1024 * 1024 };

struct strangers {
    void *router;
    void *monitor;
    struct logger *logger;
    bool *spoken; /* whether a message came, of each descriptor */
    size_t capacity;
    uint64_t count;
    uint64_t told; /* of them */
    int64_t tell_at;
};

/* The monitor's queue has no limit: at one, libzmq's thread would wait for us, and with it all agents. */
enum error_code strangers_watch(struct strangers **ret_strangers, void *context, void *router, struct logger *logger,
                                struct error *error)
{
    static const int unlimited = 0, linger = 0;
    struct strangers *strangers = mem_alloc(sizeof *strangers);
    char address[ADDRESS_SIZE];

    if (strangers == NULL)
        return error_memory(error, "watching connections");
    *strangers = (struct strangers){.router = router, .logger = logger};
    snprintf(address, sizeof address, "inproc://strangers-%p", router);
    strangers->monitor = zmq_socket(context, ZMQ_PAIR);
    if (strangers->monitor != NULL &&
        zmq_setsockopt(strangers->monitor, ZMQ_RCVHWM, &unlimited, sizeof unlimited) == 0 &&
        zmq_setsockopt(strangers->monitor, ZMQ_LINGER, &linger, sizeof linger) == 0 &&
        zmq_socket_monitor(router, address, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED) == 0 &&
        zmq_connect(strangers->monitor, address) == 0) {
        *ret_strangers = strangers;
        return ERROR_NONE;
    }
    error_set(error, ERROR_MEMORY, "memory for watching connections: %s", zmq_strerror(zmq_errno()));
    strangers_free(strangers);
    return error->code;
}

void strangers_free(struct strangers *strangers)
{
    if (strangers == NULL)
        return;
    zmq_socket_monitor(strangers->router, NULL, 0);
    if (strangers->monitor != NULL)
        zmq_close(strangers->monitor);
    mem_free(strangers->spoken);
    mem_free(strangers);
}

/* ---- what happened ---- */

/* The mark of a descriptor; NULL when there is no memory for it: then the connection is not counted. */
static bool *mark_of(struct strangers *strangers, size_t descriptor)
{
    if (descriptor >= DESCRIPTORS_LIMIT)
        return NULL; /* it is none */
    if (descriptor >= strangers->capacity) {
        size_t capacity = 2 * descriptor + 64;
        bool *spoken = mem_realloc(strangers->spoken, capacity * sizeof *spoken);

        if (spoken == NULL)
            return NULL;
        memset(spoken + strangers->capacity, false, capacity - strangers->capacity);
        strangers->spoken = spoken;
        strangers->capacity = capacity;
    }
    return &strangers->spoken[descriptor];
}

/* An event is two frames: its number, 16 bits, and its value, 32 bits; then an address. */
static bool next_event(struct strangers *strangers, uint16_t *ret_event, size_t *ret_descriptor)
{
    uint8_t frame[sizeof(uint16_t) + sizeof(uint32_t)] = {0};
    uint32_t value;

    if (zmq_recv(strangers->monitor, frame, sizeof frame, ZMQ_DONTWAIT) < 0)
        return false;
    memcpy(ret_event, frame, sizeof *ret_event);
    memcpy(&value, frame + sizeof *ret_event, sizeof value);
    *ret_descriptor = value;
    (void)zmq_recv(strangers->monitor, frame, sizeof frame, ZMQ_DONTWAIT);
    return true;
}

static void take_events(struct strangers *strangers)
{
    size_t descriptor;
    uint16_t event;

    while (next_event(strangers, &event, &descriptor)) {
        bool *spoken = mark_of(strangers, descriptor);

        if (spoken == NULL)
            continue;
        strangers->count += event == ZMQ_EVENT_DISCONNECTED && !*spoken;
        *spoken = false; /* the next connection with this descriptor has not */
    }
}

/* That the connection was accepted is known before anything comes over it, so it is not taken for new afterwards. */
void strangers_spoke(struct strangers *strangers, int descriptor)
{
    bool *spoken;

    take_events(strangers);
    spoken = descriptor < 0 ? NULL : mark_of(strangers, (size_t)descriptor);
    if (spoken != NULL)
        *spoken = true;
}

void strangers_look(struct strangers *strangers, int64_t elapsed)
{
    take_events(strangers);
    if (strangers->count == strangers->told || elapsed < strangers->tell_at)
        return;
    log_write(strangers->logger, LOG_LEVEL_INFO, "strangers-gone",
              LOG_FIELDS(log_number("connections", (int64_t)(strangers->count - strangers->told)),
                         log_string("reason", "ended without having said anything that is a message")));
    strangers->told = strangers->count;
    strangers->tell_at = elapsed + (int64_t)STRANGERS_PAUSE_MS * 1000;
}

uint64_t strangers_count(const struct strangers *strangers)
{
    return strangers->count;
}
