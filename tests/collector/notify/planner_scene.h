/* collector/notify/planner_scene.h - a store, a clock that the test moves, and a planner that tells nobody but the
 * test.
 *
 * A story is a script with one step a line: the second at which something happens, and what. Between the steps the
 * planner tells what becomes due, at the moment at which it does.
 *
 *   0 open 1 critical      difference 1 between staging and prod of orders; also `change`, `reopen`
 *   5 open 2 low billing   of another database
 *   9 end 1                also `waive`, `ack`
 *   9 many 1204            as many differences at once; `some-left` and `none-left` say how the pair stands then
 *   9 violate checkout     a contract, of target 7; `violate checkout 8` of another; also `unknown`, `restore`
 *   9 silent 3             an agent; also `return`
 *   9 schema 10000         as many changes at once
 *   9 recorded 5           snapshot 5 of orders@prod; `change-of 5 2` its schema-changed with two changes, `seen 1 5` a
 *                          difference of column 1 that was seen in it
 *   9 wait                 nothing: time passes
 *   9 plan 2               another plan is in use from now on: scene->plans[2]
 *
 * What comes of it is a transcript with one line a message: "10 ops opened orders@prod: 1 difference opened".
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_PLANNER_SCENE_H
#define DRIFTLINE_TEST_PLANNER_SCENE_H

#include "base/buffer.h"
#include "collector/store/history.h"
#include "notify/message.h"
#include "notify/planner.h"

enum { SCENE_SECOND = 1000 * 1000, SCENE_MINUTE = 60 * SCENE_SECOND, SCENE_PLANS = 3 };

struct planner_scene {
    struct history history;
    struct policy_holder policy;
    struct notify_plan *plans[SCENE_PLANS]; /* the first is in use; released at the end */
    struct notify_plan *plan;
    struct text store;
    int64_t start; /* second 0 */
    int64_t now;
    int64_t last_delivery; /* that is in the transcript */
    struct buffer transcript;
    bool with_lines; /* the transcript has the lines of messages, too */
    bool is_silent;  /* there is no transcript */
    uint64_t chaos; /* not 0: what the planner does is often lost before it is committed, and sometimes memory runs out;
                       the state of the numbers that decide */
};

int planner_scene_setup(void **state);
int planner_scene_teardown(void **state);

/* The sinks of a scene: "ops" and "pager" are for people, "bus" and "log" for programs. */
extern const struct sink scene_sinks[4];

/* Everything of orders and billing to `ops`, by database and environment, after 10 s, at most 60 s; repeated after an
 * hour. */
struct route scene_route(void);

/* A plan of some routes becomes the one of that number. */
void scene_set_plan(struct planner_scene *scene, size_t number, const struct route *routes, size_t count);

/* Begin anew, with one route. */
void scene_restart(struct planner_scene *scene, const struct route *route);

/* Play a script. */
void scene_play(struct planner_scene *scene, const char *script);

/* What was told since the last time must be this; `what` names it when it is not. */
void scene_check_transcript(struct planner_scene *scene, const char *what, const char *expected);

/* A script, and the transcript that must come of it. */
struct scene_story {
    const char *what;
    const char *script;
    const char *expected;
};

/* Play each, beginning anew with this route. */
void scene_play_all(struct planner_scene *scene, const struct route *route, const struct scene_story *stories,
                    size_t count);

/* An event of the store, now. */
void scene_event(struct planner_scene *scene, const struct event_row *event);

/* A number below a bound, from the state. */
uint32_t scene_random(uint64_t *state, uint32_t bound);

/* The planner reads all there is. */
void scene_read(struct planner_scene *scene);

/* Time passes until then, and what becomes due on the way is told. */
void scene_advance(struct planner_scene *scene, int64_t until);

/* In the arena of the history. */
struct message scene_message(struct planner_scene *scene, int64_t delivery);

#endif
