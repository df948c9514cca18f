#include "drift/state.h"

#include "drift/rendering.h"
#include "schema/canonical.h"

/* Beside the domain bytes of nodes, in schema/trie.h. */
enum { STATE_DOMAIN = 16, STATE_VERSION = 1 };

enum state_form { FORM_THING = 0, FORM_OBJECT = 1 };

/* What follows in the bytes. */
enum mark { MARK_END = 0, MARK_ATTRIBUTE = 1, MARK_COLUMN_ORDER = 2, MARK_PART = 3 };

static const char doing[] = "looking at the state of what differs";

enum error_code state_maker_open(struct state_maker *maker, struct error *error)
{
    return hasher_new(&maker->hasher, error);
}

void state_maker_close(struct state_maker *maker)
{
    hasher_free(maker->hasher);
    maker->hasher = NULL;
    buffer_clear(&maker->scratch);
}

static void write_text(struct buffer *buffer, struct text text)
{
    buffer_add_varint(buffer, text.length);
    buffer_add_text(buffer, text);
}

static void write_attribute(struct state_maker *maker, enum kind kind, const struct attribute *attribute)
{
    struct buffer *buffer = &maker->scratch;

    buffer_add_byte(buffer, MARK_ATTRIBUTE);
    write_text(buffer, attribute->name);
    buffer_add_byte(buffer, attribute->is_list);
    buffer_add_varint(buffer, attribute->count);
    for (uint32_t i = 0; i < attribute->count; i++)
        write_text(buffer, maker->is_certain_only ? rendering_certain(kind, attribute->name, attribute->items[i])
                                                  : attribute->items[i]);
}

static void write_attributes(struct state_maker *maker, enum kind kind, struct text path,
                             const struct attribute *attributes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!text_equal(attributes[i].name, TEXT("column_order")) &&
            !ignore_matches_attribute(maker->ignore, attributes[i].name, path))
            write_attribute(maker, kind, &attributes[i]);
}

/* With an object that only one side has no text of the other is compared: there, all of each counts. */
static void begin(struct state_maker *maker, enum state_form form, enum kind kind)
{
    maker->is_certain_only = maker->is_rendered && form == FORM_THING;
    buffer_reset(&maker->scratch);
    buffer_add_varint(&maker->scratch, STATE_VERSION);
    buffer_add_byte(&maker->scratch, (uint8_t)form);
    buffer_add_varint(&maker->scratch, kind);
}

static enum error_code finish(struct change_state *ret_state, struct state_maker *maker, struct error *error)
{
    if (buffer_check(&maker->scratch, error, doing) != ERROR_NONE)
        return error->code;
    ret_state->is_there = true;
    ret_state->hash = hasher_digest(maker->hasher, STATE_DOMAIN, buffer_text(&maker->scratch));
    return ERROR_NONE;
}

enum error_code state_of_thing(struct change_state *ret_state, struct state_maker *maker,
                               const struct state_subject *subject, struct error *error)
{
    const struct text_list *order = &subject->column_order;

    begin(maker, FORM_THING, subject->kind);
    buffer_add_byte(&maker->scratch, (uint8_t)subject->aspect);
    write_text(&maker->scratch, subject->name);
    write_attributes(maker, subject->kind, subject->path, subject->attributes, subject->attribute_count);
    if (order->count > 0 && !ignore_matches_attribute(maker->ignore, TEXT("column_order"), subject->path)) {
        buffer_add_byte(&maker->scratch, MARK_COLUMN_ORDER);
        buffer_add_varint(&maker->scratch, order->count);
        for (uint32_t i = 0; i < order->count; i++)
            write_text(&maker->scratch, order->items[i]);
    }
    buffer_add_byte(&maker->scratch, MARK_END);
    return finish(ret_state, maker, error);
}

/* ---------------------------------------------------------------- whole objects */

static void write_part(struct state_maker *maker, const struct state_object *object, const struct part *part,
                       struct buffer *path)
{
    buffer_reset(path);
    buffer_add_text(path, object->path);
    buffer_add_byte(path, '.');
    identifier_write(path, part->name);
    if (path->failed || ignore_matches(maker->ignore, part->kind, buffer_text(path), object->kind, object->path))
        return;
    buffer_add_byte(&maker->scratch, MARK_PART);
    buffer_add_varint(&maker->scratch, part->kind);
    write_text(&maker->scratch, part->name);
    write_attributes(maker, part->kind, buffer_text(path), part->attributes, part->attribute_count);
    buffer_add_byte(&maker->scratch, MARK_END);
}

static enum error_code write_aspect(struct state_maker *maker, const struct state_object *object, unsigned aspect,
                                    struct arena *arena, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    struct object said = {0};

    if (object->entries[aspect] != NULL &&
        canonical_decode(object->entries[aspect]->blob, arena, &said, error) != ERROR_NONE)
        return error->code;
    write_attributes(maker, object->kind, object->path, said.attributes, said.attribute_count);
    for (uint32_t i = 0; i < said.part_count; i++)
        write_part(maker, object, &said.parts[i], &path);
    buffer_add_byte(&maker->scratch, MARK_END);
    return buffer_check(&path, error, doing);
}

enum error_code state_of_object(struct change_state *ret_state, struct state_maker *maker,
                                const struct state_object *object, struct arena *arena, struct error *error)
{
    begin(maker, FORM_OBJECT, object->kind);
    write_text(&maker->scratch, object->path);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        buffer_add_byte(&maker->scratch, maker->aspects[aspect]);
        if (maker->aspects[aspect] && write_aspect(maker, object, aspect, arena, error) != ERROR_NONE)
            return error->code;
    }
    return finish(ret_state, maker, error);
}
