/* ingest/silence.h - agents that are not heard any more, and those that speak again: an event each, once.
 *
 * Silent is who was not heard for stale_after of the configuration, with a session or without; who was never here, and
 * who is revoked, is not. That an agent is silent is kept in the store, so that neither a restart nor a reload forgets
 * or repeats it. After a start, and after a standstill of the collector's own, everybody has stale_after to be heard.
 *
 * For the conversation only. What is looked at is in memory; the store is asked only for those of which there is
 * something to tell, and for a few of them at once.
 */
#ifndef DRIFTLINE_INGEST_SILENCE_H
#define DRIFTLINE_INGEST_SILENCE_H

#include "ingest/conversation_private.h"

enum {
    SILENCES_AT_ONCE = 50,       /* agents that one call tells of */
    SILENCE_STANDSTILL_MS = 5000 /* between two calls: nobody was listening */
};

/* Tell of what is new. To be called a few times a second. */
enum error_code silences_tell(struct conversation *conversation, struct error *error) MUST_CHECK;

#endif
