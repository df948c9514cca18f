#include "cli/gate_report.h"

#include "cli/golden.h"
#include "support/cmocka.h"

static enum error_code write_answer(struct buffer *output, const json_t *document, const struct table_style *style,
                                    struct arena *arena, struct error *error)
{
    struct answer_gate values = {.at = 0};

    (void)style;
    if (shape_read(&answer_gate_shape, document, &values, arena, error) != ERROR_NONE)
        return error->code;
    gate_write_github(output, &values);
    return buffer_check(output, error, "writing an answer");
}

static const struct golden_case cases[] = {
    {"gate.json", "gate.github.txt", {.width = 0}},
    {"gate_pass.json", "gate_pass.github.txt", {.width = 0}},
    {"gate_unknown.json", "gate_unknown.github.txt", {.width = 0}},
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
