/* ingest/strangers.h - counts connections that come and go without a message.
 *
 * What does not speak the protocol, has no key of ours, or says nothing at all, is cut by libzmq, which keeps that to
 * itself: nobody would know that a thousand connections a minute knock at the port. They are told apart by their
 * descriptors: one over which no message came was a stranger's.
 *
 * Threads: that of the router.
 */
#ifndef DRIFTLINE_INGEST_STRANGERS_H
#define DRIFTLINE_INGEST_STRANGERS_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/log.h"

enum { STRANGERS_PAUSE_MS = 60000 }; /* between two lines of the log */

struct strangers;

/* Watch a socket before it binds or soon after. The context and the logger must outlive this. */
enum error_code strangers_watch(struct strangers **ret_strangers, void *context, void *router, struct logger *logger,
                                struct error *error) MUST_CHECK;

/* Watch no longer; before the router is closed. NULL is fine. */
void strangers_free(struct strangers *strangers);

/* A message came over this connection; negative: that is not known. */
void strangers_spoke(struct strangers *strangers, int descriptor);

/* See who is gone by now, and log it: at once, then once in a while, with how many there were. To be called often.
 * `elapsed` is clock_elapsed(). */
void strangers_look(struct strangers *strangers, int64_t elapsed);

/* How many there were. */
uint64_t strangers_count(const struct strangers *strangers);

#endif
