/* Blobs and identities that somebody else wrote. One meaning has one encoding: what is accepted and encoded again gives
 * the same bytes; what is refused leaves its output alone; checking and decoding agree. */
#include <stdlib.h>

#include "fuzz.h"
#include "schema/canonical.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void encode_again(const struct object *object, enum aspect aspect, struct text blob)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    require(canonical_encode(&buffer, object, aspect));
    require(text_equal(buffer_text(&buffer), blob));
}

static void check_identity(struct text bytes)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    struct reader reader;
    enum kind kind;
    struct path path;

    reader_init(&reader, bytes);
    identity_decode(&reader, &kind, &path);
    if (reader_failed(&reader))
        return;
    identity_encode(&buffer, kind, &path);
    bytes.length -= reader_left(&reader);
    require(text_equal(buffer_text(&buffer), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text blob = {(const char *)bytes, length};
    struct object object = {.kind = KIND_NONE};
    struct blob_facts facts;
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};

    arena_init(&arena, (size_t)256 * 1024 * 1024);
    check_identity(blob);
    if (canonical_decode(blob, &arena, &object, &error) != ERROR_NONE) {
        require(error.code == ERROR_CORRUPT || error.code == ERROR_UNSUPPORTED);
        require(object.kind == KIND_NONE);
        require(canonical_check(blob, &facts, &error) != ERROR_NONE);
        return 0;
    }
    require(canonical_check(blob, &facts, &error) == ERROR_NONE && facts.kind == object.kind);
    require(canonical_lists_parts(blob, blob));
    encode_again(&object, facts.aspect, blob);
    return 0;
}
