/* An agent that is up to no good, against a real collector:
 *
 *   hostile_peer ENDPOINT COLLECTOR_KEY KEY_FILE ACT TIMES
 *
 * does what ACT names so many times, and ends with 0 when each time it was refused as it should be. Its key, which
 * KEY_FILE holds, must be enrolled for `db@prod/ACT`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ingest/peer.h"
#include "support/cmocka.h"
#include "wire/statement_page.h"

enum { PATIENCE_MS = 60000, FLOOD = 200 };

struct hostile {
    struct peer peer;
    struct offering offering;
    char target[64];
    struct socket_client client;
    void *context;
};

/* ---- the line ---- */

/* What the collector does not take, because it is busy with what came before, waits here. */
static void send_frame(void *context, struct peer *peer, struct text frame)
{
    (void)context;
    if (zmq_send(peer->socket, frame.bytes, frame.length, 0) != (int)frame.length)
        fail_msg("the collector takes nothing any more: %s", zmq_strerror(errno));
}

static bool receive_frame(void *context, struct peer *peer, struct buffer *ret_frame)
{
    zmq_pollitem_t item = {.socket = peer->socket, .events = ZMQ_POLLIN};
    struct socket_frame frame;

    (void)context;
    while (!socket_receive(peer->socket, false, &frame, NULL))
        if (zmq_poll(&item, 1, PATIENCE_MS) <= 0)
            return false;
    buffer_add_text(ret_frame, socket_frame_text(&frame));
    socket_frame_close(&frame);
    return true;
}

/* A connection of its own for each time: answers to what was said before cannot be mistaken for others. */
static void connect_anew(struct hostile *hostile)
{
    static const int patience = PATIENCE_MS;
    struct error error = {0};

    socket_close(hostile->peer.socket);
    hostile->peer.socket = NULL;
    if (socket_connect(&hostile->peer.socket, hostile->context, &hostile->client, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    zmq_setsockopt(hostile->peer.socket, ZMQ_SNDTIMEO, &patience, sizeof patience);
}

/* ---- acts ---- */

static void join(struct hostile *hostile)
{
    peer_join(&hostile->peer, hostile->target);
}

static void offer(struct hostile *hostile, uint64_t seq, const struct offering *offering)
{
    peer_offer(&hostile->peer, &(struct peer_offer){.seq = seq, .offering = offering});
}

static void send_node(struct hostile *hostile, enum node_type type, struct text bytes)
{
    Wire__Nodes nodes = WIRE__NODES__INIT;
    Wire__Node node = WIRE__NODE__INIT;
    Wire__Node *list[] = {&node};

    nodes.session = hostile->peer.session;
    nodes.seq = 1;
    nodes.n_nodes = 1;
    nodes.nodes = list;
    node.type = type;
    node.bytes = message_bytes(bytes);
    peer_send(&hostile->peer, MESSAGE_NODES, &nodes.base);
}

static void send_nodes(struct hostile *hostile, struct text bytes)
{
    send_node(hostile, NODE_BLOB, bytes);
}

/* Frames that are no messages; the first ends the session, the others are not even answered. */
static void say_garbage(struct hostile *hostile)
{
    char bytes[512];

    join(hostile);
    for (unsigned i = 0; i < FLOOD; i++) {
        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = (char)random();
        bytes[0] = WIRE_VERSION;
        bytes[1] = MESSAGE_HEARTBEAT;
        peer_send_bytes(&hostile->peer, (struct text){bytes, sizeof bytes});
    }
    peer_expect_reject(&hostile->peer, REJECT_PROTOCOL);
}

/* A frame over the limit breaks the connection; messages of several frames are dropped. */
static void send_huge_frames(struct hostile *hostile)
{
    static char huge[4 * WIRE_FRAME_LIMIT];

    join(hostile);
    for (unsigned i = 0; i < FLOOD; i++) {
        zmq_send(hostile->peer.socket, "a", 1, ZMQ_SNDMORE);
        zmq_send(hostile->peer.socket, "b", 1, 0);
    }
    zmq_send(hostile->peer.socket, huge, sizeof huge, 0);
    peer_say_hello(&hostile->peer, (const char *const[]){hostile->target, NULL}); /* on the next connection, or lost */
}

static void offer_nonsense(struct hostile *hostile)
{
    struct offering broken = hostile->offering;

    broken.root_node = TEXT("\1nonsense");
    join(hostile);
    offer(hostile, 1, &broken);
    peer_expect_reject(&hostile->peer, REJECT_CORRUPT);
}

/* A node with another hash than the one that was wanted is one that nobody wanted. */
static void send_wrong_nodes(struct hostile *hostile)
{
    join(hostile);
    offer(hostile, 1, &hostile->offering);
    peer_expect(&hostile->peer, MESSAGE_WANT);
    send_nodes(hostile, TEXT("not what was wanted"));
    peer_expect_reject(&hostile->peer, REJECT_PROTOCOL);
}

static void withhold_nodes(struct hostile *hostile)
{
    Wire__Nodes nodes = WIRE__NODES__INIT;
    const Wire__Want *want;

    join(hostile);
    offer(hostile, 1, &hostile->offering);
    want = peer_expect(&hostile->peer, MESSAGE_WANT)->want;
    nodes.session = hostile->peer.session;
    nodes.seq = 1;
    nodes.n_missing = 1;
    nodes.missing = want->hashes;
    peer_send(&hostile->peer, MESSAGE_NODES, &nodes.base);
    peer_expect_reject(&hostile->peer, REJECT_INCOMPLETE);
}

static void send_endless_nodes(struct hostile *hostile)
{
    static char large[100 * 1000];

    join(hostile);
    offer(hostile, 1, &hostile->offering);
    peer_expect(&hostile->peer, MESSAGE_WANT);
    for (unsigned i = 0; i < FLOOD; i++)
        send_nodes(hostile, (struct text){large, sizeof large});
    peer_expect_reject(&hostile->peer, REJECT_PROTOCOL);
}

/* ---- pages of statements ---- */

static void send_page(struct hostile *hostile, struct text bytes)
{
    struct hash page = peer_page(&hostile->peer, bytes);

    join(hostile);
    peer_offer(&hostile->peer,
               &(struct peer_offer){.seq = 1, .offering = &hostile->offering, .pages = &page, .page_count = 1});
    peer_answer(&hostile->peer, peer_expect(&hostile->peer, MESSAGE_WANT)->want, &hostile->offering);
}

/* The hash is right, but the bytes say nothing. */
static void send_broken_page(struct hostile *hostile)
{
    send_page(hostile, TEXT("\x0a\xff\xff\xff\xff\x0f nonsense"));
    peer_expect_reject(&hostile->peer, REJECT_CORRUPT);
}

static void send_large_page(struct hostile *hostile)
{
    static char large[STATEMENT_PAGE_LIMIT + 1];

    send_page(hostile, (struct text){large, sizeof large});
    peer_expect_reject(&hostile->peer, REJECT_LIMIT);
}

/* A page that the offer did not name. */
static void send_stray_page(struct hostile *hostile)
{
    const struct captured_statement statement = {.number = 1, .actor = TEXT("ana")};
    struct hash hash = peer_page_of(&hostile->peer, &statement, 1);

    join(hostile);
    offer(hostile, 1, &hostile->offering);
    peer_expect(&hostile->peer, MESSAGE_WANT);
    send_node(hostile, NODE_STATEMENTS, node_table_find(&hostile->peer.pages, &hash)->bytes);
    peer_expect_reject(&hostile->peer, REJECT_PROTOCOL);
}

/* What was recorded is acknowledged again, and that is all. */
static void replay(struct hostile *hostile)
{
    join(hostile);
    for (unsigned i = 0; i < FLOOD; i++)
        peer_deliver(&hostile->peer, &(struct peer_offer){.seq = 1, .offering = &hostile->offering});
}

static void speak_for_others(struct hostile *hostile)
{
    const char *const targets[] = {"db@prod/honest", hostile->target, NULL};
    const Wire__Welcome *welcome = peer_join_all(&hostile->peer, targets);

    assert_string_equal(reject_code_name(welcome->targets[0]->code), "forbidden");
    assert_string_equal(reject_code_name(welcome->targets[1]->code), "none");
    offer(hostile, 1, &hostile->offering);
    peer_expect_reject(&hostile->peer, REJECT_FORBIDDEN);
}

static void greet_endlessly(struct hostile *hostile)
{
    for (unsigned i = 0; i < FLOOD; i++)
        join(hostile);
}

/* Ask for answers, and take none of them. */
static void stay_deaf(struct hostile *hostile)
{
    Wire__Heartbeat heartbeat = WIRE__HEARTBEAT__INIT;

    join(hostile);
    heartbeat.session = hostile->peer.session;
    for (unsigned i = 0; i < 10 * FLOOD; i++)
        peer_send(&hostile->peer, MESSAGE_HEARTBEAT, &heartbeat.base);
}

static const struct {
    const char *name;
    void (*act)(struct hostile *hostile);
} acts[] = {
    {"garbage", say_garbage},    {"huge", send_huge_frames},      {"nonsense", offer_nonsense},
    {"wrong", send_wrong_nodes}, {"missing", withhold_nodes},     {"endless", send_endless_nodes},
    {"replay", replay},          {"forbidden", speak_for_others}, {"hellos", greet_endlessly},
    {"deaf", stay_deaf},         {"page", send_broken_page},      {"large", send_large_page},
    {"stray", send_stray_page},
};

/* ---- the program ---- */

static const char *const *arguments;

static void test_act(void **state)
{
    struct peer_line line = {send_frame, receive_frame, NULL};
    struct hostile hostile = {0};
    struct error error = {0};
    struct key_pair key;
    size_t number = 0;

    (void)state;
    while (number < LENGTH_OF(acts) && strcmp(acts[number].name, arguments[3]) != 0)
        number++;
    assert_true(number < LENGTH_OF(acts));
    if (key_pair_load_or_make(&key, arguments[2], &error) != ERROR_NONE ||
        socket_context_new(&hostile.context, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    hostile.client = (struct socket_client){arguments[0], arguments[1], &key};
    snprintf(hostile.target, sizeof hostile.target, "db@prod/%s", acts[number].name);
    peer_init(&hostile.peer, &line, 0, 1);
    offering_make(&hostile.offering, &(struct offering_shape){.tables = 100, .version = (uint32_t)number + 1});
    for (unsigned long i = strtoul(arguments[4], NULL, 10); i > 0; i--) {
        connect_anew(&hostile);
        acts[number].act(&hostile);
    }
    offering_clear(&hostile.offering);
    socket_close(hostile.peer.socket);
    peer_clear(&hostile.peer);
    socket_context_free(hostile.context);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_act)};

    if (count != 6) {
        fprintf(stderr, "usage: hostile_peer ENDPOINT COLLECTOR_KEY KEY_FILE ACT TIMES\n");
        return 2;
    }
    arguments = (const char *const *)words + 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
