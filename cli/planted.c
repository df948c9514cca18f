#include "cli/planted.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "cli/answer_notify.h"
#include "cli/event_line.h"
#include "cli/following.h"
#include "cli/interrupt.h"
#include "cli/planted_route.h"
#include "cli/planted_source.h"

enum {
    NAME_SIZE = sizeof "driftline_planted_01234567",
    LOOK_US = 300 * 1000,      /* between two looks at messages */
    SLOW_AGENT_MS = 10 * 1000, /* what takes longer is told with what to do */
    DROP_ATTEMPTS = 5,
    DROP_PAUSE_MS = 1000,
    PLACES = 16,
    REF_SHOWN = 256
};

/* What is to come, in its order. */
enum stage { STAGE_RECORDED, STAGE_CHANGED, STAGE_DRIFT, STAGE_MESSAGE, STAGE_COUNT };

/* Of the table's beginning, and of its end. */
static const struct {
    const char *type; /* of the event; NULL: it is a message */
    bool by_name;     /* the event names the table; else it is about the target */
    const char *said;
} stages[2][STAGE_COUNT] = {
    {{"driftline.snapshot-recorded", false, "the agent has seen it, and its snapshot is recorded"},
     {"driftline.schema-changed", true, "the change is known"},
     {"driftline.drift-opened", true, "the difference between environments is open"},
     {NULL, true, "a message was taken"}},
    {{"driftline.snapshot-recorded", false, "the agent has seen its end, and its snapshot is recorded"},
     {"driftline.schema-changed", true, "the change is known"},
     {"driftline.drift-ended", true, "the difference is over"},
     {NULL, true, "a message of the end was taken"}},
};

struct planting {
    struct doctor *doctor;
    const struct source_ops *source;
    struct source_settings settings;
    struct reference target;
    char name[NAME_SIZE];
    char shown[REF_SHOWN]; /* the reference without its secrets */
    struct text agent;
    /* what is to be expected */
    struct planted_place place;
    struct text environments[PLACES];
    int64_t settle_ms; /* the longest that a route waits that takes it */
    bool expected[STAGE_COUNT];
    /* how far it came */
    bool is_end; /* the table was dropped */
    int64_t began;
    int64_t until;
    int64_t came_ms[STAGE_COUNT]; /* -1: not yet */
    int64_t event;                /* the last */
    int64_t delivery;             /* the last that was there before */
    int64_t looked_at;
    struct collector *messages; /* a connection of its own: the other one follows events */
    char elsewhere[256];        /* which target has the table instead; empty: none was seen */
    char waits[256];            /* how a message stands that names the table and was not taken yet */
};

static int64_t milliseconds(const struct planting *planting)
{
    return (clock_elapsed() - planting->began) / 1000;
}

/* ---- what came ---- */

static const char *advice_of(const struct planting *planting, enum stage stage, int64_t since_ms)
{
    if (stage == STAGE_RECORDED && since_ms > SLOW_AGENT_MS)
        return "that is slow: an agent looks every `poll` and waits `debounce` for more; lower them to be told sooner";
    if (stage == STAGE_MESSAGE && since_ms > planting->settle_ms + SLOW_AGENT_MS)
        return "that is slow: look at `settle` of the route, and at the sink: driftline notify list";
    return NULL;
}

static void note(struct planting *planting, enum stage stage, const char *more)
{
    int64_t now = milliseconds(planting), before = 0;

    if (planting->came_ms[stage] >= 0)
        return;
    for (int earlier = 0; earlier < (int)stage; earlier++)
        before = planting->came_ms[earlier] > before ? planting->came_ms[earlier] : before;
    planting->came_ms[stage] = now;
    doctor_tell(planting->doctor, DOCTOR_OK, "planted", advice_of(planting, stage, now - before), "%7lld ms  %s%s",
                (long long)now, stages[planting->is_end][stage].said, more);
}

static bool is_text(const json_t *event, const char *member, struct text value)
{
    const char *text = json_string_value(json_object_get(event, member));

    return text != NULL && text_equal(text_from(text), value);
}

/* An instance that is not named is the only one. */
static bool is_target(const struct planting *planting, const json_t *event)
{
    struct text instance = planting->target.instance.length == 0 ? TEXT("default") : planting->target.instance;
    const char *told = json_string_value(json_object_get(event, "instance"));

    return is_text(event, "database", planting->target.database) &&
           is_text(event, "environment", planting->target.environment) &&
           text_equal(text_from(told == NULL ? "default" : told), instance);
}

static bool is_complete(const struct planting *planting)
{
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        if (planting->expected[stage] && planting->came_ms[stage] < 0)
            return false;
    return true;
}

/* The table is in another database than was said. */
static void note_elsewhere(struct planting *planting, const json_t *event)
{
    CLEANUP(buffer_clear) struct buffer place = {0};

    event_line_place(&place, event);
    snprintf(planting->elsewhere, sizeof planting->elsewhere, "%s",
             place.failed || place.length == 0 ? "another target" : place.bytes);
}

static bool take(void *context, int64_t number, struct text text, const json_t *event)
{
    struct planting *planting = context;
    bool named = memmem(text.bytes, text.length, planting->name, strlen(planting->name)) != NULL;

    planting->event = number;
    for (int stage = 0; stage < STAGE_MESSAGE; stage++)
        if (is_text(event, "type", text_from(stages[planting->is_end][stage].type)) &&
            (named || !stages[planting->is_end][stage].by_name) && (stage == STAGE_DRIFT || is_target(planting, event)))
            note(planting, (enum stage)stage, "");
        else if (named && stage == STAGE_CHANGED && is_text(event, "type", text_from(stages[0][stage].type)))
            note_elsewhere(planting, event);
    return is_complete(planting) || planting->elsewhere[0] != '\0';
}

/* ---- messages ---- */

/* One message: whether it names the table. It is looked at as it came. */
static bool names_table(struct planting *planting, int64_t id)
{
    CLEANUP(buffer_clear) struct buffer target = {0}, answer = {0};
    struct collector_question question = {.method = "GET", .type = "application/json", .limit = COLLECTOR_ANSWER_LIMIT};
    struct error ignored = {0};

    buffer_printf(&target, "/api/v1/deliveries/%lld", (long long)id);
    question.target = target.bytes;
    return !target.failed && collector_ask(planting->messages, &question, &answer, &ignored) == ERROR_NONE &&
           memmem(answer.bytes, answer.length, planting->name, strlen(planting->name)) != NULL;
}

static void look_at(struct planting *planting, const json_t *delivery)
{
    const char *state = json_string_value(json_object_get(delivery, "state"));
    const char *sink = json_string_value(json_object_get(delivery, "sink"));
    const char *problem = json_string_value(json_object_get(delivery, "problem"));
    int64_t id = json_integer_value(json_object_get(delivery, "id"));
    char more[160];

    if (id <= planting->delivery || state == NULL || sink == NULL || !names_table(planting, id))
        return;
    snprintf(more, sizeof more, " by the sink '%.100s' (delivery %lld)", sink, (long long)id);
    if (strcmp(state, "sent") == 0) {
        note(planting, STAGE_MESSAGE, more);
        planting->delivery = id;
    } else {
        snprintf(planting->waits, sizeof planting->waits, "delivery %lld to '%.60s' is %s%s%.120s", (long long)id, sink,
                 state, problem == NULL ? "" : ": ", problem == NULL ? "" : problem);
    }
}

/* The newest messages, newest first; NULL when they cannot be had now. To be released. */
static json_t *ask_messages(struct planting *planting)
{
    CLEANUP(buffer_clear) struct buffer target = {0}, answer = {0};
    struct collector_question question = {.method = "GET", .type = "application/json", .limit = COLLECTOR_ANSWER_LIMIT};
    struct error ignored = {0};
    json_t *document = NULL;

    buffer_add_string(&target, "/api/v1/deliveries?limit=50");
    asking_add_text(&target, "sink", planting->doctor->call->settings.sink);
    question.target = target.bytes;
    if (target.failed || collector_ask(planting->messages, &question, &answer, &ignored) != ERROR_NONE ||
        answer_parse(&document, buffer_text(&answer), &ignored) != ERROR_NONE)
        return NULL;
    return document;
}

static void look_at_messages(struct planting *planting)
{
    json_t *document = ask_messages(planting);
    const json_t *list = json_object_get(document, "deliveries");

    for (size_t i = json_array_size(list); i-- > 0;) /* the oldest first */
        look_at(planting, json_array_get(list, i));
    json_decref(document);
}

static bool is_over(void *context)
{
    struct planting *planting = context;
    int64_t now = clock_elapsed();

    if (planting->expected[STAGE_MESSAGE] && planting->came_ms[STAGE_MESSAGE] < 0 &&
        now - planting->looked_at >= LOOK_US) {
        planting->looked_at = now;
        look_at_messages(planting);
    }
    return is_complete(planting) || planting->elsewhere[0] != '\0' || now >= planting->until;
}

/* ---- what did not come ---- */

static void tell_missing(const struct planting *planting, enum stage stage)
{
    static const char *const why[STAGE_MESSAGE] = {
        [STAGE_RECORDED] =
            "is '--source' the database that the agent watches, does it run, and how long is its `poll`?",
        [STAGE_CHANGED] = "the snapshot lacks the table: the agent's user may not see the schema that it is in",
        [STAGE_DRIFT] = "`compare.ignore` may leave it out; 'driftline doctor' says whether differences are worked out",
    };
    const char *advice = stage < STAGE_MESSAGE ? why[stage] : "see how the sink does: driftline notify list";
    struct doctor *doctor = planting->doctor;

    if (planting->elsewhere[0] != '\0')
        doctor_tell(doctor, DOCTOR_FAIL, "planted", "give '--planted-drift' and '--source' of one target",
                    "the table was seen in %s: '--source' is the database of that one", planting->elsewhere);
    else if (stage == STAGE_MESSAGE && planting->waits[0] != '\0')
        doctor_tell(doctor, DOCTOR_FAIL, "planted", advice, "no sink has taken a message: %s", planting->waits);
    else if (stage == STAGE_MESSAGE)
        doctor_tell(doctor, DOCTOR_FAIL, "planted", "the route may have a quiet time or a limit: driftline notify list",
                    "no message came; routes that take it wait at most %lld s", (long long)planting->settle_ms / 1000);
    else
        doctor_tell(doctor, DOCTOR_FAIL, "planted", advice, "missing after %lld ms: %s",
                    (long long)milliseconds(planting), stages[planting->is_end][stage].said);
}

/* Only the first that is missing is told, and the message: what stands on it cannot come. */
static void tell_all_missing(const struct planting *planting)
{
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        if (planting->expected[stage] && planting->came_ms[stage] < 0) {
            tell_missing(planting, (enum stage)stage);
            return;
        }
}

/* Follow until everything has come, or the time is over. */
static void follow(struct planting *planting)
{
    struct following following = {.collector = planting->doctor->collector,
                                  .parameters = "",
                                  .after = planting->event,
                                  .take = take,
                                  .is_over = is_over,
                                  .context = planting};
    struct error error = {0};

    planting->until = planting->began + (int64_t)planting->doctor->call->settings.wait_ms * 1000;
    planting->waits[0] = '\0';
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        planting->came_ms[stage] = -1;
    if (following_run(&following, &error) != ERROR_NONE)
        doctor_tell_error(planting->doctor, "planted", &error);
    else if (!interrupt_came())
        tell_all_missing(planting);
}

/* ---- the table ---- */

static enum error_code change(struct planting *planting, const char *verb, const char *rest, struct error *error)
{
    char statement[NAME_SIZE + 64];

    snprintf(statement, sizeof statement, "%s TABLE %s%s", verb, planting->name, rest);
    return planting->source->change(planting->doctor->call->settings.source, &planting->settings, statement, error);
}

/* Whatever happens: a signal does not keep it, and what fails is tried again. */
static bool drop(struct planting *planting)
{
    struct error error = {0};

    planting->began = clock_elapsed();
    for (int attempt = 0; attempt < DROP_ATTEMPTS; attempt++) {
        interrupt_forget();
        if (change(planting, "DROP", "", &error) == ERROR_NONE) {
            doctor_tell(planting->doctor, DOCTOR_OK, "planted", NULL, "%7lld ms  the table %s is dropped",
                        (long long)milliseconds(planting), planting->name);
            return true;
        }
        interrupt_sleep(DROP_PAUSE_MS);
    }
    doctor_tell(planting->doctor, DOCTOR_FAIL, "planted", "drop it by hand", "the table %s is still there: %s",
                planting->name, error.message);
    return false;
}

static void plant_and_follow(struct planting *planting)
{
    struct error error = {0};
    bool interrupted;

    planting->began = clock_elapsed();
    if (change(planting, "CREATE", " (id integer)", &error) != ERROR_NONE) {
        doctor_tell_error(planting->doctor, "planted", &error);
        if (error.code == ERROR_TIMEOUT || error.code == ERROR_CONNECT) /* whether it is there nobody knows */
            drop(planting);
        return;
    }
    doctor_tell(planting->doctor, DOCTOR_OK, "planted", NULL, "%7lld ms  the table %s is made",
                (long long)milliseconds(planting), planting->name);
    follow(planting);
    interrupted = interrupt_came();
    /* Its end can only be seen by those who have seen its beginning. */
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        planting->expected[stage] = planting->expected[stage] && planting->came_ms[stage] >= 0;
    planting->is_end = true;
    if (drop(planting) && !interrupted && planting->elsewhere[0] == '\0' && planting->expected[STAGE_RECORDED])
        follow(planting);
}

/* ---- what is to be expected ---- */

static enum error_code find_target(struct planting *planting, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target = {0};
    struct answer_targets targets = {{0}};
    const struct answer_target *first;

    buffer_add_string(&target, "/api/v1/targets");
    asking_add_scope(&target, &planting->target);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        doctor_ask(planting->doctor, target.bytes, 0, &answer_targets_shape, &targets, error) != ERROR_NONE)
        return error->code;
    first = targets.targets.items;
    if (targets.targets.count == 0)
        return error_set(error, ERROR_NOT_FOUND, "nobody watches '%s'", planting->doctor->call->settings.planted);
    if (first->verdict == VERDICT_UNKNOWN) {
        error_set(error, ERROR_NOT_FOUND, "'%s' is UNKNOWN (%.*s): nothing of it would be seen",
                  planting->doctor->call->settings.planted,
                  TEXT_ARGS(first->reason.length > 0 ? first->reason : first->unknown_reason));
        return error_hint(error, "see why: driftline targets list");
    }
    planting->agent = first->agent;
    return ERROR_NONE;
}

/* Where a difference would be told: the environments that a promotion from or to this one leads to. */
static void add_steps(struct planting *planting, const struct answer_database *database)
{
    const struct answer_step *steps = database->steps.items;
    const struct answer_environment *environments = database->environments.items;
    struct text here = planting->target.environment;

    for (size_t i = 0; i < database->steps.count; i++)
        if ((text_equal(steps[i].from, here) || text_equal(steps[i].to, here)) &&
            planting->place.environment_count < PLACES)
            planting->environments[planting->place.environment_count++] = steps[i].to;
    for (size_t i = 0; i < database->environments.count; i++)
        planting->place.differs = planting->place.differs ||
                                  (text_equal(environments[i].environment, here) && environments[i].targets.count > 1);
    planting->place.differs = planting->place.differs || planting->place.environment_count > 0;
}

static enum error_code find_steps(struct planting *planting, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target = {0};
    struct answer_fleet fleet = {.at = 0};
    const struct answer_database *databases;

    buffer_add_string(&target, "/api/v1/fleet");
    collector_add_parameter(&target, "database", planting->target.database);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        doctor_ask(planting->doctor, target.bytes, 0, &answer_fleet_shape, &fleet, error) != ERROR_NONE)
        return error->code;
    databases = fleet.databases.items;
    planting->place.database = planting->target.database;
    planting->place.environment = planting->target.environment;
    planting->place.environments = planting->environments;
    planting->place.object = text_from(planting->name);
    for (size_t i = 0; i < fleet.databases.count; i++)
        add_steps(planting, &databases[i]);
    planting->expected[STAGE_RECORDED] = planting->expected[STAGE_CHANGED] = true;
    planting->expected[STAGE_DRIFT] = planting->place.differs;
    if (!planting->place.differs)
        doctor_tell(planting->doctor, DOCTOR_OK, "planted", NULL,
                    "no difference is to be expected: the environment is alone on its path");
    return ERROR_NONE;
}

/* Whether anybody must be told, by which routes, and if nobody: why not. */
static void find_routes(struct planting *planting, const struct answer_notify *notify)
{
    struct text sink =
        text_from(planting->doctor->call->settings.sink == NULL ? "" : planting->doctor->call->settings.sink);
    const struct answer_route *routes = notify->routes.items;
    CLEANUP(buffer_clear) struct buffer reasons = {0};

    for (size_t i = 0; i < notify->routes.count; i++) {
        const char *why = "it does not tell that sink";

        if (planted_route_tells(&routes[i], sink) && planted_route_takes(&routes[i], &planting->place, &why)) {
            int64_t settle = routes[i].settle_most_seconds * 1000;

            planting->expected[STAGE_MESSAGE] = true;
            planting->settle_ms = settle > planting->settle_ms ? settle : planting->settle_ms;
        } else {
            buffer_printf(&reasons, "; %.*s: %s", TEXT_ARGS(routes[i].name), why);
        }
    }
    if (planting->expected[STAGE_MESSAGE])
        return;
    doctor_tell(planting->doctor, sink.length > 0 ? DOCTOR_FAIL : DOCTOR_WARN, "planted",
                "add a route that takes it, if somebody is to be told of such changes",
                "no message is to be expected: %s%s",
                notify->routes.count == 0 ? "there are no routes" : "no route takes it",
                reasons.failed || reasons.length == 0 ? "" : reasons.bytes);
}

static enum error_code find_expected(struct planting *planting, struct error *error)
{
    struct answer_notify notify = {.problem = {"", 0}};
    json_t *messages;

    if (find_target(planting, error) != ERROR_NONE || find_steps(planting, error) != ERROR_NONE ||
        doctor_ask(planting->doctor, "/api/v1/notify", 0, &answer_notify_shape, &notify, error) != ERROR_NONE ||
        following_end(planting->doctor->collector, &planting->event, error) != ERROR_NONE)
        return error->code;
    find_routes(planting, &notify);
    messages = ask_messages(planting);
    planting->delivery =
        json_integer_value(json_object_get(json_array_get(json_object_get(messages, "deliveries"), 0), "id"));
    json_decref(messages);
    return ERROR_NONE;
}

/* ---- the command line ---- */

enum error_code planted_check(const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;
    const struct source_ops *source;
    struct reference target;

    if (reference_parse_scope(&target, text_from(settings->planted), error) != ERROR_NONE)
        return error_context(error, "option '--planted-drift'");
    if (target.environment.length == 0)
        return error_set(error, ERROR_USAGE, "option '--planted-drift' needs an environment: DATABASE@ENVIRONMENT");
    if (settings->source == NULL) {
        error_set(error, ERROR_USAGE, "'--planted-drift' needs '--source': where the table is to be made");
        return error_hint(error, "give a reference whose user may make and drop a table, such as "
                                 "postgres://owner@host/database");
    }
    source = source_find(settings->source);
    if (source != NULL && source->change != NULL)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "option '--source' names no database in which a table can be made");
    return error_hint(error, "write postgres://… or sqlite:PATH");
}

static enum error_code read_call(struct planting *planting, struct error *error)
{
    const struct call *call = planting->doctor->call;
    CLEANUP(buffer_clear) struct buffer shown = {0};
    uint32_t random = 0;

    if (planted_check(call, error) != ERROR_NONE ||
        reference_parse_scope(&planting->target, text_from(call->settings.planted), error) != ERROR_NONE)
        return error->code;
    planting->source = source_find(call->settings.source);
    planting->source->redact(&shown, call->settings.source);
    snprintf(planting->shown, sizeof planting->shown, "%s", shown.failed || shown.length == 0 ? "" : shown.bytes);
    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return error_set(error, ERROR_IO, "the system has no random numbers");
    snprintf(planting->name, sizeof planting->name, "driftline_planted_%08x", random);
    return settings_for_source(&call->settings, call->arena, &planting->settings, error);
}

enum error_code planted_run(struct doctor *doctor, struct error *error)
{
    CLEANUP(collector_closep) struct collector *messages = NULL;
    struct planting planting = {.doctor = doctor};
    struct error why = {0};
    bool is_same = false;

    if (read_call(&planting, error) != ERROR_NONE || asking_open(doctor->call, &messages, error) != ERROR_NONE)
        return error->code;
    planting.messages = messages;
    if (find_expected(&planting, &why) != ERROR_NONE ||
        planted_source_check(doctor->call, &is_same, &why) != ERROR_NONE) {
        doctor_tell_error(doctor, "planted", &why);
        return ERROR_NONE;
    }
    if (!is_same) {
        *error = why;
        return error->code;
    }
    doctor_tell(doctor, DOCTOR_OK, "planted", NULL,
                "making the empty table %s in %s, which is watched by '%.*s'; it is dropped in the end", planting.name,
                planting.shown, TEXT_ARGS(planting.agent));
    plant_and_follow(&planting);
    return ERROR_NONE;
}
