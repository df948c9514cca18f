#include "schema/canonical.h"

enum value_form { FORM_TEXT = 0, FORM_LIST = 1 };

static void encode_text(struct buffer *buffer, struct text text)
{
    buffer_add_varint(buffer, text.length);
    buffer_add_text(buffer, text);
}

static uint32_t count_attributes(const struct attribute *attributes, uint32_t count, enum kind kind, enum aspect aspect)
{
    uint32_t matching = 0;

    for (uint32_t i = 0; i < count; i++)
        matching += attribute_aspect(kind, attributes[i].name) == aspect;
    return matching;
}

static void encode_attribute(struct buffer *buffer, const struct attribute *attribute)
{
    encode_text(buffer, attribute->name);
    if (!attribute->is_list) {
        buffer_add_byte(buffer, FORM_TEXT);
        encode_text(buffer, attribute->items[0]);
        return;
    }
    buffer_add_byte(buffer, FORM_LIST);
    buffer_add_varint(buffer, attribute->count);
    for (uint32_t i = 0; i < attribute->count; i++)
        encode_text(buffer, attribute->items[i]);
}

/* `kind` is the top-level object's: it decides the aspect of everything in it. */
static void encode_attributes(struct buffer *buffer, const struct attribute *attributes, uint32_t count, enum kind kind,
                              enum aspect aspect)
{
    buffer_add_varint(buffer, count_attributes(attributes, count, kind, aspect));
    for (uint32_t i = 0; i < count; i++)
        if (attribute_aspect(kind, attributes[i].name) == aspect)
            encode_attribute(buffer, &attributes[i]);
}

/* The home aspect lists every part; the others only those that have something to say there. */
static bool has_part(const struct object *object, const struct part *part, enum aspect aspect)
{
    return aspect == kind_facts(object->kind)->aspect ||
           count_attributes(part->attributes, part->attribute_count, object->kind, aspect) > 0;
}

bool canonical_encode(struct buffer *buffer, const struct object *object, enum aspect aspect)
{
    uint32_t parts = 0;

    for (uint32_t i = 0; i < object->part_count; i++)
        parts += has_part(object, &object->parts[i], aspect);
    if (parts == 0 && aspect != kind_facts(object->kind)->aspect &&
        count_attributes(object->attributes, object->attribute_count, object->kind, aspect) == 0)
        return false;

    buffer_add_varint(buffer, CANONICAL_VERSION);
    buffer_add_varint(buffer, object->kind);
    encode_attributes(buffer, object->attributes, object->attribute_count, object->kind, aspect);
    buffer_add_varint(buffer, parts);
    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];
        if (!has_part(object, part, aspect))
            continue;
        buffer_add_varint(buffer, part->kind);
        encode_text(buffer, part->name);
        encode_attributes(buffer, part->attributes, part->attribute_count, object->kind, aspect);
    }
    return true;
}

/* What decoding needs at every step. Without an arena the bytes are only checked. */
struct decoder {
    struct reader reader;
    struct arena *arena;
    bool out_of_memory;
    enum kind kind;   /* of the object: it decides the aspect of everything in it */
    unsigned aspects; /* a bit for each that has an attribute here */
    bool bare_part;   /* there is a part without attributes */
};

/* Room for `count` elements; a place to write one of them when nothing is kept. */
static void *decoder_array(struct decoder *decoder, uint32_t count, size_t size)
{
    void *array;

    if (decoder->arena == NULL || decoder->reader.failed)
        return NULL;
    array = arena_array(decoder->arena, count, size);
    if (array == NULL) {
        decoder->out_of_memory = true;
        decoder->reader.failed = true;
    }
    return array;
}

static void decode_attribute(struct decoder *decoder, struct attribute *ret_attribute)
{
    struct attribute attribute = {.name = reader_text(&decoder->reader)};
    uint8_t form = reader_byte(&decoder->reader);
    struct text *items;

    attribute.is_list = form == FORM_LIST;
    attribute.count = attribute.is_list ? reader_count(&decoder->reader, 1) : 1;
    if (form > FORM_LIST)
        decoder->reader.failed = true;
    items = decoder_array(decoder, attribute.count, sizeof *items);
    for (uint32_t i = 0; i < attribute.count && !decoder->reader.failed; i++) {
        struct text item = reader_text(&decoder->reader);
        if (items != NULL)
            items[i] = item;
    }
    attribute.items = items;
    *ret_attribute = attribute;
}

/* Sorted by name, each once: anything else would be a second encoding of the same meaning. */
static struct attribute *decode_attributes(struct decoder *decoder, uint32_t *ret_count)
{
    uint32_t count = reader_count(&decoder->reader, 3);
    struct attribute *attributes = decoder_array(decoder, count, sizeof *attributes);
    struct text previous = {NULL, 0};

    for (uint32_t i = 0; i < count && !decoder->reader.failed; i++) {
        struct attribute attribute;

        decode_attribute(decoder, &attribute);
        if (attribute.name.length == 0 || (i > 0 && text_compare(previous, attribute.name) >= 0))
            decoder->reader.failed = true;
        decoder->aspects |= 1u << attribute_aspect(decoder->kind, attribute.name);
        previous = attribute.name;
        if (attributes != NULL)
            attributes[i] = attribute;
    }
    *ret_count = count;
    return attributes;
}

static void decode_part(struct decoder *decoder, struct part *ret_part)
{
    struct part part = {.kind = (enum kind)reader_varint_up_to(&decoder->reader, UINT16_MAX)};
    const struct kind_facts *facts = kind_facts(part.kind);

    if (facts == NULL || !facts->is_part)
        decoder->reader.failed = true;
    part.name = reader_text(&decoder->reader);
    part.attributes = decode_attributes(decoder, &part.attribute_count);
    decoder->bare_part = decoder->bare_part || part.attribute_count == 0;
    *ret_part = part;
}

static int compare_parts(const struct part *a, const struct part *b)
{
    return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : text_compare(a->name, b->name);
}

static void decode_parts(struct decoder *decoder, struct object *object)
{
    struct part previous = {0};

    object->part_count = reader_count(&decoder->reader, 3);
    object->parts = decoder_array(decoder, object->part_count, sizeof *object->parts);
    for (uint32_t i = 0; i < object->part_count && !decoder->reader.failed; i++) {
        struct part part;

        decode_part(decoder, &part);
        if (i > 0 && compare_parts(&previous, &part) >= 0)
            decoder->reader.failed = true;
        previous = part;
        if (object->parts != NULL)
            object->parts[i] = part;
    }
}

static void decode_kind(struct decoder *decoder)
{
    const struct kind_facts *facts;

    decoder->kind = (enum kind)reader_varint_up_to(&decoder->reader, UINT16_MAX);
    facts = kind_facts(decoder->kind);
    if (facts == NULL || facts->is_part)
        decoder->reader.failed = true;
}

/* The one aspect that a blob is of. Away from home a part without attributes has nothing to say, and is not there. */
static enum aspect decoded_aspect(struct decoder *decoder)
{
    enum aspect home = kind_facts(decoder->kind)->aspect, aspect = ASPECT_STRUCTURE;

    if (decoder->aspects == 0)
        return home;
    while (decoder->aspects >> aspect != 1 && aspect < ASPECT_COUNT - 1)
        aspect++;
    if (decoder->aspects != 1u << aspect || (aspect != home && decoder->bare_part))
        decoder->reader.failed = true;
    return aspect;
}

static enum error_code decode(struct text blob, struct arena *arena, struct object *ret_object, enum aspect *ret_aspect,
                              struct error *error)
{
    struct decoder decoder = {.arena = arena};
    struct object object = {0};
    enum aspect aspect = ASPECT_STRUCTURE;
    uint64_t version;

    reader_init(&decoder.reader, blob);
    version = reader_varint(&decoder.reader);
    if (!reader_failed(&decoder.reader) && version != CANONICAL_VERSION)
        return error_set(error, ERROR_UNSUPPORTED, "an object has canonical form %llu, this build knows %d",
                         (unsigned long long)version, CANONICAL_VERSION);
    decode_kind(&decoder);
    object.kind = decoder.kind;
    object.attributes = decode_attributes(&decoder, &object.attribute_count);
    decode_parts(&decoder, &object);
    if (decoder.out_of_memory)
        return arena_error(arena, error, "decoding an object");
    if (!decoder.reader.failed)
        aspect = decoded_aspect(&decoder);
    if (!reader_finished(&decoder.reader))
        return error_set(error, ERROR_CORRUPT, "an object's bytes are not in canonical form");
    *ret_object = object;
    *ret_aspect = aspect;
    return ERROR_NONE;
}

enum error_code canonical_decode(struct text blob, struct arena *arena, struct object *ret_object, struct error *error)
{
    enum aspect aspect;

    return decode(blob, arena, ret_object, &aspect, error);
}

enum error_code canonical_check(struct text blob, struct blob_facts *ret_facts, struct error *error)
{
    struct object object;
    enum aspect aspect;

    if (decode(blob, NULL, &object, &aspect, error) != ERROR_NONE)
        return error->code;
    *ret_facts = (struct blob_facts){object.kind, aspect};
    return ERROR_NONE;
}

/* Go to the first part of a blob. Answers how many there are. */
static uint32_t seek_parts(struct decoder *decoder, struct text blob)
{
    uint32_t count;

    reader_init(&decoder->reader, blob);
    reader_varint(&decoder->reader); /* the version */
    decode_kind(decoder);
    decode_attributes(decoder, &count);
    return reader_count(&decoder->reader, 3);
}

bool canonical_lists_parts(struct text home, struct text other)
{
    struct decoder listed = {0}, wanted = {0};
    uint32_t wanted_count = seek_parts(&wanted, other);
    uint32_t listed_count = wanted_count == 0 ? 0 : seek_parts(&listed, home);

    for (; wanted_count > 0; wanted_count--) {
        struct part part, candidate;
        int order = -1;

        decode_part(&wanted, &part);
        for (; order < 0 && listed_count > 0; listed_count--) {
            decode_part(&listed, &candidate);
            order = compare_parts(&candidate, &part);
        }
        if (order != 0)
            return false;
    }
    return !wanted.reader.failed && !listed.reader.failed;
}

void identity_encode(struct buffer *buffer, enum kind kind, const struct path *path)
{
    buffer_add_varint(buffer, kind);
    for (uint32_t i = 0; i < path->count; i++)
        encode_text(buffer, path->elements[i]);
}

void identity_decode(struct reader *reader, enum kind *ret_kind, struct path *ret_path)
{
    enum kind kind = (enum kind)reader_varint_up_to(reader, UINT16_MAX);
    const struct kind_facts *facts = kind_facts(kind);
    struct path path = {0};

    if (facts == NULL || facts->is_part) {
        reader->failed = true;
    } else {
        path.count = path_style_elements(facts->path);
        for (uint32_t i = 0; i < path.count; i++)
            path.elements[i] = reader_text(reader);
    }
    *ret_kind = kind;
    *ret_path = path;
}
