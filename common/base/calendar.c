#include "base/calendar.h"

enum { ERA_YEARS = 400, ERA_DAYS = 146097, EPOCH_DAYS = 719468 /* from 0000-03-01 to 1970-01-01 */ };

/* Years are counted from March on: then the day that comes and goes is the last. */
int64_t calendar_days(struct calendar_date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = calendar_floor(year, ERA_YEARS), in_era = calendar_rest(year, ERA_YEARS);
    unsigned month = (date.month + 9) % 12;
    int64_t in_year = (153 * month + 2) / 5 + date.day - 1;

    return era * ERA_DAYS + in_era * 365 + in_era / 4 - in_era / 100 + in_year - EPOCH_DAYS;
}

struct calendar_date calendar_date(int64_t days)
{
    int64_t shifted = days + EPOCH_DAYS;
    int64_t era = calendar_floor(shifted, ERA_DAYS), in_era = calendar_rest(shifted, ERA_DAYS);
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    unsigned month = (unsigned)((5 * in_year + 2) / 153);

    return (struct calendar_date){
        .year = year + era * ERA_YEARS + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = (unsigned)(in_year - (153 * month + 2) / 5 + 1),
    };
}

unsigned calendar_weekday(int64_t days)
{
    return (unsigned)calendar_rest(days + 4, 7); /* 1970-01-01 was a Thursday */
}

unsigned calendar_month_length(int64_t year, unsigned month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return lengths[month - 1] + (month == 2 && is_leap);
}
