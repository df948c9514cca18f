#include "correlate/freeze_cron.h"

#include <string.h>

#include "base/calendar.h"
#include "support/cmocka.h"

enum { DAY = 24 * 60 };

static struct freeze_cron cron_of(const char *text)
{
    struct freeze_cron cron = {0};
    struct error error = {0};

    if (freeze_cron_parse(&cron, text_from(text), &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return cron;
}

static void test_fields_are_bits(void **state)
{
    static const struct {
        const char *text;
        struct freeze_cron cron;
    } cases[] = {
        {"0 18 * * 5", {1, 1U << 18, 0xfffffffe, 0x1ffe, 1 << 5, true, false}},
        {"0 18 * * FRI", {1, 1U << 18, 0xfffffffe, 0x1ffe, 1 << 5, true, false}},
        {"  5,7-9\t*/6 1 jan,Dec * ", {0x3a0, 0x41041, 2, 0x1002, 0x7f, false, true}},
        {"0-30/10 0 1-31 * mon-fri", {0x40100401, 1, 0xfffffffe, 0x1ffe, 0x3e, false, false}},
        {"* * * * 7", {UINT64_MAX >> 4, 0xffffff, 0xfffffffe, 0x1ffe, 1, true, false}},
        {"* * * * sat-sun", {UINT64_MAX >> 4, 0xffffff, 0xfffffffe, 0x1ffe, 0x41, true, false}},
        {"* * */2 * *", {UINT64_MAX >> 4, 0xffffff, 0xaaaaaaaa, 0x1ffe, 0x7f, true, true}},
        {"59 23 29 2 *", {UINT64_C(1) << 59, 1U << 23, 1U << 29, 4, 0x7f, false, true}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct freeze_cron cron = cron_of(cases[i].text), *expected = &cases[i].cron;

        print_message("  %s\n", cases[i].text);
        assert_true(cron.minutes == expected->minutes);
        assert_int_equal(cron.hours, expected->hours);
        assert_int_equal(cron.days, expected->days);
        assert_int_equal(cron.months, expected->months);
        assert_int_equal(cron.weekdays, expected->weekdays);
        assert_int_equal(cron.any_day, expected->any_day);
        assert_int_equal(cron.any_weekday, expected->any_weekday);
    }
}

static void test_what_is_no_expression(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "five fields"},
        {"0 18 * *", "has 4"},
        {"0 18 * * 5 2026", "has 6"},
        {"@daily", "has 1"},
        {"60 * * * *", "'60' makes no sense as the minute"},
        {"* 24 * * *", "'24' makes no sense as the hour"},
        {"* * 0 * *", "'0' makes no sense as the day"},
        {"* * 32 * *", "as the day"},
        {"* * * 0 *", "as the month"},
        {"* * * 13 *", "as the month"},
        {"* * * foo *", "as the month"},
        {"* * * january *", "as the month"},
        {"* * * * 8", "as the weekday"},
        {"* * * * jan", "as the weekday"},
        {"mon * * * *", "as the minute"},
        {"5-1 * * * *", "the range ends before it begins"},
        {"* * * * fri-mon", "the range ends before it begins"},
        {"5/10 * * * *", "a step needs a range"},
        {"*/0 * * * *", "the step is none"},
        {"*/60 * * * *", "the step is none"},
        {"*/ * * * *", "the step is none"},
        {"*/x * * * *", "the step is none"},
        {"1, * * * *", "as the minute"},
        {",1 * * * *", "as the minute"},
        {"1-2-3 * * * *", "as the minute"},
        {"-1 * * * *", "as the minute"},
        {"1- * * * *", "as the minute"},
        {"** * * * *", "as the minute"},
        {"1.5 * * * *", "as the minute"},
        {"0001 * * * *", "as the minute"},
        {"0 0 30 2 *", "none of its months has such a day"},
        {"0 0 31 4,6,9,11 *", "none of its months has such a day"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct freeze_cron cron = {.minutes = 77};
        struct error error = {0};

        print_message("  '%s'\n", cases[i].text);
        assert_int_equal(freeze_cron_parse(&cron, text_from(cases[i].text), &error), ERROR_CONFIG);
        if (strstr(error.message, cases[i].message) == NULL)
            fail_msg("%s", error.message);
        assert_non_null(strstr(error.hint, "minute hour day month weekday"));
        assert_int_equal(cron.minutes, 77);
    }
}

/* Minutes of a date and time. */
static int64_t minute_of(int64_t year, unsigned month, unsigned day, unsigned hour, unsigned minute)
{
    return calendar_days((struct calendar_date){year, month, day}) * DAY + hour * 60 + minute;
}

static void test_the_latest_minute(void **state)
{
    static const struct {
        const char *text;
        struct {
            unsigned month, day, hour, minute;
        } last, found; /* of 2026; found: zeros when there is none in the 400 days before */
    } cases[] = {
        {"0 18 * * fri", {11, 26, 4, 0}, {11, 20, 18, 0}}, /* a Thursday */
        {"0 18 * * fri", {11, 27, 18, 0}, {11, 27, 18, 0}},     {"0 18 * * fri", {11, 27, 17, 59}, {11, 20, 18, 0}},
        {"30 2 1 * *", {11, 1, 2, 29}, {10, 1, 2, 30}},         {"15,45 8-17 * * *", {11, 26, 8, 14}, {11, 25, 17, 45}},
        {"15,45 8-17 * * *", {11, 26, 9, 14}, {11, 26, 8, 45}}, {"15,45 8-17 * * *", {11, 26, 23, 0}, {11, 26, 17, 45}},
        {"0 0 13 * fri", {11, 26, 0, 0}, {11, 20, 0, 0}},  /* the 13th, or a Friday */
        {"0 0 13 * fri", {11, 19, 0, 0}, {11, 13, 0, 0}},  /* here both */
        {"0 0 13 * fri", {10, 15, 0, 0}, {10, 13, 0, 0}},  /* a Tuesday */
        {"0 0 */2 * mon", {11, 26, 0, 0}, {11, 23, 0, 0}}, /* an odd day and a Monday */
        {"0 0 */2 * mon", {11, 22, 0, 0}, {11, 9, 0, 0}},       {"0 0 24 12 *", {12, 23, 0, 0}, {0, 0, 0, 0}},
        {"0 0 29 2 *", {12, 23, 0, 0}, {0, 0, 0, 0}},           {"* * * * *", {6, 1, 12, 34}, {6, 1, 12, 34}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct freeze_cron cron = cron_of(cases[i].text);
        int64_t last =
            minute_of(2026, cases[i].last.month, cases[i].last.day, cases[i].last.hour, cases[i].last.minute);
        int64_t found = -1;
        bool any = freeze_cron_latest(&cron, last - 300 * DAY, last, &found);

        print_message("  %s, case %zu\n", cases[i].text, i);
        assert_int_equal(any, cases[i].found.month != 0);
        if (!any)
            continue;
        assert_int_equal(found, minute_of(2026, cases[i].found.month, cases[i].found.day, cases[i].found.hour,
                                          cases[i].found.minute));
        assert_true(freeze_cron_latest(&cron, found, last, &found));
        assert_false(freeze_cron_latest(&cron, found + 1, last, &found));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_bits),
        cmocka_unit_test(test_what_is_no_expression),
        cmocka_unit_test(test_the_latest_minute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
