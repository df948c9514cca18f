/* ingest/refusal.h - saying no: to the agent, in the counts, in the log, and as an event. Not for others than the
 * conversation.
 *
 * Each is counted and answered; the log and the events hear of the same thing once in a while only (LOG_PAUSE_MS,
 * EVENT_PAUSE_MS). Errors are those of writing the event.
 */
#ifndef DRIFTLINE_INGEST_REFUSAL_H
#define DRIFTLINE_INGEST_REFUSAL_H

#include "ingest/conversation_private.h"

/* Refuse an offer of a target: its upload, if there is one, is dropped, and nodes of it that are still coming are
 * passed over. */
enum error_code refuse_offer(struct conversation *conversation, struct session *session, struct session_target *target,
                             uint64_t seq, enum reject_code code, const char *message, struct error *error) MUST_CHECK;

/* Refuse all further messages of a session, and end it. */
enum error_code refuse_session(struct conversation *conversation, struct session *session, enum reject_code code,
                               const char *message, struct error *error) MUST_CHECK;

/* An operator forgot a target of the session: it ends. An agent that still watches the target says Hello again. */
enum error_code refuse_forgotten(struct conversation *conversation, struct session *session,
                                 struct error *error) MUST_CHECK;

/* Refuse a message that belongs to no session. `session` is the number that it said, or 0. */
enum error_code refuse_message(struct conversation *conversation, const struct session_sender *sender, uint64_t session,
                               enum reject_code code, const char *message, struct error *error) MUST_CHECK;

/* A target is not welcome in a session, which the Welcome says: count, log and event. */
enum error_code refuse_target(struct conversation *conversation, int64_t agent, const struct session_target *target,
                              enum reject_code code, const char *message, struct error *error) MUST_CHECK;

/* When to try again; 0: the agent decides. */
uint32_t refusal_retry_ms(enum reject_code code);

/* What an agent is told when the store failed: how it did is the operator's to know. */
const char *refusal_of_store(enum error_code code, enum reject_code *ret_code);

/* What a failure means for the offer that caused it; REJECT_NONE: it is not the offer's fault. */
enum reject_code refusal_code(enum error_code code);

#endif
