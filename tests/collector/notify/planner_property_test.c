/* Random events, random times, and a planner whose transactions are often lost: whatever happens, programs get each
 * event that they asked for once and in order, and people never hear of an end without its beginning. The seed of a
 * story that fails is printed; DRIFTLINE_SEED=N repeats it alone. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/notify/planner_scene.h"
#include "event/trouble.h"
#include "notify/sink.h"
#include "store/incidents.h"
#include "support/cmocka.h"

enum { STORIES = 10, STEPS = 90, EVENTS_MOST = 400, TROUBLES_MOST = 64 };

/* A story, and what the store says of it at its end. */
struct story {
    struct planner_scene *scene;
    uint64_t seed;
    struct route routes[2];
    struct quiet_time quiet;
    struct event_row *events;
    size_t event_count;
    struct delivery_row *deliveries; /* of one sink, newest first */
    size_t delivery_count;
    struct text deliveries_of;
};

static uint32_t pick(struct story *story, uint32_t bound)
{
    return scene_random(&story->scene->chaos, bound);
}

static void fail_story(const struct story *story, const char *what, int64_t number)
{
    fail_msg("seed %" PRIu64 ": %s (%" PRId64 ")", story->seed, what, number);
}

/* ---- what happens ---- */

/* The first takes everything, the second what is bad; both in ways that differ from story to story. */
static void choose_routes(struct story *story)
{
    static const uint32_t groups[] = {0, ROUTE_GROUP_DATABASE, 3, 3 | ROUTE_GROUP_TYPE, 7 | ROUTE_GROUP_CONTRACT};

    for (size_t i = 0; i < LENGTH_OF(story->routes); i++) {
        struct route *route = &story->routes[i];

        *route = scene_route();
        route->name = i == 0 ? TEXT("all") : TEXT("bad");
        route->filter.least = i == 0 ? SEVERITY_LOW : SEVERITY_HIGH;
        route->group_by = groups[pick(story, LENGTH_OF(groups))];
        route->settle_us = pick(story, 20) * (int64_t)SCENE_SECOND;
        route->settle_most_us = pick(story, 90) * (int64_t)SCENE_SECOND;
        route->repeat_us = pick(story, 3) * (int64_t)SCENE_MINUTE;
        route->resolve = pick(story, 4) != 0;
        route->limit = pick(story, 2) == 0 ? 0 : 1 + pick(story, 4);
        route->limit_us = (1 + pick(story, 10)) * (int64_t)SCENE_MINUTE;
        route->escalate_us = pick(story, 2) == 0 ? 0 : (1 + pick(story, 5)) * (int64_t)SCENE_MINUTE;
        route->escalate_to = &scene_sinks[1].name;
        route->escalate_count = 1;
    }
    story->quiet =
        (struct quiet_time){.window = {.from = story->scene->start + 100 * (int64_t)SCENE_SECOND,
                                       .until = story->scene->start + (200 + pick(story, 900)) * (int64_t)SCENE_SECOND},
                            .passes = (enum severity)pick(story, SEVERITY_COUNT + 1)};
    story->routes[0].quiet = &story->quiet;
    story->routes[0].quiet_count = pick(story, 2);
}

/* To one for people and one for programs. */
static void use_routes(struct story *story)
{
    const struct text all[] = {scene_sinks[0].name, scene_sinks[2].name}, bad[] = {TEXT("ops"), TEXT("log")};

    story->routes[0].sinks = all;
    story->routes[1].sinks = bad;
    story->routes[0].sink_count = story->routes[1].sink_count = 2;
    scene_set_plan(story->scene, 0, story->routes, LENGTH_OF(story->routes));
    story->routes[0].sinks = story->routes[1].sinks = NULL; /* they are the plan's now */
}

static void play_step(struct story *story, long long second)
{
    static const char *const verbs[] = {"open",    "change",  "reopen",  "end",    "end",    "ack",    "waive",
                                        "violate", "restore", "unknown", "silent", "return", "schema", "wait"};
    static const char *const databases[] = {"orders", "billing", "stock"};
    const char *verb = verbs[pick(story, LENGTH_OF(verbs))];
    uint32_t number = 1 + pick(story, 9);
    enum severity severity = (enum severity)pick(story, SEVERITY_COUNT);
    char line[128];

    if (strcmp(verb, "end") == 0)
        severity = SEVERITY_LOW;
    if (strcmp(verb, "violate") == 0 || strcmp(verb, "restore") == 0 || strcmp(verb, "unknown") == 0)
        snprintf(line, sizeof line, "%lld %s c%" PRIu32, second, verb, number % 3);
    else if (strcmp(verb, "schema") == 0)
        snprintf(line, sizeof line, "%lld %s %" PRIu32, second, verb, 2 + number);
    else
        snprintf(line, sizeof line, "%lld %s %" PRIu32 " %s %s", second, verb, number, severity_name(severity),
                 databases[number % LENGTH_OF(databases)]);
    scene_play(story->scene, line);
}

static void play(struct story *story)
{
    long long second = 0;

    for (unsigned step = 0; step < STEPS; step++) {
        play_step(story, second);
        second += pick(story, 3) == 0 ? pick(story, 100) : pick(story, 5);
    }
    scene_advance(story->scene, story->scene->now + 90 * 86400 * (int64_t)SCENE_SECOND);
}

/* ---- what came of it ---- */

/* The numbers of the events of a message. */
static size_t read_numbers(struct story *story, int64_t delivery, int64_t *numbers)
{
    struct history *history = &story->scene->history;
    struct delivery_row row = {0};
    CLEANUP(arena_free) struct arena arena;
    struct message message = {0};
    json_t *document = NULL;
    struct error error = {0};
    size_t count;

    arena_init(&arena, HISTORY_MEMORY);
    history_expect(deliveries_get(history->database, delivery, &arena, &row, &error), &error);
    history_expect(message_read(row.message, &arena, &message, &document, &error), &error);
    count = json_array_size(message.events);
    assert_true(count > 0 && count <= EVENTS_MOST);
    for (size_t i = 0; i < count; i++)
        numbers[i] = strtoll(json_string_value(json_object_get(json_array_get(message.events, i), "id")), NULL, 10);
    json_decref(document);
    return count;
}

static const struct event_row *event_of(const struct story *story, int64_t number)
{
    for (size_t i = 0; i < story->event_count; i++)
        if (story->events[i].id == number)
            return &story->events[i];
    fail_story(story, "an event that there is not was told", number);
    return NULL;
}

/* All messages of a route to a sink, in the order in which they were made; 0 ends. */
static int64_t next_delivery(struct story *story, const char *route, const char *sink, int64_t after)
{
    const struct delivery_filter filter = {.state = -1, .sink = text_from(sink), .limit = 10000};
    struct history *history = &story->scene->history;
    struct error error = {0};
    int64_t next = 0;

    if (story->deliveries == NULL || !text_equal(story->deliveries_of, filter.sink))
        history_expect(deliveries_list(history->database, &filter, &history->arena, &story->deliveries,
                                       &story->delivery_count, &error),
                       &error);
    story->deliveries_of = filter.sink;
    for (size_t i = 0; i < story->delivery_count; i++) {
        const struct delivery_row *row = &story->deliveries[i];

        if (row->id > after && row->kind != DELIVERY_ESCALATED && text_equal(row->route, text_from(route)))
            next = row->id; /* newest first */
    }
    return next;
}

/* ---- programs ---- */

static void check_programs(struct story *story, const char *route, const char *sink, enum severity least)
{
    unsigned *told = calloc(story->event_count, sizeof *told);
    int64_t numbers[EVENTS_MOST];

    assert_non_null(told);
    for (int64_t id = 0; (id = next_delivery(story, route, sink, id)) != 0;) {
        size_t count = read_numbers(story, id, numbers);

        for (size_t i = 0; i < count; i++)
            told[event_of(story, numbers[i]) - story->events]++;
    }
    for (size_t i = 0; i < story->event_count; i++) {
        const struct event_row *event = &story->events[i];

        if (event->severity >= least && told[i] != 1)
            fail_story(story, told[i] == 0 ? "an event was not told" : "an event was told twice", event->id);
        if (told[i] > 1)
            fail_story(story, "an end was told twice", event->id);
    }
    free(told);
}

/* ---- people ---- */

/* The key of the only trouble of an event; empty: it has none. */
static struct text key_of(struct story *story, const struct event_row *event, enum trouble_role *ret_role)
{
    struct history *history = &story->scene->history;
    json_t *data = json_loadb(event->data.bytes, event->data.length, 0, NULL);
    struct trouble trouble = {.role = TROUBLE_NONE};
    struct error error = {0};

    history_expect(trouble_of_event(event, data, &history->arena, &trouble, &error), &error);
    json_decref(data);
    *ret_role = trouble.role;
    return trouble.count == 0 ? (struct text){"", 0} : trouble.keys[0];
}

struct known {
    struct text keys[TROUBLES_MOST];
    size_t count;
};

static size_t find_known(const struct known *known, struct text key)
{
    size_t i = 0;

    while (i < known->count && !text_equal(known->keys[i], key))
        i++;
    return i;
}

static void follow_people(struct story *story, struct known *known, int64_t number)
{
    enum trouble_role role;
    struct text key = key_of(story, event_of(story, number), &role);
    size_t place = find_known(known, key);

    if (role == TROUBLE_BEGINS && place == known->count) {
        assert_true(known->count < TROUBLES_MOST);
        known->keys[known->count++] = key;
    }
    if (role != TROUBLE_ENDS)
        return;
    if (place == known->count)
        fail_story(story, "people were told of an end without its beginning", number);
    known->keys[place] = known->keys[--known->count];
}

/* What goes on at the end, and what of it the route asked for at some time of its life. */
static void find_living(struct story *story, enum severity least, struct known *living)
{
    for (size_t i = 0; i < story->event_count; i++) {
        const struct event_row *event = &story->events[i];
        enum trouble_role role;
        struct text key = key_of(story, event, &role);
        size_t place = find_known(living, key);

        if (role == TROUBLE_BEGINS && place == living->count && event->severity >= least)
            living->keys[living->count++] = key;
        if (role == TROUBLE_ENDS && place < living->count)
            living->keys[place] = living->keys[--living->count];
    }
}

static void check_people(struct story *story, const char *route, const char *sink, enum severity least, bool resolves)
{
    struct known known = {.count = 0}, living = {.count = 0};
    int64_t numbers[EVENTS_MOST];

    for (int64_t id = 0; (id = next_delivery(story, route, sink, id)) != 0;) {
        size_t count = read_numbers(story, id, numbers);

        for (size_t i = 0; i < count; i++)
            follow_people(story, &known, numbers[i]);
    }
    find_living(story, least, &living);
    for (size_t i = 0; i < living.count; i++)
        if (find_known(&known, living.keys[i]) == known.count)
            fail_story(story, "people do not know of what goes on", (int64_t)i);
    for (size_t i = 0; resolves && i < known.count; i++)
        if (find_known(&living, known.keys[i]) == living.count)
            fail_story(story, "people were not told of an end", (int64_t)i);
}

/* ---- incidents ---- */

static void check_numbers(const struct story *story)
{
    static const struct {
        const char *what, *sql;
    } nones[] = {
        {"something still waits", "SELECT count(*) FROM incident_event"},
        {"something is still due", "SELECT count(*) FROM incident WHERE due_at IS NOT NULL"},
        {"an incident that is over has troubles",
         "SELECT count(*) FROM incident_trouble JOIN incident ON incident.id = incident WHERE ended_at IS NOT NULL"},
        {"what was beyond a limit is open", "SELECT count(*) FROM incident WHERE ended_at IS NULL AND subject = '*'"},
        {"an incident without troubles is open", "SELECT count(*) FROM incident WHERE ended_at IS NULL AND NOT EXISTS"
                                                 " (SELECT 1 FROM incident_trouble WHERE incident = incident.id)"},
        {"numbers of messages have gaps",
         "SELECT count(*) FROM incident WHERE told <> (SELECT count(*) FROM delivery WHERE incident = incident.id)"
         " OR told <> (SELECT coalesce(max(number), 0) FROM delivery WHERE incident = incident.id)"},
        {"something was told after it was over",
         "SELECT count(*) FROM delivery AS a JOIN delivery AS b ON a.incident = b.incident AND b.number > a.number"
         " WHERE a.kind = 2"},
        {"events are not in order",
         "SELECT count(*) FROM delivery AS a JOIN delivery AS b ON a.incident = b.incident AND b.number > a.number"
         " WHERE a.kind <> 3 AND b.kind <> 3 AND b.last_event <= a.last_event"},
        {"it is over, and something is open",
         "SELECT count(*) FROM delivery WHERE kind = 2 AND json_extract(message, '$.open') > 0"},
        {"the log was not read to its end",
         "SELECT (SELECT value FROM meta WHERE name = 'planned') <> (SELECT max(id) FROM event)"},
    };

    for (size_t i = 0; i < LENGTH_OF(nones); i++) {
        int64_t count = history_ask(&story->scene->history, nones[i].sql);

        if (count != 0)
            fail_story(story, nones[i].what, count);
    }
}

/* A limit holds for each sink, and for all but ends, escalations and what is critical. */
static void check_limit(struct story *story, const struct route *route)
{
    const char *sql =
        arena_printf(&story->scene->history.arena,
                     "SELECT coalesce(max((SELECT count(*) FROM delivery AS b JOIN incident AS j ON j.id = b.incident"
                     " WHERE j.route = i.route AND j.sink = i.sink AND b.kind < 2 AND b.id <= a.id"
                     " AND b.created_at > a.created_at - %" PRId64 ")), 0)"
                     " FROM delivery AS a JOIN incident AS i ON i.id = a.incident WHERE i.route = '%.*s' AND a.kind < 2"
                     " AND json_extract(a.message, '$.severity') <> 'critical'",
                     route->limit_us, TEXT_ARGS(route->name));

    assert_non_null(sql);
    if (route->limit != 0 && history_ask(&story->scene->history, sql) > (int64_t)route->limit)
        fail_story(story, "a route made more messages than it may", (int64_t)route->limit);
}

static void check(struct story *story)
{
    struct history *history = &story->scene->history;
    struct error error = {0};

    history_expect(
        events_list(history->database, 0, 10000, &history->arena, &story->events, &story->event_count, &error), &error);
    check_numbers(story);
    check_programs(story, "all", "bus", SEVERITY_LOW);
    check_programs(story, "bad", "log", SEVERITY_HIGH);
    check_people(story, "all", "ops", SEVERITY_LOW, story->routes[0].resolve);
    check_people(story, "bad", "ops", SEVERITY_HIGH, story->routes[1].resolve);
    check_limit(story, &story->routes[0]);
    check_limit(story, &story->routes[1]);
}

static void run_story(uint64_t seed)
{
    struct story story = {.seed = seed};
    void *state = NULL;

    planner_scene_setup(&state);
    story.scene = state;
    story.scene->is_silent = true;
    story.scene->chaos = seed * 0x9e3779b97f4a7c15U + 1;
    choose_routes(&story);
    use_routes(&story);
    scene_read(story.scene);
    play(&story);
    check(&story);
    planner_scene_teardown(&state);
}

static void test_whatever_happens_nothing_is_lost(void **state)
{
    const char *seed = getenv("DRIFTLINE_SEED");

    (void)state;
    if (seed != NULL) {
        run_story(strtoull(seed, NULL, 10));
        return;
    }
    for (uint64_t i = 1; i <= STORIES; i++)
        run_story(i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whatever_happens_nothing_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
