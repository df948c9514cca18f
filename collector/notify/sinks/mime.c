#include "notify/sinks/mime.h"

#include <string.h>

#include "base/calendar.h"

enum { LINE_LIMIT = 76, WORD_LIMIT = 45 /* bytes that make an encoded word of 75 characters at most */ };

/* ---- headers ---- */

static bool is_plain(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] < ' ' || text.bytes[i] > '~')
            return false;
    /* What looks like an encoded word would be taken for one. */
    return text.length == 0 || memmem(text.bytes, text.length, "=?", 2) == NULL;
}

/* Words, with a line break before one that would make the line too long. A word without end stays whole: a line may
 * have 998 bytes. */
static void add_folded(struct buffer *output, struct text text, size_t column)
{
    size_t at = 0;

    while (at < text.length) {
        size_t end = at + 1;

        while (end < text.length && text.bytes[end] != ' ')
            end++;
        /* A line of blanks alone would end the headers for some readers: fold only before what is more. */
        if (at > 0 && column + (end - at) > LINE_LIMIT && text.bytes[at] == ' ' && end - at > 1) {
            buffer_add_string(output, "\r\n");
            column = 0;
        }
        buffer_add(output, text.bytes + at, end - at);
        column += end - at;
        at = end;
    }
}

static void add_base64(struct buffer *output, struct text text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < text.length; i += 3) {
        size_t left = text.length - i < 3 ? text.length - i : 3;
        uint32_t bits = 0;

        for (size_t j = 0; j < 3; j++)
            bits = bits << 8 | (j < left ? (unsigned char)text.bytes[i + j] : 0u);
        for (size_t j = 0; j < 4; j++)
            buffer_add_byte(output, (uint8_t)(j <= left ? digits[bits >> (18 - 6 * j) & 63] : '='));
    }
}

/* Encoded words, each of whole characters. The first has less room, for it stands behind the name. */
static void add_encoded(struct buffer *output, struct text text, size_t column)
{
    size_t room = WORD_LIMIT - (column * 3 / 4 + 3) / 3 * 3;

    for (size_t at = 0; at < text.length;) {
        size_t end = at;

        while (end < text.length) {
            size_t size = text_character((struct text){text.bytes + end, text.length - end});

            size = size == 0 ? 1 : size;
            if (end + size - at > room)
                break;
            end += size;
        }
        buffer_add_string(output, at == 0 ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        add_base64(output, (struct text){text.bytes + at, end - at});
        buffer_add_string(output, "?=");
        room = WORD_LIMIT;
        at = end;
    }
}

void mime_text_header(struct buffer *output, const char *name, struct text displayed)
{
    size_t column = strlen(name) + 2;

    buffer_printf(output, "%s: ", name);
    if (is_plain(displayed))
        add_folded(output, displayed, column);
    else
        add_encoded(output, displayed, column);
    buffer_add_string(output, "\r\n");
}

void mime_address_header(struct buffer *output, const char *name, const struct text *addresses, size_t count)
{
    buffer_printf(output, "%s: ", name);
    for (size_t i = 0; i < count; i++) {
        buffer_add_string(output, i == 0 ? "" : ",\r\n ");
        buffer_add_text(output, addresses[i]);
    }
    buffer_add_string(output, "\r\n");
}

void mime_date_header(struct buffer *output, int64_t microseconds)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t seconds = calendar_floor(microseconds, 1000000);
    int64_t day = calendar_floor(seconds, 86400);
    unsigned second = (unsigned)calendar_rest(seconds, 86400);
    struct calendar_date date = calendar_date(day);

    buffer_printf(output, "Date: %s, %u %s %04lld %02u:%02u:%02u +0000\r\n", days[calendar_weekday(day)], date.day,
                  months[date.month - 1], (long long)date.year, second / 3600, second / 60 % 60, second % 60);
}

/* ---- bodies ---- */

/* What a byte is written as; a blank at the end of a line would be lost on the way. */
static size_t quoted(unsigned char byte, bool is_last, char ret_piece[4])
{
    static const char digits[] = "0123456789ABCDEF";

    if ((byte > ' ' && byte <= '~' && byte != '=') || (byte == ' ' && !is_last)) {
        ret_piece[0] = (char)byte;
        return 1;
    }
    ret_piece[0] = '=';
    ret_piece[1] = digits[byte >> 4];
    ret_piece[2] = digits[byte & 15];
    return 3;
}

void mime_quoted_printable(struct buffer *output, struct text text)
{
    size_t column = 0;

    for (size_t i = 0; i < text.length; i++) {
        bool is_last = i + 1 == text.length || text.bytes[i + 1] == '\n';
        char piece[4];
        size_t size;

        if (text.bytes[i] == '\n') {
            buffer_add_string(output, "\r\n");
            column = 0;
            continue;
        }
        size = quoted((unsigned char)text.bytes[i], is_last, piece);
        if (column + size + (is_last ? 0 : 1) > LINE_LIMIT) {
            buffer_add_string(output, "=\r\n");
            column = 0;
        }
        buffer_add(output, piece, size);
        column += size;
    }
}

/* ---- addresses ---- */

/* Of a local part without quotes (RFC 5321's dot-string), and of a domain. */
static bool is_address_byte(unsigned char byte, bool in_domain)
{
    static const char marks[] = "!#$%&'*+/=?^_`{|}~";

    if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '.' ||
        byte == '-')
        return true;
    return !in_domain && memchr(marks, byte, sizeof marks - 1) != NULL;
}

bool mime_is_address(struct text text)
{
    const char *at = text.length == 0 ? NULL : memchr(text.bytes, '@', text.length);
    size_t local = at == NULL ? 0 : (size_t)(at - text.bytes);

    if (local == 0 || local > 64 || local + 1 == text.length || text.length > 254)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (i != local && !is_address_byte((unsigned char)text.bytes[i], i > local))
            return false;
    return text.bytes[0] != '-' && text.bytes[0] != '.' && at[-1] != '.' && at[1] != '.' && at[1] != '-' &&
           text.bytes[text.length - 1] != '.';
}
