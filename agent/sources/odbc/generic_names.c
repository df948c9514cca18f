/* Lists of names: the columns of tables and keys. */
#include "sources/odbc/generic_private.h"

bool generic_names_add(struct generic_names *names, struct arena *arena, struct text name)
{
    if (names->count == names->capacity) {
        uint32_t capacity = names->capacity == 0 ? 8 : names->capacity * 2;
        struct text *items = arena_array(arena, capacity, sizeof *items);

        if (items == NULL)
            return false;
        if (names->count > 0)
            memcpy(items, names->items, names->count * sizeof *items);
        names->items = items;
        names->capacity = capacity;
    }
    names->items[names->count++] = name;
    return true;
}

bool generic_names_have(const struct generic_names *names, struct text name)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (text_equal(names->items[i], name))
            return true;
    return false;
}

bool generic_names_equal(const struct generic_names *a, const struct generic_names *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!text_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

bool generic_names_same_set(const struct generic_names *a, const struct generic_names *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!generic_names_have(b, a->items[i]))
            return false;
    return true;
}

/* In quotes, so that no item is taken for anything but a text. */
struct text generic_names_list(const struct generic_names *names, struct arena *arena)
{
    size_t size = 2;
    char *output, *start;

    for (uint32_t i = 0; i < names->count; i++)
        size += 3 + names->items[i].length * 2;
    start = output = arena_alloc(arena, size);
    if (start == NULL)
        return (struct text){NULL, 0};
    *output++ = '{';
    for (uint32_t i = 0; i < names->count; i++) {
        if (i > 0)
            *output++ = ',';
        *output++ = '"';
        for (size_t k = 0; k < names->items[i].length; k++) {
            char c = names->items[i].bytes[k];

            if (c == '"' || c == '\\')
                *output++ = '\\';
            *output++ = c;
        }
        *output++ = '"';
    }
    *output++ = '}';
    return (struct text){start, (size_t)(output - start)};
}
