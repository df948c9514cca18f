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
        TEST(test_a_state_is_stored_at_once_when_it_changes),
        TEST(test_who_was_heard_is_stored_every_few_seconds),
        TEST(test_an_agent_that_starts_is_no_news),
        TEST(test_a_trouble_outlives_an_agent_that_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
