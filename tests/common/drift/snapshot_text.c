#include "common/drift/snapshot_text.h"

#include <stdlib.h>

#include "support/cmocka.h"

enum { MEMORY_LIMIT = 64 * 1024 * 1024, MOST = 256, MOST_ATTRIBUTES = 24 };

/* What reading needs at every step. */
struct text_reader {
    const char *next;
    struct arena *arena;
};

static void *allocate(struct text_reader *reader, size_t count, size_t size)
{
    void *memory = arena_array(reader->arena, count, size);

    assert_non_null(memory);
    return memory;
}

static bool take(struct text_reader *reader, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(reader->next, word, length) != 0)
        return false;
    reader->next += length;
    return true;
}

static void skip_blanks(struct text_reader *reader)
{
    while (*reader->next == ' ')
        reader->next++;
}

/* A run of characters up to one of `ends`, or anything in single quotes. */
static struct text read_word(struct text_reader *reader, const char *ends)
{
    struct text word;

    if (*reader->next == '\'') {
        word.bytes = ++reader->next;
        word.length = strcspn(word.bytes, "'");
        reader->next += word.length + 1;
        return word;
    }
    word.bytes = reader->next;
    word.length = strcspn(word.bytes, ends);
    reader->next += word.length;
    return word;
}

static uint64_t read_id(struct text_reader *reader)
{
    uint64_t id = 0;

    skip_blanks(reader);
    if (take(reader, "#"))
        id = strtoull(reader->next, (char **)&reader->next, 10);
    return id;
}

static struct attribute read_attribute(struct text_reader *reader)
{
    struct attribute attribute = {.name = read_word(reader, "=\n")};
    struct text *items = allocate(reader, MOST_ATTRIBUTES, sizeof *items);

    if (!take(reader, "="))
        fail_msg("attribute without value near: %.60s", reader->next);
    attribute.items = items;
    attribute.is_list = take(reader, "[");
    if (!attribute.is_list) {
        items[attribute.count++] = read_word(reader, " \n");
        return attribute;
    }
    while (!take(reader, "]")) {
        items[attribute.count++] = read_word(reader, "|]\n");
        take(reader, "|");
        assert_true(attribute.count < MOST_ATTRIBUTES && *reader->next != '\n');
    }
    return attribute;
}

static struct attribute *read_attributes(struct text_reader *reader, uint32_t *ret_count)
{
    struct attribute *attributes = allocate(reader, MOST_ATTRIBUTES, sizeof *attributes);
    uint32_t count = 0;

    for (skip_blanks(reader); *reader->next != '\n' && *reader->next != '\0'; skip_blanks(reader)) {
        assert_true(count < MOST_ATTRIBUTES);
        attributes[count++] = read_attribute(reader);
    }
    *ret_count = count;
    return attributes;
}

static enum kind read_kind(struct text_reader *reader)
{
    struct text word = read_word(reader, " \n");
    enum kind kind = kind_from_name(word);

    if (kind == KIND_NONE)
        fail_msg("no kind '%.*s'", TEXT_ARGS(word));
    skip_blanks(reader);
    return kind;
}

static struct object read_object(struct text_reader *reader)
{
    struct object object = {.kind = read_kind(reader)};
    uint32_t wanted = path_style_elements(kind_facts(object.kind)->path);

    for (uint32_t i = 0; i < wanted; i++) {
        bool signature = i == 2;

        take(reader, signature ? "(" : i > 0 ? "." : "");
        object.path.elements[object.path.count++] = read_word(reader, signature ? ")\n" : ".( \n");
        take(reader, signature ? ")" : "");
    }
    object.id = read_id(reader);
    object.attributes = read_attributes(reader, &object.attribute_count);
    object.parts = allocate(reader, MOST, sizeof *object.parts);
    return object;
}

static struct part read_part(struct text_reader *reader)
{
    struct part part = {.kind = read_kind(reader)};

    part.name = read_word(reader, " \n");
    part.id = read_id(reader);
    part.attributes = read_attributes(reader, &part.attribute_count);
    return part;
}

static struct coverage_gap read_gap(struct text_reader *reader)
{
    struct coverage_gap gap = {.object = {"", 0}};

    gap.kind = read_kind(reader);
    if (*reader->next == '\'') {
        gap.object = read_word(reader, "");
        skip_blanks(reader);
    }
    if (!take(reader, "reason="))
        fail_msg("gap without reason near: %.60s", reader->next);
    gap.reason = read_word(reader, " \n");
    return gap;
}

static void read_line(struct text_reader *reader, struct snapshot_input *input)
{
    if (take(reader, "@origin ")) {
        input->info.origin = read_word(reader, "\n");
    } else if (take(reader, "@akin ")) {
        input->info.origin = read_word(reader, "\n");
        input->info.akin = true;
    } else if (take(reader, "@server ")) {
        input->info.engine = read_word(reader, " ");
        skip_blanks(reader);
        input->info.server_version = read_word(reader, "\n");
    } else if (take(reader, "gap ")) {
        input->gaps[input->gap_count++] = read_gap(reader);
    } else if (take(reader, "  ")) {
        struct object *owner = &input->objects[input->object_count - 1];

        assert_true(input->object_count > 0 && owner->part_count < MOST);
        owner->parts[owner->part_count++] = read_part(reader);
    } else if (*reader->next != '\n') {
        assert_true(input->object_count < MOST);
        input->objects[input->object_count++] = read_object(reader);
    }
    if (*reader->next != '\0' && *reader->next++ != '\n')
        fail_msg("what is this: %.60s", reader->next - 1);
}

struct snapshot *snapshot_from_text(const char *text)
{
    CLEANUP(arena_free) struct arena arena;
    struct text_reader reader = {text, &arena};
    struct snapshot_input input = {.info = {.ref = TEXT("dummy:test"), .engine = TEXT("dummy")}};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    arena_init(&arena, MEMORY_LIMIT);
    input.objects = allocate(&reader, MOST, sizeof *input.objects);
    input.gaps = allocate(&reader, MOST, sizeof *input.gaps);
    while (*reader.next != '\0')
        read_line(&reader, &input);
    if (snapshot_build(&snapshot, &input, MEMORY_LIMIT, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

struct ignore_list ignore_from_text(const char *text, struct arena *arena)
{
    struct ignore_list list = {arena_array(arena, MOST, sizeof *list.patterns), 0};

    assert_non_null(list.patterns);
    while (*text != '\0') {
        struct text line = {text, strcspn(text, "\n")};
        struct error error = {0};

        assert_true(list.count < MOST);
        if (ignore_pattern_parse(&list.patterns[list.count++], line, arena, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        text += line.length + (text[line.length] == '\n');
    }
    return list;
}
