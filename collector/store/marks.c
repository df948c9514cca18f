#include "store/marks.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "schema/node.h"
#include "store/nodes.h"
#include "store_sql.h"

enum { WORD_BITS = 64, FIRST_WORDS = 1024, FIRST_PENDING = 64 };

void marks_clear(struct marks *marks)
{
    mem_free(marks->words);
    mem_free(marks->pending);
    *marks = (struct marks){0};
}

static size_t word_of(int64_t node)
{
    return (size_t)node / WORD_BITS;
}

static uint64_t bit_of(int64_t node)
{
    return UINT64_C(1) << ((size_t)node % WORD_BITS);
}

bool marks_has(const struct marks *marks, int64_t node)
{
    return word_of(node) < marks->word_count && (marks->words[word_of(node)] & bit_of(node)) != 0;
}

static bool make_room_for_bit(struct marks *marks, int64_t node)
{
    size_t count = marks->word_count == 0 ? (size_t)FIRST_WORDS : marks->word_count;
    uint64_t *words;

    while (count <= word_of(node))
        count *= 2;
    if (count == marks->word_count)
        return true;
    words = mem_realloc(marks->words, count * sizeof *words);
    if (words == NULL)
        return false;
    memset(words + marks->word_count, 0, (count - marks->word_count) * sizeof *words);
    marks->words = words;
    marks->word_count = count;
    return true;
}

static bool make_room_for_pending(struct marks *marks)
{
    size_t capacity = marks->pending_capacity == 0 ? (size_t)FIRST_PENDING : marks->pending_capacity * 2;
    int64_t *pending;

    if (marks->pending_count < marks->pending_capacity)
        return true;
    pending = mem_realloc(marks->pending, capacity * sizeof *pending);
    if (pending == NULL)
        return false;
    marks->pending = pending;
    marks->pending_capacity = capacity;
    return true;
}

enum error_code marks_set(struct marks *marks, int64_t node, struct error *error)
{
    if (node <= 0)
        return error_set(error, ERROR_CORRUPT, "a node of the store has the number %" PRId64, node);
    if (!make_room_for_bit(marks, node))
        return error_memory(error, "marking nodes");
    marks->words[word_of(node)] |= bit_of(node);
    return ERROR_NONE;
}

enum error_code marks_add(struct marks *marks, int64_t node, enum node_type type, struct error *error)
{
    if (marks_has(marks, node))
        return ERROR_NONE;
    if (!make_room_for_pending(marks))
        return error_memory(error, "marking nodes");
    if (marks_set(marks, node, error) != ERROR_NONE)
        return error->code;
    if (type != NODE_BLOB) /* which refers to nothing */
        marks->pending[marks->pending_count++] = node;
    return ERROR_NONE;
}

/* One node that is followed. */
struct following {
    struct marks *marks;
    struct database *database;
    uint32_t looked;
};

static enum error_code add_reference(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    struct following *following = context;
    int64_t node = 0;
    enum error_code code = nodes_find(following->database, hash, &node, error);

    following->looked++;
    if (code == ERROR_NOT_FOUND)
        return error_set(error, ERROR_CORRUPT, "a node of the store refers to one that is not there");
    return code == ERROR_NONE ? marks_add(following->marks, node, type, error) : code;
}

enum error_code marks_follow(struct marks *marks, struct database *database, uint32_t *looked, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct following following = {marks, database, 1};
    int64_t node = marks->pending[--marks->pending_count];
    bool found = false;
    enum error_code code;

    if (database_prepare(database, store_sql_node_read, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", node);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return error_set(error, ERROR_CORRUPT, "node %" PRId64 " of the store is not there", node);
    code = node_check((enum node_type)statement_number(statement, 0), statement_blob(statement, 1), add_reference,
                      &following, error);
    *looked += following.looked;
    return code == ERROR_NONE ? ERROR_NONE : error_context(error, "node %" PRId64, node);
}
