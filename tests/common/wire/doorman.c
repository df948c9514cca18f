#include "doorman.h"

#include <string.h>
#include <zmq.h>

#include "support/cmocka.h"

enum { FRAMES = 7, FRAME_KEY = 6, FRAME_REQUEST = 1, FRAME_LIMIT = 256 };

/* The request: version, number, domain, address, identity, mechanism, key. */
static bool receive_request(void *socket, char frames[FRAMES][FRAME_LIMIT], int lengths[FRAMES])
{
    for (int i = 0; i < FRAMES; i++)
        if ((lengths[i] = zmq_recv(socket, frames[i], FRAME_LIMIT, 0)) < 0)
            return false;
    return true;
}

static void answer(struct doorman *doorman, const char *request, size_t length, bool allowed)
{
    const char *status = allowed ? "200" : "400";

    zmq_send(doorman->socket, "1.0", 3, ZMQ_SNDMORE);
    zmq_send(doorman->socket, request, length, ZMQ_SNDMORE);
    zmq_send(doorman->socket, status, 3, ZMQ_SNDMORE);
    zmq_send(doorman->socket, "", 0, ZMQ_SNDMORE);
    zmq_send(doorman->socket, "7", allowed, ZMQ_SNDMORE);
    zmq_send(doorman->socket, "", 0, 0);
    atomic_fetch_add(allowed ? &doorman->accepted : &doorman->refused, 1);
}

static void *watch_the_door(void *context)
{
    struct doorman *doorman = context;
    zmq_pollitem_t items[] = {{.socket = doorman->controlled, .events = ZMQ_POLLIN},
                              {.socket = doorman->socket, .events = ZMQ_POLLIN}};

    while (zmq_poll(items, 2, -1) >= 0 && items[0].revents == 0) {
        static _Thread_local char frames[FRAMES][FRAME_LIMIT];
        int lengths[FRAMES];

        if (items[1].revents == 0 || !receive_request(doorman->socket, frames, lengths))
            continue;
        answer(doorman, frames[FRAME_REQUEST], (size_t)lengths[FRAME_REQUEST],
               !atomic_load(&doorman->closed) && lengths[FRAME_KEY] == KEY_SIZE &&
                   memcmp(frames[FRAME_KEY], doorman->allowed, KEY_SIZE) == 0);
    }
    return NULL;
}

void doorman_start(struct doorman *doorman, void *context, const struct key_pair *allowed)
{
    doorman->socket = zmq_socket(context, ZMQ_REP);
    doorman->control = zmq_socket(context, ZMQ_PAIR);
    doorman->controlled = zmq_socket(context, ZMQ_PAIR);
    key_to_bytes(allowed->public_key, doorman->allowed);
    atomic_init(&doorman->closed, false);
    atomic_init(&doorman->accepted, 0);
    atomic_init(&doorman->refused, 0);
    assert_int_equal(zmq_bind(doorman->socket, "inproc://zeromq.zap.01"), 0);
    assert_int_equal(zmq_bind(doorman->control, "inproc://doorman"), 0);
    assert_int_equal(zmq_connect(doorman->controlled, "inproc://doorman"), 0);
    assert_int_equal(pthread_create(&doorman->thread, NULL, watch_the_door, doorman), 0);
}

void doorman_stop(struct doorman *doorman)
{
    assert_int_equal(zmq_send(doorman->control, "", 0, 0), 0);
    assert_int_equal(pthread_join(doorman->thread, NULL), 0);
    zmq_close(doorman->socket);
    zmq_close(doorman->control);
    zmq_close(doorman->controlled);
}
