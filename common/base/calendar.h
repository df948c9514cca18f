/* base/calendar.h - dates of the Gregorian calendar, and days since 1970-01-01. */
#ifndef DRIFTLINE_BASE_CALENDAR_H
#define DRIFTLINE_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar_date {
    int64_t year;
    unsigned month, day; /* from 1 */
};

int64_t calendar_days(struct calendar_date date);
struct calendar_date calendar_date(int64_t days);

/* 0: Sunday */
unsigned calendar_weekday(int64_t days);

unsigned calendar_month_length(int64_t year, unsigned month);

/* The quotient rounded down and what is left over, which is never negative; the divisor is positive. */
static inline int64_t calendar_floor(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

static inline int64_t calendar_rest(int64_t value, int64_t divisor)
{
    int64_t rest = value % divisor;

    return rest < 0 ? rest + divisor : rest;
}

#endif
