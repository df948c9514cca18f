/* Lists as values write them: {a,"b \"c\"",NULL}. */
#include "sources/catalog.h"

/* A cursor over the text of a list. */
struct scan {
    const char *next;
    const char *end;
    char *output; /* items are unescaped into one block, which is never longer than the text */
};

/* An item in quotes; `next` stands behind the opening one. False: the quote never ends. */
static bool quoted_item(struct scan *scan, struct text *ret_item)
{
    char *start = scan->output;

    while (scan->next < scan->end) {
        char c = *scan->next++;

        if (c == '"') {
            *ret_item = (struct text){start, (size_t)(scan->output - start)};
            return true;
        }
        if (c == '\\') {
            if (scan->next == scan->end)
                return false;
            c = *scan->next++;
        }
        *scan->output++ = c;
    }
    return false;
}

/* An item without quotes; NULL stands for nothing. False: it is empty, or contains what must be quoted. */
static bool bare_item(struct scan *scan, struct text *ret_item)
{
    char *start = scan->output;

    while (scan->next < scan->end && *scan->next != ',' && *scan->next != '}') {
        char c = *scan->next++;

        if (c == '"' || c == '{')
            return false;
        if (c == '\\') {
            if (scan->next == scan->end)
                return false;
            c = *scan->next++;
        }
        *scan->output++ = c;
    }
    *ret_item = (struct text){start, (size_t)(scan->output - start)};
    if (text_equal(*ret_item, TEXT("NULL")))
        *ret_item = (struct text){"", 0};
    else if (ret_item->length == 0)
        return false;
    return true;
}

/* Lists have room for a power of two of items: whoever appends to a full one doubles it. */
static size_t list_capacity(uint32_t count)
{
    size_t capacity = 1;

    while (capacity < count)
        capacity *= 2;
    return capacity;
}

static uint32_t count_commas(struct text value)
{
    uint32_t commas = 0;

    for (size_t i = 0; i < value.length; i++)
        commas += value.bytes[i] == ',';
    return commas;
}

enum error_code catalog_list_parse(struct text value, struct arena *arena, struct text **ret_items, uint32_t *ret_count,
                                   struct error *error)
{
    struct scan scan = {value.bytes, value.bytes + value.length, NULL};
    uint32_t count = 0;
    struct text *items = arena_array(arena, list_capacity(count_commas(value) + 1), sizeof *items);

    scan.output = arena_alloc(arena, value.length);
    if (items == NULL || scan.output == NULL)
        return arena_error(arena, error, "reading a catalogue");
    if (value.length < 2 || *scan.next++ != '{')
        return error_set(error, ERROR_CORRUPT, "a list in a catalogue row does not begin with a brace");
    if (*scan.next == '}' && scan.next + 1 == scan.end) {
        *ret_items = items;
        *ret_count = 0;
        return ERROR_NONE;
    }
    for (;;) {
        bool quoted = scan.next < scan.end && *scan.next == '"';

        scan.next += quoted;
        if (!(quoted ? quoted_item(&scan, &items[count]) : bare_item(&scan, &items[count])) || scan.next == scan.end)
            break;
        count++;
        if (*scan.next == '}' && scan.next + 1 == scan.end) {
            *ret_items = items;
            *ret_count = count;
            return ERROR_NONE;
        }
        if (*scan.next++ != ',')
            break;
    }
    return error_set(error, ERROR_CORRUPT, "a list in a catalogue row is malformed");
}
