#include "cli/golden.h"
#include "cli/history.h"
#include "support/cmocka.h"

static enum error_code write_history(struct buffer *output, const json_t *document, const struct table_style *style,
                                     struct arena *arena, struct error *error)
{
    struct answer_history history = {.next = 0};

    if (shape_read(&answer_history_shape, document, &history, arena, error) != ERROR_NONE)
        return error->code;
    return history_write(output, &history, style, arena, error);
}

static const struct golden_case cases[] = {
    {"history.json", "history.txt", {.width = 80}},
    {"history.json", "history_narrow.txt", {.width = 50}},
    {"history.json", "history_colour.txt", {.colour = true, .width = 0}},
    {"history_empty.json", "history_empty.txt", {.width = 80}},
    {"history_long.json", "history_long.txt", {.width = 80}},
    {"history_who.json", "history_who.txt", {.width = 80}},
    {"history_who.json", "history_who_colour.txt", {.colour = true, .width = 0}},
};

static void test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        golden_check(&cases[i], write_history);
}

static void test_memory(void **state)
{
    (void)state;
    golden_check_memory(&cases[0], write_history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
