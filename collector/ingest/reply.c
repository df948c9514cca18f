#include "ingest/reply.h"

void reply_frame(struct conversation *conversation, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame)
{
    if (conversation->exit.send(conversation->exit.context, peer, frame))
        conversation->counts.bytes_out += frame.length;
}

static void send_message(struct conversation *conversation, const uint8_t peer[SOCKET_PEER_SIZE],
                         enum message_type type, const ProtobufCMessage *message)
{
    struct error error = {0};

    buffer_reset(&conversation->frame);
    if (message_encode(&conversation->frame, type, message, &error) == ERROR_NONE)
        reply_frame(conversation, peer, buffer_text(&conversation->frame));
    else
        log_failure(conversation->logger, "reply-failed", &error, "the agent will ask again");
}

void reply_pong(struct conversation *conversation, const struct session *session)
{
    Wire__Pong pong = WIRE__PONG__INIT;

    pong.session = session->number;
    send_message(conversation, session->peer, MESSAGE_PONG, &pong.base);
}

void reply_ack(struct conversation *conversation, const struct session *session, uint32_t target, uint64_t seq)
{
    Wire__Ack ack = WIRE__ACK__INIT;

    ack.session = session->number;
    ack.target = target;
    ack.seq = seq;
    send_message(conversation, session->peer, MESSAGE_ACK, &ack.base);
}

void reply_want(struct conversation *conversation, const struct session *session, const struct upload *upload,
                ProtobufCBinaryData *hashes, size_t count)
{
    Wire__Want want = WIRE__WANT__INIT;

    want.session = session->number;
    want.target = upload->target;
    want.seq = upload->offer->seq;
    want.n_hashes = count;
    want.hashes = hashes;
    send_message(conversation, session->peer, MESSAGE_WANT, &want.base);
}

void reply_reject(struct conversation *conversation, const uint8_t peer[SOCKET_PEER_SIZE],
                  const struct rejection *rejection)
{
    Wire__Reject reject = WIRE__REJECT__INIT;

    reject.session = rejection->session;
    reject.has_target = reject.has_seq = rejection->seq != 0;
    reject.target = rejection->target;
    reject.seq = rejection->seq;
    reject.code = rejection->code;
    reject.message = message_bytes(text_from(rejection->message));
    reject.has_retry_ms = rejection->retry_ms != 0;
    reject.retry_ms = rejection->retry_ms;
    reject.has_next_seq = rejection->next_seq != 0;
    reject.next_seq = rejection->next_seq;
    send_message(conversation, peer, MESSAGE_REJECT, &reject.base);
}
