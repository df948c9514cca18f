/* ingest/heartbeat.h - how targets are, as their agents say: in memory at once, in the store when it changes, and
 * otherwise every few seconds. Not for others than the conversation.
 */
#ifndef DRIFTLINE_INGEST_HEARTBEAT_H
#define DRIFTLINE_INGEST_HEARTBEAT_H

#include "ingest/conversation_private.h"

enum { HEARTBEATS_AT_ONCE = 1024 /* agents whose heartbeats are stored in one go */ };

enum error_code heartbeat_receive(struct conversation *conversation, struct session *session,
                                  const Wire__Heartbeat *heartbeat, struct error *error) MUST_CHECK;

/* Store some of what was heard since the last time, if that is due. */
enum error_code heartbeats_store(struct conversation *conversation, struct error *error) MUST_CHECK;

#endif
