/* correlate/freeze_cron.h - the five fields of cron (crontab(5)): minute hour day month weekday. */
#ifndef DRIFTLINE_CORRELATE_FREEZE_CRON_H
#define DRIFTLINE_CORRELATE_FREEZE_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

/* When something begins: a bit each. */
struct freeze_cron {
    uint64_t minutes;
    uint32_t hours;
    uint32_t days;    /* of the month, from bit 1 */
    uint16_t months;  /* from bit 1 */
    uint8_t weekdays; /* bit 0: Sunday */
    bool any_day;     /* the field begins with '*': both fields must fit; when neither does, one of them is enough */
    bool any_weekday;
};

/* Read the fields: lists, ranges, steps, and names of months and weekdays. What is wrong is ERROR_CONFIG and names the
 * field; so is what never comes (30 February). */
enum error_code freeze_cron_parse(struct freeze_cron *ret_cron, struct text text, struct error *error) MUST_CHECK;

/* The latest minute that fits, from `first` to `last`, both counted on the wall since 1970-01-01T00:00. */
bool freeze_cron_latest(const struct freeze_cron *cron, int64_t first, int64_t last, int64_t *ret_minute);

#endif
