#include "notify/sinks/slack_text.h"

#include "drift/report_display.h"
#include "drift/severity.h"
#include "notify/sinks/wording.h"

/* ---- characters ---- */

static struct text escaped(struct text character)
{
    switch (character.bytes[0]) {
    case '&':
        return TEXT("&amp;");
    case '<':
        return TEXT("&lt;");
    case '>':
        return TEXT("&gt;");
    default:
        return character;
    }
}

void slack_escape(struct buffer *output, struct text displayed, size_t limit)
{
    static const struct text ellipsis = TEXT_INIT("…");
    size_t start = output->length, size, mark = start;

    for (size_t at = 0; at < displayed.length && !output->failed; at += size) {
        struct text rest = {displayed.bytes + at, displayed.length - at};
        struct text piece;

        size = text_character(rest) > 0 ? text_character(rest) : 1;
        piece = escaped((struct text){rest.bytes, size});
        if (output->length - start + piece.length > limit) {
            output->length = mark;
            buffer_add_text(output, ellipsis);
            return;
        }
        buffer_add_text(output, piece);
        if (output->length - start + ellipsis.length <= limit)
            mark = output->length;
    }
}

/* ---- blocks ---- */

/* {"type": "plain_text", …} of what is in the buffer, which is escaped and is emptied. */
static json_t *plain_text(struct json_builder *builder, struct buffer *content)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "type", json_builder_string(builder, "plain_text"));
    json_builder_set(builder, object, "text", wording_take(builder, content));
    json_builder_set(builder, object, "emoji", json_false());
    return object;
}

static void add_block(struct json_builder *builder, json_t *blocks, const char *type, struct buffer *content)
{
    json_t *block;

    builder->failed = builder->failed || content->failed;
    if (content->length == 0)
        return;
    block = json_builder_object(builder);
    json_builder_set(builder, block, "type", json_builder_string(builder, type));
    json_builder_set(builder, block, "text", plain_text(builder, content));
    json_builder_append(builder, blocks, block);
}

static void add_title(struct json_builder *builder, json_t *blocks, const struct message *message, struct text title)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    CLEANUP(buffer_clear) struct buffer content = {0};

    display_text(&shown, title);
    buffer_printf(&content, "%s ", wording_mark(message));
    slack_escape(&content, buffer_text(&shown), SLACK_TITLE_LIMIT - content.length);
    builder->failed = builder->failed || shown.failed;
    add_block(builder, blocks, "header", &content);
}

/* The lines, as many in one block as Slack takes. */
static void add_lines(struct json_builder *builder, json_t *blocks, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer content = {0};
    CLEANUP(buffer_clear) struct buffer shown = {0};
    CLEANUP(buffer_clear) struct buffer line = {0};

    for (size_t i = 0; i <= message->line_count; i++) {
        buffer_reset(&shown);
        buffer_reset(&line);
        if (i < message->line_count) {
            buffer_printf(&shown, "%s: ", severity_name(message->lines[i].severity));
            wording_line(&shown, &message->lines[i]);
        } else {
            wording_more(&shown, message, message->line_count);
        }
        slack_escape(&line, buffer_text(&shown), SLACK_SECTION_LIMIT - 1);
        if (content.length + 1 + line.length > SLACK_SECTION_LIMIT)
            add_block(builder, blocks, "section", &content);
        if (content.length > 0 && line.length > 0)
            buffer_add_byte(&content, '\n');
        buffer_add_text(&content, buffer_text(&line));
    }
    builder->failed = builder->failed || shown.failed || line.failed || content.failed;
    add_block(builder, blocks, "section", &content);
}

/* One of the small grey texts below. Marked up: of our words and addresses only. */
static void add_element(struct json_builder *builder, json_t *elements, struct buffer *content, bool marked_up)
{
    json_t *element;

    if (content->length == 0)
        return;
    if (!marked_up) {
        json_builder_append(builder, elements, plain_text(builder, content));
        return;
    }
    element = json_builder_object(builder);
    json_builder_set(builder, element, "type", json_builder_string(builder, "mrkdwn"));
    json_builder_set(builder, element, "text", wording_take(builder, content));
    json_builder_set(builder, element, "verbatim", json_true());
    json_builder_append(builder, elements, element);
}

static void add_context(struct json_builder *builder, json_t *blocks, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    CLEANUP(buffer_clear) struct buffer content = {0};
    json_t *elements = json_builder_array(builder);
    struct text link = wording_link(message);
    json_t *block;

    wording_state(&shown, message);
    slack_escape(&content, buffer_text(&shown), SLACK_SECTION_LIMIT);
    add_element(builder, elements, &content, false);
    buffer_reset(&shown);
    display_text(&shown, message->command);
    slack_escape(&content, buffer_text(&shown), SLACK_SECTION_LIMIT);
    add_element(builder, elements, &content, false);
    if (link.length > 0 && link.length < SLACK_SECTION_LIMIT / 5 - 50) {
        buffer_add_string(&content, "<");
        slack_escape(&content, link, SLACK_SECTION_LIMIT);
        buffer_add_string(&content, "|Open in Driftline>");
        add_element(builder, elements, &content, true);
    }
    builder->failed = builder->failed || shown.failed || content.failed;
    if (json_array_size(elements) == 0) {
        json_decref(elements);
        return;
    }
    block = json_builder_object(builder);
    json_builder_set(builder, block, "type", json_builder_string(builder, "context"));
    json_builder_set(builder, block, "elements", elements);
    json_builder_append(builder, blocks, block);
}

json_t *slack_blocks(struct json_builder *builder, const struct message *message, struct text title)
{
    json_t *blocks = json_builder_array(builder);

    add_title(builder, blocks, message, title);
    add_lines(builder, blocks, message);
    add_context(builder, blocks, message);
    return blocks;
}
