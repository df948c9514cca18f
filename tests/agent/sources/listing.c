#include "agent/sources/listing.h"

#include <stdio.h>
#include <stdlib.h>

static int compare_entries(const void *a, const void *b)
{
    const struct trie_entry *x = *(const struct trie_entry *const *)a, *y = *(const struct trie_entry *const *)b;
    int order = 0;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    for (unsigned i = 0; i < 2 && order == 0; i++)
        order = text_compare(x->path.elements[i], y->path.elements[i]);
    return order;
}

static void write_attribute(struct buffer *listing, const struct attribute *attribute)
{
    buffer_printf(listing, " %.*s=", TEXT_ARGS(attribute->name));
    if (!attribute->is_list) {
        bool bare = memchr(attribute->items[0].bytes, ' ', attribute->items[0].length) == NULL;

        buffer_printf(listing, bare ? "%.*s" : "'%.*s'", TEXT_ARGS(attribute->items[0]));
        return;
    }
    for (uint32_t i = 0; i < attribute->count; i++)
        buffer_printf(listing, "%s%.*s", i == 0 ? "{" : ",", TEXT_ARGS(attribute->items[i]));
    buffer_add_string(listing, attribute->count == 0 ? "{}" : "}");
}

static void write_object(struct buffer *listing, const struct object *object)
{
    buffer_printf(listing, "%s ", kind_name(object->kind));
    path_write(listing, object->kind, &object->path);
    for (uint32_t i = 0; i < object->attribute_count; i++)
        write_attribute(listing, &object->attributes[i]);
    buffer_add_byte(listing, '\n');
    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];

        buffer_printf(listing, "  %s %.*s", kind_name(part->kind), TEXT_ARGS(part->name));
        for (uint32_t k = 0; k < part->attribute_count; k++)
            write_attribute(listing, &part->attributes[k]);
        buffer_add_byte(listing, '\n');
    }
}

void listing_write(struct buffer *listing, const struct contract *contract, const char *ref)
{
    struct snapshot *snapshot = contract_read(contract, ref);
    struct error error = {0};
    const struct trie_entry **entries;
    const struct trie *trie;
    struct arena arena;

    arena_init(&arena, SIZE_MAX);
    trie = snapshot_home(snapshot, KIND_TABLE);
    entries = arena_array(&arena, trie->count, sizeof(*entries));
    for (uint32_t i = 0; i < trie->count; i++)
        entries[i] = &trie->entries[i];
    qsort(entries, trie->count, sizeof(*entries), compare_entries);
    for (uint32_t i = 0; i < trie->count; i++) {
        struct object object;

        assert_int_equal(snapshot_object(snapshot, entries[i], &arena, &object, &error), ERROR_NONE);
        write_object(listing, &object);
    }
    for (uint32_t i = 0; i < snapshot->gap_count; i++)
        if (!text_equal(snapshot->gaps[i].reason, TEXT(GAP_NOT_DECLARED)))
            buffer_printf(listing, "gap %s %.*s: %.*s\n", kind_name(snapshot->gaps[i].kind),
                          TEXT_ARGS(snapshot->gaps[i].object), TEXT_ARGS(snapshot->gaps[i].reason));
    arena_free(&arena);
    snapshot_free(snapshot);
}

void listing_check(const struct contract *contract, const char *ref, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer listing = {0};

    listing_write(&listing, contract, ref);
    buffer_add_string(&listing, "");
    if (strcmp(listing.bytes == NULL ? "" : listing.bytes, expected) == 0)
        return;
    fprintf(stderr, "'%s' reads as\n%s\nand not as\n%s\n", ref, listing.bytes, expected); /* cmocka cuts its messages */
    fail_msg("'%s' reads otherwise", ref);
}
