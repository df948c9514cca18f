/* ingest/offer.h - how a snapshot comes in: offered, asked for, recorded. Not for others than the conversation.
 *
 * Only the snapshot that is next is taken, or one whose gap accounts for those in between; what was recorded before is
 * acknowledged again. A root that the store has is recorded at once, any other goes to the staging and is asked for, as
 * are pages of captured statements. Where the root is that of the target's newest snapshot, nothing is recorded but the
 * statements, with that one.
 */
#ifndef DRIFTLINE_INGEST_OFFER_H
#define DRIFTLINE_INGEST_OFFER_H

#include "ingest/conversation_private.h"

/* `arena` is what the offer was read into; an upload takes it over. */
enum error_code offer_receive(struct conversation *conversation, struct session *session, const Wire__Offer *offer,
                              struct arena *arena, struct error *error) MUST_CHECK;

enum error_code offer_receive_nodes(struct conversation *conversation, struct session *session,
                                    const Wire__Nodes *nodes, struct error *error) MUST_CHECK;

/* It is this upload's turn. */
enum error_code offer_go_on(struct conversation *conversation, struct upload *upload, struct error *error) MUST_CHECK;

/* The agent of this upload does not send what it was asked for. */
enum error_code offer_give_up(struct conversation *conversation, struct upload *upload, struct error *error) MUST_CHECK;

#endif
