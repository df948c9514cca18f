/* bench_snapshot_parts FILE ROUNDS
 *
 * What the steps of making and loading one snapshot file cost inside the program. One line a round on standard output,
 * in us: loading the file, building the snapshot anew from its objects in random order, hashing what is hashed while a
 * snapshot is made and written (identities, blobs, nodes, the checksum of the file). Fails when the snapshot that was
 * built has another root.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "schema/canonical.h"
#include "schema/snapshot.h"
#include "schema/snapshot_file.h"

static const size_t memory_limit = (size_t)4 << 30;

/* Everything that is hashed, one message after the other. */
struct messages {
    struct buffer bytes;
    struct buffer lengths; /* of the messages, as size_t */
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_snapshot_parts: %s\n", what);
    exit(EXIT_FAILURE);
}

/* ---------------------------------------------------------------- building */

static void shuffle(struct object *objects, uint32_t count)
{
    uint64_t state = 1;

    for (uint32_t i = count; i > 1; i--) {
        uint32_t other;
        struct object object = objects[i - 1];

        state = state * 6364136223846793005U + 1442695040888963407U;
        other = (uint32_t)((state >> 33) % i);
        objects[i - 1] = objects[other];
        objects[other] = object;
    }
}

/* The objects of a snapshot as a source would hand them over. */
static struct snapshot_input take_apart(const struct snapshot *snapshot, struct arena *arena)
{
    struct snapshot_input input = {.info = snapshot->info, .gap_count = snapshot->gap_count};
    size_t most = 0;
    struct error error;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        most += snapshot->tries[aspect].count;
    input.objects = arena_array(arena, most, sizeof *input.objects);
    input.gaps = arena_array(arena, snapshot->gap_count, sizeof *input.gaps);
    if (input.objects == NULL || input.gaps == NULL)
        die("out of memory");
    for (uint32_t i = 0; i < snapshot->gap_count; i++)
        input.gaps[i] = snapshot->gaps[i];
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            const struct trie_entry *entry = &snapshot->tries[aspect].entries[i];

            if (kind_facts(entry->kind)->aspect != aspect)
                continue;
            if (snapshot_object(snapshot, entry, arena, &input.objects[input.object_count++], &error) != ERROR_NONE)
                die(error.message);
        }
    shuffle(input.objects, input.object_count);
    return input;
}

/* ---------------------------------------------------------------- hashing */

static void end_message(struct messages *messages, size_t start)
{
    size_t length = messages->bytes.length - start;

    buffer_add(&messages->lengths, &length, sizeof length);
}

static void add_nodes(struct messages *messages, const struct trie *trie, const struct trie_node *node)
{
    size_t start = messages->bytes.length;

    trie_encode_node(&messages->bytes, trie, node);
    end_message(messages, start);
    for (unsigned i = 0; node->children != NULL && i < TRIE_FANOUT; i++)
        if (node->children[i] != NULL)
            add_nodes(messages, trie, node->children[i]);
}

static void collect(struct messages *messages, const struct snapshot *snapshot)
{
    struct error error;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        const struct trie *trie = &snapshot->tries[aspect];

        for (uint32_t i = 0; i < trie->count; i++) {
            const struct trie_entry *entry = &trie->entries[i];
            size_t start = messages->bytes.length;

            if (kind_facts(entry->kind)->aspect == aspect) {
                identity_encode(&messages->bytes, entry->kind, &entry->path);
                end_message(messages, start);
                start = messages->bytes.length;
            }
            buffer_add_text(&messages->bytes, entry->blob);
            end_message(messages, start);
        }
        add_nodes(messages, trie, trie->top);
    }
    if (buffer_check(&messages->bytes, &error, "collecting") != ERROR_NONE ||
        buffer_check(&messages->lengths, &error, "collecting") != ERROR_NONE)
        die(error.message);
}

static void hash_all(struct hasher *hasher, const struct messages *messages, struct text file)
{
    size_t count = messages->lengths.length / sizeof(size_t);
    const char *at = messages->bytes.bytes;

    for (size_t i = 0; i < count; i++) {
        size_t length;

        memcpy(&length, messages->lengths.bytes + i * sizeof length, sizeof length);
        (void)hasher_digest(hasher, NODE_BLOB, (struct text){at, length});
        at += length;
    }
    hasher_begin(hasher);
    hasher_update(hasher, file);
    (void)hasher_end(hasher);
}

/* ---------------------------------------------------------------- */

static void measure(const char *path, struct hasher *hasher, const struct messages *messages, struct text bytes)
{
    struct snapshot *loaded, *built;
    struct snapshot_input input;
    struct error error;
    int64_t start = clock_elapsed();
    int64_t load, build;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, memory_limit);
    if (snapshot_file_read(&loaded, path, memory_limit, &error) != ERROR_NONE)
        die(error.message);
    load = clock_elapsed() - start;
    input = take_apart(loaded, &arena);
    start = clock_elapsed();
    if (snapshot_build(&built, &input, memory_limit, &error) != ERROR_NONE)
        die(error.message);
    build = clock_elapsed() - start;
    if (!hash_equal(&loaded->root, &built->root))
        die("the snapshot that was built from the file's objects has another root");
    start = clock_elapsed();
    hash_all(hasher, messages, bytes);
    printf("%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", load, build, clock_elapsed() - start);
    snapshot_free(loaded);
    snapshot_free(built);
}

int main(int argc, char **argv)
{
    long rounds = argc == 3 ? atol(argv[2]) : 0;
    struct messages messages = {0};
    struct snapshot *snapshot;
    struct hasher *hasher;
    struct text bytes;
    struct error error;
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, memory_limit);
    if (rounds < 1) {
        fputs("usage: bench_snapshot_parts FILE ROUNDS\n", stderr);
        return 2;
    }
    if (file_read(argv[1], memory_limit, &arena, &bytes, &error) != ERROR_NONE ||
        snapshot_file_read(&snapshot, argv[1], memory_limit, &error) != ERROR_NONE ||
        hasher_new(&hasher, &error) != ERROR_NONE)
        die(error.message);
    collect(&messages, snapshot);
    snapshot_free(snapshot);
    for (long round = 0; round < rounds; round++)
        measure(argv[1], hasher, &messages, bytes);
    hasher_free(hasher);
    buffer_clear(&messages.bytes);
    buffer_clear(&messages.lengths);
    return EXIT_SUCCESS;
}
