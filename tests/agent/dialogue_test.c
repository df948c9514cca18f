#include "agent/dialogue.h"

#include "agent/outbox_sample.h"
#include "agent/talk.h"
#include "support/cmocka.h"
#include "wire/statement_page.h"

/* ---- the ordinary ---- */

static void test_hello_says_who_and_what(void **state)
{
    struct talk *talk = *state;
    CLEANUP(arena_free) struct arena arena;
    uint8_t incarnation[OUTBOX_INCARNATION_SIZE];
    struct wire_message message;

    arena_init(&arena, SIZE_MAX);
    talk_make(talk, 2);
    talk_put(talk, 0, outbox_sample(3, 1));
    talk_put(talk, 0, outbox_sample(3, 2));
    outbox_incarnation(talk->outbox, incarnation);
    talk_begin(talk);
    message = talk_hear(talk, MESSAGE_HELLO, &arena);
    assert_int_equal(message.hello->n_targets, 2);
    assert_memory_equal(message.hello->incarnation.data, incarnation, sizeof incarnation);
    assert_true(text_equal(message_text(message.hello->host), TEXT("test")));
    assert_int_equal(message.hello->targets[0]->oldest_seq, 1);
    assert_int_equal(message.hello->targets[0]->newest_seq, 2);
    assert_memory_equal(message.hello->targets[0]->root.data, talk_range(talk, 0).root.bytes, HASH_SIZE);
    assert_true(text_equal(message_text(message.hello->targets[0]->name->instance), TEXT("a")));
    assert_true(text_equal(message_text(message.hello->targets[0]->engine), TEXT("dummy")));
    assert_int_equal(message.hello->targets[1]->newest_seq, 0);
    assert_false(message.hello->targets[1]->has_root);
    assert_int_equal(talk->sent_count, 0); /* nothing before the Welcome */
}

static void test_snapshots_arrive_whole_and_in_order(void **state)
{
    struct talk *talk = *state;

    for (unsigned i = 1; i <= 5; i++)
        talk_put(talk, 0, outbox_sample(500, i));
    talk_begin(talk);
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(talk->peer.recorded[i].seq, i + 1);
        assert_int_equal(talk->peer.recorded[i].lost, 0);
    }
    assert_memory_equal(talk->peer.recorded[4].root.bytes, talk_range(talk, 0).root.bytes, HASH_SIZE);
    assert_int_equal(talk_range(talk, 0).waiting, 0);
    assert_true(talk_summary(talk).settled);
    assert_int_equal(talk_summary(talk).delivered, 5);
    talk_put(talk, 0, outbox_sample(500, 6)); /* what comes later is offered at once */
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 6);
}

/* ---- captured statements ---- */

/* A snapshot with so many statements. */
static void put_captured(struct talk *talk, unsigned schema, size_t count)
{
    static const struct captured_statement statements[] = {
        {.number = 1, .at = 1, .actor = TEXT_INIT("ana"), .statement = TEXT_INIT("ALTER TABLE orders ADD note text")},
        {.number = 2, .at = 2, .actor = TEXT_INIT("ben"), .object = TEXT_INIT("shop.orders")},
    };
    struct snapshot *snapshot = outbox_sample(3, schema);
    const struct outbox_parcel parcel = {
        .snapshot = snapshot, .statements = statements, .statement_count = count, .continuity = TEXT("a")};
    struct outbox_put done;

    if (outbox_put(talk->outbox, talk->targets[0].id, &parcel, &done, &talk->error) != ERROR_NONE)
        fail_msg("%s", talk->error.message);
    snapshot_free(snapshot);
    status_stored(&talk->statuses[0], done.seq);
    dialogue_look_around(talk->dialogue);
}

/* The next message of this type; heartbeats before it are answered. */
static struct wire_message hear_next(struct talk *talk, enum message_type type, struct arena *arena)
{
    for (;;) {
        struct wire_message message;

        dialogue_work(talk->dialogue, talk->now);
        assert_true(talk->sent_count > 0);
        message = peer_hear(&talk->peer, talk->sent[0], arena);
        message = talk_hear(talk, message.type, arena);
        if (message.type == type)
            return message;
        assert_int_equal(message.type, MESSAGE_HEARTBEAT);
        peer_pong(&talk->peer);
        talk_deliver(talk);
    }
}

static struct hash page_of(const Wire__Offer *offer)
{
    struct hash hash;

    assert_int_equal(offer->n_statements, 1);
    assert_int_equal(offer->statements[0].len, HASH_SIZE);
    memcpy(hash.bytes, offer->statements[0].data, HASH_SIZE);
    return hash;
}

static void test_statements_are_offered_and_given(void **state)
{
    struct talk *talk = *state;
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement *statements;
    struct wire_message message;
    struct hash page;
    size_t count;

    arena_init(&arena, SIZE_MAX);
    put_captured(talk, 1, 0);
    talk_open(talk, 1);
    message = hear_next(talk, MESSAGE_OFFER, &arena);
    assert_int_equal(message.offer->n_statements, 0);
    assert_false(message.offer->captured);
    peer_ack(&talk->peer, 0, 1);
    talk_deliver(talk);
    put_captured(talk, 2, 2);
    message = hear_next(talk, MESSAGE_OFFER, &arena);
    assert_true(message.offer->captured);
    page = page_of(message.offer);
    for (size_t i = 0; i < message.offer->n_new_nodes; i++) /* it is no node of the snapshot */
        assert_memory_not_equal(message.offer->new_nodes[i].data, page.bytes, HASH_SIZE);
    peer_want(&talk->peer, 0, 2, &page, 1);
    talk_deliver(talk);
    message = hear_next(talk, MESSAGE_NODES, &arena);
    assert_int_equal(message.nodes->n_nodes, 1);
    assert_int_equal(message.nodes->nodes[0]->type, NODE_STATEMENTS);
    assert_int_equal(
        statement_page_read(message_text(message.nodes->nodes[0]->bytes), &arena, &statements, &count, &talk->error),
        ERROR_NONE);
    assert_int_equal(count, 2);
    assert_true(text_equal(statements[1].actor, TEXT("ben")));
    peer_ack(&talk->peer, 0, 2);
    talk_deliver(talk);
    assert_int_equal(talk_range(talk, 0).waiting, 0);
}

/* The statements of a snapshot that will never be taken are offered with the next one. */
static void test_statements_outlive_their_snapshot(void **state)
{
    struct talk *talk = *state;
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;

    arena_init(&arena, SIZE_MAX);
    put_captured(talk, 1, 2);
    put_captured(talk, 2, 0);
    talk_open(talk, 1);
    message = hear_next(talk, MESSAGE_OFFER, &arena);
    page_of(message.offer);
    peer_reject(&talk->peer, &(struct peer_reject){.target = 0, .seq = 1, .code = REJECT_LIMIT});
    talk_deliver(talk);
    message = hear_next(talk, MESSAGE_OFFER, &arena);
    assert_int_equal(message.offer->seq, 2);
    assert_false(message.offer->captured);
    page_of(message.offer);
}

/* A page that is damaged here is read anew from the database, and is not in the way of what follows. */
static void test_a_damaged_page_is_asked_for_anew(void **state)
{
    struct talk *talk = *state;
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;
    struct hash page;

    arena_init(&arena, SIZE_MAX);
    put_captured(talk, 1, 2);
    put_captured(talk, 2, 0);
    talk_spoil(talk, "UPDATE node SET bytes = x'00' WHERE type = 6");
    talk_open(talk, 1);
    message = hear_next(talk, MESSAGE_OFFER, &arena);
    page = page_of(message.offer);
    peer_want(&talk->peer, 0, 1, &page, 1);
    talk_deliver(talk);
    message = hear_next(talk, MESSAGE_NODES, &arena);
    assert_int_equal(message.nodes->n_missing, 1);
    peer_reject(&talk->peer, &(struct peer_reject){.target = 0, .seq = 1, .code = REJECT_INCOMPLETE});
    talk_deliver(talk);
    assert_int_equal(talk_asked(talk, 0), STATUS_ANEW);
    message = hear_next(talk, MESSAGE_OFFER, &arena);
    assert_int_equal(message.offer->seq, 2);
    assert_int_equal(message.offer->n_statements, 0);
}

static void test_a_known_root_costs_nothing(void **state)
{
    struct talk *talk = *state;

    talk_make(talk, TARGETS);
    talk_put(talk, 0, outbox_sample(500, 1));
    talk_begin(talk);
    talk_on(talk);
    talk->peer.bytes = talk->peer.node_messages = 0;
    talk_put(talk, 1, outbox_sample(500, 1));
    talk_put(talk, 2, outbox_sample(500, 1));
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 3);
    assert_int_equal(talk->peer.node_messages, 0);
    assert_true(talk->peer.bytes < 3000);
}

static void test_a_small_change_is_a_small_message(void **state)
{
    struct talk *talk = *state;

    talk_put(talk, 0, outbox_sample(5000, 1));
    talk_begin(talk);
    talk_on(talk);
    talk->peer.bytes = 0;
    talk_put(talk, 0, outbox_sample(5000, 2));
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 2);
    assert_true(talk->peer.bytes < 32 * 1024);
}

/* A node that is larger than a message comes in pieces, between others. */
static void test_a_large_node_comes_in_pieces(void **state)
{
    struct talk *talk = *state;

    talk_make(talk, TARGETS);
    talk_put(talk, 0, outbox_sample_large(3 * 1000 * 1000, 1));
    talk_put(talk, 1, outbox_sample(300, 1));
    talk_put(talk, 2, outbox_sample_large(WIRE_NODES_TARGET - 100, 1));
    talk_begin(talk);
    talk_on(talk);
    assert_int_equal(talk->peer.recorded_count, 3);
    assert_int_equal(talk_range(talk, 0).waiting + talk_range(talk, 1).waiting + talk_range(talk, 2).waiting, 0);
}

/* A queue that is full holds up everything and loses nothing. */
static void test_what_cannot_be_sent_waits(void **state)
{
    struct talk *talk = *state;
    bool stuck = false;

    talk_put(talk, 0, outbox_sample(500, 1));
    talk_begin(talk);
    for (unsigned i = 0; i < 2000 && talk->peer.recorded_count == 0; i++) {
        talk->deaf = i % 2 == 0;
        dialogue_work(talk->dialogue, talk->now);
        talk_on(talk);
        stuck |= dialogue_is_stuck(talk->dialogue);
    }
    assert_true(stuck);
    assert_int_equal(talk->peer.recorded_count, 1);
}

static void test_targets_do_not_wait_for_each_other(void **state)
{
    struct talk *talk = *state;
    CLEANUP(arena_free) struct arena arena;
    bool offered[TARGETS] = {false};

    arena_init(&arena, SIZE_MAX);
    talk_make(talk, TARGETS);
    for (size_t i = 0; i < TARGETS; i++)
        talk_put(talk, i, outbox_sample(10, (unsigned)i));
    talk_open(talk, TARGETS);
    for (size_t i = 0; i < TARGETS; i++)
        offered[talk_hear(talk, MESSAGE_OFFER, &arena).offer->target] = true;
    for (size_t i = 0; i < TARGETS; i++)
        assert_true(offered[i]);
    assert_int_equal(talk->sent_count, 0);
}

/* ---- heartbeats ---- */

static void test_heartbeats(void **state)
{
    struct talk *talk = *state;
    struct peer *peer = &talk->peer;
    int64_t until;

    talk_begin(talk);
    talk_on(talk);
    assert_int_equal(peer->heartbeats, 1); /* the first names all targets */
    assert_int_equal(peer->state[0], TARGET_STARTING);
    /* Something else is said at once. */
    status_report(&talk->statuses[0], TARGET_UNREACHABLE, "no route", 5);
    dialogue_look_around(talk->dialogue);
    talk_on(talk);
    assert_int_equal(peer->heartbeats, 2);
    assert_int_equal(peer->state[0], TARGET_UNREACHABLE);
    assert_string_equal(peer->reason[0], "no route");
    assert_int_equal(peer->checked_at[0], 5);
    /* The same again waits for its time. */
    status_report(&talk->statuses[0], TARGET_UNREACHABLE, "no route", 6);
    dialogue_look_around(talk->dialogue);
    talk_on(talk);
    assert_int_equal(peer->heartbeats, 2);
    until = dialogue_work(talk->dialogue, talk->now);
    assert_int_equal(until - talk->now, 15 * (int64_t)SECOND);
    talk->now = until;
    talk_on(talk);
    assert_int_equal(peer->heartbeats, 3);
    assert_int_equal(peer->checked_at[0], 6);
    /* Without news it is only a sign of life. */
    talk->now += 15 * (int64_t)SECOND;
    peer->bytes = 0;
    talk_on(talk);
    assert_int_equal(peer->heartbeats, 4);
    assert_true(peer->bytes < 20);
}

static void test_an_unchanged_target_costs_little(void **state)
{
    struct talk *talk = *state;

    talk_put(talk, 0, outbox_sample(10, 1));
    status_report(&talk->statuses[0], TARGET_FINE, "", INT64_C(1800000000000000));
    talk_begin(talk);
    talk_on(talk);
    status_report(&talk->statuses[0], TARGET_FINE, "", INT64_C(1800000015000000));
    talk->peer.bytes = 0;
    talk->now += 15 * (int64_t)SECOND;
    talk_on(talk);
    assert_int_equal(talk->peer.state[0], TARGET_FINE);
    assert_in_range(talk->peer.bytes, 10, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIALOGUE_TEST(test_hello_says_who_and_what),
        DIALOGUE_TEST(test_snapshots_arrive_whole_and_in_order),
        DIALOGUE_TEST(test_statements_are_offered_and_given),
        DIALOGUE_TEST(test_statements_outlive_their_snapshot),
        DIALOGUE_TEST(test_a_damaged_page_is_asked_for_anew),
        DIALOGUE_TEST(test_a_known_root_costs_nothing),
        DIALOGUE_TEST(test_a_small_change_is_a_small_message),
        DIALOGUE_TEST(test_a_large_node_comes_in_pieces),
        DIALOGUE_TEST(test_what_cannot_be_sent_waits),
        DIALOGUE_TEST(test_targets_do_not_wait_for_each_other),
        DIALOGUE_TEST(test_heartbeats),
        DIALOGUE_TEST(test_an_unchanged_target_costs_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
