/* collector/feed/http.h - a client that says exactly what a test wants, byte by byte if need be.
 *
 * Failure: every function fails the calling test when the system fails it; what the server does is for the test to
 * judge.
 */
#ifndef DRIFTLINE_TEST_HTTP_H
#define DRIFTLINE_TEST_HTTP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

/* The port of "http://127.0.0.1:7480". */
unsigned http_port_of(const char *url);

/* A connection to loopback; and one whose own address is another of this machine, "127.0.0.2". */
int http_connect(unsigned port);
int http_connect_from(const char *address, unsigned port);

/* Say bytes; false when the other side has gone. */
bool http_say(int connection, struct text bytes);

struct http_answer {
    unsigned status; /* 0: the connection was closed without one */
    struct text head;
    struct text body;
};

/* Read one answer, in the arena, whose length its head must say. `has_body` is false for the answer to HEAD. */
struct http_answer http_read(int connection, bool has_body, struct arena *arena);

/* The value of a header, or an empty text. */
struct text http_header(const struct http_answer *answer, const char *name);

/* Whether the body has a text in it. */
bool http_body_has(const struct http_answer *answer, const char *text);

/* Wait until the other side has closed the connection; false after a minute. What it says meanwhile is thrown away. */
bool http_is_closed(int connection);

/* One request on a connection of its own. `token` and `body` may be NULL. */
struct http_request {
    unsigned port;
    const char *method;
    const char *target;
    const char *token;
    const char *body;
};
struct http_answer http_ask(const struct http_request *request, struct arena *arena);

#endif
