#include "agent/peer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "schema/node.h"
#include "support/cmocka.h"

struct peer_node {
    struct hash hash;
    enum node_type type;
    struct text bytes;
};

/* A node that is not there yet. */
struct wanted {
    struct hash hash;
    enum node_type type;
    bool asked;
};

struct peer_offer {
    uint64_t seq;
    uint64_t lost;
    size_t renames;
    struct hash root;
    struct wanted *wanted;
    size_t count, capacity;
    struct buffer piece;
};

void peer_init(struct peer *peer, void (*answer)(void *context, struct text frame), void *context)
{
    *peer = (struct peer){.answer = answer, .context = context, .heartbeat_ms = 15000, .want_at_once = 500};
    for (size_t i = 0; i < PEER_TARGETS; i++)
        peer->next[i] = 1;
}

static void drop_offer(struct peer *peer, uint32_t target)
{
    if (peer->offers[target] == NULL)
        return;
    buffer_clear(&peer->offers[target]->piece);
    free(peer->offers[target]->wanted);
    free(peer->offers[target]);
    peer->offers[target] = NULL;
}

void peer_clear(struct peer *peer)
{
    for (uint32_t i = 0; i < PEER_TARGETS; i++)
        drop_offer(peer, i);
    for (size_t i = 0; i < peer->node_count; i++)
        free((char *)peer->nodes[i].bytes.bytes);
    free(peer->nodes);
}

/* ---- answers ---- */

static void say(struct peer *peer, enum message_type type, const ProtobufCMessage *message)
{
    struct error error = {0};
    struct buffer frame;

    buffer_init(&frame);
    if (message_encode(&frame, type, message, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    peer->answer(peer->context, buffer_text(&frame));
    buffer_clear(&frame);
}

void peer_welcome(struct peer *peer, size_t targets)
{
    Wire__Welcome welcome = WIRE__WELCOME__INIT;
    Wire__WelcomeTarget *messages = calloc(targets, sizeof *messages);
    Wire__WelcomeTarget **places = calloc(targets, sizeof(*places));

    assert_true(messages != NULL && places != NULL);
    for (uint32_t i = 0; i < targets; i++) {
        wire__welcome_target__init(&messages[i]);
        messages[i].code = peer->refuse[i];
        messages[i].next_seq = peer->refuse[i] == REJECT_NONE ? peer->next[i] : 0;
        messages[i].has_reason = peer->refuse[i] != REJECT_NONE;
        messages[i].reason = message_bytes(TEXT("the peer of the test said so"));
        places[i] = &messages[i];
        if (i < PEER_TARGETS)
            drop_offer(peer, i);
    }
    welcome.session = ++peer->session;
    welcome.protocol = WIRE_VERSION;
    welcome.frame_limit = WIRE_FRAME_LIMIT;
    welcome.heartbeat_ms = peer->heartbeat_ms;
    welcome.now = 1;
    welcome.n_targets = targets;
    welcome.targets = places;
    say(peer, MESSAGE_WELCOME, &welcome.base);
    free(messages);
    free(places);
}

void peer_want(struct peer *peer, uint32_t target, uint64_t seq, const struct hash *hashes, size_t count)
{
    Wire__Want want = WIRE__WANT__INIT;
    ProtobufCBinaryData data[WIRE_HASHES_LIMIT];

    assert_true(count > 0 && count <= WIRE_HASHES_LIMIT);
    for (size_t i = 0; i < count; i++)
        data[i] = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)hashes[i].bytes};
    want.session = peer->session;
    want.target = target;
    want.seq = seq;
    want.n_hashes = count;
    want.hashes = data;
    say(peer, MESSAGE_WANT, &want.base);
}

void peer_ack(struct peer *peer, uint32_t target, uint64_t seq)
{
    Wire__Ack ack = WIRE__ACK__INIT;

    ack.session = peer->session;
    ack.target = target;
    ack.seq = seq;
    say(peer, MESSAGE_ACK, &ack.base);
}

void peer_pong(struct peer *peer)
{
    Wire__Pong pong = WIRE__PONG__INIT;

    pong.session = peer->session;
    say(peer, MESSAGE_PONG, &pong.base);
}

void peer_reject(struct peer *peer, const struct peer_reject *reject)
{
    Wire__Reject message = WIRE__REJECT__INIT;

    message.session = peer->session;
    message.has_target = message.has_seq = reject->target >= 0;
    message.target = reject->target >= 0 ? (uint32_t)reject->target : 0;
    message.seq = reject->seq;
    message.code = reject->code;
    message.message = message_bytes(TEXT("the peer of the test said so"));
    message.has_retry_ms = reject->retry_ms != 0;
    message.retry_ms = reject->retry_ms;
    message.has_next_seq = reject->next_seq != 0;
    message.next_seq = reject->next_seq;
    if (reject->target >= 0)
        drop_offer(peer, (uint32_t)reject->target);
    say(peer, MESSAGE_REJECT, &message.base);
}

/* ---- hearing ---- */

struct wire_message peer_hear(struct peer *peer, struct text frame, struct arena *arena)
{
    struct wire_message message;
    struct error error = {0};

    peer->bytes += frame.length;
    if (message_decode(&message, WIRE_COLLECTOR, frame, arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return message;
}

static const struct peer_node *find_node(const struct peer *peer, const struct hash *hash)
{
    for (size_t i = 0; i < peer->node_count; i++)
        if (hash_equal(&peer->nodes[i].hash, hash))
            return &peer->nodes[i];
    return NULL;
}

static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? 256 : *capacity * 2;
    items = realloc(items, *capacity * size);
    assert_non_null(items);
    return items;
}

struct visiting {
    struct peer *peer;
    struct peer_offer *offer;
};

static enum error_code want_child(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    struct visiting *visiting = context;
    struct peer_offer *offer = visiting->offer;

    (void)error;
    if (find_node(visiting->peer, hash) != NULL)
        return ERROR_NONE;
    for (size_t i = 0; i < offer->count; i++)
        if (hash_equal(&offer->wanted[i].hash, hash))
            return ERROR_NONE;
    offer->wanted = grow(offer->wanted, offer->count, &offer->capacity, sizeof *offer->wanted);
    offer->wanted[offer->count++] = (struct wanted){*hash, type, false};
    return ERROR_NONE;
}

/* Keep a node, and want what it refers to. */
static struct hash keep(struct peer *peer, struct peer_offer *offer, enum node_type type, struct text bytes)
{
    struct visiting visiting = {peer, offer};
    struct hasher *hasher = NULL;
    struct error error = {0};
    struct hash hash;
    char *copy = malloc(bytes.length + 1);

    assert_non_null(copy);
    memcpy(copy, bytes.bytes, bytes.length);
    assert_int_equal(hasher_new(&hasher, &error), ERROR_NONE);
    hash = hasher_digest(hasher, (uint8_t)type, bytes);
    hasher_free(hasher);
    if (node_check(type, bytes, want_child, &visiting, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    peer->nodes = grow(peer->nodes, peer->node_count, &peer->node_capacity, sizeof *peer->nodes);
    peer->nodes[peer->node_count++] = (struct peer_node){hash, type, {copy, bytes.length}};
    return hash;
}

static void record(struct peer *peer, uint32_t target)
{
    struct peer_offer *offer = peer->offers[target];
    uint64_t seq = offer->seq;

    assert_true(peer->recorded_count < PEER_RECORDED);
    if (seq >= peer->next[target]) {
        assert_int_equal(seq - offer->lost, peer->next[target]); /* in order, and every hole accounted for */
        peer->recorded[peer->recorded_count++] =
            (struct peer_snapshot){target, seq, offer->lost, offer->root, offer->renames};
        peer->next[target] = seq + 1;
    }
    drop_offer(peer, target);
    peer_ack(peer, target, seq);
}

/* Ask for what was not asked for, or be done. */
static void go_on(struct peer *peer, uint32_t target)
{
    struct peer_offer *offer = peer->offers[target];
    struct hash hashes[WIRE_HASHES_LIMIT];
    size_t count = 0;

    if (offer->count == 0) {
        record(peer, target);
        return;
    }
    for (size_t i = 0; i < offer->count && count < peer->want_at_once; i++)
        if (!offer->wanted[i].asked) {
            offer->wanted[i].asked = true;
            hashes[count++] = offer->wanted[i].hash;
        }
    if (count > 0)
        peer_want(peer, target, offer->seq, hashes, count);
}

static void take_offer(struct peer *peer, const Wire__Offer *message)
{
    struct peer_offer *offer = calloc(1, sizeof *offer);
    struct hasher *hasher = NULL;
    struct error error = {0};

    assert_non_null(offer);
    assert_null(peer->offers[message->target]); /* one at a time */
    peer->offers[message->target] = offer;
    offer->seq = message->seq;
    offer->lost = message->gap == NULL ? 0 : message->gap->lost;
    offer->renames = message->n_renames;
    assert_int_equal(hasher_new(&hasher, &error), ERROR_NONE);
    offer->root = hasher_digest(hasher, NODE_ROOT, message_text(message->root_node));
    hasher_free(hasher);
    if (find_node(peer, &offer->root) == NULL)
        keep(peer, offer, NODE_ROOT, message_text(message->root_node));
    go_on(peer, message->target);
}

/* It must have been asked for. */
static enum node_type take_off(struct peer_offer *offer, const struct hash *hash)
{
    for (size_t i = 0; i < offer->count; i++)
        if (hash_equal(&offer->wanted[i].hash, hash)) {
            enum node_type type = offer->wanted[i].type;

            assert_true(offer->wanted[i].asked);
            offer->wanted[i] = offer->wanted[--offer->count];
            return type;
        }
    fail_msg("a node that was not asked for");
    return NODE_BLOB;
}

static void take_node(struct peer *peer, struct peer_offer *offer, enum node_type type, struct text bytes)
{
    struct hash hash = keep(peer, offer, type, bytes);

    assert_int_equal(take_off(offer, &hash), type);
}

static void take_piece(struct peer *peer, struct peer_offer *offer, const Wire__NodePiece *piece)
{
    assert_int_equal(piece->offset, offer->piece.length);
    buffer_add(&offer->piece, piece->bytes.data, piece->bytes.len);
    if (offer->piece.length < piece->size)
        return;
    assert_int_equal(offer->piece.length, piece->size);
    take_node(peer, offer, (enum node_type)piece->type, buffer_text(&offer->piece));
    buffer_clear(&offer->piece);
}

static void take_nodes(struct peer *peer, const Wire__Nodes *nodes)
{
    struct peer_offer *offer = peer->offers[nodes->target];
    bool all_came = true;

    peer->node_messages++;
    if (offer == NULL || offer->seq != nodes->seq)
        return;
    for (size_t i = 0; i < nodes->n_nodes; i++)
        take_node(peer, offer, (enum node_type)nodes->nodes[i]->type, message_text(nodes->nodes[i]->bytes));
    if (nodes->piece != NULL)
        take_piece(peer, offer, nodes->piece);
    peer->missing += nodes->n_missing;
    if (nodes->n_missing > 0) {
        const struct peer_reject reject = {(int)nodes->target, nodes->seq, REJECT_INCOMPLETE, 0, 0};

        peer_reject(peer, &reject);
        return;
    }
    for (size_t i = 0; i < offer->count; i++)
        all_came &= !offer->wanted[i].asked;
    if (all_came)
        go_on(peer, nodes->target);
}

static void take_heartbeat(struct peer *peer, const Wire__Heartbeat *heartbeat)
{
    peer->heartbeats++;
    for (size_t i = 0; i < heartbeat->n_targets; i++) {
        const Wire__TargetState *state = heartbeat->targets[i];

        peer->state[state->target] = state->state;
        peer->checked_at[state->target] = state->checked_at;
        snprintf(peer->reason[state->target], sizeof peer->reason[0], "%.*s", (int)state->reason.len,
                 state->reason.len == 0 ? "" : (const char *)state->reason.data);
    }
    peer_pong(peer);
}

void peer_serve(struct peer *peer, const struct wire_message *message)
{
    switch (message->type) {
    case MESSAGE_HELLO:
        peer->hellos++;
        memcpy(peer->incarnation, message->hello->incarnation.data, sizeof peer->incarnation);
        peer_welcome(peer, message->hello->n_targets);
        break;
    case MESSAGE_OFFER:
        if (message->offer->session == peer->session)
            take_offer(peer, message->offer);
        break;
    case MESSAGE_NODES:
        if (message->nodes->session == peer->session)
            take_nodes(peer, message->nodes);
        break;
    case MESSAGE_HEARTBEAT:
        if (message->heartbeat->session == peer->session)
            take_heartbeat(peer, message->heartbeat);
        break;
    case MESSAGE_BYE:
        peer->byes++;
        break;
    default:
        fail_msg("a message that an agent does not send");
    }
}
