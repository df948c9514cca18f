/* collector/ingest/play.h - agents who say whatever bytes tell them to: right things, wrong things, and broken frames.
 *
 * Two agents have two connections each, and all the same targets. What they offer is a handful of snapshots; one of
 * them is put together of nodes that do not fit together; and pages of statements, of which one is none. Failure: what
 * must not happen aborts the program.
 */
#ifndef DRIFTLINE_TEST_PLAY_H
#define DRIFTLINE_TEST_PLAY_H

#include "base/reader.h"
#include "ingest/session.h"
#include "offering.h"

enum {
    PLAY_AGENTS = 2,
    PLAY_ACTORS = 4,
    PLAY_TARGETS = 3, /* orders@dev, orders@staging, orders@prod */
    PLAY_OFFERINGS = 5,
    PLAY_PAGES = 3,   /* of statements; the last one is none */
    PLAY_SAYINGS = 9, /* kinds of things to say */
    PLAY_WANTED_LIMIT = 128
};

/* One connection, and what its agent knows. */
struct play_actor {
    struct session_sender sender;
    uint8_t incarnation;
    uint64_t session;
    uint64_t next_seq[PLAY_TARGETS];
    uint8_t offered[PLAY_TARGETS];
    bool forgotten; /* a target was, since its Hello */
    struct {
        uint32_t target;
        uint64_t seq;
        struct hash hashes[PLAY_WANTED_LIMIT];
        size_t count;
    } want;
};

struct play {
    struct play_actor actors[PLAY_ACTORS];
    struct offering offerings[PLAY_OFFERINGS];
    struct buffer pages[PLAY_PAGES];
    struct hash page_hashes[PLAY_PAGES];
    struct node_table page_table;
    struct buffer last; /* the frame that was said last */
    void (*say)(const struct session_sender *sender, struct text frame);
    void (*acknowledged)(const struct play_actor *actor, uint32_t target, uint64_t seq);
};

void play_open(struct play *play);
void play_close(struct play *play);

/* All agents are as new. */
void play_begin(struct play *play, const int64_t agents[PLAY_AGENTS]);

/* Say something; `what` is below PLAY_SAYINGS, and how it is said is read from the script. */
void play_say(struct play *play, struct play_actor *actor, unsigned what, struct reader *script);

/* An answer came. It must be a message that an agent can read. */
void play_hear(struct play *play, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame);

struct target_name play_target(uint32_t target);

/* Abort unless it holds; or unless it succeeded, saying why not. */
void play_require(bool holds);
void play_must(enum error_code code, const struct error *error);

#endif
