#include "base/reader.h"

void reader_init(struct reader *reader, struct text bytes)
{
    static const uint8_t nothing[1];

    reader->next = bytes.length == 0 ? nothing : (const uint8_t *)bytes.bytes;
    reader->end = reader->next + bytes.length;
    reader->failed = false;
}

uint8_t reader_byte(struct reader *reader)
{
    if (reader_left(reader) == 0) {
        reader->failed = true;
        return 0;
    }
    return *reader->next++;
}

struct text reader_bytes(struct reader *reader, size_t length)
{
    struct text bytes = {"", 0};

    if (length > reader_left(reader)) {
        reader->failed = true;
        return bytes;
    }
    bytes = (struct text){(const char *)reader->next, length};
    reader->next += length;
    return bytes;
}

uint64_t reader_varint(struct reader *reader)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = reader_byte(reader);

        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            if (byte == 0 && shift > 0)
                break; /* the same number has a shorter form */
            return reader->failed ? 0 : value;
        }
    }
    reader->failed = true;
    return 0;
}

uint64_t reader_varint_up_to(struct reader *reader, uint64_t limit)
{
    uint64_t value = reader_varint(reader);

    if (value > limit) {
        reader->failed = true;
        return 0;
    }
    return value;
}

struct text reader_text(struct reader *reader)
{
    return reader_bytes(reader, (size_t)reader_varint_up_to(reader, SIZE_MAX));
}

uint32_t reader_count(struct reader *reader, size_t smallest)
{
    size_t most = reader_left(reader) / (smallest == 0 ? 1 : smallest);

    return (uint32_t)reader_varint_up_to(reader, most < UINT32_MAX ? most : UINT32_MAX);
}
