#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/statement_page.h"

enum { NOW = 1700000000 };

static const int64_t now = (int64_t)NOW * 1000 * 1000;

void play_require(bool holds)
{
    if (!holds)
        abort();
}

void play_must(enum error_code code, const struct error *error)
{
    if (code == ERROR_NONE)
        return;
    fprintf(stderr, "%s: %s\n", error_name(code), error->message);
    abort();
}

struct target_name play_target(uint32_t target)
{
    static const struct text environments[PLAY_TARGETS] = {TEXT_INIT("dev"), TEXT_INIT("staging"), TEXT_INIT("prod")};

    return (struct target_name){TEXT("orders"), environments[target], TEXT("default")};
}

/* ---- the agents and what they have ---- */

/* Nodes that are in order one by one: four objects are announced, three are there. */
static void break_offering(struct offering *broken, const struct offering *other)
{
    const struct hash *three = &other->snapshot->tries[ASPECT_STRUCTURE].top->hash;
    const struct hash *four = &broken->snapshot->tries[ASPECT_STRUCTURE].top->hash;
    char *root = arena_copy(&broken->arena, broken->root_node.bytes, broken->root_node.length);

    play_require(root != NULL);
    for (size_t i = 0; i + HASH_SIZE <= broken->root_node.length; i++)
        if (memcmp(root + i, four->bytes, HASH_SIZE) == 0)
            memcpy(root + i, three->bytes, HASH_SIZE);
    broken->root_node.bytes = root;
}

static void make_pages(struct play *play)
{
    static const struct captured_statement statements[] = {
        {.number = 1, .at = 7, .actor = TEXT_INIT("ana"), .object = TEXT_INIT("s.t0")},
        {.number = 2, .at = 7, .actor = TEXT_INIT("bob"), .statement = TEXT_INIT("COMMENT ON TABLE s.t0")}};
    struct hasher *hasher = NULL;
    struct error error = {0};

    play_must(hasher_new(&hasher, &error), &error);
    node_table_init(&play->page_table);
    for (unsigned i = 0; i < PLAY_PAGES; i++)
        buffer_init(&play->pages[i]);
    play_require(statement_page_write(&play->pages[0], statements, 1) == 1);
    play_require(statement_page_write(&play->pages[1], statements, 2) == 2);
    buffer_add_string(&play->pages[2], "nonsense");
    for (unsigned i = 0; i < PLAY_PAGES; i++) {
        play->page_hashes[i] = hasher_digest(hasher, NODE_STATEMENTS, buffer_text(&play->pages[i]));
        play_require(
            node_table_add(&play->page_table, &play->page_hashes[i], NODE_STATEMENTS, buffer_text(&play->pages[i])));
    }
    hasher_free(hasher);
}

void play_open(struct play *play)
{
    static const struct offering_shape shapes[PLAY_OFFERINGS] = {
        {.tables = 3, .version = 1},  {.tables = 3, .version = 2},
        {.tables = 80, .version = 1}, {.tables = 2, .version = 1, .comment = 50 * 1024},
        {.tables = 4, .version = 1},
    };

    buffer_init(&play->last);
    for (unsigned i = 0; i < PLAY_OFFERINGS; i++)
        offering_make(&play->offerings[i], &shapes[i]);
    break_offering(&play->offerings[PLAY_OFFERINGS - 1], &play->offerings[0]);
    make_pages(play);
}

void play_close(struct play *play)
{
    buffer_clear(&play->last);
    for (unsigned i = 0; i < PLAY_OFFERINGS; i++)
        offering_clear(&play->offerings[i]);
    for (unsigned i = 0; i < PLAY_PAGES; i++)
        buffer_clear(&play->pages[i]);
    node_table_clear(&play->page_table);
}

void play_begin(struct play *play, const int64_t agents[PLAY_AGENTS])
{
    for (unsigned i = 0; i < PLAY_ACTORS; i++)
        play->actors[i] = (struct play_actor){
            .sender = {.peer = {(uint8_t)i}, .agent = agents[i % PLAY_AGENTS], .address = TEXT("192.0.2.1")},
            .incarnation = (uint8_t)(i % PLAY_AGENTS + 1),
            .next_seq = {1, 1, 1}};
    buffer_reset(&play->last);
}

/* ---- what comes back ---- */

static void hear_want(struct play_actor *actor, const Wire__Want *want)
{
    actor->want.target = want->target;
    actor->want.seq = want->seq;
    actor->want.count = want->n_hashes < PLAY_WANTED_LIMIT ? want->n_hashes : PLAY_WANTED_LIMIT;
    for (size_t i = 0; i < actor->want.count; i++)
        memcpy(actor->want.hashes[i].bytes, want->hashes[i].data, HASH_SIZE);
}

static void hear_welcome(struct play_actor *actor, const Wire__Welcome *welcome)
{
    actor->session = welcome->session;
    actor->forgotten = false;
    for (size_t i = 0; i < welcome->n_targets && i < PLAY_TARGETS; i++)
        actor->next_seq[i] = welcome->targets[i]->next_seq;
}

void play_hear(struct play *play, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame)
{
    struct play_actor *actor = &play->actors[peer[0] % PLAY_ACTORS];
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;
    struct error error = {0};

    arena_init(&arena, message_memory(frame.length));
    play_must(message_decode(&message, WIRE_AGENT, frame, &arena, &error), &error);
    if (message.type == MESSAGE_WELCOME)
        hear_welcome(actor, message.welcome);
    if (message.type == MESSAGE_WANT)
        hear_want(actor, message.want);
    if (message.type == MESSAGE_ACK) {
        play->acknowledged(actor, message.ack->target, message.ack->seq);
        actor->next_seq[message.ack->target] = message.ack->seq + 1;
    }
}

/* ---- what they say ---- */

/* What cannot be encoded is not said: broken frames have a saying of their own. */
static void say(struct play *play, struct play_actor *actor, enum message_type type, const ProtobufCMessage *message)
{
    struct error error = {0};

    buffer_reset(&play->last);
    if (message_encode(&play->last, type, message, &error) == ERROR_NONE)
        play->say(&actor->sender, buffer_text(&play->last));
}

static void say_hello(struct play *play, struct play_actor *actor, struct reader *script)
{
    Wire__TargetName names[PLAY_TARGETS];
    Wire__HelloTarget targets[PLAY_TARGETS], *list[PLAY_TARGETS];
    Wire__Hello hello = WIRE__HELLO__INIT;
    uint8_t incarnation[INCARNATION_SIZE];

    if (reader_byte(script) % 4 == 0)
        actor->incarnation++;
    memset(incarnation, actor->incarnation, sizeof incarnation);
    for (uint32_t i = 0; i < PLAY_TARGETS; i++) {
        struct target_name name = play_target(i);

        wire__target_name__init(&names[i]);
        names[i].database = message_bytes(name.database);
        names[i].environment = message_bytes(name.environment);
        names[i].instance = message_bytes(name.instance);
        wire__hello_target__init(&targets[i]);
        targets[i].name = &names[i];
        targets[i].engine = message_bytes(TEXT("dummy"));
        list[i] = &targets[i];
    }
    hello.protocol = WIRE_VERSION;
    hello.version = message_bytes(TEXT("1"));
    hello.incarnation = (ProtobufCBinaryData){sizeof incarnation, incarnation};
    hello.host = message_bytes(TEXT("host"));
    hello.n_targets = 1 + reader_byte(script) % PLAY_TARGETS;
    hello.targets = list;
    say(play, actor, MESSAGE_HELLO, &hello.base);
}

static size_t all_nodes(const struct offering *offering, ProtobufCBinaryData *ret_hints, size_t limit)
{
    size_t count = 0;

    for (uint32_t i = 0; i < offering->nodes.capacity && count < limit; i++)
        if (offering->nodes.slots[i].type != 0)
            ret_hints[count++] = (ProtobufCBinaryData){HASH_SIZE, offering->nodes.slots[i].hash.bytes};
    return count;
}

/* A bit for each page; the first of several is named again at the end. */
static size_t choose_pages(struct play *play, unsigned bits, ProtobufCBinaryData ret_pages[PLAY_PAGES + 1])
{
    size_t count = 0;

    for (unsigned i = 0; i < PLAY_PAGES; i++)
        if ((bits >> i & 1) != 0)
            ret_pages[count++] = (ProtobufCBinaryData){HASH_SIZE, play->page_hashes[i].bytes};
    if (count > 1)
        ret_pages[count++] = ret_pages[0];
    return count;
}

static void say_offer(struct play *play, struct play_actor *actor, struct reader *script)
{
    ProtobufCBinaryData hints[PLAY_WANTED_LIMIT], pages[PLAY_PAGES + 1];
    Wire__Offer offer = WIRE__OFFER__INIT;
    Wire__Gap gap = WIRE__GAP__INIT;
    uint8_t target = reader_byte(script) % PLAY_TARGETS, chosen = reader_byte(script) % PLAY_OFFERINGS;
    uint8_t manner = reader_byte(script);
    const struct offering *offering = &play->offerings[chosen];

    actor->offered[target] = chosen;
    offer.session = actor->session;
    offer.target = target;
    offer.seq = actor->next_seq[target] + (manner >> 4 & 3);
    offer.taken_at = now;
    offer.root_node = message_bytes(offering->root_node);
    offer.server_version = message_bytes(TEXT("1"));
    offer.reference = message_bytes(TEXT("dummy:"));
    gap.lost = manner >> 6;
    gap.reason = message_bytes(TEXT("outbox full"));
    offer.gap = gap.lost > 0 ? &gap : NULL;
    offer.new_nodes = hints;
    offer.n_new_nodes = (manner & 1) != 0 ? all_nodes(offering, hints, PLAY_WANTED_LIMIT) : 0;
    offer.statements = pages;
    offer.n_statements = choose_pages(play, manner >> 1 & 7, pages);
    offer.has_captured = offer.captured = offer.n_statements > 0;
    say(play, actor, MESSAGE_OFFER, &offer.base);
}

static const struct node_slot *find_node(const struct play *play, const struct play_actor *actor,
                                         const struct hash *hash)
{
    const struct node_slot *node =
        node_table_find(&play->offerings[actor->offered[actor->want.target % PLAY_TARGETS]].nodes, hash);

    for (unsigned i = 0; node == NULL && i < PLAY_OFFERINGS; i++)
        node = node_table_find(&play->offerings[i].nodes, hash);
    return node == NULL ? node_table_find(&play->page_table, hash) : node;
}

static Wire__Nodes begin_nodes(const struct play_actor *actor)
{
    Wire__Nodes nodes = WIRE__NODES__INIT;

    nodes.session = actor->session;
    nodes.target = actor->want.target;
    nodes.seq = actor->want.seq;
    return nodes;
}

/* Everything that was asked for, or only so many. */
static void say_nodes(struct play *play, struct play_actor *actor, struct reader *script)
{
    static Wire__Node nodes[PLAY_WANTED_LIMIT], *list[PLAY_WANTED_LIMIT];
    Wire__Nodes message = begin_nodes(actor);
    uint8_t limit = reader_byte(script);

    for (size_t i = 0; i < actor->want.count && (limit == 0 || i < limit); i++) {
        const struct node_slot *node = find_node(play, actor, &actor->want.hashes[i]);
        Wire__Node *place = &nodes[message.n_nodes];

        if (node == NULL)
            continue;
        wire__node__init(place);
        place->type = node->type;
        place->bytes = message_bytes(node->bytes);
        list[message.n_nodes++] = place;
    }
    if (limit == 0)
        actor->want.count = 0;
    message.nodes = list;
    say(play, actor, MESSAGE_NODES, &message.base);
}

/* A part of the first node that was asked for. */
static void say_piece(struct play *play, struct play_actor *actor, struct reader *script)
{
    Wire__Nodes message = begin_nodes(actor);
    Wire__NodePiece piece = WIRE__NODE_PIECE__INIT;
    const struct node_slot *node = actor->want.count == 0 ? NULL : find_node(play, actor, &actor->want.hashes[0]);
    size_t offset = (size_t)reader_byte(script) * 256, length = (size_t)reader_byte(script) * 256;

    if (node == NULL || offset >= node->bytes.length)
        return;
    if (length == 0 || length > node->bytes.length - offset)
        length = node->bytes.length - offset;
    piece.hash = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)node->hash.bytes};
    piece.type = node->type;
    piece.offset = offset;
    piece.size = node->bytes.length;
    piece.bytes = message_bytes((struct text){node->bytes.bytes + offset, length});
    message.piece = &piece;
    say(play, actor, MESSAGE_NODES, &message.base);
}

static void say_missing(struct play *play, struct play_actor *actor, struct reader *script)
{
    Wire__Nodes message = begin_nodes(actor);
    struct hash hash = actor->want.hashes[0];
    ProtobufCBinaryData missing = {HASH_SIZE, hash.bytes};

    hash.bytes[0] ^= reader_byte(script);
    message.n_missing = 1;
    message.missing = &missing;
    say(play, actor, MESSAGE_NODES, &message.base);
}

static void say_heartbeat(struct play *play, struct play_actor *actor, struct reader *script)
{
    Wire__Heartbeat heartbeat = WIRE__HEARTBEAT__INIT;
    Wire__TargetState state = WIRE__TARGET_STATE__INIT;
    Wire__TargetState *list[] = {&state};

    heartbeat.session = actor->session;
    heartbeat.n_targets = 1;
    heartbeat.targets = list;
    state.target = reader_byte(script) % (PLAY_TARGETS + 1);
    state.state = reader_byte(script) % TARGET_STATE_COUNT;
    state.checked_at = now;
    state.has_reason = true;
    state.reason = message_bytes(TEXT("because"));
    say(play, actor, MESSAGE_HEARTBEAT, &heartbeat.base);
}

static void say_bye(struct play *play, struct play_actor *actor, struct reader *script)
{
    Wire__Bye bye = WIRE__BYE__INIT;

    (void)script;
    bye.session = actor->session;
    say(play, actor, MESSAGE_BYE, &bye.base);
}

static void say_garbage(struct play *play, struct play_actor *actor, struct reader *script)
{
    size_t length = reader_byte(script);

    play->say(&actor->sender, reader_bytes(script, length < reader_left(script) ? length : reader_left(script)));
}

/* The last frame of all, again or with a byte that is another. */
static void say_again(struct play *play, struct play_actor *actor, struct reader *script)
{
    size_t at = reader_byte(script) | (size_t)reader_byte(script) << 8;
    CLEANUP(buffer_clear) struct buffer frame = {0};

    if (play->last.length == 0)
        return;
    buffer_add_text(&frame, buffer_text(&play->last));
    frame.bytes[at % frame.length] ^= (char)reader_byte(script);
    play->say(&actor->sender, buffer_text(&frame));
}

void play_say(struct play *play, struct play_actor *actor, unsigned what, struct reader *script)
{
    static void (*const sayings[PLAY_SAYINGS])(struct play *, struct play_actor *, struct reader *) = {
        say_hello, say_offer, say_nodes, say_piece, say_missing, say_heartbeat, say_bye, say_garbage, say_again};

    sayings[what](play, actor, script);
}
