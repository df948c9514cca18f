/* Snapshot files that somebody else wrote. The input is a file without its checksum, which is put behind it: with it
 * the search would not get past the door. What is accepted has the root that it claims, and can be used. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "schema/snapshot_file.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_root(const struct snapshot *snapshot, struct hasher *hasher)
{
    CLEANUP(buffer_clear) struct buffer root = {0};
    struct hash hash;

    snapshot_encode_root(&root, snapshot);
    hash = hasher_digest(hasher, NODE_ROOT, buffer_text(&root));
    require(hash_equal(&hash, &snapshot->root));
}

/* Whatever a snapshot lists can be put together. */
static void check_objects(const struct snapshot *snapshot)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct trie *trie = &snapshot->tries[aspect];

        for (uint32_t i = 0; i < trie->count; i++) {
            CLEANUP(arena_free) struct arena arena;
            struct error error = {0};
            struct object object;

            if (kind_facts(trie->entries[i].kind)->aspect != aspect)
                continue;
            arena_init(&arena, (size_t)256 * 1024 * 1024);
            require(snapshot_object(snapshot, &trie->entries[i], &arena, &object, &error) == ERROR_NONE);
        }
    }
}

static bool is_refusal(enum error_code code)
{
    return code == ERROR_CORRUPT || code == ERROR_UNSUPPORTED;
}

/* Reading the same bytes twice gives the same snapshot. */
static void check_again(struct text file, const struct snapshot *snapshot)
{
    struct snapshot *again = NULL;
    struct error error = {0};

    require(snapshot_file_decode(&again, file, "fuzz", &error) == ERROR_NONE);
    require(hash_equal(&again->root, &snapshot->root));
    snapshot_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    CLEANUP(buffer_clear) struct buffer file = {0};
    struct text unsigned_file = {(const char *)bytes, length};
    struct snapshot *snapshot = NULL;
    struct hasher *hasher = NULL;
    struct error error = {0};
    struct hash checksum;

    require(hasher_new(&hasher, &error) == ERROR_NONE);
    hasher_begin(hasher);
    hasher_update(hasher, unsigned_file);
    checksum = hasher_end(hasher);
    buffer_add_text(&file, unsigned_file);
    buffer_add(&file, checksum.bytes, HASH_SIZE);
    if (snapshot_file_decode(&snapshot, buffer_text(&file), "fuzz", &error) == ERROR_NONE) {
        check_root(snapshot, hasher);
        check_objects(snapshot);
        check_again(buffer_text(&file), snapshot);
        snapshot_free(snapshot);
        snapshot = NULL;
    } else {
        require(is_refusal(error.code) && snapshot == NULL && text_is_utf8(text_from(error.message)));
    }
    if (length > 0)
        require(is_refusal(snapshot_file_decode(&snapshot, unsigned_file, "fuzz", &error)) && snapshot == NULL);
    hasher_free(hasher);
    return 0;
}
