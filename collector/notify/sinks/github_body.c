#include "notify/sinks/github_body.h"

#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/severity.h"
#include "notify/sinks/wording.h"

enum { LINES_LIMIT = 48 * 1024 };

enum error_code github_marker(struct buffer *output, const struct message *message, struct text token,
                              struct error *error)
{
    CLEANUP(buffer_clear) struct buffer incident = {0};
    char hex[HASH_HEX_SIZE];
    struct hash hash;

    wording_incident(&incident, message);
    if (buffer_check(&incident, error, "writing an issue") != ERROR_NONE ||
        hash_keyed(token, buffer_text(&incident), &hash, error) != ERROR_NONE)
        return error->code;
    hash_to_hex(&hash, hex);
    buffer_printf(output, "<!-- driftline incident %.32s -->", hex);
    return buffer_check(output, error, "writing an issue");
}

static void message_marker(struct buffer *output, const struct message *message)
{
    buffer_add_string(output, "<!-- driftline message ");
    for (size_t i = 0; i < message->id.length; i++) {
        char c = message->id.bytes[i];

        buffer_add_byte(output, (uint8_t)(c == '<' || c == '>' ? '_' : c));
    }
    buffer_add_string(output, " -->");
}

bool github_has_message(struct text body, const struct message *message)
{
    CLEANUP(buffer_clear) struct buffer marker = {0};

    message_marker(&marker, message);
    return !marker.failed && body.length > 0 && memmem(body.bytes, body.length, marker.bytes, marker.length) != NULL;
}

/* ---- a section ---- */

/* What was appended since `start`, as code of Markdown: in it nobody is mentioned and nothing is linked. */
static void escape_since(struct buffer *output, size_t start)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    if (output->failed)
        return;
    buffer_add(&shown, output->bytes + start, output->length - start);
    output->length = start;
    escape_markdown(output, buffer_text(&shown));
    output->failed = output->failed || shown.failed;
}

/* A hostile line is six times as long when it is escaped: those that do not fit are counted. */
static void add_lines(struct buffer *output, const struct message *message)
{
    size_t first = output->length, start, i;

    for (i = 0; i < message->line_count && output->length - first < LINES_LIMIT; i++) {
        buffer_printf(output, "- **%s** ", severity_name(message->lines[i].severity));
        start = output->length;
        wording_line(output, &message->lines[i]);
        escape_since(output, start);
        buffer_add_byte(output, '\n');
    }
    start = output->length;
    wording_more(output, message, i);
    if (output->length > start)
        buffer_add_byte(output, '\n');
}

static void add_section(struct buffer *output, const struct message *message)
{
    struct text link = wording_link(message);
    char time[CLOCK_TEXT_SIZE];
    size_t start;

    message_marker(output, message);
    clock_format_seconds(message->time, time);
    buffer_printf(output, "\n### %s ", wording_mark(message));
    start = output->length;
    wording_clip(output, message->title, WORDING_TITLE_LIMIT);
    escape_since(output, start);
    buffer_add_string(output, "\n\n");
    add_lines(output, message);
    buffer_add_string(output, message->line_count > 0 ? "\n" : "");
    start = output->length;
    wording_state(output, message);
    if (output->length > start) {
        escape_since(output, start);
        buffer_add_string(output, " · ");
    }
    buffer_add_string(output, time);
    if (link.length > 0)
        buffer_printf(output, " · [Open in Driftline](%.*s)", TEXT_ARGS(link));
    buffer_add_byte(output, '\n');
    if (message->command.length == 0)
        return;
    buffer_add_byte(output, '\n');
    start = output->length;
    wording_clip(output, message->command, WORDING_LINE_LIMIT);
    escape_since(output, start);
    buffer_add_byte(output, '\n');
}

/* ---- the whole ---- */

/* The body without the marker of the incident. */
static struct text without_marker(struct text body, struct text marker)
{
    const char *found = body.length == 0 ? NULL : memmem(body.bytes, body.length, marker.bytes, marker.length);
    size_t skip;

    if (found == NULL)
        return body;
    skip = (size_t)(found - body.bytes) + marker.length;
    while (skip < body.length && (body.bytes[skip] == '\n' || body.bytes[skip] == '\r'))
        skip++;
    return (struct text){body.bytes + skip, body.length - skip};
}

/* What of the earlier text still fits, up to the section that does not. */
static struct text that_fits(struct text earlier, size_t room)
{
    static const struct text begins = TEXT_INIT("\n<!-- driftline message ");

    if (earlier.length <= room)
        return earlier;
    for (size_t end = room; end > 0; end--)
        if (text_starts_with((struct text){earlier.bytes + end, earlier.length - end}, begins))
            return (struct text){earlier.bytes, end};
    return TEXT("");
}

void github_body(struct buffer *output, const struct message *message, struct text marker, struct text earlier)
{
    size_t start = output->length, used;

    buffer_add_text(output, marker);
    buffer_add_byte(output, '\n');
    add_section(output, message);
    used = output->length - start + 2;
    earlier = that_fits(without_marker(earlier, marker), used < GITHUB_BODY_LIMIT ? GITHUB_BODY_LIMIT - used : 0);
    if (earlier.length == 0)
        return;
    buffer_add_byte(output, '\n');
    buffer_add_text(output, earlier);
}
