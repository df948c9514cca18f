/* What messages say. */
#include "base/clock.h"
#include "collector/notify/planner_scene.h"
#include "support/cmocka.h"

/* ---- the words ---- */

static void test_lines(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();

    scene->with_lines = true;
    scene_restart(scene, &route);
    scene_play(scene, "0 open 1 low\n"
                      "1 open 2 critical\n"
                      "2 violate checkout\n"
                      "50 end 1\n"
                      "90 wait");
    scene_check_transcript(
        scene, "the worst first",
        "12 ops opened orders@prod: contract checkout no longer holds; 2 differences opened, 1 critical\n"
        "  1 orders: column shop.orders.c2 differs in prod, changed first in prod by alice (captured)\n"
        "  1 orders@prod: contract checkout (team-a) no longer holds\n"
        "  1 orders: column shop.orders.c1 differs in prod, changed first in prod by alice (captured)\n"
        "60 ops update orders@prod: column shop.orders.c1 no longer differs\n"
        "  1 orders: column shop.orders.c1 no longer differs in prod, by alice (captured)\n");
    scene_restart(scene, &route);
    scene_play(scene, "0 schema 10000\n"
                      "90 wait");
    scene_check_transcript(scene, "a migration",
                           "10 ops opened orders@prod: 10,000 changes in one migration, 12 high\n"
                           "  1 orders@prod: 12 columns removed in 3 tables, by alice\n"
                           "  1 orders@prod: 9,986 columns added in 500 tables, by alice\n"
                           "  1 orders@prod: 2 tables added (shop.c, shop.d), by alice\n");
}

/* One contract in several instances is one thing to be told. */
static void test_a_contract_of_many_instances(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();

    scene_restart(scene, &route);
    scene_play(scene, "0 violate checkout 7\n"
                      "0 violate checkout 8\n"
                      "0 violate checkout 9\n"
                      "90 wait");
    scene_check_transcript(scene, "one of them",
                           "10 ops opened orders@prod: contract checkout no longer holds in 3 instances\n");
    scene_restart(scene, &route);
    scene_play(scene, "0 violate checkout 7\n"
                      "0 violate ledger 7\n"
                      "90 wait");
    scene_check_transcript(scene, "two of them", "10 ops opened orders@prod: 2 contracts no longer hold, 2 critical\n");
}

/* ---- what is said twice ---- */

static void test_nothing_is_said_twice(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();

    scene->with_lines = true;
    scene_restart(scene, &route);
    scene_play(scene, "0 recorded 5\n"
                      "0 change-of 5 1\n"
                      "0 seen 1 5\n"
                      "90 wait");
    scene_check_transcript(scene, "a change and its difference",
                           "10 ops opened orders@prod: column shop.orders.c1 differs\n"
                           "  1 orders: column shop.orders.c1 is missing in prod, removed first in prod by alice\n");
    assert_int_equal(history_ask(&scene->history, "SELECT events FROM delivery"), 3);
    assert_int_equal(history_ask(&scene->history, "SELECT json_extract(message, '$.summary.low') FROM delivery"), 1);
    scene_restart(scene, &route);
    scene_play(scene, "0 recorded 5\n"
                      "0 change-of 5 2\n"
                      "0 seen 1 5\n"
                      "90 wait");
    scene_check_transcript(
        scene, "one of two changes led to a difference",
        "10 ops opened orders@prod: column shop.orders.c1 differs; column shop.orders.c2 was removed\n"
        "  1 orders@prod: column shop.orders.c2 was removed, by alice\n"
        "  1 orders: column shop.orders.c1 is missing in prod, removed first in prod by alice\n");
    scene_restart(scene, &route);
    scene_play(scene, "0 recorded 5\n"
                      "0 change-of 5 2\n"
                      "0 seen 1 6\n"
                      "90 wait");
    scene_check_transcript(scene, "another snapshot",
                           "10 ops opened orders@prod: column shop.orders.c1 differs; 2 changes in one migration\n"
                           "  1 orders@prod: column shop.orders.c1 was removed, by alice\n"
                           "  1 orders@prod: column shop.orders.c2 was removed, by alice\n"
                           "  1 orders: column shop.orders.c1 is missing in prod, removed first in prod by alice\n");
    scene_restart(scene, &route);
    scene_play(scene, "0 recorded 5\n"
                      "90 wait");
    scene_check_transcript(scene, "alone it is told",
                           "10 ops opened orders@prod was read again: 3 changes\n"
                           "  1 orders@prod was read again: 3 changes\n");
}

static void test_as_many_differences_are_open(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();
    struct message message;

    scene_restart(scene, &route);
    scene_play(scene, "0 violate checkout\n"
                      "0 some-left\n"
                      "0 many 1204\n"
                      "90 wait");
    message = scene_message(scene, 1);
    assert_int_equal(message.open_differences, 2); /* the store knows how many are left now */
    assert_int_equal(message.open, 3);
}

/* ---- what comes again ---- */

static void test_repeats_are_counted(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();
    CLEANUP(buffer_clear) struct buffer expected = {0};
    char since[CLOCK_TEXT_SIZE];

    scene->with_lines = true;
    scene_restart(scene, &route);
    scene_play(scene, "0 open 1 high\n"
                      "100 change 1 high\n"
                      "200 change 1 high\n"
                      "300 change 1 high\n"
                      "4000 change 1 high\n"
                      "5000 wait");
    clock_format(scene->start + 110 * (int64_t)SCENE_SECOND, since);
    buffer_printf(&expected,
                  "10 ops opened orders@prod: column shop.orders.c1 differs, high\n"
                  "  1 orders: column shop.orders.c1 differs in prod, changed first in prod by alice (captured)\n"
                  "110 ops update orders@prod: column shop.orders.c1 differs in another way now, high\n"
                  "  1 orders: column shop.orders.c1 now differs in prod, changed first in prod by alice (captured)\n"
                  "4010 ops update orders@prod: column shop.orders.c1 differs in another way now, high\n"
                  "  1 orders: column shop.orders.c1 now differs in prod, changed first in prod by alice (captured) "
                  "(3 times since %.10s %.5s UTC)\n",
                  since, since + 11);
    buffer_add_byte(&expected, '\0');
    scene_check_transcript(scene, "counted", expected.bytes);
}

static void open_many(struct planner_scene *scene, unsigned first, unsigned count, const char *severity)
{
    CLEANUP(buffer_clear) struct buffer script = {0};

    for (unsigned i = first; i < first + count; i++)
        buffer_printf(&script, "0 open %u %s\n", i, severity);
    scene_play(scene, script.bytes);
}

static void test_many_lines_are_summed_up(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();

    scene->with_lines = true;
    scene_restart(scene, &route);
    open_many(scene, 1, 400, "low");
    open_many(scene, 401, 12, "critical");
    scene_play(scene, "0 violate checkout\n"
                      "90 wait");
    scene_check_transcript(scene, "summed up",
                           "10 ops opened orders@prod: contract checkout no longer holds; 412 differences opened, "
                           "12 critical\n"
                           "  1 orders: 412 columns in 1 table differ in prod, by alice\n"
                           "  1 orders@prod: contract checkout (team-a) no longer holds\n");
}

static void test_very_many_are_several_messages(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();

    scene_restart(scene, &route);
    open_many(scene, 1, 1100, "low");
    scene_play(scene, "90 wait\n");
    scene_check_transcript(scene, "split",
                           "0 ops opened orders@prod: 500 differences opened\n"
                           "0 ops update orders@prod: 500 differences opened\n"
                           "10 ops update orders@prod: 100 differences opened\n");
}

static void test_a_message_has_all_that_sinks_need(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();
    struct message message;

    scene_restart(scene, &route);
    scene_play(scene, "0 open 1 critical\n"
                      "0 open 2 low\n"
                      "100 end 1\n"
                      "200 end 2\n"
                      "300 wait");
    message = scene_message(scene, 1);
    assert_true(message.id.length == scene->store.length + 2 && text_starts_with(message.id, scene->store));
    assert_int_equal(message.number, 1);
    assert_true(text_equal(message.route, TEXT("prod")) && text_equal(message.subject, TEXT("orders@prod")));
    assert_true(text_equal(message.database, TEXT("orders")) && text_equal(message.environment, TEXT("prod")));
    assert_int_equal(message.severity, SEVERITY_CRITICAL);
    assert_int_equal(message.summary[SEVERITY_CRITICAL], 1);
    assert_int_equal(message.summary[SEVERITY_LOW], 1);
    assert_int_equal(message.open, 2);
    assert_int_equal(message.time, scene->start + 10 * (int64_t)SCENE_SECOND);
    assert_true(text_equal(message.command, TEXT("driftline drift list orders --to prod")));
    assert_true(text_equal(message.link, TEXT("https://driftline.example.com/#/drift?database=orders&to=prod")));
    message = scene_message(scene, 2);
    assert_int_equal(message.severity, SEVERITY_LOW);
    assert_int_equal(message.open, 1);
    message = scene_message(scene, 3);
    assert_int_equal(message.severity, SEVERITY_CRITICAL); /* the worst there was */
    assert_int_equal(message.open, 0);
    assert_int_equal(message.number, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lines, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_contract_of_many_instances, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_said_twice, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_as_many_differences_are_open, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_repeats_are_counted, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_many_lines_are_summed_up, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_very_many_are_several_messages, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_message_has_all_that_sinks_need, planner_scene_setup,
                                        planner_scene_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
