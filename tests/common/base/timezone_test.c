#include "base/timezone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 16 * 1024 * 1024, YEARS = 231, DAY = 24 * 3600 };

static const struct timezone_rules *load(const char *name, struct arena *arena)
{
    const struct timezone_rules *zone = NULL;
    struct error error = {0};

    if (timezone_load(&zone, text_from(name), arena, &error) != ERROR_NONE)
        fail_msg("%s: %s", name, error.message);
    return zone;
}

static int64_t moment_of(const char *text)
{
    int64_t moment = 0;

    assert_true(clock_parse(text_from(text), &moment));
    return moment;
}

/* "2026-03-29T02:30:00" */
static struct wall_time wall_of(const char *text)
{
    struct wall_time wall = {0};
    unsigned month, day, hour, minute, second;

    assert_int_equal(sscanf(text, "%d-%u-%uT%u:%u:%u", &wall.year, &month, &day, &hour, &minute, &second), 6);
    wall.month = (uint8_t)month;
    wall.day = (uint8_t)day;
    wall.hour = (uint8_t)hour;
    wall.minute = (uint8_t)minute;
    wall.second = (uint8_t)second;
    return wall;
}

/* ---- places ---- */

static void test_walls(void **state)
{
    static const struct {
        const char *zone;
        const char *moment;
        const char *wall;
        int32_t offset;
    } cases[] = {
        {"UTC", "2026-11-26T04:05:06Z", "2026-11-26T04:05:06", 0},
        {"Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59", 3600},
        {"Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00", 7200},
        {"Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59", 7200},
        {"Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00", 3600},
        {"Europe/Berlin", "2150-07-01T12:00:00Z", "2150-07-01T14:00:00", 7200},
        {"America/New_York", "2026-12-31T23:00:00Z", "2026-12-31T18:00:00", -18000},
        {"America/New_York", "2026-07-01T03:00:00Z", "2026-06-30T23:00:00", -14400},
        {"Australia/Lord_Howe", "2026-01-15T00:00:00Z", "2026-01-15T11:00:00", 39600},
        {"Australia/Lord_Howe", "2026-07-15T00:00:00Z", "2026-07-15T10:30:00", 37800},
        {"Australia/Lord_Howe", "2060-07-15T00:00:00Z", "2060-07-15T10:30:00", 37800},
        {"Asia/Kathmandu", "2026-07-15T18:15:00Z", "2026-07-16T00:00:00", 20700},
        {"Asia/Kathmandu", "1985-12-31T18:29:59Z", "1985-12-31T23:59:59", 19800},
        {"Asia/Kathmandu", "1985-12-31T18:30:00Z", "1986-01-01T00:15:00", 20700},
        {"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59", -36000},
        {"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00", 50400},
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, PLENTY);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct timezone_rules *zone = load(cases[i].zone, &arena);
        struct wall_time wall = timezone_wall(zone, moment_of(cases[i].moment)), expected = wall_of(cases[i].wall);

        print_message("  %s at %s\n", cases[i].zone, cases[i].moment);
        assert_int_equal(timezone_offset(zone, moment_of(cases[i].moment)), cases[i].offset);
        expected.weekday = wall.weekday;
        assert_memory_equal(&wall, &expected, sizeof wall);
        assert_int_equal(timezone_moment(zone, &wall),
                         moment_of(cases[i].moment) - (strcmp(cases[i].wall, "2026-10-25T02:00:00") == 0
                                                           ? INT64_C(3600) * 1000000 /* shown twice: the first */
                                                           : 0));
    }
    arena_free(&arena);
}

static void test_moments(void **state)
{
    static const struct {
        const char *zone;
        const char *wall;
        const char *moment;
    } cases[] = {
        {"Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z"},
        {"Europe/Berlin", "2026-03-29T02:00:00", "2026-03-29T01:00:00Z"}, /* skipped */
        {"Europe/Berlin", "2026-03-29T02:59:59", "2026-03-29T01:00:00Z"},
        {"Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"},
        {"Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"}, /* shown twice */
        {"Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z"},
        {"Europe/Berlin", "2099-03-29T02:30:00", "2099-03-29T01:00:00Z"}, /* by the rule */
        {"Europe/Berlin", "2099-10-25T02:30:00", "2099-10-25T00:30:00Z"},
        {"America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:00:00Z"},
        {"America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z"},
        {"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:30:00Z"},
        {"Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"},
        {"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00Z"}, /* a whole day was skipped */
        {"Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z"},
        {"Asia/Kathmandu", "1986-01-01T00:14:59", "1985-12-31T18:30:00Z"},
        {"UTC", "2026-02-28T23:59:59", "2026-02-28T23:59:59Z"},
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, PLENTY);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct wall_time wall = wall_of(cases[i].wall);

        print_message("  %s shows %s\n", cases[i].zone, cases[i].wall);
        assert_int_equal(timezone_moment(load(cases[i].zone, &arena), &wall), moment_of(cases[i].moment));
    }
    arena_free(&arena);
}

static void test_moments_that_no_wall_has_are_the_nearest(void **state)
{
    const struct wall_time late = {.year = INT32_MAX, .month = 1, .day = 1};
    const struct wall_time early = {.year = INT32_MIN, .month = 1, .day = 1};
    struct arena arena;
    const struct timezone_rules *zone;

    (void)state;
    arena_init(&arena, PLENTY);
    zone = load("Europe/Berlin", &arena);
    assert_int_equal(timezone_moment(zone, &late), INT64_MAX);
    assert_int_equal(timezone_moment(zone, &early), INT64_MIN);
    assert_int_equal(timezone_wall(zone, INT64_MAX).year, 294247);
    assert_int_equal(timezone_wall(zone, INT64_MIN).year, -290308);
    assert_int_equal(timezone_stretch(zone, INT64_MIN).from, INT64_MIN);
    arena_free(&arena);
}

/* ---- as the C library has it ---- */

/* Field by field: what is between them says nothing. */
static bool is_same_wall(const struct wall_time *a, const struct wall_time *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second && a->weekday == b->weekday;
}

/* Compare at one time; also that the wall leads back. */
static bool agrees(const char *name, const struct timezone_rules *zone, time_t seconds)
{
    int64_t moment = (int64_t)seconds * 1000000;
    struct wall_time wall = timezone_wall(zone, moment);
    int64_t back = timezone_moment(zone, &wall);
    struct wall_time again = timezone_wall(zone, back);
    struct tm parts;

    localtime_r(&seconds, &parts);
    if (wall.year == parts.tm_year + 1900 && wall.month == parts.tm_mon + 1 && wall.day == parts.tm_mday &&
        wall.hour == parts.tm_hour && wall.minute == parts.tm_min && wall.second == parts.tm_sec &&
        wall.weekday == parts.tm_wday && timezone_offset(zone, moment) == parts.tm_gmtoff && back <= moment &&
        is_same_wall(&again, &wall))
        return true;
    fprintf(stderr, "%s at %lld: %d-%02d-%02d %02d:%02d:%02d, but %d-%02d-%02d %02d:%02d:%02d\n", name,
            (long long)seconds, wall.year, wall.month, wall.day, wall.hour, wall.minute, wall.second,
            parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return false;
}

/* From 1970 to 2200: every so often, and around each transition. In a process of its own: TZ is the whole process's. */
static bool compare_zone(const char *name, time_t every)
{
    time_t end = (time_t)YEARS * 36525 * DAY / 100;
    struct arena arena;
    const struct timezone_rules *zone;
    bool fine = true;

    arena_init(&arena, PLENTY);
    setenv("TZ", name, 1);
    tzset();
    zone = load(name, &arena);
    for (time_t at = 0; at < end; at += every)
        fine = agrees(name, zone, at) && fine;
    for (int64_t at = timezone_stretch(zone, 0).until; at / 1000000 < end; at = timezone_stretch(zone, at).until)
        for (time_t near = -1; near <= 1; near++)
            fine = agrees(name, zone, at / 1000000 + near) && fine;
    arena_free(&arena);
    return fine;
}

static void compare_apart(const char *name, time_t every)
{
    int status = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(compare_zone(name, every) ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status != 0)
        fail_msg("%s is not as the C library has it", name);
}

static void test_places_are_as_the_library_has_them(void **state)
{
    static const char *const names[] = {"UTC",
                                        "Europe/Berlin",
                                        "America/New_York",
                                        "Australia/Lord_Howe",
                                        "Asia/Kathmandu",
                                        "Europe/Dublin",
                                        "Africa/Casablanca",
                                        "America/Nuuk",
                                        "Pacific/Apia",
                                        "America/St_Johns",
                                        "Antarctica/Troll",
                                        "Asia/Gaza",
                                        "Etc/GMT+12"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(names); i++)
        compare_apart(names[i], 37 * 3600 + 1021);
}

/* Every place that the system lists. */
static void test_all_places_are_as_the_library_has_them(void **state)
{
    FILE *list = fopen("/usr/share/zoneinfo/zone1970.tab", "r");
    char line[512], name[128];
    unsigned count = 0;

    (void)state;
    assert_non_null(list);
    while (fgets(line, sizeof line, list) != NULL)
        if (line[0] != '#' && sscanf(line, "%*s %*s %127s", name) == 1) {
            compare_apart(name, 61 * DAY + 12345);
            count++;
        }
    fclose(list);
    assert_true(count > 200);
}

/* ---- names ---- */

static void test_names_that_are_none(void **state)
{
    static const char *const names[] = {
        "",
        "Europe/Nowhere",
        "/etc/passwd",
        "../../../etc/passwd",
        "Europe/../Europe/Berlin",
        "Europe",
        "zone1970.tab",
        "Europe/Berlin\n",
        "CET-1",
        ".",
        "./UTC",
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, PLENTY);
    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        const struct timezone_rules *zone = NULL;
        struct error error = {0};

        print_message("  '%s'\n", names[i]);
        assert_int_equal(timezone_load(&zone, text_from(names[i]), &arena, &error), ERROR_CONFIG);
        assert_non_null(strstr(error.message, "time zone"));
        assert_non_null(strstr(error.hint, "tzdata"));
        assert_null(zone);
    }
    arena_free(&arena);
}

static void test_utc_needs_no_file(void **state)
{
    const struct timezone_rules *zone = NULL;
    struct arena arena;
    struct error error = {0};

    (void)state;
    arena_init(&arena, PLENTY);
    setenv("TZDIR", "/nonexistent", 1);
    assert_int_equal(timezone_load(&zone, TEXT("UTC"), &arena, &error), ERROR_NONE);
    assert_int_equal(timezone_load(&zone, TEXT("Europe/Berlin"), &arena, &error), ERROR_CONFIG);
    unsetenv("TZDIR");
    assert_int_equal(timezone_offset(zone, 0), 0);
    arena_free(&arena);
}

/* ---- files ---- */

/* A file as the tests below write it: version 2 with one transition and a rule, or version 1 without. */
struct sample {
    uint8_t version;
    const char *rule;
    int64_t times[2];
    unsigned time_count;
    uint8_t kinds[2];
    int32_t offset;
    unsigned type_count;
    unsigned leap_seconds;
};

static void add_number(struct buffer *bytes, uint64_t value, unsigned size)
{
    for (unsigned i = size; i-- > 0;)
        buffer_add_byte(bytes, (uint8_t)(value >> 8 * i));
}

static void add_block(struct buffer *bytes, const struct sample *sample, unsigned time_size)
{
    static const uint8_t reserved[15];
    const uint32_t counts[] = {0, 0, sample->leap_seconds, sample->time_count, sample->type_count, 4};

    buffer_add_string(bytes, "TZif");
    buffer_add_byte(bytes, sample->version);
    buffer_add(bytes, reserved, sizeof reserved);
    for (size_t i = 0; i < LENGTH_OF(counts); i++)
        add_number(bytes, counts[i], 4);
    for (unsigned i = 0; i < sample->time_count; i++)
        add_number(bytes, (uint64_t)sample->times[i], time_size);
    buffer_add(bytes, sample->kinds, sample->time_count);
    for (unsigned i = 0; i < sample->type_count; i++) {
        add_number(bytes, (uint32_t)(i == 0 ? 0 : sample->offset), 4);
        add_number(bytes, 0, 2);
    }
    buffer_add(bytes, "ABC", 4);
}

static void write_sample(struct buffer *bytes, const struct sample *sample)
{
    add_block(bytes, sample, 4);
    if (sample->version == 0)
        return;
    add_block(bytes, sample, 8);
    buffer_add_string(bytes, sample->rule);
}

static const struct sample good = {.version = '2',
                                   .rule = "\nAAA-2\n",
                                   .times = {1000, 2000},
                                   .time_count = 2,
                                   .kinds = {1, 0},
                                   .offset = 3600,
                                   .type_count = 2};

static void test_versions(void **state)
{
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    struct sample old = good;
    const struct timezone_rules *zone = NULL;
    struct arena arena;
    struct error error = {0};

    (void)state;
    arena_init(&arena, PLENTY);
    write_sample(&bytes, &good);
    assert_int_equal(timezone_parse(&zone, buffer_text(&bytes), &arena, &error), ERROR_NONE);
    assert_int_equal(timezone_offset(zone, INT64_C(999999999)), 0);
    assert_int_equal(timezone_offset(zone, INT64_C(1000000000)), 3600);
    assert_int_equal(timezone_offset(zone, INT64_C(2000000000)), 7200); /* from the last on the rule decides */
    assert_int_equal(timezone_stretch(zone, INT64_C(1500000000)).from, INT64_C(1000000000));
    assert_int_equal(timezone_stretch(zone, INT64_C(1500000000)).until, INT64_C(2000000000));
    assert_int_equal(timezone_copy(&zone, zone, &arena, &error), ERROR_NONE);
    assert_int_equal(timezone_offset(zone, INT64_C(1000000000)), 3600);
    old.version = 0;
    buffer_clear(&bytes);
    write_sample(&bytes, &old);
    assert_int_equal(timezone_parse(&zone, buffer_text(&bytes), &arena, &error), ERROR_NONE);
    assert_int_equal(timezone_offset(zone, INT64_C(1000000000)), 3600);
    assert_int_equal(timezone_offset(zone, INT64_C(3000000000)), 0); /* the last goes on */
    arena_free(&arena);
}

static void test_transitions_that_no_moment_reaches(void **state)
{
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    struct sample sample = good;
    const struct timezone_rules *zone = NULL;
    struct arena arena;
    struct error error = {0};

    (void)state;
    arena_init(&arena, PLENTY);
    sample.times[0] = INT64_MIN + 1;
    sample.times[1] = INT64_MAX - 1;
    sample.rule = "\n\n";
    write_sample(&bytes, &sample);
    assert_int_equal(timezone_parse(&zone, buffer_text(&bytes), &arena, &error), ERROR_NONE);
    assert_int_equal(timezone_offset(zone, INT64_MIN), 3600);
    assert_int_equal(timezone_offset(zone, INT64_MAX), 3600);
    arena_free(&arena);
}

static void test_what_is_no_file_of_a_zone(void **state)
{
    static const struct {
        const char *message;
        struct sample sample;
    } cases[] = {
        {"version", {'1', "\n\n", {1, 2}, 2, {1, 0}, 60, 2, 0}},
        {"version", {1, "\n\n", {1, 2}, 2, {1, 0}, 60, 2, 0}},
        {"order", {'2', "\n\n", {2, 2}, 2, {1, 0}, 60, 2, 0}},
        {"order", {'2', "\n\n", {2, 1}, 2, {1, 0}, 60, 2, 0}},
        {"nowhere", {'2', "\n\n", {1, 2}, 2, {1, 2}, 60, 2, 0}},
        {"kinds of time", {'2', "\n\n", {1, 2}, 2, {1, 0}, 26 * 3600, 2, 0}},
        {"kinds of time", {'2', "\n\n", {1, 2}, 2, {1, 0}, -26 * 3600, 2, 0}},
        {"count", {'2', "\n\n", {1, 2}, 0, {1, 0}, 60, 0, 0}},
        {"rule", {'2', "", {1, 2}, 2, {1, 0}, 60, 2, 0}},
        {"rule", {'2', "\n", {1, 2}, 2, {1, 0}, 60, 2, 0}},
        {"rule", {'2', "\nAAA\n", {1, 2}, 2, {1, 0}, 60, 2, 0}},
        {"rule", {'2', "AAA-2\n", {1, 2}, 2, {1, 0}, 60, 2, 0}},
        {"leap seconds", {'2', "\n\n", {1, 2}, 2, {1, 0}, 60, 2, 1}},
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, PLENTY);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer bytes = {0};
        const struct timezone_rules *zone = NULL;
        struct error error = {0};

        write_sample(&bytes, &cases[i].sample);
        assert_int_equal(timezone_parse(&zone, buffer_text(&bytes), &arena, &error),
                         cases[i].sample.leap_seconds > 0 ? ERROR_UNSUPPORTED : ERROR_CORRUPT);
        print_message("  %s\n", error.message);
        assert_non_null(strstr(error.message, cases[i].message));
        assert_null(zone);
    }
    arena_free(&arena);
}

/* A file that was cut anywhere, or goes on, is none. */
static void test_every_length_but_the_whole(void **state)
{
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    const struct timezone_rules *zone = NULL;
    struct sample old = good;
    struct arena arena;
    struct error error = {0};

    (void)state;
    arena_init(&arena, PLENTY);
    write_sample(&bytes, &good);
    for (size_t length = 0; length < buffer_text(&bytes).length; length++)
        assert_int_equal(timezone_parse(&zone, (struct text){buffer_text(&bytes).bytes, length}, &arena, &error),
                         ERROR_CORRUPT);
    buffer_clear(&bytes);
    old.version = 0;
    write_sample(&bytes, &old);
    buffer_add_byte(&bytes, 0);
    assert_int_equal(timezone_parse(&zone, buffer_text(&bytes), &arena, &error), ERROR_CORRUPT);
    arena_free(&arena);
}

static enum error_code attempt(void *context, struct error *error)
{
    const struct timezone_rules *zone = NULL, *copy = NULL;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, PLENTY);
    if (timezone_load(&zone, text_from(context), &arena, error) != ERROR_NONE)
        return error->code;
    return timezone_copy(&copy, zone, &arena, error);
}

static void test_every_allocation_may_fail(void **state)
{
    char berlin[] = "Europe/Berlin", utc[] = "UTC";

    (void)state;
    test_every_allocation(attempt, berlin);
    test_every_allocation(attempt, utc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walls),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_moments_that_no_wall_has_are_the_nearest),
        cmocka_unit_test(test_places_are_as_the_library_has_them),
        cmocka_unit_test(test_all_places_are_as_the_library_has_them),
        cmocka_unit_test(test_names_that_are_none),
        cmocka_unit_test(test_utc_needs_no_file),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_transitions_that_no_moment_reaches),
        cmocka_unit_test(test_what_is_no_file_of_a_zone),
        cmocka_unit_test(test_every_length_but_the_whole),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
