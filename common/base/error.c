#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct error_facts {
    const char *name;
    int exit_status;
    const char *meaning;
    const char *remedy;
};

static const struct error_facts facts[ERROR_CODE_COUNT] = {
    [ERROR_NONE] = {"none", 0, "no error", "nothing"},
#define ERROR_CODE(symbol, name, exit_status, meaning, remedy) [ERROR_##symbol] = {name, exit_status, meaning, remedy},
#include "base/error_codes.def"
#undef ERROR_CODE
};

static const struct error_facts *facts_of(enum error_code code)
{
    return (unsigned)code < ERROR_CODE_COUNT ? &facts[code] : &facts[ERROR_INTERNAL];
}

/* Make one line of UTF-8 that shows and does nothing else: a line break inside a foreign name must not look like the
 * end of ours, nor may a control character reach a terminal. `size` is that of the buffer: a text that fills it was
 * cut, perhaps within a character, whose rest is removed. */
static void make_one_line(char *text, size_t size)
{
    size_t length = strlen(text);

    if (length + 1 == size) {
        while (length > 0 && ((unsigned char)text[length - 1] & 0xc0) == 0x80)
            text[--length] = '\0';
        if (length > 0 && (unsigned char)text[length - 1] >= 0xc0)
            text[--length] = '\0';
    }
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r' || text[length - 1] == ' '))
        text[--length] = '\0';
    for (size_t i = 0; i < length;) {
        unsigned char *c = (unsigned char *)text + i;
        size_t character = text_character((struct text){text + i, length - i});

        if (character == 0)
            *c = '?';
        else if (*c < 0x20 || *c == 0x7f)
            *c = ' ';
        else if (*c == 0xc2 && c[1] < 0xa0) /* control characters above ASCII */
            memset(c, ' ', 2);
        i += character == 0 ? 1 : character;
    }
}

enum error_code error_set(struct error *error, enum error_code code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    make_one_line(error->message, sizeof error->message);
    error->hint[0] = '\0';
    return error->code = code;
}

enum error_code error_context(struct error *error, const char *format, ...)
{
    char inner[sizeof error->message];
    va_list arguments;
    int written;

    memcpy(inner, error->message, sizeof inner);
    va_start(arguments, format);
    written = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (written >= 0 && (size_t)written < sizeof error->message)
        snprintf(error->message + written, sizeof error->message - (size_t)written, ": %.*s",
                 (int)sizeof error->message - written - 3, inner);
    make_one_line(error->message, sizeof error->message);
    return error->code;
}

enum error_code error_hint(struct error *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
    make_one_line(error->hint, sizeof error->hint);
    return error->code;
}

enum error_code error_memory(struct error *error, const char *doing)
{
    return error_set(error, ERROR_MEMORY, "out of memory while %s", doing);
}

const char *error_name(enum error_code code)
{
    return facts_of(code)->name;
}

const char *error_meaning(enum error_code code)
{
    return facts_of(code)->meaning;
}

const char *error_remedy(enum error_code code)
{
    return facts_of(code)->remedy;
}

int error_exit_status(enum error_code code)
{
    return facts_of(code)->exit_status;
}
