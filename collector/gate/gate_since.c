#include <stdlib.h>

#include "gate/gate_private.h"

enum { PAGE = 500 };

/* The differences to a reference of one object. */
struct since {
    struct gate_judging *judging;
    const struct target_row *spokesman;
    struct drift_row **drifts;
    size_t count;
};

/* ---------------------------------------------------------------- whether a change is about a difference */

/* What the environment calls the thing, and its object. */
static struct text called_there(const struct drift_row *drift)
{
    return drift->renamed_from.length > 0 ? drift->renamed_from : drift->object;
}

static struct text object_there(const struct drift_row *drift)
{
    return drift->owner_before.length > 0 ? drift->owner_before : drift->owner;
}

/* What got this name or lost it. */
static bool names(const struct change_row *change, struct text path)
{
    return text_equal(change->object, path) ||
           (change->renamed_from.length > 0 && text_equal(change->renamed_from, path));
}

bool gate_is_of_thing(const struct change_row *change, const struct drift_row *drift)
{
    return change->kind == drift->kind && names(change, called_there(drift));
}

/* What was made of the thing is of it if it came, went, or was named as a whole, on either side, or if it is of the
 * same aspect. Its object matters only as a whole: of another part nothing follows. */
static bool is_about(const struct change_row *change, const struct drift_row *drift)
{
    const bool is_whole = change->effect != EFFECT_MODIFIED;

    if (gate_is_of_thing(change, drift))
        return is_whole || drift->effect == EFFECT_ADDED || drift->effect == EFFECT_REMOVED ||
               change->aspect == drift->aspect;
    return is_whole && change->kind == drift->object_kind && names(change, object_there(drift));
}

/* ---------------------------------------------------------------- one object */

/* The first that is found is the newest. */
static void explain(struct drift_row *drift, const struct change_row *changes, size_t count)
{
    for (size_t i = 0; i < count && drift->change == 0; i++) {
        if (!is_about(&changes[i], drift))
            continue;
        drift->cause = DRIFT_HOTFIX;
        drift->change = changes[i].id;
        drift->opened_at = drift->changed_at = changes[i].at;
    }
}

/* The changes before a number; the next page is before `ret_last`, 0: there is none. */
static enum error_code look_at_page(struct since *since, int64_t before, int64_t *ret_last)
{
    CLEANUP(arena_free) struct arena arena;
    struct gate_judging *judging = since->judging;
    const struct target_name *name = &since->spokesman->name;
    const struct change_filter filter = {.target = {name->database, name->environment, name->instance},
                                         .object = object_there(since->drifts[0]),
                                         .since = judging->question->reference->info.taken_at + 1,
                                         .before = before,
                                         .limit = PAGE};
    struct change_row *changes = NULL;
    size_t count = 0;

    arena_init(&arena, judging->content->fleet.memory_limit);
    if (changes_list(judging->database, &filter, &arena, &changes, &count, judging->error) != ERROR_NONE)
        return judging->error->code;
    for (size_t i = 0; i < since->count; i++)
        explain(since->drifts[i], changes, count);
    *ret_last = count == PAGE ? changes[count - 1].id : 0;
    return ERROR_NONE;
}

static enum error_code look_at_object(struct since *since)
{
    int64_t last = 0;

    do {
        if (look_at_page(since, last, &last) != ERROR_NONE)
            return since->judging->error->code;
    } while (last != 0);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- all of them */

static int compare_objects(const void *a, const void *b)
{
    return text_compare(object_there(*(struct drift_row *const *)a), object_there(*(struct drift_row *const *)b));
}

static enum error_code look_at_all(struct since *since, struct drift_row **order, size_t count)
{
    for (size_t i = 0; i < count; i += since->count) {
        since->drifts = &order[i];
        since->count = 1;
        while (i + since->count < count && compare_objects(&order[i], &order[i + since->count]) == 0)
            since->count++;
        if (look_at_object(since) != ERROR_NONE)
            return since->judging->error->code;
    }
    return ERROR_NONE;
}

enum error_code gate_find_hotfixes(struct gate_judging *judging, const struct target_row *spokesman,
                                   struct drift_row *drifts, size_t count)
{
    struct since since = {.judging = judging, .spokesman = spokesman};
    struct drift_row **order = arena_array(judging->arena, count, sizeof(*order));

    if (order == NULL)
        return gate_no_memory(judging);
    if (judging->question->reference->info.taken_at == 0)
        return ERROR_NONE; /* when it was taken is not known */
    for (size_t i = 0; i < count; i++)
        order[i] = &drifts[i];
    if (count > 1)
        qsort(order, count, sizeof(*order), compare_objects);
    return look_at_all(&since, order, count);
}
