#include "notify/sender.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/memory.h"
#include "event/cloud_event.h"
#include "notify/retry.h"

enum {
    NAME_LIMIT = 256,
    ATTEMPT_MEMORY = 64 * 1024 * 1024, /* of one message and what is made of it */
    RESULTS_MEMORY = 16 * 1024 * 1024
};

/* How a sink did lately. */
struct lane {
    struct lane *next;
    char name[NAME_LIMIT];
    unsigned in_flight;
    bool is_failing;
    int64_t rests_until; /* elapsed: it wants to be left alone */
};

/* A message that is being sent. */
struct attempt {
    struct attempt *next;
    struct arena arena;
    struct notify_plan *plan;
    const struct sink *sink;
    struct lane *lane;
    struct delivery_row row;
    struct message message;
    json_t *document; /* of the message */
    json_t *memory;   /* of the kind */
    struct text remote;
    uint32_t step;
};

struct sender {
    struct sender_settings settings;
    struct lane *lanes;
    struct attempt *attempts;
    struct arena offered_arena;
    struct delivery_row *offered;
    size_t offered_count;
    struct arena results_arena; /* of their texts */
    struct delivery_result results[SENDER_RESULTS_LIMIT];
    size_t result_count;
    unsigned in_flight;
    unsigned failing; /* of those, to sinks that fail */
    atomic_ullong counts[5];
};

enum { COUNT_ATTEMPTS, COUNT_FAILURES, COUNT_SENT, COUNT_DEAD, COUNT_IN_FLIGHT };

/* ---- lanes ---- */

static struct lane *find_lane(struct sender *sender, struct text name)
{
    struct lane *lane = sender->lanes;

    while (lane != NULL && !text_equal(text_from(lane->name), name))
        lane = lane->next;
    return lane;
}

static struct lane *get_lane(struct sender *sender, struct text name)
{
    struct lane *lane = find_lane(sender, name);

    if (lane != NULL || name.length >= NAME_LIMIT)
        return lane;
    lane = mem_alloc(sizeof *lane);
    if (lane == NULL)
        return NULL;
    *lane = (struct lane){.next = sender->lanes};
    memcpy(lane->name, name.bytes, name.length);
    sender->lanes = lane;
    return lane;
}

/* Those of sinks that are no longer configured. */
static void drop_lanes(struct sender *sender, const struct notify_plan *plan)
{
    for (struct lane **place = &sender->lanes; *place != NULL;) {
        struct lane *lane = *place;

        if (lane->in_flight > 0 || notify_plan_sink(plan, text_from(lane->name)) != NULL) {
            place = &lane->next;
            continue;
        }
        *place = lane->next;
        mem_free(lane);
    }
}

static bool lane_has_room(const struct sender *sender, const struct lane *lane)
{
    if (sender->in_flight >= SENDER_AT_ONCE || clock_elapsed() < lane->rests_until)
        return false;
    if (!lane->is_failing)
        return lane->in_flight < SENDER_PER_SINK;
    return lane->in_flight == 0 && sender->failing < SENDER_FAILING_AT_ONCE;
}

/* How many of those that are under way go to sinks that fail. */
static void count_failing(struct sender *sender)
{
    sender->failing = 0;
    for (const struct lane *lane = sender->lanes; lane != NULL; lane = lane->next)
        if (lane->is_failing)
            sender->failing += lane->in_flight;
}

/* ---- results ---- */

static struct text keep_text(struct sender *sender, struct text text)
{
    const char *copy = text.length == 0 ? NULL : arena_copy(&sender->results_arena, text.bytes, text.length);

    return copy == NULL ? (struct text){0} : (struct text){copy, text.length};
}

/* With what to do about it: who reads this has nothing else. */
static struct text keep_problem(struct sender *sender, const struct error *problem)
{
    CLEANUP(buffer_clear) struct buffer text = {0};

    buffer_add_string(&text, problem->message);
    if (problem->hint[0] != '\0')
        buffer_printf(&text, " (%s)", problem->hint);
    return keep_text(sender, text.failed ? text_from(problem->message) : buffer_text(&text));
}

/* Of an attempt that told of nothing but messages that were given up, nobody is told that it was given up. */
static bool tells_of_deaths_only(const json_t *events)
{
    size_t count = json_array_size(events);

    for (size_t i = 0; i < count; i++) {
        const char *type = json_string_value(json_object_get(json_array_get(events, i), "type"));

        if (type == NULL || strcmp(type, CLOUD_EVENT_PREFIX "delivery-dead") != 0)
            return false;
    }
    return count > 0;
}

static void log_result(struct sender *sender, const struct delivery_row *row, const struct error *problem)
{
    bool is_sent = row->state == DELIVERY_SENT;
    char next[64] = "nothing";

    if (row->state == DELIVERY_DEAD)
        snprintf(next, sizeof next, "given up; `driftline notify replay %" PRId64 "`", row->id);
    else if (!is_sent)
        snprintf(next, sizeof next, "trying again in %" PRId64 " s",
                 (row->next_at - row->attempted_at + 999999) / 1000000);
    if (is_sent)
        log_write(sender->settings.logger, LOG_LEVEL_INFO, "notified",
                  LOG_FIELDS(log_text("sink", row->sink), log_number("delivery", row->id),
                             log_number("incident", row->incident), log_string("kind", delivery_kind_name(row->kind)),
                             log_text("subject", row->subject), log_number("attempt", row->attempts)));
    else
        log_write(sender->settings.logger, LOG_LEVEL_WARNING, "notify-failed",
                  LOG_FIELDS(log_text("sink", row->sink), log_number("delivery", row->id),
                             log_number("incident", row->incident), log_string("kind", delivery_kind_name(row->kind)),
                             log_text("subject", row->subject), log_number("attempt", row->attempts),
                             log_string("error", error_name(problem->code)), log_string("message", problem->message),
                             log_string("hint", problem->hint), log_string("next", next)));
}

static uint64_t any_number(void)
{
    uint64_t number = 0;

    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
        number = (uint64_t)clock_elapsed() * UINT64_C(0x9e3779b97f4a7c15);
    return number;
}

/* What became of an attempt, as it will be kept. */
struct ending {
    enum sink_outcome outcome;
    int32_t status;
    int64_t retry_after_us;
    int64_t patience_us;
    const struct error *problem;
    struct text remote;
    bool is_told;
};

static void set_state(struct delivery_row *row, const struct ending *ending)
{
    const struct retry retry = {.now = row->attempted_at,
                                .attempts = row->attempts,
                                .since = row->tried_since,
                                .patience_us = ending->patience_us,
                                .after_us = ending->retry_after_us,
                                .random = any_number()};

    row->state = ending->outcome == SINK_SENT ? DELIVERY_SENT : DELIVERY_DEAD;
    row->next_at = 0;
    if (ending->outcome == SINK_AGAIN) {
        row->next_at = retry_at(&retry);
        row->state = row->next_at != 0 ? DELIVERY_WAITING : DELIVERY_DEAD;
    }
    row->finished_at = row->state == DELIVERY_WAITING ? 0 : row->attempted_at;
}

static void add_result(struct sender *sender, const struct delivery_row *row, const struct ending *ending)
{
    struct delivery_result *result = &sender->results[sender->result_count++];
    int64_t now = clock_now();

    *result = (struct delivery_result){.row = *row, .is_told = ending->is_told};
    row = &result->row;
    result->row.attempts++;
    result->row.attempted_at = now;
    if (result->row.tried_since == 0 || result->row.attempts == 1)
        result->row.tried_since = now;
    set_state(&result->row, ending);
    result->row.status = ending->status;
    result->row.message = (struct text){0};
    result->row.remote = (struct text){0};
    result->row.sink = keep_text(sender, row->sink);
    result->row.route = keep_text(sender, row->route);
    result->row.subject = keep_text(sender, row->subject);
    result->row.problem = keep_problem(sender, ending->problem);
    result->remote = keep_text(sender, ending->remote);
    atomic_fetch_add(&sender->counts[COUNT_ATTEMPTS], 1);
    atomic_fetch_add(&sender->counts[ending->outcome == SINK_SENT ? COUNT_SENT : COUNT_FAILURES], 1);
    if (result->row.state == DELIVERY_DEAD)
        atomic_fetch_add(&sender->counts[COUNT_DEAD], 1);
    log_result(sender, &result->row, ending->problem);
}

const struct delivery_result *sender_results(const struct sender *sender, size_t *ret_count)
{
    *ret_count = sender->result_count;
    return sender->results;
}

void sender_kept(struct sender *sender, size_t count)
{
    sender->result_count -= count;
    memmove(sender->results, sender->results + count, sender->result_count * sizeof *sender->results);
    if (sender->result_count == 0)
        arena_free(&sender->results_arena);
}

/* ---- attempts ---- */

static void attempt_free(struct attempt *attempt)
{
    json_decref(attempt->document);
    json_decref(attempt->memory);
    notify_plan_release(attempt->plan);
    arena_free(&attempt->arena);
    mem_free(attempt);
}

static struct sink_attempt for_kind(struct attempt *attempt)
{
    return (struct sink_attempt){.sink = attempt->sink,
                                 .message = &attempt->message,
                                 .remote = attempt->remote.length > 0 ? attempt->remote : attempt->row.remote,
                                 .attempt = attempt->row.attempts + 1,
                                 .step = attempt->step,
                                 .memory = attempt->memory,
                                 .now = clock_now(),
                                 .arena = &attempt->arena};
}

static void end_attempt(struct sender *sender, struct attempt *attempt, struct ending *ending)
{
    struct lane *lane = attempt->lane;

    ending->patience_us = (int64_t)attempt->sink->retry_for_ms * 1000;
    ending->remote = attempt->remote;
    ending->is_told = !tells_of_deaths_only(attempt->message.events);
    lane->in_flight--;
    sender->in_flight--;
    lane->is_failing = ending->outcome == SINK_AGAIN;
    if (ending->outcome == SINK_AGAIN && ending->retry_after_us > 0)
        lane->rests_until = clock_elapsed() + retry_after(ending->retry_after_us);
    count_failing(sender);
    add_result(sender, &attempt->row, ending);
    for (struct attempt **place = &sender->attempts; *place != NULL; place = &(*place)->next)
        if (*place == attempt) {
            *place = attempt->next;
            break;
        }
    atomic_store(&sender->counts[COUNT_IN_FLIGHT], sender->in_flight);
    attempt_free(attempt);
}

/* The headers of a request hold what proves who we are. */
static void erase_request(struct sink_request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        explicit_bzero((char *)request->headers[i].bytes, request->headers[i].length);
    if (request->body.length > 0)
        explicit_bzero(request->body.bytes, request->body.length);
    buffer_clear(&request->body);
}

static enum error_code send_step(struct sender *sender, struct attempt *attempt, struct error *error)
{
    struct sink_attempt described = for_kind(attempt);
    struct sink_request request = {.method = "POST"};
    enum error_code code = attempt->sink->kind->prepare(&described, &request, error);

    if (code == ERROR_NONE)
        code = transport_start(sender->settings.transport, attempt->sink, &request, attempt, error);
    erase_request(&request);
    return code;
}

/* A step could not even be described: with more memory it may, otherwise it never will. */
static void fail_attempt(struct sender *sender, struct attempt *attempt, const struct error *problem)
{
    struct ending ending = {.outcome = problem->code == ERROR_MEMORY ? SINK_AGAIN : SINK_DEAD, .problem = problem};

    end_attempt(sender, attempt, &ending);
}

static enum sink_outcome judge(struct attempt *attempt, const struct transport_result *result, struct error *problem)
{
    struct sink_attempt described = for_kind(attempt);
    const struct sink_kind *kind = attempt->sink->kind;
    struct text remote = {0};
    enum sink_outcome outcome;

    if (result->problem.code != ERROR_NONE) {
        *problem = result->problem;
        return problem->code == ERROR_CONFIG ? SINK_DEAD : SINK_AGAIN;
    }
    if (kind->finish == NULL)
        return sink_finish(&result->answer, problem);
    outcome = kind->finish(&described, &result->answer, &remote, problem);
    if (remote.length > 0) {
        const char *copy = arena_copy(&attempt->arena, remote.bytes, remote.length);

        if (copy != NULL)
            attempt->remote = (struct text){copy, remote.length};
    }
    return outcome;
}

static void take(struct sender *sender, struct attempt *attempt, const struct transport_result *result)
{
    struct error problem = {0};
    struct ending ending = {.outcome = judge(attempt, result, &problem),
                            .status = result->has_status ? result->answer.status : 0,
                            .retry_after_us = result->answer.retry_after_us,
                            .problem = &problem};

    if (ending.outcome != SINK_NEXT) {
        end_attempt(sender, attempt, &ending);
        return;
    }
    if (++attempt->step == SINK_STEPS_LIMIT)
        error_set(&problem, ERROR_INTERNAL, "a message takes more than %d requests", SINK_STEPS_LIMIT);
    else if (send_step(sender, attempt, &problem) == ERROR_NONE)
        return;
    fail_attempt(sender, attempt, &problem);
}

void sender_take(struct sender *sender)
{
    struct transport_result result;

    while (transport_next(sender->settings.transport, &result)) {
        take(sender, result.context, &result);
        buffer_clear(&result.body);
    }
}

/* ---- starting ---- */

static enum error_code load(struct sender *sender, struct attempt *attempt, int64_t id, struct error *error)
{
    if (deliveries_get(sender->settings.database, id, &attempt->arena, &attempt->row, error) != ERROR_NONE)
        return error->code;
    if (attempt->row.state != DELIVERY_WAITING || attempt->row.next_at > clock_now())
        return error_set(error, ERROR_NOT_FOUND, "it is not due any more"); /* what was offered is old */
    if (message_read(attempt->row.message, &attempt->arena, &attempt->message, &attempt->document, error) != ERROR_NONE)
        return error->code;
    attempt->memory = json_object();
    return attempt->memory == NULL ? error_memory(error, "sending a notification") : ERROR_NONE;
}

/* One that cannot be sent at all is given up; one that went away is none. */
static enum error_code give_up(struct sender *sender, const struct delivery_row *row, const struct error *problem)
{
    struct ending ending = {.outcome = SINK_DEAD, .problem = problem, .is_told = true};

    if (problem->code != ERROR_NOT_FOUND)
        add_result(sender, row, &ending);
    return ERROR_NONE;
}

static enum error_code start_one(struct sender *sender, const struct delivery_row *row, struct lane *lane,
                                 struct error *error)
{
    struct attempt *attempt = mem_alloc(sizeof *attempt);
    enum error_code code;

    if (attempt == NULL)
        return error_memory(error, "sending a notification");
    *attempt = (struct attempt){.lane = lane, .plan = notify_take(sender->settings.plan)};
    arena_init(&attempt->arena, ATTEMPT_MEMORY);
    attempt->sink = notify_plan_sink(attempt->plan, row->sink);
    code = attempt->sink == NULL ? ERROR_NOT_FOUND /* since a moment; the next turn gives it up */
                                 : load(sender, attempt, row->id, error);
    if (code != ERROR_NONE) {
        bool is_sink_there = attempt->sink != NULL;

        attempt_free(attempt);
        return code == ERROR_CORRUPT && is_sink_there ? give_up(sender, row, error)
                                                      : (code == ERROR_NOT_FOUND ? ERROR_NONE : code);
    }
    attempt->next = sender->attempts;
    sender->attempts = attempt;
    lane->in_flight++;
    sender->in_flight++;
    count_failing(sender);
    atomic_store(&sender->counts[COUNT_IN_FLIGHT], sender->in_flight);
    if (send_step(sender, attempt, error) != ERROR_NONE)
        fail_attempt(sender, attempt, error);
    return ERROR_NONE;
}

/* Under way, or over and not yet kept: so is its whole incident. */
static bool is_known(const struct sender *sender, const struct delivery_row *row)
{
    for (const struct attempt *attempt = sender->attempts; attempt != NULL; attempt = attempt->next)
        if (attempt->row.incident == row->incident)
            return true;
    for (size_t i = 0; i < sender->result_count; i++)
        if (sender->results[i].row.incident == row->incident)
            return true;
    return false;
}

static enum error_code start_offered(struct sender *sender, const struct notify_plan *plan,
                                     const struct delivery_row *row, struct error *error)
{
    struct lane *lane;

    if (is_known(sender, row))
        return ERROR_NONE;
    if (notify_plan_sink(plan, row->sink) == NULL) {
        struct error problem = {0};

        error_set(&problem, ERROR_CONFIG, "there is no sink '%.*s' any more", TEXT_ARGS(row->sink));
        return give_up(sender, row, &problem);
    }
    lane = get_lane(sender, row->sink);
    if (lane == NULL)
        return error_memory(error, "sending a notification");
    return lane_has_room(sender, lane) ? start_one(sender, row, lane, error) : ERROR_NONE;
}

enum error_code sender_start(struct sender *sender, struct error *error)
{
    struct notify_plan *plan = notify_take(sender->settings.plan);
    enum error_code code = ERROR_NONE;

    /* Each that is under way becomes a result. */
    for (size_t i = 0; i < sender->offered_count && code == ERROR_NONE &&
                       sender->result_count + sender->in_flight < SENDER_RESULTS_LIMIT;
         i++)
        code = start_offered(sender, plan, &sender->offered[i], error);
    notify_plan_release(plan);
    return code;
}

enum error_code sender_offer(struct sender *sender, const struct delivery_row *rows, size_t count, struct error *error)
{
    struct notify_plan *plan = notify_take(sender->settings.plan);
    struct arena *arena = &sender->offered_arena;

    drop_lanes(sender, plan);
    notify_plan_release(plan);
    sender->offered_count = 0;
    arena_free(arena);
    sender->offered = arena_array(arena, count, sizeof *rows);
    if (sender->offered == NULL)
        return arena_error(arena, error, "sending notifications");
    for (size_t i = 0; i < count; i++) {
        struct delivery_row *row = &sender->offered[i];
        struct text *const texts[] = {&row->sink, &row->route, &row->subject};

        *row = rows[i];
        row->message = row->remote = row->problem = (struct text){0};
        for (size_t j = 0; j < LENGTH_OF(texts); j++) {
            texts[j]->bytes = arena_string(arena, *texts[j]);
            if (texts[j]->bytes == NULL)
                return arena_error(arena, error, "sending notifications");
        }
    }
    sender->offered_count = count;
    return ERROR_NONE;
}

/* ---- the sender ---- */

enum error_code sender_new(struct sender **ret_sender, const struct sender_settings *settings, struct error *error)
{
    struct sender *sender = mem_alloc(sizeof *sender);

    if (sender == NULL)
        return error_memory(error, "starting to notify");
    memset(sender, 0, sizeof *sender);
    sender->settings = *settings;
    arena_init(&sender->offered_arena, RESULTS_MEMORY);
    arena_init(&sender->results_arena, RESULTS_MEMORY);
    *ret_sender = sender;
    return ERROR_NONE;
}

void sender_free(struct sender *sender)
{
    if (sender == NULL)
        return;
    while (sender->attempts != NULL) {
        struct attempt *attempt = sender->attempts;

        sender->attempts = attempt->next;
        attempt_free(attempt);
    }
    while (sender->lanes != NULL) {
        struct lane *lane = sender->lanes;

        sender->lanes = lane->next;
        mem_free(lane);
    }
    arena_free(&sender->offered_arena);
    arena_free(&sender->results_arena);
    mem_free(sender);
}

void sender_counts(struct sender *sender, struct notifier_counts *ret_counts)
{
    *ret_counts = (struct notifier_counts){.attempts = atomic_load(&sender->counts[COUNT_ATTEMPTS]),
                                           .failures = atomic_load(&sender->counts[COUNT_FAILURES]),
                                           .sent = atomic_load(&sender->counts[COUNT_SENT]),
                                           .dead = atomic_load(&sender->counts[COUNT_DEAD]),
                                           .in_flight = atomic_load(&sender->counts[COUNT_IN_FLIGHT])};
}
