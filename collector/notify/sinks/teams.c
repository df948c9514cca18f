/* A card in a channel or chat of Microsoft Teams, by a workflow that begins with a webhook.
 *
 * What comes from databases goes into text runs, in which there is no markup: Teams reads Markdown in text blocks. */
#include "drift/severity.h"
#include "notify/sink_kinds.h"
#include "notify/sinks/service.h"
#include "notify/sinks/wording.h"

/* Teams takes 28 KB in all. Around each line stand some 200 bytes, and quotes and backslashes are doubled in JSON. */
enum { LINES_LIMIT = 13 * 1024, AROUND_LINE = 200 };

static enum error_code check(const struct sink *sink, const char **ret_key, struct error *error)
{
    if (service_check_url(sink, false, ret_key, error) != ERROR_NONE)
        return error_hint(error,
                          "Teams shows it when the workflow with 'When a Teams webhook request is received' is saved");
    return ERROR_NONE;
}

/* ---- the card ---- */

struct run {
    const char *colour; /* of Adaptive Cards; NULL: the usual */
    bool is_bold;
    bool is_large;
    bool is_code;
    bool is_subtle;
};

static json_t *text_run(struct json_builder *builder, const struct run *run, struct buffer *content)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "type", json_builder_string(builder, "TextRun"));
    json_builder_set(builder, object, "text", wording_take(builder, content));
    if (run->is_bold)
        json_builder_set(builder, object, "weight", json_builder_string(builder, "Bolder"));
    if (run->is_large)
        json_builder_set(builder, object, "size", json_builder_string(builder, "Large"));
    if (run->is_code)
        json_builder_set(builder, object, "fontType", json_builder_string(builder, "Monospace"));
    if (run->is_subtle)
        json_builder_set(builder, object, "isSubtle", json_true());
    if (run->colour != NULL)
        json_builder_set(builder, object, "color", json_builder_string(builder, run->colour));
    return object;
}

/* A paragraph, from runs; takes them over. */
static void add_paragraph(struct json_builder *builder, json_t *body, json_t *runs, const char *spacing)
{
    json_t *block = json_builder_object(builder);

    json_builder_set(builder, block, "type", json_builder_string(builder, "RichTextBlock"));
    if (spacing != NULL)
        json_builder_set(builder, block, "spacing", json_builder_string(builder, spacing));
    json_builder_set(builder, block, "inlines", runs);
    json_builder_append(builder, body, block);
}

static void add_text(struct json_builder *builder, json_t *body, const struct run *run, struct buffer *content)
{
    json_t *runs;

    builder->failed = builder->failed || content->failed;
    if (content->length == 0)
        return;
    runs = json_builder_array(builder);
    json_builder_append(builder, runs, text_run(builder, run, content));
    add_paragraph(builder, body, runs, run->is_large ? NULL : "Small");
}

static const char *colour_of(enum severity severity)
{
    static const char *const colours[SEVERITY_COUNT] = {[SEVERITY_LOW] = "Accent",
                                                        [SEVERITY_MEDIUM] = "Warning",
                                                        [SEVERITY_HIGH] = "Attention",
                                                        [SEVERITY_CRITICAL] = "Attention"};

    return colours[severity];
}

static void add_lines(struct json_builder *builder, json_t *body, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer content = {0};
    size_t shown = wording_fit(builder, message, LINES_LIMIT, AROUND_LINE);

    for (size_t i = 0; i < shown; i++) {
        const struct message_line *line = &message->lines[i];
        const struct run level = {.is_bold = true, .colour = colour_of(line->severity)};
        const struct run words = {0};
        json_t *runs = json_builder_array(builder);

        buffer_printf(&content, "%s  ", severity_name(line->severity));
        json_builder_append(builder, runs, text_run(builder, &level, &content));
        wording_line(&content, line);
        json_builder_append(builder, runs, text_run(builder, &words, &content));
        add_paragraph(builder, body, runs, i == 0 ? "Medium" : "Small");
    }
    wording_more(&content, message, shown);
    add_text(builder, body, &(struct run){.is_subtle = true}, &content);
}

static json_t *body_of(struct json_builder *builder, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer content = {0};
    json_t *body = json_builder_array(builder);
    const struct run title = {.is_bold = true,
                              .is_large = true,
                              .colour = message->kind == DELIVERY_RESOLVED ? "Good" : colour_of(message->severity)};

    wording_clip(&content, message->title, WORDING_TITLE_LIMIT);
    add_text(builder, body, &title, &content);
    add_lines(builder, body, message);
    wording_state(&content, message);
    add_text(builder, body, &(struct run){.is_bold = true}, &content);
    wording_clip(&content, message->command, WORDING_LINE_LIMIT);
    add_text(builder, body, &(struct run){.is_code = true, .is_subtle = true}, &content);
    return body;
}

static json_t *card_of(struct json_builder *builder, const struct message *message)
{
    json_t *card = json_builder_object(builder), *width = json_builder_object(builder);
    struct text link = wording_link(message);

    json_builder_set(builder, card, "$schema",
                     json_builder_string(builder, "http://adaptivecards.io/schemas/adaptive-card.json"));
    json_builder_set(builder, card, "type", json_builder_string(builder, "AdaptiveCard"));
    json_builder_set(builder, card, "version", json_builder_string(builder, "1.4"));
    json_builder_set(builder, width, "width", json_builder_string(builder, "Full"));
    json_builder_set(builder, card, "msteams", width);
    json_builder_set(builder, card, "body", body_of(builder, message));
    if (link.length > 0) {
        json_t *actions = json_builder_array(builder), *action = json_builder_object(builder);

        json_builder_set(builder, action, "type", json_builder_string(builder, "Action.OpenUrl"));
        json_builder_set(builder, action, "title", json_builder_string(builder, "Open in Driftline"));
        json_builder_set(builder, action, "url", json_builder_plain(builder, link));
        json_builder_append(builder, actions, action);
        json_builder_set(builder, card, "actions", actions);
    }
    return card;
}

static enum error_code prepare(const struct sink_attempt *attempt, struct sink_request *request, struct error *error)
{
    const struct service_call call = {"POST", NULL, ""};
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *attachments = json_builder_array(&builder);
    json_t *attachment = json_builder_object(&builder);

    json_builder_set(&builder, attachment, "contentType",
                     json_builder_string(&builder, "application/vnd.microsoft.card.adaptive"));
    json_builder_set(&builder, attachment, "contentUrl", json_null());
    json_builder_set(&builder, attachment, "content", card_of(&builder, attempt->message));
    json_builder_append(&builder, attachments, attachment);
    json_builder_set(&builder, document, "type", json_builder_string(&builder, "message"));
    json_builder_set(&builder, document, "attachments", attachments);
    if (sink_json(request, attempt->arena, "application/json", &builder, document, error) != ERROR_NONE)
        return error->code;
    return service_request(attempt, request, &call, error);
}

/* The connectors that came before workflows answer 200 even when Teams refused the card, and say so in words. */
static enum sink_outcome finish(const struct sink_attempt *attempt, const struct sink_answer *answer,
                                struct text *ret_remote, struct error *problem)
{
    static const char failed[] = "Webhook message delivery failed";
    enum sink_outcome outcome = sink_finish(answer, problem);

    (void)attempt;
    (void)ret_remote;
    if (outcome != SINK_SENT || answer->body.length == 0 ||
        memmem(answer->body.bytes, answer->body.length, failed, sizeof failed - 1) == NULL)
        return outcome;
    sink_problem(answer, problem);
    return SINK_AGAIN;
}

const struct sink_kind sink_teams = {
    .name = "teams",
    .summary = "A card in a channel or chat of Microsoft Teams",
    .is_for_people = true,
    .check = check,
    .address = sink_host,
    .prepare = prepare,
    .finish = finish,
};
