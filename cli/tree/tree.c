#include "tree/tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tree/tree_list.h"

struct tree {
    const char *name;
    struct arena *arena;
    struct tree_file *files;
    size_t count;
    size_t capacity;
    bool sorted;
};

static const char doing[] = "generating files";

enum error_code tree_new(struct tree **ret_tree, const char *name, struct arena *arena, struct error *error)
{
    struct tree *tree = arena_alloc(arena, sizeof *tree);

    if (tree == NULL)
        return arena_error(arena, error, doing);
    *tree = (struct tree){.name = name, .arena = arena};
    *ret_tree = tree;
    return ERROR_NONE;
}

static bool make_room(struct tree *tree)
{
    size_t capacity = tree->capacity == 0 ? 64 : tree->capacity * 2;
    struct tree_file *files;

    if (tree->count < tree->capacity)
        return true;
    files = arena_array(tree->arena, capacity, sizeof *files);
    if (files == NULL)
        return false;
    if (tree->count > 0)
        memcpy(files, tree->files, tree->count * sizeof *files);
    tree->files = files;
    tree->capacity = capacity;
    return true;
}

enum error_code tree_add(struct tree *tree, struct text path, struct text content, enum tree_marks marks,
                         struct error *error)
{
    const char *copy;

    if (!tree_path_is_good(path))
        return error_set(error, ERROR_INTERNAL, "no file can be generated under the name '%.*s'", TEXT_ARGS(path));
    copy = arena_string(tree->arena, path);
    if (copy == NULL || !make_room(tree))
        return arena_error(tree->arena, error, doing);
    tree->files[tree->count++] = (struct tree_file){{copy, path.length}, content, marks};
    tree->sorted = false;
    return ERROR_NONE;
}

const char *tree_name(const struct tree *tree)
{
    return tree->name;
}

static int by_path(const void *a, const void *b)
{
    return text_compare(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

const struct tree_file *tree_files(struct tree *tree, size_t *ret_count)
{
    if (!tree->sorted && tree->count > 0)
        qsort(tree->files, tree->count, sizeof *tree->files, by_path);
    tree->sorted = true;
    *ret_count = tree->count;
    return tree->files;
}
