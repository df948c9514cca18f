#include "base/timezone_rule.h"

#include "base/clock.h"
#include "support/cmocka.h"

enum { HOUR = 3600 };

static struct timezone_rule rule_of(const char *text)
{
    struct timezone_rule rule = {0};
    struct error error = {0};

    if (timezone_rule_parse(&rule, text_from(text), &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return rule;
}

static int64_t seconds_of(const char *text)
{
    int64_t moment = 0;

    assert_true(clock_parse(text_from(text), &moment));
    return moment / 1000000;
}

static void test_offsets(void **state)
{
    static const struct {
        const char *rule;
        const char *at;
        int32_t offset;
    } cases[] = {
        {"UTC0", "2050-06-01T00:00Z", 0},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2050-03-27T00:59:59Z", HOUR},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2050-03-27T01:00:00Z", 2 * HOUR},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2050-10-30T00:59:59Z", 2 * HOUR},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2050-10-30T01:00:00Z", HOUR},
        {"EST5EDT,M3.2.0,M11.1.0", "2050-03-13T06:59:59Z", -5 * HOUR},
        {"EST5EDT,M3.2.0,M11.1.0", "2050-03-13T07:00:00Z", -4 * HOUR},
        {"EST5EDT,M3.2.0,M11.1.0", "2050-11-06T06:00:00Z", -5 * HOUR},
        /* in the south summer lasts over the year's end; half an hour */
        {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2050-01-01T00:00Z", 11 * HOUR},
        {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2050-06-01T00:00Z", 10 * HOUR + 1800},
        /* winter time as the exception: Ireland */
        {"IST-1GMT0,M10.5.0,M3.5.0/1", "2050-12-31T23:59:59Z", 0},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", "2050-07-01T00:00Z", HOUR},
        {"<+0545>-5:45", "2050-07-01T00:00Z", 5 * HOUR + 2700},
        /* days of the year, with and without 29 February */
        {"AAA0BBB,J60/0,J61/0", "2024-03-01T00:00Z", HOUR},
        {"AAA0BBB,J60/0,J61/0", "2024-02-29T23:59:59Z", 0},
        {"AAA0BBB,J60/0,J61/0", "2023-03-01T00:00Z", HOUR},
        {"AAA0BBB,59/0,60/0", "2024-02-29T00:00Z", HOUR},
        {"AAA0BBB,59/0,60/0", "2023-03-01T00:00Z", HOUR},
        {"AAA0BBB,59/0,60/0", "2024-03-01T00:00Z", 0},
        /* summer all year */
        {"EST5EDT,0/0,J365/25", "2023-12-31T23:59:59Z", -4 * HOUR},
        {"EST5EDT,0/0,J365/25", "2024-01-01T05:00:00Z", -4 * HOUR},
        {"EST5EDT,0/0,J365/25", "2024-06-01T05:00:00Z", -4 * HOUR},
        {"EST5EDT,0/0,J365/25", "2024-12-31T23:59:59Z", -4 * HOUR},
        /* times before and after the day: Greenland */
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T00:59:59Z", -2 * HOUR},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T01:00:00Z", -1 * HOUR},
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2050-03-24T23:59:59Z", 2 * HOUR},
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2050-03-25T00:00:00Z", 3 * HOUR},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct timezone_rule rule = rule_of(cases[i].rule);

        print_message("  %s at %s\n", cases[i].rule, cases[i].at);
        assert_int_equal(timezone_rule_stretch(&rule, seconds_of(cases[i].at)).offset, cases[i].offset);
    }
}

static void test_stretches_follow_each_other(void **state)
{
    const struct timezone_rule berlin = rule_of("CET-1CEST,M3.5.0,M10.5.0/3"), fixed = rule_of("<+07>-7");
    int64_t from = seconds_of("2050-03-27T01:00Z"), until = seconds_of("2050-10-30T01:00Z");
    struct timezone_stretch stretch = timezone_rule_stretch(&berlin, from);

    (void)state;
    assert_true(stretch.from == from && stretch.until == until && stretch.offset == 2 * HOUR);
    stretch = timezone_rule_stretch(&berlin, until - 1);
    assert_true(stretch.from == from && stretch.until == until);
    stretch = timezone_rule_stretch(&berlin, until);
    assert_true(stretch.from == until && stretch.until == seconds_of("2051-03-26T01:00Z") && stretch.offset == HOUR);
    stretch = timezone_rule_stretch(&fixed, 0);
    assert_true(stretch.from == INT64_MIN && stretch.until == INT64_MAX && stretch.offset == 7 * HOUR);
}

static void test_what_is_no_rule(void **state)
{
    static const char *const texts[] = {
        "",
        "CET",
        "C-1",
        "-1",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3,",
        "CET-1CEST,M3.5.0,M10.5.0/3x",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J365",
        "CET-1CEST,J366,J365",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0/1:60,M10.5.0",
        "CET-25",
        "CET-1:99",
        "CET-0001",
        "<CET-1",
        "<+1>-1",
        "<C T>-1",
        "CET--1",
        "CET-1 ",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        struct timezone_rule rule = {.standard = 77};
        struct error error = {0};

        print_message("  '%s'\n", texts[i]);
        assert_int_equal(timezone_rule_parse(&rule, text_from(texts[i]), &error), ERROR_CORRUPT);
        assert_int_equal(rule.standard, 77);
        assert_non_null(strstr(error.message, texts[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_stretches_follow_each_other),
        cmocka_unit_test(test_what_is_no_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
