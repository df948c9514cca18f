#include "cli/terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const wish_names[] = {"auto", "always", "never"};

const char *colour_wish_name(size_t number)
{
    return number < LENGTH_OF(wish_names) ? wish_names[number] : NULL;
}

bool terminal_is_interactive(int file)
{
    const char *terminal = getenv("TERM");

    return isatty(file) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

bool terminal_has_colour(enum colour_wish wish, int file)
{
    const char *no_colour = getenv("NO_COLOR");

    if (wish != COLOUR_AUTO)
        return wish == COLOUR_ALWAYS;
    return (no_colour == NULL || no_colour[0] == '\0') && terminal_is_interactive(file);
}

size_t terminal_width(int file)
{
    struct winsize size = {0};

    return isatty(file) && ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* The character at the begin of the text, which is taken off. Bytes that are no UTF-8 come one by one, above U+10FFFF.
 */
static uint32_t take_character(struct text *text, struct text *ret_bytes)
{
    uint8_t first = (uint8_t)text->bytes[0];
    size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    uint32_t value = first;

    *ret_bytes = (struct text){text->bytes, length};
    if (length > text->length || !text_is_utf8(*ret_bytes)) {
        ret_bytes->length = length = 1;
        value = 0x110000 + first;
    } else if (length > 1) {
        value = first & (0xffU >> (length + 1));
        for (size_t i = 1; i < length; i++)
            value = value << 6 | ((uint8_t)text->bytes[i] & 0x3f);
    }
    text->bytes += length;
    text->length -= length;
    return value;
}

/* Characters that make what follows appear elsewhere than it is, or are not seen at all. */
static bool is_deceptive(uint32_t value)
{
    return (value >= 0x80 && value < 0xa0) || value == 0x61c || (value >= 0x200b && value <= 0x200f) ||
           (value >= 0x2028 && value <= 0x202e) || (value >= 0x2060 && value <= 0x206f) || value == 0xfeff;
}

static void write_character(struct buffer *buffer, uint32_t value, struct text bytes)
{
    if (value == '\n')
        buffer_add_string(buffer, "\\n");
    else if (value == '\t')
        buffer_add_string(buffer, "\\t");
    else if (value == '\r')
        buffer_add_string(buffer, "\\r");
    else if (value < 0x20 || value == 0x7f)
        buffer_printf(buffer, "\\x%02x", value);
    else if (value >= 0x110000)
        buffer_printf(buffer, "\\x%02x", value - 0x110000);
    else if (is_deceptive(value))
        buffer_printf(buffer, "\\u%04x", value);
    else
        buffer_add_text(buffer, bytes);
}

void terminal_write(struct buffer *buffer, struct text text)
{
    struct text bytes;

    while (text.length > 0) {
        uint32_t value = take_character(&text, &bytes);

        write_character(buffer, value, bytes);
    }
}

static size_t columns_of(uint32_t value)
{
    if (value == '\n' || value == '\t' || value == '\r')
        return 2;
    if (value < 0x20 || value == 0x7f || value >= 0x110000)
        return 4;
    return is_deceptive(value) ? 6 : 1;
}

size_t terminal_columns(struct text text)
{
    struct text bytes;
    size_t columns = 0;

    while (text.length > 0)
        columns += columns_of(take_character(&text, &bytes));
    return columns;
}

void terminal_write_padded(struct buffer *buffer, struct text text, size_t columns)
{
    size_t used = terminal_columns(text);

    terminal_write(buffer, text);
    buffer_printf(buffer, "%*s", used < columns ? (int)(columns - used) : 2, "");
}

void terminal_write_lines(struct buffer *buffer, struct text text, size_t indent)
{
    while (text.length > 0) {
        const char *end = memchr(text.bytes, '\n', text.length);
        struct text line = {text.bytes, end == NULL ? text.length : (size_t)(end - text.bytes)};
        size_t used = end == NULL ? line.length : line.length + 1;
        struct text bytes;

        text = (struct text){text.bytes + used, text.length - used};
        if (line.length > 0 && line.bytes[line.length - 1] == '\r')
            line.length--;
        buffer_printf(buffer, "%*s", line.length == 0 ? 0 : (int)indent, "");
        while (line.length > 0) {
            uint32_t value = take_character(&line, &bytes);

            if (value == '\t')
                buffer_add_string(buffer, "    ");
            else
                write_character(buffer, value, bytes);
        }
        buffer_add_byte(buffer, '\n');
    }
}
