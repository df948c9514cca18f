/* From rows to objects: parts find their object, attachments what they belong to, numbers become names. */
#include <stdlib.h>

#include "sources/catalog_private.h"

enum { COLUMN_ID_MAX = 65535 };

/* The dotted path of an object, made when it is first asked for. */
static enum error_code make_display(struct catalog *catalog, struct object_item *object, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    if (object->display.bytes != NULL)
        return ERROR_NONE;
    path_write(&path, object->kind, &object->path);
    if (buffer_check(&path, error, "reading a catalogue") != ERROR_NONE)
        return error->code;
    object->display = buffer_text(&path);
    object->display.bytes = arena_copy(catalog->arena, path.bytes, path.length);
    return object->display.bytes == NULL ? catalog_memory(catalog, error) : ERROR_NONE;
}

static enum error_code register_objects(struct catalog *catalog, struct error *error)
{
    for (struct object_item *object = catalog->objects; object != NULL; object = object->next) {
        struct id_slot own = {.id = object->id, .catalogue = object->catalogue, .object = object};
        struct id_slot alias = {.id = object->alias_id, .catalogue = object->alias_catalogue, .object = object};

        if (!id_table_add(&catalog->ids, &own) || !id_table_add(&catalog->ids, &alias))
            return error_memory(error, "reading a catalogue");
    }
    return ERROR_NONE;
}

/* Objects by their dotted path, for catalogues that have no numbers. */
struct directory {
    struct object_item **objects; /* sorted by display */
    uint32_t count;
};

static int compare_display(const void *a, const void *b)
{
    return text_compare((*(struct object_item *const *)a)->display, (*(struct object_item *const *)b)->display);
}

static int compare_path(const void *path, const void *object)
{
    return text_compare(*(const struct text *)path, (*(struct object_item *const *)object)->display);
}

static enum error_code make_directory(struct catalog *catalog, struct directory *directory, struct error *error)
{
    if (directory->objects != NULL)
        return ERROR_NONE;
    directory->objects = arena_array(catalog->arena, catalog->now.object_count, sizeof *directory->objects);
    if (directory->objects == NULL)
        return catalog_memory(catalog, error);
    for (struct object_item *object = catalog->objects; object != NULL; object = object->next) {
        if (make_display(catalog, object, error) != ERROR_NONE)
            return error->code;
        directory->objects[directory->count++] = object;
    }
    if (directory->count > 1)
        qsort(directory->objects, directory->count, sizeof *directory->objects, compare_display);
    return ERROR_NONE;
}

static struct object_item *find_object(struct catalog *catalog, const struct directory *directory,
                                       const struct part_item *part)
{
    struct object_item **found;
    struct id_slot *slot;

    if (part->of_catalogue != 0) {
        slot = id_table_find(&catalog->ids, part->of_catalogue, part->of.id);
        return slot == NULL ? NULL : slot->object;
    }
    if (directory->count == 0)
        return NULL;
    found = bsearch(part->of.path, directory->objects, directory->count, sizeof *found, compare_path);
    return found == NULL ? NULL : *found;
}

/* Hang every part under its object. The list of all parts dissolves into lists of each object's. */
static enum error_code link_parts(struct catalog *catalog, struct error *error)
{
    struct directory directory = {0};
    struct part_item *next;

    for (struct part_item *part = catalog->parts; part != NULL; part = next) {
        next = part->next;
        if (part->of_catalogue == 0 && make_directory(catalog, &directory, error) != ERROR_NONE)
            return error->code;
        part->object = find_object(catalog, &directory, part);
        if (part->object == NULL)
            continue;
        part->next = part->object->parts;
        part->object->parts = part;
        part->object->part_count++;
        if (part->kind == KIND_COLUMN && part->id <= COLUMN_ID_MAX && part->id >= part->object->column_count &&
            part->id > 0)
            part->object->column_count = (uint32_t)part->id + 1;
    }
    return ERROR_NONE;
}

static enum error_code register_parts(struct catalog *catalog, struct object_item *object, struct error *error)
{
    object->columns = arena_array(catalog->arena, object->column_count, sizeof *object->columns);
    if (object->columns == NULL)
        return catalog_memory(catalog, error);
    for (struct part_item *part = object->parts; part != NULL; part = part->next) {
        struct id_slot own = {.id = part->id, .catalogue = part->catalogue, .part = part};
        struct id_slot alias = {.id = part->alias_id, .catalogue = part->alias_catalogue, .part = part};

        if (part->kind == KIND_COLUMN) {
            if (part->id > 0 && part->id < object->column_count)
                object->columns[part->id] = part;
            continue;
        }
        if (!id_table_add(&catalog->ids, &own) || !id_table_add(&catalog->ids, &alias))
            return error_memory(error, "reading a catalogue");
    }
    return ERROR_NONE;
}

/* Room for one more attribute. */
static struct attribute *add_attribute(struct catalog *catalog, struct attributes *attributes)
{
    if (attributes->count == attributes->capacity) {
        uint32_t capacity = attributes->capacity + 4;
        struct attribute *array = arena_array(catalog->arena, capacity, sizeof *array);

        if (array == NULL)
            return NULL;
        if (attributes->count > 0)
            memcpy(array, attributes->array, attributes->count * sizeof *array);
        attributes->array = array;
        attributes->capacity = capacity;
    }
    return &attributes->array[attributes->count++];
}

/* Append an item to a list, whose room is the power of two that holds its count. */
static enum error_code append_item(struct catalog *catalog, struct attribute *list, struct text item,
                                   struct error *error)
{
    struct text *items = (struct text *)list->items;

    if ((list->count & (list->count - 1)) == 0) {
        items = arena_array(catalog->arena, list->count == 0 ? 1 : (size_t)list->count * 2, sizeof *items);
        if (items == NULL)
            return catalog_memory(catalog, error);
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
    }
    items[list->count++] = item;
    return ERROR_NONE;
}

static enum error_code attach_one(struct catalog *catalog, struct attributes *target, const struct attribute *source,
                                  struct error *error)
{
    struct attribute *attribute;

    for (uint32_t i = 0; i < target->count; i++) {
        attribute = &target->array[i];
        if (attribute->name.bytes != source->name.bytes || !attribute->is_list)
            continue;
        for (uint32_t k = 0; k < source->count; k++)
            if (append_item(catalog, attribute, source->items[k], error) != ERROR_NONE)
                return error->code;
        return ERROR_NONE;
    }
    attribute = add_attribute(catalog, target);
    if (attribute == NULL)
        return catalog_memory(catalog, error);
    *attribute = *source;
    return ERROR_NONE;
}

/* What an attachment belongs to, or NULL when that was not loaded. */
static struct attributes *attachment_target(struct catalog *catalog, const struct attachment *attachment)
{
    struct id_slot *slot = id_table_find(&catalog->ids, attachment->of_catalogue, attachment->of_id);

    if (slot == NULL)
        return NULL;
    if (attachment->of_sub_id != 0) {
        struct part_item *column = slot->object == NULL || attachment->of_sub_id >= slot->object->column_count
                                       ? NULL
                                       : slot->object->columns[attachment->of_sub_id];
        return column == NULL ? NULL : &column->attributes;
    }
    return slot->object != NULL ? &slot->object->attributes : slot->part != NULL ? &slot->part->attributes : NULL;
}

static enum error_code attach_all(struct catalog *catalog, struct error *error)
{
    for (struct attachment *attachment = catalog->attachments; attachment != NULL; attachment = attachment->next) {
        struct attributes *target = attachment_target(catalog, attachment);
        struct pending **end;

        if (target == NULL)
            continue;
        for (uint32_t i = 0; i < attachment->attributes.count; i++)
            if (attach_one(catalog, target, &attachment->attributes.array[i], error) != ERROR_NONE)
                return error->code;
        for (end = &target->pending; *end != NULL;)
            end = &(*end)->next;
        *end = attachment->attributes.pending;
    }
    return ERROR_NONE;
}

/* Cut the first number off a text like "1 2 3" or "{1,2,3}". False: there is none left. */
static bool next_number(struct text *text, uint64_t *ret_number)
{
    size_t at = 0;
    uint64_t number = 0;

    while (at < text->length && (text->bytes[at] < '0' || text->bytes[at] > '9'))
        at++;
    if (at == text->length)
        return false;
    while (at < text->length && text->bytes[at] >= '0' && text->bytes[at] <= '9')
        number = number * 10 + (uint64_t)(text->bytes[at++] - '0');
    *text = (struct text){text->bytes + at, text->length - at};
    *ret_number = number;
    return true;
}

/* What stands for a number that leads nowhere. */
static enum error_code unknown_id(struct catalog *catalog, uint64_t id, struct text *ret_text, struct error *error)
{
    char *text = arena_printf(catalog->arena, "#%llu", (unsigned long long)id);

    if (text == NULL)
        return catalog_memory(catalog, error);
    *ret_text = text_from(text);
    return ERROR_NONE;
}

static enum error_code resolve_columns(struct catalog *catalog, const struct pending *pending,
                                       const struct object_item *own, struct attribute *attribute, struct error *error)
{
    const struct object_item *object = own;
    struct text rest = pending->value;
    uint64_t id;

    if (pending->label->target >= 0) {
        struct id_slot *slot = id_table_find(&catalog->ids, pending->label->catalogue, pending->target);
        object = slot == NULL ? NULL : slot->object;
    }
    *attribute = (struct attribute){.name = pending->label->name, .is_list = true};
    while (next_number(&rest, &id)) {
        const struct part_item *column = object == NULL || id >= object->column_count ? NULL : object->columns[id];
        struct text name = {NULL, 0};

        if (column != NULL)
            name = column->name;
        else if (unknown_id(catalog, id, &name, error) != ERROR_NONE)
            return error->code;
        if (append_item(catalog, attribute, name, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* A part's name, with its object's path in front when that is another. */
static enum error_code part_reference(struct catalog *catalog, const struct part_item *part,
                                      const struct object_item *own, struct text *ret_text, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    char *copy;

    if (part->object == own) {
        *ret_text = part->name;
        return ERROR_NONE;
    }
    if (make_display(catalog, part->object, error) != ERROR_NONE)
        return error->code;
    buffer_add_text(&path, part->object->display);
    buffer_add_byte(&path, '.');
    identifier_write(&path, part->name);
    if (buffer_check(&path, error, "reading a catalogue") != ERROR_NONE)
        return error->code;
    copy = arena_copy(catalog->arena, path.bytes, path.length);
    if (copy == NULL)
        return catalog_memory(catalog, error);
    *ret_text = (struct text){copy, path.length};
    return ERROR_NONE;
}

/* What a number of a catalogue stands for. */
static enum error_code resolve_id(struct catalog *catalog, uint16_t catalogue, uint64_t id,
                                  const struct object_item *own, struct text *ret_text, struct error *error)
{
    struct id_slot *slot = id_table_find(&catalog->ids, catalogue, id);

    if (slot == NULL)
        return unknown_id(catalog, id, ret_text, error);
    if (slot->part != NULL)
        return part_reference(catalog, slot->part, own, ret_text, error);
    if (slot->object == NULL) {
        *ret_text = slot->text;
        return ERROR_NONE;
    }
    if (make_display(catalog, slot->object, error) != ERROR_NONE)
        return error->code;
    *ret_text = slot->object->display;
    return ERROR_NONE;
}

/* One number; 0 stands for nothing and leaves the attribute absent. */
static enum error_code resolve_reference(struct catalog *catalog, const struct pending *pending,
                                         const struct object_item *own, struct attribute *attribute,
                                         struct error *error)
{
    struct text rest = pending->value;
    uint64_t id = 0;
    struct text *item;

    if (!next_number(&rest, &id) || id == 0)
        return ERROR_NONE;
    item = arena_alloc(catalog->arena, sizeof *item);
    if (item == NULL)
        return catalog_memory(catalog, error);
    if (resolve_id(catalog, pending->label->catalogue, id, own, item, error) != ERROR_NONE)
        return error->code;
    *attribute = (struct attribute){.name = pending->label->name, .items = item, .count = 1};
    return ERROR_NONE;
}

/* A list of numbers; 0 stands for an empty text. */
static enum error_code resolve_references(struct catalog *catalog, const struct pending *pending,
                                          const struct object_item *own, struct attribute *attribute,
                                          struct error *error)
{
    struct text rest = pending->value;
    uint64_t id;

    *attribute = (struct attribute){.name = pending->label->name, .is_list = true};
    while (next_number(&rest, &id)) {
        struct text item = {"", 0};

        if ((id != 0 && resolve_id(catalog, pending->label->catalogue, id, own, &item, error) != ERROR_NONE) ||
            append_item(catalog, attribute, item, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code resolve_pending(struct catalog *catalog, struct attributes *attributes,
                                       const struct object_item *own, struct error *error)
{
    for (const struct pending *pending = attributes->pending; pending != NULL; pending = pending->next) {
        struct attribute attribute = {0};
        struct attribute *place;
        enum error_code code;

        if (pending->label->form == FORM_COLUMNS)
            code = resolve_columns(catalog, pending, own, &attribute, error);
        else if (pending->label->form == FORM_REFERENCES)
            code = resolve_references(catalog, pending, own, &attribute, error);
        else
            code = resolve_reference(catalog, pending, own, &attribute, error);
        if (code != ERROR_NONE)
            return code;
        if (attribute.name.bytes == NULL)
            continue;
        place = add_attribute(catalog, attributes);
        if (place == NULL)
            return catalog_memory(catalog, error);
        *place = attribute;
    }
    return ERROR_NONE;
}

static int compare_items(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Whether an attribute was read as a set. Names are interned, so that comparing pointers suffices. */
static bool is_set(const struct catalog *catalog, const struct attribute *attribute)
{
    for (unsigned i = 0; i < catalog->name_count; i++)
        if (catalog->names[i].bytes == attribute->name.bytes)
            return catalog->name_is_set[i];
    return false;
}

static void sort_sets(const struct catalog *catalog, struct attributes *attributes)
{
    for (uint32_t i = 0; i < attributes->count; i++) {
        struct attribute *attribute = &attributes->array[i];
        struct text *items = (struct text *)attribute->items;
        uint32_t kept = 1;

        if (!attribute->is_list || attribute->count < 2 || !is_set(catalog, attribute))
            continue;
        qsort(items, attribute->count, sizeof *items, compare_items);
        for (uint32_t k = 1; k < attribute->count; k++)
            if (!text_equal(items[kept - 1], items[k]))
                items[kept++] = items[k];
        attribute->count = kept;
    }
}

/* The columns in the order of their numbers, as one attribute of their table: a column that is added or dropped does
 * not touch its neighbours. A source that knows the order otherwise gives the attribute itself. */
static enum error_code add_column_order(struct catalog *catalog, struct object_item *object, struct error *error)
{
    static const struct text name = {"column_order", 12};
    struct attribute order = {.name = name, .is_list = true};
    struct attribute *place;

    if (attribute_find(object->attributes.array, object->attributes.count, name) != NULL)
        return ERROR_NONE;
    for (uint32_t i = 0; i < object->column_count; i++)
        if (object->columns[i] != NULL && append_item(catalog, &order, object->columns[i]->name, error) != ERROR_NONE)
            return error->code;
    if (order.count == 0)
        return ERROR_NONE;
    place = add_attribute(catalog, &object->attributes);
    if (place == NULL)
        return catalog_memory(catalog, error);
    *place = order;
    return ERROR_NONE;
}

static enum error_code hand_over_object(struct catalog *catalog, struct object_item *item, struct object *ret_object,
                                        struct error *error)
{
    struct part *parts = arena_array(catalog->arena, item->part_count, sizeof *parts);
    uint32_t count = 0;

    if (parts == NULL)
        return catalog_memory(catalog, error);
    if (resolve_pending(catalog, &item->attributes, item, error) != ERROR_NONE ||
        add_column_order(catalog, item, error) != ERROR_NONE)
        return error->code;
    sort_sets(catalog, &item->attributes);
    for (struct part_item *part = item->parts; part != NULL; part = part->next) {
        if (resolve_pending(catalog, &part->attributes, item, error) != ERROR_NONE)
            return error->code;
        sort_sets(catalog, &part->attributes);
        parts[count++] = (struct part){.kind = (enum kind)part->kind,
                                       .name = part->name,
                                       .attributes = part->attributes.array,
                                       .attribute_count = part->attributes.count,
                                       .id = part->id};
    }
    *ret_object = (struct object){.kind = item->kind,
                                  .path = item->path,
                                  .attributes = item->attributes.array,
                                  .attribute_count = item->attributes.count,
                                  .parts = parts,
                                  .part_count = count,
                                  .id = item->id};
    if (item->gap.bytes == NULL)
        return ERROR_NONE;
    if (make_display(catalog, item, error) != ERROR_NONE)
        return error->code;
    return catalog_add_gap(catalog, item->kind, item->display, item->gap.bytes, error);
}

enum error_code catalog_finish(struct catalog *catalog, struct snapshot_input *ret_input, struct error *error)
{
    struct snapshot_input input = {0};
    struct object_item *item;

    if (register_objects(catalog, error) != ERROR_NONE || link_parts(catalog, error) != ERROR_NONE)
        return error->code;
    for (item = catalog->objects; item != NULL; item = item->next)
        if (register_parts(catalog, item, error) != ERROR_NONE)
            return error->code;
    if (attach_all(catalog, error) != ERROR_NONE)
        return error->code;
    input.objects = arena_array(catalog->arena, catalog->now.object_count, sizeof *input.objects);
    if (input.objects == NULL)
        return catalog_memory(catalog, error);
    for (item = catalog->objects; item != NULL; item = item->next)
        if (!catalog_is_hidden(catalog, item) &&
            hand_over_object(catalog, item, &input.objects[input.object_count++], error) != ERROR_NONE)
            return error->code;
    input.gaps = catalog->gaps;
    input.gap_count = catalog->now.gap_count;
    *ret_input = input;
    return ERROR_NONE;
}
