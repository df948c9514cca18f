/* Nodes of a trie that somebody else made. The input says how many entries there shall be, and then gives the bytes of
 * the nodes in the order in which they are asked for, whatever their hashes: hashes that fit would keep the search at
 * the door. What is accepted is in order, has the shape that its set of objects has, and is encoded as the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "schema/canonical.h"
#include "schema/trie_load.h"

enum { NODES_MAX = 4096 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The leaves and branches that were given out, in their order. */
struct dealer {
    struct reader reader;
    struct text nodes[NODES_MAX];
    unsigned count;
};

static enum error_code deal(void *context, const struct hash *hash, enum node_type type, struct arena *arena,
                            struct text *ret_bytes, struct error *error)
{
    struct dealer *dealer = context;
    struct text bytes = reader_text(&dealer->reader);

    (void)hash, (void)arena; /* the input outlives it */
    if (reader_failed(&dealer->reader) || dealer->count == NODES_MAX)
        return error_set(error, ERROR_CORRUPT, "no more nodes");
    if (type != NODE_BLOB)
        dealer->nodes[dealer->count++] = bytes;
    *ret_bytes = bytes;
    return ERROR_NONE;
}

/* A node is loaded before its children, the first child first. */
static void check_bytes(const struct dealer *dealer, const struct trie *trie, const struct trie_node *node,
                        unsigned *next)
{
    CLEANUP(buffer_clear) struct buffer buffer = {0};

    trie_encode_node(&buffer, trie, node);
    require(text_equal(buffer_text(&buffer), dealer->nodes[(*next)++]));
    for (unsigned i = 0; node->children != NULL && i < TRIE_FANOUT; i++)
        if (node->children[i] != NULL)
            check_bytes(dealer, trie, node->children[i], next);
}

static void check_shape(const struct trie_node *a, const struct trie_node *b)
{
    require(a->first == b->first && a->count == b->count && (a->children == NULL) == (b->children == NULL));
    for (unsigned i = 0; a->children != NULL && i < TRIE_FANOUT; i++) {
        require((a->children[i] == NULL) == (b->children[i] == NULL));
        if (a->children[i] != NULL)
            check_shape(a->children[i], b->children[i]);
    }
}

static enum error_code never(void *context, const struct trie_entry *from, const struct trie_entry *to,
                             struct error *error)
{
    (void)context, (void)from, (void)to;
    return error_set(error, ERROR_INTERNAL, "a trie differs from itself");
}

static void check_trie(const struct dealer *dealer, const struct trie *trie, struct arena *arena, struct hasher *hasher)
{
    struct blob_facts facts;
    struct trie_entry *entries = arena_array(arena, trie->count, sizeof *entries);
    struct error error = {0};
    struct trie anew;
    unsigned next = 0;

    check_bytes(dealer, trie, trie->top, &next);
    require(next == dealer->count && entries != NULL);
    for (uint32_t i = 0; i < trie->count; i++) {
        require(canonical_check(trie->entries[i].blob, &facts, &error) == ERROR_NONE);
        require(facts.kind == trie->entries[i].kind && facts.aspect == ASPECT_STRUCTURE);
        require(trie_find(trie, &trie->entries[i].key) == &trie->entries[i]);
        entries[i] = trie->entries[i];
    }
    require(trie_build(&anew, entries, trie->count, arena, hasher, &error) == ERROR_NONE);
    check_shape(trie->top, anew.top);
    require(trie_diff(trie, trie, never, NULL, &error) == ERROR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct dealer dealer;
    struct node_source source = {deal, &dealer};
    struct trie_top top = {.count = 0};
    struct trie trie = {.count = 42};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(trie_reader_close) struct trie_reader trie_reader = {0};
    struct error error = {0};

    arena_init(&arena, (size_t)256 * 1024 * 1024);
    dealer.count = 0;
    reader_init(&dealer.reader, (struct text){(const char *)bytes, length});
    top.count = (uint32_t)reader_varint_up_to(&dealer.reader, UINT32_MAX);
    require(trie_reader_open(&trie_reader, &source, &arena, &error) == ERROR_NONE);
    if (trie_load(&trie, &top, ASPECT_STRUCTURE, &trie_reader, &error) == ERROR_NONE) {
        require(trie.count == top.count);
        check_trie(&dealer, &trie, &arena, trie_reader.hasher);
    } else {
        require(error.code == ERROR_CORRUPT || error.code == ERROR_UNSUPPORTED);
        require(trie.count == 42);
    }
    return 0;
}
