#include "cli/golden.h"
#include "cli/history.h"

static enum error_code write_history(struct buffer *output, const json_t *document, const struct table_style *style,
                                     struct arena *arena, struct error *error)
{
    struct answer_history history = {.next = 0};

    if (shape_read(&answer_history_shape, document, &history, arena, error) != ERROR_NONE)
        return error->code;
    return history_write(output, &history, style, arena, error);
}

static const struct golden_case cases[] = {
    {"history.json", "history.txt", {.width = 80}, write_history},
    {"history.json", "history_narrow.txt", {.width = 50}, write_history},
    {"history.json", "history_colour.txt", {.colour = true, .width = 0}, write_history},
    {"history_empty.json", "history_empty.txt", {.width = 80}, write_history},
    {"history_long.json", "history_long.txt", {.width = 80}, write_history},
    {"history_who.json", "history_who.txt", {.width = 80}, write_history},
    {"history_who.json", "history_who_colour.txt", {.colour = true, .width = 0}, write_history},
};

int main(void)
{
    return golden_main(cases, LENGTH_OF(cases));
}
