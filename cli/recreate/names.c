#include "recreate/names.h"

#include <stdlib.h>

static int compare_names(const struct name_entry *a, struct text schema, struct text name)
{
    int order = text_compare(a->schema, schema);

    return order != 0 ? order : text_compare(a->name, name);
}

static int compare_entries(const void *a, const void *b)
{
    const struct name_entry *first = a;
    const struct name_entry *second = b;
    int order = compare_names(first, second->schema, second->name);

    if (order != 0)
        return order;
    if (first->kind != second->kind)
        return first->kind < second->kind ? -1 : 1;
    return first->object < second->object ? -1 : first->object > second->object;
}

static void add(struct names *names, struct name_entry entry)
{
    names->entries[names->count++] = entry;
}

static enum error_code add_multirange(struct names *names, const struct object *object, uint32_t number,
                                      struct arena *arena, struct error *error)
{
    struct mention_reader reader = {
        .sql = attribute_value(object->attributes, object->attribute_count, TEXT("multirange_type"))};
    struct mention mention;
    enum error_code code = ERROR_NONE;

    if (mention_next(&reader, &mention)) {
        const char *schema = arena_string(arena, mention.schema);
        const char *name = arena_string(arena, mention.name);

        if (schema == NULL || name == NULL)
            code = arena_error(arena, error, "indexing names");
        else
            add(names, (struct name_entry){text_from(schema), text_from(name), KIND_RANGE_TYPE, number});
    }
    mention_clear(&reader);
    return code;
}

enum error_code names_make(struct names *ret_names, const struct object *objects, uint32_t count, struct arena *arena,
                           struct error *error)
{
    struct names names = {arena_array(arena, (size_t)count * 2 + 1, sizeof *names.entries), 0};

    if (names.entries == NULL)
        return arena_error(arena, error, "indexing names");
    for (uint32_t i = 0; i < count; i++) {
        const struct path *path = &objects[i].path;

        if (path->count == 1)
            add(&names, (struct name_entry){TEXT(""), path->elements[0], objects[i].kind, i});
        else
            add(&names, (struct name_entry){path->elements[0], path->elements[1], objects[i].kind, i});
        if (objects[i].kind == KIND_RANGE_TYPE && add_multirange(&names, &objects[i], i, arena, error) != ERROR_NONE)
            return error->code;
    }
    qsort(names.entries, names.count, sizeof *names.entries, compare_entries);
    *ret_names = names;
    return ERROR_NONE;
}

const struct name_entry *names_find(const struct names *names, struct text schema, struct text name, size_t *ret_count)
{
    size_t low = 0;
    size_t high = names->count;
    size_t end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_names(&names->entries[middle], schema, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < names->count && compare_names(&names->entries[end], schema, name) == 0;)
        end++;
    *ret_count = end - low;
    return &names->entries[low];
}

long names_find_bare(const struct names *names, enum kind kind, struct text name)
{
    size_t count;
    const struct name_entry *found = names_find(names, TEXT(""), name, &count);

    for (size_t i = 0; i < count; i++)
        if (found[i].kind == kind)
            return found[i].object;
    return NAME_NONE;
}

static bool has_columns(enum kind kind)
{
    return kind == KIND_TABLE || kind == KIND_FOREIGN_TABLE || kind == KIND_VIEW || kind == KIND_MATERIALIZED_VIEW ||
           kind == KIND_COMPOSITE_TYPE;
}

long names_find_columns(const struct names *names, struct text path)
{
    struct mention_reader reader = {.sql = path};
    struct mention mention;
    long object = NAME_NONE;

    if (mention_next(&reader, &mention)) {
        size_t count;
        const struct name_entry *found = names_find(names, mention.schema, mention.name, &count);

        for (size_t i = 0; i < count && object == NAME_NONE; i++)
            if (has_columns(found[i].kind))
                object = found[i].object;
    }
    mention_clear(&reader);
    return object;
}

/* What is there before the first table, and depends on none. */
static bool comes_early(enum kind kind)
{
    return kind == KIND_ENUM || kind == KIND_DOMAIN || kind == KIND_COMPOSITE_TYPE || kind == KIND_RANGE_TYPE ||
           kind == KIND_BASE_TYPE || kind == KIND_COLLATION || kind == KIND_SEQUENCE ||
           kind == KIND_TEXT_SEARCH_CONFIGURATION || kind == KIND_TEXT_SEARCH_DICTIONARY;
}

bool names_must_wait(const struct names *names, struct text expression)
{
    struct mention_reader reader = {.sql = expression};
    struct mention mention;
    bool waits = false;

    while (!waits && mention_next(&reader, &mention)) {
        size_t count;
        const struct name_entry *found = names_find(names, mention.schema, mention.name, &count);

        for (size_t i = 0; i < count; i++)
            waits = waits || !comes_early(found[i].kind);
    }
    mention_clear(&reader);
    return waits;
}
