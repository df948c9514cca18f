/* base/buffer.h - bytes that grow: canonical forms, reports, lines of output.
 *
 * Failure is sticky: once memory runs out further additions do nothing, and buffer_check() says so at the end, so that
 * code that writes a report needs one check, not a hundred.
 * Ownership: buffer_init() … buffer_clear(); the bytes belong to the buffer. They are always followed by a NUL.
 */
#ifndef DRIFTLINE_BASE_BUFFER_H
#define DRIFTLINE_BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

struct buffer {
    char *bytes; /* NULL until the first addition */
    size_t length;
    size_t capacity;
    bool failed;
};

void buffer_init(struct buffer *buffer);
void buffer_clear(struct buffer *buffer);

/* Forget the content, keep the memory and the failure. */
void buffer_reset(struct buffer *buffer);

void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_add_byte(struct buffer *buffer, uint8_t byte);
void buffer_add_text(struct buffer *buffer, struct text text);
void buffer_add_string(struct buffer *buffer, const char *string);
void buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
void buffer_vprintf(struct buffer *buffer, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* A text as one step of an address's path, or one value of its query: all but letters, digits, `-_.~` and what `also`
 * lists as %XX. */
void buffer_add_escaped(struct buffer *buffer, struct text text, const char *also);

/* A number in the shortest LEB128 form: seven bits a byte, the lowest first. */
void buffer_add_varint(struct buffer *buffer, uint64_t value);

/* What was written so far; valid until the next addition. */
struct text buffer_text(const struct buffer *buffer);

/* ERROR_NONE, or ERROR_MEMORY when an addition failed. */
enum error_code buffer_check(const struct buffer *buffer, struct error *error, const char *doing) MUST_CHECK;

#endif
