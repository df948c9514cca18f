/* An alert in Prometheus' Alertmanager: one for each incident, which fires until the incident is over; of what has no
 * end it fires for a while.
 *
 * An alert is its labels. The level is one of them and is only raised: then the alert of the lower one ends in the same
 * request. What is kept of the incident: {"severity": "high", "starts_at": "…"}. */
#include "base/clock.h"
#include "drift/report_display.h"
#include "drift/severity.h"
#include "event/event_words.h"
#include "notify/sink_kinds.h"
#include "notify/sinks/service.h"
#include "notify/sinks/wording.h"

/* Without an end Alertmanager would end an alert by itself after five minutes, for Prometheus repeats its own. */
static const int64_t fires_for_us = INT64_C(365) * 86400 * 1000000;
static const int64_t test_fires_for_us = INT64_C(5) * 60 * 1000000;

/* Alertmanager waits for `group_interval`, five minutes unless it is told otherwise, before it tells of another alert
 * of a group, and does not tell at all of one that is over then. */
static const int64_t fact_fires_for_us = INT64_C(15) * 60 * 1000000;

enum { ANNOTATION_LIMIT = 8192, LABEL_LIMIT = 250, STILL_LIMIT = 50 };

/* ---- configuration ---- */

/* "name=value" with a name that Alertmanager takes, and that is none of ours. */
static bool is_label(struct text label)
{
    static const char *const ours[] = {"alertname", "database", "environment", "severity", "incident"};
    const char *sign = label.length == 0 ? NULL : memchr(label.bytes, '=', label.length);
    struct text name = {label.bytes, sign == NULL ? 0 : (size_t)(sign - label.bytes)};

    if (name.length == 0 || name.length + 1 == label.length)
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];

        if (c != '_' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9' && i > 0))
            return false;
    }
    for (size_t i = 0; i < LENGTH_OF(ours); i++)
        if (text_equal(name, text_from(ours[i])))
            return false;
    return true;
}

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    if (service_check_url(sink, false, ret_key, error) != ERROR_NONE)
        return error->code;
    *ret_key = "labels";
    for (size_t i = 0; i < sink->label_count; i++)
        if (!is_label(sink->labels[i])) {
            error_set(error, ERROR_CONFIG, "'%.*s' is no label", TEXT_ARGS(sink->labels[i]));
            return error_hint(error,
                              "write name=value; alertname, database, environment, severity and incident are set");
        }
    return ERROR_NONE;
}

/* ---- an alert ---- */

static void set(struct json_builder *builder, json_t *object, const char *name, struct text text)
{
    if (text.length > 0)
        json_builder_set(builder, object, name, wording_value(builder, text, LABEL_LIMIT));
}

static json_t *labels_of(struct json_builder *builder, const struct sink_attempt *attempt, struct text severity)
{
    const struct message *message = attempt->message;
    const struct sink *sink = attempt->sink;
    json_t *labels = json_builder_object(builder);
    char incident[24];

    set(builder, labels, "alertname", TEXT("Driftline"));
    set(builder, labels, "database", message->database);
    set(builder, labels, "environment", message->environment);
    set(builder, labels, "severity", severity);
    snprintf(incident, sizeof incident, "%lld", (long long)message->incident);
    set(builder, labels, "incident", text_from(incident));
    for (size_t i = 0; i < sink->label_count; i++) {
        const char *sign = memchr(sink->labels[i].bytes, '=', sink->labels[i].length);
        size_t length = (size_t)(sign - sink->labels[i].bytes);
        char *name = arena_string(attempt->arena, (struct text){sink->labels[i].bytes, length});

        builder->failed = builder->failed || name == NULL;
        if (name != NULL)
            set(builder, labels, name, (struct text){sign + 1, sink->labels[i].length - length - 1});
    }
    return labels;
}

/* "orders@prod: 2 differences are over; 1 difference is open": the alert goes on firing for that. */
static json_t *summary_of(struct json_builder *builder, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer text = {0};

    if (message->kind != DELIVERY_UPDATE || message->open == 0)
        return wording_value(builder, message->title, WORDING_TITLE_LIMIT);
    wording_clip(&text, message->title, WORDING_TITLE_LIMIT - STILL_LIMIT);
    buffer_add_string(&text, "; ");
    if (message->open == message->open_differences)
        words_count(&text, message->open, "difference");
    else
        words_number(&text, message->open);
    buffer_add_string(&text, message->open == 1 ? " is open" : " are open");
    return wording_take(builder, &text);
}

static json_t *annotations_of(struct json_builder *builder, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    size_t shown = wording_fit(builder, message, ANNOTATION_LIMIT, sizeof "critical: \n");
    json_t *annotations = json_builder_object(builder);

    json_builder_set(builder, annotations, "summary", summary_of(builder, message));
    for (size_t i = 0; i < shown; i++) {
        buffer_printf(&text, "%s%s: ", i == 0 ? "" : "\n", severity_name(message->lines[i].severity));
        wording_line(&text, &message->lines[i]);
    }
    buffer_add_string(&text, shown > 0 && message->more + message->line_count > shown ? "\n" : "");
    wording_more(&text, message, shown);
    if (text.length > 0)
        json_builder_set(builder, annotations, "description", wording_take(builder, &text));
    wording_state(&text, message);
    if (text.length > 0)
        json_builder_set(builder, annotations, "state", wording_take(builder, &text));
    builder->failed = builder->failed || text.failed;
    if (message->command.length > 0)
        json_builder_set(builder, annotations, "command", wording_value(builder, message->command, WORDING_LINE_LIMIT));
    return annotations;
}

/* What one incident's alert is at the moment. */
struct alert {
    struct text severity;
    struct text starts_at;
    int64_t ends_at;
};

static void add_alert(struct json_builder *builder, json_t *alerts, const struct sink_attempt *attempt,
                      const struct alert *alert)
{
    struct text link = wording_link(attempt->message);
    json_t *object = json_builder_object(builder);
    char ends_at[CLOCK_TEXT_SIZE];

    clock_format(alert->ends_at, ends_at);
    json_builder_set(builder, object, "labels", labels_of(builder, attempt, alert->severity));
    json_builder_set(builder, object, "annotations", annotations_of(builder, attempt->message));
    json_builder_set(builder, object, "startsAt", json_builder_text(builder, alert->starts_at));
    json_builder_set(builder, object, "endsAt", json_builder_string(builder, ends_at));
    if (link.length > 0)
        json_builder_set(builder, object, "generatorURL", json_builder_plain(builder, link));
    json_builder_append(builder, alerts, object);
}

/* ---- a message ---- */

/* The alert after this message; `remote` is what was kept, or NULL, and outlives it. */
static void alert_of(const struct sink_attempt *attempt, const json_t *remote, char starts_at[CLOCK_TEXT_SIZE],
                     struct alert *ret_alert)
{
    const struct message *message = attempt->message;
    struct text before = service_text(remote, "severity");
    enum severity severity = SEVERITY_LOW;
    bool is_known = severity_from_name(before, &severity);

    clock_format(message->time, starts_at);
    ret_alert->starts_at = service_text(remote, "starts_at");
    if (ret_alert->starts_at.length == 0)
        ret_alert->starts_at = text_from(starts_at);
    ret_alert->severity = is_known && (severity >= message->severity || message->kind == DELIVERY_RESOLVED)
                              ? before
                              : text_from(severity_name(message->severity));
    ret_alert->ends_at = message->kind == DELIVERY_RESOLVED ? message->time
                         : message->kind == DELIVERY_TEST   ? attempt->now + test_fires_for_us
                         : service_ends_at_once(message)    ? attempt->now + fact_fires_for_us
                                                            : attempt->now + fires_for_us;
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    const struct service_call call = {"POST", NULL, "/api/v2/alerts"};
    struct json_builder builder = {0};
    char starts_at[CLOCK_TEXT_SIZE];
    json_t *remote = NULL, *alerts;
    struct alert alert;
    struct text before;

    if (service_remote(attempt, &remote, error) != ERROR_NONE)
        return error->code;
    before = service_text(remote, "severity");
    alerts = json_builder_array(&builder);
    alert_of(attempt, remote, starts_at, &alert);
    if (before.length > 0 && !text_equal(before, alert.severity))
        add_alert(&builder, alerts, attempt, &(struct alert){before, alert.starts_at, attempt->message->time});
    add_alert(&builder, alerts, attempt, &alert);
    json_decref(remote);
    if (sink_json(request, attempt->arena, "application/json", &builder, alerts, error) != ERROR_NONE)
        return error->code;
    if (service_request(attempt, request, &call, error) != ERROR_NONE)
        return error->code;
    return attempt->sink->secret.length > 0 ? service_bearer(attempt, request, error) : ERROR_NONE;
}

static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    enum sink_outcome outcome = sink_finish(answer, problem);
    struct json_builder builder = {0};
    char starts_at[CLOCK_TEXT_SIZE];
    struct alert alert;
    json_t *remote, *kept;

    if (outcome != SINK_SENT)
        return outcome;
    remote = service_object(attempt->remote);
    alert_of(attempt, remote, starts_at, &alert);
    kept = json_builder_object(&builder);
    json_builder_set(&builder, kept, "severity", json_builder_text(&builder, alert.severity));
    json_builder_set(&builder, kept, "starts_at", json_builder_text(&builder, alert.starts_at));
    *ret_remote = service_keep(attempt, kept);
    json_decref(remote);
    return SINK_SENT;
}

const struct sink_kind sink_alertmanager = {
    .name = "alertmanager",
    .summary = "An alert in Prometheus' Alertmanager, which fires until the incident is over",
    .check = check,
    .address = sink_host,
    .prepare = prepare,
    .finish = finish,
};
