#include <curl/curl.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/answer_fields.h"
#include "cli/answer_notify.h"
#include "cli/doctor.h"
#include "cli/event_stream.h"
#include "cli/interrupt.h"
#include "cli/moment.h"

enum {
    SHOWN = 5,           /* things that are named of many */
    CLOCK_S = 5,         /* clocks that are further apart confuse: ages and expiries are wrong by as much */
    TOKEN_DAYS = 14,     /* a token that expires sooner is told */
    WAITING_MINUTES = 10 /* a message that waits for longer is told */
};

#define SECOND_US INT64_C(1000000)
#define STREAM_US (20 * SECOND_US)

/* ---- the collector itself ---- */

struct answer_version {
    struct text version;
    int64_t api;
    struct text store;
};

static const struct shape_member version_members[] = {
    {FIELD(answer_version, version), .type = MEMBER_TEXT},
    {FIELD(answer_version, api), .type = MEMBER_NUMBER},
    {FIELD(answer_version, store), .type = MEMBER_TEXT},
    {0},
};
static const struct shape version_shape = {sizeof(struct answer_version), version_members};

/* Both clocks to the second: an answer tells no more. */
static void check_clock(struct doctor *doctor)
{
    const char *date = collector_header(doctor->collector, "Date", 0);
    time_t theirs = date == NULL ? -1 : curl_getdate(date, NULL);
    long long apart;

    if (theirs < 0)
        return;
    apart = (long long)theirs - (long long)(clock_now() / SECOND_US);
    if (apart >= -CLOCK_S && apart <= CLOCK_S)
        doctor_tell(doctor, DOCTOR_OK, "clock", NULL, "the collector's is this machine's, to %d s", CLOCK_S);
    else
        doctor_tell(doctor, DOCTOR_WARN, "clock", "let both machines set their clocks by the network (NTP)",
                    "the collector's is %lld s %s this machine's", apart < 0 ? -apart : apart,
                    apart < 0 ? "behind" : "before");
}

static void check_version(struct doctor *doctor)
{
    struct answer_version version = {.api = 0};
    struct error error = {0};

    if (doctor_ask(doctor, "/api/v1/version", 0, &version_shape, &version, &error) != ERROR_NONE) {
        doctor->unreachable = true;
        doctor_tell_error(doctor, "collector", &error);
        return;
    }
    if (text_equal(version.version, text_from(DRIFTLINE_VERSION)))
        doctor_tell(doctor, DOCTOR_OK, "collector", NULL, "%.*s at %s", TEXT_ARGS(version.version),
                    collector_url(doctor->collector));
    else
        doctor_tell(doctor, DOCTOR_WARN, "collector", "use the same version on both sides",
                    "%.*s at %s, while this command is " DRIFTLINE_VERSION, TEXT_ARGS(version.version),
                    collector_url(doctor->collector));
    check_clock(doctor);
}

/* ---- readiness ---- */

struct answer_files {
    bool ok;
    bool known;
    struct text problem;
    int64_t since;
};

struct answer_correlation {
    bool behind;
};

struct answer_feed {
    struct text endpoint; /* empty: there is none */
    int64_t subscribers;
    int64_t subscriptions;
};

struct answer_ready {
    struct text status;
    struct shape_list problems; /* struct text */
    const struct answer_files *configuration;
    const struct answer_files *contracts;
    const struct answer_correlation *correlation;
    const struct answer_feed *feed; /* NULL: an older collector */
};

static const struct shape_member files_members[] = {
    {FIELD(answer_files, ok), .type = MEMBER_FLAG, .optional = true},
    {FIELD(answer_files, known), .type = MEMBER_FLAG, .optional = true},
    {FIELD(answer_files, problem), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_files, since), .type = MEMBER_TIME, .optional = true},
    {0},
};
static const struct shape files_shape = {sizeof(struct answer_files), files_members};

static const struct shape_member correlation_members[] = {
    {FIELD(answer_correlation, behind), .type = MEMBER_FLAG},
    {0},
};
static const struct shape correlation_shape = {sizeof(struct answer_correlation), correlation_members};

static const struct shape_member feed_members[] = {
    {FIELD(answer_feed, endpoint), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_feed, subscribers), .type = MEMBER_NUMBER},
    {FIELD(answer_feed, subscriptions), .type = MEMBER_NUMBER},
    {0},
};
static const struct shape feed_shape = {sizeof(struct answer_feed), feed_members};

static const struct shape_member ready_members[] = {
    {FIELD(answer_ready, status), .type = MEMBER_TEXT},
    {FIELD(answer_ready, problems), .type = MEMBER_TEXTS},
    {FIELD(answer_ready, configuration), .type = MEMBER_OBJECT, .shape = &files_shape},
    {FIELD(answer_ready, contracts), .type = MEMBER_OBJECT, .shape = &files_shape},
    {FIELD(answer_ready, correlation), .type = MEMBER_OBJECT, .shape = &correlation_shape},
    {FIELD(answer_ready, feed), .type = MEMBER_OBJECT, .shape = &feed_shape, .optional = true},
    {0},
};
static const struct shape ready_shape = {sizeof(struct answer_ready), ready_members};

static void tell_files(struct doctor *doctor, const char *name, const struct answer_files *files, const char *fine)
{
    if (files->problem.length == 0)
        doctor_tell(doctor, DOCTOR_OK, name, NULL, "%s", fine);
    else
        doctor_tell(doctor, DOCTOR_FAIL, name, "correct it: what was in order last stays in use until then", "%.*s",
                    TEXT_ARGS(files->problem));
}

/* There need be no feed. */
static void tell_feed(struct doctor *doctor, const struct answer_feed *feed)
{
    if (feed == NULL)
        return;
    if (feed->endpoint.length == 0)
        doctor_tell(doctor, DOCTOR_OK, "feed", NULL, "there is none: `listen.feed` is not set");
    else if (feed->subscribers == 0)
        doctor_tell(doctor, DOCTOR_WARN, "feed",
                    "name who may under `feed.subscribers` of the collector's configuration",
                    "nobody may subscribe at %.*s", TEXT_ARGS(feed->endpoint));
    else
        doctor_tell(doctor, DOCTOR_OK, "feed", NULL, "%lld may subscribe at %.*s, %lld subscription%s now",
                    (long long)feed->subscribers, TEXT_ARGS(feed->endpoint), (long long)feed->subscriptions,
                    feed->subscriptions == 1 ? "" : "s");
}

static void check_ready(struct doctor *doctor)
{
    struct answer_ready ready = {.configuration = NULL};
    const struct text *problems;
    struct error error = {0};

    if (doctor_ask(doctor, "/readyz", 503, &ready_shape, &ready, &error) != ERROR_NONE) {
        doctor_tell_error(doctor, "ready", &error);
        return;
    }
    problems = ready.problems.items;
    for (size_t i = 0; i < ready.problems.count; i++)
        doctor_tell(doctor, DOCTOR_FAIL, "ready", "look into the collector's log; make room if the disk is full",
                    "%.*s", TEXT_ARGS(problems[i]));
    if (ready.problems.count == 0)
        doctor_tell(doctor, DOCTOR_OK, "ready", NULL, "agents are heard, and the history is written");
    if (ready.correlation->behind)
        doctor_tell(doctor, DOCTOR_WARN, "differences", "wait: after much has changed this takes a while",
                    "are still being worked out");
    else
        doctor_tell(doctor, DOCTOR_OK, "differences", NULL, "all are worked out");
    tell_files(doctor, "configuration", ready.configuration, "the file is in use as it is");
    tell_files(doctor, "contracts", ready.contracts, "all are in order");
    tell_feed(doctor, ready.feed);
}

/* ---- the token ---- */

struct answer_token {
    struct text name;
    struct text rights;
    int64_t expires_at;
};

static const struct shape_member token_members[] = {
    {FIELD(answer_token, name), .type = MEMBER_TEXT},
    {FIELD(answer_token, rights), .type = MEMBER_TEXT},
    {FIELD(answer_token, expires_at), .type = MEMBER_TIME, .optional = true},
    {0},
};
static const struct shape token_shape = {sizeof(struct answer_token), token_members};

static void check_token(struct doctor *doctor)
{
    struct answer_token token = {.expires_at = 0};
    struct error error = {0};
    long long days;

    if (doctor_ask(doctor, "/api/v1/token", 0, &token_shape, &token, &error) != ERROR_NONE) {
        doctor->refused = error.code == ERROR_REFUSED;
        doctor_tell_error(doctor, "token", &error);
        return;
    }
    days = (long long)((token.expires_at - clock_now()) / (24 * 3600 * SECOND_US));
    if (token.expires_at != 0 && days < TOKEN_DAYS)
        doctor_tell(doctor, DOCTOR_WARN, "token", "make another: driftline-collector --config FILE token create NAME",
                    "'%.*s' with the rights '%.*s' expires in %lld day%s", TEXT_ARGS(token.name),
                    TEXT_ARGS(token.rights), days, days == 1 ? "" : "s");
    else
        doctor_tell(doctor, DOCTOR_OK, "token", NULL, "'%.*s' with the rights '%.*s', %s", TEXT_ARGS(token.name),
                    TEXT_ARGS(token.rights), token.expires_at == 0 ? "which does not expire" : "not to expire soon");
}

/* ---- what is watched ---- */

/* Names of things, and how many more there are. */
struct naming {
    struct buffer text;
    size_t count;
};

static void name_one(struct naming *naming, const char *format, ...) PRINTF_LIKE(2, 3);

static void name_one(struct naming *naming, const char *format, ...)
{
    char line[256];
    va_list arguments;

    naming->count++;
    if (naming->count > SHOWN)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    buffer_printf(&naming->text, "%s%s", naming->count == 1 ? "" : ", ", line);
}

/* "a, b and 3 more"; valid until it is cleared. */
static const char *named(struct naming *naming)
{
    if (naming->count > SHOWN)
        buffer_printf(&naming->text, " and %zu more", naming->count - SHOWN);
    return naming->text.failed || naming->text.length == 0 ? "" : naming->text.bytes;
}

static void naming_clear(struct naming *naming)
{
    buffer_clear(&naming->text);
}

static void check_agents(struct doctor *doctor)
{
    CLEANUP(naming_clear) struct naming silent = {.count = 0}, unseen = {.count = 0};
    struct answer_agents agents = {{0}};
    const struct answer_agent *items;
    struct error error = {0};
    size_t active = 0;

    if (doctor_ask(doctor, "/api/v1/agents", 0, &answer_agents_shape, &agents, &error) != ERROR_NONE) {
        doctor_tell_error(doctor, "agents", &error);
        return;
    }
    items = agents.agents.items;
    for (size_t i = 0; i < agents.agents.count; i++) {
        if (items[i].revoked_at != 0)
            continue;
        active++;
        if (!items[i].connected)
            name_one(items[i].last_seen == 0 ? &unseen : &silent, "%.*s", TEXT_ARGS(items[i].name));
    }
    if (active == 0)
        doctor_tell(doctor, DOCTOR_WARN, "agents", "let one in: driftline agents enroll", "there are none");
    if (silent.count > 0)
        doctor_tell(doctor, DOCTOR_FAIL, "agents", "look whether they run and reach the collector; their logs say more",
                    "%zu of %zu do not speak: %s", silent.count, active, named(&silent));
    if (unseen.count > 0)
        doctor_tell(doctor, DOCTOR_WARN, "agents", "start them, or take them back: driftline agents revoke",
                    "%zu of %zu never came: %s", unseen.count, active, named(&unseen));
    if (active > 0 && silent.count + unseen.count == 0)
        doctor_tell(doctor, DOCTOR_OK, "agents", NULL, "all %zu are connected", active);
}

static void name_target(struct naming *naming, const struct answer_target *target)
{
    bool only = text_equal(target->instance, TEXT("default"));

    name_one(naming, "%.*s@%.*s%s%.*s (%.*s)", TEXT_ARGS(target->database), TEXT_ARGS(target->environment),
             only ? "" : "/", only ? 0 : (int)target->instance.length, target->instance.bytes,
             TEXT_ARGS(target->reason.length > 0 ? target->reason : target->unknown_reason));
}

static void check_targets(struct doctor *doctor)
{
    CLEANUP(naming_clear) struct naming unknown = {.count = 0};
    struct answer_targets targets = {{0}};
    const struct answer_target *items;
    struct error error = {0};

    if (doctor_ask(doctor, "/api/v1/targets", 0, &answer_targets_shape, &targets, &error) != ERROR_NONE) {
        doctor_tell_error(doctor, "targets", &error);
        return;
    }
    items = targets.targets.items;
    for (size_t i = 0; i < targets.targets.count; i++)
        if (items[i].verdict == VERDICT_UNKNOWN)
            name_target(&unknown, &items[i]);
    if (targets.targets.count == 0)
        doctor_tell(doctor, DOCTOR_WARN, "targets", "name databases under `targets` of an agent's configuration",
                    "nothing is watched");
    else if (unknown.count > 0)
        doctor_tell(doctor, DOCTOR_FAIL, "targets", "driftline targets list says more of each", "%zu of %zu %s: %s",
                    unknown.count, targets.targets.count, unknown.count == 1 ? "is UNKNOWN" : "are UNKNOWN",
                    named(&unknown));
    else
        doctor_tell(doctor, DOCTOR_OK, "targets", NULL, "all %zu are known", targets.targets.count);
}

/* ---- who is told ---- */

static void check_sink(struct doctor *doctor, const struct answer_sink *sink, unsigned *failures)
{
    int64_t waits = sink->waiting_since == 0 ? 0 : clock_now() - sink->waiting_since;
    const char *advice =
        arena_printf(doctor->call->arena, "see why: driftline notify dead --sink %.*s", TEXT_ARGS(sink->name));

    doctor->lost = doctor->lost || advice == NULL;
    if (sink->problem.length > 0)
        doctor_tell(doctor, DOCTOR_FAIL, "sinks", "correct the cause; try it: driftline notify test SINK",
                    "'%.*s' fails: %.*s", TEXT_ARGS(sink->name), TEXT_ARGS(sink->problem));
    else if (waits > WAITING_MINUTES * 60 * SECOND_US)
        doctor_tell(doctor, DOCTOR_WARN, "sinks", "look into the collector's log",
                    "a message to '%.*s' waits for %lld minutes", TEXT_ARGS(sink->name),
                    (long long)(waits / (60 * SECOND_US)));
    if (sink->dead > 0)
        doctor_tell(doctor, DOCTOR_WARN, "sinks", advice, "%lld message%s to '%.*s' %s given up", (long long)sink->dead,
                    sink->dead == 1 ? "" : "s", TEXT_ARGS(sink->name), sink->dead == 1 ? "was" : "were");
    *failures += sink->problem.length > 0 || sink->dead > 0;
}

static void check_notify(struct doctor *doctor)
{
    struct answer_notify notify = {.problem = {"", 0}};
    const struct answer_sink *sinks;
    struct error error = {0};
    unsigned failures = 0;

    if (doctor_ask(doctor, "/api/v1/notify", 0, &answer_notify_shape, &notify, &error) != ERROR_NONE) {
        doctor_tell_error(doctor, "sinks", &error);
        return;
    }
    sinks = notify.sinks.items;
    for (size_t i = 0; i < notify.sinks.count; i++)
        check_sink(doctor, &sinks[i], &failures);
    if (notify.sinks.count == 0 || notify.routes.count == 0)
        doctor_tell(doctor, DOCTOR_WARN, "sinks",
                    "name sinks and routes under `notify` of the collector's configuration",
                    "nobody is told anything: there are no %s", notify.sinks.count == 0 ? "sinks" : "routes");
    else if (failures == 0)
        doctor_tell(doctor, DOCTOR_OK, "sinks", NULL, "%zu, told by %zu route%s", notify.sinks.count,
                    notify.routes.count, notify.routes.count == 1 ? "" : "s");
}

/* ---- the stream of events ---- */

struct listening {
    struct event_stream stream;
    int64_t until; /* elapsed */
};

static enum error_code hear(void *context, struct text bytes, struct error *error)
{
    struct listening *listening = context;

    return event_stream_feed(&listening->stream, bytes, error);
}

static bool has_heard(void *context)
{
    const struct listening *listening = context;

    return listening->stream.heard || interrupt_came() || clock_elapsed() > listening->until;
}

static enum error_code take_nothing(void *context, const struct received_event *event, struct error *error)
{
    (void)context, (void)event, (void)error;
    return ERROR_NONE;
}

static void check_stream(struct doctor *doctor)
{
    struct listening listening = {.until = clock_elapsed() + STREAM_US};
    CLEANUP(buffer_clear) struct buffer answer = {0};
    const struct collector_question question = {.method = "GET",
                                                .target = "/api/v1/events",
                                                .type = "text/event-stream",
                                                .receive = hear,
                                                .is_over = has_heard,
                                                .stream_context = &listening,
                                                .last_event = -1};
    int64_t began = clock_elapsed();
    struct error error = {0};
    enum error_code code;

    event_stream_init(&listening.stream, -1, take_nothing, NULL);
    code = collector_ask(doctor->collector, &question, &answer, &error);
    if (code != ERROR_NONE)
        doctor_tell_error(doctor, "events", &error);
    else if (!listening.stream.heard)
        doctor_tell(doctor, DOCTOR_FAIL, "events",
                    "a proxy in between must not collect answers: see docs/reference/streams.md",
                    "the stream says nothing");
    else
        doctor_tell(doctor, DOCTOR_OK, "events", NULL, "the stream speaks, after %lld ms",
                    (long long)(clock_elapsed() - began) / 1000);
    event_stream_clear(&listening.stream);
}

/* ---- all ---- */

void doctor_check(struct doctor *doctor)
{
    static void (*const checks[])(struct doctor * doctor) = {check_agents, check_targets, check_notify, check_stream};

    check_version(doctor);
    if (doctor->unreachable)
        return;
    check_ready(doctor);
    check_token(doctor);
    for (size_t i = 0; i < LENGTH_OF(checks) && !doctor->refused && !interrupt_came(); i++)
        checks[i](doctor);
}
