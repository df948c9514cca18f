/* collector/ingest/peer.h - an agent that does what a test tells it, right or wrong.
 *
 * It speaks over a line: a real socket, or straight into a conversation (scene.h).
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_PEER_H
#define DRIFTLINE_TEST_PEER_H

#include "base/buffer.h"
#include "offering.h"
#include "schema/statement.h"
#include "wire/message.h"
#include "wire/socket.h"

struct peer;

struct peer_line {
    void (*send)(void *context, struct peer *peer, struct text frame);
    /* The next frame for this peer. False when none comes. */
    bool (*receive)(void *context, struct peer *peer, struct buffer *ret_frame);
    void *context;
};

struct peer {
    const struct peer_line *line;
    uint8_t id[SOCKET_PEER_SIZE]; /* in a scene: its connection and agent */
    int64_t agent;
    void *socket; /* else */
    uint8_t incarnation[WIRE_INCARNATION_SIZE];
    uint64_t newest;         /* what it says in Hello that it has; 0: nothing */
    const struct hash *root; /* of the newest */
    uint64_t session;
    struct wire_message message; /* that came last; in the arena */
    struct arena arena;
    struct buffer frame;
    uint64_t bytes;          /* of nodes that were sent */
    struct node_table pages; /* of statements, which it has besides what it offers */
    struct arena page_arena;
    int64_t statements; /* that it has captured */
};

/* `number` becomes its id and incarnation. */
void peer_init(struct peer *peer, const struct peer_line *line, int64_t agent, uint8_t number);
void peer_clear(struct peer *peer);

void peer_send(struct peer *peer, enum message_type type, const ProtobufCMessage *message);
void peer_send_bytes(struct peer *peer, struct text frame);

/* The next message, or NULL; and one that must be of the type. */
const struct wire_message *peer_next(struct peer *peer);
const struct wire_message *peer_expect(struct peer *peer, enum message_type type);
const Wire__Reject *peer_expect_reject(struct peer *peer, enum reject_code code);
void peer_expect_nothing(struct peer *peer);

/* Say Hello for targets "database@environment[/instance]"; NULL ends. */
void peer_say_hello(struct peer *peer, const char *const *targets);

/* The same, and be welcomed. */
const Wire__Welcome *peer_join_all(struct peer *peer, const char *const *targets);
const Wire__Welcome *peer_join(struct peer *peer, const char *target);

struct peer_offer {
    uint32_t target;
    uint64_t seq;
    const struct offering *offering;
    uint64_t lost; /* before it */
    bool hints;    /* name all nodes as new, as far as they fit */
    bool captured;
    const char *actor;        /* of a captured statement; NULL: there was none */
    const char *object;       /* that it was about */
    const struct hash *pages; /* of statements, from peer_page(); beside the one of `actor` */
    size_t page_count;
};

/* Keep a page, to be sent when it is asked for; and one of these statements. */
struct hash peer_page(struct peer *peer, struct text bytes);
struct hash peer_page_of(struct peer *peer, const struct captured_statement *statements, size_t count);

void peer_offer(struct peer *peer, const struct peer_offer *offer);

/* Answer a Want with what was wanted: as few messages as possible, large nodes in pieces. */
void peer_answer(struct peer *peer, const Wire__Want *want, const struct offering *offering);

/* Offer, answer every Want, and be acknowledged. Answers how many there were. */
unsigned peer_deliver(struct peer *peer, const struct peer_offer *offer);

void peer_heartbeat(struct peer *peer, uint32_t target, enum target_state state, const char *reason);

void peer_say_goodbye(struct peer *peer);

#endif
