#include "ingest/hello.h"

#include <stdio.h>
#include <string.h>

#include "stage.h"
#include "support/cmocka.h"

static void test_a_new_outbox_does_not_repeat_what_is_known(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    stage->orders.incarnation[0] = 77; /* the same connection: the old program is gone for sure */
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 1);
    assert_int_equal(stage_deliver(&stage->orders, 1, &stage->small[0]), 0);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 1);
    stage_deliver(&stage->orders, 2, &stage->small[1]);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 3);
}

/* The same name and number, but another snapshot: to acknowledge it would lose it. */
static void test_a_copy_of_an_outbox_is_told_that_it_is_one(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    stage_deliver(&stage->orders, 2, &stage->small[1]);
    stage->orders.newest = 2;
    stage->orders.root = &stage->small[1].snapshot->root;
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 3);
    stage->orders.root = &stage->small[2].snapshot->root;
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 4); /* it has no 3 */
    stage->orders.incarnation[0] = 77;
    assert_int_equal(peer_join(&stage->orders, "orders@prod")->targets[0]->next_seq, 1);
    stage_deliver(&stage->orders, 1, &stage->small[2]);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 3);
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
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    peer_say_hello(&stage->billing, (const char *const[]){"orders@prod", "billing@prod", NULL});
    welcome = peer_expect(&stage->billing, MESSAGE_WELCOME)->welcome;
    assert_int_equal(welcome->targets[0]->code, REJECT_CLAIMED);
    assert_true(strstr((const char *)welcome->targets[0]->reason.data, "orders-db") != NULL);
    assert_int_equal(welcome->targets[1]->code, REJECT_NONE);
    assert_int_equal(scene_events(&stage->scene, "agent-refused"), 1);
    assert_int_equal(scene_events(&stage->scene, "target-claimed"), 0); /* it was not */
}

static void test_a_silent_agent_loses_its_target_and_hears_it(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    scene_wait(&stage->scene, 89000);
    peer_say_hello(&stage->billing, (const char *const[]){"orders@prod", NULL});
    assert_int_equal(peer_expect(&stage->billing, MESSAGE_WELCOME)->welcome->targets[0]->code, REJECT_CLAIMED);
    scene_wait(&stage->scene, 2000);
    assert_int_equal(scene_lines(&stage->scene, "event=agent-gone agent=orders-db reason=silent"), 1);
    assert_int_equal(scene_events(&stage->scene, "target-claimed"), 0);
    peer_join(&stage->billing, "orders@prod");
    assert_string_equal(scene_event(&stage->scene, "target-claimed"),
                        "medium {\"target\":\"orders@prod\",\"agent\":\"billing-db\",\"before\":\"orders-db\"}");
    assert_int_equal(stage_deliver(&stage->billing, 1, &stage->small[0]), 0);
    stage_deliver(&stage->billing, 2, &stage->small[1]);
    assert_int_equal(scene_snapshots(&stage->scene, "orders@prod", NULL), 2);
    /* The first one is back. */
    peer_say_hello(&stage->orders, (const char *const[]){"orders@prod", NULL});
    assert_int_equal(peer_expect(&stage->orders, MESSAGE_WELCOME)->welcome->targets[0]->code, REJECT_CLAIMED);
}

static void test_a_target_is_free_at_once_after_a_goodbye(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    peer_say_goodbye(&stage->orders);
    assert_int_equal(scene_counts(&stage->scene).sessions, 0);
    peer_join(&stage->billing, "orders@prod");
}

static void test_a_claim_outlives_a_restart(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    stage_deliver(&stage->orders, 1, &stage->small[0]);
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
    stage_deliver(&stage->orders, 1, &stage->small[0]); /* undisturbed */
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
    stage_deliver(&stage->orders, 1, &stage->small[0]);
    assert_int_equal(peer_join(&again, "orders@prod")->targets[0]->next_seq, 2);
    assert_int_equal(scene_counts(&stage->scene).sessions, 1);
    /* Late messages of the old session: one answer, whatever comes. */
    stage_offer(&stage->orders, 2, &stage->small[1]);
    assert_int_equal(peer_expect_reject(&stage->orders, REJECT_SESSION)->session, stage->orders.session);
    stage_offer(&stage->orders, 2, &stage->small[1]);
    peer_expect_nothing(&stage->orders);
    stage_deliver(&again, 2, &stage->small[1]);
    peer_clear(&again);
}

static void send_hello(struct peer *peer, const char *version, const char *host)
{
    Wire__TargetName name = WIRE__TARGET_NAME__INIT;
    Wire__HelloTarget target = WIRE__HELLO_TARGET__INIT, *targets[] = {&target};
    Wire__Hello hello = WIRE__HELLO__INIT;

    name.database = message_bytes(TEXT("orders"));
    name.environment = message_bytes(TEXT("prod"));
    name.instance = message_bytes(TEXT("default"));
    target.name = &name;
    target.engine = message_bytes(TEXT("postgresql"));
    hello.protocol = WIRE_VERSION;
    hello.version = message_bytes(text_from(version));
    hello.host = message_bytes(text_from(host));
    hello.incarnation = (ProtobufCBinaryData){sizeof peer->incarnation, peer->incarnation};
    hello.n_targets = 1;
    hello.targets = targets;
    peer_send(peer, MESSAGE_HELLO, &hello.base);
    peer_expect(peer, MESSAGE_WELCOME);
}

static void test_another_program_than_before_is_an_event(void **state)
{
    struct stage *stage = *state;
    struct scene *scene = &stage->scene;

    send_hello(&stage->orders, "1.0", "db1");
    assert_string_equal(scene_event(scene, "agent-connected"),
                        "low {\"agent\":\"orders-db\",\"first\":true,\"version\":\"1.0\",\"host\":\"db1\","
                        "\"address\":\"127.0.0.1\",\"targets\":1}");
    send_hello(&stage->orders, "1.0", "db1"); /* it only comes back */
    scene_restart(scene);
    send_hello(&stage->orders, "1.0", "db1");
    assert_int_equal(scene_events(scene, "agent-connected"), 1);
    send_hello(&stage->orders, "1.1", "db1");
    assert_string_equal(scene_event(scene, "agent-connected"),
                        "low {\"agent\":\"orders-db\",\"first\":false,\"version\":\"1.1\",\"version_before\":\"1.0\","
                        "\"host\":\"db1\",\"address\":\"127.0.0.1\",\"targets\":1}");
    send_hello(&stage->orders, "1.1", "db2");
    assert_non_null(strstr(scene_event(scene, "agent-connected"), "\"host\":\"db2\",\"host_before\":\"db1\""));
    assert_int_equal(scene_events(scene, "agent-connected"), 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_new_outbox_does_not_repeat_what_is_known),
        TEST(test_a_copy_of_an_outbox_is_told_that_it_is_one),
        TEST(test_an_agent_cannot_make_any_number_of_targets),
        TEST(test_a_target_outside_of_the_grants_is_forbidden_and_the_others_are_served),
        TEST(test_a_target_that_another_agent_speaks_for_is_claimed),
        TEST(test_a_silent_agent_loses_its_target_and_hears_it),
        TEST(test_a_target_is_free_at_once_after_a_goodbye),
        TEST(test_a_claim_outlives_a_restart),
        TEST(test_the_same_key_twice_is_a_duplicate),
        TEST(test_a_connection_that_is_made_anew_takes_the_session_over),
        TEST(test_another_program_than_before_is_an_event),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
