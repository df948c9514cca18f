#include "cli/following.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/answer.h"
#include "cli/event_stream.h"
#include "cli/interrupt.h"

enum { FIRST_PAUSE_MS = 500, LONGEST_PAUSE_MS = 30000, LARGEST = 64 * 1024 };

static const char events_path[] = "/api/v1/events";

enum error_code following_end(struct collector *collector, int64_t *ret_number, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer answer = {0};
    const struct collector_question question = {.method = "GET",
                                                .target = "/api/v1/events?order=newest&limit=1",
                                                .type = "application/json",
                                                .limit = COLLECTOR_ANSWER_LIMIT};
    json_t *document = NULL;
    const char *id;

    if (collector_ask(collector, &question, &answer, error) != ERROR_NONE ||
        answer_parse(&document, buffer_text(&answer), error) != ERROR_NONE)
        return error->code;
    id = json_string_value(json_object_get(json_array_get(json_object_get(document, "events"), 0), "id"));
    *ret_number = id == NULL ? 0 : strtoll(id, NULL, 10);
    json_decref(document);
    return ERROR_NONE;
}

/* ---- what comes ---- */

/* What it would go on after is no longer kept. */
static void tell_gone(struct following *following, const json_t *data)
{
    long long from = json_integer_value(json_object_get(data, "from"));
    long long oldest = json_integer_value(json_object_get(data, "oldest"));

    fprintf(stderr, "driftline: the collector keeps no events between %lld and %lld any more: going on with %lld\n",
            from, oldest, oldest);
    if (oldest > following->after)
        following->after = oldest - 1;
}

static enum error_code take(void *context, const struct received_event *event, struct error *error)
{
    struct following *following = context;
    json_t *document = NULL;

    if (following->enough)
        return ERROR_NONE;
    if (answer_parse(&document, event->data, error) != ERROR_NONE)
        return error->code;
    if (text_equal(event->type, TEXT("gone"))) {
        tell_gone(following, document);
    } else if (event->id > following->after) { /* what came before is known */
        following->after = event->id;
        following->enough = following->take(following->context, event->id, event->data, document);
    }
    json_decref(document);
    return ERROR_NONE;
}

struct hearing {
    struct following *following;
    struct event_stream stream;
};

static enum error_code hear(void *context, struct text bytes, struct error *error)
{
    struct hearing *hearing = context;

    hearing->following->has_connected = true;
    hearing->following->failures = 0;
    if (event_stream_feed(&hearing->stream, bytes, error) != ERROR_NONE)
        return error->code;
    if (hearing->stream.id > hearing->following->after && !hearing->following->enough)
        hearing->following->after = hearing->stream.id; /* what lies between was looked at, and left out */
    return ERROR_NONE;
}

static bool is_over(void *context)
{
    const struct hearing *hearing = context;
    const struct following *following = hearing->following;

    return following->enough || interrupt_came() ||
           (following->is_over != NULL && following->is_over(following->context));
}

/* ---- connecting, again and again ---- */

static enum error_code connect_once(struct following *following, struct error *error)
{
    struct hearing hearing = {.following = following};
    CLEANUP(buffer_clear) struct buffer target = {0}, answer = {0};
    struct collector_question question = {.method = "GET",
                                          .type = "text/event-stream",
                                          .limit = LARGEST,
                                          .receive = hear,
                                          .is_over = is_over,
                                          .stream_context = &hearing,
                                          .last_event = following->after};
    enum error_code code;

    buffer_printf(&target, "%s%s", events_path, following->parameters);
    if (buffer_check(&target, error, "following events") != ERROR_NONE)
        return error->code;
    question.target = target.bytes;
    event_stream_init(&hearing.stream, following->after, take, following);
    code = collector_ask(following->collector, &question, &answer, error);
    event_stream_clear(&hearing.stream);
    return code;
}

/* Whether it may be another the next time. Where a collector has answered before, what answers in its place for a while
 * (a proxy whose collector starts anew) is one of these things, too. */
static bool may_pass(const struct following *following, enum error_code code)
{
    if (code == ERROR_REFUSED || code == ERROR_USAGE || code == ERROR_CONFIG || code == ERROR_MEMORY)
        return false;
    return following->has_connected || code == ERROR_CONNECT || code == ERROR_TIMEOUT;
}

/* Twice as long after each failure, and by chance up to half of it less, so that not all come at once. */
static unsigned pause_of(unsigned failures)
{
    unsigned pause = failures > 6 ? LONGEST_PAUSE_MS : (unsigned)FIRST_PAUSE_MS << failures;

    pause = pause > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : pause;
    return pause - (unsigned)clock_elapsed() % (pause / 2);
}

static void tell_broken(const struct following *following, const struct error *why, unsigned pause)
{
    fprintf(stderr, "driftline: %s; going on after event %lld in %u.%u s\n",
            why->code == ERROR_NONE ? "the collector has ended the stream" : why->message, (long long)following->after,
            pause / 1000, pause % 1000 / 100);
}

enum error_code following_run(struct following *following, struct error *error)
{
    struct hearing hearing = {.following = following};

    for (;;) {
        struct error why = {0};
        unsigned pause;

        if (connect_once(following, &why) != ERROR_NONE && !may_pass(following, why.code)) {
            *error = why;
            return error->code;
        }
        if (is_over(&hearing))
            return ERROR_NONE;
        pause = pause_of(following->failures++);
        tell_broken(following, &why, pause);
        interrupt_sleep(pause);
        if (is_over(&hearing))
            return ERROR_NONE;
    }
}
