/* base/reader.h - a cursor over foreign bytes that cannot run past their end.
 *
 * Failure is sticky: after the first read that does not fit every further read gives zeros, and reader_failed() tells.
 * Numbers have one encoding only: a LEB128 form that is longer than needed is a failure.
 */
#ifndef DRIFTLINE_BASE_READER_H
#define DRIFTLINE_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct reader {
    const uint8_t *next;
    const uint8_t *end;
    bool failed;
};

void reader_init(struct reader *reader, struct text bytes);

uint8_t reader_byte(struct reader *reader);

/* The next `length` bytes, in place. */
struct text reader_bytes(struct reader *reader, size_t length);

uint64_t reader_varint(struct reader *reader);

/* A number that must not exceed `limit`. */
uint64_t reader_varint_up_to(struct reader *reader, uint64_t limit);

/* A length and that many bytes, in place. */
struct text reader_text(struct reader *reader);

/* A count of things that take at least `smallest` bytes each, so that a forged count cannot ask for absurd memory. */
uint32_t reader_count(struct reader *reader, size_t smallest);

static inline size_t reader_left(const struct reader *reader)
{
    return reader->failed ? 0 : (size_t)(reader->end - reader->next);
}

static inline bool reader_failed(const struct reader *reader)
{
    return reader->failed;
}

/* Everything was read, and nothing failed. */
static inline bool reader_finished(const struct reader *reader)
{
    return !reader->failed && reader->next == reader->end;
}

#endif
