#include "publish/publish_files.h"

#include <stdio.h>
#include <stdlib.h>

static const char doing[] = "comparing what is to be published";

bool publish_step_changes(const struct tree_step *step)
{
    return step->was_there != step->will_be_there || !text_equal(step->before, step->after);
}

static enum error_code plan_copy(const struct publish_copied *copy, const struct tree_place *place, struct arena *arena,
                                 struct tree_step *step, struct error *error)
{
    enum error_code code;

    *step = (struct tree_step){.path = copy->path, .was_there = true, .will_be_there = true, .after = copy->content};
    code = place->read(place->context, copy->path, TREE_FILE_LIMIT, arena, &step->before, error);
    if (code == ERROR_NOT_FOUND) {
        *error = (struct error){0};
        step->was_there = false;
    } else if (code != ERROR_NONE) {
        return code;
    }
    step->state = !step->was_there ? TREE_NEW : text_equal(step->before, step->after) ? TREE_SAME : TREE_OUTDATED;
    return ERROR_NONE;
}

/* One plan of several, and room for the copies. */
static enum error_code join(struct tree_plan *ret_plan, const struct tree_plan *plans, size_t count, size_t copies,
                            struct arena *arena, struct error *error)
{
    struct tree_plan joined = {0};
    size_t room = copies;

    for (size_t i = 0; i < count; i++)
        room += plans[i].count;
    joined.steps = arena_array(arena, room, sizeof *joined.steps);
    if (joined.steps == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < plans[i].count; k++)
            joined.steps[joined.count++] = plans[i].steps[k];
        for (unsigned state = 0; state < TREE_STATE_COUNT; state++)
            joined.counts[state] += plans[i].counts[state];
    }
    *ret_plan = joined;
    return ERROR_NONE;
}

static int by_path(const void *a, const void *b)
{
    return text_compare(((const struct tree_step *)a)->path, ((const struct tree_step *)b)->path);
}

static enum error_code sort(struct tree_plan *plan, struct error *error)
{
    if (plan->count > 1)
        qsort(plan->steps, plan->count, sizeof *plan->steps, by_path);
    for (size_t i = 1; i < plan->count; i++)
        if (text_equal(plan->steps[i - 1].path, plan->steps[i].path)) {
            error_set(error, ERROR_CONFIG, "two of what is to be published are the file '%.*s'",
                      TEXT_ARGS(plan->steps[i].path));
            return error_hint(error, "give them other folders or names");
        }
    return ERROR_NONE;
}

static void hasher_freep(struct hasher **hasher)
{
    hasher_free(*hasher);
}

static void hash_content(struct hasher *hasher, bool is_there, struct text content)
{
    char head[32];

    snprintf(head, sizeof head, "%c%zu:", is_there ? '+' : '-', content.length);
    hasher_update(hasher, text_from(head));
    hasher_update(hasher, content);
}

static enum error_code hash_steps(struct publish_files *files, struct error *error)
{
    CLEANUP(hasher_freep) struct hasher *hasher = NULL;

    if (hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    hasher_begin(hasher);
    for (size_t i = 0; i < files->plan.count; i++) {
        const struct tree_step *step = &files->plan.steps[i];

        if (!publish_step_changes(step))
            continue;
        hash_content(hasher, true, step->path);
        hash_content(hasher, step->was_there, step->before);
        hash_content(hasher, step->will_be_there, step->after);
    }
    files->hash = hasher_end(hasher);
    return ERROR_NONE;
}

enum error_code publish_files_make(struct publish_files *ret_files, const struct publish_content *content,
                                   const struct tree_place *place, struct arena *arena, struct error *error)
{
    struct tree_plan *plans = arena_array(arena, content->part_count, sizeof *plans);
    struct publish_files files;

    if (plans == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < content->part_count; i++)
        if (tree_plan_make(&plans[i], content->parts[i].tree, content->parts[i].folder, place, arena, error) !=
            ERROR_NONE)
            return error->code;
    if (join(&files.plan, plans, content->part_count, content->copy_count, arena, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < content->copy_count; i++) {
        struct tree_step *step = &files.plan.steps[files.plan.count];

        if (plan_copy(&content->copies[i], place, arena, step, error) != ERROR_NONE)
            return error->code;
        files.plan.counts[step->state]++;
        files.plan.count++;
    }
    if (sort(&files.plan, error) != ERROR_NONE || hash_steps(&files, error) != ERROR_NONE)
        return error->code;
    *ret_files = files;
    return ERROR_NONE;
}
