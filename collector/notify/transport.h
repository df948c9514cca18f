/* notify/transport.h - carries requests of sinks out: HTTP, SMTP, programs, files, syslogs, many at the same time.
 *
 * transport_start() begins one, transport_wait() sleeps until something happens, transport_next() hands out what is
 * over. Only transport_wait() waits, and only for what it is told to; appending to a file, which is meant to be a local
 * one, happens within transport_start().
 *
 * What is always so: no redirection is followed, no proxy and no password of the environment is used, certificates are
 * checked, each request has a connection of its own, and an address of a private network is not connected to unless
 * the sink says `allow_private`. Requests, and what answers quote of a sink's secrets, are erased after use.
 *
 * A program has no shell, a small environment (with DRIFTLINE_PUBLISH_DISABLED, if that is set), `/` as its folder and
 * a process group of its own, which is killed when its time is over.
 *
 * Threads: one; transport_wake() may be called from any. SIGPIPE must be ignored by the process.
 */
#ifndef DRIFTLINE_NOTIFY_TRANSPORT_H
#define DRIFTLINE_NOTIFY_TRANSPORT_H

#include "notify/sink.h"

struct transport;

enum error_code transport_new(struct transport **ret_transport, struct error *error) MUST_CHECK;

/* What is under way is given up: connections are cut, programs killed. NULL is fine. */
void transport_free(struct transport *transport);

/* Begin a request, whose body is taken over and which is erased. `sink` must outlive it. `context` comes back with the
 * result. When it cannot even be begun, that is a result like others: this fails only for want of memory. */
enum error_code transport_start(struct transport *transport, const struct sink *sink, struct sink_request *request,
                                void *context, struct error *error) MUST_CHECK;

/* Sleep until something is over, `file` (-1: none) is readable, somebody wakes it, or the time has passed. */
enum error_code transport_wait(struct transport *transport, int file, int timeout_ms, struct error *error) MUST_CHECK;
void transport_wake(struct transport *transport);

/* What became of a request. */
struct transport_result {
    void *context;
    struct error problem; /* its code is ERROR_NONE when there is an answer, ERROR_CONFIG when there never will be */
    struct sink_answer answer;
    bool has_status;    /* the status is the other side's; of files and syslogs it is ours */
    struct buffer body; /* that the answer points into; the caller's to clear */
};

/* The next that is over; false: none is. */
bool transport_next(struct transport *transport, struct transport_result *ret_result);

/* How many have begun and were not handed out yet. */
size_t transport_count(const struct transport *transport);

#endif
