#include "ingest/conversation.h"

#include <string.h>

#include "scene.h"
#include "store/nodes.h"
#include "support/cmocka.h"

/* A scene with two agents, enrolled for their own databases and for one that both may speak for, and snapshots. */
struct stage {
    struct scene scene;
    struct peer orders;
    struct peer billing;
    struct offering small[4]; /* versions 1 … 4 */
};

static int setup(void **state)
{
    static struct stage stage;
    struct offering_shape shape = {.tables = 100};

    scene_open(&stage.scene);
    peer_init(&stage.orders, &stage.scene.line, scene_enroll(&stage.scene, "orders-db", "orders@*/*"), 1);
    peer_init(&stage.billing, &stage.scene.line, scene_enroll(&stage.scene, "billing-db", "*@prod/*"), 2);
    for (size_t i = 0; i < LENGTH_OF(stage.small); i++) {
        shape.version = (uint32_t)i + 1;
        offering_make(&stage.small[i], &shape);
    }
    *state = &stage;
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;

    for (size_t i = 0; i < LENGTH_OF(stage->small); i++)
        offering_clear(&stage->small[i]);
    peer_clear(&stage->orders);
    peer_clear(&stage->billing);
    scene_close(&stage->scene);
    return 0;
}

static unsigned deliver(struct peer *peer, uint64_t seq, const struct offering *offering)
{
    return peer_deliver(peer, &(struct peer_offer){.seq = seq, .offering = offering});
}

static void offer(struct peer *peer, uint64_t seq, const struct offering *offering)
{
    peer_offer(peer, &(struct peer_offer){.seq = seq, .offering = offering});
}

/* ---- snapshots ---- */

static void test_a_snapshot_is_asked_for_level_by_level_and_recorded(void **state)
{
    struct stage *stage = *state;
    struct snapshot_row *rows;

    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 1);
    assert_true(deliver(&stage->orders, 1, &stage->small[0]) >= 3);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", &rows), 1);
    assert_true(hash_equal(&rows[0].root, &stage->small[0].snapshot->root));
    assert_int_equal(rows[0].seq, 1);
    assert_int_equal(rows[0].lost, 0);
    assert_int_equal(scene_lines(&stage->scene, "event=snapshot-recorded agent=orders-db target=orders@prod"), 1);
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
}

static void test_hints_save_round_trips(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    assert_int_equal(
        peer_deliver(&stage->orders, &(struct peer_offer){.seq = 1, .offering = &stage->small[0], .hints = true}), 1);
}

static void test_one_change_sends_only_what_is_new(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    stage->orders.bytes = 0;
    deliver(&stage->orders, 2, &stage->small[1]);
    assert_true(stage->orders.bytes < 16 * 1024);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
}

static void test_a_known_root_costs_nothing(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    peer_join(&stage->billing, "orders@prod/other");
    deliver(&stage->orders, 1, &stage->small[0]);
    assert_int_equal(deliver(&stage->billing, 1, &stage->small[0]), 0);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod/other", NULL), 1);
}

static void test_equal_databases_send_their_schema_once_even_at_the_same_time(void **state)
{
    enum { TENANTS = 100 };
    struct stage *stage = *state;
    const char *names[TENANTS + 1] = {NULL};
    char texts[TENANTS][32];
    unsigned acknowledged = 0;

    for (unsigned i = 0; i < TENANTS; i++) {
        snprintf(texts[i], sizeof texts[i], "orders@prod/t%u", i);
        names[i] = texts[i];
    }
    peer_join_all(&stage->orders, names);
    for (uint32_t i = 0; i < TENANTS; i++)
        peer_offer(&stage->orders, &(struct peer_offer){.target = i, .seq = 1, .offering = &stage->small[0]});
    while (acknowledged < TENANTS) {
        const struct message *message = peer_next(&stage->orders);

        assert_non_null(message);
        if (message->type == MESSAGE_WANT) {
            assert_int_equal(message->want->target, 0);
            peer_answer(&stage->orders, message->want, &stage->small[0]);
        } else {
            assert_int_equal(message->type, MESSAGE_ACK);
            acknowledged++;
        }
    }
    for (unsigned i = 0; i < TENANTS; i++)
        assert_int_equal(scene_snapshots(&stage->scene, names[i], NULL), 1);
}

static void test_large_nodes_come_in_pieces(void **state)
{
    struct stage *stage = *state;
    struct offering large;

    offering_make(&large, &(struct offering_shape){.tables = 3, .version = 1, .comment = 1000 * 1000});
    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &large);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    offering_clear(&large);
}

/* ---- order ---- */

static void test_what_was_recorded_is_acknowledged_again_without_effect(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    deliver(&stage->orders, 2, &stage->small[1]);
    assert_int_equal(deliver(&stage->orders, 1, &stage->small[0]), 0);
    assert_int_equal(deliver(&stage->orders, 2, &stage->small[1]), 0);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
}

static void test_a_snapshot_out_of_order_is_refused_with_the_number_that_is_next(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    offer(&stage->orders, 3, &stage->small[2]);
    assert_int_equal(peer_expect_reject(&stage->orders, REJECT_SEQUENCE)->next_seq, 2);
    peer_offer(&stage->orders, &(struct peer_offer){.seq = 5, .offering = &stage->small[2], .lost = 2});
    assert_int_equal(peer_expect_reject(&stage->orders, REJECT_SEQUENCE)->next_seq, 2);
    deliver(&stage->orders, 2, &stage->small[1]);
}

static void test_a_gap_that_accounts_for_the_hole_is_recorded(void **state)
{
    struct stage *stage = *state;
    struct snapshot_row *rows;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    /* It lost five, of which we know one. */
    peer_deliver(&stage->orders, &(struct peer_offer){.seq = 6, .offering = &stage->small[1], .lost = 5});
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", &rows), 2);
    assert_int_equal(rows[0].lost, 4);
    assert_true(text_equal(rows[0].lost_reason, TEXT("outbox full")));
    /* Back in the state that is known, after others: that is news. */
    peer_deliver(&stage->orders, &(struct peer_offer){.seq = 8, .offering = &stage->small[1], .lost = 1});
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 3);
}

static void test_a_new_outbox_does_not_repeat_what_is_known(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    stage->orders.incarnation[0] = 77; /* the same connection: the old program is gone for sure */
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 1);
    assert_int_equal(deliver(&stage->orders, 1, &stage->small[0]), 0);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    deliver(&stage->orders, 2, &stage->small[1]);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 3);
}

/* The same name and number, but another snapshot: to acknowledge it would lose it. */
static void test_a_copy_of_an_outbox_is_told_that_it_is_one(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    deliver(&stage->orders, 2, &stage->small[1]);
    stage->orders.newest = 2;
    stage->orders.root = &stage->small[1].snapshot->root;
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 3);
    stage->orders.root = &stage->small[2].snapshot->root;
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 4); /* it has no 3 */
    stage->orders.incarnation[0] = 77;
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 1);
    deliver(&stage->orders, 1, &stage->small[2]);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 3);
}

static void test_what_was_not_committed_is_offered_again_and_recorded_once(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    deliver(&stage->orders, 2, &stage->small[1]);
    stage->scene.patient = true;
    offer(&stage->orders, 3, &stage->small[0]); /* known: written, not committed */
    peer_expect_nothing(&stage->orders);
    scene_restart(&stage->scene);
    stage->scene.patient = false;
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 3);
    deliver(&stage->orders, 3, &stage->small[0]);
    scene_restart(&stage->scene); /* the acknowledgement may have been lost */
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 4);
    assert_int_equal(deliver(&stage->orders, 3, &stage->small[0]), 0);
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
    deliver(&stage->orders, 1, &stage->small[0]);
    deliver(&stage->orders, 2, &stage->small[1]);
    stage->scene.patient = true;
    offer(&stage->orders, 3, &stage->small[0]);
    offer(&stage->orders, 3, &stage->small[0]); /* in a hurry */
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
    deliver(&stage->orders, 1, &stage->small[0]);
    before = scene_counts(&stage->scene).commits;
    stage->scene.patient = true;
    offer(&stage->orders, 2, &stage->small[0]); /* no news, but the stream goes on */
    offer(&stage->billing, 1, &stage->small[0]);
    peer_expect_nothing(&stage->billing);
    scene_commit(&stage->scene);
    peer_expect(&stage->orders, MESSAGE_ACK);
    peer_expect(&stage->billing, MESSAGE_ACK);
    assert_int_equal(scene_counts(&stage->scene).commits, before + 1);
    peer_heartbeat(&stage->billing, 0, TARGET_STARTING, NULL); /* nothing to write: no commit */
    assert_false(conversation_is_pending(stage->scene.conversation));
}

static void test_an_agent_cannot_make_any_number_of_targets(void **state)
{
    enum { MOST = 4 * WIRE_TARGETS_LIMIT };
    struct stage *stage = *state;
    static char texts[WIRE_TARGETS_LIMIT][32];
    const char *names[WIRE_TARGETS_LIMIT + 1] = {NULL};
    const Wire__Welcome *welcome;

    for (unsigned made = 0; made < MOST; made += WIRE_TARGETS_LIMIT) {
        for (unsigned i = 0; i < WIRE_TARGETS_LIMIT; i++) {
            snprintf(texts[i], sizeof texts[i], "orders@prod/t%u", made + i);
            names[i] = texts[i];
        }
        welcome = peer_join_all(&stage->orders, names);
        assert_int_equal(welcome->targets[WIRE_TARGETS_LIMIT - 1]->code, REJECT_NONE);
    }
    peer_say_hello(&stage->orders, (const char *const[]){"orders@dev", "orders@prod/t0", NULL});
    welcome = peer_expect(&stage->orders, MESSAGE_WELCOME)->welcome;
    assert_int_equal(welcome->targets[0]->code, REJECT_LIMIT);
    assert_int_equal(welcome->targets[1]->code, REJECT_NONE);
}

/* ---- who may say what ---- */

static void test_a_target_outside_of_the_grants_is_forbidden_and_the_others_are_served(void **state)
{
    struct stage *stage = *state;
    const char *names[] = {"billing@prod", "orders@prod", NULL};
    const Wire__Welcome *welcome = peer_join_all(&stage->orders, names);

    assert_int_equal(welcome->targets[0]->code, REJECT_FORBIDDEN);
    assert_true(welcome->targets[0]->reason.len > 0);
    assert_int_equal(welcome->targets[1]->code, REJECT_NONE);
    peer_offer(&stage->orders, &(struct peer_offer){.target = 0, .seq = 1, .offering = &stage->small[0]});
    peer_expect_reject(&stage->orders, REJECT_FORBIDDEN);
    peer_deliver(&stage->orders, &(struct peer_offer){.target = 1, .seq = 1, .offering = &stage->small[0]});
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 1);
    assert_int_equal(scene_counts(&stage->scene).refused[REJECT_FORBIDDEN], 2);
    assert_int_equal(scene_lines(&stage->scene, "reason=forbidden"), 1);
}

static void test_a_target_that_another_agent_speaks_for_is_claimed(void **state)
{
    struct stage *stage = *state;
    const Wire__Welcome *welcome;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    peer_say_hello(&stage->billing, (const char *const[]){"orders@prod", "billing@prod", NULL});
    welcome = peer_expect(&stage->billing, MESSAGE_WELCOME)->welcome;
    assert_int_equal(welcome->targets[0]->code, REJECT_CLAIMED);
    assert_true(strstr((const char *)welcome->targets[0]->reason.data, "orders-db") != NULL);
    assert_int_equal(welcome->targets[1]->code, REJECT_NONE);
    assert_int_equal(scene_events(&stage->scene, "target-claimed"), 1);
}

static void test_a_silent_agent_loses_its_target_and_hears_it(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    scene_wait(&stage->scene, 89000);
    peer_say_hello(&stage->billing, (const char *const[]){"orders@prod", NULL});
    assert_int_equal(peer_expect(&stage->billing, MESSAGE_WELCOME)->welcome->targets[0]->code, REJECT_CLAIMED);
    scene_wait(&stage->scene, 2000);
    assert_int_equal(scene_lines(&stage->scene, "event=agent-gone agent=orders-db reason=silent"), 1);
    peer_join(&stage->billing, "orders@prod");
    assert_int_equal(deliver(&stage->billing, 1, &stage->small[0]), 0);
    deliver(&stage->billing, 2, &stage->small[1]);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
    /* The first one is back. */
    peer_say_hello(&stage->orders, (const char *const[]){"orders@prod", NULL});
    assert_int_equal(peer_expect(&stage->orders, MESSAGE_WELCOME)->welcome->targets[0]->code, REJECT_CLAIMED);
}

static void test_a_target_is_free_at_once_after_a_goodbye(void **state)
{
    struct stage *stage = *state;
    Wire__Bye bye = WIRE__BYE__INIT;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    bye.session = stage->orders.session;
    peer_send(&stage->orders, MESSAGE_BYE, &bye.base);
    assert_int_equal(scene_counts(&stage->scene).sessions, 0);
    peer_join(&stage->billing, "orders@prod");
}

static void test_a_claim_outlives_a_restart(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    scene_restart(&stage->scene);
    peer_say_hello(&stage->billing, (const char *const[]){"orders@prod", NULL});
    assert_int_equal(peer_expect(&stage->billing, MESSAGE_WELCOME)->welcome->targets[0]->code, REJECT_CLAIMED);
    scene_wait(&stage->scene, 91000);
    peer_join(&stage->billing, "orders@prod");
}

static void test_the_same_key_twice_is_a_duplicate(void **state)
{
    struct stage *stage = *state;
    struct peer twin;

    peer_init(&twin, &stage->scene.line, stage->orders.agent, 9);
    peer_join(&stage->orders, "orders@prod");
    peer_say_hello(&twin, (const char *const[]){"orders@prod", NULL});
    peer_expect_reject(&twin, REJECT_DUPLICATE);
    deliver(&stage->orders, 1, &stage->small[0]); /* undisturbed */
    scene_wait(&stage->scene, 91000);
    peer_join(&twin, "orders@prod");
    peer_clear(&twin);
}

static void test_a_connection_that_is_made_anew_takes_the_session_over(void **state)
{
    struct stage *stage = *state;
    struct peer again;

    peer_init(&again, &stage->scene.line, stage->orders.agent, 9);
    memcpy(again.incarnation, stage->orders.incarnation, sizeof again.incarnation);
    peer_join(&stage->orders, "orders@prod");
    deliver(&stage->orders, 1, &stage->small[0]);
    assert_int_equal(peer_join(&again, "orders@prod")->targets[0]->next_seq, 2);
    assert_int_equal(scene_counts(&stage->scene).sessions, 1);
    /* Late messages of the old session: one answer, whatever comes. */
    offer(&stage->orders, 2, &stage->small[1]);
    assert_int_equal(peer_expect_reject(&stage->orders, REJECT_SESSION)->session, stage->orders.session);
    offer(&stage->orders, 2, &stage->small[1]);
    peer_expect_nothing(&stage->orders);
    deliver(&again, 2, &stage->small[1]);
    peer_clear(&again);
}

static void test_a_revoked_agent_is_out_at_once(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &stage->small[0]);
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
    deliver(&stage->orders, 1, &stage->small[0]);
    scene_forget(&stage->scene, "orders@prod");
    offer(&stage->orders, 2, &stage->small[0]);
    peer_expect_reject(&stage->orders, REJECT_FORGOTTEN);
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 1);
    peer_deliver(&stage->orders, &(struct peer_offer){.seq = 2, .offering = &stage->small[0], .lost = 1});
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    scene_forget(&stage->scene, "orders@prod");
    scene_wait(&stage->scene, 6000); /* also without an offer */
    peer_expect_reject(&stage->orders, REJECT_FORGOTTEN);
}

/* ---- messages that make no sense ---- */

static void send_node(struct peer *peer, uint64_t seq, enum node_type type, struct text bytes)
{
    Wire__Nodes nodes = WIRE__NODES__INIT;
    Wire__Node node = WIRE__NODE__INIT;
    Wire__Node *list[] = {&node};

    nodes.session = peer->session;
    nodes.seq = seq;
    nodes.n_nodes = 1;
    nodes.nodes = list;
    node.type = type;
    node.bytes = message_bytes(bytes);
    peer_send(peer, MESSAGE_NODES, &nodes.base);
}

static void test_nodes_that_were_not_asked_for_end_the_session(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    send_node(&stage->orders, 1, NODE_LEAF, TEXT("\0"));
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &stage->small[0]);
    peer_expect(&stage->orders, MESSAGE_WANT);
    send_node(&stage->orders, 1, NODE_BLOB, TEXT("not what was wanted"));
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
    assert_int_equal(scene_counts(&stage->scene).sessions, 0);
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
    assert_int_equal(scene_lines(&stage->scene, "event=session-ended"), 1); /* the same again is not logged */
}

static void test_nodes_of_a_refused_offer_are_passed_over(void **state)
{
    struct stage *stage = *state;
    const Wire__Want *want;

    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &stage->small[0]);
    want = peer_expect(&stage->orders, MESSAGE_WANT)->want;
    scene_wait(&stage->scene, 31000);
    stage->scene.patient = true;
    peer_answer(&stage->orders, want, &stage->small[0]);
    stage->scene.patient = false;
    peer_expect_reject(&stage->orders, REJECT_INCOMPLETE);
    peer_expect_nothing(&stage->orders);
    deliver(&stage->orders, 1, &stage->small[0]);
}

static void test_missing_nodes_are_incomplete(void **state)
{
    struct stage *stage = *state;
    Wire__Nodes nodes = WIRE__NODES__INIT;
    const Wire__Want *want;

    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &stage->small[0]);
    want = peer_expect(&stage->orders, MESSAGE_WANT)->want;
    nodes.session = stage->orders.session;
    nodes.seq = 1;
    nodes.n_missing = 1;
    nodes.missing = want->hashes;
    peer_send(&stage->orders, MESSAGE_NODES, &nodes.base);
    peer_expect_reject(&stage->orders, REJECT_INCOMPLETE);
    deliver(&stage->orders, 1, &stage->small[0]);
}

static void test_a_root_that_is_none_is_corrupt(void **state)
{
    struct stage *stage = *state;
    struct offering broken = stage->small[0];

    broken.root_node = TEXT("\1nonsense");
    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &broken);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 1);
    offer(&stage->orders, 1, &broken);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 1); /* the same again is no news */
    deliver(&stage->orders, 1, &stage->small[0]);
}

/* Each node is in order, but together they are not a snapshot: a leaf of the whole schema where the root says that
 * there is another number of objects. */
static void test_nodes_that_do_not_fit_together_are_corrupt_and_leave_nothing(void **state)
{
    struct stage *stage = *state;
    struct offering three, four;
    struct offering broken;
    char *root;
    bool known = true;

    offering_make(&three, &(struct offering_shape){.tables = 3, .version = 1});
    offering_make(&four, &(struct offering_shape){.tables = 4, .version = 1});
    broken = three;
    root = arena_copy(&three.arena, four.root_node.bytes, four.root_node.length);
    for (size_t i = 0; i + HASH_SIZE <= four.root_node.length; i++)
        if (memcmp(root + i, four.snapshot->tries[ASPECT_STRUCTURE].top->hash.bytes, HASH_SIZE) == 0)
            memcpy(root + i, three.snapshot->tries[ASPECT_STRUCTURE].top->hash.bytes, HASH_SIZE);
    broken.root_node.bytes = root;
    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &broken);
    for (unsigned i = 0; i < 2; i++)
        peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &three);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    assert_int_equal(nodes_know(stage->scene.database, &three.snapshot->tries[ASPECT_STRUCTURE].top->hash, &known,
                                &(struct error){0}),
                     ERROR_NONE);
    assert_false(known);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 0);
    deliver(&stage->orders, 1, &four);
    offering_clear(&three);
    offering_clear(&four);
}

static void test_a_second_offer_of_a_target_under_way_ends_the_session(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &stage->small[0]);
    peer_expect(&stage->orders, MESSAGE_WANT);
    offer(&stage->orders, 2, &stage->small[1]);
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
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
    deliver(&stage->billing, 1, &stage->small[0]);
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

/* ---- limits ---- */

static void test_a_snapshot_over_the_limit_is_refused_for_good(void **state)
{
    struct stage *stage = *state;
    struct offering large;

    stage->scene.settings.snapshot_limit = 512 * 1024;
    conversation_configure(stage->scene.conversation, &stage->scene.settings);
    offering_make(&large, &(struct offering_shape){.tables = 2, .version = 1, .comment = 1024 * 1024});
    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &large);
    for (unsigned i = 0; i < 2; i++)
        peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &large);
    peer_expect_reject(&stage->orders, REJECT_LIMIT);
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
    deliver(&stage->orders, 1, &stage->small[0]);
    offering_clear(&large);
}

/* The node that does not fit into a message. */
static const struct node_slot *largest_node(const struct offering *offering)
{
    const struct node_slot *largest = &offering->nodes.slots[0];

    for (uint32_t i = 1; i < offering->nodes.capacity; i++)
        if (offering->nodes.slots[i].bytes.length > largest->bytes.length)
            largest = &offering->nodes.slots[i];
    return largest;
}

static void send_piece(struct peer *peer, const struct node_slot *node, size_t offset, size_t length)
{
    Wire__Nodes nodes = WIRE__NODES__INIT;
    Wire__NodePiece piece = WIRE__NODE_PIECE__INIT;

    nodes.session = peer->session;
    nodes.seq = 1;
    nodes.piece = &piece;
    piece.hash = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)node->hash.bytes};
    piece.type = node->type;
    piece.offset = offset;
    piece.size = node->bytes.length;
    piece.bytes = message_bytes((struct text){node->bytes.bytes + offset, length});
    peer_send(peer, MESSAGE_NODES, &nodes.base);
}

static void test_without_room_uploads_wait_for_their_turn(void **state)
{
    enum { FIRST_PIECE = 200 * 1024 };
    struct stage *stage = *state;
    const struct node_slot *node;
    struct offering large;

    stage->scene.settings.staging_limit = 128 * 1024;
    conversation_configure(stage->scene.conversation, &stage->scene.settings);
    offering_make(&large, &(struct offering_shape){.tables = 1, .version = 1, .comment = 400 * 1024});
    node = largest_node(&large);
    peer_join(&stage->orders, "orders@prod");
    peer_join(&stage->billing, "billing@prod");
    offer(&stage->orders, 1, &large);
    peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &large);
    peer_expect(&stage->orders, MESSAGE_WANT);
    send_piece(&stage->orders, node, 0, FIRST_PIECE);
    offer(&stage->billing, 1, &stage->small[0]);
    peer_expect_nothing(&stage->billing);
    peer_heartbeat(&stage->billing, 0, TARGET_FINE, NULL); /* only uploads wait */
    send_piece(&stage->orders, node, FIRST_PIECE, FIRST_PIECE);
    send_piece(&stage->orders, node, 2 * FIRST_PIECE, node->bytes.length - 2 * FIRST_PIECE);
    peer_expect(&stage->orders, MESSAGE_ACK);
    peer_answer(&stage->billing, peer_expect(&stage->billing, MESSAGE_WANT)->want, &stage->small[0]);
    offering_clear(&large);
}

static void test_pieces_that_do_not_follow_each_other_end_the_session(void **state)
{
    enum { FIRST_PIECE = 200 * 1024 };
    struct stage *stage = *state;
    const struct node_slot *node;
    struct offering large;

    offering_make(&large, &(struct offering_shape){.tables = 1, .version = 1, .comment = 400 * 1024});
    node = largest_node(&large);
    for (unsigned i = 0; i < 2; i++) {
        peer_join(&stage->orders, "orders@prod");
        offer(&stage->orders, 1, &large);
        peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &large);
        peer_expect(&stage->orders, MESSAGE_WANT);
        send_piece(&stage->orders, node, 0, FIRST_PIECE);
        send_piece(&stage->orders, node, i == 0 ? 0 : FIRST_PIECE + 1, FIRST_PIECE);
        peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
        assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
    }
    offering_clear(&large);
}

static void test_pieces_with_the_wrong_hash_are_corrupt(void **state)
{
    struct stage *stage = *state;
    struct node_slot wrong;
    struct offering large;
    char *bytes;

    offering_make(&large, &(struct offering_shape){.tables = 1, .version = 1, .comment = 200 * 1024});
    wrong = *largest_node(&large);
    bytes = arena_copy(&large.arena, wrong.bytes.bytes, wrong.bytes.length);
    bytes[100] ^= 1;
    wrong.bytes.bytes = bytes;
    peer_join(&stage->orders, "orders@prod");
    offer(&stage->orders, 1, &large);
    peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &large);
    peer_expect(&stage->orders, MESSAGE_WANT);
    send_piece(&stage->orders, &wrong, 0, wrong.bytes.length);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    offering_clear(&large);
}

/* ---- a full disk ---- */

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
    const struct message *message;

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
    deliver(&stage->orders, 1, &stage->small[0]);
    fill(stage);
    offer_until_full(&stage->orders, &offer_of_large);
    assert_true(scene_counts(&stage->scene).full);
    assert_true(strlen(scene_counts(&stage->scene).problem) > 0);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    /* Heartbeats are heard, further offers refused at once with a time to come again. */
    peer_heartbeat(&stage->billing, 0, TARGET_FINE, NULL);
    offer(&stage->billing, 1, &stage->small[1]);
    assert_true(peer_expect_reject(&stage->billing, REJECT_FULL)->retry_ms > 0);
    assert_int_equal(scene_lines(&stage->scene, "event=store-full"), 1);
    make_room(stage);
    scene_wait(&stage->scene, 5000);
    peer_deliver(&stage->orders, &offer_of_large);
    deliver(&stage->billing, 1, &stage->small[1]);
    assert_false(scene_counts(&stage->scene).full);
    assert_int_equal(scene_lines(&stage->scene, "event=store-has-room"), 1);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
    assert_int_equal(scene_target(&stage->scene, "billing@prod").state, TARGET_FINE);
    offering_clear(&large);
}

/* ---- heartbeats ---- */

static void test_a_state_is_stored_at_once_when_it_changes(void **state)
{
    struct stage *stage = *state;
    struct target_row row;

    peer_join(&stage->orders, "orders@prod");
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    row = scene_target(&stage->scene, "orders@prod");
    assert_int_equal(row.state, TARGET_FINE);
    assert_true(row.checked_at > 0);
    peer_heartbeat(&stage->orders, 0, TARGET_UNREACHABLE, "connection refused");
    row = scene_target(&stage->scene, "orders@prod");
    assert_int_equal(row.state, TARGET_UNREACHABLE);
    assert_true(text_equal(row.reason, TEXT("connection refused")));
    assert_int_equal(scene_events(&stage->scene, "target-state"), 1);
    peer_heartbeat(&stage->orders, 0, TARGET_UNREACHABLE, "no route to host");
    assert_true(text_equal(scene_target(&stage->scene, "orders@prod").reason, TEXT("no route to host")));
    assert_int_equal(scene_events(&stage->scene, "target-state"), 1);
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    assert_int_equal(scene_events(&stage->scene, "target-state"), 2);
}

static void test_who_was_heard_is_stored_every_few_seconds(void **state)
{
    struct stage *stage = *state;
    int64_t before;

    peer_join(&stage->orders, "orders@prod");
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    scene_wait(&stage->scene, 6000);
    before = scene_target(&stage->scene, "orders@prod").heard_at;
    scene_wait(&stage->scene, 15000);
    assert_int_equal(scene_target(&stage->scene, "orders@prod").heard_at, before); /* nothing was heard */
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    scene_wait(&stage->scene, 6000);
    assert_int_equal(scene_target(&stage->scene, "orders@prod").heard_at, before + 21001000);
}

static void test_an_agent_that_starts_is_no_news(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    peer_heartbeat(&stage->orders, 0, TARGET_STARTING, NULL);
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    assert_int_equal(scene_events(&stage->scene, "target-state"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_snapshot_is_asked_for_level_by_level_and_recorded),
        TEST(test_hints_save_round_trips),
        TEST(test_one_change_sends_only_what_is_new),
        TEST(test_a_known_root_costs_nothing),
        TEST(test_equal_databases_send_their_schema_once_even_at_the_same_time),
        TEST(test_large_nodes_come_in_pieces),
        TEST(test_what_was_recorded_is_acknowledged_again_without_effect),
        TEST(test_a_snapshot_out_of_order_is_refused_with_the_number_that_is_next),
        TEST(test_a_gap_that_accounts_for_the_hole_is_recorded),
        TEST(test_a_new_outbox_does_not_repeat_what_is_known),
        TEST(test_a_copy_of_an_outbox_is_told_that_it_is_one),
        TEST(test_what_was_not_committed_is_offered_again_and_recorded_once),
        TEST(test_nothing_is_acknowledged_before_the_commit),
        TEST(test_what_comes_together_is_one_commit),
        TEST(test_an_agent_cannot_make_any_number_of_targets),
        TEST(test_a_target_outside_of_the_grants_is_forbidden_and_the_others_are_served),
        TEST(test_a_target_that_another_agent_speaks_for_is_claimed),
        TEST(test_a_silent_agent_loses_its_target_and_hears_it),
        TEST(test_a_target_is_free_at_once_after_a_goodbye),
        TEST(test_a_claim_outlives_a_restart),
        TEST(test_the_same_key_twice_is_a_duplicate),
        TEST(test_a_connection_that_is_made_anew_takes_the_session_over),
        TEST(test_a_revoked_agent_is_out_at_once),
        TEST(test_other_rights_begin_the_session_anew),
        TEST(test_a_forgotten_target_begins_anew),
        TEST(test_nodes_that_were_not_asked_for_end_the_session),
        TEST(test_nodes_of_a_refused_offer_are_passed_over),
        TEST(test_missing_nodes_are_incomplete),
        TEST(test_a_root_that_is_none_is_corrupt),
        TEST(test_nodes_that_do_not_fit_together_are_corrupt_and_leave_nothing),
        TEST(test_a_second_offer_of_a_target_under_way_ends_the_session),
        TEST(test_garbage_is_answered_once_and_ends_a_session),
        TEST(test_another_version_of_the_protocol_is_told_so),
        TEST(test_places_that_were_not_named),
        TEST(test_a_snapshot_over_the_limit_is_refused_for_good),
        TEST(test_without_room_uploads_wait_for_their_turn),
        TEST(test_pieces_that_do_not_follow_each_other_end_the_session),
        TEST(test_pieces_with_the_wrong_hash_are_corrupt),
        TEST(test_a_full_disk_acknowledges_nothing_and_recovers),
        TEST(test_a_state_is_stored_at_once_when_it_changes),
        TEST(test_who_was_heard_is_stored_every_few_seconds),
        TEST(test_an_agent_that_starts_is_no_news),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
