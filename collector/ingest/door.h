/* ingest/door.h - who may connect: the ZAP handler, a thread with the list of keys.
 *
 * It must be open before anything binds. The list lives in memory and is replaced as a whole: the handler never asks
 * SQLite. libzmq asks once a connection, so a revoked key that is connected already is the core's business: it looks a
 * message's user up again. The user of a connection is the agent's number in decimal digits.
 *
 * Who is turned away is logged with the key, so that somebody who wants to enrol it can; the log has a limit a minute.
 *
 * Threads: the handler is a thread of its own; the functions may be called from any.
 */
#ifndef DRIFTLINE_INGEST_DOOR_H
#define DRIFTLINE_INGEST_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/log.h"
#include "store/agents.h"

#define DOOR_DOMAIN "driftline"

enum { DOOR_LINES_A_MINUTE = 30 };

struct door;

/* `context` is ZeroMQ's; it and the logger must outlive the door. Nobody is let in before door_set_agents(). */
enum error_code door_open(struct door **ret_door, void *context, struct logger *logger, struct error *error) MUST_CHECK;
void door_close(struct door *door); /* NULL is fine; ends the thread */

/* Let in these agents and no others; those that are revoked are not let in. Copies what it needs. */
enum error_code door_set_agents(struct door *door, const struct agent_row *agents, size_t count,
                                struct error *error) MUST_CHECK;

/* Connections let in and turned away since the start. */
void door_counts(struct door *door, uint64_t *ret_accepted, uint64_t *ret_refused);

#endif
