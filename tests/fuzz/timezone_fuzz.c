/* Time zone files that somebody else made. What is accepted has offsets within their limit, stretches that contain the
 * moment that was asked for and follow each other, and walls that lead back to the first moment that shows them.
 */
#include <stdlib.h>

#include "base/compiler.h"
#include "base/timezone.h"
#include "fuzz.h"

static const int64_t moments[] = {
    INT64_MIN,
    INT64_C(-62135596800000000), /* year 1 */
    INT64_C(-1000000000000000),
    -1,
    0,
    INT64_C(951782400000000),  /* 2000-02-29 */
    INT64_C(1795255200000000), /* 2026 */
    INT64_C(4102444800000000), /* 2100 */
    INT64_C(253402300799000000),
    INT64_MAX,
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_stretch(const struct timezone_rules *zone, int64_t moment)
{
    struct timezone_stretch stretch = timezone_stretch(zone, moment);

    require(stretch.from <= moment && (stretch.until > moment || stretch.until == INT64_MAX));
    require(stretch.offset > -TIMEZONE_OFFSET_LIMIT && stretch.offset < TIMEZONE_OFFSET_LIMIT);
    require(timezone_offset(zone, moment) == stretch.offset);
    if (stretch.from > INT64_MIN)
        require(timezone_stretch(zone, stretch.from - 1).until == stretch.from);
    if (stretch.until < INT64_MAX)
        require(timezone_stretch(zone, stretch.until).from == stretch.until);
}

static void check_wall(const struct timezone_rules *zone, int64_t moment)
{
    struct wall_time wall = timezone_wall(zone, moment), again;
    int64_t first = timezone_moment(zone, &wall);

    if (first == INT64_MIN || first == INT64_MAX)
        return; /* at the ends of time */
    again = timezone_wall(zone, first);
    require(first <= moment && memcmp(&wall, &again, sizeof wall) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct timezone_rules *zone = NULL;
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};

    arena_init(&arena, 16 * 1024 * 1024);
    if (timezone_parse(&zone, (struct text){(const char *)bytes, length}, &arena, &error) != ERROR_NONE) {
        require(zone == NULL && (error.code == ERROR_CORRUPT || error.code == ERROR_UNSUPPORTED));
        return 0;
    }
    for (size_t i = 0; i < LENGTH_OF(moments); i++) {
        check_stretch(zone, moments[i]);
        check_wall(zone, moments[i]);
    }
    return 0;
}
