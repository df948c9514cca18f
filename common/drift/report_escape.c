#include "drift/report_escape.h"

#include <string.h>

void escape_xml(struct buffer *output, struct text displayed)
{
    for (size_t i = 0; i < displayed.length; i++)
        switch (displayed.bytes[i]) {
        case '&':
            buffer_add_string(output, "&amp;");
            break;
        case '<':
            buffer_add_string(output, "&lt;");
            break;
        case '>':
            buffer_add_string(output, "&gt;");
            break;
        case '"':
            buffer_add_string(output, "&quot;");
            break;
        default:
            buffer_add_byte(output, (uint8_t)displayed.bytes[i]);
        }
}

void escape_markdown(struct buffer *output, struct text displayed)
{
    static const char harmless[] = " .,()-+/";

    buffer_add_string(output, "<code>");
    for (size_t i = 0; i < displayed.length; i++) {
        unsigned char c = (unsigned char)displayed.bytes[i];
        bool plain = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     memchr(harmless, c, sizeof harmless - 1) != NULL;

        if (plain)
            buffer_add_byte(output, c);
        else
            buffer_printf(output, "&#%u;", (unsigned)c);
    }
    buffer_add_string(output, "</code>");
}

void escape_github(struct buffer *output, struct text displayed, bool property)
{
    for (size_t i = 0; i < displayed.length; i++) {
        char c = displayed.bytes[i];

        if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
            buffer_printf(output, "%%%02X", (unsigned)(unsigned char)c);
        else
            buffer_add_byte(output, (uint8_t)c);
    }
}
