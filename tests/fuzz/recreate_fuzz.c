/* Schemas that nobody could have made, line by line:
 *
 *   kind|schema|name|signature    an object; a number of the kind, and as many elements as its path has
 *   +kind|name                    a part of it
 *   name=value                    an attribute of the last object or part
 *   name[]=a,b                    the same as a list
 *
 * Properties: making the script never fails for what is in the schema; every statement ends with a line; each object
 * is made, or noted; the same schema gives the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "recreate/recreate.h"

enum { MEMORY = 64 * 1024 * 1024, OBJECTS_MAX = 64, PARTS_MAX = 16, ATTRIBUTES_MAX = 16, ITEMS_MAX = 8 };

struct input {
    struct arena arena;
    struct object *objects;
    uint32_t count;
    struct attribute **attributes; /* of the last object or part */
    uint32_t *attribute_count;
};

static void *room(struct input *input, size_t count, size_t size)
{
    void *memory = arena_array(&input->arena, count, size);

    if (memory == NULL)
        abort();
    return memory;
}

/* Cut the line off before the next `mark`. */
static struct text cut(struct text *line, char mark)
{
    const char *found = line->length == 0 ? NULL : memchr(line->bytes, mark, line->length);
    size_t length = found == NULL ? line->length : (size_t)(found - line->bytes);
    struct text part = {line->bytes, length};
    size_t skip = found == NULL ? length : length + 1;

    *line = (struct text){line->bytes + skip, line->length - skip};
    return part;
}

static void aim(struct input *input, struct attribute **attributes, uint32_t *count)
{
    *attributes = room(input, ATTRIBUTES_MAX, sizeof **attributes);
    input->attributes = attributes;
    input->attribute_count = count;
}

static void add_object(struct input *input, enum kind kind, struct text line)
{
    struct object *object = &input->objects[input->count];
    const struct kind_facts *facts = kind_facts(kind);

    if (facts == NULL || facts->is_part || input->count == OBJECTS_MAX)
        return;
    *object = (struct object){.kind = kind, .path.count = path_style_elements(facts->path)};
    for (uint32_t i = 0; i < object->path.count; i++)
        object->path.elements[i] = cut(&line, '|');
    for (uint32_t i = 0; i < input->count; i++)
        if (input->objects[i].kind == kind && path_equal(&input->objects[i].path, &object->path))
            return;
    object->parts = room(input, PARTS_MAX, sizeof *object->parts);
    aim(input, &object->attributes, &object->attribute_count);
    input->count++;
}

static void add_part(struct input *input, struct text line)
{
    struct object *object = input->count == 0 ? NULL : &input->objects[input->count - 1];
    unsigned kind = (unsigned)strtoul(arena_string(&input->arena, cut(&line, '|')), NULL, 10);
    struct part *part;

    if (object == NULL || object->part_count == PARTS_MAX || kind_facts(kind) == NULL || !kind_facts(kind)->is_part ||
        object_part(object, (enum kind)kind, line) != NULL)
        return;
    part = &object->parts[object->part_count++];
    *part = (struct part){.kind = (enum kind)kind, .name = line};
    aim(input, &part->attributes, &part->attribute_count);
}

static void add_attribute(struct input *input, struct text line)
{
    struct text name = cut(&line, '=');
    bool is_list = name.length > 2 && name.bytes[name.length - 1] == ']';
    struct text *items = room(input, ITEMS_MAX, sizeof *items);
    uint32_t count = 0;

    name.length -= is_list ? 2 : 0;
    if (input->attributes == NULL || *input->attribute_count == ATTRIBUTES_MAX || name.length == 0 ||
        attribute_find(*input->attributes, *input->attribute_count, name) != NULL)
        return;
    if (!is_list)
        items[count++] = line;
    while (is_list && line.length > 0 && count < ITEMS_MAX)
        items[count++] = cut(&line, ',');
    (*input->attributes)[(*input->attribute_count)++] =
        (struct attribute){.name = name, .items = items, .count = count, .is_list = is_list};
}

static void read_lines(struct input *input, struct text text)
{
    while (text.length > 0) {
        struct text line = cut(&text, '\n');

        if (line.length > 0 && line.bytes[0] == '+')
            add_part(input, (struct text){line.bytes + 1, line.length - 1});
        else if (line.length > 0 && line.bytes[0] >= '0' && line.bytes[0] <= '9')
            add_object(input, (enum kind)strtoul(arena_string(&input->arena, cut(&line, '|')), NULL, 10), line);
        else
            add_attribute(input, line);
    }
}

static bool is_accounted_for(const struct recreate_script *script, const struct object *object)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    path_write(&path, object->kind, &object->path);
    for (size_t i = 0; i < script->statement_count; i++)
        if (script->statements[i].kind == object->kind && text_equal(script->statements[i].object, buffer_text(&path)))
            return true;
    for (size_t i = 0; i < script->note_count; i++)
        if (script->notes[i].kind == object->kind && text_equal(script->notes[i].object, buffer_text(&path)))
            return true;
    return false;
}

static void check_script(const struct recreate_script *script, const struct input *input)
{
    for (size_t i = 0; i < script->statement_count; i++) {
        struct text sql = script->statements[i].sql;

        if (sql.length == 0 || sql.bytes[sql.length - 1] != '\n')
            abort();
    }
    for (uint32_t i = 0; i < input->count; i++)
        if (kind_facts(input->objects[i].kind)->aspect == ASPECT_STRUCTURE && /* what grants nothing has no statement */
            !is_accounted_for(script, &input->objects[i]))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct recreate_options options = {.owners = true, .grants = true, .roles = true};
    struct input input = {0};
    struct snapshot_input objects = {.info = {.engine = TEXT("postgresql")}};
    struct recreate_script script, again;
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    arena_init(&input.arena, MEMORY);
    input.objects = room(&input, OBJECTS_MAX + 1, sizeof *input.objects);
    read_lines(&input, (struct text){(const char *)bytes, length});
    objects.objects = input.objects;
    objects.object_count = input.count;
    if (snapshot_build(&snapshot, &objects, MEMORY, &error) == ERROR_NONE) {
        CLEANUP(buffer_clear) struct buffer first = {0};
        CLEANUP(buffer_clear) struct buffer second = {0};

        if (recreate_make(&script, snapshot, &options, &input.arena, &error) != ERROR_NONE ||
            recreate_make(&again, snapshot, &options, &input.arena, &error) != ERROR_NONE)
            abort();
        check_script(&script, &input);
        recreate_write(&first, &script);
        recreate_write(&second, &again);
        if (!text_equal(buffer_text(&first), buffer_text(&second)))
            abort();
    }
    snapshot_free(snapshot);
    arena_free(&input.arena);
    return 0;
}
