/* Prints messages of many sorts, one a line, for message_schema_test.py. */
#include <stdio.h>
#include <string.h>

#include "collector/notify/planner_scene.h"

static void print_message_of(struct planner_scene *scene, int64_t id)
{
    struct delivery_row row = {0};
    struct error error = {0};

    history_expect(deliveries_get(scene->history.database, id, &scene->history.arena, &row, &error), &error);
    printf("%.*s\n", TEXT_ARGS(row.message));
}

static void print_messages(struct planner_scene *scene)
{
    for (int64_t id = 1; id <= scene->last_delivery; id++)
        print_message_of(scene, id);
}

static void print_test(struct planner_scene *scene)
{
    struct policy *policy = policy_take(&scene->policy);
    CLEANUP(arena_free) struct arena arena;
    const struct planning planning = {scene->plan, policy, scene->store, scene->now, &arena};
    struct error error = {0};
    int64_t delivery = 0;

    arena_init(&arena, HISTORY_MEMORY);
    history_begin(&scene->history);
    history_expect(planner_test(&planning, scene->history.database, TEXT("ops"), TEXT("alice"), &delivery, &error),
                   &error);
    history_commit(&scene->history);
    policy_release(policy);
    print_message_of(scene, delivery);
}

/* Everything that can happen to one thing, and to all; the store knows the target, so that it has a verdict. */
static const char script[] = "0 open 1 critical\n"
                             "0 many 1204\n"
                             "0 violate checkout\n"
                             "0 unknown reports\n"
                             "0 silent 1\n"
                             "0 schema 10000\n"
                             "30 change 1 critical\n"
                             "40 ack 1\n"
                             "60 open 2 high\n"
                             "2000 end 1\n"
                             "2000 waive 2\n"
                             "2000 restore checkout\n"
                             "2000 restore reports\n"
                             "2000 none-left\n"
                             "2000 end 3\n"
                             "2000 return 1\n"
                             "2100 wait";

int main(void)
{
    struct planner_scene *scene;
    struct route route = scene_route();
    void *state = NULL;

    planner_scene_setup(&state);
    scene = state;

    route.escalate_us = INT64_C(5) * SCENE_MINUTE;
    route.escalate_to = &scene_sinks[1].name;
    route.escalate_count = 1;
    scene_restart(scene, &route);
    history_record_tables(&scene->history, history_target(&scene->history, "orders", "prod", "default"),
                          (unsigned[]){1, 1}, 2);
    scene_play(scene, script);
    print_messages(scene);
    print_test(scene);
    route.limit = 1;
    route.limit_us = INT64_C(5) * SCENE_MINUTE;
    scene_restart(scene, &route);
    scene_play(scene, "0 open 1 critical\n0 open 2 low billing\n0 silent 1\n900 wait");
    print_messages(scene);
    planner_scene_teardown(&state);
    return 0;
}
