#include "tree/tree_plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "tree/tree_list.h"
#include "tree/tree_marks.h"

static const char doing[] = "comparing generated files";

/* What one plan is made with. */
struct planning {
    struct tree_plan plan;
    const struct tree_file *files;
    size_t file_count;
    struct tree_list old; /* what was generated last */
    struct tree_list new;
    struct text folder;
    const struct tree_place *place;
    struct hasher *hasher;
    struct arena *arena;
    struct error *error;
};

static void hasher_freep(struct hasher **hasher)
{
    hasher_free(*hasher);
}

static struct hash hash_of(struct planning *planning, struct text content)
{
    hasher_begin(planning->hasher);
    hasher_update(planning->hasher, content);
    return hasher_end(planning->hasher);
}

static enum error_code place_path(const struct planning *planning, struct text path, struct text *ret_path)
{
    const struct text pieces[] = {planning->folder, TEXT("/"), path};
    size_t skipped = planning->folder.length == 0 ? 2 : 0;

    return marks_join(ret_path, pieces + skipped, LENGTH_OF(pieces) - skipped, planning->arena, planning->error);
}

/* A new step with what is there now. */
static enum error_code add_step(struct planning *planning, struct text path, size_t limit, struct tree_step **ret_step)
{
    struct tree_step *step = &planning->plan.steps[planning->plan.count];
    enum error_code code;

    *step = (struct tree_step){.was_there = true};
    if (place_path(planning, path, &step->path) != ERROR_NONE)
        return planning->error->code;
    code = planning->place->read(planning->place->context, step->path, limit, planning->arena, &step->before,
                                 planning->error);
    if (code == ERROR_NOT_FOUND) {
        *planning->error = (struct error){0};
        step->was_there = false;
    } else if (code != ERROR_NONE) {
        return code;
    }
    planning->plan.count++;
    *ret_step = step;
    return ERROR_NONE;
}

static void stay(struct tree_step *step, enum tree_state state)
{
    step->state = state;
    step->will_be_there = step->was_there;
    step->after = step->before;
}

/* ---- what is generated ---- */

static enum error_code renew(struct planning *planning, const struct tree_file *file, struct tree_step *step)
{
    const struct tree_list_entry *last = tree_list_find(&planning->old, file->path);
    struct marked marked;
    struct hash now;

    if (!marks_find(step->before, file->marks, &marked) || (file->marks == TREE_MARKS_NONE && last == NULL)) {
        bool same = file->marks == TREE_MARKS_NONE && text_equal(step->before, file->content);

        stay(step, same ? TREE_SAME : TREE_FOREIGN);
        return ERROR_NONE;
    }
    if (text_equal(marked.inside, file->content)) {
        stay(step, TREE_SAME);
        return ERROR_NONE;
    }
    now = hash_of(planning, marked.inside);
    step->state = last != NULL && hash_equal(&now, &last->hash) ? TREE_OUTDATED : TREE_EDITED;
    step->will_be_there = true;
    return marks_join(&step->after, (const struct text[]){marked.before, file->content, marked.after}, 3,
                      planning->arena, planning->error);
}

static enum error_code plan_file(struct planning *planning, const struct tree_file *file)
{
    struct tree_step *step;

    if (add_step(planning, file->path, TREE_FILE_LIMIT, &step) != ERROR_NONE)
        return planning->error->code;
    if (step->was_there)
        return renew(planning, file, step);
    step->state = TREE_NEW;
    step->will_be_there = true;
    return marks_wrap(&step->after, file->content, file->marks, planning->arena, planning->error);
}

static enum error_code plan_files(struct planning *planning)
{
    for (size_t i = 0; i < planning->file_count; i++) {
        const struct tree_file *file = &planning->files[i];

        if (plan_file(planning, file) != ERROR_NONE)
            return planning->error->code;
        if (planning->plan.steps[planning->plan.count - 1].state != TREE_FOREIGN)
            planning->new.entries[planning->new.count++] =
                (struct tree_list_entry){hash_of(planning, file->content), file->path};
    }
    return ERROR_NONE;
}

/* ---- what is no longer generated ---- */

static bool is_blank(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (strchr(" \t\r\n", text.bytes[i]) == NULL)
            return false;
    return true;
}

static int compare_files(const void *a, const void *b)
{
    return text_compare(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

static bool is_generated(const struct planning *planning, struct text path)
{
    const struct tree_file wanted = {.path = path};

    return planning->file_count > 0 &&
           bsearch(&wanted, planning->files, planning->file_count, sizeof wanted, compare_files) != NULL;
}

static enum error_code plan_removal(struct planning *planning, const struct tree_list_entry *last)
{
    struct tree_step *step;
    struct marked marked;
    struct hash now;

    if (add_step(planning, last->path, TREE_FILE_LIMIT, &step) != ERROR_NONE)
        return planning->error->code;
    if (!step->was_there) { /* somebody was faster */
        planning->plan.count--;
        return ERROR_NONE;
    }
    now = hash_of(planning, step->before);
    if (hash_equal(&now, &last->hash)) {
        step->state = TREE_SUPERFLUOUS;
        return ERROR_NONE;
    }
    if (!marks_find_any(step->before, &marked)) {
        stay(step, TREE_FOREIGN);
        return ERROR_NONE;
    }
    step->state = TREE_SUPERFLUOUS;
    step->will_be_there = !is_blank(marked.outside_before) || !is_blank(marked.outside_after);
    return marks_join(&step->after, (const struct text[]){marked.outside_before, marked.outside_after}, 2,
                      planning->arena, planning->error);
}

static enum error_code plan_removals(struct planning *planning)
{
    for (size_t i = 0; i < planning->old.count; i++)
        if (!is_generated(planning, planning->old.entries[i].path) &&
            plan_removal(planning, &planning->old.entries[i]) != ERROR_NONE)
            return planning->error->code;
    return ERROR_NONE;
}

/* ---- the list ---- */

static enum error_code read_list(struct planning *planning, struct tree_step **ret_step, struct text name)
{
    if (add_step(planning, name, TREE_MANIFEST_LIMIT, ret_step) != ERROR_NONE)
        return planning->error->code;
    if (!(*ret_step)->was_there)
        return ERROR_NONE;
    return tree_list_read(&planning->old, (*ret_step)->path, (*ret_step)->before, planning->arena, planning->error);
}

static enum error_code plan_list(struct planning *planning, struct tree_step *step)
{
    CLEANUP(buffer_clear) struct buffer text;
    char *copy;

    buffer_init(&text);
    tree_list_write(&text, &planning->new);
    if (buffer_check(&text, planning->error, doing) != ERROR_NONE)
        return planning->error->code;
    copy = arena_string(planning->arena, buffer_text(&text));
    if (copy == NULL)
        return arena_error(planning->arena, planning->error, doing);
    step->after = (struct text){copy, text.length};
    step->will_be_there = planning->new.count > 0;
    step->state = !step->was_there                        ? TREE_NEW
                  : !step->will_be_there                  ? TREE_SUPERFLUOUS
                  : text_equal(step->before, step->after) ? TREE_SAME
                                                          : TREE_OUTDATED;
    return ERROR_NONE;
}

/* ---- the whole ---- */

static int without_case(const void *a, const void *b)
{
    return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names that are one on a file system without case would overwrite each other there. */
static enum error_code check_names(const struct planning *planning)
{
    const char **names = arena_array(planning->arena, planning->file_count, sizeof *names);

    if (names == NULL)
        return arena_error(planning->arena, planning->error, doing);
    for (size_t i = 0; i < planning->file_count; i++)
        names[i] = planning->files[i].path.bytes;
    if (planning->file_count > 1)
        qsort(names, planning->file_count, sizeof *names, without_case);
    for (size_t i = 1; i < planning->file_count; i++)
        if (strcasecmp(names[i - 1], names[i]) == 0)
            return error_set(planning->error, ERROR_INTERNAL, "two files are generated under one name: '%s' and '%s'",
                             names[i - 1], names[i]);
    return ERROR_NONE;
}

static int by_path(const void *a, const void *b)
{
    return text_compare(((const struct tree_step *)a)->path, ((const struct tree_step *)b)->path);
}

static enum error_code make_plan(struct planning *planning, struct text name)
{
    size_t list_at = 0;
    struct tree_step *list;

    /* The list of files that are there comes first, so it is known how many steps there can be. */
    planning->plan.steps = arena_array(planning->arena, 1, sizeof *planning->plan.steps);
    planning->new.entries = arena_array(planning->arena, planning->file_count, sizeof *planning->new.entries);
    if (planning->plan.steps == NULL || planning->new.entries == NULL)
        return arena_error(planning->arena, planning->error, doing);
    if (read_list(planning, &list, name) != ERROR_NONE)
        return planning->error->code;
    planning->plan.steps =
        arena_array(planning->arena, 1 + planning->file_count + planning->old.count, sizeof *planning->plan.steps);
    if (planning->plan.steps == NULL)
        return arena_error(planning->arena, planning->error, doing);
    planning->plan.steps[list_at] = *list;
    if (plan_files(planning) != ERROR_NONE || plan_removals(planning) != ERROR_NONE)
        return planning->error->code;
    for (size_t i = list_at + 1; i < planning->plan.count; i++)
        planning->plan.counts[planning->plan.steps[i].state]++;
    if (plan_list(planning, &planning->plan.steps[list_at]) != ERROR_NONE)
        return planning->error->code;
    if (!planning->plan.steps[list_at].was_there && !planning->plan.steps[list_at].will_be_there)
        planning->plan.steps[list_at] = planning->plan.steps[--planning->plan.count];
    qsort(planning->plan.steps, planning->plan.count, sizeof *planning->plan.steps, by_path);
    return ERROR_NONE;
}

enum error_code tree_plan_make(struct tree_plan *ret_plan, struct tree *tree, struct text folder,
                               const struct tree_place *place, struct arena *arena, struct error *error)
{
    CLEANUP(hasher_freep) struct hasher *hasher = NULL;
    struct planning planning = {.folder = folder, .place = place, .arena = arena, .error = error};
    const char *name = arena_printf(arena, ".driftline-%s", tree_name(tree));

    if (name == NULL)
        return arena_error(arena, error, doing);
    planning.files = tree_files(tree, &planning.file_count);
    if (check_names(&planning) != ERROR_NONE || hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    planning.hasher = hasher;
    if (make_plan(&planning, text_from(name)) != ERROR_NONE)
        return error->code;
    *ret_plan = planning.plan;
    return ERROR_NONE;
}

bool tree_plan_changes(const struct tree_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->steps[i].state != TREE_SAME && plan->steps[i].state != TREE_FOREIGN)
            return true;
    return false;
}

const char *tree_state_name(enum tree_state state)
{
    static const char *const names[] = {
        [TREE_SAME] = "same",
        [TREE_NEW] = "new",
        [TREE_OUTDATED] = "outdated",
        [TREE_EDITED] = "edited",
        [TREE_SUPERFLUOUS] = "superfluous",
        [TREE_FOREIGN] = "foreign",
    };

    return names[state];
}
