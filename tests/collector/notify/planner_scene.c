#include "collector/notify/planner_scene.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "notify/sink.h"
#include "store/agents.h"
#include "store/drifts.h"
#include "store/incidents.h"
#include "store/pairs.h"
#include "support/cmocka.h"

static const struct sink_kind for_people = {.name = "people", .is_for_people = true};
static const struct sink_kind for_programs = {.name = "programs"};

const struct sink scene_sinks[4] = {{.name = TEXT_INIT("ops"), .kind = &for_people},
                                    {.name = TEXT_INIT("pager"), .kind = &for_people},
                                    {.name = TEXT_INIT("bus"), .kind = &for_programs},
                                    {.name = TEXT_INIT("log"), .kind = &for_programs}};

struct route scene_route(void)
{
    return (struct route){.name = TEXT("prod"),
                          .sinks = &scene_sinks[0].name,
                          .sink_count = 1,
                          .group_by = ROUTE_GROUP_DATABASE | ROUTE_GROUP_ENVIRONMENT,
                          .settle_us = 10 * SCENE_SECOND,
                          .settle_most_us = SCENE_MINUTE,
                          .repeat_us = INT64_C(60) * SCENE_MINUTE,
                          .resolve = true};
}

/* ---- making it ---- */

static void open_scene(struct planner_scene *scene)
{
    struct error error = {0};

    history_open(&scene->history);
    scene->start = scene->now = scene->history.now;
    scene->last_delivery = 0;
    history_expect(store_id(scene->history.database, &scene->history.arena, &scene->store, &error), &error);
    history_expect(policy_holder_init(&scene->policy, &error), &error);
}

static void release_plans(struct planner_scene *scene)
{
    for (size_t i = 0; i < SCENE_PLANS; i++) {
        notify_plan_release(scene->plans[i]);
        scene->plans[i] = NULL;
    }
}

static void close_scene(struct planner_scene *scene)
{
    release_plans(scene);
    buffer_reset(&scene->transcript);
    policy_holder_clear(&scene->policy);
    history_close(&scene->history);
}

int planner_scene_setup(void **state)
{
    static struct planner_scene scene;
    struct route route = scene_route();

    scene = (struct planner_scene){.with_lines = false};
    open_scene(&scene);
    scene_set_plan(&scene, 0, &route, 1);
    *state = &scene;
    return 0;
}

int planner_scene_teardown(void **state)
{
    struct planner_scene *scene = *state;

    close_scene(scene);
    buffer_clear(&scene->transcript);
    return 0;
}

void scene_set_plan(struct planner_scene *scene, size_t number, const struct route *routes, size_t count)
{
    const struct notify_content content = {.sinks = scene_sinks,
                                           .sink_count = LENGTH_OF(scene_sinks),
                                           .routes = routes,
                                           .route_count = count,
                                           .link = TEXT("https://driftline.example.com/")};
    struct error error = {0};

    notify_plan_release(scene->plans[number]);
    history_expect(notify_plan_new(&scene->plans[number], &content, &error), &error);
    if (number == 0)
        scene->plan = scene->plans[0];
}

void scene_restart(struct planner_scene *scene, const struct route *route)
{
    close_scene(scene);
    open_scene(scene);
    scene_set_plan(scene, 0, route, 1);
    scene_read(scene);
}

/* ---- the planner ---- */

uint32_t scene_random(uint64_t *state, uint32_t bound)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)((*state >> 16) % bound);
}

typedef enum error_code (*planner_step)(const struct planning *planning, struct database *database, bool *ret_more,
                                        struct error *error);

/* One transaction of the planner. It may be lost; then there is more to do. */
static bool run_step(struct planner_scene *scene, planner_step step, const struct policy *policy)
{
    CLEANUP(arena_free) struct arena arena;
    const struct planning planning = {scene->plan, policy, scene->store, scene->now, &arena};
    bool more = false, is_lost = scene->chaos != 0 && scene_random(&scene->chaos, 3) == 0;
    struct error error = {0};
    enum error_code code;

    arena_init(&arena, HISTORY_MEMORY);
    history_begin(&scene->history);
    if (is_lost && scene_random(&scene->chaos, 2) == 0)
        mem_fail_at(1 + scene_random(&scene->chaos, 200));
    code = step(&planning, scene->history.database, &more, &error);
    mem_fail_at(0);
    if (!is_lost) {
        history_expect(code, &error);
        history_commit(&scene->history);
        return more;
    }
    assert_true(code == ERROR_NONE || code == ERROR_MEMORY);
    database_rollback(scene->history.database);
    return true;
}

static void plan(struct planner_scene *scene, planner_step step)
{
    struct policy *policy = policy_take(&scene->policy);

    while (run_step(scene, step, policy))
        continue;
    policy_release(policy);
}

struct message scene_message(struct planner_scene *scene, int64_t delivery)
{
    struct delivery_row row = {0};
    struct message message = {0};
    json_t *document = NULL;
    struct error error = {0};

    history_expect(deliveries_get(scene->history.database, delivery, &scene->history.arena, &row, &error), &error);
    history_expect(message_read(row.message, &scene->history.arena, &message, &document, &error), &error);
    assert_int_equal(json_array_size(message.events), row.events);
    message.events = NULL;
    json_decref(document);
    return message;
}

static void write_message(struct planner_scene *scene, int64_t id)
{
    struct message message = scene_message(scene, id);
    struct delivery_row row = {0};
    struct error error = {0};

    history_expect(deliveries_get(scene->history.database, id, &scene->history.arena, &row, &error), &error);
    assert_int_equal(row.next_at, scene->now);
    buffer_printf(&scene->transcript, "%" PRId64 " %.*s %s %.*s\n", (scene->now - scene->start) / SCENE_SECOND,
                  TEXT_ARGS(row.sink), delivery_kind_name(row.kind), TEXT_ARGS(message.title));
    for (size_t i = 0; scene->with_lines && i < message.line_count; i++)
        buffer_printf(&scene->transcript, "  %" PRIu32 " %.*s%s%.*s\n", message.lines[i].count,
                      TEXT_ARGS(message.lines[i].text), message.lines[i].by.length > 0 ? ", by " : "",
                      TEXT_ARGS(message.lines[i].by));
    if (scene->with_lines && message.more > 0)
        buffer_printf(&scene->transcript, "  %" PRIu32 " more\n", message.more);
}

static void write_news(struct planner_scene *scene)
{
    int64_t last = history_ask(&scene->history, "SELECT coalesce(max(id), 0) FROM delivery");

    if (scene->is_silent)
        return;
    while (scene->last_delivery < last)
        write_message(scene, ++scene->last_delivery);
}

void scene_read(struct planner_scene *scene)
{
    plan(scene, planner_read);
}

void scene_advance(struct planner_scene *scene, int64_t until)
{
    int64_t next = 0;

    for (;;) {
        struct error error = {0};

        history_expect(incidents_next(scene->history.database, &next, &error), &error);
        if (next == 0 || next > until)
            break;
        scene->now = next > scene->now ? next : scene->now;
        plan(scene, planner_tell);
        write_news(scene);
    }
    scene->now = until > scene->now ? until : scene->now;
}

/* ---- what happens ---- */

void scene_event(struct planner_scene *scene, const struct event_row *event)
{
    struct event_row row = *event;
    struct error error = {0};

    row.at = scene->now;
    history_begin(&scene->history);
    history_expect(events_add(scene->history.database, &row, &error), &error);
    history_commit(&scene->history);
}

/* A step, taken apart: "open 1 critical billing". */
struct step {
    char verb[32];
    char words[3][64];
};

static struct text text(struct planner_scene *scene, const char *format, ...) PRINTF_LIKE(2, 3);
static struct text text(struct planner_scene *scene, const char *format, ...)
{
    char bytes[2048];
    va_list arguments;
    char *copy;

    va_start(arguments, format);
    vsnprintf(bytes, sizeof bytes, format, arguments);
    va_end(arguments);
    copy = arena_string(&scene->history.arena, text_from(bytes));
    assert_non_null(copy);
    return text_from(copy);
}

static void play_drift(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    const char *database = step->words[2][0] == '\0' ? "orders" : step->words[2];
    struct event_row event = {
        .type = type, .place = {text(scene, "%s", database), TEXT("prod"), TEXT("")}, .severity = SEVERITY_LOW};
    const char *number = step->words[0];

    if (step->words[1][0] != '\0')
        assert_true(severity_from_name(text_from(step->words[1]), &event.severity));
    event.data =
        text(scene,
             "{\"database\":\"%s\",\"from\":\"staging\",\"to\":\"prod\",\"drift\":%s,\"effect\":\"modified\","
             "\"kind\":\"column\",\"object\":\"shop.orders.c%s\",\"aspect\":\"structure\",\"severity\":\"%s\","
             "\"state\":\"%s\",\"cause\":\"hotfix\",\"actor\":\"alice\",\"evidence\":\"captured\"}",
             database, number, number, severity_name(event.severity), type == EVENT_DRIFT_ENDED ? "ended" : "open");
    scene_event(scene, &event);
}

static void play_deed(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    scene_event(scene,
                &(struct event_row){
                    .type = type,
                    .place = {TEXT("orders"), TEXT("prod"), TEXT("")},
                    .data = text(scene,
                                 "{\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"kind\":\"column\","
                                 "\"object\":\"shop.orders.c%s\",\"drifts\":[%s],\"count\":1,\"by\":\"bob\","
                                 "\"waiver\":{\"reason\":\"known\",\"expires_at\":\"2026-12-01\"}}",
                                 step->words[0], step->words[0])});
}

static void play_many(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    scene_event(scene, &(struct event_row){
                           .type = type,
                           .severity = type == EVENT_DRIFTS_ENDED ? SEVERITY_LOW : SEVERITY_CRITICAL,
                           .place = {TEXT("orders"), TEXT("prod"), TEXT("")},
                           .data = text(scene,
                                        "{\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"count\":%s,"
                                        "\"drifts\":[1,2],\"summary\":{\"critical\":3,\"high\":0,\"medium\":0,"
                                        "\"low\":1201}}",
                                        step->words[0])});
}

static void play_contract(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    scene_event(scene, &(struct event_row){.type = type,
                                           .severity = type == EVENT_CONTRACT_VIOLATED  ? SEVERITY_CRITICAL
                                                       : type == EVENT_CONTRACT_UNKNOWN ? SEVERITY_MEDIUM
                                                                                        : SEVERITY_LOW,
                                           .target = step->words[1][0] == '\0' ? 7 : strtoll(step->words[1], NULL, 10),
                                           .place = {TEXT("orders"), TEXT("prod"), TEXT("default")},
                                           .data = text(scene,
                                                        "{\"contract\":\"%s\",\"owner\":\"team-a\","
                                                        "\"database\":\"orders\",\"environment\":\"prod\"}",
                                                        step->words[0])});
}

static void play_agent(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    (void)step;
    scene_event(scene, &(struct event_row){.type = type,
                                           .severity = type == EVENT_AGENT_SILENT ? SEVERITY_HIGH : SEVERITY_LOW,
                                           .agent = scene->history.agent,
                                           .data = TEXT("{\"silent_seconds\":300,\"targets\":2}")});
}

static void play_schema(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    scene_event(scene,
                &(struct event_row){
                    .type = type,
                    .severity = SEVERITY_HIGH,
                    .place = {TEXT("orders"), TEXT("prod"), TEXT("")},
                    .data = text(scene,
                                 "{\"count\":%s,\"summary\":{\"critical\":0,\"high\":12,\"medium\":0,\"low\":9988},"
                                 "\"groups\":[{\"effect\":\"removed\",\"kind\":\"column\",\"count\":12,\"objects\":3,"
                                 "\"objects_kind\":\"table\",\"severity\":\"high\"},{\"effect\":\"added\",\"kind\":"
                                 "\"column\",\"count\":9986,\"objects\":500,\"objects_kind\":\"table\",\"severity\":"
                                 "\"low\"},{\"effect\":\"added\",\"kind\":\"table\",\"count\":2,\"severity\":\"low\","
                                 "\"names\":[\"shop.c\",\"shop.d\"]}],\"actors\":[\"alice\"],"
                                 "\"changes\":[{\"effect\":\"removed\",\"kind\":\"column\",\"object\":\"shop.a.b\","
                                 "\"severity\":\"high\",\"actor\":\"alice\"},{\"effect\":\"added\",\"kind\":\"table\","
                                 "\"object\":\"shop.c\",\"severity\":\"low\",\"actor\":\"alice\"}]}",
                                 step->words[0])});
}

static void play_recorded(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    scene_event(scene, &(struct event_row){.type = type,
                                           .place = {TEXT("orders"), TEXT("prod"), TEXT("")},
                                           .data = text(scene, "{\"changes\":3,\"snapshot\":%s}", step->words[0])});
}

/* One change or two of a snapshot. */
static void play_change_of(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    static const char change[] = "{\"id\":%d,\"effect\":\"removed\",\"kind\":\"column\",\"aspect\":\"structure\","
                                 "\"object\":\"shop.orders.c%d\",\"severity\":\"low\",\"actor\":\"alice\"}";
    int count = atoi(step->words[1]);
    struct text first = text(scene, change, 41, 1), second = text(scene, change, 42, 2);

    scene_event(scene,
                &(struct event_row){.type = type,
                                    .place = {TEXT("orders"), TEXT("prod"), TEXT("")},
                                    .data = text(scene,
                                                 "{\"snapshot\":%s,\"count\":%d,\"summary\":{\"low\":%d},"
                                                 "\"changes\":[%.*s%s%.*s]}",
                                                 step->words[0], count, count, TEXT_ARGS(first), count > 1 ? "," : "",
                                                 count > 1 ? (int)second.length : 0, second.bytes)});
}

static void play_seen(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    scene_event(scene, &(struct event_row){
                           .type = type,
                           .place = {TEXT("orders"), TEXT("prod"), TEXT("")},
                           .data = text(scene,
                                        "{\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"drift\":%s,"
                                        "\"effect\":\"added\",\"kind\":\"column\",\"object\":\"shop.orders.c%s\","
                                        "\"aspect\":\"structure\",\"severity\":\"low\",\"state\":\"open\","
                                        "\"cause\":\"hotfix\",\"actor\":\"alice\",\"snapshot\":%s}",
                                        step->words[0], step->words[0], step->words[1])});
}

/* The store has two differences of the pair, and they are open or over. */
static void play_store(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    bool is_left = strcmp(step->verb, "some-left") == 0;
    struct pair_row pair = {.database = TEXT("orders"), .from = TEXT("staging"), .to = TEXT("prod"), .active = true};
    struct error error = {0};

    (void)type;
    history_begin(&scene->history);
    history_expect(pairs_put(scene->history.database, &pair, &error), &error);
    history_run(&scene->history, "DELETE FROM drift");
    for (int i = 0; i < 2; i++) {
        struct drift_row drift = {.pair = pair.id,
                                  .state = is_left ? DRIFT_OPEN : DRIFT_ENDED,
                                  .ending = is_left ? DRIFT_LIVES : DRIFT_PROMOTED,
                                  .kind = KIND_TABLE,
                                  .object_kind = KIND_TABLE,
                                  .lead = -1};

        history_expect(drifts_add(scene->history.database, &drift, &error), &error);
    }
    history_commit(&scene->history);
}

static void play_plan(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    (void)type;
    scene->plan = scene->plans[atoi(step->words[0])];
    plan(scene, planner_tell);
    write_news(scene);
}

static void play_nothing(struct planner_scene *scene, const struct step *step, enum event_type type)
{
    (void)scene;
    (void)step;
    (void)type;
}

static const struct {
    const char *verb;
    void (*play)(struct planner_scene *scene, const struct step *step, enum event_type type);
    enum event_type type;
} verbs[] = {{"open", play_drift, EVENT_DRIFT_OPENED},
             {"change", play_drift, EVENT_DRIFT_CHANGED},
             {"reopen", play_drift, EVENT_DRIFT_REOPENED},
             {"end", play_drift, EVENT_DRIFT_ENDED},
             {"ack", play_deed, EVENT_DRIFT_ACKNOWLEDGED},
             {"waive", play_deed, EVENT_DRIFT_WAIVED},
             {"many", play_many, EVENT_DRIFTS_OPENED},
             {"many-end", play_many, EVENT_DRIFTS_ENDED},
             {"some-left", play_store, EVENT_NOTIFY_TEST},
             {"none-left", play_store, EVENT_NOTIFY_TEST},
             {"violate", play_contract, EVENT_CONTRACT_VIOLATED},
             {"unknown", play_contract, EVENT_CONTRACT_UNKNOWN},
             {"restore", play_contract, EVENT_CONTRACT_RESTORED},
             {"silent", play_agent, EVENT_AGENT_SILENT},
             {"return", play_agent, EVENT_AGENT_RETURNED},
             {"schema", play_schema, EVENT_SCHEMA_CHANGED},
             {"recorded", play_recorded, EVENT_SNAPSHOT_RECORDED},
             {"change-of", play_change_of, EVENT_SCHEMA_CHANGED},
             {"seen", play_seen, EVENT_DRIFT_OPENED},
             {"plan", play_plan, EVENT_NOTIFY_TEST},
             {"wait", play_nothing, EVENT_NOTIFY_TEST}};

static void play_line(struct planner_scene *scene, const char *line)
{
    struct step step = {.verb = ""};
    long long second = 0;

    if (sscanf(line, "%lld %31s %63s %63s %63s", &second, step.verb, step.words[0], step.words[1], step.words[2]) < 2)
        fail_msg("no step: %s", line);
    scene_advance(scene, scene->start + second * SCENE_SECOND);
    for (size_t i = 0; i < LENGTH_OF(verbs); i++)
        if (strcmp(verbs[i].verb, step.verb) == 0) {
            verbs[i].play(scene, &step, verbs[i].type);
            scene_read(scene);
            return;
        }
    fail_msg("no verb: %s", line);
}

void scene_play(struct planner_scene *scene, const char *script)
{
    char *copy = arena_string(&scene->history.arena, text_from(script)), *rest = NULL;

    assert_non_null(copy);
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        play_line(scene, line);
}

/* ---- stories ---- */

void scene_check_transcript(struct planner_scene *scene, const char *what, const char *expected)
{
    const char *is = scene->transcript.length == 0 ? "" : scene->transcript.bytes;

    if (strcmp(is, expected) != 0)
        fail_msg("%s:\n%s\nshould be:\n%s", what, is, expected);
    buffer_reset(&scene->transcript);
}

void scene_play_all(struct planner_scene *scene, const struct route *route, const struct scene_story *stories,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        print_message("  %s\n", stories[i].what);
        scene_restart(scene, route);
        scene_play(scene, stories[i].script);
        scene_check_transcript(scene, stories[i].what, stories[i].expected);
    }
}
