/* agent/session.h - the agent's side of the conversation with a collector, without sockets, threads and clocks.
 *
 * It says Hello, offers what the collector does not have in order, gives the nodes that are wanted out of the outbox,
 * remembers what was acknowledged, and tells how targets are. docs/reference/wire.md is what it follows. The uplink
 * feeds it with frames and time and sends what it says; so does a test.
 *
 * Everything durable is in the outbox: a conversation may end at any moment and another begin, also in another process.
 * What the collector refuses is logged once, until it is something else that is refused.
 *
 * Threads: one. The outbox, the statuses and the logger are shared with others, which they allow.
 */
#ifndef DRIFTLINE_AGENT_SESSION_H
#define DRIFTLINE_AGENT_SESSION_H

#include <stddef.h>

#include "agent/outbox.h"
#include "agent/status.h"
#include "base/log.h"

struct session_target {
    const char *database;
    const char *environment;
    const char *instance;
    const char *name; /* for the log: "orders@prod" */
    const char *engine;
    int64_t id; /* in the outbox */
    struct status *status;
};

struct session_setup {
    struct outbox *outbox;
    struct logger *logger;
    const char *host; /* the name of this machine, for people */
    const struct session_target *targets;
    size_t target_count;
    bool (*send)(void *context, struct text frame); /* false: not now, it is offered again */
    void *context;
};

/* What the uplink should do about the connection. */
enum session_verdict {
    SESSION_GOES_ON,
    SESSION_AGAIN, /* close it, and after a pause try the same endpoint again */
    SESSION_LOST,  /* close it, and after a pause try the next endpoint */
    SESSION_FAILED /* the outbox failed: the process must end */
};

struct session;

/* Everything in the setup must outlive the session; it is not copied. */
enum error_code session_new(struct session **ret_session, const struct session_setup *setup,
                            struct error *error) MUST_CHECK;
void session_free(struct session *session); /* NULL is fine */

/* There is a new connection, to `endpoint`: say Hello, and take no answer within `patience_us` for silence. Times are
 * those of clock_elapsed(). */
void session_begin(struct session *session, const char *endpoint, int64_t patience_us, int64_t now);

/* Hear a frame. */
void session_receive(struct session *session, struct text frame, int64_t now);

/* The doorbell rang: statuses have changed. */
void session_look_around(struct session *session);

/* Say what is to be said, as much of it as can be sent, and see what time it is. Answers when to call again at the
 * latest, though nothing was heard. */
int64_t session_work(struct session *session, int64_t now);

/* Whether something could not be sent: call session_work() when it can. */
bool session_is_stuck(const struct session *session);

/* Say goodbye, if there is somebody to say it to. */
void session_bye(struct session *session);

/* `ret_pause_us` is how long the collector wants to be left alone, 0: it did not say. */
enum session_verdict session_verdict(const struct session *session, int64_t *ret_pause_us);

/* Why it failed. */
const struct error *session_failure(const struct session *session);

struct session_summary {
    bool open;          /* the collector has welcomed us */
    bool proven;        /* and has done something for us since */
    bool settled;       /* it knows everything that there is to say */
    size_t refused;     /* targets that it will not hear of */
    uint64_t delivered; /* snapshots, since the session was made */
};
void session_summary(const struct session *session, struct session_summary *ret_summary);

#endif
