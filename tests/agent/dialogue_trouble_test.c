/* What can go wrong between an agent and its collector. */
#include <stdlib.h>

#include "agent/outbox_sample.h"
#include "agent/talk.h"
#include "base/memory.h"
#include "support/cmocka.h"

/* ---- what can go wrong on the way ---- */

static void test_silence_ends_the_connection(void **state)
{
    struct talk *talk = *state;
    int64_t until;

    talk_begin(talk);
    until = dialogue_work(talk->dialogue, talk->now);
    assert_int_equal(until - talk->now, 10 * (int64_t)SECOND); /* the patience that was given */
    dialogue_work(talk->dialogue, until);
    assert_int_equal(talk_verdict(talk), DIALOGUE_LOST);

    talk_open(talk, 1);
    assert_int_equal(talk_verdict(talk), DIALOGUE_GOES_ON);
    talk->now += 44 * (int64_t)SECOND;
    dialogue_work(talk->dialogue, talk->now);
    assert_int_equal(talk_verdict(talk), DIALOGUE_GOES_ON);
    peer_pong(&talk->peer);
    talk_deliver(talk);
    talk->now += 44 * (int64_t)SECOND;
    dialogue_work(talk->dialogue, talk->now);
    assert_int_equal(talk_verdict(talk), DIALOGUE_GOES_ON);
    talk->now += 1 * (int64_t)SECOND;
    dialogue_work(talk->dialogue, talk->now);
    assert_int_equal(talk_verdict(talk), DIALOGUE_LOST);
}

static void test_nonsense_ends_the_connection(void **state)
{
    struct talk *talk = *state;
    struct hash hash = {{0}};

    talk_open(talk, 1);
    dialogue_receive(talk->dialogue,
                     TEXT("\x01\x10"
                          "garbage"),
                     talk->now);
    assert_int_equal(talk_verdict(talk), DIALOGUE_LOST);

    talk_begin(talk);
    peer_welcome(&talk->peer, 2); /* of another Hello than ours */
    talk_deliver(talk);
    assert_int_equal(talk_verdict(talk), DIALOGUE_LOST);

    talk_open(talk, 1);
    peer_ack(&talk->peer, 0, 1); /* nothing was offered */
    talk_deliver(talk);
    assert_int_equal(talk_verdict(talk), DIALOGUE_LOST);

    talk_open(talk, 1);
    peer_ack(&talk->peer, 7, 1);
    talk_deliver(talk);
    assert_int_equal(talk_verdict(talk), DIALOGUE_LOST);

    talk_put(talk, 0, outbox_sample(3, 1));
    talk_open(talk, 1);
    for (unsigned i = 0; i < 40 * 1000 && talk_verdict(talk) == DIALOGUE_GOES_ON; i++) {
        talk->deaf = true;
        peer_want(&talk->peer, 0, 1, &hash, 1);
        talk_deliver(talk);
    }
    assert_int_equal(talk_verdict(talk), DIALOGUE_LOST);
}

static void test_other_sessions_are_not_listened_to(void **state)
{
    struct talk *talk = *state;
    const struct peer_reject over = {.target = -1, .code = REJECT_PROTOCOL};
    struct hash hash = {{0}};

    talk_put(talk, 0, outbox_sample(3, 1));
    talk_open(talk, 1);
    talk->peer.session += 100;
    peer_ack(&talk->peer, 0, 1);
    peer_ack(&talk->peer, 9, 9);
    peer_want(&talk->peer, 0, 1, &hash, 1);
    peer_reject(&talk->peer, &over);
    talk_deliver(talk);
    assert_int_equal(talk_verdict(talk), DIALOGUE_GOES_ON);
    assert_int_equal(talk_range(talk, 0).waiting, 1);
    assert_int_equal(talk->sent_count, 1); /* the offer, and no nodes */
}

/* A collector that was restarted has forgotten the session, and one that was restored from a backup more than that. */
static void test_a_collector_that_forgot(void **state)
{
    static const enum reject_code codes[] = {REJECT_SESSION, REJECT_FORGOTTEN};
    struct talk *talk = *state;
    struct peer *peer = &talk->peer;

    for (unsigned i = 1; i <= 4; i++)
        talk_put(talk, 0, outbox_sample(50, i));
    talk_begin(talk);
    talk_on(talk);
    assert_int_equal(peer->recorded_count, 4);
    for (size_t i = 0; i < LENGTH_OF(codes); i++) {
        const struct peer_reject reject = {.target = -1, .code = codes[i]};

        peer->recorded_count = 0;
        peer->next[0] = 2;
        peer_reject(peer, &reject);
        peer_reject(peer, &reject); /* once for each message that was under way */
        talk_deliver(talk);
        talk_on(talk);
        assert_int_equal(peer->hellos, i + 2);
        assert_int_equal(peer->recorded_count, 3);
        assert_int_equal(peer->recorded[0].seq, 2);
        assert_int_equal(talk_verdict(talk), DIALOGUE_GOES_ON);
    }
}

static void test_what_the_outbox_has_no_more_is_a_gap(void **state)
{
    struct talk *talk = *state;
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;

    arena_init(&arena, SIZE_MAX);
    for (unsigned i = 1; i <= 4; i++)
        talk_put(talk, 0, outbox_sample(50, i));
    assert_int_equal(outbox_drop(talk->outbox, talk->targets[0].id, 1, "the first", &talk->error), ERROR_NONE);
    assert_int_equal(outbox_drop(talk->outbox, talk->targets[0].id, 2, "the second", &talk->error), ERROR_NONE);
    talk_open(talk, 1);
    message = talk_hear(talk, MESSAGE_OFFER, &arena);
    assert_int_equal(message.offer->seq, 3);
    assert_int_equal(message.offer->gap->lost, 2);
    assert_true(text_equal(message_text(message.offer->gap->reason), TEXT("the second")));
    peer_ack(&talk->peer, 0, 3);
    talk_deliver(talk);
    assert_null(talk_hear(talk, MESSAGE_OFFER, &arena).offer->gap);
}

/* The newest was dropped while nobody was looking, and another came. */
static void test_a_gap_at_the_end(void **state)
{
    struct talk *talk = *state;

    talk_put(talk, 0, outbox_sample(50, 1));
    talk_begin(talk);
    talk_on(talk);
    talk_put(talk, 0, outbox_sample(50, 2));
    assert_int_equal(outbox_drop(talk->outbox, talk->targets[0].id, 2, "x", &talk->error), ERROR_NONE);
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 1);
    talk_put(talk, 0, outbox_sample(50, 3));
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 2);
    assert_int_equal(talk->peer.recorded[1].seq, 3);
    assert_int_equal(talk->peer.recorded[1].lost, 1);
}

static void test_an_outbox_from_the_past(void **state)
{
    struct talk *talk = *state;
    uint8_t before[OUTBOX_INCARNATION_SIZE];

    for (unsigned i = 1; i <= 3; i++)
        talk_put(talk, 0, outbox_sample(50, i));
    outbox_incarnation(talk->outbox, before);
    talk->peer.next[0] = 9;
    talk_begin(talk);
    {
        CLEANUP(arena_free) struct arena arena;

        arena_init(&arena, SIZE_MAX);
        talk_hear(talk, MESSAGE_HELLO, &arena);
        peer_welcome(&talk->peer, 1);
        talk_deliver(talk);
    }
    talk->peer.next[0] = 1; /* of the new name it knows nothing */
    talk_on(talk);
    assert_memory_not_equal(talk->peer.incarnation, before, sizeof before);
    assert_int_equal(talk->peer.recorded_count, 3);
    assert_int_equal(talk_range(talk, 0).waiting, 0);
}

/* Numbers that were given and are gone are no sign of that. */
static void test_a_target_whose_snapshots_are_all_gone(void **state)
{
    struct talk *talk = *state;
    uint8_t before[OUTBOX_INCARNATION_SIZE], after[OUTBOX_INCARNATION_SIZE];

    talk_put(talk, 0, outbox_sample(50, 1));
    talk_put(talk, 0, outbox_sample(50, 2));
    talk_begin(talk);
    talk_on(talk);
    outbox_incarnation(talk->outbox, before);
    for (uint64_t seq = 1; seq <= 2; seq++)
        assert_int_equal(outbox_drop(talk->outbox, talk->targets[0].id, seq, "x", &talk->error), ERROR_NONE);
    talk_make(talk, 1);
    talk_begin(talk);
    talk_on(talk);
    outbox_incarnation(talk->outbox, after);
    assert_memory_equal(before, after, sizeof before);
    talk_put(talk, 0, outbox_sample(50, 3));
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 3);
    assert_int_equal(talk->peer.recorded[2].lost, 0);
}

/* ---- damage ---- */

/* What is damaged in the outbox is not sent, is read anew from the database, and the history says that one was lost. */
static void test_damaged_nodes_are_read_anew(void **state)
{
    static const char *const damages[] = {
        "UPDATE node SET bytes = CAST(bytes || x'00' AS BLOB) WHERE type = 1",
        "UPDATE node SET bytes = CAST(bytes || x'00' AS BLOB) WHERE type = 2",
        "UPDATE node SET bytes = CAST(bytes || x'00' AS BLOB) WHERE type = 4",
        "UPDATE node SET hash = randomblob(32) WHERE id = (SELECT max(id) FROM node WHERE type = 3)",
    };
    struct talk *talk = *state;

    for (size_t i = 0; i < LENGTH_OF(damages); i++) {
        struct snapshot *snapshot = outbox_sample(200, (unsigned)i);
        struct outbox_put done;

        print_message("  %s\n", damages[i]);
        talk_put(talk, 0, outbox_sample(200, (unsigned)i));
        talk_spoil(talk, damages[i]);
        talk_begin(talk);
        talk_on(talk);
        assert_int_equal(talk_asked(talk, 0), STATUS_ANEW);
        assert_int_equal(talk->peer.state[0], TARGET_STARTING);
        /* What the watcher does then. */
        assert_int_equal(outbox_put(talk->outbox, talk->targets[0].id,
                                    &(struct outbox_parcel){.snapshot = snapshot, .anew = true}, &done, &talk->error),
                         ERROR_NONE);
        snapshot_free(snapshot);
        status_stored(&talk->statuses[0], done.seq);
        dialogue_look_around(talk->dialogue);
        talk_on(talk);
        assert_int_equal(talk->peer.recorded_count, i + 1);
        assert_int_equal(talk->peer.recorded[i].lost, 1);
        assert_int_equal(talk_range(talk, 0).waiting, 0);
    }
}

/* ---- anything at all ---- */

static void say_anything(struct talk *talk)
{
    const struct peer_reject reject = {.target = rand() % (TARGETS + 2) - 1,
                                       .seq = 1 + (unsigned)rand() % 6,
                                       .code = (enum reject_code)(1 + rand() % (REJECT_CODE_COUNT - 1)),
                                       .next_seq = (unsigned)rand() % 8,
                                       .retry_ms = (unsigned)rand() % 3000};
    struct hash hash = talk_range(talk, (size_t)rand() % TARGETS).root;
    char garbage[40];

    switch (rand() % 8) {
    case 0:
        for (size_t i = 0; i < TARGETS; i++) {
            talk->peer.next[i] = 1 + (unsigned)rand() % 7;
            talk->peer.refuse[i] = rand() % 5 == 0 ? REJECT_CLAIMED : REJECT_NONE;
        }
        peer_welcome(&talk->peer, rand() % 10 == 0 ? TARGETS + 1 : TARGETS);
        break;
    case 1:
        hash.bytes[0] ^= (uint8_t)(rand() % 2);
        peer_want(&talk->peer, (uint32_t)rand() % (TARGETS + 1), 1 + (unsigned)rand() % 6, &hash, 1);
        break;
    case 2:
    case 3:
        peer_ack(&talk->peer, (uint32_t)rand() % (TARGETS + 1), 1 + (unsigned)rand() % 6);
        break;
    case 4:
        peer_pong(&talk->peer);
        break;
    case 5:
        for (size_t i = 0; i < sizeof garbage; i++)
            garbage[i] = (char)(i == 0 ? WIRE_VERSION : i == 1 ? MESSAGE_WELCOME + rand() % 5 : rand());
        talk_keep_answer(talk, (struct text){garbage, (size_t)rand() % sizeof garbage});
        break;
    default:
        peer_reject(&talk->peer, &reject);
    }
}

/* Whatever a peer says, the agent goes on; and a collector that comes after it gets what there is, in order. */
static void test_a_peer_that_says_anything(void **state)
{
    struct talk *talk = *state;

    talk_make(talk, TARGETS);
    srand(11);
    for (unsigned round = 0; round < 60; round++) {
        talk_begin(talk);
        for (unsigned i = 0; i < 40; i++) {
            talk->deaf = rand() % 8 == 0;
            if (rand() % 10 == 0)
                talk_put(talk, (size_t)rand() % TARGETS, outbox_sample(5 + (unsigned)rand() % 90, (unsigned)rand()));
            if (rand() % 5 == 0)
                talk->now += rand() % (30 * SECOND);
            if (talk->peer.session == 0 || rand() % 30 == 0)
                peer_welcome(&talk->peer, TARGETS);
            say_anything(talk);
            talk_deliver(talk);
            if (talk_verdict(talk) != DIALOGUE_GOES_ON || talk->sent_count > 1000)
                talk_begin(talk);
        }
        talk->deaf = false;
        talk->now += 600 * (int64_t)SECOND;
        talk_forget_peer(talk);
        talk_begin(talk);
        talk_on(talk);
        assert_true(talk_summary(talk).settled);
        for (size_t i = 0; i < TARGETS; i++)
            assert_int_equal(talk_range(talk, i).waiting, 0);
    }
    outbox_sample_check(talk->path);
}

/* ---- memory ---- */

/* Let an allocation fail somewhere in the agent's part of the talk: the nth within one of its turns. */
static void talk_short_of_memory(struct talk *talk, unsigned turn, unsigned nth)
{
    talk_begin(talk);
    for (unsigned i = 0; talk->sent_count > 0 || talk->answered_count > 0; i++) {
        talk_serve(talk);
        mem_fail_at(i == turn ? nth : 0);
        talk_deliver(talk);
        mem_fail_at(0);
    }
}

/* A later connection brings everything over, once and in order. */
static void test_allocations_may_fail(void **state)
{
    struct talk *talk = *state;
    unsigned failures = 0;

    talk_put(talk, 0, outbox_sample(30, 1));
    talk_put(talk, 0, outbox_sample(30, 2));
    for (unsigned turn = 0; turn < 8; turn++)
        for (unsigned nth = 1; nth < 40; nth++) {
            talk_forget_peer(talk);
            talk_short_of_memory(talk, turn, nth);
            failures += talk_verdict(talk) != DIALOGUE_GOES_ON;
            assert_int_not_equal(talk_verdict(talk), DIALOGUE_FAILED);
            talk->now += 60 * (int64_t)SECOND;
            talk_begin(talk);
            talk_on(talk);
            assert_int_equal(talk->peer.recorded_count, 2);
            assert_true(talk_summary(talk).settled);
        }
    assert_true(failures > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIALOGUE_TEST(test_silence_ends_the_connection),
        DIALOGUE_TEST(test_nonsense_ends_the_connection),
        DIALOGUE_TEST(test_other_sessions_are_not_listened_to),
        DIALOGUE_TEST(test_a_collector_that_forgot),
        DIALOGUE_TEST(test_what_the_outbox_has_no_more_is_a_gap),
        DIALOGUE_TEST(test_a_gap_at_the_end),
        DIALOGUE_TEST(test_an_outbox_from_the_past),
        DIALOGUE_TEST(test_a_target_whose_snapshots_are_all_gone),
        DIALOGUE_TEST(test_damaged_nodes_are_read_anew),
        DIALOGUE_TEST(test_a_peer_that_says_anything),
        DIALOGUE_TEST(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
