#include "cli/moment.h"

#include "base/clock.h"

enum { LONGEST_NUMBER = 6 }; /* digits of a duration: a million weeks are longer than time is recorded */

static const int64_t second = 1000000;
static const int64_t latest = INT64_C(253402300799999999); /* of the year 9999 */

static const struct unit {
    char name;
    int64_t seconds;
} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};

/* `7d` */
static bool read_duration(const char *value, int64_t *ret_microseconds)
{
    size_t digits = strspn(value, "0123456789");
    int64_t number = 0;

    if (digits == 0 || digits > LONGEST_NUMBER || strlen(value) != digits + 1)
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (value[i] - '0');
    for (size_t i = 0; i < LENGTH_OF(units); i++)
        if (units[i].name == value[digits]) {
            *ret_microseconds = number * units[i].seconds * second;
            return true;
        }
    return false;
}

enum error_code moment_read(int64_t *ret_microseconds, const char *called, const char *value, int64_t now,
                            struct error *error)
{
    int64_t ago;

    if (clock_parse(text_from(value), ret_microseconds))
        return ERROR_NONE;
    if (read_duration(value, &ago)) {
        *ret_microseconds = ago < now ? now - ago : 0;
        return ERROR_NONE;
    }
    error_set(error, ERROR_USAGE, "%s cannot be '%.80s'", called, value);
    return error_hint(error, "write a time such as 2026-11-01 or 2026-11-01T09:30Z, or how long ago: 2h, 7d");
}

enum error_code moment_read_coming(int64_t *ret_microseconds, const char *called, const char *value, int64_t now,
                                   struct error *error)
{
    int64_t moment;

    bool is_read = read_duration(value, &moment);

    if (is_read)
        moment += now;
    if ((!is_read && !clock_parse(text_from(value), &moment)) || moment > latest) {
        error_set(error, ERROR_USAGE, "%s cannot be '%.80s'", called, value);
        return error_hint(error, "write a time such as 2026-12-31 or 2026-12-31T18:00Z, or for how long: 12h, 30d");
    }
    if (moment <= now) {
        error_set(error, ERROR_USAGE, "%s cannot be '%.80s', which has passed", called, value);
        return error_hint(error, "write a time that is still to come, or for how long: 12h, 30d");
    }
    *ret_microseconds = moment;
    return ERROR_NONE;
}

void moment_write(struct buffer *buffer, int64_t microseconds)
{
    char text[CLOCK_TEXT_SIZE];

    if (microseconds == 0) {
        buffer_add_byte(buffer, '-');
        return;
    }
    clock_format_seconds(microseconds, text);
    buffer_add_string(buffer, text);
}

void moment_write_age(struct buffer *buffer, int64_t microseconds, int64_t now)
{
    int64_t seconds = microseconds >= now ? 0 : (now - microseconds) / second;
    const struct unit *unit = &units[0];

    if (microseconds == 0) {
        buffer_add_byte(buffer, '-');
        return;
    }
    for (size_t i = 1; i < LENGTH_OF(units) && units[i].name != 'w'; i++)
        if (seconds >= 2 * units[i].seconds) /* 90m tells more than 1h */
            unit = &units[i];
    buffer_printf(buffer, "%lld%c", (long long)(seconds / unit->seconds), unit->name);
}
