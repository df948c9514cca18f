#include "trie_sample.h"

#include <string.h>

#include "schema/canonical.h"
#include "schema/load.h"
#include "support/cmocka.h"

enum { LIMIT = 512 * 1024 * 1024 };

void workshop_open(struct workshop *workshop)
{
    struct error error = {0};

    *workshop = (struct workshop){0};
    arena_init(&workshop->arena, LIMIT);
    if (hasher_new(&workshop->hasher, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

void workshop_close(struct workshop *workshop)
{
    arena_free(&workshop->arena);
    hasher_free(workshop->hasher);
    buffer_clear(&workshop->scratch);
}

struct hash workshop_hash(struct workshop *workshop, enum node_type type, struct text bytes)
{
    return hasher_digest(workshop->hasher, (uint8_t)type, bytes);
}

static struct text keep(struct workshop *workshop, struct text bytes)
{
    char *copy = arena_copy(&workshop->arena, bytes.bytes, bytes.length);

    assert_non_null(copy);
    return (struct text){copy, bytes.length};
}

struct trie_entry workshop_entry(struct workshop *workshop, uint32_t number, uint32_t version)
{
    struct text value = text_from(arena_printf(&workshop->arena, "%u", version));
    struct text name = text_from(arena_printf(&workshop->arena, "t%u", number));
    struct attribute attribute = {TEXT("version"), &value, 1, false};
    struct object object = {.kind = KIND_TABLE, .attributes = &attribute, .attribute_count = 1};
    struct trie_entry entry = {.kind = KIND_TABLE, .path = {.count = 2, .elements = {TEXT("s"), name}}, .id = number};

    entry.key = trie_key(workshop->hasher, &workshop->scratch, entry.kind, &entry.path);
    buffer_reset(&workshop->scratch);
    canonical_encode(&workshop->scratch, &object, ASPECT_STRUCTURE);
    entry.blob = keep(workshop, buffer_text(&workshop->scratch));
    entry.blob_hash = workshop_hash(workshop, NODE_BLOB, entry.blob);
    return entry;
}

struct trie workshop_trie(struct workshop *workshop, const uint32_t *versions, uint32_t count)
{
    struct trie_entry *entries = arena_array(&workshop->arena, count, sizeof *entries);
    struct error error = {0};
    struct trie trie = {0};
    uint32_t used = 0;

    assert_non_null(entries);
    for (uint32_t i = 0; i < count; i++)
        if (versions == NULL || versions[i] != 0)
            entries[used++] = workshop_entry(workshop, i, versions == NULL ? 1 : versions[i]);
    if (trie_build(&trie, entries, used, &workshop->arena, workshop->hasher, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return trie;
}

void shelf_open(struct shelf *shelf)
{
    *shelf = (struct shelf){0};
    node_table_init(&shelf->nodes);
}

void shelf_close(struct shelf *shelf)
{
    node_table_clear(&shelf->nodes);
}

struct hash shelf_add(struct shelf *shelf, struct workshop *workshop, enum node_type type, struct text bytes)
{
    struct hash hash = workshop_hash(workshop, type, bytes);

    if (node_table_find(&shelf->nodes, &hash) == NULL)
        assert_true(node_table_add(&shelf->nodes, &hash, (uint8_t)type, keep(workshop, bytes)));
    return hash;
}

static void add_below(struct shelf *shelf, struct workshop *workshop, const struct trie *trie,
                      const struct trie_node *node)
{
    struct hash hash;

    for (unsigned i = 0; node->children != NULL && i < TRIE_FANOUT; i++)
        if (node->children[i] != NULL)
            add_below(shelf, workshop, trie, node->children[i]);
    for (uint32_t i = node->first; i < node->first + node->count; i++)
        shelf_add(shelf, workshop, NODE_BLOB, trie->entries[i].blob);
    buffer_reset(&workshop->scratch);
    trie_encode_node(&workshop->scratch, trie, node);
    hash =
        shelf_add(shelf, workshop, node->children == NULL ? NODE_LEAF : NODE_BRANCH, buffer_text(&workshop->scratch));
    assert_true(hash_equal(&hash, &node->hash));
}

void shelf_add_trie(struct shelf *shelf, struct workshop *workshop, const struct trie *trie)
{
    add_below(shelf, workshop, trie, trie->top);
}

/* A shelf and who fills it. */
struct filling {
    struct shelf *shelf;
    struct workshop *workshop;
};

static enum error_code put(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                           struct error *error)
{
    const struct filling *filling = context;
    struct hash added = shelf_add(filling->shelf, filling->workshop, type, bytes);

    (void)error;
    assert_true(hash_equal(&added, hash));
    return ERROR_NONE;
}

void shelf_add_snapshot(struct shelf *shelf, struct workshop *workshop, const struct snapshot *snapshot)
{
    struct filling filling = {shelf, workshop};
    const struct snapshot_walk walk = {.visit = put, .context = &filling};
    struct error error = {0};

    if (snapshot_visit_nodes(snapshot, &walk, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static enum error_code fetch(void *context, const struct hash *hash, enum node_type type, struct arena *arena,
                             struct text *ret_bytes, struct error *error)
{
    struct shelf *shelf = context;
    const struct node_slot *slot = node_table_find(&shelf->nodes, hash);

    (void)arena; /* the bytes live as long as the shelf */
    if (slot == NULL || slot->type != type)
        return error_set(error, ERROR_CORRUPT, "a node is not on the shelf");
    shelf->blobs_fetched += type == NODE_BLOB;
    shelf->nodes_fetched += type != NODE_BLOB;
    *ret_bytes = slot->bytes;
    return ERROR_NONE;
}

struct node_source shelf_source(struct shelf *shelf)
{
    return (struct node_source){fetch, shelf};
}
