#include "tree/tree_marks.h"

#include <stdint.h>
#include <string.h>

static const char doing[] = "reading generated files";

static const struct {
    const char *begin;
    const char *end;
} lines[] = {
    [TREE_MARKS_HTML] = {"<!-- driftline:begin -->", "<!-- driftline:end -->"},
    [TREE_MARKS_HASH] = {"# driftline:begin", "# driftline:end"},
    [TREE_MARKS_SLASHES] = {"// driftline:begin", "// driftline:end"},
};

/* Where a line that says just this begins, from `start` on; SIZE_MAX: nowhere. Blanks after it and a carriage return
 * before its end do not matter. `ret_next` is where the following line begins. */
static size_t find_line(struct text file, size_t start, struct text wanted, size_t *ret_next)
{
    while (start < file.length) {
        const char *end = memchr(file.bytes + start, '\n', file.length - start);
        size_t next = end == NULL ? file.length : (size_t)(end - file.bytes) + 1;
        size_t length = next - start;

        while (length > 0 && strchr(" \t\r\n", file.bytes[start + length - 1]) != NULL)
            length--;
        if (text_equal((struct text){file.bytes + start, length}, wanted)) {
            *ret_next = next;
            return start;
        }
        start = next;
    }
    return SIZE_MAX;
}

bool marks_find(struct text file, enum tree_marks marks, struct marked *ret_marked)
{
    size_t begin, inside, end, rest, ignored;

    if (marks == TREE_MARKS_NONE) {
        *ret_marked = (struct marked){.inside = file};
        return true;
    }
    begin = find_line(file, 0, text_from(lines[marks].begin), &inside);
    if (begin == SIZE_MAX)
        return false;
    end = find_line(file, inside, text_from(lines[marks].end), &rest);
    if (end == SIZE_MAX || find_line(file, inside, text_from(lines[marks].begin), &ignored) != SIZE_MAX ||
        find_line(file, rest, text_from(lines[marks].end), &ignored) != SIZE_MAX)
        return false;
    *ret_marked = (struct marked){
        .before = {file.bytes, inside},
        .inside = {file.bytes + inside, end - inside},
        .after = {file.bytes + end, file.length - end},
        .outside_before = {file.bytes, begin},
        .outside_after = {file.bytes + rest, file.length - rest},
    };
    return true;
}

bool marks_find_any(struct text file, struct marked *ret_marked)
{
    for (unsigned marks = TREE_MARKS_HTML; marks <= TREE_MARKS_SLASHES; marks++)
        if (marks_find(file, (enum tree_marks)marks, ret_marked))
            return true;
    return false;
}

enum error_code marks_join(struct text *ret_file, const struct text *pieces, size_t count, struct arena *arena,
                           struct error *error)
{
    size_t length = 0;
    char *bytes;

    for (size_t i = 0; i < count; i++)
        length += pieces[i].length;
    bytes = arena_alloc(arena, length + 1);
    if (bytes == NULL)
        return arena_error(arena, error, doing);
    *ret_file = (struct text){bytes, length};
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].length > 0)
            memcpy(bytes, pieces[i].bytes, pieces[i].length);
        bytes += pieces[i].length;
    }
    return ERROR_NONE;
}

enum error_code marks_wrap(struct text *ret_file, struct text content, enum tree_marks marks, struct arena *arena,
                           struct error *error)
{
    if (marks == TREE_MARKS_NONE) {
        *ret_file = content;
        return ERROR_NONE;
    }
    return marks_join(ret_file,
                      (const struct text[]){text_from(lines[marks].begin), TEXT("\n"), content,
                                            text_from(lines[marks].end), TEXT("\n")},
                      5, arena, error);
}
