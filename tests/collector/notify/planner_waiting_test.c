/* What holds messages back, and what happens if nobody answers: quiet times, limits, escalation. */
#include "collector/notify/planner_scene.h"
#include "support/cmocka.h"

/* ---- quiet times ---- */

static void test_quiet_times(void **state)
{
    static const struct scene_story stories[] = {
        {"it waits until the end of the window, also its own end",
         "0 open 1 high\n"
         "5 open 2 high billing\n"
         "300 wait",
         "15 ops opened billing@prod: column shop.orders.c2 differs, high\n"
         "100 ops opened orders@prod: column shop.orders.c1 differs, high\n"},
        {"what is bad enough passes, and takes along what waits",
         "0 open 1 high\n"
         "30 open 2 critical\n"
         "50 end 1\n"
         "60 end 2\n"
         "300 wait",
         "40 ops opened orders@prod: 2 differences opened, 1 critical\n"
         "100 ops resolved orders@prod: back to normal after 100 s\n"},
        {"nothing is left to tell",
         "0 open 1 high\n"
         "50 end 1\n"
         "300 wait",
         ""},
    };
    struct planner_scene *scene = *state;
    struct text orders = TEXT("orders");
    struct route route = scene_route();
    struct quiet_time quiet = {.window = {.databases = &orders, .database_count = 1}, .passes = SEVERITY_CRITICAL};

    route.quiet = &quiet;
    route.quiet_count = 1;
    for (size_t i = 0; i < LENGTH_OF(stories); i++) {
        quiet.window.from = scene->start;
        quiet.window.until = scene->start + 100 * (int64_t)SCENE_SECOND;
        scene_play_all(scene, &route, &stories[i], 1);
    }
}

/* ---- limits ---- */

static void test_limits(void **state)
{
    static const struct scene_story stories[] = {
        {"what is beyond is one message when the time is over, and goes on about its own subject",
         "0 open 1 high a\n"
         "0 open 2 high b\n"
         "0 open 3 high c\n"
         "30 open 4 medium d\n"
         "700 end 3 low c\n"
         "750 end 4 low d\n"
         "4000 wait",
         "10 ops opened a@prod: column shop.orders.c1 differs, high\n"
         "10 ops opened b@prod: column shop.orders.c2 differs, high\n"
         "610 ops opened prod, beyond its limit: 2 differences opened, 1 high\n"
         "710 ops resolved c@prod: back to normal after 11 min\n"
         "760 ops resolved d@prod: back to normal after 12 min\n"},
        {"that it is over is told whatever the limit",
         "0 open 1 high a\n"
         "0 open 2 high b\n"
         "100 end 1 low a\n"
         "100 end 2 low b\n"
         "900 wait",
         "10 ops opened a@prod: column shop.orders.c1 differs, high\n"
         "10 ops opened b@prod: column shop.orders.c2 differs, high\n"
         "110 ops resolved a@prod: back to normal after 110 s\n"
         "110 ops resolved b@prod: back to normal after 110 s\n"},
        {"so is what is critical",
         "0 open 1 high a\n"
         "0 open 2 high b\n"
         "50 open 3 critical c\n"
         "100 open 4 low d\n"
         "150 change 4 critical d\n"
         "900 wait",
         "10 ops opened a@prod: column shop.orders.c1 differs, high\n"
         "10 ops opened b@prod: column shop.orders.c2 differs, high\n"
         "60 ops opened c@prod: column shop.orders.c3 differs, critical\n"
         "160 ops opened prod, beyond its limit: column shop.orders.c4 differs in another way now, critical; column "
         "shop.orders.c4 differs\n"},
        {"what was told goes on where it was told",
         "0 open 1 high a\n"
         "0 open 2 high b\n"
         "50 change 1 high a\n"
         "100 open 3 low a\n"
         "900 end 1 low a\n"
         "950 end 3 low a\n"
         "2000 wait",
         "10 ops opened a@prod: column shop.orders.c1 differs, high\n"
         "10 ops opened b@prod: column shop.orders.c2 differs, high\n"
         "610 ops opened prod, beyond its limit: column shop.orders.c1 differs in another way now, high; column "
         "shop.orders.c3 differs\n"
         "910 ops update a@prod: column shop.orders.c1 no longer differs\n"
         "960 ops resolved a@prod: back to normal after 16 min\n"},
    };
    struct route route = scene_route();

    route.limit = 2;
    route.limit_us = INT64_C(10) * SCENE_MINUTE;
    scene_play_all(*state, &route, stories, LENGTH_OF(stories));
}

static void test_each_sink_has_a_limit_of_its_own(void **state)
{
    static const struct scene_story stories[] = {
        {"two sinks and a limit of one",
         "0 open 1 high a\n"
         "20 open 2 high b\n"
         "700 wait",
         "10 ops opened a@prod: column shop.orders.c1 differs, high\n"
         "10 bus opened a@prod: column shop.orders.c1 differs, high\n"
         "610 ops opened prod, beyond its limit: column shop.orders.c2 differs, high\n"
         "610 bus opened prod, beyond its limit: column shop.orders.c2 differs, "
         "high\n"}};
    const struct text sinks[] = {scene_sinks[0].name, scene_sinks[2].name};
    struct route route = scene_route();

    route.sinks = sinks;
    route.sink_count = LENGTH_OF(sinks);
    route.limit = 1;
    route.limit_us = INT64_C(10) * SCENE_MINUTE;
    scene_play_all(*state, &route, stories, LENGTH_OF(stories));
}

/* A configuration without the limit: what waits for it is told at once, each thing about its own subject. */
static void test_a_limit_that_is_gone_holds_nothing_back(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();

    route.limit = 1;
    route.limit_us = INT64_C(60) * SCENE_MINUTE;
    scene_restart(scene, &route);
    route.limit = 0;
    scene_set_plan(scene, 1, &route, 1);
    scene_play(scene, "0 open 1 high a\n"
                      "20 open 2 high b\n"
                      "21 open 3 high c\n"
                      "22 open 4 high b\n"
                      "50 end 3 low c\n"
                      "51 waive 2\n"
                      "100 plan 1\n"
                      "110 open 5 low a\n"
                      "130 end 4 low b\n"
                      "500 wait");
    scene_check_transcript(scene, "the limit is gone",
                           "10 ops opened a@prod: column shop.orders.c1 differs, high\n"
                           "100 ops opened b@prod: column shop.orders.c4 differs, high\n"
                           "120 ops update a@prod: column shop.orders.c5 differs\n"
                           "140 ops resolved b@prod: back to normal after 2 min\n");
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM incident WHERE subject = '*' AND ended_at IS "
                                                  "NULL"),
                     0);
}

/* ---- escalation ---- */

static void test_escalation(void **state)
{
    static const struct scene_story stories[] = {
        {"nobody acknowledges it: others are told, once, and hear of its end",
         "0 open 1 critical\n"
         "0 open 2 low\n"
         "500 change 1 critical\n"
         "3000 end 1\n"
         "3100 end 2\n"
         "3200 wait",
         "10 ops opened orders@prod: 2 differences opened, 1 critical\n"
         "510 ops update orders@prod: column shop.orders.c1 differs in another way now, critical\n"
         "1810 pager escalated orders@prod: not acknowledged for 30 min: column shop.orders.c1 differs, critical\n"
         "3010 ops update orders@prod: column shop.orders.c1 no longer differs\n"
         "3010 pager resolved orders@prod: back to normal after 20 min\n"
         "3110 ops resolved orders@prod: back to normal after 51 min\n"},
        {"somebody does",
         "0 open 1 critical\n"
         "100 ack 1\n"
         "5000 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, critical\n"
         "110 ops update orders@prod: the difference of column shop.orders.c1 in prod was acknowledged by bob\n"},
        {"it is over before",
         "0 open 1 critical\n"
         "100 end 1\n"
         "5000 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, critical\n"
         "110 ops resolved orders@prod: back to normal after 110 s\n"},
        {"what nobody can acknowledge",
         "0 violate checkout\n"
         "3000 restore checkout\n"
         "3100 wait",
         "10 ops opened orders@prod: contract checkout no longer holds\n"
         "1810 pager escalated orders@prod: still not over after 30 min: contract checkout no longer holds\n"
         "3010 ops resolved orders@prod: back to normal after 50 min\n"
         "3010 pager resolved orders@prod: back to normal after 20 min\n"},
        {"it is not bad enough",
         "0 open 1 high\n"
         "5000 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, high\n"},
    };
    struct route route = scene_route();

    route.escalate_us = INT64_C(30) * SCENE_MINUTE;
    route.escalate_least = SEVERITY_CRITICAL;
    route.escalate_to = &scene_sinks[1].name;
    route.escalate_count = 1;
    scene_play_all(*state, &route, stories, LENGTH_OF(stories));
}

/* However many sinks the route has: whom it escalates to is told once of a subject. */
static void test_whom_it_escalates_to_is_told_once(void **state)
{
    static const struct scene_story stories[] = {
        {"two sinks of the route, one of which is told anyway",
         "0 open 1 critical\n"
         "3000 end 1\n"
         "4000 open 1 critical\n"
         "6000 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, critical\n"
         "10 log opened orders@prod: column shop.orders.c1 differs, critical\n"
         "1810 pager escalated orders@prod: not acknowledged for 30 min: column shop.orders.c1 differs, critical\n"
         "1810 log escalated orders@prod: not acknowledged for 30 min: column shop.orders.c1 differs, critical\n"
         "3010 ops resolved orders@prod: back to normal after 50 min\n"
         "3010 log resolved orders@prod: back to normal after 50 min\n"
         "3010 pager resolved orders@prod: back to normal after 20 min\n"
         "4010 ops opened orders@prod: column shop.orders.c1 differs, critical\n"
         "4010 log opened orders@prod: column shop.orders.c1 differs, critical\n"
         "5810 pager escalated orders@prod: not acknowledged for 30 min: column shop.orders.c1 differs, critical\n"
         "5810 log escalated orders@prod: not acknowledged for 30 min: column shop.orders.c1 differs, critical\n"},
    };
    const struct text sinks[] = {scene_sinks[0].name, scene_sinks[3].name},
                      others[] = {scene_sinks[1].name, scene_sinks[3].name};
    struct route route = scene_route();

    route.sinks = sinks;
    route.sink_count = LENGTH_OF(sinks);
    route.escalate_us = INT64_C(30) * SCENE_MINUTE;
    route.escalate_least = SEVERITY_CRITICAL;
    route.escalate_to = others;
    route.escalate_count = LENGTH_OF(others);
    scene_play_all(*state, &route, stories, LENGTH_OF(stories));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_quiet_times, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_limits, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_each_sink_has_a_limit_of_its_own, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_limit_that_is_gone_holds_nothing_back, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_escalation, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_whom_it_escalates_to_is_told_once, planner_scene_setup,
                                        planner_scene_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
