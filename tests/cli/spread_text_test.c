#include "cli/spread.h"

#include "cli/golden.h"

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
    {"spread.json", "spread.txt", {.width = 80}, write_answer},
    {"spread.json", "spread_narrow.txt", {.width = 40}, write_answer},
    {"spread.json", "spread_wide.txt", {.colour = true, .width = 0}, write_answer},
    {"spread_empty.json", "spread_empty.txt", {.width = 80}, write_answer},
};

int main(void)
{
    return golden_main(cases, LENGTH_OF(cases));
}
