#include "agent/identity.h"

#include "base/reader.h"

enum { KEY_BYTES = 8 }; /* of an object's key: two objects of one snapshot do not share them by accident */

static const char doing[] = "reading the numbers of objects";

/* An object has its numbers in the aspect that lists it. */
static bool is_home(const struct trie_entry *entry, unsigned aspect)
{
    return (unsigned)kind_facts(entry->kind)->aspect == aspect;
}

static bool has_numbers(const struct trie_entry *entry)
{
    if (entry->id != 0)
        return true;
    for (uint32_t i = 0; entry->part_ids != NULL && i < entry->part_count; i++)
        if (entry->part_ids[i] != 0)
            return true;
    return false;
}

void identity_write(struct buffer *buffer, const struct snapshot *snapshot)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            const struct trie_entry *entry = &snapshot->tries[aspect].entries[i];
            uint32_t parts = entry->part_ids == NULL ? 0 : entry->part_count;

            if (!is_home(entry, aspect) || !has_numbers(entry))
                continue;
            buffer_add_byte(buffer, (uint8_t)aspect);
            buffer_add(buffer, entry->key.bytes, KEY_BYTES);
            buffer_add_varint(buffer, entry->id);
            buffer_add_varint(buffer, parts);
            for (uint32_t part = 0; part < parts; part++)
                buffer_add_varint(buffer, entry->part_ids[part]);
        }
}

/* The entry with these first bytes, at `from` or after it: both sides are in order. */
static struct trie_entry *find_entry(const struct trie *trie, uint32_t *from, struct text key)
{
    for (; *from < trie->count; (*from)++) {
        int order = memcmp(trie->entries[*from].key.bytes, key.bytes, KEY_BYTES);

        if (order == 0)
            return &trie->entries[*from];
        if (order > 0)
            break;
    }
    return NULL;
}

static enum error_code read_entry(struct reader *reader, struct trie_entry *entry, struct arena *arena,
                                  struct error *error)
{
    uint64_t id = reader_varint(reader);
    uint32_t parts = reader_count(reader, 1);
    uint64_t *part_ids = NULL;

    if (entry != NULL && parts > 0) {
        part_ids = arena_array(arena, parts, sizeof *part_ids);
        if (part_ids == NULL)
            return arena_error(arena, error, doing);
    }
    for (uint32_t i = 0; i < parts; i++) {
        uint64_t part_id = reader_varint(reader);

        if (part_ids != NULL)
            part_ids[i] = part_id;
    }
    if (entry == NULL)
        return ERROR_NONE;
    entry->id = id;
    entry->part_ids = part_ids;
    entry->part_count = parts;
    return ERROR_NONE;
}

enum error_code identity_read(struct snapshot *snapshot, struct text bytes, struct error *error)
{
    struct reader reader;
    unsigned aspect = 0;
    uint32_t next = 0;

    reader_init(&reader, bytes);
    while (reader_left(&reader) > 0) {
        unsigned of = reader_byte(&reader);
        struct text key = reader_bytes(&reader, KEY_BYTES);

        if (of < aspect || of >= ASPECT_COUNT || reader_failed(&reader))
            return error_set(error, ERROR_CORRUPT, "the numbers of objects are damaged");
        if (of > aspect)
            next = 0;
        aspect = of;
        if (read_entry(&reader, find_entry(&snapshot->tries[aspect], &next, key), &snapshot->arena, error) !=
            ERROR_NONE)
            return error->code;
    }
    return reader_finished(&reader) ? ERROR_NONE
                                    : error_set(error, ERROR_CORRUPT, "the numbers of objects are damaged");
}

/* ---- renames ---- */

static void put_text(struct buffer *buffer, struct text text)
{
    buffer_add_varint(buffer, text.length);
    buffer_add_text(buffer, text);
}

void renames_write(struct buffer *buffer, const struct lineage *renames)
{
    for (size_t i = 0; i < renames->count; i++) {
        buffer_add_varint(buffer, (uint64_t)renames->renames[i].kind);
        buffer_add_varint(buffer, (uint64_t)renames->renames[i].object_kind);
        put_text(buffer, renames->renames[i].owner);
        put_text(buffer, renames->renames[i].object);
        put_text(buffer, renames->renames[i].renamed_from);
    }
}

static struct rename read_rename(struct reader *reader)
{
    struct rename rename = {0};

    rename.kind = (enum kind)reader_varint_up_to(reader, UINT16_MAX);
    rename.object_kind = (enum kind)reader_varint_up_to(reader, UINT16_MAX);
    rename.owner = reader_text(reader);
    rename.object = reader_text(reader);
    rename.renamed_from = reader_text(reader);
    return rename;
}

enum error_code renames_read(struct lineage *ret_renames, struct text bytes, struct arena *arena, struct error *error)
{
    struct reader reader;
    struct rename *renames;
    size_t count = 0;

    reader_init(&reader, bytes);
    for (; reader_left(&reader) > 0; count++)
        (void)read_rename(&reader);
    if (!reader_finished(&reader))
        return error_set(error, ERROR_CORRUPT, "the renames of a snapshot are damaged");
    renames = arena_array(arena, count, sizeof *renames);
    if (renames == NULL)
        return arena_error(arena, error, "reading renames");
    reader_init(&reader, bytes);
    for (size_t i = 0; i < count; i++)
        renames[i] = read_rename(&reader);
    *ret_renames = (struct lineage){renames, count};
    return ERROR_NONE;
}
