#include "base/clock.h"

#include <stdio.h>
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
