/* ingest/hello.h - how a session begins. Not for others than the conversation. */
#ifndef DRIFTLINE_INGEST_HELLO_H
#define DRIFTLINE_INGEST_HELLO_H

#include "ingest/conversation_private.h"

/* Answer a Hello of an agent that may be here: a Welcome once the batch is committed, or a Reject. */
enum error_code hello_receive(struct conversation *conversation, const struct session_sender *sender,
                              const Wire__Hello *hello, struct error *error) MUST_CHECK;

#endif
