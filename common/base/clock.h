/* base/clock.h - the time of day and the time that passes, each in one unit. */
#ifndef DRIFTLINE_BASE_CLOCK_H
#define DRIFTLINE_BASE_CLOCK_H

#include <stdint.h>

enum { CLOCK_TEXT_SIZE = sizeof "2026-11-21T10:00:00.000Z" };

/* Microseconds since 1970-01-01T00:00Z. */
int64_t clock_now(void);

/* Microseconds of a clock that never jumps; only differences mean something. */
int64_t clock_elapsed(void);

/* `2026-11-21T10:00:00.000Z`. Times that do not fit four digits of year give `invalid`. */
void clock_format(int64_t microseconds, char ret_text[CLOCK_TEXT_SIZE]);

#endif
