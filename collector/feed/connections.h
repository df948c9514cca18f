/* feed/connections.h - cuts connections that take too long.
 *
 * libmicrohttpd closes a connection that is silent. One that says a byte now and then, or takes its answer a byte at a
 * time, would stay for good; here each has a moment by which what it is at must be over. A thread of its own watches.
 *
 * Threads: the functions may be called from any. A connection is removed before its socket is closed, so that a socket
 * of the same number is never cut in its place.
 */
#ifndef DRIFTLINE_FEED_CONNECTIONS_H
#define DRIFTLINE_FEED_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"

enum { ANSWER_BYTES_PER_SECOND = 16 * 1024 }; /* who takes an answer more slowly is cut */

struct connections;
struct watched_connection;

/* `timeout_ms`: how long a request may take to arrive. */
enum error_code connections_new(struct connections **ret_connections, unsigned timeout_ms,
                                struct error *error) MUST_CHECK;
void connections_free(struct connections *connections); /* NULL is fine; all must have been removed */

/* A connection was made, and a request must arrive. NULL when memory ran out: then it is cut at once. */
struct watched_connection *connections_add(struct connections *connections, int socket);

/* Answers whether it was cut. NULL is fine. */
bool connections_remove(struct connections *connections, struct watched_connection *watched);

/* Whether one more may come from an address, of which `limit` may be there at the same time; connections that have
 * become a stream do not count, for they have a limit of their own. Where a connection is from is said once. */
struct sockaddr;
bool connections_may_come(struct connections *connections, const struct sockaddr *address, unsigned limit);
void connections_from(struct connections *connections, struct watched_connection *watched,
                      const struct sockaddr *address);
void connections_become_stream(struct connections *connections, struct watched_connection *watched);

/* It waits for the next request; we work on it; it takes an answer of so many bytes. NULL is fine. */
void connections_expect_request(struct connections *connections, struct watched_connection *watched);
void connections_at_work(struct connections *connections, struct watched_connection *watched);
void connections_expect_end(struct connections *connections, struct watched_connection *watched, size_t bytes);

/* How many were cut. */
uint64_t connections_cut(struct connections *connections);

#endif
