/* cli/server.h - a server on loopback that says, byte for byte, what a test has written down.
 *
 * The first connection gets the first reply, the next one the second, and so on; the last reply is given again. Each
 * connection ends with its reply. One connection is served after the other.
 *
 * Failure: every function fails the calling test.
 * Threads: the server has one of its own; these functions are for the test's.
 */
#ifndef DRIFTLINE_TEST_CLI_SERVER_H
#define DRIFTLINE_TEST_CLI_SERVER_H

#include <pthread.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"

enum test_then {
    THEN_CLOSE,
    THEN_WAIT,  /* say nothing more until the other side gives up */
    THEN_REPEAT /* say `more` again and again until the other side gives up */
};

struct test_reply {
    struct text bytes; /* once the request has come */
    enum test_then then;
    struct text more;
};

struct test_server {
    char url[64];
    const struct test_reply *replies;
    size_t count;
    /* the server's own */
    int listener;
    int stop[2];
    pthread_t thread;
    struct buffer requests; /* all that came, one request after the other; read it when the server has stopped */
    size_t served;
};

/* The replies must live until the server has stopped. */
void test_server_start(struct test_server *server, const struct test_reply *replies, size_t count);

/* What was asked meanwhile, ended by a NUL; valid until test_server_clear(). Stopping twice is fine. */
const char *test_server_stop(struct test_server *server);
void test_server_clear(struct test_server *server);

/* An answer of HTTP: `status` such as "200 OK", further header lines each ended by "\r\n", and a body whose length is
 * told. It lives in the arena. */
struct test_reply test_reply_http(struct arena *arena, const char *status, const char *lines, struct text body);

#endif
