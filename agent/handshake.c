#include "agent/handshake.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

enum {
    FAILED_PROTOCOL = ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
    FAILED_KEY = ZMQ_EVENT_HANDSHAKE_FAILED_AUTH,
    QUEUE = 4,        /* events that wait; one is enough */
    ADDRESS_SIZE = 64 /* of the monitor */
};

enum error_code handshake_watch(struct handshake *handshake, void *context, void *socket, struct error *error)
{
    static const int queue = QUEUE, linger = 0;
    char address[ADDRESS_SIZE];

    *handshake = (struct handshake){.socket = socket};
    snprintf(address, sizeof address, "inproc://handshake-%p", socket);
    if (zmq_socket_monitor(socket, address, FAILED_PROTOCOL | FAILED_KEY) != 0)
        return error_set(error, ERROR_MEMORY, "memory for watching a connection: %s", zmq_strerror(zmq_errno()));
    handshake->monitor = zmq_socket(context, ZMQ_PAIR);
    if (handshake->monitor != NULL && zmq_setsockopt(handshake->monitor, ZMQ_RCVHWM, &queue, sizeof queue) == 0 &&
        zmq_setsockopt(handshake->monitor, ZMQ_LINGER, &linger, sizeof linger) == 0 &&
        zmq_connect(handshake->monitor, address) == 0)
        return ERROR_NONE;
    error_set(error, ERROR_MEMORY, "memory for watching a connection: %s", zmq_strerror(zmq_errno()));
    handshake_end(handshake);
    return error->code;
}

/* An event is two frames: number and value, then the address. */
enum handshake_answer handshake_answer(struct handshake *handshake)
{
    uint8_t frame[16];
    uint16_t event = 0;
    int length;

    if (handshake->monitor == NULL)
        return HANDSHAKE_UNKNOWN;
    length = zmq_recv(handshake->monitor, frame, sizeof frame, ZMQ_DONTWAIT);
    if (length < (int)sizeof event)
        return HANDSHAKE_UNKNOWN;
    memcpy(&event, frame, sizeof event);
    (void)zmq_recv(handshake->monitor, frame, sizeof frame, ZMQ_DONTWAIT);
    return event == FAILED_KEY ? HANDSHAKE_REFUSED : event == FAILED_PROTOCOL ? HANDSHAKE_BROKEN : HANDSHAKE_UNKNOWN;
}

/* In this order: libzmq's thread waits for room in the queue of a monitor that is still there. */
void handshake_end(struct handshake *handshake)
{
    if (handshake->socket != NULL)
        zmq_socket_monitor(handshake->socket, NULL, 0);
    if (handshake->monitor != NULL)
        zmq_close(handshake->monitor);
    *handshake = (struct handshake){0};
}
