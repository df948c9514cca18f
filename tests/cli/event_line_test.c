#include "cli/event_line.h"

#include <stdlib.h>

#include "support/cmocka.h"

static const struct {
    const char *event;
    const char *line;
} cases[] = {
    {"{\"time\": \"2026-11-21T10:00:00.123Z\", \"severity\": \"high\", \"type\": \"driftline.drift-opened\", "
     "\"database\": \"orders\", \"environment\": \"prod\", \"summary\": \"column shop.orders.total differs\"}",
     "2026-11-21T10:00:00Z  high      drift-opened         orders@prod           column shop.orders.total differs\n"},
    {"{\"time\": \"2026-11-21T10:00:00Z\", \"severity\": \"low\", \"type\": \"driftline.snapshot-recorded\", "
     "\"database\": \"orders\", \"environment\": \"prod\", \"instance\": \"eu-1\", \"summary\": \"x\"}",
     "2026-11-21T10:00:00Z  low       snapshot-recorded    orders@prod/eu-1      x\n"},
    {"{\"time\": \"2026-11-21T10:00:00Z\", \"severity\": \"low\", \"type\": \"driftline.snapshot-recorded\", "
     "\"database\": \"orders\", \"environment\": \"prod\", \"instance\": \"default\", \"agent\": \"db-1\"}",
     "2026-11-21T10:00:00Z  low       snapshot-recorded    orders@prod           \n"},
    {"{\"time\": \"2026-11-21T10:00:00Z\", \"severity\": \"medium\", \"type\": \"driftline.agent-silent\", "
     "\"agent\": \"db-1\", \"summary\": \"x\"}",
     "2026-11-21T10:00:00Z  medium    agent-silent         db-1                  x\n"},
    {"{\"time\": \"2026-11-21T10:00:00Z\", \"severity\": \"medium\", \"type\": \"driftline.contract-unknown\", "
     "\"database\": \"a-database-with-a-long-name\", \"environment\": \"production\", \"summary\": \"x\"}",
     "2026-11-21T10:00:00Z  medium    contract-unknown     a-database-with-a-long-name@production  x\n"},
    /* what a later collector says, and what is none at all */
    {"{\"time\": \"soon\", \"severity\": \"awful\", \"type\": \"other\", \"summary\": \"a\\nb\\u001b[2J\"}",
     "soon  awful     other                                      a\\nb\\x1b[2J\n"},
    {"{}", "                                                       \n"},
    {"{\"time\": 7, \"severity\": [], \"type\": null, \"database\": {}, \"summary\": 1}",
     "                                                       \n"},
};

static void test_lines(void **state)
{
    const struct table_style plain = {.colour = false};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer line = {0};
        json_t *event = json_loads(cases[i].event, 0, NULL);

        event_line_write(&line, event, &plain);
        buffer_add_byte(&line, '\0');
        assert_string_equal(line.bytes, cases[i].line);
        json_decref(event);
    }
}

static void test_levels_have_colours(void **state)
{
    static const char *const levels[] = {"critical", "high", "medium"};
    const struct table_style colourful = {.colour = true};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(levels); i++) {
        CLEANUP(buffer_clear) struct buffer line = {0};
        json_t *event = json_pack("{s:s}", "severity", levels[i]);

        event_line_write(&line, event, &colourful);
        buffer_add_byte(&line, '\0');
        assert_non_null(strstr(line.bytes, "\033["));
        json_decref(event);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_levels_have_colours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
