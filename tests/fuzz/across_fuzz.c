/* Two schemas of two engines, written in lines, compared in both directions.
 *
 * The first byte chooses the engines. A line is a table (`t`) or a part of the table before it (`c` column, `p` primary
 * key, `u` unique, `f` foreign key, `i` index, `k` check), an enum (`e`) or a domain (`d`); then fields between `|`:
 * the name, of a table, enum or domain with its schema in front, and attributes with their values, those with `,` in
 * them lists. `g` is a kind that nobody declares, with one object of it behind the `|` if it is only that. A line `-`
 * begins the other schema.
 *
 * Both directions find as many differences, as many equal types, and come to the same verdict.
 */
#include <stdlib.h>
#include <string.h>

#include "drift/diff.h"
#include "fuzz.h"

enum { ARENA_LIMIT = 32 * 1024 * 1024, MOST_LINES = 200, MOST_FIELDS = 8, MOST_ITEMS = 8 };

static const char *const engines[] = {"postgresql", "sqlite", "mariadb", "mysql",
                                      "sqlserver",  "odbc",   "spec",    "python"};

static struct text cut(struct text *rest, char at)
{
    const char *end = rest->length == 0 ? NULL : memchr(rest->bytes, at, rest->length);
    struct text piece = *rest;

    if (end == NULL) {
        *rest = (struct text){rest->bytes + rest->length, 0};
        return piece;
    }
    piece.length = (size_t)(end - rest->bytes);
    *rest = (struct text){end + 1, rest->length - piece.length - 1};
    return piece;
}

static bool read_attribute(struct text field, struct attribute *ret_attribute, struct arena *arena)
{
    struct text name = cut(&field, '=');
    struct text *items = arena_array(arena, MOST_ITEMS, sizeof *items);
    uint32_t count = 0;

    if (items == NULL || name.length == 0)
        return false;
    *ret_attribute = (struct attribute){.name = name, .items = items};
    ret_attribute->is_list = field.length > 0 && memchr(field.bytes, ',', field.length) != NULL;
    do
        items[count++] = cut(&field, ret_attribute->is_list ? ',' : '\0');
    while (ret_attribute->is_list && field.length > 0 && count < MOST_ITEMS);
    ret_attribute->count = count;
    return true;
}

static uint32_t read_attributes(struct text line, struct attribute **ret_attributes, struct arena *arena)
{
    struct attribute *attributes = arena_array(arena, MOST_FIELDS, sizeof *attributes);
    uint32_t count = 0;

    *ret_attributes = attributes;
    while (attributes != NULL && line.length > 0 && count < MOST_FIELDS)
        count += read_attribute(cut(&line, '|'), &attributes[count], arena);
    return count;
}

static enum kind kind_of(char letter)
{
    static const char letters[] = "cpufik";
    static const enum kind kinds[] = {KIND_COLUMN,      KIND_PRIMARY_KEY, KIND_UNIQUE,
                                      KIND_FOREIGN_KEY, KIND_INDEX,       KIND_CHECK};
    const char *place = letter == '\0' ? NULL : strchr(letters, letter);

    return place == NULL ? KIND_NONE : kinds[place - letters];
}

static enum kind object_kind_of(char letter)
{
    return letter == 't' ? KIND_TABLE : letter == 'e' ? KIND_ENUM : letter == 'd' ? KIND_DOMAIN : KIND_NONE;
}

static void read_object(struct snapshot_input *input, enum kind kind, struct text name, struct text line,
                        struct arena *arena)
{
    struct object *object = &input->objects[input->object_count];

    *object = (struct object){.kind = kind, .path.count = 2};
    object->path.elements[0] = cut(&name, '.');
    object->path.elements[1] = name;
    object->attribute_count = read_attributes(line, &object->attributes, arena);
    object->parts = arena_array(arena, MOST_LINES, sizeof *object->parts);
    input->object_count += object->parts != NULL;
}

static void read_line(struct snapshot_input *input, struct text line, struct arena *arena)
{
    struct text head = cut(&line, '|');
    struct object *table = input->object_count == 0 ? NULL : &input->objects[input->object_count - 1];
    struct text name;

    if (head.length == 0)
        return;
    name = (struct text){head.bytes + 1, head.length - 1};
    if (object_kind_of(head.bytes[0]) != KIND_NONE) {
        read_object(input, object_kind_of(head.bytes[0]), name, line, arena);
    } else if (head.bytes[0] == 'g') {
        if (kind_from_name(name) != KIND_NONE)
            input->gaps[input->gap_count++] = (struct coverage_gap){kind_from_name(name), line, TEXT(GAP_NOT_DECLARED)};
    } else if (table != NULL && kind_of(head.bytes[0]) != KIND_NONE) {
        struct part *part = &table->parts[table->part_count++];

        *part = (struct part){.kind = kind_of(head.bytes[0]), .name = name};
        part->attribute_count = read_attributes(line, &part->attributes, arena);
    }
}

static struct snapshot *read_schema(struct text *rest, const char *engine, struct arena *arena)
{
    struct snapshot_input input = {.info.engine = text_from(engine)};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    input.objects = arena_array(arena, MOST_LINES, sizeof *input.objects);
    input.gaps = arena_array(arena, MOST_LINES, sizeof *input.gaps);
    for (unsigned i = 0; input.objects != NULL && input.gaps != NULL && rest->length > 0 && i < MOST_LINES; i++) {
        struct text line = cut(rest, '\n');

        if (text_equal(line, TEXT("-")))
            break;
        read_line(&input, line, arena);
    }
    if (snapshot_build(&snapshot, &input, ARENA_LIMIT, &error) != ERROR_NONE)
        return NULL;
    return snapshot;
}

static void compare(const struct snapshot *a, const struct snapshot *b, struct arena *arena)
{
    struct diff_options options;
    struct error error = {0};
    struct diff there, back;

    diff_options_init(&options);
    options.states = true;
    if (diff_snapshots(&there, a, b, &options, arena, &error) != ERROR_NONE ||
        diff_snapshots(&back, b, a, &options, arena, &error) != ERROR_NONE)
        return;
    if (there.verdict != back.verdict || there.change_count != back.change_count ||
        there.equivalent_count != back.equivalent_count || there.not_compared_count != back.not_compared_count)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text rest = {(const char *)data + 1, size == 0 ? 0 : size - 1};
    CLEANUP(arena_free) struct arena arena;
    struct snapshot *a, *b;

    arena_init(&arena, ARENA_LIMIT);
    if (size == 0)
        return 0;
    a = read_schema(&rest, engines[data[0] % LENGTH_OF(engines)], &arena);
    b = read_schema(&rest, engines[data[0] / LENGTH_OF(engines) % LENGTH_OF(engines)], &arena);
    if (a != NULL && b != NULL)
        compare(a, b, &arena);
    snapshot_free(a);
    snapshot_free(b);
    return 0;
}
