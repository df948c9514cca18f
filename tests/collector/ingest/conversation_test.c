#include "ingest/conversation.h"

#include <string.h>

#include "stage.h"
#include "support/cmocka.h"

static void test_what_was_not_committed_is_offered_again_and_recorded_once(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    stage_deliver(&stage->orders, 2, &stage->small[1]);
    stage->scene.patient = true;
    stage_offer(&stage->orders, 3, &stage->small[0]); /* known: written, not committed */
    peer_expect_nothing(&stage->orders);
    scene_restart(&stage->scene);
    stage->scene.patient = false;
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 3);
    stage_deliver(&stage->orders, 3, &stage->small[0]);
    scene_restart(&stage->scene); /* the acknowledgement may have been lost */
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 4);
    assert_int_equal(stage_deliver(&stage->orders, 3, &stage->small[0]), 0);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 3);
}

static void test_nothing_is_acknowledged_before_the_commit(void **state)
{
    struct stage *stage = *state;

    stage->scene.patient = true;
    peer_say_hello(&stage->orders, (const char *const[]){"orders@prod", NULL});
    peer_expect_nothing(&stage->orders);
    scene_commit(&stage->scene);
    stage->orders.session = peer_expect(&stage->orders, MESSAGE_WELCOME)->welcome->session;
    stage->scene.patient = false;
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    stage_deliver(&stage->orders, 2, &stage->small[1]);
    stage->scene.patient = true;
    stage_offer(&stage->orders, 3, &stage->small[0]);
    stage_offer(&stage->orders, 3, &stage->small[0]); /* in a hurry */
    peer_expect_nothing(&stage->orders);
    scene_commit(&stage->scene);
    assert_int_equal(peer_expect(&stage->orders, MESSAGE_ACK)->ack->seq, 3);
    peer_expect_nothing(&stage->orders);
}

static void test_what_comes_together_is_one_commit(void **state)
{
    struct stage *stage = *state;
    uint64_t before;

    peer_join(&stage->orders, "orders@prod");
    peer_join(&stage->billing, "billing@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    before = scene_counts(&stage->scene).commits;
    stage->scene.patient = true;
    stage_offer(&stage->orders, 2, &stage->small[0]); /* no news, but the stream goes on */
    stage_offer(&stage->billing, 1, &stage->small[0]);
    peer_expect_nothing(&stage->billing);
    scene_commit(&stage->scene);
    peer_expect(&stage->orders, MESSAGE_ACK);
    peer_expect(&stage->billing, MESSAGE_ACK);
    assert_int_equal(scene_counts(&stage->scene).commits, before + 1);
    peer_heartbeat(&stage->billing, 0, TARGET_STARTING, NULL); /* nothing to write: no commit */
    assert_false(conversation_is_pending(stage->scene.conversation));
}

static void test_a_revoked_agent_is_out_at_once(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_offer(&stage->orders, 1, &stage->small[0]);
    peer_expect(&stage->orders, MESSAGE_WANT);
    scene_revoke(&stage->scene, "orders-db");
    peer_expect_reject(&stage->orders, REJECT_REVOKED);
    assert_int_equal(scene_counts(&stage->scene).sessions, 0);
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
    peer_say_hello(&stage->orders, (const char *const[]){"orders@prod", NULL});
    peer_expect_reject(&stage->orders, REJECT_REVOKED);
    peer_say_hello(&stage->orders, (const char *const[]){"orders@prod", NULL});
    peer_expect_nothing(&stage->orders);
    peer_join(&stage->billing, "orders@prod");
}

static void test_other_rights_begin_the_session_anew(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->billing, "billing@prod");
    peer_join(&stage->orders, "orders@prod");
    scene_enroll(&stage->scene, "billing-db", "orders@prod/*");
    peer_expect_reject(&stage->billing, REJECT_SESSION);
    peer_expect_nothing(&stage->orders);
    peer_say_hello(&stage->billing, (const char *const[]){"billing@prod", NULL});
    assert_int_equal(peer_expect(&stage->billing, MESSAGE_WELCOME)->welcome->targets[0]->code, REJECT_FORBIDDEN);
}

static void test_a_forgotten_target_begins_anew(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    scene_forget(&stage->scene, "orders@prod");
    stage_offer(&stage->orders, 2, &stage->small[0]);
    peer_expect_reject(&stage->orders, REJECT_FORGOTTEN);
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 1);
    peer_deliver(&stage->orders, &(struct peer_offer){.seq = 2, .offering = &stage->small[0], .lost = 1});
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    scene_forget(&stage->scene, "orders@prod");
    scene_wait(&stage->scene, 6000); /* also without an offer */
    peer_expect_reject(&stage->orders, REJECT_FORGOTTEN);
}

static void test_garbage_is_answered_once_and_ends_a_session(void **state)
{
    static const struct text garbage[] = {TEXT_INIT(""),           TEXT_INIT("\1"),         TEXT_INIT("\1\2\377\377"),
                                          TEXT_INIT("GET / HTTP"), TEXT_INIT("\1\24\10\1"), TEXT_INIT("\1\5")};
    struct stage *stage = *state;

    peer_join(&stage->billing, "billing@prod");
    for (size_t i = 0; i < LENGTH_OF(garbage); i++) {
        peer_join(&stage->orders, "orders@prod");
        peer_send_bytes(&stage->orders, garbage[i]);
        peer_expect(&stage->orders, MESSAGE_REJECT);
        assert_int_equal(scene_counts(&stage->scene).sessions, 1);
    }
    for (size_t i = 0; i < 100; i++)
        peer_send_bytes(&stage->orders, garbage[2]);
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
    peer_expect_nothing(&stage->orders);
    assert_true(scene_counts(&stage->scene).dropped >= 100);
    stage_deliver(&stage->billing, 1, &stage->small[0]);
}

static void test_another_version_of_the_protocol_is_told_so(void **state)
{
    struct stage *stage = *state;

    peer_send_bytes(&stage->orders, TEXT("\7\1whatever"));
    peer_expect_reject(&stage->orders, REJECT_VERSION);
}

static void test_places_that_were_not_named(void **state)
{
    struct stage *stage = *state;
    Wire__Heartbeat heartbeat = WIRE__HEARTBEAT__INIT;
    Wire__TargetState said = WIRE__TARGET_STATE__INIT;
    Wire__TargetState *list[] = {&said};

    peer_join(&stage->orders, "orders@prod");
    peer_offer(&stage->orders, &(struct peer_offer){.target = 1, .seq = 1, .offering = &stage->small[0]});
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
    peer_join(&stage->orders, "orders@prod");
    heartbeat.session = stage->orders.session;
    heartbeat.n_targets = 1;
    heartbeat.targets = list;
    said.target = 1;
    peer_send(&stage->orders, MESSAGE_HEARTBEAT, &heartbeat.base);
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
}

static void fill(struct stage *stage)
{
    struct error error = {0};

    assert_int_equal(database_limit(stage->scene.database, 1, &error), ERROR_NONE);
}

static void make_room(struct stage *stage)
{
    struct error error = {0};

    assert_int_equal(database_limit(stage->scene.database, 0, &error), ERROR_NONE);
}

/* Offer, and answer what is asked, until it is refused because the store is full. */
static void offer_until_full(struct peer *peer, const struct peer_offer *offer)
{
    const struct wire_message *message;

    peer_offer(peer, offer);
    while ((message = peer_next(peer)) != NULL && message->type == MESSAGE_WANT)
        peer_answer(peer, message->want, offer->offering);
    assert_non_null(message);
    assert_int_equal(message->type, MESSAGE_REJECT);
    assert_int_equal(message->reject->code, REJECT_FULL);
    assert_true(message->reject->retry_ms > 0);
}

static void test_a_full_disk_acknowledges_nothing_and_recovers(void **state)
{
    struct stage *stage = *state;
    struct offering large;
    struct peer_offer offer_of_large = {.seq = 2, .offering = &large, .hints = true};

    offering_make(&large, &(struct offering_shape){.tables = 2000, .version = 9});
    peer_join(&stage->orders, "orders@prod");
    peer_join(&stage->billing, "billing@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    fill(stage);
    offer_until_full(&stage->orders, &offer_of_large);
    assert_true(scene_counts(&stage->scene).full);
    assert_true(strlen(scene_counts(&stage->scene).problem) > 0);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    /* Heartbeats are heard, further offers refused at once with a time to come again. */
    peer_heartbeat(&stage->billing, 0, TARGET_FINE, NULL);
    stage_offer(&stage->billing, 1, &stage->small[1]);
    assert_true(peer_expect_reject(&stage->billing, REJECT_FULL)->retry_ms > 0);
    assert_int_equal(scene_lines(&stage->scene, "event=store-full"), 1);
    make_room(stage);
    scene_wait(&stage->scene, 5000);
    peer_deliver(&stage->orders, &offer_of_large);
    stage_deliver(&stage->billing, 1, &stage->small[1]);
    assert_false(scene_counts(&stage->scene).full);
    assert_int_equal(scene_lines(&stage->scene, "event=store-has-room"), 1);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
    assert_int_equal(scene_target(&stage->scene, "billing@prod").state, TARGET_FINE);
    offering_clear(&large);
}

/* Join and deliver, as far as that is possible. */
static void try_to_deliver(struct peer *peer, const struct peer_offer *offer)
{
    const struct wire_message *message;

    peer_say_hello(peer, (const char *const[]){"orders@prod", NULL});
    message = peer_next(peer);
    if (message == NULL || message->type != MESSAGE_WELCOME)
        return;
    peer->session = message->welcome->session;
    peer_offer(peer, offer);
    while ((message = peer_next(peer)) != NULL && message->type == MESSAGE_WANT)
        peer_answer(peer, message->want, offer->offering);
}

/* Whichever allocation fails: nobody else suffers, and the agent is served when it comes again. */
static void test_every_allocation_may_fail(void **state)
{
    enum { MOST = 60 };
    struct stage *stage = *state;

    peer_join(&stage->billing, "billing@prod");
    for (uint64_t nth = 1; nth <= MOST; nth++) {
        struct peer_offer again = {.seq = nth, .offering = &stage->small[nth % LENGTH_OF(stage->small)]};

        stage->scene.fail_at = nth;
        try_to_deliver(&stage->orders, &again);
        stage->scene.fail_at = 0;
        while (peer_next(&stage->orders) != NULL)
            continue;
        peer_join(&stage->orders, "orders@prod");
        peer_deliver(&stage->orders, &again);
        assert_int_equal(scene_counts(&stage->scene).sessions, 2);
        assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
    }
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), MOST);
    peer_heartbeat(&stage->billing, 0, TARGET_FINE, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_not_committed_is_offered_again_and_recorded_once),
        TEST(test_nothing_is_acknowledged_before_the_commit),
        TEST(test_what_comes_together_is_one_commit),
        TEST(test_a_revoked_agent_is_out_at_once),
        TEST(test_other_rights_begin_the_session_anew),
        TEST(test_a_forgotten_target_begins_anew),
        TEST(test_garbage_is_answered_once_and_ends_a_session),
        TEST(test_another_version_of_the_protocol_is_told_so),
        TEST(test_places_that_were_not_named),
        TEST(test_a_full_disk_acknowledges_nothing_and_recovers),
        TEST(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
