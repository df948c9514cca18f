#include "ingest/pages.h"

#include <stdio.h>
#include <string.h>

#include "stage.h"
#include "support/cmocka.h"
#include "wire/statement_page.h"

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

/* The newest change. */
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

static int64_t ask(struct stage *stage, const char *sql)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct error error = {0};
    bool row = false;

    if (database_prepare(stage->scene.database, sql, &statement, &error) != ERROR_NONE ||
        statement_step(statement, &row, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return row ? statement_number(statement, 0) : -1;
}

static struct captured_statement statement_by(const char *actor, int64_t number)
{
    return (struct captured_statement){.number = number,
                                       .at = 1000000 + number,
                                       .actor = text_from(actor),
                                       .role = TEXT("app_owner"),
                                       .application = TEXT("flyway"),
                                       .command = TEXT("COMMENT"),
                                       .object = TEXT("s.t0"),
                                       .statement = TEXT("COMMENT ON TABLE s.t0 IS")};
}

static void test_statements_come_in_pages_also_with_a_known_root(void **state)
{
    struct stage *stage = *state;
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement statements[] = {statement_by("ana", 1), statement_by("bob", 2)};
    struct hash pages[3];
    struct change_row change;

    arena_init(&arena, 1024 * 1024);
    peer_join(&stage->orders, "orders@prod");
    peer_join(&stage->billing, "orders@prod/other");
    pages[0] = peer_page_of(&stage->orders, &statements[0], 1);
    pages[1] = peer_page_of(&stage->orders, &statements[1], 1);
    pages[2] = pages[0];
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    peer_deliver(
        &stage->orders,
        &(struct peer_offer){
            .seq = 2, .offering = &stage->small[1], .captured = true, .pages = pages, .page_count = LENGTH_OF(pages)});
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event WHERE snapshot = 2 AND role = 'app_owner'"), 2);
    change = last_change(stage, &arena);
    assert_int_equal(change.evidence, EVIDENCE_CAPTURED);
    assert_true(text_equal(change.actor, TEXT("bob")) && text_equal(change.role, TEXT("app_owner")));
    assert_true(text_equal(change.application, TEXT("flyway")) && text_equal(change.command, TEXT("COMMENT")));

    /* another target with these roots: nothing is asked for but its own statements */
    assert_int_equal(stage_deliver(&stage->billing, 1, &stage->small[0]), 0);
    pages[0] = peer_page_of(&stage->billing, &statements[0], 1);
    assert_int_equal(
        peer_deliver(&stage->billing,
                     &(struct peer_offer){
                         .seq = 2, .offering = &stage->small[1], .captured = true, .pages = pages, .page_count = 1}),
        1);
    assert_true(text_equal(last_change(stage, &arena).actor, TEXT("ana")));
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
}

static void test_what_changed_nothing_in_the_end_is_kept_with_the_newest(void **state)
{
    struct stage *stage = *state;
    struct captured_statement statements[] = {statement_by("ana", 1), statement_by("ana", 2)};
    struct hash page;
    size_t recorded;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    recorded = scene_events(&stage->scene, "snapshot-recorded");
    page = peer_page_of(&stage->orders, statements, 2);
    for (uint64_t seq = 2; seq < 4; seq++) { /* and when they are brought twice, they are there once */
        assert_int_equal(peer_deliver(&stage->orders, &(struct peer_offer){.seq = seq,
                                                                           .offering = &stage->small[0],
                                                                           .captured = true,
                                                                           .pages = &page,
                                                                           .page_count = 1}),
                         1);
        assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event WHERE snapshot = 1"), 2);
    }
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    assert_int_equal(scene_events(&stage->scene, "snapshot-recorded"), recorded);
    assert_int_equal(ask(stage, "SELECT last_seq FROM stream"), 3);
    stage_deliver(&stage->orders, 4, &stage->small[1]);
}

/* What came with an earlier snapshot has made what that one changed, and nothing of a later one. */
static void test_a_statement_that_comes_again_makes_nothing(void **state)
{
    struct stage *stage = *state;
    CLEANUP(arena_free) struct arena arena;
    struct captured_statement statement = statement_by("ana", 1);
    struct hash page;

    arena_init(&arena, 1024 * 1024);
    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    page = peer_page_of(&stage->orders, &statement, 1);
    for (uint64_t seq = 2; seq < 4; seq++)
        peer_deliver(&stage->orders, &(struct peer_offer){.seq = seq,
                                                          .offering = &stage->small[seq % 2 == 0 ? 1 : 0],
                                                          .captured = true,
                                                          .pages = &page,
                                                          .page_count = 1});
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event"), 1);
    assert_int_equal(last_change(stage, &arena).evidence, EVIDENCE_UNATTRIBUTED);
    assert_int_equal(ask(stage, "SELECT evidence FROM change WHERE snapshot = 2"), EVIDENCE_CAPTURED);
}

/* All want one root at the same time, and each has statements of its own. */
static void test_pages_belong_to_one_offer(void **state)
{
    enum { TENANTS = 20 };
    struct stage *stage = *state;
    const char *names[TENANTS + 1] = {NULL};
    char texts[TENANTS][32], actors[TENANTS][32];
    unsigned acknowledged = 0, wanted = 0;

    for (unsigned i = 0; i < TENANTS; i++) {
        snprintf(texts[i], sizeof texts[i], "orders@prod/t%02u", i);
        snprintf(actors[i], sizeof actors[i], "actor %02u", i);
        names[i] = texts[i];
    }
    peer_join_all(&stage->orders, names);
    for (uint32_t i = 0; i < TENANTS; i++)
        peer_offer(&stage->orders,
                   &(struct peer_offer){
                       .target = i, .seq = 1, .offering = &stage->small[0], .actor = i % 5 == 4 ? NULL : actors[i]});
    while (acknowledged < TENANTS) {
        const struct wire_message *message = peer_next(&stage->orders);

        assert_non_null(message);
        if (message->type == MESSAGE_WANT) {
            wanted += message->want->target != 0;
            assert_true(message->want->target == 0 || message->want->n_hashes == 1);
            peer_answer(&stage->orders, message->want, &stage->small[0]);
        } else {
            assert_int_equal(message->type, MESSAGE_ACK);
            acknowledged++;
        }
    }
    assert_int_equal(wanted, TENANTS * 4 / 5 - 1);
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event JOIN target ON target.id = target"
                                " WHERE actor = 'actor ' || substr(instance, 2)"),
                     TENANTS * 4 / 5);
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
}

static void offer_page(struct stage *stage, struct hash page)
{
    peer_offer(&stage->orders,
               &(struct peer_offer){.seq = 2, .offering = &stage->small[0], .pages = &page, .page_count = 1});
}

static void test_a_page_that_is_missing_is_incomplete(void **state)
{
    struct stage *stage = *state;
    struct captured_statement statement = statement_by("ana", 1);
    Wire__Nodes nodes = WIRE__NODES__INIT;
    struct hash page;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    page = peer_page_of(&stage->orders, &statement, 1);
    offer_page(stage, page);
    nodes.missing = peer_expect(&stage->orders, MESSAGE_WANT)->want->hashes;
    nodes.session = stage->orders.session;
    nodes.seq = 2;
    nodes.n_missing = 1;
    peer_send(&stage->orders, MESSAGE_NODES, &nodes.base);
    peer_expect_reject(&stage->orders, REJECT_INCOMPLETE);
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event"), 0);
    peer_deliver(&stage->orders,
                 &(struct peer_offer){.seq = 2, .offering = &stage->small[0], .pages = &page, .page_count = 1});
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event"), 1);
}

static void test_pages_that_are_wrong(void **state)
{
    static const struct {
        const char *what;
        struct text sent;
        enum reject_code expected;
    } cases[] = {
        {"the bytes of another", TEXT_INIT("\x0a\x0e\x09\1\0\0\0\0\0\0\0\x12\1b\x48\1"), REJECT_PROTOCOL},
        {"not protobuf", TEXT_INIT("nonsense"), REJECT_CORRUPT},
        {"no statement in it", TEXT_INIT("\x12\0"), REJECT_CORRUPT},
        {"an unknown field", TEXT_INIT("\x0a\x0e\x09\1\0\0\0\0\0\0\0\x12\1a\x48\1\x78\1"), REJECT_CORRUPT},
        {"an actor without a name", TEXT_INIT("\x0a\x0d\x09\1\0\0\0\0\0\0\0\x12\0\x48\1"), REJECT_CORRUPT},
    };
    struct stage *stage = *state;
    struct captured_statement statement = statement_by("ana", 1);

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", cases[i].what);
        offer_page(stage,
                   i == 0 ? peer_page_of(&stage->orders, &statement, 1) : peer_page(&stage->orders, cases[i].sent));
        peer_expect(&stage->orders, MESSAGE_WANT);
        send_node(&stage->orders, 2, NODE_STATEMENTS, cases[i].sent);
        peer_expect_reject(&stage->orders, cases[i].expected);
        if (cases[i].expected == REJECT_PROTOCOL)
            peer_join(&stage->orders, "orders@prod");
    }
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event"), 0);
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
}

static void test_a_page_comes_once_and_only_when_it_was_named(void **state)
{
    struct stage *stage = *state;
    struct captured_statement statements[] = {statement_by("ana", 1), statement_by("bob", 2)};
    struct hash pages[] = {peer_page_of(&stage->orders, &statements[0], 1),
                           peer_page_of(&stage->orders, &statements[1], 1)};
    struct text bytes[] = {node_table_find(&stage->orders.pages, &pages[0])->bytes,
                           node_table_find(&stage->orders.pages, &pages[1])->bytes};

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    offer_page(stage, pages[0]);
    peer_expect(&stage->orders, MESSAGE_WANT);
    send_node(&stage->orders, 2, NODE_STATEMENTS, bytes[1]);
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
    peer_join(&stage->orders, "orders@prod");
    peer_offer(&stage->orders,
               &(struct peer_offer){.seq = 2, .offering = &stage->small[0], .pages = pages, .page_count = 2});
    peer_expect(&stage->orders, MESSAGE_WANT);
    send_node(&stage->orders, 2, NODE_STATEMENTS, bytes[0]);
    send_node(&stage->orders, 2, NODE_STATEMENTS, bytes[0]);
    peer_expect_reject(&stage->orders, REJECT_PROTOCOL);
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event"), 0);
    assert_int_equal(scene_counts(&stage->scene).staged_bytes, 0);
}

/* Many statements, in as many pages as that takes, some of them too large for one message. */
static void test_ten_thousand_statements(void **state)
{
    enum { MANY = 10000 };
    struct stage *stage = *state;
    static struct captured_statement statements[MANY];
    static char large[200 * 1024];
    struct hash pages[64];
    size_t count = 0, named = 0;

    memset(large, 'x', sizeof large);
    for (int i = 0; i < MANY; i++)
        statements[i] = statement_by(i % 2 == 0 ? "ana" : "bob", i);
    statements[77].statement = (struct text){large, sizeof large};
    while (named < MANY) {
        CLEANUP(buffer_clear) struct buffer page = {0};

        assert_true(count < LENGTH_OF(pages));
        named += statement_page_write(&page, statements + named, MANY - named);
        pages[count++] = peer_page(&stage->orders, buffer_text(&page));
    }
    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    peer_deliver(&stage->orders,
                 &(struct peer_offer){
                     .seq = 2, .offering = &stage->small[1], .captured = true, .pages = pages, .page_count = count});
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event WHERE snapshot = 2"), MANY);
    assert_int_equal(ask(stage, "SELECT count(*) FROM ddl_event WHERE length(statement) > 60000"), 1);
    assert_int_equal(ask(stage, "SELECT number FROM ddl_event JOIN change ON ddl_event = ddl_event.id"), MANY - 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_statements_come_in_pages_also_with_a_known_root),
        TEST(test_what_changed_nothing_in_the_end_is_kept_with_the_newest),
        TEST(test_a_statement_that_comes_again_makes_nothing),
        TEST(test_pages_belong_to_one_offer),
        TEST(test_a_page_that_is_missing_is_incomplete),
        TEST(test_pages_that_are_wrong),
        TEST(test_a_page_comes_once_and_only_when_it_was_named),
        TEST(test_ten_thousand_statements),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
