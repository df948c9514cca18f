/* A message in a channel of Slack, by an incoming webhook or by a token of an app.
 *
 * With a token later messages of an incident go into the thread of the first, and when it is over the first one says
 * so. What is kept of the incident: {"channel": "C…", "ts": "…", "title": "…"}. */
#include "drift/report_display.h"
#include "notify/sink_kinds.h"
#include "notify/sinks/service.h"
#include "notify/sinks/slack_text.h"
#include "notify/sinks/wording.h"

static const char api[] = "https://slack.com/api";

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    const struct service_need channel = {"channel", sink->channel, "the channel that the token writes to"};

    if (service_check_url(sink, sink->secret.length > 0, ret_key, error) != ERROR_NONE)
        return error_hint(error, "give the URL of an incoming webhook, or 'secret' (a bot token) and 'channel'");
    if (sink->secret.length == 0 && sink->channel.length > 0) {
        *ret_key = "channel";
        error_set(error, ERROR_CONFIG, "an incoming webhook has a channel of its own");
        return error_hint(error, "leave 'channel' out, or give a bot token in 'secret'");
    }
    return sink->secret.length > 0 ? service_need(&channel, ret_key, error) : ERROR_NONE;
}

static const char *address(const struct sink *sink, struct arena *arena)
{
    if (sink->secret.length == 0)
        return sink_host(sink, arena);
    return arena_printf(arena, "%s%.*s", sink->channel.bytes[0] == '#' ? "" : "#", TEXT_ARGS(sink->channel));
}

/* ---- what is asked of Slack ---- */

enum method { WEBHOOK, POST_FIRST, POST_IN_THREAD, UPDATE_FIRST };

/* `remote` is what was kept, or NULL. The first message is changed before the last one is added to its thread: so
 * trying both again adds nothing twice. */
static enum method method_of(const struct sink_attempt *attempt, const json_t *remote)
{
    if (attempt->sink->secret.length == 0)
        return WEBHOOK;
    if (service_text(remote, "ts").length == 0 || json_is_true(json_object_get(attempt->memory, "thread_is_gone")))
        return POST_FIRST;
    return attempt->message->kind == DELIVERY_RESOLVED && attempt->step == 0 ? UPDATE_FIRST : POST_IN_THREAD;
}

static void set_thread(struct json_builder *builder, json_t *body, const struct sink_attempt *attempt,
                       const json_t *remote)
{
    enum method method = method_of(attempt, remote);

    if (method == POST_FIRST)
        json_builder_set(builder, body, "channel", json_builder_text(builder, attempt->sink->channel));
    if (method == POST_IN_THREAD || method == UPDATE_FIRST) {
        json_builder_set(builder, body, "channel", json_builder_text(builder, service_text(remote, "channel")));
        json_builder_set(builder, body, method == UPDATE_FIRST ? "ts" : "thread_ts",
                         json_builder_text(builder, service_text(remote, "ts")));
    }
    /* Who is asked to look at it is not to miss it in a thread. */
    if (method == POST_IN_THREAD && attempt->message->kind == DELIVERY_ESCALATED)
        json_builder_set(builder, body, "reply_broadcast", json_true());
}

static json_t *body_of(struct json_builder *builder, const struct sink_attempt *attempt, const json_t *remote)
{
    const struct message *message = attempt->message;
    CLEANUP(buffer_clear) struct buffer shown = {0};
    CLEANUP(buffer_clear) struct buffer text = {0};
    json_t *body = json_builder_object(builder);
    struct text title = message->title;

    /* The first message still says what it was about. */
    if (method_of(attempt, remote) == UPDATE_FIRST && service_text(remote, "title").length > 0)
        title = service_text(remote, "title");
    set_thread(builder, body, attempt, remote);
    display_text(&shown, title);
    buffer_printf(&text, "%s ", wording_mark(message));
    slack_escape(&text, buffer_text(&shown), SLACK_SECTION_LIMIT - text.length);
    builder->failed = builder->failed || shown.failed;
    json_builder_set(builder, body, "text", wording_take(builder, &text)); /* of the pop-up */
    json_builder_set(builder, body, "parse", json_builder_string(builder, "none"));
    json_builder_set(builder, body, "link_names", json_false());
    if (method_of(attempt, remote) != UPDATE_FIRST) {
        json_builder_set(builder, body, "mrkdwn", json_false());
        json_builder_set(builder, body, "unfurl_links", json_false());
        json_builder_set(builder, body, "unfurl_media", json_false());
    }
    json_builder_set(builder, body, "blocks", slack_blocks(builder, message, title));
    return body;
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    static const char *const paths[] = {[WEBHOOK] = "",
                                        [POST_FIRST] = "/chat.postMessage",
                                        [POST_IN_THREAD] = "/chat.postMessage",
                                        [UPDATE_FIRST] = "/chat.update"};
    struct service_call call = {"POST", api, ""};
    struct json_builder builder = {0};
    json_t *remote = NULL, *body;

    if (service_remote(attempt, &remote, error) != ERROR_NONE)
        return error->code;
    call.path = paths[method_of(attempt, remote)];
    body = body_of(&builder, attempt, remote);
    json_decref(remote);
    if (sink_json(request, attempt->arena, "application/json; charset=utf-8", &builder, body, error) != ERROR_NONE ||
        service_request(attempt, request, &call, error) != ERROR_NONE)
        return error->code;
    return attempt->sink->secret.length > 0 ? service_bearer(attempt, request, error) : ERROR_NONE;
}

/* ---- what Slack answers ---- */

struct slack_error {
    const char *name;
    enum sink_outcome outcome;
    const char *hint;
};

/* Of those that are not here, trying again helps none. */
static const struct slack_error errors[] = {
    {"ratelimited", SINK_AGAIN, ""},
    {"rate_limited", SINK_AGAIN, ""},
    {"internal_error", SINK_AGAIN, ""},
    {"fatal_error", SINK_AGAIN, ""},
    {"request_timeout", SINK_AGAIN, ""},
    {"service_unavailable", SINK_AGAIN, ""},
    {"not_in_channel", SINK_DEAD, "invite the app into the channel, or give it the scope chat:write.public"},
    {"channel_not_found", SINK_DEAD,
     "check 'channel': its id (C…) always works; into a private one the app is invited"},
    {"is_archived", SINK_DEAD, "the channel is archived: name another"},
    {"invalid_auth", SINK_DEAD, "check the token in 'secret'"},
    {"not_authed", SINK_DEAD, "check the token in 'secret'"},
    {"token_revoked", SINK_DEAD, "make a new token for the app"},
    {"token_expired", SINK_DEAD, "make a new token for the app"},
    {"account_inactive", SINK_DEAD, "make a new token for the app"},
    {"missing_scope", SINK_DEAD, "give the app the scope chat:write"},
};

static enum sink_outcome refused(struct text name, struct error *problem)
{
    error_set(problem, ERROR_REFUSED, "Slack refused the message: %.*s", TEXT_ARGS(name));
    for (size_t i = 0; i < LENGTH_OF(errors); i++)
        if (text_equal(name, text_from(errors[i].name))) {
            if (errors[i].hint[0] != '\0')
                error_hint(problem, "%s", errors[i].hint);
            return errors[i].outcome;
        }
    return SINK_DEAD;
}

/* The message that is answered to is not there any more, or nobody may change it. */
static bool is_gone(struct text name)
{
    static const char *const names[] = {"thread_not_found", "message_not_found", "cant_update_message",
                                        "edit_window_closed", "cannot_reply_to_message"};

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        if (text_equal(name, text_from(names[i])))
            return true;
    return false;
}

static struct text keep_first(const struct sink_attempt *attempt, const json_t *answer)
{
    struct json_builder builder = {0};
    json_t *kept = json_builder_object(&builder);

    json_builder_set(&builder, kept, "channel", json_builder_text(&builder, service_text(answer, "channel")));
    json_builder_set(&builder, kept, "ts", json_builder_text(&builder, service_text(answer, "ts")));
    json_builder_set(&builder, kept, "title", wording_value(&builder, attempt->message->title, SLACK_TITLE_LIMIT));
    return service_keep(attempt, kept);
}

/* After an answer of the API with 200. */
static enum sink_outcome finish_call(const struct sink_attempt *attempt, const json_t *answer, struct text *ret_remote,
                                     struct error *problem)
{
    json_t *remote = service_object(attempt->remote);
    enum method method = method_of(attempt, remote);
    bool is_ok = json_is_true(json_object_get(answer, "ok"));

    json_decref(remote);
    if (is_ok && method == POST_FIRST)
        *ret_remote = keep_first(attempt, answer);
    if (is_ok)
        return method == UPDATE_FIRST ? SINK_NEXT : SINK_SENT;
    if (is_gone(service_text(answer, "error")) && method != POST_FIRST) {
        if (method == POST_IN_THREAD && json_object_set_new(attempt->memory, "thread_is_gone", json_true()) != 0)
            return error_memory(problem, "reading an answer"), SINK_AGAIN;
        return SINK_NEXT;
    }
    return refused(service_text(answer, "error"), problem);
}

static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    enum sink_outcome outcome = sink_finish(answer, problem);
    json_t *document;

    if (outcome != SINK_SENT || attempt->sink->secret.length == 0)
        return outcome;
    document = service_object(answer->body);
    if (document == NULL) {
        error_set(problem, ERROR_PROTOCOL, "the answer is no JSON object: this is not Slack's API");
        return SINK_DEAD;
    }
    outcome = finish_call(attempt, document, ret_remote, problem);
    json_decref(document);
    return outcome;
}

const struct sink_kind sink_slack = {
    .name = "slack",
    .summary = "A message in a channel of Slack; with a token, one thread for each incident",
    .is_for_people = true,
    .check = check,
    .address = address,
    .prepare = prepare,
    .finish = finish,
};
