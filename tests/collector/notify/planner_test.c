/* What is told, and when: stories. Each is a script and the transcript that must come of it. */
#include "notify/planner.h"

#include <string.h>

#include "base/clock.h"
#include "collector/notify/planner_scene.h"
#include "store/incidents.h"
#include "support/allocation.h"
#include "support/cmocka.h"

struct story {
    const char *what;
    const char *script;
    const char *expected;
};

static void check_transcript(struct planner_scene *scene, const char *what, const char *expected)
{
    const char *is = scene->transcript.length == 0 ? "" : scene->transcript.bytes;

    if (strcmp(is, expected) != 0)
        fail_msg("%s:\n%s\nshould be:\n%s", what, is, expected);
    buffer_reset(&scene->transcript);
}

static void play_all(struct planner_scene *scene, const struct route *route, const struct story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        print_message("  %s\n", stories[i].what);
        scene_restart(scene, route);
        scene_play(scene, stories[i].script);
        check_transcript(scene, stories[i].what, stories[i].expected);
    }
}

/* ---- for people ---- */

static void test_people(void **state)
{
    static const struct story stories[] = {
        {"one difference, from its beginning to its end",
         "0 open 1 critical\n"
         "720 end 1\n"
         "800 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, critical\n"
         "730 ops resolved orders@prod: back to normal after 12 min\n"},
        {"what comes together is told together",
         "0 open 1 critical\n"
         "3 open 2 low\n"
         "8 open 3 low\n"
         "60 wait",
         "18 ops opened orders@prod: 3 differences opened, 1 critical\n"},
        {"but not later than a minute after the first",
         "0 open 1 low\n"
         "9 open 2 low\n"
         "18 open 3 low\n"
         "27 open 4 low\n"
         "36 open 5 low\n"
         "45 open 6 low\n"
         "54 open 7 low\n"
         "62 open 8 low\n"
         "200 wait",
         "60 ops opened orders@prod: 7 differences opened\n"
         "72 ops update orders@prod: column shop.orders.c8 differs\n"},
        {"what came and went is not told",
         "0 open 1 critical\n"
         "5 end 1\n"
         "100 wait",
         ""},
        {"what stays of it is",
         "0 open 1 critical\n"
         "2 open 2 high\n"
         "5 end 1\n"
         "100 wait",
         "15 ops opened orders@prod: column shop.orders.c2 differs, high\n"},
        {"one of two is over",
         "0 open 1 critical\n"
         "0 open 2 high\n"
         "50 end 1\n"
         "90 end 2\n"
         "200 wait",
         "10 ops opened orders@prod: 2 differences opened, 1 critical\n"
         "60 ops update orders@prod: column shop.orders.c1 no longer differs\n"
         "100 ops resolved orders@prod: back to normal after 100 s\n"},
        {"the same again is not told before an hour has passed",
         "0 open 1 high\n"
         "100 change 1 high\n"
         "200 change 1 high\n"
         "4000 change 1 high\n"
         "5000 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, high\n"
         "110 ops update orders@prod: column shop.orders.c1 differs in another way now, high\n"
         "4010 ops update orders@prod: column shop.orders.c1 differs in another way now, high\n"},
        {"worse is told at once",
         "0 open 1 high\n"
         "100 change 1 high\n"
         "200 change 1 critical\n"
         "300 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, high\n"
         "110 ops update orders@prod: column shop.orders.c1 differs in another way now, high\n"
         "210 ops update orders@prod: column shop.orders.c1 differs in another way now, critical\n"},
        {"what comes back after its end is another incident",
         "0 violate checkout\n"
         "100 restore checkout\n"
         "200 violate checkout\n"
         "300 wait",
         "10 ops opened orders@prod: contract checkout no longer holds\n"
         "110 ops resolved orders@prod: back to normal after 110 s\n"
         "210 ops opened orders@prod: contract checkout no longer holds\n"},
        {"what flickers after it was told stays as it was told",
         "0 violate checkout\n"
         "100 restore checkout\n"
         "103 violate checkout\n"
         "300 wait",
         "10 ops opened orders@prod: contract checkout no longer holds\n"},
        {"what somebody accepts is over",
         "0 open 1 high\n"
         "50 waive 1\n"
         "90 end 1\n"
         "200 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, high\n"
         "60 ops resolved orders@prod: back to normal after 60 s\n"},
        {"an end alone is no news",
         "0 end 1\n"
         "0 restore checkout\n"
         "100 wait",
         ""},
        {"each subject is told by itself",
         "0 open 1 high\n"
         "0 open 2 high billing\n"
         "0 silent 1\n"
         "60 wait",
         "10 ops opened orders@prod: column shop.orders.c1 differs, high\n"
         "10 ops opened billing@prod: column shop.orders.c2 differs, high\n"
         "10 ops opened collector: agent tester is silent\n"},
        {"a fact needs no end",
         "0 schema 3\n"
         "50 schema 10000\n"
         "90 wait",
         "10 ops opened orders@prod: 3 changes in one migration, 12 high\n"
         "60 ops opened orders@prod: 10,000 changes in one migration, 12 high\n"},
        {"as many as were told at once are over with the last of them",
         "0 many 1204\n"
         "50 some-left\n"
         "50 end 1\n"
         "90 none-left\n"
         "90 end 2\n"
         "200 wait",
         "10 ops opened orders@prod: 1,204 differences opened, 3 critical\n"
         "100 ops resolved orders@prod: back to normal after 100 s\n"},
        {"of many ends that are not all named the store knows which",
         "0 open 1 high\n"
         "0 open 2 high\n"
         "0 open 7 high\n"
         "50 none-left\n"
         "50 many-end 1204\n"
         "200 wait",
         "10 ops opened orders@prod: 3 differences opened, 3 high\n"
         "60 ops resolved orders@prod: back to normal after 60 s\n"},
    };
    struct route route = scene_route();

    play_all(*state, &route, stories, LENGTH_OF(stories));
}

/* ---- for programs ---- */

static void test_programs(void **state)
{
    static const struct story stories[] = {
        {"they get what came and went, too",
         "0 open 1 critical\n"
         "5 end 1\n"
         "100 wait",
         "15 bus resolved orders@prod: back to normal after 15 s\n"},
        {"and every repetition",
         "0 open 1 high\n"
         "100 change 1 high\n"
         "200 change 1 high\n"
         "300 wait",
         "10 bus opened orders@prod: column shop.orders.c1 differs, high\n"
         "110 bus update orders@prod: column shop.orders.c1 differs in another way now, high\n"
         "210 bus update orders@prod: column shop.orders.c1 differs in another way now, high\n"},
        {"and ends that nobody has the beginning of",
         "0 end 1\n"
         "100 wait",
         "10 bus opened orders@prod: column shop.orders.c1 no longer differs\n"},
    };
    struct route route = scene_route();

    route.sinks = &scene_sinks[2].name;
    play_all(*state, &route, stories, LENGTH_OF(stories));
}

/* ---- what a route takes ---- */

static void test_an_end_comes_however_it_ranks(void **state)
{
    static const struct story stories[] = {{"an end is low, and the route asks for high",
                                            "0 open 1 critical\n"
                                            "0 open 2 low\n"
                                            "50 end 2\n"
                                            "100 end 1\n"
                                            "200 wait",
                                            "10 ops opened orders@prod: column shop.orders.c1 differs, critical\n"
                                            "110 ops resolved orders@prod: back to normal after 110 s\n"}};
    struct route route = scene_route();

    route.filter.least = SEVERITY_HIGH;
    play_all(*state, &route, stories, LENGTH_OF(stories));
}

static void test_ends_may_be_unwanted(void **state)
{
    static const struct story stories[] = {{"then it ends silently, and what comes next is new",
                                            "0 open 1 high\n"
                                            "50 end 1\n"
                                            "100 open 2 high\n"
                                            "200 wait",
                                            "10 ops opened orders@prod: column shop.orders.c1 differs, high\n"
                                            "110 ops opened orders@prod: column shop.orders.c2 differs, high\n"}};
    struct route route = scene_route();

    route.resolve = false;
    play_all(*state, &route, stories, LENGTH_OF(stories));
}

static void test_all_in_one(void **state)
{
    static const struct story stories[] = {
        {"one subject for all",
         "0 open 1 high\n"
         "2 open 2 high billing\n"
         "4 silent 1\n"
         "100 wait",
         "14 ops opened all: 2 differences opened, 2 high; agent tester is silent\n"}};
    struct route route = scene_route();

    route.group_by = 0;
    play_all(*state, &route, stories, LENGTH_OF(stories));
}

/* ---- quiet times ---- */

static void test_quiet_times(void **state)
{
    static const struct story stories[] = {
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
        play_all(scene, &route, &stories[i], 1);
    }
}

/* ---- limits ---- */

static void test_limits(void **state)
{
    static const struct story stories[] = {
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
    play_all(*state, &route, stories, LENGTH_OF(stories));
}

static void test_each_sink_has_a_limit_of_its_own(void **state)
{
    static const struct story stories[] = {
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
    play_all(*state, &route, stories, LENGTH_OF(stories));
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
    check_transcript(scene, "the limit is gone",
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
    static const struct story stories[] = {
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
    play_all(*state, &route, stories, LENGTH_OF(stories));
}

/* However many sinks the route has: whom it escalates to is told once of a subject. */
static void test_whom_it_escalates_to_is_told_once(void **state)
{
    static const struct story stories[] = {
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
    play_all(*state, &route, stories, LENGTH_OF(stories));
}

/* ---- another plan ---- */

static void test_a_route_that_is_gone_tells_nothing_more(void **state)
{
    struct planner_scene *scene = *state;
    struct route route = scene_route();

    scene_restart(scene, &route);
    scene_set_plan(scene, 1, NULL, 0);
    scene_play(scene, "0 open 1 high\n"
                      "5 open 2 high billing\n"
                      "12 plan 1\n"
                      "50 end 1\n"
                      "100 wait");
    check_transcript(scene, "a route that is gone", "10 ops opened orders@prod: column shop.orders.c1 differs, high\n");
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM incident WHERE ended_at IS NULL"), 0);
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM incident_event"), 0);
}

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
    check_transcript(scene, "the worst first",
                     "12 ops opened orders@prod: contract checkout no longer holds; 2 differences opened, 1 critical\n"
                     "  1 orders: column shop.orders.c2 differs in prod, changed first in prod by alice (captured)\n"
                     "  1 orders@prod: contract checkout (team-a) no longer holds\n"
                     "  1 orders: column shop.orders.c1 differs in prod, changed first in prod by alice (captured)\n"
                     "60 ops update orders@prod: column shop.orders.c1 no longer differs\n"
                     "  1 orders: column shop.orders.c1 no longer differs in prod, by alice (captured)\n");
    scene_restart(scene, &route);
    scene_play(scene, "0 schema 10000\n"
                      "90 wait");
    check_transcript(scene, "a migration",
                     "10 ops opened orders@prod: 10,000 changes in one migration, 12 high\n"
                     "  1 orders@prod: 12 columns removed in 3 tables, by alice\n"
                     "  1 orders@prod: 9,986 columns added in 500 tables, by alice\n"
                     "  1 orders@prod: 2 tables added (shop.c, shop.d), by alice\n");
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
    check_transcript(scene, "a change and its difference",
                     "10 ops opened orders@prod: column shop.orders.c1 differs\n"
                     "  1 orders: column shop.orders.c1 is missing in prod, removed first in prod by alice\n");
    assert_int_equal(history_ask(&scene->history, "SELECT events FROM delivery"), 3);
    assert_int_equal(history_ask(&scene->history, "SELECT json_extract(message, '$.summary.low') FROM delivery"), 1);
    scene_restart(scene, &route);
    scene_play(scene, "0 recorded 5\n"
                      "0 change-of 5 2\n"
                      "0 seen 1 5\n"
                      "90 wait");
    check_transcript(scene, "one of two changes led to a difference",
                     "10 ops opened orders@prod: column shop.orders.c1 differs; column shop.orders.c2 was removed\n"
                     "  1 orders@prod: column shop.orders.c2 was removed, by alice\n"
                     "  1 orders: column shop.orders.c1 is missing in prod, removed first in prod by alice\n");
    scene_restart(scene, &route);
    scene_play(scene, "0 recorded 5\n"
                      "0 change-of 5 2\n"
                      "0 seen 1 6\n"
                      "90 wait");
    check_transcript(scene, "another snapshot",
                     "10 ops opened orders@prod: column shop.orders.c1 differs; 2 changes in one migration\n"
                     "  1 orders@prod: column shop.orders.c1 was removed, by alice\n"
                     "  1 orders@prod: column shop.orders.c2 was removed, by alice\n"
                     "  1 orders: column shop.orders.c1 is missing in prod, removed first in prod by alice\n");
    scene_restart(scene, &route);
    scene_play(scene, "0 recorded 5\n"
                      "90 wait");
    check_transcript(scene, "alone it is told",
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
    check_transcript(scene, "counted", expected.bytes);
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
    check_transcript(scene, "summed up",
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
    check_transcript(scene, "split",
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

/* ---- a test ---- */

static enum error_code make_test(struct planner_scene *scene, const char *sink, int64_t *ret_delivery,
                                 struct error *error)
{
    struct policy *policy = policy_take(&scene->policy);
    struct arena arena;
    const struct planning planning = {scene->plan, policy, scene->store, scene->now, &arena};
    enum error_code code;

    arena_init(&arena, HISTORY_MEMORY);
    history_begin(&scene->history);
    code = planner_test(&planning, scene->history.database, text_from(sink), TEXT("alice"), ret_delivery, error);
    history_commit(&scene->history);
    arena_free(&arena);
    policy_release(policy);
    return code;
}

static void test_a_sink_can_be_tried(void **state)
{
    struct planner_scene *scene = *state;
    struct message message;
    struct error error = {0};
    int64_t delivery = 0;

    history_expect(make_test(scene, "ops", &delivery, &error), &error);
    message = scene_message(scene, delivery);
    assert_int_equal(message.kind, DELIVERY_TEST);
    assert_true(text_equal(message.title, TEXT("test: a test of the sink ops, asked for by alice")));
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM event WHERE type = 'notify-test'"), 1);
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM incident WHERE ended_at IS NULL"), 0);
    history_expect(make_test(scene, "ops", &delivery, &error), &error);
    assert_int_equal(make_test(scene, "nobody", &delivery, &error), ERROR_NOT_FOUND);
}

/* ---- where it begins ---- */

static void test_it_begins_with_what_is_new(void **state)
{
    struct planner_scene *scene = *state;

    scene_event(scene, &(struct event_row){.type = EVENT_HISTORY_GAP, .data = TEXT("{}")});
    scene_play(scene, "0 open 1 high\n"
                      "5 open 2 high\n"
                      "90 wait");
    check_transcript(scene, "what was there before",
                     "15 ops opened orders@prod: column shop.orders.c2 differs, high\n");
}

/* ---- memory ---- */

struct attempt {
    struct planner_scene *scene;
    struct policy *policy;
    enum error_code (*step)(const struct planning *planning, struct database *database, bool *ret_more,
                            struct error *error);
};

/* Rolled back each time, so that the next has the same to do. */
static enum error_code try_step(void *context, struct error *error)
{
    struct attempt *attempt = context;
    struct planner_scene *scene = attempt->scene;
    CLEANUP(arena_free) struct arena arena;
    const struct planning planning = {scene->plan, attempt->policy, scene->store,
                                      scene->now + 3600 * (int64_t)SCENE_SECOND, &arena};
    enum error_code code;
    bool more = false;

    arena_init(&arena, HISTORY_MEMORY);
    if (database_begin(scene->history.database, error) != ERROR_NONE)
        return error->code;
    code = attempt->step(&planning, scene->history.database, &more, error);
    database_rollback(scene->history.database);
    return code;
}

static void test_allocations_may_fail(void **state)
{
    struct planner_scene *scene = *state;
    struct attempt attempt = {.scene = scene, .policy = policy_take(&scene->policy), .step = planner_tell};
    struct route route = scene_route();

    route.escalate_us = SCENE_MINUTE;
    route.escalate_to = &scene_sinks[1].name;
    route.escalate_count = 1;
    scene_restart(scene, &route);
    policy_release(attempt.policy);
    attempt.policy = policy_take(&scene->policy);
    scene_play(scene, "0 open 1 high\n"
                      "20 schema 3\n"
                      "20 violate checkout\n"
                      "20 end 1");
    assert_true(test_every_allocation(try_step, &attempt) > 10);
    attempt.step = planner_read;
    scene_event(scene, &(struct event_row){.type = EVENT_DRIFT_OPENED,
                                           .place = {TEXT("orders"), TEXT("prod"), TEXT("")},
                                           .data = TEXT("{\"drift\":4,\"contracts\":[\"checkout\"]}")});
    assert_true(test_every_allocation(try_step, &attempt) > 10);
    policy_release(attempt.policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_people, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_programs, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_an_end_comes_however_it_ranks, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_ends_may_be_unwanted, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_all_in_one, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_quiet_times, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_limits, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_each_sink_has_a_limit_of_its_own, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_limit_that_is_gone_holds_nothing_back, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_escalation, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_whom_it_escalates_to_is_told_once, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_route_that_is_gone_tells_nothing_more, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_lines, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_said_twice, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_as_many_differences_are_open, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_repeats_are_counted, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_many_lines_are_summed_up, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_very_many_are_several_messages, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_message_has_all_that_sinks_need, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_sink_can_be_tried, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_it_begins_with_what_is_new, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, planner_scene_setup, planner_scene_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
