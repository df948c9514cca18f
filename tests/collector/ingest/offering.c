#include "offering.h"

#include <stdio.h>
#include <string.h>

#include "schema/load.h"
#include "support/cmocka.h"

enum { OFFERING_MEMORY = 256 * 1024 * 1024 };

static void *room(struct arena *arena, size_t count, size_t size)
{
    void *memory = arena_array(arena, count, size);

    assert_non_null(memory);
    return memory;
}

static struct attribute *text_attribute(struct arena *arena, const char *name, struct text value)
{
    struct attribute *attribute = room(arena, 1, sizeof *attribute);
    struct text *item = room(arena, 1, sizeof *item);

    *item = value;
    *attribute = (struct attribute){.name = text_from(name), .items = item, .count = 1};
    return attribute;
}

static struct part *columns(struct arena *arena)
{
    struct part *parts = room(arena, 2, sizeof *parts);

    parts[0] = (struct part){.kind = KIND_COLUMN,
                             .name = TEXT("id"),
                             .attributes = text_attribute(arena, "type", TEXT("bigint")),
                             .attribute_count = 1};
    parts[1] = (struct part){.kind = KIND_COLUMN,
                             .name = TEXT("note"),
                             .attributes = text_attribute(arena, "type", TEXT("text")),
                             .attribute_count = 1};
    return parts;
}

static struct text comment_of(struct arena *arena, const struct offering_shape *shape)
{
    size_t length = shape->comment < 24 ? 24 : shape->comment;
    char *comment = room(arena, length + 1, 1);

    memset(comment, '.', length);
    comment[snprintf(comment, length, "version %u", shape->version)] = '.';
    return (struct text){comment, length};
}

static struct object table(struct arena *arena, const struct offering_shape *shape, uint32_t number)
{
    char *name = arena_printf(arena, "t%u", number);
    struct text comment = number == 0 ? comment_of(arena, shape) : text_from(name);

    assert_non_null(name);
    return (struct object){.kind = KIND_TABLE,
                           .path = {.count = 2, .elements = {TEXT("s"), text_from(name)}},
                           .attributes = text_attribute(arena, "comment", comment),
                           .attribute_count = 1,
                           .parts = columns(arena),
                           .part_count = 2};
}

static enum error_code keep_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                 struct error *error)
{
    struct offering *offering = context;
    struct text copy = {arena_copy(&offering->arena, bytes.bytes, bytes.length), bytes.length};

    (void)error;
    assert_non_null(copy.bytes);
    if (type == NODE_ROOT)
        offering->root_node = copy;
    else
        assert_true(node_table_add(&offering->nodes, hash, (uint8_t)type, copy));
    return ERROR_NONE;
}

void offering_make(struct offering *offering, const struct offering_shape *shape)
{
    CLEANUP(arena_free) struct arena arena;
    struct snapshot_input input = {.info = {.ref = TEXT("dummy:sample"), .engine = TEXT("dummy")}};
    struct snapshot_walk walk = {.visit = keep_node, .context = offering};
    struct error error = {0};

    arena_init(&arena, OFFERING_MEMORY);
    *offering = (struct offering){0};
    arena_init(&offering->arena, OFFERING_MEMORY);
    node_table_init(&offering->nodes);
    input.objects = room(&arena, shape->tables, sizeof *input.objects);
    input.object_count = shape->tables;
    for (uint32_t i = 0; i < shape->tables; i++)
        input.objects[i] = table(&arena, shape, i);
    if (snapshot_build(&offering->snapshot, &input, OFFERING_MEMORY, &error) != ERROR_NONE ||
        snapshot_visit_nodes(offering->snapshot, &walk, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

void offering_clear(struct offering *offering)
{
    snapshot_free(offering->snapshot);
    node_table_clear(&offering->nodes);
    arena_free(&offering->arena);
}
