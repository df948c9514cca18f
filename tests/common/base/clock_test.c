#include "base/clock.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static void test_times_are_written_in_utc_to_the_millisecond(void **state)
{
    static const struct {
        int64_t microseconds;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {999, "1970-01-01T00:00:00.000Z"},
        {1000, "1970-01-01T00:00:00.001Z"},
        {999999, "1970-01-01T00:00:00.999Z"},
        {1000000, "1970-01-01T00:00:01.000Z"},
        {INT64_C(1795255200000000), "2026-11-21T10:00:00.000Z"},
        {INT64_C(951782400000000), "2000-02-29T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {-1000, "1969-12-31T23:59:59.999Z"},
        {-1001, "1969-12-31T23:59:59.998Z"},
        {-999999, "1969-12-31T23:59:59.000Z"},
        {-1000000, "1969-12-31T23:59:59.000Z"},
        {-1000001, "1969-12-31T23:59:58.999Z"},
        {INT64_C(-86400000000), "1969-12-31T00:00:00.000Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999Z"},
        {INT64_C(253402300800000000), "invalid"},
        {INT64_C(-30610224000000000), "1000-01-01T00:00:00.000Z"},
        {INT64_C(-30610224000000001), "0999-12-31T23:59:59.999Z"},
        {INT64_C(-62167219200000000), "0000-01-01T00:00:00.000Z"},
        {INT64_C(-62167219200000001), "invalid"},
        {INT64_MAX, "invalid"},
        {INT64_MIN, "invalid"},
    };
    char text[CLOCK_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        clock_format(cases[i].microseconds, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_people_get_no_fractions(void **state)
{
    static const struct {
        int64_t microseconds;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {INT64_C(1795255200999999), "2026-11-21T10:00:00Z"},
        {INT64_C(-1), "1969-12-31T23:59:59Z"},
        {INT64_MAX, "invalid"},
    };
    char text[CLOCK_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        clock_format_seconds(cases[i].microseconds, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_times_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t microseconds;
    } cases[] = {
        {"1970-01-01", 0},
        {"2026-11-01", INT64_C(1793491200000000)},
        {"2026-11-01T00:00Z", INT64_C(1793491200000000)},
        {"2026-11-01T05:30:00+05:30", INT64_C(1793491200000000)},
        {"2026-10-31T23:00-01:00", INT64_C(1793491200000000)},
        {"2026-11-21T10:00:00.000Z", INT64_C(1795255200000000)},
        {"2026-11-21T10:00:00.5Z", INT64_C(1795255200500000)},
        {"2026-11-21T10:00:00.123456Z", INT64_C(1795255200123456)},
        {"2000-02-29T00:00Z", INT64_C(951782400000000)},
        {"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        int64_t time = -1;

        print_message("  %s\n", cases[i].text);
        assert_true(clock_parse(text_from(cases[i].text), &time));
        assert_int_equal(time, cases[i].microseconds);
    }
}

static void test_what_is_no_time_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "2026",
        "2026-11",
        "26-11-01",
        "2027-02-29",
        "2026-13-01",
        "2026-11-00",
        "2026-11-01 00:00Z",
        "2026-11-01T",
        "2026-11-01T24:00Z",
        "2026-11-01T00:60Z",
        "2026-11-01T00:00:60Z",
        "2026-11-01T00:00",
        "2026-11-01T00:00Zx",
        "2026-11-01T00:00z",
        "2026-11-01T00:00:00.Z",
        "2026-11-01T00:00:00.1234567Z",
        "2026-11-01T00:00+5:30",
        "2026-11-01T00:00+16:00",
        "2026-11-01T00:00+05:60",
        "1969-12-31",
        "1970-01-01T00:00+00:01",
        "9999-12-31T23:59:59-01:00",
        "-026-11-01",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        int64_t time = -1;

        print_message("  '%s'\n", cases[i]);
        assert_false(clock_parse(text_from(cases[i]), &time));
        assert_int_equal(time, -1);
    }
}

static void test_the_clocks_run(void **state)
{
    int64_t before = clock_elapsed();

    (void)state;
    while (clock_elapsed() == before) /* microseconds: it moves at once */
        continue;
    assert_true(clock_elapsed() > before);
    assert_true(clock_now() > INT64_C(1577836800000000));   /* 2020 */
    assert_true(clock_now() < INT64_C(253402300800000000)); /* 10000 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_written_in_utc_to_the_millisecond),
        cmocka_unit_test(test_people_get_no_fractions),
        cmocka_unit_test(test_times_are_read),
        cmocka_unit_test(test_what_is_no_time_is_refused),
        cmocka_unit_test(test_the_clocks_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
