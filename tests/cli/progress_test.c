#include "cli/progress.h"

#include "support/cmocka.h"

static void test_line(void **state)
{
    struct progress_side sides[2] = {{.label = "from"}, {.label = "to"}};
    struct progress progress = {.sides = sides, .count = 2, .started = 1000000};
    struct buffer line;

    (void)state;
    buffer_init(&line);
    progress_write(&line, &progress, 4500000, 80);
    assert_string_equal(line.bytes, "from ...  to ...  3 s");
    buffer_reset(&line);
    progress_report(&sides[0], 10, 40, 1234);
    progress_report(&sides[1], 40, 40, 0);
    progress_write(&line, &progress, 4500000, 200);
    assert_string_equal(line.bytes,
                        "from [#####...............] 10/40 1234 rows  to [####################] 40/40  3 s");
    buffer_reset(&line);
    sides[1].finished = true;
    progress_write(&line, &progress, 4500000, 200);
    assert_non_null(strstr(line.bytes, "to done  3 s"));
    buffer_clear(&line);
}

static void test_never_wider_than_the_terminal(void **state)
{
    struct progress_side side = {.label = "reading"};
    struct progress progress = {.sides = &side, .count = 1};
    struct buffer line;

    (void)state;
    buffer_init(&line);
    progress_report(&side, 50, 40, 5); /* more steps than were announced */
    for (size_t width = 0; width < 60; width++) {
        buffer_reset(&line);
        progress_write(&line, &progress, 0, width);
        assert_true(line.length <= width);
    }
    buffer_clear(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_never_wider_than_the_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
