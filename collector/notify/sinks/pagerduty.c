/* An incident of PagerDuty (Events API v2): triggered, acknowledged and resolved by one key. */
#include <string.h>

#include "base/clock.h"
#include "drift/report_display.h"
#include "drift/severity.h"
#include "event/cloud_event.h"
#include "notify/sink_kinds.h"
#include "notify/sinks/service.h"
#include "notify/sinks/wording.h"

static const char enqueue[] = "https://events.pagerduty.com/v2/enqueue";

enum { SUMMARY_LIMIT = 1024, FIELD_LIMIT = 255 };

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    const struct service_need key = {"secret", sink->secret, "the integration key of a service (Events API v2)"};

    if (service_check_url(sink, true, ret_key, error) != ERROR_NONE)
        return error->code;
    return service_need(&key, ret_key, error);
}

static const char *address(const struct sink *sink, struct arena *arena)
{
    return sink->url.length > 0 ? sink_host(sink, arena) : arena_string(arena, TEXT("events.pagerduty.com"));
}

/* ---- what is to be done ---- */

/* Whether all that is told is that somebody has seen it. */
static bool is_acknowledgement(const struct message *message)
{
    size_t count = json_array_size(message->events);

    for (size_t i = 0; i < count; i++) {
        struct text type = service_text(json_array_get(message->events, i), "type");

        if (!text_equal(type, TEXT(CLOUD_EVENT_PREFIX "drift-acknowledged")))
            return false;
    }
    return count > 0;
}

/* A test, and what nobody will ever tell the end of, is triggered and, in a second step, resolved: nobody has to tidy
 * up behind it. */
static const char *action_of(const struct sink_attempt *attempt)
{
    if (attempt->message->kind == DELIVERY_RESOLVED || attempt->step > 0)
        return "resolve";
    return attempt->message->kind == DELIVERY_UPDATE && is_acknowledgement(attempt->message) ? "acknowledge"
                                                                                             : "trigger";
}

/* ---- the payload ---- */

static json_t *details_of(struct json_builder *builder, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    json_t *details = json_builder_object(builder), *lines = json_builder_array(builder);

    for (size_t i = 0; i < message->line_count; i++) {
        buffer_printf(&text, "%s: ", severity_name(message->lines[i].severity));
        wording_line(&text, &message->lines[i]);
        json_builder_append(builder, lines, wording_take(builder, &text));
    }
    wording_more(&text, message, message->line_count);
    if (text.length > 0)
        json_builder_append(builder, lines, wording_take(builder, &text));
    json_builder_set(builder, details, "what", lines);
    wording_state(&text, message);
    if (text.length > 0)
        json_builder_set(builder, details, "state", wording_take(builder, &text));
    builder->failed = builder->failed || text.failed;
    if (message->command.length > 0)
        json_builder_set(builder, details, "command", wording_value(builder, message->command, WORDING_LINE_LIMIT));
    if (message->route.length > 0)
        json_builder_set(builder, details, "route", wording_value(builder, message->route, FIELD_LIMIT));
    return details;
}

static json_t *payload_of(struct json_builder *builder, const struct message *message)
{
    static const char *const levels[SEVERITY_COUNT] = {[SEVERITY_LOW] = "info",
                                                       [SEVERITY_MEDIUM] = "warning",
                                                       [SEVERITY_HIGH] = "error",
                                                       [SEVERITY_CRITICAL] = "critical"};
    json_t *payload = json_builder_object(builder);
    char time[CLOCK_TEXT_SIZE];

    clock_format(message->time, time);
    json_builder_set(builder, payload, "summary", wording_value(builder, message->title, SUMMARY_LIMIT));
    json_builder_set(builder, payload, "source", wording_value(builder, message->subject, FIELD_LIMIT));
    json_builder_set(builder, payload, "severity", json_builder_string(builder, levels[message->severity]));
    json_builder_set(builder, payload, "timestamp", json_builder_string(builder, time));
    if (message->database.length > 0)
        json_builder_set(builder, payload, "component", wording_value(builder, message->database, FIELD_LIMIT));
    if (message->environment.length > 0)
        json_builder_set(builder, payload, "group", wording_value(builder, message->environment, FIELD_LIMIT));
    json_builder_set(builder, payload, "custom_details", details_of(builder, message));
    return payload;
}

static void set_trigger(struct json_builder *builder, json_t *document, const struct message *message)
{
    struct text link = wording_link(message);

    json_builder_set(builder, document, "payload", payload_of(builder, message));
    json_builder_set(builder, document, "client", json_builder_string(builder, "Driftline"));
    if (link.length > 0)
        json_builder_set(builder, document, "client_url", json_builder_plain(builder, link));
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    const struct service_call call = {"POST", enqueue, ""};
    const char *action = action_of(attempt);
    CLEANUP(buffer_clear) struct buffer key = {0};
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder);

    wording_incident(&key, attempt->message);
    json_builder_set(&builder, document, "routing_key", json_builder_text(&builder, attempt->sink->secret));
    json_builder_set(&builder, document, "event_action", json_builder_string(&builder, action));
    json_builder_set(&builder, document, "dedup_key", wording_take(&builder, &key));
    if (strcmp(action, "trigger") == 0)
        set_trigger(&builder, document, attempt->message);
    if (sink_json(request, attempt->arena, "application/json", &builder, document, error) != ERROR_NONE)
        return error->code;
    return service_request(attempt, request, &call, error);
}

static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    enum sink_outcome outcome = sink_finish(answer, problem);

    (void)ret_remote;
    if (answer->status == 400)
        error_hint(problem, "check the integration key in 'secret': it must be of the Events API v2");
    return outcome == SINK_SENT && attempt->step == 0 && service_ends_at_once(attempt->message) ? SINK_NEXT : outcome;
}

const struct sink_kind sink_pagerduty = {
    .name = "pagerduty",
    .summary = "An incident of PagerDuty, triggered, acknowledged and resolved",
    .is_for_people = true,
    .check = check,
    .address = address,
    .prepare = prepare,
    .finish = finish,
};
