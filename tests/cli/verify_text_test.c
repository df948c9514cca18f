#include "cli/verify.h"

#include "cli/golden.h"

static enum error_code write_answer(struct buffer *output, const json_t *document, const struct table_style *style,
                                    struct arena *arena, struct error *error)
{
    struct answer_verify values = {.checked_at = 0};

    (void)style;
    if (shape_read(&answer_verify_shape, document, &values, arena, error) != ERROR_NONE)
        return error->code;
    verify_write(output, &values, style, arena, INT64_C(1795255200000000));
    return buffer_check(output, error, "writing an answer");
}

static const struct golden_case cases[] = {
    {"verify.json", "verify.txt", {.width = 80}, write_answer},
    {"verify.json", "verify_colour.txt", {.colour = true, .width = 0}, write_answer},
    {"verify_good.json", "verify_good.txt", {.width = 80}, write_answer},
};

int main(void)
{
    return golden_main(cases, LENGTH_OF(cases));
}
