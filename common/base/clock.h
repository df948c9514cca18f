/* base/clock.h - the time of day and the time that passes, each in one unit. */
#ifndef DRIFTLINE_BASE_CLOCK_H
#define DRIFTLINE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { CLOCK_TEXT_SIZE = sizeof "2026-11-21T10:00:00.000Z" };

/* Microseconds since 1970-01-01T00:00Z. */
int64_t clock_now(void);

/* Microseconds of a clock that never jumps; only differences mean something. */
int64_t clock_elapsed(void);

/* `2026-11-21T10:00:00.000Z`. Times that do not fit four digits of year give `invalid`. */
void clock_format(int64_t microseconds, char ret_text[CLOCK_TEXT_SIZE]);

/* The same without the fraction, which says nothing to people: `2026-11-21T10:00:00Z`. */
void clock_format_seconds(int64_t microseconds, char ret_text[CLOCK_TEXT_SIZE]);

/* Read `2026-11-01`, which is midnight UTC, or `2026-11-01T00:00[:00[.000000]]` with `Z` or `+05:30` at its end: the
 * whole text, of the years 1970 to 9999. False, and nothing set, when it is none. */
bool clock_parse(struct text text, int64_t *ret_microseconds);

#endif
