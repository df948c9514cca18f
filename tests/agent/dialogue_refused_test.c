/* What a collector can refuse. */
#include <stdlib.h>

#include "agent/outbox_sample.h"
#include "agent/talk.h"
#include "support/cmocka.h"

static const struct {
    enum reject_code code;
    uint32_t retry_ms;
    enum dialogue_verdict verdict;
    int64_t pause_us; /* at least */
} ends[] = {
    {REJECT_PROTOCOL, 0, DIALOGUE_AGAIN, 0},          {REJECT_VERSION, 0, DIALOGUE_AGAIN, 10 * SECOND},
    {REJECT_REVOKED, 0, DIALOGUE_AGAIN, 10 * SECOND}, {REJECT_DUPLICATE, 30000, DIALOGUE_AGAIN, 30 * SECOND},
    {REJECT_BUSY, 0, DIALOGUE_AGAIN, 1 * SECOND},     {REJECT_FULL, 7000, DIALOGUE_AGAIN, 7 * SECOND},
};

static void test_a_refused_session(void **state)
{
    struct talk *talk = *state;

    for (size_t i = 0; i < LENGTH_OF(ends); i++) {
        const struct peer_reject reject = {.target = -1, .code = ends[i].code, .retry_ms = ends[i].retry_ms};

        print_message("  %s\n", reject_code_name(ends[i].code));
        talk_open(talk, 1);
        peer_reject(&talk->peer, &reject);
        talk_deliver(talk);
        assert_int_equal(talk_verdict(talk), ends[i].verdict);
        assert_true(talk_pause(talk) >= ends[i].pause_us);
        talk_begin(talk); /* and the Hello itself may be refused */
        talk->peer.session = 0;
        peer_reject(&talk->peer, &reject);
        talk_deliver(talk);
        assert_int_equal(talk_verdict(talk), ends[i].verdict);
    }
}

/* Time passes, with signs of life from both sides. */
static void pass_time(struct talk *talk, int64_t duration)
{
    for (int64_t end = talk->now + duration; talk->now < end;) {
        talk->now += end - talk->now < 10 * (int64_t)SECOND ? end - talk->now : 10 * (int64_t)SECOND;
        peer_pong(&talk->peer);
        talk_deliver(talk);
        talk_on(talk);
    }
}

static const struct {
    enum reject_code code;
    uint32_t retry_ms;
    int64_t again_us;        /* after which the same is offered again; 0: never */
    unsigned asked;          /* of the watcher */
    enum target_state state; /* that the collector is told of then */
} refusals[] = {
    {REJECT_BUSY, 2000, 2 * SECOND, 0, TARGET_FINE},    {REJECT_BUSY, 0, 5 * SECOND, 0, TARGET_FINE},
    {REJECT_FULL, 5000, 5 * SECOND, 0, TARGET_FINE},    {REJECT_INCOMPLETE, 1000, 1 * SECOND, 0, TARGET_FINE},
    {REJECT_VERSION, 0, 60 * SECOND, 0, TARGET_FINE},   {REJECT_SEQUENCE, 0, 5 * SECOND, 0, TARGET_FINE},
    {REJECT_CORRUPT, 0, 0, STATUS_ANEW, TARGET_FAILED}, {REJECT_LIMIT, 0, 0, 0, TARGET_FAILED},
};

static void test_a_refused_offer(void **state)
{
    struct talk *talk = *state;

    for (size_t i = 0; i < LENGTH_OF(refusals); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct peer_reject reject = {.target = 0, .code = refusals[i].code, .retry_ms = refusals[i].retry_ms};

        arena_init(&arena, SIZE_MAX);
        print_message("  %s\n", reject_code_name(refusals[i].code));
        status_report(&talk->statuses[0], TARGET_FINE, "", 1);
        talk_put(talk, 0, outbox_sample(20, (unsigned)i));
        talk_open(talk, 1);
        reject.seq = talk_hear(talk, MESSAGE_OFFER, &arena).offer->seq;
        peer_reject(&talk->peer, &reject);
        talk_deliver(talk);
        assert_int_equal(talk_verdict(talk), DIALOGUE_GOES_ON);
        assert_int_equal(talk_asked(talk, 0), refusals[i].asked);
        talk_on(talk);
        assert_int_equal(talk_range(talk, 0).waiting, refusals[i].again_us > 0);
        if (refusals[i].again_us > 0) {
            pass_time(talk, refusals[i].again_us - 1);
            assert_int_equal(talk_range(talk, 0).waiting, 1);
            pass_time(talk, 1);
        }
        assert_int_equal(talk_range(talk, 0).waiting, 0);
        assert_int_equal(talk->peer.state[0], refusals[i].state);
        /* Whatever it was, the next one goes through, and then all is fine. */
        talk_put(talk, 0, outbox_sample(20, 100 + (unsigned)i));
        talk_on(talk);
        assert_int_equal(talk_range(talk, 0).waiting, 0);
        assert_int_equal(talk->peer.state[0], TARGET_FINE);
        assert_true(talk_summary(talk).settled);
    }
}

/* The next offer, whatever is said before it. */
static uint64_t next_offer(struct talk *talk)
{
    for (;;) {
        CLEANUP(arena_free) struct arena arena;
        struct wire_message message;

        arena_init(&arena, SIZE_MAX);
        dialogue_work(talk->dialogue, talk->now);
        assert_true(talk->sent_count > 0);
        message = peer_hear(&talk->peer, talk->sent[0], &arena);
        free((char *)talk->sent[0].bytes);
        memmove(talk->sent, talk->sent + 1, --talk->sent_count * sizeof *talk->sent);
        if (message.type == MESSAGE_OFFER)
            return message.offer->seq;
    }
}

/* The same bytes would be refused again: they are read anew once, and not over and over. */
static void test_a_snapshot_that_is_refused_again(void **state)
{
    struct talk *talk = *state;
    struct peer_reject reject = {.target = 0, .code = REJECT_CORRUPT};

    talk_open(talk, 1);
    for (unsigned i = 0; i < 3; i++) {
        talk_put(talk, 0, outbox_sample(20, 7));
        reject.seq = next_offer(talk);
        assert_int_equal(reject.seq, i + 1);
        peer_reject(&talk->peer, &reject);
        talk_deliver(talk);
        assert_int_equal(talk_asked(talk, 0), i == 0 ? STATUS_ANEW : 0);
    }
    talk_put(talk, 0, outbox_sample(20, 8)); /* another one is another matter */
    reject.seq = next_offer(talk);
    peer_reject(&talk->peer, &reject);
    talk_deliver(talk);
    assert_int_equal(talk_asked(talk, 0), STATUS_ANEW);
}

static void test_refused_targets_leave_the_others_alone(void **state)
{
    static const enum reject_code codes[] = {REJECT_FORBIDDEN, REJECT_CLAIMED};
    struct talk *talk = *state;
    struct peer *peer = &talk->peer;
    int64_t until;

    for (size_t i = 0; i < LENGTH_OF(codes); i++) {
        talk_make(talk, TARGETS);
        peer->recorded_count = 0;
        peer->refuse[1] = codes[i];
        for (size_t target = 0; target < TARGETS; target++)
            talk_put(talk, target, outbox_sample(20, (unsigned)i));
        talk_begin(talk);
        talk_on(talk);
        assert_int_equal(peer->recorded_count, 2);
        assert_int_equal(talk_summary(talk).refused, 1);
        assert_true(talk_summary(talk).settled);
        /* After a while it is asked for again, and everything is there. */
        peer->refuse[1] = REJECT_NONE;
        for (unsigned step = 0; step < 10 && peer->recorded_count < 3; step++) {
            until = dialogue_work(talk->dialogue, talk->now);
            assert_true(until > talk->now);
            talk->now = until;
            talk_on(talk);
        }
        assert_int_equal(peer->recorded_count, 3);
        assert_int_equal(talk_summary(talk).refused, 0);
    }
}

static void test_a_target_that_is_lost_to_another_agent(void **state)
{
    struct talk *talk = *state;
    CLEANUP(arena_free) struct arena arena;
    struct peer_reject reject = {.target = 0, .seq = 1, .code = REJECT_CLAIMED};

    arena_init(&arena, SIZE_MAX);
    talk_put(talk, 0, outbox_sample(20, 1));
    talk_open(talk, 1);
    talk_hear(talk, MESSAGE_OFFER, &arena);
    peer_reject(&talk->peer, &reject);
    talk_deliver(talk);
    assert_int_equal(talk_summary(talk).refused, 1);
    assert_int_equal(talk->sent_count, 0);
    talk->now += 20 * (int64_t)SECOND;
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 1);
}

static void test_sequence_moves_to_what_is_expected(void **state)
{
    struct talk *talk = *state;
    CLEANUP(arena_free) struct arena arena;
    struct peer_reject reject = {.target = 0, .seq = 1, .code = REJECT_SEQUENCE, .next_seq = 3};

    arena_init(&arena, SIZE_MAX);
    for (unsigned i = 1; i <= 4; i++)
        talk_put(talk, 0, outbox_sample(20, i));
    talk_open(talk, 1);
    assert_int_equal(talk_hear(talk, MESSAGE_OFFER, &arena).offer->seq, 1);
    peer_reject(&talk->peer, &reject);
    talk->peer.next[0] = 3;
    talk_deliver(talk);
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 2);
    assert_int_equal(talk->peer.recorded[0].seq, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIALOGUE_TEST(test_a_refused_session),
        DIALOGUE_TEST(test_a_refused_offer),
        DIALOGUE_TEST(test_a_snapshot_that_is_refused_again),
        DIALOGUE_TEST(test_refused_targets_leave_the_others_alone),
        DIALOGUE_TEST(test_a_target_that_is_lost_to_another_agent),
        DIALOGUE_TEST(test_sequence_moves_to_what_is_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
