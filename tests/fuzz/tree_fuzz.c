/* A file that is there already and the list of those that were generated last, whatever they say: no path leads out,
 * what people wrote around the marks is kept to the byte, and a second plan has nothing left to do. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tree/tree_list.h"
#include "tree/tree_plan.h"

struct folder {
    struct text list;
    struct text file;
    bool has_file;
};

static enum error_code read_file(void *context, struct text path, size_t limit, struct arena *arena,
                                 struct text *ret_content, struct error *error)
{
    const struct folder *folder = context;

    (void)limit;
    (void)arena;
    if (!tree_path_is_good(path))
        abort();
    if (text_equal(path, TEXT(".driftline-fuzz")) && folder->list.length > 0)
        *ret_content = folder->list;
    else if (text_equal(path, TEXT("a.md")) && folder->has_file)
        *ret_content = folder->file;
    else
        return error_set(error, ERROR_NOT_FOUND, "there is none");
    return ERROR_NONE;
}

static bool make_plan(struct folder *folder, struct tree_plan *ret_plan, struct arena *arena)
{
    const struct tree_place place = {read_file, folder};
    struct tree *tree = NULL;
    struct error error = {0};

    if (tree_new(&tree, "fuzz", arena, &error) != ERROR_NONE ||
        tree_add(tree, TEXT("a.md"), TEXT("generated\n"), TREE_MARKS_HTML, &error) != ERROR_NONE)
        abort();
    return tree_plan_make(ret_plan, tree, TEXT(""), &place, arena, &error) == ERROR_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = size == 0 ? NULL : memchr(data, 0, size);
    size_t length = zero == NULL ? size : (size_t)(zero - data);
    struct folder folder = {.list = {(const char *)data, length}, .has_file = zero != NULL};
    CLEANUP(arena_free) struct arena arena;
    struct tree_plan plan;

    arena_init(&arena, 16 * 1024 * 1024);
    if (zero != NULL)
        folder.file = (struct text){(const char *)zero + 1, size - length - 1};
    if (!make_plan(&folder, &plan, &arena))
        return 0;
    for (size_t i = 0; i < plan.count; i++) {
        if (text_equal(plan.steps[i].path, TEXT(".driftline-fuzz"))) {
            folder.list = plan.steps[i].after;
        } else if (text_equal(plan.steps[i].path, TEXT("a.md"))) {
            folder.file = plan.steps[i].after;
            folder.has_file = plan.steps[i].will_be_there;
        }
    }
    if (!make_plan(&folder, &plan, &arena) || tree_plan_changes(&plan))
        abort();
    return 0;
}
