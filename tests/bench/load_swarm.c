/* One ROUTER has all the connections: each has the key that was set when it was made, and an address of its own. To the
 * collector it makes no difference, and here it costs one descriptor an agent instead of two. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "load.h"
#include "wire/message.h"
#include "wire/socket.h"

enum {
    OVERHEAD = 33 + 2, /* bytes that CURVE and ZMTP add to a message of up to 255 bytes; longer ones 7 more */
    LONG_OVERHEAD = 7,
    SHORT_LENGTH = 255 - 33,
    DRAIN = 1000, /* messages between two looks at the clock */
    POLL_MS = 5,
    PATIENCE_US = 300 * 1000000,
    FLOOD_PATIENCE_US = 1800 * 1000000,
    SEND_PATIENCE_US = 10 * 1000000
};

/* ---- addresses ---- */

/* The first byte is not zero: those are libzmq's own. */
static void address_of(unsigned agent, uint8_t ret_address[SOCKET_PEER_SIZE])
{
    ret_address[0] = 'A';
    for (int i = SOCKET_PEER_SIZE - 1; i > 0; i--, agent >>= 8)
        ret_address[i] = (uint8_t)agent;
}

static unsigned agent_of(const uint8_t address[SOCKET_PEER_SIZE])
{
    unsigned agent = 0;

    for (int i = 1; i < SOCKET_PEER_SIZE; i++)
        agent = agent << 8 | address[i];
    return agent;
}

/* ---- opening ---- */

static void set(void *socket, int option, const void *value, size_t size)
{
    if (zmq_setsockopt(socket, option, value, size) != 0)
        load_die("option %d: %s", option, zmq_strerror(errno));
}

static void set_number(void *socket, int option, int value)
{
    set(socket, option, &value, sizeof value);
}

void load_swarm_open(struct load_swarm *swarm, unsigned count)
{
    struct error error;

    *swarm = (struct load_swarm){.count = count};
    swarm->agents = load_need(calloc(count, sizeof *swarm->agents));
    swarm->took = load_need(calloc(count, sizeof *swarm->took));
    if (socket_context_new(&swarm->context, &error) != ERROR_NONE)
        load_die("%s", error.message);
    swarm->router = load_need(zmq_socket(swarm->context, ZMQ_ROUTER));
    set_number(swarm->router, ZMQ_LINGER, 0);
    set_number(swarm->router, ZMQ_SNDHWM, SOCKET_QUEUE);
    set_number(swarm->router, ZMQ_RCVHWM, SOCKET_QUEUE);
    set_number(swarm->router, ZMQ_ROUTER_MANDATORY, 1);
    set_number(swarm->router, ZMQ_HANDSHAKE_IVL, SOCKET_HANDSHAKE_MS);
}

void load_swarm_close(struct load_swarm *swarm)
{
    socket_close(swarm->router);
    socket_context_free(swarm->context);
    buffer_clear(&swarm->frame);
    free(swarm->agents);
    free(swarm->took);
}

static void connect_agent(const struct load_swarm *swarm, const struct load_collector *collector, unsigned agent,
                          const struct key_pair *key)
{
    uint8_t address[SOCKET_PEER_SIZE];

    address_of(agent, address);
    set(swarm->router, ZMQ_CURVE_PUBLICKEY, key->public_key, KEY_TEXT_SIZE);
    set(swarm->router, ZMQ_CURVE_SECRETKEY, key->secret_key, KEY_TEXT_SIZE);
    set(swarm->router, ZMQ_CURVE_SERVERKEY, collector->key.public_key, KEY_TEXT_SIZE);
    set(swarm->router, ZMQ_CONNECT_ROUTING_ID, address, sizeof address);
    if (zmq_connect(swarm->router, collector->endpoint) != 0)
        load_die("connecting: %s", zmq_strerror(errno));
}

/* ---- waiting ---- */

void load_swarm_reset(struct load_swarm *swarm)
{
    swarm->took_count = 0;
    swarm->heartbeats = swarm->bytes_out = swarm->bytes_in = swarm->busy = 0;
}

static void wait_for(struct load_swarm *swarm, struct load_agent *agent, enum load_wait what)
{
    swarm->waiting += agent->waits == LOAD_NOTHING;
    agent->waits = what;
    agent->began = clock_elapsed();
}

static void came(struct load_swarm *swarm, struct load_agent *agent)
{
    swarm->took[swarm->took_count++ % swarm->count] = (double)(clock_elapsed() - agent->began) / 1e3;
    agent->waits = LOAD_NOTHING;
    swarm->waiting--;
}

/* ---- sending ---- */

static uint64_t on_the_wire(size_t length)
{
    return length + OVERHEAD + (length > SHORT_LENGTH ? LONG_OVERHEAD : 0);
}

static void send_message(struct load_swarm *swarm, const struct load_agent *agent, enum message_type type,
                         const ProtobufCMessage *message)
{
    int64_t end = clock_elapsed() + SEND_PATIENCE_US;
    uint8_t address[SOCKET_PEER_SIZE];
    struct error error;

    address_of((unsigned)(agent - swarm->agents), address);
    buffer_reset(&swarm->frame);
    if (message_encode(&swarm->frame, type, message, &error) != ERROR_NONE)
        load_die("%s", error.message);
    while (!socket_send_to(swarm->router, address, buffer_text(&swarm->frame))) {
        if (clock_elapsed() > end)
            load_die("an agent cannot send: %s", zmq_strerror(errno));
        usleep(1000);
    }
    swarm->bytes_out += on_the_wire(swarm->frame.length);
}

static ProtobufCBinaryData data_of(const void *bytes, size_t length)
{
    return (ProtobufCBinaryData){length, (uint8_t *)bytes};
}

static void say_hello(struct load_swarm *swarm, struct load_agent *agent)
{
    struct load_target target = load_target((unsigned)(agent - swarm->agents));
    Wire__TargetName name = WIRE__TARGET_NAME__INIT;
    Wire__HelloTarget hello_target = WIRE__HELLO_TARGET__INIT;
    Wire__HelloTarget *targets[] = {&hello_target};
    Wire__Hello hello = WIRE__HELLO__INIT;

    name.database = message_bytes(text_from(target.database));
    name.environment = message_bytes(text_from(target.environment));
    name.instance = message_bytes(TEXT("default"));
    hello_target.name = &name;
    hello_target.engine = message_bytes(TEXT("dummy"));
    hello.protocol = WIRE_VERSION;
    hello.version = message_bytes(TEXT(DRIFTLINE_VERSION));
    hello.incarnation = data_of("the first outbox", WIRE_INCARNATION_SIZE);
    hello.host = message_bytes(TEXT("bench"));
    hello.sent_at = clock_now();
    hello.n_targets = LENGTH_OF(targets);
    hello.targets = targets;
    wait_for(swarm, agent, LOAD_WELCOME);
    send_message(swarm, agent, MESSAGE_HELLO, &hello.base);
}

static void send_heartbeat(struct load_swarm *swarm, struct load_agent *agent)
{
    Wire__TargetState state = WIRE__TARGET_STATE__INIT;
    Wire__TargetState *states[] = {&state};
    Wire__Heartbeat heartbeat = WIRE__HEARTBEAT__INIT;

    state.state = TARGET_FINE;
    state.checked_at = clock_now();
    state.has_seq = agent->seq > 0;
    state.seq = agent->seq;
    heartbeat.session = agent->session;
    heartbeat.n_targets = LENGTH_OF(states);
    heartbeat.targets = states;
    send_message(swarm, agent, MESSAGE_HEARTBEAT, &heartbeat.base);
}

static void send_offer(struct load_swarm *swarm, struct load_agent *agent)
{
    const struct load_snapshot *snapshot = agent->offered;
    ProtobufCBinaryData hashes[WIRE_HASHES_LIMIT];
    Wire__Offer offer = WIRE__OFFER__INIT;

    for (uint32_t i = 0; i < snapshot->count; i++)
        hashes[i] = data_of(snapshot->nodes[i].hash.bytes, HASH_SIZE);
    offer.session = agent->session;
    offer.seq = agent->seq;
    offer.taken_at = clock_now();
    offer.root_node = message_bytes(snapshot->root_node);
    offer.server_version = message_bytes(TEXT("1"));
    offer.reference = message_bytes(TEXT("dummy:bench.yaml"));
    offer.n_new_nodes = snapshot->count;
    offer.new_nodes = hashes;
    send_message(swarm, agent, MESSAGE_OFFER, &offer.base);
}

static void offer(struct load_swarm *swarm, struct load_agent *agent, const struct load_snapshot *snapshot)
{
    agent->offered = snapshot;
    agent->seq++;
    wait_for(swarm, agent, LOAD_ACK);
    send_offer(swarm, agent);
}

static const struct load_node *find_node(const struct load_snapshot *snapshot, ProtobufCBinaryData hash)
{
    for (uint32_t i = 0; i < snapshot->count; i++)
        if (memcmp(snapshot->nodes[i].hash.bytes, hash.data, HASH_SIZE) == 0)
            return &snapshot->nodes[i];
    return NULL;
}

/* All that is wanted goes into one message: the schemas are small. */
static void send_nodes(struct load_swarm *swarm, const struct load_agent *agent, const Wire__Want *want)
{
    Wire__Node values[WIRE_HASHES_LIMIT];
    Wire__Node *pointers[WIRE_HASHES_LIMIT];
    Wire__Nodes nodes = WIRE__NODES__INIT;

    for (size_t i = 0; i < want->n_hashes; i++) {
        const struct load_node *node = find_node(agent->offered, want->hashes[i]);

        if (node == NULL)
            load_die("a node was asked for that the collector must have");
        wire__node__init(&values[i]);
        values[i].type = node->type;
        values[i].bytes = message_bytes(node->bytes);
        pointers[i] = &values[i];
    }
    nodes.session = agent->session;
    nodes.seq = agent->seq;
    nodes.n_nodes = want->n_hashes;
    nodes.nodes = pointers;
    send_message(swarm, agent, MESSAGE_NODES, &nodes.base);
}

/* ---- receiving ---- */

static void expect(bool holds, const char *what)
{
    if (!holds)
        load_die("the collector said what it should not: %s", what);
}

static void hear_reject(struct load_swarm *swarm, struct load_agent *agent, const Wire__Reject *reject)
{
    if (reject->code != REJECT_BUSY || agent->waits != LOAD_ACK)
        load_die("rejected: %s, '%.*s'", reject_code_name(reject->code), TEXT_ARGS(message_text(reject->message)));
    agent->retry_at = clock_elapsed() + (int64_t)reject->retry_ms * 1000;
    swarm->busy++;
}

static void hear(struct load_swarm *swarm, struct load_agent *agent, const struct wire_message *message)
{
    switch (message->type) {
    case MESSAGE_WELCOME:
        expect(agent->waits == LOAD_WELCOME && message->welcome->n_targets == 1, "Welcome");
        expect(message->welcome->targets[0]->code == REJECT_NONE, "that a target is not welcome");
        expect(message->welcome->targets[0]->next_seq == agent->seq + 1, "another next_seq");
        agent->session = message->welcome->session;
        swarm->heartbeat_us = (int64_t)message->welcome->heartbeat_ms * 1000;
        came(swarm, agent);
        break;
    case MESSAGE_WANT:
        expect(agent->waits == LOAD_ACK && message->want->seq == agent->seq, "Want");
        send_nodes(swarm, agent, message->want);
        break;
    case MESSAGE_ACK:
        expect(agent->waits == LOAD_ACK && message->ack->seq == agent->seq, "Ack");
        came(swarm, agent);
        break;
    case MESSAGE_PONG:
        swarm->heartbeats++;
        if (swarm->flooding)
            send_heartbeat(swarm, agent);
        break;
    default:
        hear_reject(swarm, agent, message->reject);
    }
}

static void receive(struct load_swarm *swarm, struct socket_frame *frame)
{
    struct text bytes = socket_frame_text(frame);
    unsigned number = agent_of(frame->peer);
    struct wire_message message;
    struct error error;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, message_memory(bytes.length));
    expect(number < swarm->count, "something to nobody");
    if (message_decode(&message, WIRE_AGENT, bytes, &arena, &error) != ERROR_NONE)
        load_die("%s", error.message);
    swarm->bytes_in += on_the_wire(bytes.length);
    hear(swarm, &swarm->agents[number], &message);
}

/* ---- time passes ---- */

/* Heartbeats of agents at rest, one after the other, so that each agent has its turn once an interval. */
static void beat(struct load_swarm *swarm)
{
    int64_t passed = clock_elapsed() - swarm->heartbeats_from;
    uint64_t due = (uint64_t)passed * swarm->count / (uint64_t)swarm->heartbeat_us;

    for (; swarm->heartbeats_sent < due; swarm->heartbeats_sent++)
        send_heartbeat(swarm, &swarm->agents[swarm->heartbeats_sent % swarm->count]);
}

static void retry(struct load_swarm *swarm)
{
    int64_t now = clock_elapsed();

    for (unsigned i = 0; swarm->busy > 0 && i < swarm->count; i++)
        if (swarm->agents[i].retry_at != 0 && swarm->agents[i].retry_at <= now) {
            swarm->agents[i].retry_at = 0;
            send_offer(swarm, &swarm->agents[i]);
        }
}

/* Hear what came, and do what is due. */
static void step(struct load_swarm *swarm)
{
    zmq_pollitem_t item = {.socket = swarm->router, .events = ZMQ_POLLIN};
    struct socket_frame frame;

    if (zmq_poll(&item, 1, POLL_MS) < 0 && errno != EINTR)
        load_die("waiting: %s", zmq_strerror(errno));
    for (unsigned i = 0; i < DRAIN && socket_receive(swarm->router, true, &frame, NULL); i++) {
        receive(swarm, &frame);
        socket_frame_close(&frame);
    }
    if (swarm->heartbeats_from != 0 && !swarm->flooding)
        beat(swarm);
    retry(swarm);
}

static void step_until_nobody_waits(struct load_swarm *swarm, const char *what)
{
    int64_t end = clock_elapsed() + PATIENCE_US;

    while (swarm->waiting > 0) {
        if (clock_elapsed() > end)
            load_die("%u agents wait for %s in vain", swarm->waiting, what);
        step(swarm);
    }
}

void load_swarm_greet(struct load_swarm *swarm, const struct load_collector *collector, const struct key_pair *keys)
{
    for (unsigned i = 0; i < swarm->count; i++) {
        connect_agent(swarm, collector, i, &keys[i]);
        say_hello(swarm, &swarm->agents[i]);
    }
    step_until_nobody_waits(swarm, "a Welcome");
    swarm->heartbeats_from = clock_elapsed();
}

void load_swarm_deliver(struct load_swarm *swarm, const struct load_snapshot *const *snapshots, double seconds)
{
    int64_t began = clock_elapsed();
    unsigned offered = 0;

    while (offered < swarm->count) {
        double passed = (double)(clock_elapsed() - began) / 1e6;
        unsigned due = passed >= seconds ? swarm->count : (unsigned)(passed / seconds * swarm->count);

        for (; offered < due; offered++)
            offer(swarm, &swarm->agents[offered], snapshots[offered]);
        step(swarm);
    }
    step_until_nobody_waits(swarm, "an Ack");
}

void load_swarm_rest(struct load_swarm *swarm, double seconds)
{
    int64_t end = clock_elapsed() + (int64_t)(seconds * 1e6);

    while (clock_elapsed() < end)
        step(swarm);
}

/* Each agent has one heartbeat under way. */
double load_swarm_flood(struct load_swarm *swarm, unsigned each)
{
    int64_t began = clock_elapsed();
    uint64_t goal = (uint64_t)each * swarm->count;

    swarm->flooding = true;
    for (unsigned i = 0; i < swarm->count; i++)
        send_heartbeat(swarm, &swarm->agents[i]);
    while (swarm->heartbeats < goal) {
        if (clock_elapsed() - began > FLOOD_PATIENCE_US)
            load_die("heartbeats are no longer answered");
        step(swarm);
    }
    swarm->flooding = false;
    swarm->heartbeats_from = clock_elapsed();
    swarm->heartbeats_sent = 0;
    return (double)(swarm->heartbeats_from - began) / 1e6;
}

void load_swarm_say_goodbye(struct load_swarm *swarm)
{
    for (unsigned i = 0; i < swarm->count; i++) {
        Wire__Bye bye = WIRE__BYE__INIT;

        bye.session = swarm->agents[i].session;
        send_message(swarm, &swarm->agents[i], MESSAGE_BYE, &bye.base);
    }
}
