/* agent/handshake.h - learns that the collector refused the connection, which libzmq keeps to itself.
 *
 * After a handshake that was refused libzmq gives up for good and says nothing. Whoever watches learns of it at once,
 * and need not wait for an answer that cannot come. Watching ends when the connection stands.
 *
 * Threads: that of the socket.
 */
#ifndef DRIFTLINE_AGENT_HANDSHAKE_H
#define DRIFTLINE_AGENT_HANDSHAKE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"

struct handshake {
    void *socket;
    void *monitor; /* to poll; NULL: nobody watches */
};

enum handshake_answer {
    HANDSHAKE_UNKNOWN, /* nothing is known: not connected, under way, or fine */
    HANDSHAKE_REFUSED, /* the key is not welcome */
    HANDSHAKE_BROKEN   /* what is there is no collector of ours */
};

/* Watch a socket before it has connected. */
enum error_code handshake_watch(struct handshake *handshake, void *context, void *socket,
                                struct error *error) MUST_CHECK;

/* What is known by now. */
enum handshake_answer handshake_answer(struct handshake *handshake);

/* Watch no longer. To be called before the socket is closed; once more is fine. */
void handshake_end(struct handshake *handshake);

#endif
