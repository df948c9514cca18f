#include "base/timezone_rule.h"

#include "base/calendar.h"

enum { HOUR = 3600, DAY = 24 * HOUR, OFFSET_HOURS = 24, TIME_HOURS = 167, SECOND_CLOCK = 2 * HOUR };

/* ---- reading ---- */

static bool take_character(struct text *text, char c)
{
    if (text->length == 0 || text->bytes[0] != c)
        return false;
    *text = (struct text){text->bytes + 1, text->length - 1};
    return true;
}

static bool take_number(struct text *text, unsigned least, unsigned most, unsigned *ret_number)
{
    unsigned number = 0, digits = 0;

    while (digits < 3 && text->length > 0 && text->bytes[0] >= '0' && text->bytes[0] <= '9') {
        number = number * 10 + (unsigned)(text->bytes[0] - '0');
        *text = (struct text){text->bytes + 1, text->length - 1};
        digits++;
    }
    *ret_number = number;
    return digits > 0 && number >= least && number <= most;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_byte(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-';
}

/* `CET` or `<+0530>`: nobody needs it, but it must be there. */
static bool take_name(struct text *text)
{
    bool quoted = take_character(text, '<');
    size_t length = 0;

    while (length < text->length && (quoted ? is_name_byte(text->bytes[length]) : is_letter(text->bytes[length])))
        length++;
    *text = (struct text){text->bytes + length, text->length - length};
    return length >= 3 && (!quoted || take_character(text, '>'));
}

/* `[+-]hh[:mm[:ss]]` */
static bool take_time(struct text *text, unsigned hours, int32_t *ret_seconds)
{
    bool negative = take_character(text, '-');
    unsigned hour, minute = 0, second = 0;
    int32_t seconds;

    if (!negative)
        (void)take_character(text, '+');
    if (!take_number(text, 0, hours, &hour) ||
        (take_character(text, ':') &&
         (!take_number(text, 0, 59, &minute) || (take_character(text, ':') && !take_number(text, 0, 59, &second)))))
        return false;
    seconds = (int32_t)(hour * HOUR + minute * 60 + second);
    *ret_seconds = negative ? -seconds : seconds;
    return true;
}

/* POSIX counts west of Greenwich. */
static bool take_offset(struct text *text, int32_t *ret_offset)
{
    int32_t west;

    if (!take_time(text, OFFSET_HOURS, &west))
        return false;
    *ret_offset = -west;
    return true;
}

static bool take_date(struct text *text, struct timezone_rule_day *day)
{
    if (take_character(text, 'J')) {
        day->form = TIMEZONE_DAY_OF_365;
        return take_number(text, 1, 365, &day->day);
    }
    if (!take_character(text, 'M')) {
        day->form = TIMEZONE_DAY_OF_366;
        return take_number(text, 0, 365, &day->day);
    }
    day->form = TIMEZONE_WEEKDAY;
    return take_number(text, 1, 12, &day->month) && take_character(text, '.') && take_number(text, 1, 5, &day->week) &&
           take_character(text, '.') && take_number(text, 0, 6, &day->day);
}

static bool take_day(struct text *text, struct timezone_rule_day *day)
{
    *day = (struct timezone_rule_day){.time = SECOND_CLOCK};
    return take_character(text, ',') && take_date(text, day) &&
           (!take_character(text, '/') || take_time(text, TIME_HOURS, &day->time));
}

static bool take_rule(struct text *text, struct timezone_rule *rule)
{
    if (!take_name(text) || !take_offset(text, &rule->standard))
        return false;
    rule->has_summer = text->length > 0;
    if (!rule->has_summer)
        return true;
    if (!take_name(text))
        return false;
    rule->summer = rule->standard + HOUR;
    if (text->length > 0 && text->bytes[0] != ',' && !take_offset(text, &rule->summer))
        return false;
    return take_day(text, &rule->begins[0]) && take_day(text, &rule->begins[1]) && text->length == 0;
}

enum error_code timezone_rule_parse(struct timezone_rule *ret_rule, struct text text, struct error *error)
{
    struct timezone_rule rule = {0};
    struct text rest = text;

    if (!take_rule(&rest, &rule))
        return error_set(error, ERROR_CORRUPT, "'%.*s' is not a rule of a time zone",
                         (int)(text.length > 80 ? 80 : text.length), text.bytes);
    *ret_rule = rule;
    return ERROR_NONE;
}

/* ---- applying ---- */

/* Days since 1970 of a rule's day in a year. */
static int64_t day_in_year(const struct timezone_rule_day *day, int64_t year)
{
    int64_t first = calendar_days((struct calendar_date){year, day->form == TIMEZONE_WEEKDAY ? day->month : 1, 1});
    unsigned length, place;

    if (day->form == TIMEZONE_DAY_OF_366)
        return first + day->day;
    if (day->form == TIMEZONE_DAY_OF_365) /* as in a year without 29 February: from 1 March on it makes one more */
        return first + day->day - 1 + (day->day >= 60 && calendar_month_length(year, 2) == 29);
    length = calendar_month_length(year, day->month);
    place = (day->day + 7 - calendar_weekday(first)) % 7 + 7 * (day->week - 1);
    return first + (place >= length ? place - 7 : place);
}

/* When summer time (0) or standard time (1) begins in a year. */
static int64_t begin_in_year(const struct timezone_rule *rule, unsigned which, int64_t year)
{
    const struct timezone_rule_day *day = &rule->begins[which];

    return day_in_year(day, year) * DAY + day->time - (which == 0 ? rule->standard : rule->summer);
}

struct timezone_stretch timezone_rule_stretch(const struct timezone_rule *rule, int64_t time)
{
    struct timezone_stretch stretch = {INT64_MIN, INT64_MAX, rule->standard};
    int64_t year;

    if (!rule->has_summer)
        return stretch;
    year = calendar_date(calendar_floor(time, DAY)).year;
    for (int64_t at = year - 2; at <= year + 2; at++) /* a day may begin a week before or after its year */
        for (unsigned which = 0; which < 2; which++) {
            int64_t begin = begin_in_year(rule, which, at);

            /* Summer time that begins when it ends goes on. */
            if (begin <= time && (begin > stretch.from || (begin == stretch.from && which == 0))) {
                stretch.from = begin;
                stretch.offset = which == 0 ? rule->summer : rule->standard;
            } else if (begin > time && begin < stretch.until) {
                stretch.until = begin;
            }
        }
    return stretch;
}
