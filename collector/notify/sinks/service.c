#include "notify/sinks/service.h"

enum error_code service_need(const struct service_need *need, const char **ret_key, struct error *error)
{
    if (need->value.length > 0)
        return ERROR_NONE;
    *ret_key = need->key;
    return error_set(error, ERROR_CONFIG, "there must be %s in '%s'", need->what, need->key);
}

enum error_code service_check_url(const struct sink *sink, bool has_default, const char **ret_key, struct error *error)
{
    static const char *const schemes[] = {"https", "http", NULL};

    if (sink->url.length == 0 && has_default)
        return ERROR_NONE;
    *ret_key = "url";
    return sink_check_url(sink, schemes, error);
}

enum error_code service_request(const struct sink_attempt *attempt, struct sink_request *request,
                                const struct service_call *call, struct error *error)
{
    struct text base = attempt->sink->url.length > 0 ? attempt->sink->url : text_from(call->base);
    char *url;

    if (call->path == NULL)
        return arena_error(attempt->arena, error, "making a request");
    while (call->path[0] != '\0' && base.length > 0 && base.bytes[base.length - 1] == '/')
        base.length--;
    url = arena_printf(attempt->arena, "%.*s%s", TEXT_ARGS(base), call->path);
    if (url == NULL)
        return arena_error(attempt->arena, error, "making a request");
    request->action = SINK_HTTP;
    request->method = call->method;
    request->url = text_from(url);
    return ERROR_NONE;
}

enum error_code service_bearer(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    char *value = arena_printf(attempt->arena, "Bearer %.*s", TEXT_ARGS(attempt->sink->secret));

    if (value == NULL)
        return arena_error(attempt->arena, error, "making a request");
    return sink_header(request, attempt->arena, "Authorization", text_from(value), error);
}

json_t *service_object(struct text json)
{
    json_t *value = json_loadb(json.length == 0 ? "" : json.bytes, json.length, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(value))
        return value;
    json_decref(value);
    return NULL;
}

/* It was written by us: what cannot be read is so for want of memory, which Jansson does not always say. */
enum error_code service_remote(const struct sink_attempt *attempt, json_t **ret_remote, struct error *error)
{
    json_t *remote = NULL;

    if (attempt->remote.length > 0) {
        remote = service_object(attempt->remote);
        if (remote == NULL)
            return error_memory(error, "reading what is known of an incident");
    }
    *ret_remote = remote;
    return ERROR_NONE;
}

struct text service_text(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_string(value))
        return TEXT("");
    return (struct text){json_string_value(value), json_string_length(value)};
}

struct text service_keep(const struct sink_attempt *attempt, json_t *object)
{
    CLEANUP(buffer_clear) struct buffer json = {0};
    struct json_builder builder = {.failed = object == NULL};
    struct error error = {0};
    char *kept = NULL;

    if (json_builder_write_compact(&builder, object, &json, &error) == ERROR_NONE)
        kept = arena_string(attempt->arena, buffer_text(&json));
    return text_from(kept);
}

bool service_ends_at_once(const struct message *message)
{
    return message->kind == DELIVERY_TEST || (message->is_last && message->kind != DELIVERY_RESOLVED);
}
