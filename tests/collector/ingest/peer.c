#include "peer.h"

#include <string.h>

#include "base/clock.h"
#include "base/reference.h"
#include "support/cmocka.h"
#include "wire/statement_page.h"

enum { PEER_MEMORY = 64 * 1024 * 1024, PIECE = 100 * 1024 };

void peer_init(struct peer *peer, const struct peer_line *line, int64_t agent, uint8_t number)
{
    *peer = (struct peer){.line = line, .agent = agent};
    memset(peer->id, number, sizeof peer->id);
    memset(peer->incarnation, number, sizeof peer->incarnation);
    arena_init(&peer->arena, PEER_MEMORY);
    arena_init(&peer->page_arena, PEER_MEMORY);
    node_table_init(&peer->pages);
    buffer_init(&peer->frame);
}

void peer_clear(struct peer *peer)
{
    arena_free(&peer->arena);
    arena_free(&peer->page_arena);
    node_table_clear(&peer->pages);
    buffer_clear(&peer->frame);
}

/* ---- messages ---- */

void peer_send_bytes(struct peer *peer, struct text frame)
{
    peer->line->send(peer->line->context, peer, frame);
}

void peer_send(struct peer *peer, enum message_type type, const ProtobufCMessage *message)
{
    CLEANUP(buffer_clear) struct buffer frame = {0};
    struct error error = {0};

    if (message_encode(&frame, type, message, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    peer_send_bytes(peer, buffer_text(&frame));
}

const struct wire_message *peer_next(struct peer *peer)
{
    struct error error = {0};

    buffer_reset(&peer->frame);
    if (!peer->line->receive(peer->line->context, peer, &peer->frame))
        return NULL;
    arena_free(&peer->arena);
    if (message_decode(&peer->message, WIRE_AGENT, buffer_text(&peer->frame), &peer->arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return &peer->message;
}

static void expect_type(const struct wire_message *message, enum message_type type)
{
    if (message == NULL)
        fail_msg("no message came, where one of type %d was expected", (int)type);
    if (message->type != type && message->type == MESSAGE_REJECT)
        fail_msg("rejected (%s): %.*s", reject_code_name(message->reject->code),
                 TEXT_ARGS(message_text(message->reject->message)));
    assert_int_equal(message->type, type);
}

const struct wire_message *peer_expect(struct peer *peer, enum message_type type)
{
    const struct wire_message *message = peer_next(peer);

    expect_type(message, type);
    return message;
}

const Wire__Reject *peer_expect_reject(struct peer *peer, enum reject_code code)
{
    const Wire__Reject *reject = peer_expect(peer, MESSAGE_REJECT)->reject;

    assert_string_equal(reject_code_name(reject->code), reject_code_name(code));
    assert_true(reject->message.len > 0);
    return reject;
}

void peer_expect_nothing(struct peer *peer)
{
    const struct wire_message *message = peer_next(peer);

    if (message != NULL)
        fail_msg("a message of type %d came, where none was expected", (int)message->type);
}

/* ---- Hello ---- */

static struct text or_default(struct text instance)
{
    return instance.length == 0 ? TEXT("default") : instance;
}

void peer_say_hello(struct peer *peer, const char *const *targets)
{
    Wire__TargetName names[WIRE_TARGETS_LIMIT];
    Wire__HelloTarget said[WIRE_TARGETS_LIMIT];
    Wire__HelloTarget *list[WIRE_TARGETS_LIMIT];
    Wire__Hello hello = WIRE__HELLO__INIT;
    size_t count = 0;

    for (; targets[count] != NULL; count++) {
        struct reference name;
        struct error error = {0};

        assert_int_equal(reference_parse(&name, text_from(targets[count]), &error), ERROR_NONE);
        wire__target_name__init(&names[count]);
        names[count].database = message_bytes(name.database);
        names[count].environment = message_bytes(name.environment);
        names[count].instance = message_bytes(or_default(name.instance));
        wire__hello_target__init(&said[count]);
        said[count].name = &names[count];
        said[count].engine = message_bytes(TEXT("dummy"));
        said[count].oldest_seq = said[count].newest_seq = peer->newest;
        said[count].has_root = peer->newest > 0;
        if (said[count].has_root)
            said[count].root = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)peer->root->bytes};
        list[count] = &said[count];
    }
    hello.protocol = WIRE_VERSION;
    hello.version = message_bytes(TEXT("0.0.1"));
    hello.incarnation = (ProtobufCBinaryData){sizeof peer->incarnation, peer->incarnation};
    hello.host = message_bytes(TEXT("db-1"));
    hello.sent_at = clock_now();
    hello.n_targets = count;
    hello.targets = list;
    peer_send(peer, MESSAGE_HELLO, &hello.base);
}

const Wire__Welcome *peer_join_all(struct peer *peer, const char *const *targets)
{
    const Wire__Welcome *welcome;

    peer_say_hello(peer, targets);
    welcome = peer_expect(peer, MESSAGE_WELCOME)->welcome;
    peer->session = welcome->session;
    return welcome;
}

const Wire__Welcome *peer_join(struct peer *peer, const char *target)
{
    const char *targets[] = {target, NULL};
    const Wire__Welcome *welcome = peer_join_all(peer, targets);

    assert_int_equal(welcome->n_targets, 1);
    assert_string_equal(reject_code_name(welcome->targets[0]->code), "none");
    return welcome;
}

/* ---- snapshots ---- */

struct hash peer_page(struct peer *peer, struct text bytes)
{
    char *copy = arena_copy(&peer->page_arena, bytes.bytes, bytes.length);
    struct hasher *hasher = NULL;
    struct error error = {0};
    struct hash hash;

    assert_non_null(copy);
    assert_int_equal(hasher_new(&hasher, &error), ERROR_NONE);
    hash = hasher_digest(hasher, NODE_STATEMENTS, bytes);
    hasher_free(hasher);
    if (node_table_find(&peer->pages, &hash) == NULL)
        assert_true(node_table_add(&peer->pages, &hash, NODE_STATEMENTS, (struct text){copy, bytes.length}));
    return hash;
}

struct hash peer_page_of(struct peer *peer, const struct captured_statement *statements, size_t count)
{
    CLEANUP(buffer_clear) struct buffer page = {0};

    assert_int_equal(statement_page_write(&page, statements, count), count);
    assert_false(page.failed);
    return peer_page(peer, buffer_text(&page));
}

static struct hash page_of_actor(struct peer *peer, const struct peer_offer *offer)
{
    const char *object = offer->object == NULL ? "s.t0" : offer->object;
    const struct captured_statement statement = {
        .number = ++peer->statements,
        .at = clock_now(),
        .actor = text_from(offer->actor),
        .application = TEXT("psql"),
        .client = TEXT("10.0.0.7"),
        .object = text_from(offer->object),
        .statement = text_from(arena_printf(&peer->page_arena, "COMMENT ON TABLE %s", object))};

    return peer_page_of(peer, &statement, 1);
}

static void name_pages(struct peer *peer, const struct peer_offer *offer, Wire__Offer *message,
                       ProtobufCBinaryData *hashes)
{
    static struct hash own;

    message->statements = hashes;
    for (size_t i = 0; i < offer->page_count; i++)
        hashes[message->n_statements++] = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)offer->pages[i].bytes};
    if (offer->actor == NULL)
        return;
    own = page_of_actor(peer, offer);
    hashes[message->n_statements++] = (ProtobufCBinaryData){HASH_SIZE, own.bytes};
}

void peer_offer(struct peer *peer, const struct peer_offer *offer)
{
    ProtobufCBinaryData hints[WIRE_HASHES_LIMIT], pages[WIRE_STATEMENT_PAGES_LIMIT];
    const struct node_table *nodes = &offer->offering->nodes;
    Wire__Offer message = WIRE__OFFER__INIT;
    Wire__Gap gap = WIRE__GAP__INIT;

    message.session = peer->session;
    message.target = offer->target;
    message.seq = offer->seq;
    message.taken_at = clock_now();
    message.root_node = message_bytes(offer->offering->root_node);
    message.server_version = message_bytes(TEXT("1"));
    message.reference = message_bytes(TEXT("dummy:sample"));
    gap.lost = offer->lost;
    gap.reason = message_bytes(TEXT("outbox full"));
    message.gap = offer->lost > 0 ? &gap : NULL;
    message.has_captured = message.captured = offer->captured;
    name_pages(peer, offer, &message, pages);
    message.new_nodes = hints;
    for (uint32_t i = 0; offer->hints && i < nodes->capacity && message.n_new_nodes < WIRE_HASHES_LIMIT; i++)
        if (nodes->slots[i].type != 0)
            hints[message.n_new_nodes++] = (ProtobufCBinaryData){HASH_SIZE, nodes->slots[i].hash.bytes};
    peer_send(peer, MESSAGE_OFFER, &message.base);
}

static void send_pieces(struct peer *peer, Wire__Nodes *message, const struct node_slot *node)
{
    Wire__NodePiece piece = WIRE__NODE_PIECE__INIT;

    message->piece = &piece;
    piece.hash = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)node->hash.bytes};
    piece.type = node->type;
    piece.size = node->bytes.length;
    while (piece.offset < piece.size) {
        size_t left = node->bytes.length - piece.offset;

        piece.bytes = message_bytes((struct text){node->bytes.bytes + piece.offset, left < PIECE ? left : PIECE});
        peer_send(peer, MESSAGE_NODES, &message->base);
        piece.offset += piece.bytes.len;
    }
    message->piece = NULL;
}

/* Nodes that are collected for one message. */
struct parcel {
    struct peer *peer;
    Wire__Nodes message;
    Wire__Node nodes[WIRE_HASHES_LIMIT];
    Wire__Node *list[WIRE_HASHES_LIMIT];
    size_t bytes;
};

static void send_parcel(struct parcel *parcel)
{
    if (parcel->message.n_nodes > 0)
        peer_send(parcel->peer, MESSAGE_NODES, &parcel->message.base);
    parcel->message.n_nodes = 0;
    parcel->bytes = 0;
}

static void add_to_parcel(struct parcel *parcel, const struct node_slot *node)
{
    Wire__Node *place;

    parcel->peer->bytes += node->bytes.length;
    if (parcel->bytes + node->bytes.length > WIRE_NODES_TARGET)
        send_parcel(parcel);
    if (node->bytes.length > PIECE) {
        send_parcel(parcel);
        send_pieces(parcel->peer, &parcel->message, node);
        return;
    }
    place = &parcel->nodes[parcel->message.n_nodes];
    wire__node__init(place);
    place->type = node->type;
    place->bytes = message_bytes(node->bytes);
    parcel->list[parcel->message.n_nodes++] = place;
    parcel->bytes += node->bytes.length;
}

void peer_answer(struct peer *peer, const Wire__Want *want, const struct offering *offering)
{
    static struct parcel parcel;

    parcel = (struct parcel){.peer = peer, .message = WIRE__NODES__INIT};
    parcel.message.session = peer->session;
    parcel.message.target = want->target;
    parcel.message.seq = want->seq;
    parcel.message.nodes = parcel.list;
    for (size_t i = 0; i < want->n_hashes; i++) {
        const struct node_slot *node;
        struct hash hash;

        memcpy(hash.bytes, want->hashes[i].data, HASH_SIZE);
        node = node_table_find(&offering->nodes, &hash);
        node = node == NULL ? node_table_find(&peer->pages, &hash) : node;
        assert_non_null(node);
        add_to_parcel(&parcel, node);
    }
    send_parcel(&parcel);
}

unsigned peer_deliver(struct peer *peer, const struct peer_offer *offer)
{
    const struct wire_message *message;
    unsigned wants = 0;

    peer_offer(peer, offer);
    for (; (message = peer_next(peer)) != NULL && message->type == MESSAGE_WANT; wants++)
        peer_answer(peer, message->want, offer->offering);
    expect_type(message, MESSAGE_ACK);
    assert_int_equal(message->ack->target, offer->target);
    assert_int_equal(message->ack->seq, offer->seq);
    return wants;
}

void peer_heartbeat(struct peer *peer, uint32_t target, enum target_state state, const char *reason)
{
    Wire__Heartbeat heartbeat = WIRE__HEARTBEAT__INIT;
    Wire__TargetState said = WIRE__TARGET_STATE__INIT;
    Wire__TargetState *list[] = {&said};

    heartbeat.session = peer->session;
    heartbeat.n_targets = 1;
    heartbeat.targets = list;
    said.target = target;
    said.state = state;
    said.checked_at = clock_now();
    said.has_reason = reason != NULL;
    said.reason = message_bytes(text_from(reason));
    peer_send(peer, MESSAGE_HEARTBEAT, &heartbeat.base);
    assert_int_equal(peer_expect(peer, MESSAGE_PONG)->pong->session, peer->session);
}

void peer_say_goodbye(struct peer *peer)
{
    Wire__Bye bye = WIRE__BYE__INIT;

    bye.session = peer->session;
    peer_send(peer, MESSAGE_BYE, &bye.base);
}
