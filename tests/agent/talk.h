/* agent/talk.h - an agent's dialogue with a peer, through memory.
 *
 *     DIALOGUE_TEST(test_hello)   the state of every test is a struct talk
 *     talk_put(talk, 0, snapshot);
 *     talk_open(talk, 1);
 *     talk_on(talk);
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_TALK_H
#define DRIFTLINE_TEST_TALK_H

#include "agent/dialogue.h"
#include "agent/peer.h"
#include "support/directory.h"

enum { TARGETS = 3, SECOND = 1000 * 1000 };

/* An agent and a peer that talk through memory; time passes when the test says so. */
struct talk {
    struct test_directory directory;
    const char *path;
    struct outbox *outbox;
    struct logger logger;
    struct outbox_target names[TARGETS];
    struct dialogue_target targets[TARGETS];
    struct status statuses[TARGETS];
    struct dialogue *dialogue;
    struct peer peer;
    int64_t now;
    bool deaf;         /* the agent's frames are not taken */
    struct text *sent; /* by the agent, not heard yet */
    size_t sent_count;
    struct text *answered; /* by the peer, not received yet */
    size_t answered_count;
    struct error error;
};

/* With one target; talk_make() makes the dialogue anew with others. */
int talk_setup(void **state);
int talk_teardown(void **state);
void talk_make(struct talk *talk, size_t targets);

#define DIALOGUE_TEST(function) cmocka_unit_test_setup_teardown(function, talk_setup, talk_teardown)

/* ---- what happens ---- */

/* A connection is there: what was said on another is forgotten. */
void talk_begin(struct talk *talk);

/* The same, and say Hello and be welcome; the first heartbeat is heard. */
void talk_open(struct talk *talk, size_t targets);

/* A watcher's snapshot, which this frees. */
void talk_put(struct talk *talk, size_t target, struct snapshot *snapshot);

/* The next message of the agent, which must be of this type. */
struct wire_message talk_hear(struct talk *talk, enum message_type type, struct arena *arena);

/* Let the peer hear and answer what the agent sent. */
void talk_serve(struct talk *talk);

/* Give the peer's answers to the agent; keep one until then, which peers do by themselves. */
void talk_deliver(struct talk *talk);
void talk_keep_answer(void *talk, struct text frame);

/* Both talk until nobody has anything to say. */
void talk_on(struct talk *talk);

/* Another peer, which knows nothing. */
void talk_forget_peer(struct talk *talk);

/* Run a statement on the outbox's file. */
void talk_spoil(const struct talk *talk, const char *sql);

/* ---- what became of it ---- */

enum dialogue_verdict talk_verdict(const struct talk *talk);
int64_t talk_pause(const struct talk *talk);
struct outbox_range talk_range(struct talk *talk, size_t target);
struct dialogue_summary talk_summary(const struct talk *talk);

/* What the watcher of a target is asked for. */
unsigned talk_asked(struct talk *talk, size_t target);

#endif
