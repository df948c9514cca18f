#include "notify/sinks/wording.h"

#include <string.h>

#include "drift/report_display.h"
#include "event/event_words.h"

enum { TEXT_LIMIT = 520, NAME_LIMIT = 80 };

static const char ellipsis[] = "…";

void wording_clip(struct buffer *output, struct text text, size_t limit)
{
    size_t start = output->length, at = 0;

    display_text(output, text);
    if (output->failed || output->length - start <= limit)
        return;
    while (true) {
        size_t size = text_character((struct text){output->bytes + start + at, output->length - start - at});

        if (size == 0 || at + size + sizeof ellipsis - 1 > limit)
            break;
        at += size;
    }
    output->length = start + at;
    buffer_add_string(output, ellipsis);
}

json_t *wording_value(struct json_builder *builder, struct text text, size_t limit)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    wording_clip(&shown, text, limit);
    return wording_take(builder, &shown);
}

json_t *wording_take(struct json_builder *builder, struct buffer *buffer)
{
    json_t *value;

    builder->failed = builder->failed || buffer->failed;
    value = json_builder_plain(builder, buffer_text(buffer));
    buffer_reset(buffer);
    return value;
}

/* Whether the text says already who did it: "…, by alice (captured)". */
static bool says_who(struct text text, struct text who)
{
    static const struct text by = TEXT_INIT("by ");

    for (size_t i = 0; i + by.length + who.length <= text.length; i++)
        if (memcmp(text.bytes + i, by.bytes, by.length) == 0 &&
            memcmp(text.bytes + i + by.length, who.bytes, who.length) == 0)
            return true;
    return false;
}

void wording_line(struct buffer *output, const struct message_line *line)
{
    wording_clip(output, line->text, TEXT_LIMIT);
    if (line->by.length > 0 && !says_who(line->text, line->by)) {
        buffer_add_string(output, ", by ");
        wording_clip(output, line->by, NAME_LIMIT);
    }
    if (line->count > 1) {
        buffer_add_string(output, " (");
        words_number(output, line->count);
        buffer_add_string(output, " times)");
    }
}

size_t wording_fit(struct json_builder *builder, const struct message *message, size_t limit, size_t overhead)
{
    CLEANUP(buffer_clear) struct buffer line = {0};
    size_t used = 0;

    for (size_t i = 0; i < message->line_count; i++) {
        buffer_reset(&line);
        wording_line(&line, &message->lines[i]);
        used += line.length + overhead;
        if (used > limit && i > 0)
            return i;
    }
    builder->failed = builder->failed || line.failed;
    return message->line_count;
}

void wording_more(struct buffer *output, const struct message *message, size_t shown)
{
    size_t left = message->more + message->line_count - shown;

    if (left > 0) {
        buffer_add_string(output, "and ");
        words_number(output, left);
        buffer_add_string(output, " more");
    }
}

void wording_state(struct buffer *output, const struct message *message)
{
    display_text(output, message->verdict);
    if (message->open == 0 && message->kind != DELIVERY_RESOLVED)
        return;
    buffer_add_string(output, message->verdict.length > 0 ? ", " : "");
    if (message->open == 0) {
        buffer_add_string(output, "nothing open");
        return;
    }
    if (message->open_differences == message->open)
        words_count(output, message->open, "difference");
    else
        words_number(output, message->open);
    buffer_add_string(output, " open");
}

const char *wording_mark(const struct message *message)
{
    static const char *const marks[SEVERITY_COUNT] = {
        [SEVERITY_LOW] = "🔵", [SEVERITY_MEDIUM] = "🟡", [SEVERITY_HIGH] = "🟠", [SEVERITY_CRITICAL] = "🔴"};

    return message->kind == DELIVERY_RESOLVED ? "✅" : marks[message->severity];
}

struct text wording_link(const struct message *message)
{
    struct text link = message->link;

    if (!text_starts_with(link, TEXT("https://")) && !text_starts_with(link, TEXT("http://")))
        return TEXT("");
    for (size_t i = 0; i < link.length; i++)
        if (link.bytes[i] <= ' ' || link.bytes[i] > '~' || strchr("<>\"'`|\\()[]{}^", link.bytes[i]) != NULL)
            return TEXT("");
    return link;
}

void wording_incident(struct buffer *output, const struct message *message)
{
    size_t length = message->id.length;

    while (length > 0 && message->id.bytes[length - 1] != '-')
        length--;
    buffer_add_string(output, "driftline-");
    display_text(output, (struct text){message->id.bytes, length});
    buffer_printf(output, "%lld", (long long)message->incident);
}
