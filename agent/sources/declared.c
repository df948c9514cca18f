#include "sources/declared.h"

#include <string.h>

static const char doing[] = "reading a declared schema";

/* ---- arrays that grow ---- */

/* Room for one more element; NULL when memory ran out. */
static void *room(struct declared *declared, void *items, uint32_t count, uint32_t *capacity, size_t size)
{
    uint32_t wanted = *capacity == 0 ? 4 : *capacity * 2;
    void *larger;

    if (count < *capacity)
        return items;
    larger = declared->failed ? NULL : arena_array(declared->arena, wanted, size);
    if (larger == NULL) {
        declared->failed = true;
        return NULL;
    }
    if (count > 0)
        memcpy(larger, items, count * size);
    *capacity = wanted;
    return larger;
}

static struct declared_object *last_object(struct declared *declared)
{
    return declared->failed ? NULL : &declared->objects[declared->count - 1];
}

static struct part *last_part(struct declared *declared)
{
    struct declared_object *last = last_object(declared);

    return last == NULL ? NULL : &last->object.parts[last->object.part_count - 1];
}

void declared_add(struct declared *declared, enum kind kind, struct text schema, struct text name)
{
    struct declared_object *objects =
        room(declared, declared->objects, declared->count, &declared->capacity, sizeof *objects);

    if (objects == NULL)
        return;
    declared->objects = objects;
    objects[declared->count++] =
        (struct declared_object){.object = {.kind = kind, .path = {.count = 2, .elements = {schema, name}}}};
}

void declared_add_part(struct declared *declared, enum kind kind, struct text name)
{
    struct declared_object *last = last_object(declared);
    struct part *parts =
        last == NULL ? NULL
                     : room(declared, last->object.parts, last->object.part_count, &last->part_capacity, sizeof *parts);

    if (parts == NULL)
        return;
    last->object.parts = parts;
    last->last_capacity = 0;
    parts[last->object.part_count++] = (struct part){.kind = kind, .name = name};
}

/* ---- attributes ---- */

static struct attribute make_attribute(struct declared *declared, const char *name, const struct text *items,
                                       uint32_t count, bool is_list)
{
    struct text *copies = arena_array(declared->arena, count, sizeof *copies);

    if (copies == NULL)
        declared->failed = true;
    else if (count > 0)
        memcpy(copies, items, count * sizeof *copies);
    return (struct attribute){text_from(name), copies, count, is_list};
}

static void say(struct declared *declared, struct attribute attribute)
{
    struct declared_object *last = last_object(declared);
    struct attribute *attributes = last == NULL ? NULL
                                                : room(declared, last->object.attributes, last->object.attribute_count,
                                                       &last->attribute_capacity, sizeof *attributes);

    if (attributes == NULL)
        return;
    last->object.attributes = attributes;
    attributes[last->object.attribute_count++] = attribute;
}

static void say_of_part(struct declared *declared, struct attribute attribute)
{
    struct part *part = last_part(declared);
    struct attribute *attributes = part == NULL ? NULL
                                                : room(declared, part->attributes, part->attribute_count,
                                                       &last_object(declared)->last_capacity, sizeof *attributes);

    if (attributes == NULL)
        return;
    part->attributes = attributes;
    attributes[part->attribute_count++] = attribute;
}

void declared_say(struct declared *declared, const char *name, struct text value)
{
    if (value.length > 0)
        say(declared, make_attribute(declared, name, &value, 1, false));
}

void declared_say_list(struct declared *declared, const char *name, const struct text *items, uint32_t count)
{
    say(declared, make_attribute(declared, name, items, count, true));
}

void declared_say_of_part(struct declared *declared, const char *name, struct text value)
{
    if (value.length > 0)
        say_of_part(declared, make_attribute(declared, name, &value, 1, false));
}

void declared_say_list_of_part(struct declared *declared, const char *name, const struct text *items, uint32_t count)
{
    say_of_part(declared, make_attribute(declared, name, items, count, true));
}

void declared_say_column_order(struct declared *declared)
{
    const struct declared_object *last = last_object(declared);
    uint32_t count = 0;
    struct text *names;

    if (last == NULL)
        return;
    names = arena_array(declared->arena, last->object.part_count, sizeof *names);
    if (names == NULL) {
        declared->failed = true;
        return;
    }
    for (uint32_t i = 0; i < last->object.part_count; i++)
        if (last->object.parts[i].kind == KIND_COLUMN)
            names[count++] = last->object.parts[i].name;
    if (count > 0)
        declared_say_list(declared, "column_order", names, count);
}

/* ---- gaps and texts ---- */

void declared_add_gap(struct declared *declared, enum kind kind, struct text object, struct text reason)
{
    struct coverage_gap *gaps =
        room(declared, declared->gaps, declared->gap_count, &declared->gap_capacity, sizeof *gaps);

    if (gaps == NULL)
        return;
    declared->gaps = gaps;
    gaps[declared->gap_count++] = (struct coverage_gap){kind, object, reason};
}

struct text declared_copy(struct declared *declared, struct text text)
{
    const char *copy = declared->failed ? NULL : arena_string(declared->arena, text);

    if (copy != NULL)
        return (struct text){copy, text.length};
    declared->failed = true;
    return (struct text){"", 0};
}

struct text declared_path(struct declared *declared, struct text schema, struct text name)
{
    const struct path path = {.count = 2, .elements = {schema, name}};
    CLEANUP(buffer_clear) struct buffer written = {0};

    path_write(&written, KIND_TABLE, &path);
    declared->failed = declared->failed || written.failed;
    return declared_copy(declared, buffer_text(&written));
}

/* ---- the end ---- */

static bool is_spoken(enum kind kind, const enum kind *spoken, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (spoken[i] == kind)
            return true;
    return false;
}

enum error_code declared_finish(struct declared *declared, const enum kind *spoken, size_t spoken_count,
                                struct snapshot_input *input, struct error *error)
{
    for (size_t i = 0; i < kind_table_count; i++)
        if (!is_spoken(kind_table[i].kind, spoken, spoken_count))
            declared_add_gap(declared, kind_table[i].kind, TEXT(""), TEXT(GAP_NOT_DECLARED));
    input->objects = arena_array(declared->arena, declared->count, sizeof *input->objects);
    if (declared->failed || input->objects == NULL)
        return declared->arena->over_limit ? arena_error(declared->arena, error, doing) : error_memory(error, doing);
    for (uint32_t i = 0; i < declared->count; i++)
        input->objects[i] = declared->objects[i].object;
    input->object_count = declared->count;
    input->gaps = declared->gaps;
    input->gap_count = declared->gap_count;
    return ERROR_NONE;
}
