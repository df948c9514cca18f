#include "cli/fail_on.h"

#include <string.h>

#include "cli/command.h"
#include "support/cmocka.h"

static unsigned choice(const char *name)
{
    unsigned number = 0;

    while (strcmp(fail_on_choice(number), name) != 0)
        number++;
    return number;
}

static void test_statuses(void **state)
{
    static const struct {
        const char *fail_on;
        uint32_t summary[SEVERITY_COUNT]; /* low to critical */
        bool unknown;
        int status;
    } cases[] = {
        {"any", {0, 0, 0, 0}, false, EXIT_FINE},      {"any", {0, 0, 0, 0}, true, EXIT_UNKNOWN},
        {"any", {1, 0, 0, 0}, false, EXIT_DRIFT},     {"any", {1, 0, 0, 0}, true, EXIT_DRIFT},
        {"low", {1, 0, 0, 0}, false, EXIT_DRIFT},     {"medium", {9, 0, 0, 0}, false, EXIT_FINE},
        {"medium", {0, 1, 0, 0}, false, EXIT_DRIFT},  {"high", {9, 9, 0, 0}, false, EXIT_FINE},
        {"high", {9, 9, 0, 0}, true, EXIT_UNKNOWN},   {"high", {0, 0, 1, 0}, true, EXIT_DRIFT},
        {"critical", {9, 9, 9, 0}, false, EXIT_FINE}, {"critical", {0, 0, 0, 1}, false, EXIT_DRIFT},
        {"none", {9, 9, 9, 9}, false, EXIT_FINE},     {"none", {9, 9, 9, 9}, true, EXIT_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_int_equal(fail_on_status(choice(cases[i].fail_on), cases[i].summary, cases[i].unknown), cases[i].status);
}

static void test_choices_end(void **state)
{
    (void)state;
    assert_string_equal(fail_on_choice(0), "any");
    assert_null(fail_on_choice(choice("none") + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_choices_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
