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
#include "correlate/freeze_cron.h"

enum { FREEZE_DAYS_LIMIT = 366 /* a window lasts no longer */, FREEZE_WINDOWS_LIMIT = 10000 };

struct freeze {
    struct text name;
    struct text reason;           /* or empty */
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

/* Read a time of day in a zone: `2026-12-20T18:00[:00]` or `2026-12-20` (its first moment), or one that says its own
 * offset, as base/clock.h reads it. No such date is ERROR_CONFIG. */
enum error_code freeze_time_parse(int64_t *ret_moment, struct text text, const struct timezone_rules *zone,
                                  struct error *error) MUST_CHECK;

/* Whether a window is about a promotion of this database to this environment. */
bool freeze_concerns(const struct freeze *freeze, struct text database, struct text environment);

/* Whether it is in force at a moment, and until when it lasts then: windows that overlap or touch are one. They are
 * followed for a year, or so many windows: what goes on longer is answered until then. A window begins whenever the
 * clock on the wall shows its time: twice in the hour that is shown twice, and at the jump when its time is skipped. */
bool freeze_is_on(const struct freeze *freeze, int64_t now, int64_t *ret_until);

/* Replace all that it points at by copies in the arena. */
enum error_code freeze_copy(struct freeze *freeze, struct arena *arena, struct error *error) MUST_CHECK;

#endif
