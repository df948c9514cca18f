/* agent/agent.h - the whole of it: one outbox, a watcher for each target, one uplink.
 *
 * The caller owns the main loop: it polls agent_alarm() and the signals, and calls agent_tick() every few seconds and
 * when the alarm rings. Everything else happens in threads.
 *
 * Failure: what cannot go on comes out of agent_tick(); the process must end then. What is wrong with one target or
 * with the collector is said in the log, and gone on with. Threads: one.
 */
#ifndef DRIFTLINE_AGENT_AGENT_H
#define DRIFTLINE_AGENT_AGENT_H

#include "agent/settings.h"
#include "agent/uplink.h"
#include "base/log.h"
#include "wire/keys.h"

struct agent;

/* Open what there is on disk: folder, keys, outbox. A second agent with the same folder is ERROR_CONFLICT. `path` is
 * the configuration, for reloading it. */
enum error_code agent_open(struct agent **ret_agent, const char *path, struct logger *logger,
                           struct error *error) MUST_CHECK;

/* Begin to watch and to talk. With `once` every target is read once. */
enum error_code agent_start(struct agent *agent, bool once, struct error *error) MUST_CHECK;

/* Read the configuration again. What has not changed goes on undisturbed. On failure everything stays as it was. */
enum error_code agent_reload(struct agent *agent, struct error *error) MUST_CHECK;

/* Read every target now. */
void agent_look_now(struct agent *agent);

/* A descriptor that becomes readable when agent_tick() should not wait. */
int agent_alarm(const struct agent *agent);

/* Do what is due. */
enum error_code agent_tick(struct agent *agent, struct error *error) MUST_CHECK;

/* In a few words, for `systemctl status`. */
struct agent_summary {
    size_t targets;
    size_t fine;      /* of them */
    size_t refused;   /* by the collector */
    uint64_t waiting; /* snapshots that are not acknowledged */
    bool connected;
    bool alive; /* the uplink has shown lately that it is */
    bool done;  /* agent_start(once): nothing is left to do, or to be hoped for */
};
void agent_summary(struct agent *agent, struct agent_summary *ret_summary);

/* Where metrics are to be served; NULL: nowhere. Until the next reload. */
const char *agent_metrics_address(const struct agent *agent);

/* What metrics say; valid until the next reload. */
struct agent_view {
    const char *name;
    struct outbox *outbox;
    const struct dialogue_target *targets;
    size_t target_count;
    struct uplink_state uplink;
    uint64_t connections; /* since the start, as what follows */
    uint64_t sent;        /* bytes */
    uint64_t received;
    uint64_t delivered; /* snapshots */
};
void agent_view(struct agent *agent, struct agent_view *ret_view);

/* End everything, within a second and a half. False: some thread would not end, because its database does not answer.
 * Nothing is lost by ending the process then, and nothing may be done but that. */
bool agent_close(struct agent *agent);

#endif
