#include "drift/line_diff.h"

enum { MOST_CELLS = 1000 * 1000 };

static const char doing[] = "comparing two texts";

static bool split(struct text text, struct arena *arena, struct text_list *ret_lines)
{
    uint32_t count = 1;
    struct text *lines;
    size_t start = 0;

    for (size_t i = 0; i + 1 < text.length; i++)
        count += text.bytes[i] == '\n';
    lines = arena_array(arena, count, sizeof *lines);
    if (lines == NULL)
        return false;
    count = 0;
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] == '\n' || i + 1 == text.length) {
            size_t end = text.bytes[i] == '\n' ? i : i + 1;

            lines[count++] = (struct text){text.bytes + start, end - start};
            start = i + 1;
        }
    *ret_lines = (struct text_list){lines, count};
    return true;
}

static void add(struct line_diff *diff, char mark, struct text line)
{
    diff->lines[diff->count++] = (struct diff_line){mark, line};
}

/* The longest common subsequence of what lies between the common beginning and end, walked from its start:
 * lengths[i][j] is that of the rests from line i and line j on. */
static void walk(struct line_diff *diff, struct text_list from, struct text_list to, const uint32_t *lengths)
{
    uint32_t i = 0, j = 0, width = to.count + 1;

    while (i < from.count || j < to.count) {
        if (i < from.count && j < to.count && text_equal(from.items[i], to.items[j])) {
            add(diff, ' ', from.items[i]);
            i++, j++;
        } else if (j == to.count || (i < from.count && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
            add(diff, '-', from.items[i++]);
        } else {
            add(diff, '+', to.items[j++]);
        }
    }
}

static bool compare_middle(struct line_diff *diff, struct text_list from, struct text_list to, struct arena *arena)
{
    uint32_t width = to.count + 1;
    uint32_t *lengths;

    if ((uint64_t)(from.count + 1) * width > MOST_CELLS) {
        for (uint32_t i = 0; i < from.count; i++)
            add(diff, '-', from.items[i]);
        for (uint32_t i = 0; i < to.count; i++)
            add(diff, '+', to.items[i]);
        return true;
    }
    lengths = arena_array(arena, (size_t)(from.count + 1) * width, sizeof *lengths);
    if (lengths == NULL)
        return false;
    for (uint32_t i = from.count; i-- > 0;)
        for (uint32_t j = to.count; j-- > 0;) {
            uint32_t down = lengths[(i + 1) * width + j], right = lengths[i * width + j + 1];

            lengths[i * width + j] = text_equal(from.items[i], to.items[j]) ? lengths[(i + 1) * width + j + 1] + 1
                                     : down > right                         ? down
                                                                            : right;
        }
    walk(diff, from, to, lengths);
    return true;
}

/* Leave out equal lines that are further than `context` from a difference. */
void line_diff_trim(struct line_diff *diff, uint32_t context)
{
    uint32_t kept = 0, after = 0; /* equal lines that the last difference still wants */
    bool gap = false;

    for (uint32_t i = 0; i < diff->count; i++) {
        bool keep = diff->lines[i].mark != ' ' || after > 0;

        for (uint32_t k = 1; k <= context && !keep && i + k < diff->count; k++)
            keep = diff->lines[i + k].mark != ' ';
        after = diff->lines[i].mark != ' ' ? context : after > 0 ? after - 1 : 0;
        if (keep)
            diff->lines[kept++] = diff->lines[i];
        else if (!gap)
            diff->lines[kept++] = (struct diff_line){'~', {"", 0}};
        gap = !keep;
    }
    diff->count = kept;
}

enum error_code line_diff_lists(struct line_diff *ret_diff, const struct text_list *from, const struct text_list *to,
                                struct arena *arena, struct error *error)
{
    struct line_diff diff = {0};
    struct text_list from_middle, to_middle;
    uint32_t first = 0, last = 0;

    diff.lines = arena_array(arena, (size_t)from->count + to->count, sizeof *diff.lines);
    if (diff.lines == NULL)
        return arena_error(arena, error, doing);
    while (first < from->count && first < to->count && text_equal(from->items[first], to->items[first]))
        add(&diff, ' ', from->items[first++]);
    while (last < from->count - first && last < to->count - first &&
           text_equal(from->items[from->count - 1 - last], to->items[to->count - 1 - last]))
        last++;
    from_middle = (struct text_list){from->items + first, from->count - first - last};
    to_middle = (struct text_list){to->items + first, to->count - first - last};
    if (!compare_middle(&diff, from_middle, to_middle, arena))
        return arena_error(arena, error, doing);
    for (uint32_t i = from->count - last; i < from->count; i++)
        add(&diff, ' ', from->items[i]);
    *ret_diff = diff;
    return ERROR_NONE;
}

enum error_code line_diff_texts(struct line_diff *ret_diff, struct text from, struct text to, struct arena *arena,
                                struct error *error)
{
    struct text_list from_lines, to_lines;

    if (!split(from, arena, &from_lines) || !split(to, arena, &to_lines))
        return arena_error(arena, error, doing);
    return line_diff_lists(ret_diff, &from_lines, &to_lines, arena, error);
}
