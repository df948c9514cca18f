/* ingest/door.h - who may connect: the ZAP handler, a thread with the lists of keys.
 *
 * It has two domains, each with a list of its own: agents, and those who subscribe to the feed of events. It must be
 * open before anything binds. A list lives in memory and is replaced as a whole: the handler never asks SQLite. libzmq
 * asks once a connection, so a revoked key that is connected already is the core's business: it looks a
 * message's user up again. The user of a connection is the agent's number in decimal digits, or the
 * subscriber's place in his list, from 1.
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
#define DOOR_FEED_DOMAIN "feed"

enum { DOOR_LINES_A_MINUTE = 30 };

struct door;

/* `context` is ZeroMQ's; it and the logger must outlive the door. Nobody is let in before door_set_agents(). */
enum error_code door_open(struct door **ret_door, void *context, struct logger *logger, struct error *error) MUST_CHECK;
void door_close(struct door *door); /* NULL is fine; ends the thread */

/* Let in these agents and no others; those that are revoked are not let in. Copies what it needs. */
enum error_code door_set_agents(struct door *door, const struct agent_row *agents, size_t count,
                                struct error *error) MUST_CHECK;

/* The same for those who subscribe to the feed. */
struct door_subscriber {
    struct text name;
    uint8_t key[KEY_SIZE];
};
enum error_code door_set_subscribers(struct door *door, const struct door_subscriber *subscribers, size_t count,
                                     struct error *error) MUST_CHECK;

/* How many were turned away, and where the last came from; empty: none was. */
enum { DOOR_ADDRESS_SIZE = 64 };
uint64_t door_last_refused(struct door *door, char ret_address[DOOR_ADDRESS_SIZE]);

/* Connections let in and turned away since the start. */
void door_counts(struct door *door, uint64_t *ret_accepted, uint64_t *ret_refused);

#endif
