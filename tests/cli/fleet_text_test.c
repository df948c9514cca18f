#include "cli/fleet.h"

#include "cli/command.h"
#include "cli/golden.h"
#include "support/cmocka.h"

static enum error_code write_fleet(struct buffer *output, const json_t *document, const struct table_style *style,
                                   struct arena *arena, struct error *error)
{
    struct answer_fleet fleet = {0};

    if (shape_read(&answer_fleet_shape, document, &fleet, arena, error) != ERROR_NONE)
        return error->code;
    fleet_write(output, &fleet, style, arena);
    return buffer_check(output, error, "writing the fleet");
}

static const struct golden_case cases[] = {
    {"fleet_waived.json", "fleet_waived.txt", {.width = 80}, write_fleet},
    {"fleet.json", "fleet.txt", {.width = 80}, write_fleet},
    {"fleet.json", "fleet_narrow.txt", {.width = 50}, write_fleet},
    {"fleet.json", "fleet_wide.txt", {.width = 0}, write_fleet},
    {"fleet.json", "fleet_colour.txt", {.colour = true, .width = 80}, write_fleet},
    {"fleet_empty.json", "fleet_empty.txt", {.width = 80}, write_fleet},
    {"fleet_many.json", "fleet_many.txt", {.width = 80}, write_fleet},
};

static void test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        golden_check(&cases[i]);
}

static void test_statuses(void **state)
{
    static const struct {
        unsigned verdicts[3];
        size_t count;
        int status;
    } fleets[] = {
        {{VERDICT_IN_SYNC}, 0, EXIT_UNKNOWN},
        {{VERDICT_IN_SYNC}, 1, EXIT_FINE},
        {{VERDICT_IN_SYNC, VERDICT_UNKNOWN}, 2, EXIT_UNKNOWN},
        {{VERDICT_UNKNOWN, VERDICT_DRIFTED, VERDICT_IN_SYNC}, 3, EXIT_DRIFT},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(fleets); i++) {
        struct answer_database databases[3] = {
            {.verdict = fleets[i].verdicts[0]}, {.verdict = fleets[i].verdicts[1]}, {.verdict = fleets[i].verdicts[2]}};
        const struct answer_fleet fleet = {.databases = {databases, fleets[i].count}};

        assert_int_equal(fleet_status(&fleet), fleets[i].status);
    }
}

static void test_memory(void **state)
{
    (void)state;
    golden_check_memory(&cases[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
