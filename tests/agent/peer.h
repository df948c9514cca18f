/* agent/peer.h - a collector for tests of the agent: a script at the other end, without a store of its own.
 *
 * What the agent says comes in through peer_hear(); the test looks at it, and answers. Answers go out through a
 * function, to a session or to a socket. peer_serve() is a collector that does its duty: it takes snapshots whole,
 * checks them, and remembers their roots. Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_PEER_H
#define DRIFTLINE_TEST_PEER_H

#include "base/hash.h"
#include "wire/message.h"

enum { PEER_TARGETS = 1024, PEER_RECORDED = 4096 };

struct peer_snapshot {
    uint32_t target;
    uint64_t seq;
    uint64_t lost; /* before it */
    struct hash root;
    size_t renames;
};

struct peer_node; /* a node that the collector has */

struct peer {
    void (*answer)(void *context, struct text frame);
    void *context;

    uint64_t session;              /* of the last Welcome */
    uint64_t next[PEER_TARGETS];   /* expected, by place */
    uint32_t refuse[PEER_TARGETS]; /* codes for Welcome */
    unsigned heartbeat_ms;
    uint8_t incarnation[16];
    size_t want_at_once;     /* hashes in one Want */
    struct peer_node *nodes; /* all that came */
    size_t node_count, node_capacity;
    struct peer_snapshot recorded[PEER_RECORDED];
    size_t recorded_count;

    /* the offer that is under way, one a target */
    struct peer_offer *offers[PEER_TARGETS];

    size_t hellos, heartbeats, node_messages, byes;
    size_t bytes;                 /* heard */
    uint64_t missing;             /* nodes that the agent did not have */
    uint32_t state[PEER_TARGETS]; /* of heartbeats */
    char reason[PEER_TARGETS][512];
    int64_t checked_at[PEER_TARGETS];
};

void peer_init(struct peer *peer, void (*answer)(void *context, struct text frame), void *context);
void peer_clear(struct peer *peer);

/* ---- answers, one by one ---- */

void peer_welcome(struct peer *peer, size_t targets);
void peer_want(struct peer *peer, uint32_t target, uint64_t seq, const struct hash *hashes, size_t count);
void peer_ack(struct peer *peer, uint32_t target, uint64_t seq);
void peer_pong(struct peer *peer);

/* `target` < 0: of the session. `next_seq`, `retry_ms` 0: not said. */
struct peer_reject {
    int target;
    uint64_t seq;
    enum reject_code code;
    uint64_t next_seq;
    uint32_t retry_ms;
};
void peer_reject(struct peer *peer, const struct peer_reject *reject);

/* ---- hearing ---- */

/* Decode what the agent said, in the arena. */
struct wire_message peer_hear(struct peer *peer, struct text frame, struct arena *arena);

/* Answer as a collector should. */
void peer_serve(struct peer *peer, const struct wire_message *message);

#endif
