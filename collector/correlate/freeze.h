/* correlate/freeze.h - windows of time in which nothing is promoted.
 *
 * A window is either one stretch of time, or begins again and again by the five fields of cron (minute hour day month
 * weekday; lists, ranges, steps, names) and lasts a while. Both are read in a time zone: "18:00 on Fridays in Berlin"
 * is another moment in summer than in winter.
 */
#ifndef DRIFTLINE_CORRELATE_FREEZE_H
#define DRIFTLINE_CORRELATE_FREEZE_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "base/timezone.h"

enum { FREEZE_DAYS_LIMIT = 366 /* a window lasts no longer */ };

/* When it begins, by cron: a bit each. */
struct freeze_cron {
    uint64_t minutes;
    uint32_t hours;
    uint32_t days;   /* of the month, from bit 1 */
    uint16_t months; /* from bit 1 */
    uint8_t weekdays; /* bit 0: Sunday */
    bool any_day;     /* the field is '*': only the weekday counts; and the other way round */
    bool any_weekday;
};

struct freeze {
    struct text name;
    struct text reason; /* or empty */
    const struct text *databases; /* none: all */
    size_t database_count;
    const struct text *environments; /* that must not change; none: all */
    size_t environment_count;
    struct text zone_name;
    const struct timezone_rules *zone;
    bool repeats; /* by cron; else from … until */
    struct freeze_cron cron;
    int64_t duration_us;
    int64_t from, until; /* moments */
};

/* Read cron's five fields. What is wrong is ERROR_CONFIG and names the field. */
enum error_code freeze_cron_parse(struct freeze_cron *ret_cron, struct text text, struct error *error) MUST_CHECK;

/* Read a time of day in a zone: `2026-12-20T18:00` or `2026-12-20` (its first moment), or one that says its own offset,
 * as base/clock.h reads it. No such date is ERROR_CONFIG. */
enum error_code freeze_time_parse(int64_t *ret_moment, struct text text, const struct timezone_rules *zone,
                                  struct error *error) MUST_CHECK;

/* Whether a window is about a promotion of this database to this environment. */
bool freeze_concerns(const struct freeze *freeze, struct text database, struct text environment);

/* Whether it is in force at a moment, and until when it lasts then: windows that overlap or touch are one. */
bool freeze_is_on(const struct freeze *freeze, int64_t now, int64_t *ret_until);

#endif
