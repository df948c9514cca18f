#include "docs/docs_markdown.h"

#include <string.h>

#include "base/compiler.h"
#include "drift/report_display.h"

enum { FENCE_LEAST = 3 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || ((unsigned char)c & 0x80) != 0;
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

static bool is_in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static void write_entity(struct buffer *output, char c)
{
    buffer_printf(output, "&#%u;", (unsigned)(unsigned char)c);
}

/* ---------------------------------------------------------------- text */

/* Whether a character that can be markup is none where it stands: after a letter no list, rule or heading begins, and
 * within a word nothing is emphasised. `letters`: there was one before in this line. */
static bool is_harmless(struct text line, size_t at, bool letters)
{
    char c = line.bytes[at];
    bool in_word = at > 0 && is_word(line.bytes[at - 1]) && at + 1 < line.length && is_word(line.bytes[at + 1]);

    if (is_word(c) || is_in(c, " ,;'\"/%"))
        return true;
    if (c == '_')
        return in_word;
    if (c == ':')
        return letters && (at + 1 == line.length || line.bytes[at + 1] == ' ');
    return letters && is_in(c, ".-()?!");
}

/* A line that was made fit for display. */
static void write_line(struct buffer *output, struct text line)
{
    bool letters = false;

    for (size_t i = 0; i < line.length; i++) {
        char c = line.bytes[i];

        if (is_harmless(line, i, letters))
            buffer_add_byte(output, (uint8_t)c);
        else
            write_entity(output, c);
        letters = letters || is_letter(c);
    }
}

/* A text between two places without the blanks at its ends. */
static struct text trimmed(const char *begin, const char *end)
{
    while (begin < end && is_in(*begin, " \t\r"))
        begin++;
    while (begin < end && is_in(end[-1], " \t\r"))
        end--;
    return (struct text){begin, (size_t)(end - begin)};
}

void markdown_text(struct buffer *output, struct text text)
{
    CLEANUP(buffer_clear) struct buffer shown;
    const char *end = text.length == 0 ? text.bytes : text.bytes + text.length;
    const char *line = text.bytes;

    buffer_init(&shown);
    while (line != end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));

        buffer_reset(&shown);
        display_text(&shown, trimmed(line, next == NULL ? end : next));
        write_line(output, buffer_text(&shown));
        line = next == NULL ? end : next + 1;
        if (next != NULL && line != end)
            buffer_add_string(output, "<br>");
    }
    output->failed = output->failed || shown.failed;
}

/* ---------------------------------------------------------------- code */

/* Whether a text can stand between backticks, in a cell, too: nothing there is read before the backticks are. */
static bool fits_backticks(struct text shown)
{
    if (shown.length == 0 || shown.bytes[0] == ' ' || shown.bytes[shown.length - 1] == ' ')
        return false;
    for (size_t i = 0; i < shown.length; i++)
        if (is_in(shown.bytes[i], "`|\\{}<&"))
            return false;
    return true;
}

void markdown_code(struct buffer *output, struct text text, size_t columns)
{
    CLEANUP(buffer_clear) struct buffer shown;

    buffer_init(&shown);
    display_clipped(&shown, text, columns);
    if (fits_backticks(buffer_text(&shown))) {
        buffer_add_byte(output, '`');
        buffer_add_text(output, buffer_text(&shown));
        buffer_add_byte(output, '`');
    } else {
        buffer_add_string(output, "<code>");
        for (size_t i = 0; i < shown.length; i++)
            if (is_word(shown.bytes[i]) || is_in(shown.bytes[i], " ,.;()/='\"%+"))
                buffer_add_byte(output, (uint8_t)shown.bytes[i]);
            else
                write_entity(output, shown.bytes[i]);
        buffer_add_string(output, "</code>");
    }
    output->failed = output->failed || shown.failed;
}

/* What no block between fences can hold: a template, a mark of a generated file, characters that nobody sees. */
static bool fits_fences(struct buffer *output, struct text text)
{
    static const char *const refused[] = {"{{", "{%", "{#", "driftline:"};
    CLEANUP(buffer_clear) struct buffer shown;
    const char *end = text.bytes + text.length;

    buffer_init(&shown);
    for (size_t i = 0; i < LENGTH_OF(refused); i++)
        if (memmem(text.bytes, text.length, refused[i], strlen(refused[i])) != NULL)
            return false;
    for (const char *at = text.bytes; at < end; at++) {
        const char *begin = at;

        while (at < end && *at != '\n' && *at != '\t')
            at++;
        buffer_reset(&shown);
        display_text(&shown, (struct text){begin, (size_t)(at - begin)});
        if (!shown.failed && shown.length != (size_t)(at - begin))
            return false;
    }
    output->failed = output->failed || shown.failed;
    return true;
}

static size_t longest_run(struct text text, char wanted)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.length; i++) {
        run = text.bytes[i] == wanted ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void write_fence(struct buffer *output, size_t length)
{
    for (size_t i = 0; i < length; i++)
        buffer_add_byte(output, '`');
}

/* All on one line, every character that could mean something as a number: for what is not safe between fences. */
static void write_escaped_block(struct buffer *output, struct text text)
{
    buffer_add_string(output, "<pre><code>");
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        size_t length = text_character((struct text){text.bytes + i, text.length - i});

        if (c == '\n' || c == '\t') {
            write_entity(output, c);
        } else if (length == 1 && c >= ' ' && c < 0x7f) {
            if (is_word(c) || c == ' ')
                buffer_add_byte(output, (uint8_t)c);
            else
                write_entity(output, c);
        } else {
            display_text(output, (struct text){text.bytes + i, length == 0 ? 1 : length});
            i += length == 0 ? 0 : length - 1;
        }
    }
    buffer_add_string(output, "</code></pre>\n");
}

void markdown_block(struct buffer *output, const char *language, struct text text)
{
    size_t fence;

    while (text.length > 0 && is_in(text.bytes[text.length - 1], "\r\n\t "))
        text.length--;
    while (text.length > 0 && is_in(text.bytes[0], "\r\n"))
        text = (struct text){text.bytes + 1, text.length - 1};
    if (text.length == 0 || !fits_fences(output, text)) {
        write_escaped_block(output, text);
        return;
    }
    fence = longest_run(text, '`') + 1;
    fence = fence < FENCE_LEAST ? FENCE_LEAST : fence;
    write_fence(output, fence);
    buffer_printf(output, " %s\n", language);
    buffer_add_text(output, text);
    buffer_add_byte(output, '\n');
    write_fence(output, fence);
    buffer_add_byte(output, '\n');
}

/* ---------------------------------------------------------------- other languages */

void mermaid_label(struct buffer *output, struct text text)
{
    CLEANUP(buffer_clear) struct buffer shown;

    buffer_init(&shown);
    display_text(&shown, text);
    for (size_t i = 0; i < shown.length; i++)
        if (is_word(shown.bytes[i]) || is_in(shown.bytes[i], " ,.()_/"))
            buffer_add_byte(output, (uint8_t)shown.bytes[i]);
        else
            buffer_printf(output, "#%u;", (unsigned)(unsigned char)shown.bytes[i]);
    output->failed = output->failed || shown.failed;
}

void yaml_title(struct buffer *output, struct text text)
{
    CLEANUP(buffer_clear) struct buffer shown;

    buffer_init(&shown);
    display_text(&shown, text);
    buffer_add_byte(output, '"');
    for (size_t i = 0; i < shown.length; i++)
        if (is_in(shown.bytes[i], "&<>\"'\\{}"))
            write_entity(output, shown.bytes[i]);
        else
            buffer_add_byte(output, (uint8_t)shown.bytes[i]);
    buffer_add_byte(output, '"');
    output->failed = output->failed || shown.failed;
}
