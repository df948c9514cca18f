#include "correlate/freeze.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { PLENTY = 16 * 1024 * 1024 };

#define MINUTE INT64_C(60000000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, PLENTY);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const struct timezone_rules *zone_of(const char *name)
{
    const struct timezone_rules *zone = NULL;
    struct error error = {0};

    if (timezone_load(&zone, text_from(name), &arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return zone;
}

static int64_t moment_of(const char *text)
{
    int64_t moment = 0;

    assert_true(clock_parse(text_from(text), &moment));
    return moment;
}

static struct freeze repeated(const char *cron, int64_t duration, const char *zone)
{
    struct freeze freeze = {.name = TEXT("x"), .repeats = true, .duration_us = duration, .zone = zone_of(zone)};
    struct error error = {0};

    if (freeze_cron_parse(&freeze.cron, text_from(cron), &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return freeze;
}

/* ---- times ---- */

static void test_times_are_read_in_their_zone(void **state)
{
    static const struct {
        const char *text;
        const char *zone;
        const char *moment;
    } cases[] = {
        {"2026-12-20T18:00", "UTC", "2026-12-20T18:00Z"},
        {"2026-12-20", "UTC", "2026-12-20T00:00Z"},
        {"2026-12-20T18:00", "Europe/Berlin", "2026-12-20T17:00Z"},
        {"2026-07-20T18:00:30", "Europe/Berlin", "2026-07-20T16:00:30Z"},
        {"2026-12-20", "Europe/Berlin", "2026-12-19T23:00Z"},
        {"2026-12-20T18:00Z", "Europe/Berlin", "2026-12-20T18:00Z"},
        {"2026-12-20T18:00:00+09:00", "Europe/Berlin", "2026-12-20T09:00Z"},
        {"2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:00Z"}, /* the jump */
        {"2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30Z"}, /* the first */
        {"2011-12-30", "Pacific/Apia", "2011-12-30T10:00Z"},        /* a day that was not */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct error error = {0};
        int64_t moment = 0;

        print_message("  %s in %s\n", cases[i].text, cases[i].zone);
        assert_int_equal(freeze_time_parse(&moment, text_from(cases[i].text), zone_of(cases[i].zone), &error),
                         ERROR_NONE);
        assert_int_equal(moment, moment_of(cases[i].moment));
    }
}

static void test_what_is_no_time(void **state)
{
    static const char *const texts[] = {
        "",
        "tomorrow",
        "2026-13-01",
        "2026-02-29",
        "2026-12-20T",
        "2026-12-20T25:00",
        "2026-12-20 18:00",
        "2026-12-20T18",
        "2026-12-20T18:00:61",
        "20-12-2026",
        "2026-12-20T18:00+1",
        "2026-12-20T18:00:00.5",
        "2026-12-20T18:00 ",
        "1969-12-31",
        "2026-12-20T18:00ZZ",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        struct error error = {0};
        int64_t moment = 77;

        print_message("  '%s'\n", texts[i]);
        assert_int_equal(freeze_time_parse(&moment, text_from(texts[i]), zone_of("UTC"), &error), ERROR_CONFIG);
        assert_non_null(strstr(error.message, "is not a date or a time"));
        assert_int_equal(moment, 77);
    }
}

/* ---- whom it is about ---- */

static void test_whom_it_concerns(void **state)
{
    const struct text databases[] = {TEXT("orders"), TEXT("billing")}, environments[] = {TEXT("prod")};
    struct freeze freeze = {.name = TEXT("x")};

    (void)state;
    assert_true(freeze_concerns(&freeze, TEXT("any"), TEXT("dev")));
    freeze.environments = environments;
    freeze.environment_count = 1;
    assert_true(freeze_concerns(&freeze, TEXT("any"), TEXT("prod")));
    assert_false(freeze_concerns(&freeze, TEXT("any"), TEXT("dev")));
    freeze.databases = databases;
    freeze.database_count = 2;
    assert_true(freeze_concerns(&freeze, TEXT("billing"), TEXT("prod")));
    assert_false(freeze_concerns(&freeze, TEXT("any"), TEXT("prod")));
    assert_false(freeze_concerns(&freeze, TEXT("orders"), TEXT("dev")));
}

/* ---- when it is on ---- */

static void test_one_stretch(void **state)
{
    const struct freeze freeze = {.from = 1000, .until = 2000};
    int64_t until = 0;

    (void)state;
    assert_false(freeze_is_on(&freeze, 999, &until));
    assert_true(freeze_is_on(&freeze, 1000, &until));
    assert_int_equal(until, 2000);
    assert_true(freeze_is_on(&freeze, 1999, &until));
    assert_false(freeze_is_on(&freeze, 2000, &until));
}

static void test_windows(void **state)
{
    static const struct {
        const char *cron;
        int64_t duration;
        const char *zone;
        const char *now;
        const char *until; /* NULL: it is not on */
    } cases[] = {
        /* from Friday evening to Monday morning, in winter and in summer */
        {"0 18 * * fri", 62 * HOUR, "Europe/Berlin", "2026-11-27T16:59:59Z", NULL},
        {"0 18 * * fri", 62 * HOUR, "Europe/Berlin", "2026-11-27T17:00:00Z", "2026-11-30T07:00Z"},
        {"0 18 * * fri", 62 * HOUR, "Europe/Berlin", "2026-11-30T06:59:59Z", "2026-11-30T07:00Z"},
        {"0 18 * * fri", 62 * HOUR, "Europe/Berlin", "2026-11-30T07:00:00Z", NULL},
        {"0 18 * * fri", 62 * HOUR, "Europe/Berlin", "2026-07-03T16:00:00Z", "2026-07-06T06:00Z"},
        {"0 18 * * fri", 62 * HOUR, "America/New_York", "2026-07-03T21:59:59Z", NULL},
        {"0 18 * * fri", 62 * HOUR, "America/New_York", "2026-07-03T22:00:00Z", "2026-07-06T12:00Z"},
        /* over the night in which the clock is put back: what lasts is time, not what the wall shows */
        {"0 18 * * sat", 12 * HOUR, "Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T04:00Z"},
        /* a time that is skipped begins at the jump */
        {"30 2 * * *", HOUR, "Europe/Berlin", "2026-03-29T00:59:59Z", NULL},
        {"30 2 * * *", HOUR, "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T02:00Z"},
        {"15 2 * * *", 10 * MINUTE, "Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-03T15:40Z"},
        {"30 2 * * *", HOUR, "Europe/Berlin", "2099-03-29T01:00:00Z", "2099-03-29T02:00Z"},
        {"0 12 * * fri", HOUR, "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T11:00Z"},
        /* a time that is shown twice begins twice */
        {"30 2 * * *", 20 * MINUTE, "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T00:50Z"},
        {"30 2 * * *", 20 * MINUTE, "Europe/Berlin", "2026-10-25T00:50:00Z", NULL},
        {"30 2 * * *", 20 * MINUTE, "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T01:50Z"},
        {"0 2 * * *", HOUR, "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T02:00Z"}, /* they touch */
        /* windows that overlap or touch are one */
        {"0 0 * 12 *", DAY, "UTC", "2026-12-05T12:00:00Z", "2027-01-01T00:00Z"},
        {"0 0 * 12 *", 30 * HOUR, "UTC", "2026-12-31T23:00:00Z", "2027-01-01T06:00Z"},
        {"0 8,9,11 * * *", HOUR, "UTC", "2026-12-05T08:30:00Z", "2026-12-05T10:00Z"},
        {"0 0 * * 1-5", DAY, "UTC", "2026-11-26T04:00:00Z", "2026-11-28T00:00Z"},
        {"0 0 * * *", DAY - MINUTE, "UTC", "2026-11-26T04:00:00Z", "2026-11-26T23:59Z"},
        {"0 0 * * *", DAY - MINUTE, "UTC", "2026-11-26T23:59:59Z", NULL},
        /* as long as one may be */
        {"0 0 1 1 *", FREEZE_DAYS_LIMIT * DAY, "UTC", "2026-11-26T04:00:00Z", "2028-01-02T00:00Z"},
        {"0 0 29 2 *", HOUR, "UTC", "2028-02-29T00:30:00Z", "2028-02-29T01:00Z"},
        {"0 0 29 2 *", HOUR, "UTC", "2027-02-28T00:30:00Z", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct freeze freeze = repeated(cases[i].cron, cases[i].duration, cases[i].zone);
        int64_t until = 0;

        print_message("  %s in %s at %s\n", cases[i].cron, cases[i].zone, cases[i].now);
        assert_int_equal(freeze_is_on(&freeze, moment_of(cases[i].now), &until), cases[i].until != NULL);
        if (cases[i].until != NULL)
            assert_int_equal(until, moment_of(cases[i].until));
    }
}

/* Windows that never end are followed for a while. */
static void test_windows_without_an_end(void **state)
{
    struct freeze freeze = repeated("* * * * *", MINUTE, "Europe/Berlin");
    int64_t now = moment_of("2026-11-26T04:00:30Z"), until = 0;

    (void)state;
    assert_true(freeze_is_on(&freeze, now, &until));
    assert_true(until - now > 6 * DAY && until - now < (FREEZE_DAYS_LIMIT + 1) * DAY);
    freeze = repeated("0 * * * *", 5 * HOUR, "Europe/Berlin");
    assert_true(freeze_is_on(&freeze, now, &until));
    assert_true(until - now > 300 * DAY && until - now < (FREEZE_DAYS_LIMIT + 1) * DAY);
}

/* ---- against the slowest way to find out ---- */

/* Whether a window begins at this minute: its time is shown, or has just been skipped. */
static bool begins(const struct freeze *freeze, int64_t moment)
{
    int32_t offset = timezone_offset(freeze->zone, moment), before = timezone_offset(freeze->zone, moment - MINUTE);
    int64_t skipped = offset > before ? (offset - before) * INT64_C(1000000) : 0;

    for (int64_t back = 0; back <= skipped; back += MINUTE) {
        /* What the wall would show at `moment - back` if it had the new offset already. */
        int64_t minute = (moment - back + offset * INT64_C(1000000)) / MINUTE, found;

        if (freeze_cron_latest(&freeze->cron, minute, minute, &found))
            return true;
    }
    return false;
}

/* Minute by minute over some days: count down what is left of the latest window. */
static void check_slowly(const struct freeze *freeze, int64_t from, int64_t until)
{
    int64_t left = 0;
    int64_t ends = 0; /* what was answered; 0: it is not on */

    for (int64_t now = from - freeze->duration_us; now < until; now += MINUTE) {
        int64_t answer = 0;
        bool on;

        left = begins(freeze, now) ? freeze->duration_us : left - MINUTE;
        if (now < from)
            continue;
        on = freeze_is_on(freeze, now, &answer);
        assert_int_equal(on, left > 0);
        assert_true(ends == 0 || (on ? answer == ends : now == ends)); /* it ends when it was said to, not before */
        ends = on ? answer : 0;
    }
}

static void test_every_minute_of_nights_with_a_jump(void **state)
{
    static const char *const crons[] = {"30 2 * * *",     "*/7 1-3 * * *", "0 0 * * sun",   "15 2 29 * *",
                                        "*/20 * * * sat", "59 1 * * *",    "0,30 2 */2 * *"};
    static const int64_t minutes[] = {1, 7, 30, 45, 61, 90, 600};
    static const struct {
        const char *zone;
        const char *day;
    } nights[] = {
        {"Europe/Berlin", "2026-03-28T12:00Z"},       {"Europe/Berlin", "2026-10-24T12:00Z"},
        {"Australia/Lord_Howe", "2026-10-03T03:00Z"}, {"Australia/Lord_Howe", "2026-04-04T03:00Z"},
        {"America/New_York", "2026-03-07T20:00Z"},    {"America/New_York", "2099-10-31T20:00Z"},
        {"Asia/Kathmandu", "1985-12-31T06:00Z"},
    };

    (void)state;
    for (size_t night = 0; night < LENGTH_OF(nights); night++)
        for (size_t cron = 0; cron < LENGTH_OF(crons); cron++)
            for (size_t i = 0; i < LENGTH_OF(minutes); i++) {
                const struct freeze freeze = repeated(crons[cron], minutes[i] * MINUTE, nights[night].zone);
                int64_t from = moment_of(nights[night].day);

                check_slowly(&freeze, from, from + 30 * HOUR);
            }
}

/* ---- copies ---- */

static enum error_code attempt(void *context, struct error *error)
{
    const struct freeze *from = context;
    CLEANUP(arena_free) struct arena other;
    struct freeze copy = *from;

    arena_init(&other, PLENTY);
    if (freeze_copy(&copy, &other, error) != ERROR_NONE)
        return error->code;
    assert_true(text_equal(copy.name, from->name) && copy.name.bytes != from->name.bytes);
    assert_true(text_equal(copy.databases[0], from->databases[0]) && copy.databases != from->databases);
    assert_ptr_not_equal(copy.zone, from->zone);
    assert_int_equal(timezone_offset(copy.zone, 0), timezone_offset(from->zone, 0));
    return ERROR_NONE;
}

static void test_a_copy_is_its_own(void **state)
{
    const struct text databases[] = {TEXT("orders")};
    struct freeze freeze = repeated("0 18 * * fri", HOUR, "Asia/Kathmandu");

    (void)state;
    freeze.databases = databases;
    freeze.database_count = 1;
    test_every_allocation(attempt, &freeze);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_times_are_read_in_their_zone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_time, setup, teardown),
        cmocka_unit_test(test_whom_it_concerns),
        cmocka_unit_test(test_one_stretch),
        cmocka_unit_test_setup_teardown(test_windows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_windows_without_an_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_minute_of_nights_with_a_jump, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_copy_is_its_own, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
