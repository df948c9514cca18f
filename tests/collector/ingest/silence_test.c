#include "ingest/silence.h"

#include "base/memory.h"
#include "stage.h"
#include "support/cmocka.h"

enum { STALE_S = 60 };

static void setup_stale(struct stage *stage)
{
    stage->scene.settings.stale_us = (int64_t)STALE_S * 1000000;
    conversation_configure(stage->scene.conversation, &stage->scene.settings);
}

/* As time passes for a collector that listens. */
static void pass(struct stage *stage, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++)
        scene_wait(&stage->scene, 1000);
}

static void stand_still(struct stage *stage, unsigned seconds)
{
    scene_wait(&stage->scene, seconds * 1000);
}

static void say_something(struct peer *peer)
{
    peer_heartbeat(peer, 0, TARGET_FINE, NULL);
}

static void expect(struct stage *stage, size_t silent, size_t returned)
{
    assert_int_equal(scene_events(&stage->scene, "agent-silent"), silent);
    assert_int_equal(scene_events(&stage->scene, "agent-returned"), returned);
}

static void assert_event_begins(struct stage *stage, const char *beginning)
{
    const char *said = scene_event(&stage->scene, "agent-silent");

    if (strncmp(said, beginning, strlen(beginning)) != 0)
        fail_msg("%s", said);
}

static void test_silent_is_told_once_and_so_is_its_end(void **state)
{
    struct stage *stage = *state;

    setup_stale(stage);
    peer_join(&stage->orders, "orders@prod");
    for (int i = 0; i < 10; i++) {
        pass(stage, STALE_S / 2);
        say_something(&stage->orders);
    }
    expect(stage, 0, 0);
    pass(stage, STALE_S + 1);
    expect(stage, 1, 0);
    assert_event_begins(stage, "high {\"agent\":\"orders-db\",\"last_seen\":\"20");
    assert_non_null(strstr(scene_event(&stage->scene, "agent-silent"), ",\"targets\":1}"));
    pass(stage, 3 * STALE_S);
    expect(stage, 1, 0);
    peer_join(&stage->orders, "orders@prod");
    pass(stage, 1);
    expect(stage, 1, 1);
    assert_non_null(strstr(scene_event(&stage->scene, "agent-returned"), "\"silent_seconds\":24"));
    pass(stage, 2 * STALE_S);
    expect(stage, 2, 1);
}

static void test_who_said_goodbye_is_silent_too(void **state)
{
    struct stage *stage = *state;

    setup_stale(stage);
    peer_join(&stage->orders, "orders@prod");
    peer_say_goodbye(&stage->orders);
    pass(stage, STALE_S - 1);
    expect(stage, 0, 0);
    pass(stage, 2);
    expect(stage, 1, 0);
}

static void test_an_agent_that_watches_nothing_is_less_bad(void **state)
{
    struct stage *stage = *state;

    setup_stale(stage);
    peer_say_hello(&stage->orders, (const char *const[]){"billing@prod", NULL}); /* which it may not */
    peer_expect(&stage->orders, MESSAGE_WELCOME);
    pass(stage, STALE_S + 1);
    assert_event_begins(stage, "medium {");
}

static void test_who_was_never_here_or_is_revoked_is_not_silent(void **state)
{
    struct stage *stage = *state;

    setup_stale(stage);
    peer_join(&stage->orders, "orders@prod");
    scene_revoke(&stage->scene, "orders-db");
    pass(stage, 3 * STALE_S);
    expect(stage, 0, 0);
}

/* What was told before it ended is neither forgotten nor told again; others have time to come back. */
static void test_a_restart_neither_forgets_nor_repeats(void **state)
{
    struct stage *stage = *state;

    setup_stale(stage);
    peer_join(&stage->orders, "orders@prod");
    peer_join(&stage->billing, "billing@prod");
    pass(stage, STALE_S - 5);
    say_something(&stage->billing);
    pass(stage, 10);
    expect(stage, 1, 0);
    scene_restart(&stage->scene);
    pass(stage, STALE_S - 1); /* billing was heard long ago, but nobody was there to hear it */
    expect(stage, 1, 0);
    peer_join(&stage->billing, "billing@prod");
    pass(stage, 10);
    expect(stage, 1, 0);
    peer_join(&stage->orders, "orders@prod");
    pass(stage, 1);
    expect(stage, 1, 1);
    scene_restart(&stage->scene);
    pass(stage, STALE_S + 1);
    expect(stage, 3, 1);
}

static void test_a_standstill_makes_nobody_silent(void **state)
{
    struct stage *stage = *state;

    setup_stale(stage);
    peer_join(&stage->orders, "orders@prod");
    pass(stage, 10);
    stand_still(stage, 10 * STALE_S);
    expect(stage, 0, 0);
    pass(stage, STALE_S - 2);
    expect(stage, 0, 0);
    pass(stage, 3);
    expect(stage, 1, 0);
}

/* The list of agents is read again whenever somebody enrols one. */
static void test_a_reload_of_the_agents_forgets_nothing(void **state)
{
    struct stage *stage = *state;

    setup_stale(stage);
    peer_join(&stage->orders, "orders@prod");
    pass(stage, STALE_S + 1);
    expect(stage, 1, 0);
    scene_enroll(&stage->scene, "another", "a@b/c");
    pass(stage, 2 * STALE_S);
    expect(stage, 1, 0);
    peer_join(&stage->orders, "orders@prod");
    scene_enroll(&stage->scene, "another-one", "a@b/c");
    pass(stage, 1);
    expect(stage, 1, 1);
}

/* What was told in a batch that could not be written is told in the next. */
static void test_a_failure_to_write_loses_nothing(void **state)
{
    struct stage *stage = *state;

    setup_stale(stage);
    peer_join(&stage->orders, "orders@prod");
    pass(stage, STALE_S - 1);
    for (unsigned long nth = 1; scene_events(&stage->scene, "agent-silent") == 0; nth++) {
        struct error error = {0};

        assert_true(nth < 10000);
        stage->scene.moment.elapsed += 1000000;
        stage->scene.moment.now += 1000000;
        mem_fail_at(nth);
        assert_int_equal(conversation_tick(stage->scene.conversation, &stage->scene.moment, &error), ERROR_NONE);
        mem_fail_at(0);
        scene_commit(&stage->scene);
    }
    pass(stage, 10);
    expect(stage, 1, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_silent_is_told_once_and_so_is_its_end),     TEST(test_who_said_goodbye_is_silent_too),
        TEST(test_an_agent_that_watches_nothing_is_less_bad), TEST(test_who_was_never_here_or_is_revoked_is_not_silent),
        TEST(test_a_restart_neither_forgets_nor_repeats),     TEST(test_a_standstill_makes_nobody_silent),
        TEST(test_a_reload_of_the_agents_forgets_nothing),    TEST(test_a_failure_to_write_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
