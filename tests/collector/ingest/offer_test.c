#include "ingest/offer.h"

#include <string.h>

#include "stage.h"
#include "store/nodes.h"
#include "support/cmocka.h"

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

static void test_a_snapshot_is_asked_for_level_by_level_and_recorded(void **state)
{
    struct stage *stage = *state;
    struct snapshot_row *rows;

    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 1);
    assert_true(stage_deliver(&stage->orders, 1, &stage->small[0]) >= 3);
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
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    stage->orders.bytes = 0;
    stage_deliver(&stage->orders, 2, &stage->small[1]);
    assert_true(stage->orders.bytes < 16 * 1024);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
}

static void test_a_known_root_costs_nothing(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    peer_join(&stage->billing, "orders@prod/other");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    assert_int_equal(stage_deliver(&stage->billing, 1, &stage->small[0]), 0);
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
        const struct wire_message *message = peer_next(&stage->orders);

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
    stage_deliver(&stage->orders, 1, &large);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    offering_clear(&large);
}

static void test_what_was_recorded_is_acknowledged_again_without_effect(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    stage_deliver(&stage->orders, 2, &stage->small[1]);
    assert_int_equal(stage_deliver(&stage->orders, 1, &stage->small[0]), 0);
    assert_int_equal(stage_deliver(&stage->orders, 2, &stage->small[1]), 0);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
}

static void test_a_snapshot_out_of_order_is_refused_with_the_number_that_is_next(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    stage_offer(&stage->orders, 3, &stage->small[2]);
    assert_int_equal(peer_expect_reject(&stage->orders, REJECT_SEQUENCE)->next_seq, 2);
    peer_offer(&stage->orders, &(struct peer_offer){.seq = 5, .offering = &stage->small[2], .lost = 2});
    assert_int_equal(peer_expect_reject(&stage->orders, REJECT_SEQUENCE)->next_seq, 2);
    stage_deliver(&stage->orders, 2, &stage->small[1]);
}

static void test_a_gap_that_accounts_for_the_hole_is_recorded(void **state)
{
    struct stage *stage = *state;
    struct snapshot_row *rows;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    /* It lost five, of which we know one. */
    peer_deliver(&stage->orders, &(struct peer_offer){.seq = 6, .offering = &stage->small[1], .lost = 5});
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", &rows), 2);
    assert_int_equal(rows[0].lost, 4);
    assert_true(text_equal(rows[0].lost_reason, TEXT("outbox full")));
    /* Back in the state that is known, after others: that is news. */
    peer_deliver(&stage->orders, &(struct peer_offer){.seq = 8, .offering = &stage->small[1], .lost = 1});
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 3);
}

/* The one change between the two snapshots that were delivered last. */
static struct change_row last_change(struct stage *stage, struct arena *arena)
{
    struct change_row *changes = NULL;
    struct error error = {0};
    size_t count = 0;

    if (changes_list(stage->scene.database, &(struct change_filter){.limit = 1}, arena, &changes, &count, &error) !=
        ERROR_NONE)
        fail_msg("%s", error.message);
    assert_int_equal(count, 1);
    return changes[0];
}

static void test_who_made_a_change_is_what_was_captured(void **state)
{
    static const struct {
        const char *what;
        bool captured;
        const char *actor, *object;
        enum evidence evidence;
        const char *expected; /* the actor */
    } steps[] = {
        {"not captured", false, NULL, NULL, EVIDENCE_INFERRED, ""},
        {"a statement names it", true, "alice", "s.t0", EVIDENCE_CAPTURED, "alice"},
        {"nothing names it", true, NULL, NULL, EVIDENCE_UNATTRIBUTED, ""},
        {"a statement about something else", true, "bob", "s.t1", EVIDENCE_UNATTRIBUTED, ""},
        {"a statement about something else, and others may have escaped", false, "bob", "s.t1", EVIDENCE_INFERRED, ""},
        {"a statement that does not say what it is about", true, "eve", NULL, EVIDENCE_CAPTURED, "eve"},
    };
    struct stage *stage = *state;
    CLEANUP(arena_free) struct arena arena;
    struct snapshot_row *rows;
    size_t incidents = 0;

    arena_init(&arena, 1024 * 1024);
    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    for (size_t i = 0; i < LENGTH_OF(steps); i++) {
        struct change_row change;

        print_message("  %s\n", steps[i].what);
        peer_deliver(&stage->orders, &(struct peer_offer){.seq = 2 + i,
                                                          .offering = &stage->small[(i + 1) % 2],
                                                          .captured = steps[i].captured,
                                                          .actor = steps[i].actor,
                                                          .object = steps[i].object});
        change = last_change(stage, &arena);
        assert_int_equal(change.evidence, steps[i].evidence);
        assert_true(text_equal(change.actor, text_from(steps[i].expected)));
        assert_int_equal(change.statement.length > 0, steps[i].evidence == EVIDENCE_CAPTURED);
        assert_true(change.statement.length == 0 ||
                    (text_equal(change.application, TEXT("psql")) && text_equal(change.client, TEXT("10.0.0.7"))));
        incidents += steps[i].evidence == EVIDENCE_UNATTRIBUTED;
        assert_int_equal(scene_events(&stage->scene, "change-unattributed"), incidents);
        scene_snapshots(&stage->scene, "orders@prod", &rows);
        assert_int_equal(rows[0].capture, steps[i].captured);
    }
}

static void test_nodes_that_were_not_asked_for_end_the_session(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    send_node(&stage->orders, 1, NODE_LEAF, TEXT("\0"));
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
    peer_join(&stage->orders, "orders@prod");
    stage_offer(&stage->orders, 1, &stage->small[0]);
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
    stage_offer(&stage->orders, 1, &stage->small[0]);
    want = peer_expect(&stage->orders, MESSAGE_WANT)->want;
    scene_wait(&stage->scene, 31000);
    stage->scene.patient = true;
    peer_answer(&stage->orders, want, &stage->small[0]);
    stage->scene.patient = false;
    peer_expect_reject(&stage->orders, REJECT_INCOMPLETE);
    peer_expect_nothing(&stage->orders);
    stage_deliver(&stage->orders, 1, &stage->small[0]);
}

static void test_missing_nodes_are_incomplete(void **state)
{
    struct stage *stage = *state;
    Wire__Nodes nodes = WIRE__NODES__INIT;
    const Wire__Want *want;

    peer_join(&stage->orders, "orders@prod");
    stage_offer(&stage->orders, 1, &stage->small[0]);
    want = peer_expect(&stage->orders, MESSAGE_WANT)->want;
    nodes.session = stage->orders.session;
    nodes.seq = 1;
    nodes.n_missing = 1;
    nodes.missing = want->hashes;
    peer_send(&stage->orders, MESSAGE_NODES, &nodes.base);
    peer_expect_reject(&stage->orders, REJECT_INCOMPLETE);
    stage_deliver(&stage->orders, 1, &stage->small[0]);
}

static void test_a_root_that_is_none_is_corrupt(void **state)
{
    struct stage *stage = *state;
    struct offering broken = stage->small[0];

    broken.root_node = TEXT("\1nonsense");
    peer_join(&stage->orders, "orders@prod");
    stage_offer(&stage->orders, 1, &broken);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 1);
    stage_offer(&stage->orders, 1, &broken);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 1); /* the same again is no news */
    stage_deliver(&stage->orders, 1, &stage->small[0]);
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
    stage_offer(&stage->orders, 1, &broken);
    for (unsigned i = 0; i < 2; i++)
        peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &three);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    assert_int_equal(nodes_know(stage->scene.database, &three.snapshot->tries[ASPECT_STRUCTURE].top->hash, &known,
                                &(struct error){0}),
                     ERROR_NONE);
    assert_false(known);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 0);
    stage_deliver(&stage->orders, 1, &four);
    offering_clear(&three);
    offering_clear(&four);
}

static void test_a_second_offer_of_a_target_under_way_ends_the_session(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_offer(&stage->orders, 1, &stage->small[0]);
    peer_expect(&stage->orders, MESSAGE_WANT);
    stage_offer(&stage->orders, 2, &stage->small[1]);
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
}

static void test_a_snapshot_over_the_limit_is_refused_for_good(void **state)
{
    struct stage *stage = *state;
    struct offering large;

    stage->scene.settings.snapshot_limit = 512 * 1024;
    conversation_configure(stage->scene.conversation, &stage->scene.settings);
    offering_make(&large, &(struct offering_shape){.tables = 2, .version = 1, .comment = 1024 * 1024});
    peer_join(&stage->orders, "orders@prod");
    stage_offer(&stage->orders, 1, &large);
    for (unsigned i = 0; i < 2; i++)
        peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &large);
    peer_expect_reject(&stage->orders, REJECT_LIMIT);
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
    stage_deliver(&stage->orders, 1, &stage->small[0]);
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
    stage_offer(&stage->orders, 1, &large);
    peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &large);
    peer_expect(&stage->orders, MESSAGE_WANT);
    send_piece(&stage->orders, node, 0, FIRST_PIECE);
    stage_offer(&stage->billing, 1, &stage->small[0]);
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
        stage_offer(&stage->orders, 1, &large);
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
    stage_offer(&stage->orders, 1, &large);
    peer_answer(&stage->orders, peer_expect(&stage->orders, MESSAGE_WANT)->want, &large);
    peer_expect(&stage->orders, MESSAGE_WANT);
    send_piece(&stage->orders, &wrong, 0, wrong.bytes.length);
    peer_expect_reject(&stage->orders, REJECT_CORRUPT);
    offering_clear(&large);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
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
        TEST(test_who_made_a_change_is_what_was_captured),
        TEST(test_nodes_that_were_not_asked_for_end_the_session),
        TEST(test_nodes_of_a_refused_offer_are_passed_over),
        TEST(test_missing_nodes_are_incomplete),
        TEST(test_a_root_that_is_none_is_corrupt),
        TEST(test_nodes_that_do_not_fit_together_are_corrupt_and_leave_nothing),
        TEST(test_a_second_offer_of_a_target_under_way_ends_the_session),
        TEST(test_a_snapshot_over_the_limit_is_refused_for_good),
        TEST(test_without_room_uploads_wait_for_their_turn),
        TEST(test_pieces_that_do_not_follow_each_other_end_the_session),
        TEST(test_pieces_with_the_wrong_hash_are_corrupt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
