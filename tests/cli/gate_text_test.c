#include "cli/gate_report.h"

#include "cli/golden.h"

static enum error_code write_gate(struct buffer *output, const json_t *document, const struct table_style *style,
                                  struct arena *arena, struct error *error)
{
    struct answer_gate gate = {.at = 0};

    if (shape_read(&answer_gate_shape, document, &gate, arena, error) != ERROR_NONE)
        return error->code;
    gate_write_text(output, &gate, style, arena);
    return buffer_check(output, error, "writing a verdict");
}

static enum error_code write_runs(struct buffer *output, const json_t *document, const struct table_style *style,
                                  struct arena *arena, struct error *error)
{
    struct answer_gate_runs runs = {.next = 0};

    if (shape_read(&answer_gate_runs_shape, document, &runs, arena, error) != ERROR_NONE)
        return error->code;
    gate_write_runs(output, &runs, style, arena);
    return buffer_check(output, error, "writing runs");
}

static const struct golden_case cases[] = {
    {"gate.json", "gate.txt", {.width = 80}, write_gate},
    {"gate.json", "gate_colour.txt", {.colour = true, .width = 0}, write_gate},
    {"gate_pass.json", "gate_pass.txt", {.width = 80}, write_gate},
    {"gate_advice.json", "gate_advice.txt", {.width = 80}, write_gate},
    {"gate_unknown.json", "gate_unknown.txt", {.width = 80}, write_gate},
    {"gate_reference.json", "gate_reference.txt", {.width = 80}, write_gate},
    {"gate_runs.json", "gate_runs.txt", {.width = 80}, write_runs},
    {"gate_runs_empty.json", "gate_runs_empty.txt", {.width = 80}, write_runs},
};

int main(void)
{
    return golden_main(cases, LENGTH_OF(cases));
}
