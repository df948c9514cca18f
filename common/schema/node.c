#include "schema/node.h"

#include "base/reader.h"
#include "schema/canonical.h"
#include "schema/trie_load.h"

enum { SMALLEST_GAP = 3 }; /* bytes: a kind and two empty texts */

static enum error_code corrupt_root(struct error *error, const char *what)
{
    return error_set(error, ERROR_CORRUPT, "a root %s", what);
}

/* ---------------------------------------------------------------- the root */

static struct coverage_gap read_gap(struct reader *reader)
{
    struct coverage_gap gap = {.kind = (enum kind)reader_varint_up_to(reader, UINT16_MAX)};

    gap.object = reader_text(reader);
    gap.reason = reader_text(reader);
    return gap;
}

static bool in_order(const struct coverage_gap *a, const struct coverage_gap *b)
{
    int order = a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : text_compare(a->object, b->object);

    return order < 0 || (order == 0 && text_compare(a->reason, b->reason) < 0);
}

static bool gaps_are_valid(struct reader *reader, uint32_t count)
{
    struct coverage_gap previous = {0};

    for (uint32_t i = 0; i < count; i++) {
        struct coverage_gap gap = read_gap(reader);

        if (reader_failed(reader) || kind_facts(gap.kind) == NULL || (i > 0 && !in_order(&previous, &gap)))
            return false;
        previous = gap;
    }
    return true;
}

enum error_code node_read_root(struct text bytes, struct node_root *ret_root, struct error *error)
{
    struct node_root root = {0};
    struct reader reader;

    reader_init(&reader, bytes);
    root.canonical_version = (unsigned)reader_varint_up_to(&reader, UINT16_MAX);
    if (!reader_failed(&reader) && root.canonical_version != CANONICAL_VERSION)
        return error_set(error, ERROR_UNSUPPORTED, "a root has canonical form %u, this build knows %d",
                         root.canonical_version, CANONICAL_VERSION);
    root.engine = reader_text(&reader);
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++) {
        struct text hash = reader_bytes(&reader, HASH_SIZE);

        root.tops[aspect].count = (uint32_t)reader_varint_up_to(&reader, UINT32_MAX);
        if (reader_failed(&reader))
            return corrupt_root(error, "ends too early");
        memcpy(root.tops[aspect].hash.bytes, hash.bytes, HASH_SIZE);
    }
    root.gap_count = reader_count(&reader, SMALLEST_GAP);
    root.gaps = (struct text){(const char *)reader.next, reader_left(&reader)};
    if (reader_failed(&reader) || !gaps_are_valid(&reader, root.gap_count))
        return corrupt_root(error, "has a coverage list that is not one");
    if (!reader_finished(&reader))
        return corrupt_root(error, "has bytes to spare");
    *ret_root = root;
    return ERROR_NONE;
}

enum error_code node_read_gaps(const struct node_root *root, struct arena *arena, struct coverage_gap **ret_gaps,
                               struct error *error)
{
    struct coverage_gap *gaps = arena_array(arena, root->gap_count, sizeof *gaps);
    struct reader reader;

    if (gaps == NULL)
        return arena_error(arena, error, "reading a coverage list");
    reader_init(&reader, root->gaps);
    for (uint32_t i = 0; i < root->gap_count; i++)
        gaps[i] = read_gap(&reader);
    *ret_gaps = gaps;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- any node */

/* Whom to tell. */
struct visiting {
    node_visitor visit;
    void *context;
    struct error *error;
};

static enum error_code tell(const struct visiting *visiting, enum node_type type, const struct hash *hash)
{
    return visiting->visit == NULL ? ERROR_NONE : visiting->visit(visiting->context, type, hash, visiting->error);
}

static enum error_code tell_top(const struct visiting *visiting, const struct trie_top *top)
{
    return tell(visiting, trie_node_type(top->count), &top->hash);
}

static enum error_code check_leaf(struct text bytes, const struct visiting *visiting)
{
    struct trie_leaf leaf;

    if (trie_read_leaf(bytes, &leaf, visiting->error) != ERROR_NONE)
        return visiting->error->code;
    for (uint32_t i = 0; i < leaf.count; i++)
        if (tell(visiting, NODE_BLOB, &leaf.entries[i].blob_hash) != ERROR_NONE)
            return visiting->error->code;
    return ERROR_NONE;
}

static enum error_code check_branch(struct text bytes, const struct visiting *visiting)
{
    struct trie_branch branch;

    if (trie_read_branch(bytes, &branch, visiting->error) != ERROR_NONE)
        return visiting->error->code;
    for (unsigned i = 0; i < TRIE_FANOUT; i++)
        if (branch.children[i].count > 0 && tell_top(visiting, &branch.children[i]) != ERROR_NONE)
            return visiting->error->code;
    return ERROR_NONE;
}

static enum error_code check_root(struct text bytes, const struct visiting *visiting)
{
    struct node_root root;

    if (node_read_root(bytes, &root, visiting->error) != ERROR_NONE)
        return visiting->error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (tell_top(visiting, &root.tops[aspect]) != ERROR_NONE)
            return visiting->error->code;
    return ERROR_NONE;
}

enum error_code node_check(enum node_type type, struct text bytes, node_visitor visit, void *context,
                           struct error *error)
{
    const struct visiting visiting = {visit, context, error};
    struct blob_facts facts;

    if (bytes.length > NODE_SIZE_LIMIT)
        return error_set(error, ERROR_LIMIT, "a node has %zu bytes, the limit is %d", bytes.length, NODE_SIZE_LIMIT);
    switch (type) {
    case NODE_BLOB:
        return canonical_check(bytes, &facts, error);
    case NODE_LEAF:
        return check_leaf(bytes, &visiting);
    case NODE_BRANCH:
        return check_branch(bytes, &visiting);
    case NODE_ROOT:
        return check_root(bytes, &visiting);
    case NODE_IDENTITY:
    case NODE_STATEMENTS: /* no part of a snapshot */
        break;
    }
    return error_set(error, ERROR_CORRUPT, "there is no node of type %d", (int)type);
}
