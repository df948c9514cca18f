#include "correlate/freeze.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/clock.h"

enum { TIME_LENGTH = sizeof "2026-12-20T18:00:00" - 1 };

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define DAY (24 * 60 * MINUTE)

/* ---------------------------------------------------------------- reading a time */

static enum error_code no_time(struct text text, struct error *error)
{
    error_set(error, ERROR_CONFIG, "'%.*s' is not a date or a time", (int)(text.length > 40 ? 40 : text.length),
              text.bytes);
    return error_hint(error, "write 2026-12-20 or 2026-12-20T18:00, with Z or +01:00 at its end for another zone than "
                             "that of the freeze");
}

/* Read what has no offset as if it were UTC. */
static bool read_wall(struct text text, int64_t *ret_wall)
{
    char in_utc[TIME_LENGTH + sizeof "Z"];

    if (memchr(text.bytes, 'T', text.length) == NULL)
        return clock_parse(text, ret_wall);
    if (text.length > TIME_LENGTH)
        return false;
    snprintf(in_utc, sizeof in_utc, "%.*sZ", TEXT_ARGS(text));
    return clock_parse(text_from(in_utc), ret_wall);
}

/* Microseconds of a wall since it showed 1970-01-01T00:00, as fields. */
static struct wall_time wall_of(int64_t microseconds)
{
    struct calendar_date date = calendar_date(microseconds / DAY);
    int64_t rest = microseconds % DAY / SECOND;

    return (struct wall_time){.year = (int32_t)date.year,
                              .month = (uint8_t)date.month,
                              .day = (uint8_t)date.day,
                              .hour = (uint8_t)(rest / 3600),
                              .minute = (uint8_t)(rest / 60 % 60),
                              .second = (uint8_t)(rest % 60)};
}

enum error_code freeze_time_parse(int64_t *ret_moment, struct text text, const struct timezone_rules *zone,
                                  struct error *error)
{
    struct wall_time wall;
    int64_t shown;

    if (text.length == 0)
        return no_time(text, error);
    if (memchr(text.bytes, 'T', text.length) != NULL && clock_parse(text, ret_moment))
        return ERROR_NONE;
    if (!read_wall(text, &shown))
        return no_time(text, error);
    wall = wall_of(shown);
    *ret_moment = timezone_moment(zone, &wall);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- asking */

static bool names(const struct text *list, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i], name))
            return true;
    return count == 0;
}

bool freeze_concerns(const struct freeze *freeze, struct text database, struct text environment)
{
    return names(freeze->databases, freeze->database_count, database) &&
           names(freeze->environments, freeze->environment_count, environment);
}

/* Minutes that the wall shows at a moment, since 1970. */
static int64_t wall_minute(int64_t moment, int32_t offset)
{
    return calendar_floor(moment + offset * SECOND, MINUTE);
}

/* The first whole minute that the wall shows from a moment on. */
static int64_t wall_minute_from(int64_t moment, int32_t offset)
{
    return -calendar_floor(-(moment + offset * SECOND), MINUTE);
}

/* Whether a window begins at a jump of the clock because its time is skipped by it. */
static bool begins_at_jump(const struct freeze *freeze, int64_t jump, int32_t offset)
{
    int32_t before = timezone_offset(freeze->zone, jump - 1);
    int64_t minute;

    return before < offset && freeze_cron_latest(&freeze->cron, wall_minute_from(jump, before),
                                                 wall_minute_from(jump, offset) - 1, &minute);
}

/* When the latest window began until `last`, but after `before`. Times of day are looked for in each stretch of one
 * offset by itself, for there the wall and time go together. */
static bool latest_begin(const struct freeze *freeze, int64_t before, int64_t last, int64_t *ret_begin)
{
    while (last > before) {
        struct timezone_stretch stretch = timezone_stretch(freeze->zone, last);
        int64_t from = stretch.from > before ? stretch.from : before + 1, minute;

        if (freeze_cron_latest(&freeze->cron, wall_minute_from(from, stretch.offset), wall_minute(last, stretch.offset),
                               &minute)) {
            *ret_begin = minute * MINUTE - stretch.offset * SECOND;
            return true;
        }
        if (stretch.from <= before)
            return false;
        if (begins_at_jump(freeze, stretch.from, stretch.offset)) {
            *ret_begin = stretch.from;
            return true;
        }
        last = stretch.from - 1;
    }
    return false;
}

/* Until when windows that follow each other without a gap last. */
static int64_t last_end(const struct freeze *freeze, int64_t begin, int64_t now)
{
    int64_t end = begin + freeze->duration_us;

    for (unsigned i = 0; i < FREEZE_WINDOWS_LIMIT && end - now < FREEZE_DAYS_LIMIT * DAY; i++) {
        if (!latest_begin(freeze, begin, end, &begin))
            break;
        end = begin + freeze->duration_us;
    }
    return end;
}

bool freeze_is_on(const struct freeze *freeze, int64_t now, int64_t *ret_until)
{
    int64_t begin;

    if (!freeze->repeats) {
        *ret_until = freeze->until;
        return freeze->from <= now && now < freeze->until;
    }
    if (!latest_begin(freeze, now - freeze->duration_us, now, &begin))
        return false;
    *ret_until = last_end(freeze, begin, now);
    return true;
}

/* ---------------------------------------------------------------- copying */

static enum error_code copy_text(struct text *text, struct arena *arena, struct error *error)
{
    char *copy = arena_copy(arena, text->length == 0 ? "" : text->bytes, text->length);

    if (copy == NULL)
        return arena_error(arena, error, "copying a freeze");
    text->bytes = copy;
    return ERROR_NONE;
}

static enum error_code copy_list(const struct text **list, size_t count, struct arena *arena, struct error *error)
{
    struct text *copy = arena_array(arena, count, sizeof *copy);

    if (copy == NULL)
        return arena_error(arena, error, "copying a freeze");
    for (size_t i = 0; i < count; i++) {
        copy[i] = (*list)[i];
        if (copy_text(&copy[i], arena, error) != ERROR_NONE)
            return error->code;
    }
    *list = copy;
    return ERROR_NONE;
}

enum error_code freeze_copy(struct freeze *freeze, struct arena *arena, struct error *error)
{
    if (copy_text(&freeze->name, arena, error) != ERROR_NONE ||
        copy_text(&freeze->reason, arena, error) != ERROR_NONE ||
        copy_text(&freeze->zone_name, arena, error) != ERROR_NONE ||
        copy_list(&freeze->databases, freeze->database_count, arena, error) != ERROR_NONE ||
        copy_list(&freeze->environments, freeze->environment_count, arena, error) != ERROR_NONE)
        return error->code;
    return freeze->zone == NULL ? ERROR_NONE : timezone_copy(&freeze->zone, freeze->zone, arena, error);
}
