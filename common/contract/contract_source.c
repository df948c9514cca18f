#include "contract/contract_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/option.h"
#include "schema/lookup.h"
#include "schema/object_list.h"

enum { NAME_LIMIT = 64 /* longer ones are far from everything, see base/option.h */ };

static enum error_code find(void *context, enum kind kind, struct text path, struct arena *arena,
                            struct object *ret_object, struct error *error)
{
    const struct snapshot *snapshot = context;
    CLEANUP(buffer_clear) struct buffer scratch;
    const struct trie_entry *entry;
    struct hasher *hasher = NULL;
    struct path parsed;
    struct hash key;

    buffer_init(&scratch);
    if (path_parse(kind, path, arena, &parsed, error) != ERROR_NONE)
        return error->code == ERROR_USAGE ? error_set(error, ERROR_NOT_FOUND, "no such path") : error->code;
    if (hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    key = trie_key(hasher, &scratch, kind, &parsed);
    hasher_free(hasher);
    if (buffer_check(&scratch, error, "looking for an object") != ERROR_NONE)
        return error->code;
    entry = trie_find(snapshot_home(snapshot, kind), &key);
    if (entry == NULL)
        return error_set(error, ERROR_NOT_FOUND, "no such object");
    return snapshot_object(snapshot, entry, arena, ret_object, error);
}

/* ---- hints ---- */

struct candidate {
    struct text path;
    size_t distance;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return text_compare(x->path, y->path);
}

/* A path without its schema and its signature. */
static struct text name_of(struct text path)
{
    const char *end = path.length == 0 ? NULL : memchr(path.bytes, '(', path.length);
    size_t length = end == NULL ? path.length : (size_t)(end - path.bytes), begin = length;

    while (begin > 0 && path.bytes[begin - 1] != '.')
        begin--;
    return (struct text){path.bytes + begin, length - begin};
}

size_t contract_name_distance(struct text wanted, struct text name)
{
    char a[NAME_LIMIT + 1], b[NAME_LIMIT + 1];
    size_t distance;

    if (wanted.length > NAME_LIMIT || name.length > NAME_LIMIT)
        return SIZE_MAX;
    snprintf(a, sizeof a, "%.*s", TEXT_ARGS(wanted));
    snprintf(b, sizeof b, "%.*s", TEXT_ARGS(name));
    distance = option_distance(a, b);
    return option_is_near(a, distance) ? distance : SIZE_MAX;
}

/* The same of a path: the same name in another schema or with other arguments is as near as can be. */
static size_t path_distance(struct text wanted, struct text path)
{
    return text_equal(name_of(wanted), name_of(path)) ? 0 : contract_name_distance(wanted, path);
}

static enum error_code near(void *context, enum kind kind, struct text path, struct arena *arena,
                            struct text *ret_paths, size_t limit, size_t *ret_count, struct error *error)
{
    const struct snapshot *snapshot = context;
    struct object_list list;
    struct candidate *candidates;
    size_t count = 0;

    if (object_list_make(&list, snapshot, arena, error) != ERROR_NONE)
        return error->code;
    candidates = arena_array(arena, list.count, sizeof *candidates);
    if (candidates == NULL)
        return arena_error(arena, error, "looking for near names");
    for (size_t i = 0; i < list.count; i++) {
        size_t distance = list.items[i].kind == kind ? path_distance(path, list.items[i].path) : SIZE_MAX;

        if (distance != SIZE_MAX)
            candidates[count++] = (struct candidate){list.items[i].path, distance};
    }
    if (count > 1)
        qsort(candidates, count, sizeof *candidates, compare_candidates);
    *ret_count = count < limit ? count : limit;
    for (size_t i = 0; i < *ret_count; i++)
        ret_paths[i] = candidates[i].path;
    return ERROR_NONE;
}

struct contract_source contract_source_of(const struct snapshot *snapshot)
{
    return (struct contract_source){.find = find,
                                    .near = near,
                                    .context = (void *)snapshot,
                                    .engine = snapshot->info.engine,
                                    .gaps = snapshot->gaps,
                                    .gap_count = snapshot->gap_count};
}
