#include "http/http_address.h"

#include <string.h>

void http_add_encoded(struct buffer *address, struct text text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

    for (size_t i = 0; i < text.length; i++) {
        if (memchr(plain, text.bytes[i], sizeof plain - 1) != NULL)
            buffer_add_byte(address, (uint8_t)text.bytes[i]);
        else
            buffer_printf(address, "%%%02X", (unsigned)(uint8_t)text.bytes[i]);
    }
}
