#include "base/config_place.h"

#include "base/compiler.h"
#include "support/cmocka.h"

static const char text[] = "# a comment\n"
                           "agent: a\n"
                           "targets:\n"
                           "  - {database: orders, poll: 5s}\n"
                           "  - database: shop\n"
                           "    poll: soon\n";

static const struct {
    const char *way;
    const char *place;
} cases[] = {
    {"", "c.yaml:2:1: wrong"},
    {"agent", "c.yaml:2:8: wrong"},
    {"targets", "c.yaml:4:3: wrong"},
    {"targets.0", "c.yaml:4:5: wrong"},
    {"targets.0.poll", "c.yaml:4:30: wrong"},
    {"targets.1.poll", "c.yaml:6:11: wrong"},
    {"targets.1.exact", "c.yaml:5:5: wrong"},
    {"targets.2.poll", "c.yaml:4:3: wrong"},
    {"agent.deeper", "c.yaml:2:8: wrong"},
    {"outbox.limit", "c.yaml:2:1: wrong"},
};

static void test_ways_lead_to_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct error error = {0};

        error_set(&error, ERROR_USAGE, "wrong");
        error_hint(&error, "do better");
        assert_int_equal(config_place(&error, "c.yaml", text_from(text), cases[i].way), ERROR_CONFIG);
        assert_string_equal(error.message, cases[i].place);
        assert_string_equal(error.hint, "do better");
    }
}

static void test_what_has_no_places_keeps_its_name(void **state)
{
    struct error error = {0};

    (void)state;
    error_set(&error, ERROR_CONFIG, "wrong");
    assert_int_equal(config_place(&error, "c.yaml", TEXT(""), "agent"), ERROR_CONFIG);
    assert_string_equal(error.message, "c.yaml: wrong");
    error_set(&error, ERROR_CONFIG, "wrong");
    assert_int_equal(config_place(&error, "c.yaml", TEXT("a: [\n"), "a"), ERROR_CONFIG);
    assert_string_equal(error.message, "c.yaml: wrong");
}

static void test_faults_of_the_program_have_no_line(void **state)
{
    struct error error = {0};

    (void)state;
    error_memory(&error, "reading");
    assert_int_equal(config_place(&error, "c.yaml", text_from(text), "agent"), ERROR_MEMORY);
    assert_null(strstr(error.message, "c.yaml"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways_lead_to_places),
        cmocka_unit_test(test_what_has_no_places_keeps_its_name),
        cmocka_unit_test(test_faults_of_the_program_have_no_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
