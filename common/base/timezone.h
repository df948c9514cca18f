/* base/timezone.h - the time of day in a place, by the time zone files of the system (tzfile(5)).
 *
 * The C library knows one zone a process; a freeze in Berlin and one in Tokyo need two. A file is foreign bytes: it is
 * read with limits and checked; after its last transition the rule at its end decides.
 *
 * Ownership: lives in the arena. Threads: constant once it is read.
 */
#ifndef DRIFTLINE_BASE_TIMEZONE_H
#define DRIFTLINE_BASE_TIMEZONE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { TIMEZONE_OFFSET_LIMIT = 26 * 3600 /* seconds; offsets are less, either way */ };

struct timezone_rules; /* opaque */

/* "Europe/Berlin", "UTC". A name that is none, or that the system does not have, is ERROR_CONFIG with a hint; UTC needs
 * no file. */
enum error_code timezone_load(const struct timezone_rules **ret_zone, struct text name, struct arena *arena,
                              struct error *error) MUST_CHECK;

/* The same from the bytes of a file; ERROR_CORRUPT, or ERROR_UNSUPPORTED for one that counts leap seconds. */
enum error_code timezone_parse(const struct timezone_rules **ret_zone, struct text bytes, struct arena *arena,
                               struct error *error) MUST_CHECK;

/* A copy in another arena. */
enum error_code timezone_copy(const struct timezone_rules **ret_zone, const struct timezone_rules *zone,
                              struct arena *arena, struct error *error) MUST_CHECK;

/* Seconds east of UTC at a moment (microseconds since 1970, UTC). */
int32_t timezone_offset(const struct timezone_rules *zone, int64_t moment);

/* The time around a moment in which the offset stays as it is. Two that follow each other may have the same. */
struct timezone_stretch {
    int64_t from;  /* INT64_MIN: always was */
    int64_t until; /* not with it; INT64_MAX: for ever */
    int32_t offset;
};
struct timezone_stretch timezone_stretch(const struct timezone_rules *zone, int64_t moment);

/* A moment as the clock on the wall shows it. */
struct wall_time {
    int32_t year;
    uint8_t month, day; /* from 1 */
    uint8_t hour, minute, second;
    uint8_t weekday; /* 0: Sunday */
};
struct wall_time timezone_wall(const struct timezone_rules *zone, int64_t moment);

/* The moment at which a wall shows this, whose fields are a date and a time; its weekday is not looked at. What a zone
 * skips is the moment of the jump; of what it shows twice the first. A year that no moment has gives the nearest. */
int64_t timezone_moment(const struct timezone_rules *zone, const struct wall_time *wall);

#endif
