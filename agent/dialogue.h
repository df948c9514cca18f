/* agent/dialogue.h - the agent's side of the conversation with a collector, without sockets, threads and clocks.
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
#ifndef DRIFTLINE_AGENT_DIALOGUE_H
#define DRIFTLINE_AGENT_DIALOGUE_H

#include <stddef.h>

#include "agent/outbox.h"
#include "agent/status.h"
#include "base/log.h"

struct dialogue_target {
    const char *database;
    const char *environment;
    const char *instance;
    const char *name; /* for the log: "orders@prod" */
    const char *engine;
    int64_t id; /* in the outbox */
    struct status *status;
};

struct dialogue_setup {
    struct outbox *outbox;
    struct logger *logger;
    const char *host; /* the name of this machine, for people */
    const struct dialogue_target *targets;
    size_t target_count;
    bool (*send)(void *context, struct text frame); /* false: not now, it is offered again */
    void *context;
};

/* What the uplink should do about the connection. */
enum dialogue_verdict {
    DIALOGUE_GOES_ON,
    DIALOGUE_AGAIN, /* close it, and after a pause try the same endpoint again */
    DIALOGUE_LOST,  /* close it, and after a pause try the next endpoint */
    DIALOGUE_FAILED /* the outbox failed: the process must end */
};

struct dialogue;

/* Everything in the setup must outlive the dialogue; it is not copied. */
enum error_code dialogue_new(struct dialogue **ret_dialogue, const struct dialogue_setup *setup,
                             struct error *error) MUST_CHECK;
void dialogue_free(struct dialogue *dialogue); /* NULL is fine */

/* There is a new connection: say Hello, and take no answer within `patience_us` for silence. Times are those of
 * clock_elapsed(). */
struct dialogue_connection {
    const char *endpoint;
    int64_t patience_us;
    bool renewed; /* it takes the place of one that was fine: nobody needs to hear of it */
};
void dialogue_begin(struct dialogue *dialogue, const struct dialogue_connection *connection, int64_t now);

/* Hear a frame. */
void dialogue_receive(struct dialogue *dialogue, struct text frame, int64_t now);

/* The connection was refused, before anything could be said. */
void dialogue_refused(struct dialogue *dialogue, const char *why);

/* The doorbell rang: statuses have changed. */
void dialogue_look_around(struct dialogue *dialogue);

/* Say what is to be said, as much of it as can be sent, and see what time it is. Answers when to call again at the
 * latest, though nothing was heard. */
int64_t dialogue_work(struct dialogue *dialogue, int64_t now);

/* Whether something could not be sent: call dialogue_work() when it can. */
bool dialogue_is_stuck(const struct dialogue *dialogue);

/* Whether there is a session in which nothing is under way. */
bool dialogue_is_idle(const struct dialogue *dialogue);

/* Say goodbye, if there is somebody to say it to. */
void dialogue_bye(struct dialogue *dialogue);

/* `ret_pause_us` is how long the collector wants to be left alone, 0: it did not say. */
enum dialogue_verdict dialogue_verdict(const struct dialogue *dialogue, int64_t *ret_pause_us);

/* Why it failed. */
const struct error *dialogue_failure(const struct dialogue *dialogue);

struct dialogue_summary {
    bool open;          /* the collector has welcomed us */
    bool proven;        /* and has done something for us since */
    bool settled;       /* it knows everything that there is to say */
    size_t refused;     /* targets that it will not hear of */
    uint64_t delivered; /* snapshots, since the dialogue was made */
};
void dialogue_summary(const struct dialogue *dialogue, struct dialogue_summary *ret_summary);

#endif
