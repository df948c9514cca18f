/* base/error.h - an error is a code to branch on, a message to read, and a hint what to do.
 *
 * The caller owns the struct error; the function that fails fills it, and those above put what they were doing
 * in front of the message. Nothing is printed or logged here. Messages are one line of UTF-8: control
 * characters and broken bytes that come from outside are replaced when the message is made, so that a hostile name
 * cannot forge a line of a log.
 * Threads: a struct error belongs to one thread at a time.
 */
#ifndef DRIFTLINE_BASE_ERROR_H
#define DRIFTLINE_BASE_ERROR_H

#include "base/compiler.h"

enum error_code {
    ERROR_NONE = 0,
#define ERROR_CODE(symbol, name, exit_status, meaning, remedy) ERROR_##symbol,
#include "base/error_codes.def"
#undef ERROR_CODE
    ERROR_CODE_COUNT
};

struct error {
    enum error_code code;
    char message[512]; /* lower case, no full stop, names the thing in 'quotes' */
    char hint[256];    /* what to do; empty when there is nothing better than the code's own remedy */
};

/* Record a failure and return its code, so that callers write `return error_set(...)`. Clears the hint. */
enum error_code error_set(struct error *error, enum error_code code, const char *format, ...) PRINTF_LIKE(3, 4);

/* Put what the caller was doing in front of the message, with ": " between; the code stays as it was. */
enum error_code error_context(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/* Say what to do about it. Returns the code. */
enum error_code error_hint(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/* The failure every allocating function reports in the same words. */
enum error_code error_memory(struct error *error, const char *doing);

/* The published facts of a code; an unknown one has those of ERROR_INTERNAL, ERROR_NONE is "none" with status 0. */
const char *error_name(enum error_code code);
const char *error_meaning(enum error_code code);
const char *error_remedy(enum error_code code);
int error_exit_status(enum error_code code);

#endif
