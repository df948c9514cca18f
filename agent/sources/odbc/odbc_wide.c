#include "sources/odbc/odbc_wide.h"

#include <stdint.h>

enum { HIGH = 0xd800, LOW = 0xdc00, AFTER = 0xe000, REPLACEMENT = 0xfffd, BEYOND = 0x10000 };

static void add_unit(struct buffer *buffer, uint32_t unit)
{
    SQLWCHAR wide = (SQLWCHAR)unit;

    buffer_add(buffer, &wide, sizeof wide);
}

/* The character of well-formed bytes. */
static uint32_t decode(const unsigned char *bytes, size_t length)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t character = bytes[0] & masks[length];

    for (size_t i = 1; i < length; i++)
        character = character << 6 | (bytes[i] & 0x3f);
    return character;
}

static bool is_surrogate(struct text text)
{
    const unsigned char *bytes = (const unsigned char *)text.bytes;

    return text.length >= 3 && bytes[0] == 0xed && (bytes[1] & 0xe0) == 0xa0 && (bytes[2] & 0xc0) == 0x80;
}

void odbc_wide_add(struct buffer *buffer, struct text text)
{
    while (text.length > 0) {
        size_t length = text_character(text);
        uint32_t character = REPLACEMENT;

        if (length == 0 && is_surrogate(text))
            length = 3;
        if (length > 0)
            character = decode((const unsigned char *)text.bytes, length);
        else
            length = 1;
        if (character >= BEYOND) {
            add_unit(buffer, HIGH + ((character - BEYOND) >> 10));
            add_unit(buffer, LOW + ((character - BEYOND) & 0x3ff));
        } else {
            add_unit(buffer, character);
        }
        text = (struct text){text.bytes + length, text.length - length};
    }
}

void odbc_wide_end(struct buffer *buffer)
{
    add_unit(buffer, 0);
}

static void add_character(struct buffer *buffer, uint32_t character)
{
    char bytes[4];
    size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < BEYOND ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = length; i-- > 1; character >>= 6)
        bytes[i] = (char)(0x80 | (character & 0x3f));
    bytes[0] = (char)(leads[length] | character);
    buffer_add(buffer, bytes, length);
}

void odbc_wide_to_text(struct buffer *buffer, const SQLWCHAR *units, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t unit = units[i];

        if (unit < 0x80) {
            buffer_add_byte(buffer, (uint8_t)unit);
        } else if (unit >= HIGH && unit < LOW && i + 1 < count && units[i + 1] >= LOW && units[i + 1] < AFTER) {
            i++;
            add_character(buffer, BEYOND + ((unit - HIGH) << 10 | (uint32_t)(units[i] - LOW)));
        } else {
            add_character(buffer, unit);
        }
    }
}
