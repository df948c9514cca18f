/* A path as it is displayed: the first byte chooses the kind, the rest is the path.
 *
 * Two properties: what is read is written the same, and what is refused leaves the output alone and says why. Then the
 * rest as the elements of a path, cut at NULs: what is written of it is read, and is the same path unless an operator
 * has a parenthesis in its name.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "schema/lookup.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static void check_text(enum kind kind, struct text text, struct arena *arena)
{
    CLEANUP(buffer_clear) struct buffer written = {0};
    struct path path = {.count = 99};
    struct error error = {0};

    if (path_parse(kind, text, arena, &path, &error) != ERROR_NONE) {
        if (error.code != ERROR_USAGE || path.count != 99 || error.message[0] == '\0' || error.hint[0] == '\0')
            abort();
        return;
    }
    path_write(&written, kind, &path);
    if (path.count != path_style_elements(kind_facts(kind)->path) || !text_equal(buffer_text(&written), text))
        abort();
}

static struct path cut(enum kind kind, struct text text)
{
    struct path path = {.count = path_style_elements(kind_facts(kind)->path)};

    for (uint32_t i = 0; i < path.count; i++) {
        const char *end = i + 1 == path.count || text.length == 0 ? NULL : memchr(text.bytes, '\0', text.length);
        size_t length = end == NULL ? text.length : (size_t)(end - text.bytes);

        path.elements[i] = (struct text){text.bytes, length};
        if (end != NULL)
            length++;
        text = (struct text){text.bytes + length, text.length - length};
    }
    return path;
}

/* What stands in a path as it is, without quotes, must be there. */
static bool is_sound(enum kind kind, const struct path *path)
{
    switch (kind_facts(kind)->path) {
    case PATH_RAW:
        return path->elements[0].length > 0;
    case PATH_OPERATOR:
        return path->elements[1].length > 0 && memchr(path->elements[1].bytes, '(', path->elements[1].length) == NULL;
    default:
        return true;
    }
}

static void check_elements(enum kind kind, struct text text, struct arena *arena)
{
    CLEANUP(buffer_clear) struct buffer written = {0};
    struct path path = cut(kind, text), found;
    struct error error = {0};

    if (!is_sound(kind, &path))
        return;
    path_write(&written, kind, &path);
    if (path_parse(kind, buffer_text(&written), arena, &found, &error) != ERROR_NONE || !path_equal(&path, &found))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    CLEANUP(arena_free) struct arena arena;
    struct text text;
    enum kind kind;

    arena_init(&arena, ARENA_LIMIT);
    if (length == 0)
        return 0;
    text = (struct text){(const char *)bytes + 1, length - 1};
    kind = kind_table[bytes[0] % kind_table_count].kind;
    check_text(kind, text, &arena);
    check_elements(kind, text, &arena);
    return 0;
}
