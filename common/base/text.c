#include "base/text.h"

#include <stdint.h>

/* The length that the first byte of a character announces; 0 when no character begins with it. */
static size_t announced_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc0 || first >= 0xf8)
        return 0;
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

size_t text_character(struct text text)
{
    static const uint32_t first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *c = (const unsigned char *)text.bytes;
    size_t length = text.length == 0 ? 0 : announced_length(c[0]);
    uint32_t value;

    if (length == 0 || length > text.length)
        return 0;
    value = c[0] & first_bits[length];
    for (size_t i = 1; i < length; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (c[i] & 0x3fu);
    }
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff) || value < smallest[length])
        return 0;
    return length;
}

bool text_is_utf8(struct text text)
{
    while (text.length > 0) {
        uint64_t eight;
        size_t length = sizeof eight;

        if (text.length >= sizeof eight)
            memcpy(&eight, text.bytes, sizeof eight);
        if (text.length < sizeof eight || (eight & 0x8080808080808080u) != 0) /* most text is ASCII: eight at once */
            length = text_character(text);
        if (length == 0)
            return false;
        text = (struct text){text.bytes + length, text.length - length};
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text text)
{
    while (text.length > 0 && is_blank(text.bytes[0]))
        text = (struct text){text.bytes + 1, text.length - 1};
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

size_t text_offset(struct text text, size_t characters)
{
    size_t offset = 0;

    for (size_t i = 0; i < characters && offset < text.length; i++) {
        size_t length = text_character((struct text){text.bytes + offset, text.length - offset});

        offset += length == 0 ? 1 : length;
    }
    return offset;
}
