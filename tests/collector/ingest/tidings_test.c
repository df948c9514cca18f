#include "ingest/tidings.h"

#include "base/memory.h"
#include "stage.h"
#include "support/cmocka.h"

/* ---- strangers ---- */

static void test_strangers_are_told_once_a_minute(void **state)
{
    struct stage *stage = *state;
    struct scene *scene = &stage->scene;

    scene_wait(scene, 1000);
    assert_int_equal(scene_events(scene, "peer-refused"), 0);
    conversation_turned_away(scene->conversation, 1, "10.0.0.1");
    scene_wait(scene, 200);
    assert_string_equal(scene_event(scene, "peer-refused"), "medium {\"count\":1,\"address\":\"10.0.0.1\"}");
    conversation_turned_away(scene->conversation, 500, "10.0.0.2");
    scene_wait(scene, 59000);
    assert_int_equal(scene_events(scene, "peer-refused"), 1);
    conversation_turned_away(scene->conversation, 700, "10.0.0.3");
    scene_wait(scene, 2000);
    assert_string_equal(scene_event(scene, "peer-refused"), "medium {\"count\":699,\"address\":\"10.0.0.3\"}");
    scene_wait(scene, 600000);
    assert_int_equal(scene_events(scene, "peer-refused"), 2);
}

/* Whichever allocation fails: in the end they were told, and once. */
static void test_strangers_of_a_failed_batch_are_told_again(void **state)
{
    struct stage *stage = *state;
    struct scene *scene = &stage->scene;

    conversation_turned_away(scene->conversation, 7, "10.0.0.1");
    for (unsigned long nth = 1; scene_events(scene, "peer-refused") == 0; nth++) {
        struct error error = {0};

        assert_true(nth < 10000);
        scene->moment.elapsed += 200000;
        mem_fail_at(nth);
        assert_int_equal(conversation_tick(scene->conversation, &scene->moment, &error), ERROR_NONE);
        mem_fail_at(0);
        scene_commit(scene);
    }
    assert_string_equal(scene_event(scene, "peer-refused"), "medium {\"count\":7,\"address\":\"10.0.0.1\"}");
    scene_wait(scene, 600000);
    assert_int_equal(scene_events(scene, "peer-refused"), 1);
}

/* ---- trouble ---- */

static void test_trouble_is_told_when_it_is_over(void **state)
{
    struct stage *stage = *state;
    struct scene *scene = &stage->scene;
    const struct error full = {.code = ERROR_FULL, .message = "writing the history: no space left on device"};
    const char *said;

    conversation_note_full(scene->conversation, &scene->moment, &full);
    scene_wait(scene, 500);
    assert_int_equal(scene_events(scene, "store-trouble"), 0);
    scene_wait(scene, 20000);
    peer_join(&stage->orders, "orders@prod"); /* something is written */
    assert_false(scene_counts(scene).full);
    scene_wait(scene, 200);
    said = scene_event(scene, "store-trouble");
    assert_non_null(
        strstr(said, "medium {\"problem\":\"writing the history: no space left on device\",\"since\":\"20"));
    assert_non_null(strstr(said, "\"seconds\":20}"));
    scene_wait(scene, 60000);
    assert_int_equal(scene_events(scene, "store-trouble"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_strangers_are_told_once_a_minute),
        TEST(test_strangers_of_a_failed_batch_are_told_again),
        TEST(test_trouble_is_told_when_it_is_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
