/* Snapshots whose nodes somebody else made. The input gives the bytes of nodes in the order in which they are asked
 * for, whatever their hashes: hashes that fit would keep the search at the door. A hash that was asked for before gets
 * the same node again. First one snapshot is loaded as a whole, then two as far as they differ; what is accepted can be
 * put together and compared.
 */
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "drift/diff.h"
#include "fuzz.h"
#include "schema/load.h"
#include "schema/node_table.h"

static const size_t MEMORY_LIMIT = (size_t)256 * 1024 * 1024;

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What was given out. */
struct dealer {
    struct reader reader;
    struct node_table nodes;
};

static enum error_code deal(void *context, const struct hash *hash, enum node_type type, struct arena *arena,
                            struct text *ret_bytes, struct error *error)
{
    struct dealer *dealer = context;
    const struct node_slot *known = node_table_find(&dealer->nodes, hash);
    struct text bytes;

    (void)arena; /* the input outlives it */
    if (known != NULL && known->type == type) {
        *ret_bytes = known->bytes;
        return ERROR_NONE;
    }
    bytes = reader_text(&dealer->reader);
    if (known != NULL || reader_failed(&dealer->reader))
        return error_set(error, ERROR_CORRUPT, "no more nodes");
    require(node_table_add(&dealer->nodes, hash, (uint8_t)type, bytes));
    *ret_bytes = bytes;
    return ERROR_NONE;
}

static void check_objects(const struct snapshot *snapshot)
{
    uint32_t count = 0;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            const struct trie_entry *entry = &snapshot->tries[aspect].entries[i];
            CLEANUP(arena_free) struct arena arena;
            struct error error = {0};
            struct object object;

            if (kind_facts(entry->kind)->aspect != aspect)
                continue;
            arena_init(&arena, MEMORY_LIMIT);
            require(snapshot_object(snapshot, entry, &arena, &object, &error) == ERROR_NONE);
            count++;
        }
    require(count == snapshot_object_count(snapshot));
}

static void check_diff(const struct snapshot *from, const struct snapshot *to)
{
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    arena_init(&arena, MEMORY_LIMIT);
    diff_options_init(&options);
    require(diff_snapshots(&diff, from, to, &options, &arena, &error) == ERROR_NONE || error.code == ERROR_LIMIT);
}

static bool is_refusal(enum error_code code)
{
    return code == ERROR_CORRUPT || code == ERROR_UNSUPPORTED || code == ERROR_LIMIT;
}

static void load_whole(const struct node_source *source, const struct hash *root)
{
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    if (snapshot_load(&snapshot, root, source, MEMORY_LIMIT, &error) == ERROR_NONE)
        check_objects(snapshot);
    else
        require(is_refusal(error.code) && snapshot == NULL);
    snapshot_free(snapshot);
}

static void load_pair(const struct node_source *source, const struct hash *from_root, const struct hash *to_root)
{
    struct snapshot *from = NULL, *to = NULL;
    struct error error = {0};

    if (snapshot_load_changed(&from, &to, from_root, to_root, source, MEMORY_LIMIT, &error) == ERROR_NONE) {
        check_objects(from);
        check_objects(to);
        check_diff(from, to);
    } else {
        require(is_refusal(error.code) && from == NULL && to == NULL);
    }
    snapshot_free(from);
    snapshot_free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct hash first = {{1}}, second = {{2}};
    struct dealer dealer = {.nodes = {0}};
    struct node_source source = {deal, &dealer};

    reader_init(&dealer.reader, (struct text){(const char *)bytes, length});
    load_whole(&source, &first);
    node_table_clear(&dealer.nodes);
    reader_init(&dealer.reader, (struct text){(const char *)bytes, length});
    load_pair(&source, &first, &second);
    node_table_clear(&dealer.nodes);
    return 0;
}
