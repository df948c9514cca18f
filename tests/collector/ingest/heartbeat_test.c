#include "ingest/heartbeat.h"

#include "stage.h"
#include "support/cmocka.h"

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

/* When the store says that the agent was heard last. */
static int64_t last_seen(struct stage *stage)
{
    struct agent_row *rows = NULL;
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    size_t count = 0;

    arena_init(&arena, SIZE_MAX);
    assert_int_equal(agents_list(stage->scene.database, &arena, &rows, &count, &error), ERROR_NONE);
    for (size_t i = 0; i < count; i++)
        if (rows[i].id == stage->orders.agent)
            return rows[i].last_seen;
    return -1;
}

/* Not when it came, but when it was heard last: with what is stored anyway, and when the session has ended. */
static void test_when_an_agent_was_heard_last_is_kept(void **state)
{
    struct stage *stage = *state;
    int64_t heard;

    peer_join(&stage->orders, "orders@prod");
    assert_int_equal(last_seen(stage), stage->scene.moment.now);
    scene_wait(&stage->scene, 30000);
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    heard = stage->scene.moment.now;
    scene_wait(&stage->scene, 6000);
    assert_int_equal(last_seen(stage), heard);
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    peer_say_goodbye(&stage->orders);
    heard = stage->scene.moment.now;
    scene_forget(&stage->scene, "orders@prod");
    scene_wait(&stage->scene, 6000);
    assert_int_equal(last_seen(stage), heard);
}

/* Else what was heard before a restart of the collector would be all that there is, until the next heartbeat. */
static void test_who_comes_again_was_heard(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    scene_restart(&stage->scene);
    scene_wait(&stage->scene, 100000);
    peer_join(&stage->orders, "orders@prod");
    assert_int_equal(scene_target(&stage->scene, "orders@prod").heard_at, stage->scene.moment.now);
    assert_int_equal(scene_target(&stage->scene, "orders@prod").state, TARGET_FINE);
    assert_int_equal(scene_events(&stage->scene, "target-claimed"), 0);
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

/* Who begins anew knows nothing better: the trouble has one beginning and one end. */
static void test_a_trouble_outlives_an_agent_that_starts(void **state)
{
    struct stage *stage = *state;

    peer_join(&stage->orders, "orders@prod");
    peer_heartbeat(&stage->orders, 0, TARGET_UNREACHABLE, "connection refused");
    assert_int_equal(scene_events(&stage->scene, "target-state"), 1);
    scene_restart(&stage->scene);
    peer_join(&stage->orders, "orders@prod");
    peer_heartbeat(&stage->orders, 0, TARGET_STARTING, NULL);
    assert_int_equal(scene_target(&stage->scene, "orders@prod").state, TARGET_UNREACHABLE);
    peer_heartbeat(&stage->orders, 0, TARGET_UNREACHABLE, "connection refused");
    assert_int_equal(scene_events(&stage->scene, "target-state"), 1);
    peer_heartbeat(&stage->orders, 0, TARGET_STARTING, NULL);
    peer_heartbeat(&stage->orders, 0, TARGET_FINE, NULL);
    assert_string_equal(scene_event(&stage->scene, "target-state"),
                        "low {\"target\":\"orders@prod\",\"from\":\"unreachable\",\"to\":\"fine\"}");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_state_is_stored_at_once_when_it_changes), TEST(test_who_was_heard_is_stored_every_few_seconds),
        TEST(test_when_an_agent_was_heard_last_is_kept),      TEST(test_who_comes_again_was_heard),
        TEST(test_an_agent_that_starts_is_no_news),           TEST(test_a_trouble_outlives_an_agent_that_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
