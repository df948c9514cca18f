#include "tree/tree_list.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tree/tree.h"

static const char heading[] = "# Generated files and their SHA-256, kept by driftline: do not edit.\n";
static const char doing[] = "reading the list of generated files";

static bool element_is_good(struct text element)
{
    if (element.length == 0 || element.length > TREE_ELEMENT_LIMIT || text_equal(element, TEXT(".")) ||
        text_equal(element, TEXT("..")))
        return false;
    return !(element.length == 4 && strncasecmp(element.bytes, ".git", 4) == 0);
}

bool tree_path_is_good(struct text path)
{
    size_t start = 0;

    if (path.length == 0 || path.length > TREE_PATH_LIMIT || !text_is_utf8(path))
        return false;
    for (size_t i = 0; i <= path.length; i++) {
        if (i < path.length && ((unsigned char)path.bytes[i] < ' ' || path.bytes[i] == '\\' || path.bytes[i] == 0x7f))
            return false;
        if (i < path.length && path.bytes[i] != '/')
            continue;
        if (!element_is_good((struct text){path.bytes + start, i - start}))
            return false;
        start = i + 1;
    }
    return true;
}

/* One line without its end. */
static bool read_line(struct text line, struct tree_list_entry *ret_entry)
{
    enum { HEX = HASH_HEX_SIZE - 1, BLANKS = 2 };

    if (line.length <= HEX + BLANKS || memcmp(line.bytes + HEX, "  ", BLANKS) != 0 ||
        !hash_from_hex((struct text){line.bytes, HEX}, &ret_entry->hash))
        return false;
    ret_entry->path = (struct text){line.bytes + HEX + BLANKS, line.length - HEX - BLANKS};
    return tree_path_is_good(ret_entry->path);
}

static int by_path(const void *a, const void *b)
{
    return text_compare(((const struct tree_list_entry *)a)->path, ((const struct tree_list_entry *)b)->path);
}

static size_t count_lines(struct text text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.length; i++)
        count += text.bytes[i] == '\n';
    return count;
}

enum error_code tree_list_read(struct tree_list *ret_list, struct text path, struct text text, struct arena *arena,
                               struct error *error)
{
    struct tree_list list = {arena_array(arena, count_lines(text), sizeof *list.entries), 0};
    size_t number = 0;

    if (list.entries == NULL)
        return arena_error(arena, error, doing);
    for (size_t start = 0; start < text.length; number++) {
        const char *end = memchr(text.bytes + start, '\n', text.length - start);
        size_t length = end == NULL ? text.length - start : (size_t)(end - text.bytes) - start;
        struct text line = {text.bytes + start, length};

        start += length + 1;
        if (line.length == 0 || line.bytes[0] == '#')
            continue;
        if (!read_line(line, &list.entries[list.count])) {
            error_set(error, ERROR_CORRUPT, "'%.*s' line %zu: this is no list of generated files", TEXT_ARGS(path),
                      number + 1);
            return error_hint(error, "bring the file back from version control, or delete it");
        }
        list.count++;
    }
    qsort(list.entries, list.count, sizeof *list.entries, by_path);
    for (size_t i = 1; i < list.count; i++)
        if (text_equal(list.entries[i - 1].path, list.entries[i].path))
            return error_set(error, ERROR_CORRUPT, "'%.*s' lists '%.*s' twice", TEXT_ARGS(path),
                             TEXT_ARGS(list.entries[i].path));
    *ret_list = list;
    return ERROR_NONE;
}

void tree_list_write(struct buffer *output, const struct tree_list *list)
{
    buffer_add_string(output, heading);
    for (size_t i = 0; i < list->count; i++) {
        char hex[HASH_HEX_SIZE];

        hash_to_hex(&list->entries[i].hash, hex);
        buffer_printf(output, "%s  %.*s\n", hex, TEXT_ARGS(list->entries[i].path));
    }
}

const struct tree_list_entry *tree_list_find(const struct tree_list *list, struct text path)
{
    struct tree_list_entry wanted = {.path = path};

    return list->count == 0 ? NULL : bsearch(&wanted, list->entries, list->count, sizeof wanted, by_path);
}
