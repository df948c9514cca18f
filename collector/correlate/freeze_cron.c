#include "correlate/freeze_cron.h"

#include <string.h>

#include "base/calendar.h"

enum { FIELDS = 5, HOUR = 60, DAY = 24 * HOUR /* minutes */, NAME = 3 };

struct field {
    const char *name;
    unsigned least, most;
    const char *names; /* of the numbers from `least` on, three letters each; or empty */
};

enum { MINUTE_FIELD, HOUR_FIELD, DAY_FIELD, MONTH_FIELD, WEEKDAY_FIELD };

static const struct field fields[FIELDS] = {
    {"minute", 0, 59, ""},
    {"hour", 0, 23, ""},
    {"day", 1, 31, ""},
    {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
    {"weekday", 0, 7, "sunmontuewedthufrisat"},
};

/* ---------------------------------------------------------------- reading */

static enum error_code refuse(const struct field *field, struct text item, const char *why, struct error *error)
{
    error_set(error, ERROR_CONFIG, "'%.*s' makes no sense as the %s of a cron expression: %s",
              (int)(item.length > 40 ? 40 : item.length), item.bytes, field->name, why);
    return error_hint(error,
                      "the fields are minute hour day month weekday, such as '0 18 * * fri'; %ss go from %u to %u",
                      field->name, field->least, field->most);
}

/* Cut off what stands before a character; false when it is not there, and then it is all. */
static bool cut(struct text *rest, char at, struct text *ret_before)
{
    const char *found = rest->length == 0 ? NULL : memchr(rest->bytes, at, rest->length);
    size_t length = found == NULL ? rest->length : (size_t)(found - rest->bytes);
    size_t taken = length + (found != NULL);

    *ret_before = (struct text){rest->bytes, length};
    *rest = (struct text){rest->bytes + taken, rest->length - taken};
    return found != NULL;
}

static bool read_digits(struct text text, unsigned *ret_number)
{
    unsigned number = 0;

    if (text.length == 0 || text.length > 3)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        number = number * 10 + (unsigned)(text.bytes[i] - '0');
    }
    *ret_number = number;
    return true;
}

static bool is_same_letter(char letter, char name)
{
    return letter == name || (letter >= 'A' && letter <= 'Z' && letter - 'A' + 'a' == name);
}

static bool read_name(const struct field *field, struct text text, unsigned *ret_number)
{
    if (text.length != NAME)
        return false;
    for (unsigned i = 0; field->names[i * NAME] != '\0'; i++) {
        const char *name = &field->names[i * NAME];

        if (is_same_letter(text.bytes[0], name[0]) && is_same_letter(text.bytes[1], name[1]) &&
            is_same_letter(text.bytes[2], name[2])) {
            *ret_number = field->least + i;
            return true;
        }
    }
    return false;
}

static bool read_value(const struct field *field, struct text text, unsigned *ret_number)
{
    return (read_digits(text, ret_number) && *ret_number >= field->least && *ret_number <= field->most) ||
           read_name(field, text, ret_number);
}

/* `*`, `5`, `mon-fri` */
static enum error_code read_range(const struct field *field, struct text item, unsigned range[2], bool *ret_many,
                                  struct error *error)
{
    struct text rest = item, first;

    *ret_many = true;
    if (text_equal(item, TEXT("*"))) {
        range[0] = field->least;
        range[1] = field->most;
        return ERROR_NONE;
    }
    *ret_many = cut(&rest, '-', &first);
    if (!read_value(field, first, &range[0]) || (*ret_many && !read_value(field, rest, &range[1])))
        return refuse(field, item, "there is no such number or name", error);
    if (!*ret_many)
        range[1] = range[0];
    if (field == &fields[WEEKDAY_FIELD] && range[1] == 0 && range[0] > 0)
        range[1] = 7; /* until Sunday */
    if (range[0] > range[1])
        return refuse(field, item, "the range ends before it begins", error);
    return ERROR_NONE;
}

/* A range and its step. */
static enum error_code read_item(const struct field *field, struct text item, uint64_t *bits, struct error *error)
{
    struct text rest = item, before;
    bool has_step = cut(&rest, '/', &before), many;
    unsigned range[2], step = 1;

    if (read_range(field, before, range, &many, error) != ERROR_NONE)
        return error->code;
    if (has_step && !many)
        return refuse(field, item, "a step needs a range or '*' before it", error);
    if (has_step && (!read_digits(rest, &step) || step == 0 || step > field->most))
        return refuse(field, item, "the step is none", error);
    for (unsigned i = range[0]; i <= range[1]; i += step)
        *bits |= UINT64_C(1) << i;
    return ERROR_NONE;
}

static enum error_code read_field(const struct field *field, struct text text, uint64_t *ret_bits, struct error *error)
{
    struct text rest = text, item;
    uint64_t bits = 0;
    bool more;

    do {
        more = cut(&rest, ',', &item);
        if (read_item(field, item, &bits, error) != ERROR_NONE)
            return error->code;
    } while (more);
    *ret_bits = bits;
    return ERROR_NONE;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next word; empty at the end. */
static struct text take_word(struct text *rest)
{
    size_t begin = 0, end;

    while (begin < rest->length && is_blank(rest->bytes[begin]))
        begin++;
    for (end = begin; end < rest->length && !is_blank(rest->bytes[end]); end++)
        continue;
    *rest = (struct text){rest->bytes + end, rest->length - end};
    return (struct text){rest->bytes - (end - begin), end - begin};
}

/* Whether one of the days is in one of the months. */
static bool comes(const struct freeze_cron *cron)
{
    if (!cron->any_day && !cron->any_weekday)
        return true; /* the weekday is enough */
    for (unsigned month = 1; month <= 12; month++)
        for (unsigned day = 1; day <= calendar_month_length(2000, month); day++)
            if ((cron->months >> month & 1) != 0 && (cron->days >> day & 1) != 0)
                return true;
    return false;
}

static enum error_code count_words(struct text text, struct error *error)
{
    struct text rest = text;
    unsigned count = 0;

    while (take_word(&rest).length > 0)
        count++;
    if (count == FIELDS)
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "a cron expression has five fields, '%.*s' has %u",
              (int)(text.length > 80 ? 80 : text.length), text.bytes, count);
    return error_hint(error, "write minute hour day month weekday, such as '0 18 * * fri'");
}

enum error_code freeze_cron_parse(struct freeze_cron *ret_cron, struct text text, struct error *error)
{
    struct freeze_cron cron;
    uint64_t bits[FIELDS];
    bool any[FIELDS];
    struct text rest = text, words[FIELDS];

    if (count_words(text, error) != ERROR_NONE)
        return error->code;
    for (unsigned i = 0; i < FIELDS; i++) {
        words[i] = take_word(&rest);
        any[i] = words[i].bytes[0] == '*';
        if (read_field(&fields[i], words[i], &bits[i], error) != ERROR_NONE)
            return error->code;
    }
    cron = (struct freeze_cron){
        .minutes = bits[MINUTE_FIELD],
        .hours = (uint32_t)bits[HOUR_FIELD],
        .days = (uint32_t)bits[DAY_FIELD],
        .months = (uint16_t)bits[MONTH_FIELD],
        .weekdays = (uint8_t)((bits[WEEKDAY_FIELD] | bits[WEEKDAY_FIELD] >> 7) & 0x7f), /* 7 is Sunday, too */
        .any_day = any[DAY_FIELD],
        .any_weekday = any[WEEKDAY_FIELD],
    };
    if (!comes(&cron))
        return refuse(&fields[DAY_FIELD], words[DAY_FIELD], "none of its months has such a day", error);
    *ret_cron = cron;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- asking */

static bool fits_day(const struct freeze_cron *cron, int64_t days)
{
    const struct calendar_date date = calendar_date(days);
    bool day = (cron->days >> date.day & 1) != 0, weekday = (cron->weekdays >> calendar_weekday(days) & 1) != 0;

    if ((cron->months >> date.month & 1) == 0)
        return false;
    return cron->any_day || cron->any_weekday ? day && weekday : day || weekday;
}

/* The highest bit up to a place; the bit must not be asked for beyond 63. */
static bool highest(uint64_t bits, unsigned most, unsigned *ret_place)
{
    uint64_t left = bits & (UINT64_MAX >> (63 - most));

    if (left == 0)
        return false;
    *ret_place = 63 - (unsigned)__builtin_clzll(left);
    return true;
}

/* The latest minute of a day, up to one of it. */
static bool latest_of_day(const struct freeze_cron *cron, unsigned most, unsigned *ret_minute)
{
    unsigned hour, minute;

    if (!highest(cron->hours, most / HOUR, &hour))
        return false;
    if (hour == most / HOUR) {
        if (highest(cron->minutes, most % HOUR, &minute)) {
            *ret_minute = hour * HOUR + minute;
            return true;
        }
        if (hour == 0 || !highest(cron->hours, hour - 1, &hour))
            return false;
    }
    if (!highest(cron->minutes, HOUR - 1, &minute))
        return false;
    *ret_minute = hour * HOUR + minute;
    return true;
}

bool freeze_cron_latest(const struct freeze_cron *cron, int64_t first, int64_t last, int64_t *ret_minute)
{
    int64_t today = calendar_floor(last, DAY);

    for (int64_t day = today; last >= first && day >= calendar_floor(first, DAY); day--) {
        unsigned most = day == today ? (unsigned)calendar_rest(last, DAY) : DAY - 1, minute;

        if (!fits_day(cron, day) || !latest_of_day(cron, most, &minute))
            continue;
        if (day * DAY + minute < first)
            return false;
        *ret_minute = day * DAY + minute;
        return true;
    }
    return false;
}
