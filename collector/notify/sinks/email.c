/* An e-mail by SMTP. Later messages of an incident answer the first, with its subject, so that mail programs show one
 * conversation: therefore it says what that is about, "orders@prod (incident 57)", and not what the first message said.
 * What is kept of the incident: {"message_id": "3f…-17@example.com", "title": "…"}. */
#include "notify/sink_kinds.h"
#include "notify/sinks/email_body.h"
#include "notify/sinks/mime.h"
#include "notify/sinks/service.h"
#include "notify/sinks/wording.h"

#include "drift/report_display.h"
#include "drift/severity.h"

/* ---- configuration ---- */

static enum error_code check_address(struct text address, struct error *error)
{
    if (mime_is_address(address))
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "'%.*s' is no address of e-mail", TEXT_ARGS(address));
    return error_hint(error, "write it as name@example.com, in ASCII and without a display name");
}

static enum error_code check_login(const struct sink *sink, const char **ret_key, struct error *error)
{
    if ((sink->user.length > 0) == (sink->password.length > 0))
        return ERROR_NONE;
    *ret_key = sink->user.length > 0 ? "password" : "user";
    return error_set(error, ERROR_CONFIG, "'user' and 'password' are given together, or neither is");
}

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    static const char *const schemes[] = {"smtps", "smtp", NULL};
    const struct service_need from = {"from", sink->from, "the address that it comes from"};

    *ret_key = "url";
    if (sink_check_url(sink, schemes, error) != ERROR_NONE || service_need(&from, ret_key, error) != ERROR_NONE)
        return error->code;
    *ret_key = "from";
    if (check_address(sink->from, error) != ERROR_NONE)
        return error->code;
    *ret_key = "to";
    if (sink->to_count == 0)
        return error_set(error, ERROR_CONFIG, "there must be at least one address in 'to'");
    for (size_t i = 0; i < sink->to_count; i++)
        if (check_address(sink->to[i], error) != ERROR_NONE)
            return error->code;
    return check_login(sink, ret_key, error);
}

static const char *address(const struct sink *sink, struct arena *arena)
{
    struct text first = sink->to_count > 0 ? sink->to[0] : TEXT("");

    if (sink->to_count < 2)
        return arena_string(arena, first);
    return arena_printf(arena, "%.*s and %zu more", TEXT_ARGS(first), sink->to_count - 1);
}

/* ---- headers ---- */

/* "3f…-17@example.com": the message's id at the sender's domain. */
static void add_id(struct buffer *output, const struct sink_attempt *attempt)
{
    struct text id = attempt->message->id, from = attempt->sink->from;
    const char *at = from.length == 0 ? NULL : memchr(from.bytes, '@', from.length);

    for (size_t i = 0; i < id.length; i++) {
        char c = id.bytes[i];
        bool is_safe = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';

        buffer_add_byte(output, (uint8_t)(is_safe ? c : '-'));
    }
    if (at != NULL)
        buffer_add_text(output, (struct text){at, from.length - (size_t)(at - from.bytes)});
}

/* What no other message will answer says at once what it is. */
static void put_title(struct buffer *output, const struct message *message)
{
    const int number_columns = sizeof " (incident 9223372036854775807)";

    if (message->number <= 1 && service_ends_at_once(message)) {
        wording_clip(output, message->title, WORDING_TITLE_LIMIT);
        return;
    }
    if (text_equal(message->subject, TEXT("*"))) {
        wording_clip(output, message->route, WORDING_TITLE_LIMIT / 2);
        buffer_add_string(output, ", beyond its limit");
    } else {
        wording_clip(output, message->subject, WORDING_TITLE_LIMIT - number_columns);
    }
    buffer_printf(output, " (incident %lld)", (long long)message->incident);
}

static void add_subject(struct buffer *output, const struct sink_attempt *attempt, struct text first_title)
{
    CLEANUP(buffer_clear) struct buffer subject = {0};

    if (first_title.length > 0) {
        buffer_add_string(&subject, "Re: ");
        wording_clip(&subject, first_title, WORDING_TITLE_LIMIT);
    } else {
        put_title(&subject, attempt->message);
    }
    mime_text_header(output, "Subject", buffer_text(&subject));
    output->failed = output->failed || subject.failed;
}

static void add_conversation(struct buffer *output, struct text first)
{
    CLEANUP(buffer_clear) struct buffer id = {0};

    if (first.length == 0)
        return;
    display_text(&id, first);
    buffer_printf(output, "In-Reply-To: <%.*s>\r\nReferences: <%.*s>\r\n", TEXT_ARGS(buffer_text(&id)),
                  TEXT_ARGS(buffer_text(&id)));
    output->failed = output->failed || id.failed;
}

static void add_headers(struct buffer *output, const struct sink_attempt *attempt, const json_t *remote)
{
    const struct message *message = attempt->message;

    mime_date_header(output, message->time);
    buffer_printf(output, "From: Driftline <%.*s>\r\n", TEXT_ARGS(attempt->sink->from));
    mime_address_header(output, "To", attempt->sink->to, attempt->sink->to_count);
    add_subject(output, attempt, service_text(remote, "title"));
    buffer_add_string(output, "Message-ID: <");
    add_id(output, attempt);
    buffer_add_string(output, ">\r\n");
    add_conversation(output, service_text(remote, "message_id"));
    buffer_add_string(output, "Auto-Submitted: auto-generated\r\n");
    if (message->kind != DELIVERY_RESOLVED && message->severity == SEVERITY_CRITICAL)
        buffer_add_string(output, "Importance: high\r\n");
    buffer_printf(output, "X-Driftline-Severity: %s\r\n", severity_name(message->severity));
    buffer_add_string(output, "MIME-Version: 1.0\r\n");
}

/* ---- the whole ---- */

static void add_part(struct buffer *output, const char *type, struct text content)
{
    buffer_printf(output,
                  "--=_driftline\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
                  "\r\n",
                  type);
    mime_quoted_printable(output, content);
    buffer_add_string(output, "\r\n");
}

/* The boundary cannot be in a part: quoted-printable writes `=` only before two digits or a line end. */
static void write_mail(struct buffer *output, const struct sink_attempt *attempt, const json_t *remote)
{
    CLEANUP(buffer_clear) struct buffer content = {0};

    add_headers(output, attempt, remote);
    buffer_add_string(output, "Content-Type: multipart/alternative; boundary=\"=_driftline\"\r\n\r\n");
    email_body_text(&content, attempt->message);
    add_part(output, "text/plain", buffer_text(&content));
    buffer_reset(&content);
    email_body_html(&content, attempt->message);
    add_part(output, "text/html", buffer_text(&content));
    buffer_add_string(output, "--=_driftline--\r\n");
    output->failed = output->failed || content.failed;
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    json_t *remote = NULL;

    if (service_remote(attempt, &remote, error) != ERROR_NONE)
        return error->code;
    request->action = SINK_MAIL;
    write_mail(&request->body, attempt, remote);
    json_decref(remote);
    return buffer_check(&request->body, error, "writing an e-mail");
}

static struct text keep_first(const struct sink_attempt *attempt)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct json_builder builder = {0};
    json_t *kept = json_builder_object(&builder);

    add_id(&text, attempt);
    json_builder_set(&builder, kept, "message_id", wording_take(&builder, &text));
    put_title(&text, attempt->message);
    json_builder_set(&builder, kept, "title", wording_take(&builder, &text));
    return service_keep(attempt, kept);
}

/* 4xx is for now, 5xx for good (RFC 5321); 421 and the like come as 4xx, a refused login as 535. */
static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    if (answer->status >= 200 && answer->status < 300) {
        if (attempt->remote.length == 0)
            *ret_remote = keep_first(attempt);
        return SINK_SENT;
    }
    sink_problem(answer, problem);
    if (answer->status == 530 || answer->status == 534 || answer->status == 535)
        error_hint(problem, "check 'user' and 'password'");
    return answer->status >= 400 && answer->status < 500 ? SINK_AGAIN : SINK_DEAD;
}

const struct sink_kind sink_email = {
    .name = "email",
    .summary = "An e-mail by SMTP, one conversation for each incident",
    .is_for_people = true,
    .check = check,
    .address = address,
    .prepare = prepare,
    .finish = finish,
};
