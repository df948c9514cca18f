#include "cli/gate_report.h"

#include "cli/golden.h"

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
    {"gate.json", "gate.github.txt", {.width = 0}, write_answer},
    {"gate_pass.json", "gate_pass.github.txt", {.width = 0}, write_answer},
    {"gate_unknown.json", "gate_unknown.github.txt", {.width = 0}, write_answer},
};

int main(void)
{
    return golden_main(cases, LENGTH_OF(cases));
}
