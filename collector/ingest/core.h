/* ingest/core.h - the one thread that hears agents and writes the history.
 *
 * It owns the ROUTER, the writer's connection and every session. Messages are handled in batches: one transaction, one
 * commit, and only then the acknowledgements. When nothing else is waiting it commits at once. What others want written
 * (an enrolment, a token, forgetting a target) they hand over with core_call() and wait for. Retention and what is to
 * be correlated anew run in between, slice by slice.
 *
 * A full disk does not end it: nobody is acknowledged, core_health() says so, and agents come again until there is
 * room.
 *
 * Threads: core_run() is the thread. core_stop(), core_configure(), core_health() may be called from any at any time;
 * core_call(), core_reload_agents() and core_sessions() from any other than the core's, while core_run() runs or will
 * run: they wait for it. After it has returned they answer ERROR_CONNECT.
 */
#ifndef DRIFTLINE_INGEST_CORE_H
#define DRIFTLINE_INGEST_CORE_H

#include "base/log.h"
#include "base/metric_text.h"
#include "ingest/door.h"
#include "storage/database.h"
#include "store/upkeep.h"
#include "wire/message.h"

struct policy_holder;
struct pulse;

struct core_settings {
    const char *endpoint; /* to bind: "tcp://127.0.0.1:7400" */
    const struct key_pair *key;
    unsigned heartbeat_ms; /* that agents are asked for */
    unsigned claim_ms;     /* a silent agent's targets may be claimed by another after so long */
    unsigned batch_ms;     /* a transaction stays open for so long at most */
    unsigned batch_limit;  /* and for so many snapshots */
    size_t staging_limit;  /* bytes of nodes that wait for their snapshot to be complete, over all sessions */
    size_t snapshot_limit; /* bytes of one snapshot's new nodes */
    size_t memory_limit;   /* of one comparison */
    uint64_t store_limit;  /* bytes of the history's file; 0: the disk */
    struct retention retention;
    unsigned retention_ms;        /* how often it runs */
    struct policy_holder *policy; /* what is correlated by; the caller's, and outlives the core */
    struct pulse *pulse;          /* beaten when events were committed; the caller's, and outlives the core; NULL: none.
                                     Later settings may leave it out */
};

struct core;

/* `database` is the writer; it, the door and the logger stay the caller's. Binds the socket: the door must be open. */
enum error_code core_new(struct core **ret_core, struct database *database, struct door *door, void *context,
                         const struct core_settings *settings, struct logger *logger, struct error *error) MUST_CHECK;

/* The address that was bound. */
const char *core_endpoint(const struct core *core);

/* Hear and write until core_stop(). An error here is one that the process must end with (a failed sync). */
enum error_code core_run(struct core *core, struct error *error) MUST_CHECK;
void core_stop(struct core *core);
void core_free(struct core *core);

/* Run `work` on the core's thread inside a transaction of its own, and wait for it to be committed. When it fails
 * nothing of it is written. */
typedef enum error_code (*core_work)(void *context, struct database *database, struct error *error);
enum error_code core_call(struct core *core, core_work work, void *context, struct error *error) MUST_CHECK;

/* The keys or grants in the store are others now: tell the door, end sessions that are no longer allowed. Call after
 * the core_call() that changed them. */
enum error_code core_reload_agents(struct core *core, struct error *error) MUST_CHECK;

/* Settings that may change while it runs: heartbeat, claim, retention, limits. */
void core_configure(struct core *core, const struct core_settings *settings);

/* How it is, for readiness and metrics. */
struct core_health {
    bool running;
    bool full;             /* there is no room for snapshots */
    char problem[256];     /* what the last write failed with, as long as none succeeded since; empty: nothing */
    int64_t problem_since; /* time */
    uint64_t sessions;
    uint64_t snapshots; /* recorded since the start */
    uint64_t commits;
    uint64_t heartbeats;
    uint64_t refused[REJECT_CODE_COUNT]; /* by reason */
    uint64_t dropped;                    /* messages without a valid session, sender or form, or that came too late */
    uint64_t strangers;                  /* connections that ended without a message */
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t staged_bytes; /* memory of snapshots on their way in */
    bool is_behind;        /* differences are still being worked out under a new policy, or after much has changed */
    int64_t last_commit;   /* time; 0: none */
    struct metric_histogram commit_times; /* by conversation_commit_buckets of ingest/conversation.h */
    uint64_t let_in;                      /* connections, by the door */
    uint64_t turned_away;
    uint64_t store_limit;             /* bytes; 0: the disk */
    uint64_t retentions;              /* that were done since the start */
    int64_t last_retention;           /* time; 0: none */
    struct retention_result retained; /* by all of them; `work` is NULL */
};
void core_health(struct core *core, struct core_health *ret_health);

/* Whether an agent has a session now, and since when; for listing agents. */
struct core_session {
    int64_t agent;
    int64_t since;
    int64_t heard_at;
};
/* In the arena, sorted by agent. */
enum error_code core_sessions(struct core *core, struct arena *arena, struct core_session **ret_sessions,
                              size_t *ret_count, struct error *error) MUST_CHECK;

#endif
