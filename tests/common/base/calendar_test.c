#include "base/calendar.h"

#include <time.h>

#include "base/compiler.h"
#include "support/cmocka.h"

static void test_dates_are_days(void **state)
{
    static const struct {
        struct calendar_date date;
        int64_t days;
        unsigned weekday;
    } cases[] = {
        {{1970, 1, 1}, 0, 4},       {{1969, 12, 31}, -1, 3},    {{2000, 2, 29}, 11016, 2},  {{2000, 3, 1}, 11017, 3},
        {{1900, 3, 1}, -25508, 4},  {{1900, 2, 28}, -25509, 3}, {{2026, 11, 26}, 20783, 4}, {{0, 3, 1}, -719468, 3},
        {{-1, 12, 31}, -719529, 5}, {{2400, 2, 29}, 157113, 2},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct calendar_date date = calendar_date(cases[i].days);

        assert_int_equal(calendar_days(cases[i].date), cases[i].days);
        assert_true(date.year == cases[i].date.year && date.month == cases[i].date.month &&
                    date.day == cases[i].date.day);
        assert_int_equal(calendar_weekday(cases[i].days), cases[i].weekday);
    }
}

/* A day after the other, as the C library counts them. */
static void test_every_day_of_a_thousand_years(void **state)
{
    (void)state;
    for (int64_t days = -200000; days < 200000; days++) {
        struct calendar_date date = calendar_date(days);
        time_t seconds = (time_t)days * 24 * 3600;
        struct tm parts;

        assert_non_null(gmtime_r(&seconds, &parts));
        assert_true(date.year == parts.tm_year + 1900 && date.month == (unsigned)parts.tm_mon + 1 &&
                    date.day == (unsigned)parts.tm_mday);
        assert_int_equal(calendar_weekday(days), parts.tm_wday);
        assert_int_equal(calendar_days(date), days);
        assert_true(date.day <= calendar_month_length(date.year, date.month));
    }
}

static void test_months_have_their_lengths(void **state)
{
    (void)state;
    assert_int_equal(calendar_month_length(2024, 2), 29);
    assert_int_equal(calendar_month_length(2100, 2), 28);
    assert_int_equal(calendar_month_length(2000, 2), 29);
    assert_int_equal(calendar_month_length(2023, 4), 30);
    assert_int_equal(calendar_month_length(2023, 12), 31);
}

static void test_what_is_left_is_never_negative(void **state)
{
    (void)state;
    assert_int_equal(calendar_floor(-1, 60), -1);
    assert_int_equal(calendar_rest(-1, 60), 59);
    assert_int_equal(calendar_floor(-60, 60), -1);
    assert_int_equal(calendar_rest(-60, 60), 0);
    assert_int_equal(calendar_floor(59, 60), 0);
    assert_int_equal(calendar_floor(INT64_MIN, 1000000), -9223372036855);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_are_days),
        cmocka_unit_test(test_every_day_of_a_thousand_years),
        cmocka_unit_test(test_months_have_their_lengths),
        cmocka_unit_test(test_what_is_left_is_never_negative),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
