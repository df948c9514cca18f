/* ingest/reply.h - the messages that the collector sends. Not for others than the conversation.
 *
 * What cannot be sent is lost: agents come again.
 */
#ifndef DRIFTLINE_INGEST_REPLY_H
#define DRIFTLINE_INGEST_REPLY_H

#include "ingest/conversation_private.h"

void reply_pong(struct conversation *conversation, const struct session *session);
void reply_ack(struct conversation *conversation, const struct session *session, uint32_t target, uint64_t seq);
void reply_want(struct conversation *conversation, const struct session *session, const struct upload *upload,
                ProtobufCBinaryData *hashes, size_t count);

/* What is rejected: an offer, or without `seq` a whole session. */
struct rejection {
    uint64_t session; /* 0: there is none */
    uint32_t target;
    uint64_t seq;
    enum reject_code code;
    const char *message;
    uint32_t retry_ms; /* 0: not said */
    uint64_t next_seq; /* 0: not said */
};
void reply_reject(struct conversation *conversation, const uint8_t peer[SOCKET_PEER_SIZE],
                  const struct rejection *rejection);

/* A frame that was made before. */
void reply_frame(struct conversation *conversation, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame);

#endif
