#include "codegen/filter.h"

#include "codegen/letters.h"

bool filter_is_hidden(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0xad || character == 0x61c ||
           (character >= 0x200b && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2060 && character <= 0x206f) || character == 0xfeff ||
           (character >= 0xfff0 && character < 0xfffd) || (character >= 0xe0000 && character <= 0xe0fff);
}

static uint32_t next(struct text *text)
{
    size_t length;
    uint32_t character = letter_read(*text, &length);

    *text = (struct text){text->bytes + length, text->length - length};
    return character;
}

/* ---- comments ---- */

/* What a line of a comment begins with, and what must not stand in it. */
struct comment {
    struct text indent;
    const char *begin;
    bool is_block;
    bool is_one_line;
};

/* A line that ended with a backslash would go on in the next one. */
static void end_line(struct buffer *output)
{
    if (output->length > 0 && output->bytes[output->length - 1] == '\\')
        buffer_add_string(output, " .");
}

static void begin_line(struct buffer *output, const struct comment *comment, struct text rest)
{
    end_line(output);
    if (comment->is_one_line) {
        buffer_add_byte(output, ' ');
        return;
    }
    buffer_add_byte(output, '\n');
    buffer_add_text(output, comment->indent);
    buffer_add_string(output, comment->begin);
    if (rest.length > 0 && rest.bytes[0] != '\n')
        buffer_add_byte(output, ' ');
}

/* Whether C, as it once was, reads another character here. */
static bool is_trigraph(const struct buffer *output, uint32_t character)
{
    return character < 0x80 && strchr("=/'()!<>-", (int)character) != NULL && output->length >= 2 &&
           output->bytes[output->length - 1] == '?' && output->bytes[output->length - 2] == '?';
}

static void write_comment(struct buffer *output, struct text text, const struct comment *comment)
{
    uint32_t before = ' ';

    while (text.length > 0 && text.bytes[text.length - 1] == '\n')
        text.length--;
    while (text.length > 0) {
        uint32_t character = next(&text);

        if (character == '\r' && text.length > 0 && text.bytes[0] == '\n')
            continue;
        if (character == '\n') {
            begin_line(output, comment, text);
        } else if (filter_is_hidden(character) && character != '\t') {
            buffer_add_byte(output, '?');
        } else {
            if (comment->is_block && ((before == '*' && character == '/') || (before == '/' && character == '*') ||
                                      is_trigraph(output, character)))
                buffer_add_byte(output, ' ');
            letter_write(output, character);
        }
        before = character;
    }
    end_line(output);
}

void filter_line_comment(struct buffer *output, struct text text, const struct filter_place *place)
{
    write_comment(output, text, &(struct comment){place->indent, place->language->line_comment, false, false});
}

void filter_block_comment(struct buffer *output, struct text text, const struct filter_place *place)
{
    write_comment(output, text, &(struct comment){place->indent, "*", true, false});
}

void filter_one_line(struct buffer *output, struct text text, const struct filter_place *place)
{
    write_comment(output, text, &(struct comment){place->indent, "", true, true});
}

/* ---- literals ---- */

static void write_unit(struct buffer *output, uint32_t unit)
{
    buffer_printf(output, "\\u%04x", (unsigned)unit);
}

void filter_json(struct buffer *output, struct text text, const struct filter_place *place)
{
    (void)place;
    buffer_add_byte(output, '"');
    while (text.length > 0) {
        uint32_t character = next(&text);

        if (character == '"' || character == '\\') {
            buffer_add_byte(output, '\\');
            buffer_add_byte(output, (uint8_t)character);
        } else if (character == '\n') {
            buffer_add_string(output, "\\n");
        } else if (character >= 0x10000) {
            write_unit(output, 0xd800 + ((character - 0x10000) >> 10));
            write_unit(output, 0xdc00 + ((character - 0x10000) & 0x3ff));
        } else if (character < 0x20 || character >= 0x7f) {
            write_unit(output, character);
        } else {
            buffer_add_byte(output, (uint8_t)character);
        }
    }
    buffer_add_byte(output, '"');
}

void filter_c_literal(struct buffer *output, struct text text, const struct filter_place *place)
{
    (void)place;
    buffer_add_byte(output, '"');
    while (text.length > 0) {
        size_t length;
        uint32_t character = letter_read(text, &length);

        for (size_t i = 0; filter_is_hidden(character) && i < length; i++)
            buffer_printf(output, "\\%03o", (unsigned)(uint8_t)text.bytes[i]);
        if (character == '"' || character == '\\' || character == '?')
            buffer_add_byte(output, '\\');
        if (!filter_is_hidden(character))
            letter_write(output, character);
        text = (struct text){text.bytes + length, text.length - length};
    }
    buffer_add_byte(output, '"');
}

void filter_raw(struct buffer *output, struct text text, const struct filter_place *place)
{
    (void)place;
    buffer_add_text(output, text);
}
