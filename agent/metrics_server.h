/* agent/metrics_server.h - serves GET /metrics to this machine, and to nobody else.
 *
 * It has no thread: the main loop polls metrics_server_file() and calls metrics_server_work() when that is readable and
 * every few seconds, which never blocks. So a scrape reads what the main loop alone may read, without locks, and an
 * agent without `metrics` pays nothing. A few connections at a time, with small buffers and little patience.
 *
 * A browser that was led here by another page's name is turned away: the Host of a request must be this machine's.
 */
#ifndef DRIFTLINE_AGENT_METRICS_SERVER_H
#define DRIFTLINE_AGENT_METRICS_SERVER_H

#include "agent/agent.h"

struct metrics_server;

/* `address` as agent/loopback.h reads it. The agent and the logger must outlive the server. */
enum error_code metrics_server_new(struct metrics_server **ret_server, const char *address, struct agent *agent,
                                   struct logger *logger, struct error *error) MUST_CHECK;
void metrics_server_free(struct metrics_server *server); /* NULL is fine */

/* Where it is served. */
const char *metrics_server_address(const struct metrics_server *server);

/* A descriptor to poll for reading; of NULL -1. */
int metrics_server_file(const struct metrics_server *server);

/* Take, answer and end what is there. NULL is fine. */
void metrics_server_work(struct metrics_server *server);

#endif
