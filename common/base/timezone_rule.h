/* base/timezone_rule.h - the rule at the end of a time zone file, as TZ of POSIX has it: "CET-1CEST,M3.5.0,M10.5.0/3".
 *
 * For timezone.c only. Times are in seconds since 1970.
 */
#ifndef DRIFTLINE_BASE_TIMEZONE_RULE_H
#define DRIFTLINE_BASE_TIMEZONE_RULE_H

#include "base/timezone.h"

enum timezone_rule_form {
    TIMEZONE_DAY_OF_365, /* "J60": 1 to 365, never 29 February */
    TIMEZONE_DAY_OF_366, /* "59": 0 to 365 */
    TIMEZONE_WEEKDAY     /* "M3.5.0": the last Sunday of March */
};

/* When one of the two begins, each year. */
struct timezone_rule_day {
    enum timezone_rule_form form;
    unsigned day; /* of the year, or the weekday */
    unsigned month, week;
    int32_t time; /* of day, by the clock until then: from -167 to 167 hours */
};

struct timezone_rule {
    int32_t standard; /* seconds east of UTC */
    bool has_summer;
    int32_t summer;
    struct timezone_rule_day begins[2]; /* of summer time, of standard time */
};

/* What is none is ERROR_CORRUPT. */
enum error_code timezone_rule_parse(struct timezone_rule *ret_rule, struct text text, struct error *error) MUST_CHECK;

/* A stretch around a time; times that have no end are INT64_MIN and INT64_MAX. */
struct timezone_stretch timezone_rule_stretch(const struct timezone_rule *rule, int64_t time);

#endif
