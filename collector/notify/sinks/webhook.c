/* A CloudEvent by HTTP POST, signed (notify/signature.h). Its body is the same whenever it is sent, and so is its id.
 */
#include <string.h>

#include "base/clock.h"
#include "notify/signature.h"
#include "notify/sink_kinds.h"

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    static const char *const schemes[] = {"https", "http", NULL};

    *ret_key = "url";
    if (sink_check_url(sink, schemes, error) != ERROR_NONE)
        return error->code;
    *ret_key = "secret";
    return signature_check(sink->secret, error);
}

/* The store's id: a message's is "<store>-<delivery>". */
static struct text store_of(struct text id)
{
    const char *dash = id.length == 0 ? NULL : memrchr(id.bytes, '-', id.length);

    return dash == NULL ? id : (struct text){id.bytes, (size_t)(dash - id.bytes)};
}

static void set_text(struct json_builder *builder, json_t *object, const char *key, struct text text)
{
    if (text.length > 0)
        json_builder_set(builder, object, key, json_builder_plain(builder, text));
}

/* The message as a value, as every other medium shows it, too. */
static enum error_code read_data(const struct message *message, json_t **ret_data, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer line = {0};
    json_t *data;

    if (message_write(message, &line, error) != ERROR_NONE)
        return error->code;
    data = json_loadb(line.bytes, line.length, 0, NULL);
    if (data == NULL)
        return error_memory(error, "writing a webhook");
    *ret_data = data;
    return ERROR_NONE;
}

static enum error_code make_body(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    const struct message *message = attempt->message;
    struct json_builder builder = {0};
    char time[CLOCK_TEXT_SIZE];
    json_t *data = NULL;
    const char *source;
    json_t *event;

    source = arena_printf(attempt->arena, "/driftline/%.*s", TEXT_ARGS(store_of(message->id)));
    if (source == NULL)
        return arena_error(attempt->arena, error, "writing a webhook");
    if (read_data(message, &data, error) != ERROR_NONE)
        return error->code;
    clock_format(message->time, time);
    event = json_builder_object(&builder);
    json_builder_set(&builder, event, "specversion", json_builder_string(&builder, "1.0"));
    set_text(&builder, event, "id", message->id);
    json_builder_set(&builder, event, "source", json_builder_plain(&builder, text_from(source)));
    json_builder_set(&builder, event, "type", json_builder_string(&builder, "driftline.notification"));
    set_text(&builder, event, "subject", message->subject);
    json_builder_set(&builder, event, "time", json_builder_string(&builder, time));
    json_builder_set(&builder, event, "datacontenttype", json_builder_string(&builder, "application/json"));
    set_text(&builder, event, "severity", text_from(severity_name(message->severity)));
    set_text(&builder, event, "database", message->database);
    set_text(&builder, event, "environment", message->environment);
    set_text(&builder, event, "summary", message->title);
    json_builder_set(&builder, event, "data", data);
    return sink_json(request, attempt->arena, "application/cloudevents+json", &builder, event, error);
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    int64_t seconds = attempt->now / 1000000;
    struct text signature;
    const char *timestamp;

    request->action = SINK_HTTP;
    request->method = "POST";
    if (make_body(attempt, request, error) != ERROR_NONE ||
        signature_make(attempt->sink->secret, attempt->message->id, seconds, buffer_text(&request->body),
                       attempt->arena, &signature, error) != ERROR_NONE)
        return error->code;
    timestamp = arena_printf(attempt->arena, "%lld", (long long)seconds);
    if (timestamp == NULL)
        return arena_error(attempt->arena, error, "writing a webhook");
    if (sink_header(request, attempt->arena, "webhook-id", attempt->message->id, error) != ERROR_NONE ||
        sink_header(request, attempt->arena, "webhook-timestamp", text_from(timestamp), error) != ERROR_NONE)
        return error->code;
    return sink_header(request, attempt->arena, "webhook-signature", signature, error);
}

const struct sink_kind sink_webhook = {
    .name = "webhook",
    .summary = "A CloudEvent by HTTP POST, signed as Standard Webhooks",
    .check = check,
    .address = sink_host,
    .prepare = prepare,
};
