/* What is told, and when: stories. Each is a script and the transcript that must come of it. */
#include "notify/planner.h"

#include "collector/notify/planner_scene.h"
#include "support/allocation.h"
#include "support/cmocka.h"

/* ---- for people ---- */

static const struct scene_story stories_for_people[] = {
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

static void test_people(void **state)
{
    struct route route = scene_route();

    scene_play_all(*state, &route, stories_for_people, LENGTH_OF(stories_for_people));
}

/* ---- for programs ---- */

static void test_programs(void **state)
{
    static const struct scene_story stories[] = {
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
    scene_play_all(*state, &route, stories, LENGTH_OF(stories));
}

/* ---- what a route takes ---- */

static void test_an_end_comes_however_it_ranks(void **state)
{
    static const struct scene_story stories[] = {{"an end is low, and the route asks for high",
                                                  "0 open 1 critical\n"
                                                  "0 open 2 low\n"
                                                  "50 end 2\n"
                                                  "100 end 1\n"
                                                  "200 wait",
                                                  "10 ops opened orders@prod: column shop.orders.c1 differs, critical\n"
                                                  "110 ops resolved orders@prod: back to normal after 110 s\n"}};
    struct route route = scene_route();

    route.filter.least = SEVERITY_HIGH;
    scene_play_all(*state, &route, stories, LENGTH_OF(stories));
}

static void test_ends_may_be_unwanted(void **state)
{
    static const struct scene_story stories[] = {{"then it ends silently, and what comes next is new",
                                                  "0 open 1 high\n"
                                                  "50 end 1\n"
                                                  "100 open 2 high\n"
                                                  "200 wait",
                                                  "10 ops opened orders@prod: column shop.orders.c1 differs, high\n"
                                                  "110 ops opened orders@prod: column shop.orders.c2 differs, high\n"}};
    struct route route = scene_route();

    route.resolve = false;
    scene_play_all(*state, &route, stories, LENGTH_OF(stories));
}

static void test_all_in_one(void **state)
{
    static const struct scene_story stories[] = {
        {"one subject for all",
         "0 open 1 high\n"
         "2 open 2 high billing\n"
         "4 silent 1\n"
         "100 wait",
         "14 ops opened all: 2 differences opened, 2 high; agent tester is silent\n"}};
    struct route route = scene_route();

    route.group_by = 0;
    scene_play_all(*state, &route, stories, LENGTH_OF(stories));
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
    scene_check_transcript(scene, "a route that is gone",
                           "10 ops opened orders@prod: column shop.orders.c1 differs, high\n");
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM incident WHERE ended_at IS NULL"), 0);
    assert_int_equal(history_ask(&scene->history, "SELECT count(*) FROM incident_event"), 0);
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
    scene_check_transcript(scene, "what was there before",
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
        cmocka_unit_test_setup_teardown(test_a_route_that_is_gone_tells_nothing_more, planner_scene_setup,
                                        planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_sink_can_be_tried, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_it_begins_with_what_is_new, planner_scene_setup, planner_scene_teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, planner_scene_setup, planner_scene_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
