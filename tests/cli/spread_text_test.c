#include "cli/spread.h"

#include "cli/golden.h"
#include "support/cmocka.h"

static enum error_code write_answer(struct buffer *output, const json_t *document, const struct table_style *style,
                                    struct arena *arena, struct error *error)
{
    struct answer_spread values = {.verdict = 0};

    (void)style;
    if (shape_read(&answer_spread_shape, document, &values, arena, error) != ERROR_NONE)
        return error->code;
    spread_write(output, &values, style, arena);
    return buffer_check(output, error, "writing an answer");
}

static const struct golden_case cases[] = {
    {"spread.json", "spread.txt", {.width = 80}},
    {"spread.json", "spread_narrow.txt", {.width = 40}},
    {"spread.json", "spread_wide.txt", {.colour = true, .width = 0}},
    {"spread_empty.json", "spread_empty.txt", {.width = 80}},
};

static void test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        golden_check(&cases[i], write_answer);
}

static void test_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        golden_check_memory(&cases[i], write_answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
