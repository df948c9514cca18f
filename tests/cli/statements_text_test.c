#include "cli/statements_text.h"

#include "cli/golden.h"

static enum error_code write_statements(struct buffer *output, const json_t *document, const struct table_style *style,
                                        struct arena *arena, struct error *error)
{
    struct answer_statements statements = {.next = 0};

    if (shape_read(&answer_statements_shape, document, &statements, arena, error) != ERROR_NONE)
        return error->code;
    statements_write(output, &statements, style);
    return buffer_check(output, error, "writing statements");
}

static const struct golden_case cases[] = {
    {"statements.json", "statements.txt", {.width = 80}, write_statements},
    {"statements.json", "statements_narrow.txt", {.width = 40}, write_statements},
    {"statements.json", "statements_colour.txt", {.colour = true, .width = 0}, write_statements},
    {"statements_empty.json", "statements_empty.txt", {.width = 80}, write_statements},
};

int main(void)
{
    return golden_main(cases, LENGTH_OF(cases));
}
