#include "feed/request.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "support/allocation.h"
#include "support/cmocka.h"

static int make_arena(void **state)
{
    static struct arena arena;

    arena_init(&arena, 16 * 1024 * 1024);
    *state = &arena;
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* ---- the target ---- */

/* `api|v1|fleet ? database=orders & limit=3`, so that a table of cases reads like what is meant. */
static void write_target(struct buffer *buffer, const struct request_target *target)
{
    for (size_t i = 0; i < target->segment_count; i++)
        buffer_printf(buffer, "%s%.*s", i == 0 ? "" : "|", TEXT_ARGS(target->segments[i]));
    for (size_t i = 0; i < target->value_count; i++)
        buffer_printf(buffer, "%s%.*s=%.*s", i == 0 ? " ? " : " & ", TEXT_ARGS(target->values[i].name),
                      TEXT_ARGS(target->values[i].value));
}

static const struct {
    const char *target;
    const char *expected;
} targets[] = {
    {"/healthz", "healthz"},
    {"/api/v1/fleet", "api|v1|fleet"},
    {"/api/v1/fleet?", "api|v1|fleet"},
    {"/api/v1/fleet?database=orders&limit=3", "api|v1|fleet ? database=orders & limit=3"},
    {"/a?b", "a ? b="},
    {"/a?b=", "a ? b="},
    {"/a?b=c=d", "a ? b=c=d"},
    {"/a?&&b=1&", "a ? b=1"},
    {"/a?b=1&b=2", "a ? b=1 & b=2"},
    {"/a?b=x+y%20z%2B", "a ? b=x y z+"},
    {"/x+y", "x+y"},
    {"/a%2Fb/c", "a/b|c"},
    {"/a?b=%26%3D%3f", "a ? b=&=?"},
    {"/a?%62=1", "a ? b=1"},
    {"/a?b=%c3%a4%E2%82%AC", "a ? b=ä€"},
    {"/a?b=/../x", "a ? b=/../x"},
    {"/...", "..."},
    {"/1/2/3/4/5/6/7/8", "1|2|3|4|5|6|7|8"},
};

static void test_targets_are_taken_apart(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(targets); i++) {
        CLEANUP(buffer_clear) struct buffer written = {0};
        struct request_target target;
        struct error error = {0};

        print_message("  %s\n", targets[i].target);
        assert_int_equal(request_target_parse(&target, text_from(targets[i].target), *state, &error), ERROR_NONE);
        write_target(&written, &target);
        assert_string_equal(written.bytes, targets[i].expected);
    }
}

static const struct {
    const char *target;
    const char *message; /* a part of it */
} bad_targets[] = {
    {"", "does not begin with '/'"},
    {"fleet", "does not begin with '/'"},
    {"http://host/fleet", "does not begin with '/'"},
    {"*", "does not begin with '/'"},
    {"?a=b", "does not begin with '/'"},
    {"//fleet", "empty"},
    {"/api//fleet", "empty"},
    {"/api/", "empty"},
    {"/api/../etc/passwd", "'..'"},
    {"/api/%2e%2E/etc", "'..'"},
    {"/api/%2e", "'.'"},
    {"/a%00b", "control"},
    {"/a%0d%0ab", "control"},
    {"/a%7f", "control"},
    {"/a%ff", "UTF-8"},
    {"/a%c0%ae", "UTF-8"},
    {"/a%ed%a0%80", "UTF-8"},
    {"/a%", "two hexadecimal digits"},
    {"/a%4", "two hexadecimal digits"},
    {"/a%g0", "two hexadecimal digits"},
    {"/a%+1", "two hexadecimal digits"},
    {"/a?b=%", "'b'"},
    {"/a?b=%00", "'b'"},
    {"/a?=1", "without a name"},
    {"/a?%00=1", "control"},
    {"/1/2/3/4/5/6/7/8/9", "more than 8"},
};

static void test_targets_that_are_none_are_refused(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(bad_targets); i++) {
        struct request_target target;
        struct error error = {0};

        print_message("  %s\n", bad_targets[i].target);
        assert_int_equal(request_target_parse(&target, text_from(bad_targets[i].target), *state, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, bad_targets[i].message));
    }
}

static void test_targets_have_limits(void **state)
{
    char many[4 * REQUEST_VALUES_LIMIT + 16] = "/a?";
    static char large[REQUEST_TARGET_LIMIT + 2];
    struct request_target target;
    struct error error = {0};

    for (int i = 0; i < REQUEST_VALUES_LIMIT; i++)
        strcat(many, "b=1&");
    assert_int_equal(request_target_parse(&target, text_from(many), *state, &error), ERROR_NONE);
    assert_int_equal(target.value_count, REQUEST_VALUES_LIMIT);
    strcat(many, "c=1");
    assert_int_equal(request_target_parse(&target, text_from(many), *state, &error), ERROR_USAGE);
    memset(large, 'a', sizeof large - 1);
    large[0] = '/';
    assert_int_equal(request_target_parse(&target, text_from(large), *state, &error), ERROR_LIMIT);
}

/* ---- parameters ---- */

static const char *colour(size_t number)
{
    static const char *const names[] = {"red", "green", "blue"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

static const struct parameter table[] = {
    {.name = "text", .type = PARAMETER_TEXT, .repeated = true},
    {.name = "name", .type = PARAMETER_NAME, .required = true},
    {.name = "number", .type = PARAMETER_NUMBER, .minimum = 1, .maximum = 100, .preset = "10"},
    {.name = "time", .type = PARAMETER_TIME},
    {.name = "flag", .type = PARAMETER_FLAG},
    {.name = "choice", .type = PARAMETER_CHOICE, .choice = colour, .preset = "green"},
    {.name = "choices", .type = PARAMETER_CHOICES, .choice = colour},
    {0},
};

static struct request_parameters parse(const char *query, struct request_target *target, struct arena *arena)
{
    char whole[512];
    struct error error = {0};

    snprintf(whole, sizeof whole, "/a?%s", query);
    assert_int_equal(request_target_parse(target, text_from(whole), arena, &error), ERROR_NONE);
    return (struct request_parameters){target, table};
}

static void test_parameters_have_values_and_presets(void **state)
{
    struct request_target target;
    struct request_parameters given =
        parse("name=x&text=1&time=2026-11-01T00:00Z&flag=true&choices=red,blue&text=2&number=100", &target, *state);
    struct error error = {0};
    struct text value = {0};
    size_t position = 0;

    assert_int_equal(request_check(&target, table, &error), ERROR_NONE);
    assert_true(text_equal(request_text(&given, "name"), TEXT("x")));
    assert_int_equal(request_number(&given, "number"), 100);
    assert_int_equal(request_time(&given, "time"), INT64_C(1793491200) * 1000000);
    assert_true(request_flag(&given, "flag"));
    assert_int_equal(request_choice(&given, "choice"), 1);
    assert_int_equal(request_choices(&given, "choices"), 5);
    assert_true(request_next(&given, "text", &position, &value));
    assert_true(text_equal(value, TEXT("1")));
    assert_true(request_next(&given, "text", &position, &value));
    assert_true(text_equal(value, TEXT("2")));
    assert_false(request_next(&given, "text", &position, &value));
    given = parse("name=x", &target, *state);
    assert_int_equal(request_check(&target, table, &error), ERROR_NONE);
    assert_false(request_has(&given, "text"));
    assert_int_equal(request_number(&given, "number"), 10);
    assert_int_equal(request_time(&given, "time"), 0);
    assert_false(request_flag(&given, "flag"));
    assert_int_equal(request_choices(&given, "choices"), 0);
}

static const struct {
    const char *query;
    const char *message;
    const char *hint;
} bad_parameters[] = {
    {"name=x&nmae=y", "no parameter 'nmae'", "text, name, number"},
    {"name=x&name=x", "'name' is given twice", ""},
    {"name=x&flag=true&flag=true", "'flag' is given twice", ""},
    {"text=1", "'name' is missing", ""},
    {"name=", "'name' cannot be ''", "names have"},
    {"name=-x", "'name' cannot be '-x'", "names have"},
    {"name=x&text=", "'text' cannot be ''", "not empty"},
    {"name=x&number=0", "'number' cannot be '0'", "from 1 to 100"},
    {"name=x&number=101", "'number' cannot be '101'", "from 1 to 100"},
    {"name=x&number=-1", "'number' cannot be '-1'", "whole"},
    {"name=x&number=1.5", "'number' cannot be '1.5'", "whole"},
    {"name=x&number=", "'number' cannot be ''", "whole"},
    {"name=x&number=99999999999999999999", "'number' cannot be", "whole"},
    {"name=x&time=yesterday", "'time' cannot be 'yesterday'", "2026-11-01"},
    {"name=x&time=2026-02-30", "'time' cannot be '2026-02-30'", "2026-11-01"},
    {"name=x&flag=yes", "'flag' cannot be 'yes'", "true or false"},
    {"name=x&choice=pink", "'choice' cannot be 'pink'", "red, green, blue"},
    {"name=x&choices=red,pink", "'choices' cannot be 'red,pink'", "red, green, blue"},
    {"name=x&choices=", "'choices' cannot be ''", "red, green, blue"},
};

static void test_parameters_that_make_no_sense_are_named(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(bad_parameters); i++) {
        struct request_target target;
        struct error error = {0};

        print_message("  %s\n", bad_parameters[i].query);
        parse(bad_parameters[i].query, &target, *state);
        assert_int_equal(request_check(&target, table, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, bad_parameters[i].message));
        assert_non_null(strstr(error.hint, bad_parameters[i].hint));
    }
}

static void test_a_route_without_parameters_takes_none(void **state)
{
    struct request_target target;
    struct error error = {0};

    parse("name=x", &target, *state);
    assert_int_equal(request_check(&target, NULL, &error), ERROR_USAGE);
    assert_string_equal(error.hint, "this path takes no parameters");
}

/* ---- memory ---- */

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct request_target target;

    (void)context;
    arena_init(&arena, SIZE_MAX);
    if (request_target_parse(&target, TEXT("/a/b?name=c&number=7"), &arena, error) != ERROR_NONE ||
        request_check(&target, table, error) != ERROR_NONE)
        return error->code;
    return ERROR_NONE;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets_are_taken_apart),
        cmocka_unit_test(test_targets_that_are_none_are_refused),
        cmocka_unit_test(test_targets_have_limits),
        cmocka_unit_test(test_parameters_have_values_and_presets),
        cmocka_unit_test(test_parameters_that_make_no_sense_are_named),
        cmocka_unit_test(test_a_route_without_parameters_takes_none),
        cmocka_unit_test(test_every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
