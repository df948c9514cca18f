#include "drift/line_diff.h"
#include "tree/tree_plan.h"

enum { CONTEXT = 3 };

/* Lines of a difference that stand together. */
struct hunk {
    uint32_t first;
    uint32_t end;
    uint32_t from_line; /* from 1 */
    uint32_t from_count;
    uint32_t to_line;
    uint32_t to_count;
};

/* The next hunk from `start` on; false: there is none. `from` and `to` are the lines before it. */
static bool next_hunk(const struct line_diff *diff, uint32_t start, uint32_t from, uint32_t to, struct hunk *ret_hunk)
{
    uint32_t first = start, end, equal = 0;

    while (first < diff->count && diff->lines[first].mark == ' ')
        first++;
    if (first == diff->count)
        return false;
    for (end = first; end < diff->count && equal <= 2 * CONTEXT; end++)
        equal = diff->lines[end].mark == ' ' ? equal + 1 : 0;
    end -= equal > CONTEXT ? equal - CONTEXT : 0;
    *ret_hunk = (struct hunk){.first = first - start > CONTEXT ? first - CONTEXT : start, .end = end};
    ret_hunk->from_line = from + ret_hunk->first - start + 1;
    ret_hunk->to_line = to + ret_hunk->first - start + 1;
    for (uint32_t i = ret_hunk->first; i < end; i++) {
        ret_hunk->from_count += diff->lines[i].mark != '+';
        ret_hunk->to_count += diff->lines[i].mark != '-';
    }
    return true;
}

static void write_hunk(struct buffer *output, const struct line_diff *diff, const struct hunk *hunk)
{
    buffer_printf(output, "@@ -%u,%u +%u,%u @@\n", hunk->from_line - (hunk->from_count == 0), hunk->from_count,
                  hunk->to_line - (hunk->to_count == 0), hunk->to_count);
    for (uint32_t i = hunk->first; i < hunk->end; i++) {
        buffer_add_byte(output, (uint8_t)diff->lines[i].mark);
        buffer_add_text(output, diff->lines[i].line);
        buffer_add_byte(output, '\n');
    }
}

static void write_name(struct buffer *output, const char *sign, const char *side, struct text path, bool is_there)
{
    if (is_there)
        buffer_printf(output, "%s %s/%.*s\n", sign, side, TEXT_ARGS(path));
    else
        buffer_printf(output, "%s /dev/null\n", sign);
}

/* An end of file without a line feed becomes one with it: that alone is no difference worth showing. */
static enum error_code write_step(struct buffer *output, const struct tree_step *step, struct arena *arena,
                                  struct error *error)
{
    uint32_t from = 0, to = 0, start = 0;
    struct line_diff diff;
    struct hunk hunk;

    if (line_diff_texts(&diff, step->before, step->after, arena, error) != ERROR_NONE)
        return error->code;
    write_name(output, "---", "a", step->path, step->was_there);
    write_name(output, "+++", "b", step->path, step->will_be_there);
    while (next_hunk(&diff, start, from, to, &hunk)) {
        write_hunk(output, &diff, &hunk);
        from = hunk.from_line - 1 + hunk.from_count;
        to = hunk.to_line - 1 + hunk.to_count;
        start = hunk.end;
    }
    return ERROR_NONE;
}

enum error_code tree_plan_write_diff(struct buffer *output, const struct tree_plan *plan, struct error *error)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct tree_step *step = &plan->steps[i];
        CLEANUP(arena_free) struct arena scratch;

        arena_init(&scratch, SIZE_MAX);
        if (step->state != TREE_SAME && step->state != TREE_FOREIGN &&
            write_step(output, step, &scratch, error) != ERROR_NONE)
            return error->code;
    }
    return buffer_check(output, error, "showing what changes");
}
