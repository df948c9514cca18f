#include "schema/object_list.h"

#include <stdlib.h>

uint32_t object_list_total(const struct snapshot *snapshot)
{
    uint32_t total = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++)
            total += kind_facts(snapshot->tries[aspect].entries[i].kind)->aspect == aspect;
    return total;
}

static int compare(const void *a, const void *b)
{
    const struct listed_object *first = a;
    const struct listed_object *second = b;

    if (first->kind != second->kind)
        return first->kind < second->kind ? -1 : 1;
    return text_compare(first->path, second->path);
}

static enum error_code copy_out(const struct buffer *buffer, struct arena *arena, struct text *ret_text,
                                struct error *error)
{
    char *copy;

    if (buffer_check(buffer, error, "listing objects") != ERROR_NONE)
        return error->code;
    copy = arena_copy(arena, buffer_text(buffer).bytes, buffer->length);
    if (copy == NULL)
        return arena_error(arena, error, "listing objects");
    *ret_text = (struct text){copy, buffer->length};
    return ERROR_NONE;
}

enum error_code object_list_make(struct object_list *ret_list, const struct snapshot *snapshot, struct arena *arena,
                                 struct error *error)
{
    struct object_list list = {arena_array(arena, object_list_total(snapshot), sizeof *list.items), 0};
    CLEANUP(buffer_clear) struct buffer path;

    buffer_init(&path);
    if (list.items == NULL)
        return arena_error(arena, error, "listing objects");
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            const struct trie_entry *entry = &snapshot->tries[aspect].entries[i];
            struct listed_object *item = &list.items[list.count];

            if (kind_facts(entry->kind)->aspect != aspect)
                continue;
            buffer_reset(&path);
            path_write(&path, entry->kind, &entry->path);
            *item = (struct listed_object){.kind = entry->kind, .entry = entry};
            if (copy_out(&path, arena, &item->path, error) != ERROR_NONE)
                return error->code;
            list.count++;
        }
    qsort(list.items, list.count, sizeof *list.items, compare);
    *ret_list = list;
    return ERROR_NONE;
}

enum error_code object_list_part_path(struct text *ret_path, struct text object, struct text name, struct arena *arena,
                                      struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path;

    buffer_init(&path);
    buffer_add_text(&path, object);
    buffer_add_byte(&path, '.');
    identifier_write(&path, name);
    return copy_out(&path, arena, ret_path, error);
}

const struct listed_object *object_list_find(const struct object_list *list, enum kind kind, struct text path)
{
    size_t low = 0;
    size_t high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct listed_object *item = &list->items[middle];
        int order = item->kind != kind ? (item->kind < kind ? -1 : 1) : text_compare(item->path, path);

        if (order == 0)
            return item;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
