#include "cli/moment.h"

#include "support/cmocka.h"

static const int64_t now = INT64_C(1795255200000000); /* 2026-11-21T10:00:00Z */
static const int64_t second = 1000000;

static void test_moments_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t ago; /* seconds */
    } cases[] = {
        {"2026-11-21T10:00Z", 0},
        {"2026-11-21T09:59:59Z", 1},
        {"2026-11-20", 34 * 3600},
        {"0s", 0},
        {"30s", 30},
        {"5m", 300},
        {"2h", 7200},
        {"7d", 7 * 86400},
        {"4w", 28 * 86400},
        {"007d", 7 * 86400},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct error error = {0};
        int64_t moment = -1;

        print_message("  %s\n", cases[i].text);
        assert_int_equal(moment_read(&moment, "option '--since'", cases[i].text, now, &error), ERROR_NONE);
        assert_int_equal(moment, now - cases[i].ago * second);
    }
}

static void test_before_all_times_is_the_first_one(void **state)
{
    struct error error = {0};
    int64_t moment = -1;

    (void)state;
    assert_int_equal(moment_read(&moment, "x", "999999w", now, &error), ERROR_NONE);
    assert_int_equal(moment, 0);
}

static void test_what_is_no_moment_is_refused(void **state)
{
    static const char *const cases[] = {
        "",           "yesterday",       "5", "h", "-5h", "5 h", "5hh", "5H", "1y", "1000000s", "5.5h",
        "2026-11-31", "2026-11-01T09:30"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct error error = {0};
        int64_t moment = -1;

        print_message("  '%s'\n", cases[i]);
        assert_int_equal(moment_read(&moment, "option '--since'", cases[i], now, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, "option '--since'"));
        assert_int_equal(moment, -1);
    }
}

static void test_moments_that_come(void **state)
{
    static const struct {
        const char *text;
        int64_t coming; /* seconds; 0: it is refused */
        const char *message;
    } moments[] = {
        {"30s", 30, NULL},
        {"12h", 12 * 3600, NULL},
        {"30d", 30 * 86400, NULL},
        {"8w", 8 * 7 * 86400, NULL},
        {"0s", 0, "has passed"},
        {"1970-01-02", 0, "has passed"},
        {"999999w", 0, "cannot be '999999w'"},
        {"soon", 0, "cannot be 'soon'"},
        {"", 0, "cannot be ''"},
        {"-1d", 0, "cannot be '-1d'"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(moments); i++) {
        struct error error = {0};
        int64_t moment = -1;
        enum error_code code = moment_read_coming(&moment, "option '--expires'", moments[i].text, now, &error);

        assert_int_equal(code, moments[i].coming > 0 ? ERROR_NONE : ERROR_USAGE);
        assert_int_equal(moment, moments[i].coming > 0 ? now + moments[i].coming * second : -1);
        if (moments[i].message != NULL)
            assert_non_null(strstr(error.message, moments[i].message));
    }
}

static void test_moments_are_written(void **state)
{
    CLEANUP(buffer_clear) struct buffer text;

    (void)state;
    buffer_init(&text);
    moment_write(&text, now + 999999);
    buffer_add_byte(&text, ' ');
    moment_write(&text, 0);
    assert_string_equal(text.bytes, "2026-11-21T10:00:00Z -");
}

static void test_ages(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {-5, "0s"},     {0, "0s"},    {59, "59s"},     {119, "119s"},     {120, "2m"},
        {7199, "119m"}, {7200, "2h"}, {172799, "47h"}, {2 * 86400, "2d"}, {400 * 86400, "400d"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer text;

        buffer_init(&text);
        moment_write_age(&text, now - cases[i].seconds * second, now);
        assert_string_equal(text.bytes, cases[i].text);
    }
}

static void test_age_of_never(void **state)
{
    CLEANUP(buffer_clear) struct buffer text;

    (void)state;
    buffer_init(&text);
    moment_write_age(&text, 0, now);
    assert_string_equal(text.bytes, "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_are_read),
        cmocka_unit_test(test_before_all_times_is_the_first_one),
        cmocka_unit_test(test_what_is_no_moment_is_refused),
        cmocka_unit_test(test_moments_that_come),
        cmocka_unit_test(test_moments_are_written),
        cmocka_unit_test(test_ages),
        cmocka_unit_test(test_age_of_never),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
