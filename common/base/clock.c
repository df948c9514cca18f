#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_elapsed(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void clock_format(int64_t microseconds, char ret_text[CLOCK_TEXT_SIZE])
{
    int64_t rest = microseconds % 1000000; /* negative before 1970 */
    time_t seconds = (time_t)(microseconds / 1000000 - (rest < 0 ? 1 : 0));
    unsigned milliseconds = (unsigned)((rest < 0 ? rest + 1000000 : rest) / 1000);
    char rest_of_date[sizeof "-11-21T10:00:00"];
    struct tm parts;

    if (gmtime_r(&seconds, &parts) == NULL || parts.tm_year < -1900 || parts.tm_year > 9999 - 1900 ||
        strftime(rest_of_date, sizeof rest_of_date, "-%m-%dT%H:%M:%S", &parts) == 0)
        snprintf(ret_text, CLOCK_TEXT_SIZE, "invalid");
    else /* %Y would not write leading zeros */
        snprintf(ret_text, CLOCK_TEXT_SIZE, "%04u%s.%03uZ", (unsigned)(parts.tm_year + 1900) % 10000, rest_of_date,
                 milliseconds % 1000);
}

void clock_format_seconds(int64_t microseconds, char ret_text[CLOCK_TEXT_SIZE])
{
    char *point;

    clock_format(microseconds, ret_text);
    point = strchr(ret_text, '.');
    if (point != NULL)
        memcpy(point, "Z", sizeof "Z");
}

/* ---- reading ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void take(struct text *text, size_t count)
{
    *text = (struct text){text->bytes + count, text->length - count};
}

/* Exactly `digits` digits at the begin of the text, which are taken off. */
static bool take_number(struct text *text, size_t digits, int *ret_number)
{
    int number = 0;

    if (text->length < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!is_digit(text->bytes[i]))
            return false;
        number = number * 10 + (text->bytes[i] - '0');
    }
    *ret_number = number;
    take(text, digits);
    return true;
}

static bool take_character(struct text *text, char c)
{
    if (text->length == 0 || text->bytes[0] != c)
        return false;
    take(text, 1);
    return true;
}

/* `5` to `500000`, after the point. */
static bool take_fraction(struct text *text, int64_t *ret_microseconds)
{
    int64_t unit = 100000;
    int64_t sum = 0;

    if (text->length == 0 || !is_digit(text->bytes[0]))
        return false;
    for (; text->length > 0 && is_digit(text->bytes[0]); unit /= 10) {
        if (unit == 0)
            return false;
        sum += (text->bytes[0] - '0') * unit;
        take(text, 1);
    }
    *ret_microseconds = sum;
    return true;
}

/* `Z`, `+01:00` or `-05:30`: how many seconds the clock is ahead of UTC. */
static bool take_zone(struct text *text, int64_t *ret_seconds)
{
    int hours;
    int minutes;
    int64_t sign;

    if (take_character(text, 'Z')) {
        *ret_seconds = 0;
        return true;
    }
    sign = text->length > 0 && text->bytes[0] == '-' ? -1 : 1;
    if ((!take_character(text, '+') && !take_character(text, '-')) || !take_number(text, 2, &hours) ||
        !take_character(text, ':') || !take_number(text, 2, &minutes) || hours > 15 || minutes > 59)
        return false;
    *ret_seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

/* `T00:00[:00[.0]]Z` */
static bool take_time_of_day(struct text *text, struct tm *parts, int64_t *ret_fraction, int64_t *ret_zone)
{
    if (!take_character(text, 'T') || !take_number(text, 2, &parts->tm_hour) || !take_character(text, ':') ||
        !take_number(text, 2, &parts->tm_min))
        return false;
    if (take_character(text, ':')) {
        if (!take_number(text, 2, &parts->tm_sec))
            return false;
        if (take_character(text, '.') && !take_fraction(text, ret_fraction))
            return false;
    }
    return take_zone(text, ret_zone);
}

/* The seconds of a date and time that exist: 31 February and 25 o'clock do not. */
static bool to_seconds(const struct tm *parts, time_t *ret_seconds)
{
    struct tm normalised = *parts; /* by timegm() */

    *ret_seconds = timegm(&normalised);
    return normalised.tm_mday == parts->tm_mday && normalised.tm_mon == parts->tm_mon &&
           normalised.tm_hour == parts->tm_hour && normalised.tm_min == parts->tm_min &&
           normalised.tm_sec == parts->tm_sec;
}

bool clock_parse(struct text text, int64_t *ret_microseconds)
{
    static const int64_t years_end = INT64_C(253402300800) * 1000000; /* of 9999 */
    struct tm parts = {0};
    int64_t fraction = 0;
    int64_t zone = 0;
    int64_t result;
    time_t seconds;

    if (!take_number(&text, 4, &parts.tm_year) || !take_character(&text, '-') ||
        !take_number(&text, 2, &parts.tm_mon) || !take_character(&text, '-') || !take_number(&text, 2, &parts.tm_mday))
        return false;
    if (text.length > 0 && !take_time_of_day(&text, &parts, &fraction, &zone))
        return false;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    if (text.length > 0 || !to_seconds(&parts, &seconds))
        return false;
    result = (seconds - zone) * 1000000 + fraction;
    if (result < 0 || result >= years_end)
        return false;
    *ret_microseconds = result;
    return true;
}
