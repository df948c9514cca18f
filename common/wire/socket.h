/* wire/socket.h - the few calls of libzmq that Driftline needs, with its pitfalls closed.
 *
 * An endpoint is tcp://HOST:PORT; what cannot be one is ERROR_CONFIG. Every socket has LINGER 0, small queues (frames
 * are large and what is durable is on disk) and a limit for the size of a frame. A message is exactly one frame; one of
 * several frames is dropped whole and counted.
 *
 * A peer that vanished without a word is found by TCP, not by heartbeats of the transport: libzmq 4.3.4 looks for a
 * timer among all of them whenever it stops one, which with 10,000 peers took a third of a core. Whether the other side
 * still does its work is what the heartbeats of docs/reference/wire.md are for. Threads: a socket belongs to the thread
 * that uses it. One context a process.
 */
#ifndef DRIFTLINE_WIRE_SOCKET_H
#define DRIFTLINE_WIRE_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <zmq.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "wire/keys.h"
#include "wire/message.h"

enum {
    SOCKET_QUEUE = 16,            /* messages a peer, each way */
    SOCKET_HANDSHAKE_MS = 30000,  /* closed if not finished by then; must be enough for all agents coming at once */
    SOCKET_KEEPALIVE_S = 60,      /* TCP asks a peer that was silent for so long … */
    SOCKET_PROBE_S = 10,          /* … again and again … */
    SOCKET_PROBES = 3,            /* … so often, until it is taken for gone */
    SOCKET_UNANSWERED_MS = 60000, /* and so is one that has not confirmed what it was sent for so long */
    SOCKET_BACKLOG = 4096,
    SOCKET_PEER_SIZE = 5 /* bytes of the address that ROUTER gives a peer */
};

/* The context of the process; it must have CURVE. */
enum error_code socket_context_new(void **ret_context, struct error *error) MUST_CHECK;
void socket_context_free(void *context); /* NULL is fine; blocks until all its sockets are closed */

/* A DEALER that connects, with CURVE. `server_key` is the public key of the collector. It reconnects by itself when the
 * connection is lost, but libzmq gives up for good, and silently, after a handshake that was refused: who hears nothing
 * must close the socket and connect anew. Here and below a name is looked up for IPv4; IPv6 is for addresses in
 * brackets. */
struct socket_client {
    const char *endpoint;
    const char *server_key;
    const struct key_pair *key;
};
enum error_code socket_connect(void **ret_socket, void *context, const struct socket_client *client,
                               struct error *error) MUST_CHECK;

/* A ROUTER that binds, with CURVE and ZAP enforced: fails if the domain cannot be enforced. The handler of
 * inproc://zeromq.zap.01 must be bound before. `ret_endpoint` (may be NULL) gets the actual address, for port 0. */
struct socket_server {
    const char *endpoint;
    const char *domain; /* of ZAP */
    const struct key_pair *key;
};
enum { SOCKET_ENDPOINT_SIZE = 256 };
enum error_code socket_bind(void **ret_socket, void *context, const struct socket_server *server,
                            char ret_endpoint[SOCKET_ENDPOINT_SIZE], struct error *error) MUST_CHECK;

/* The same as XPUB, whose subscribers each have a queue of so many messages, and lose what comes when it is full. All
 * that they subscribe to and no longer do is received from it, also what another had subscribed to before. */
enum { SOCKET_SUBSCRIPTION_LIMIT = 4096, SOCKET_PUBLISHER_BUFFER = 128 * 1024 }; /* bytes */
enum error_code socket_bind_publisher(void **ret_socket, void *context, const struct socket_server *server, int queue,
                                      char ret_endpoint[SOCKET_ENDPOINT_SIZE], struct error *error) MUST_CHECK;

void socket_close(void *socket); /* NULL is fine */

/* Send one frame without waiting. False when it cannot be taken now, or the peer is gone: what is durable is on disk
 * and comes again. */
bool socket_send(void *socket, struct text frame);

/* The same to a peer of a ROUTER. What is sent to a peer that does not read is refused once its queue is full. */
bool socket_send_to(void *router, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame);

/* A frame that was received. socket_frame_close() releases it. */
struct socket_frame {
    zmq_msg_t message;
    uint8_t peer[SOCKET_PEER_SIZE]; /* ROUTER only */
    char user[256];                 /* ROUTER only: who the door says this is; empty: nobody, drop it */
    char address[64];               /* ROUTER only: where from, "" if not known */
    int descriptor;                 /* of the connection that it came by; negative if not known */
};

/* Receive without waiting. False when there is nothing; after many wrong messages in a row also before that, so poll
 * again. Messages of several frames are skipped and added to `dropped`, which may be NULL. */
bool socket_receive(void *socket, bool router, struct socket_frame *ret_frame, uint64_t *dropped);
struct text socket_frame_text(struct socket_frame *frame);
void socket_frame_close(struct socket_frame *frame);

#endif
