#include "track/drift_match.h"

#include <stdlib.h>

/* How a difference can be told from others of the same thing: that an object is there at all, that it is called
 * otherwise, and what it says are three. A part has one at a time; but its name may have gone to another part, and then
 * one is gone and the other is there. */
enum form { FORM_SAYS, FORM_NAME, FORM_WHOLE, FORM_GONE_PART };

/* A drift or a change, by what it is about. */
struct subject {
    enum kind kind;
    enum kind object_kind;
    enum aspect aspect;
    enum form form;
    struct text object;
    size_t place;
};

struct matching {
    struct drift_match *match;
    const struct correlating *correlating;
    const struct step_renames *renames;
    struct subject *changes; /* those that have no drift yet, sorted */
    size_t change_count;
};

static enum form form_of(enum effect effect, enum kind kind, enum kind object_kind)
{
    if (drift_is_whole(effect, kind, object_kind))
        return FORM_WHOLE;
    if (kind != object_kind)
        return effect == EFFECT_REMOVED ? FORM_GONE_PART : FORM_SAYS;
    return effect == EFFECT_RENAMED ? FORM_NAME : FORM_SAYS;
}

static struct subject subject_of_change(const struct change *change, size_t place)
{
    return (struct subject){change->kind,   change->object_kind,
                            change->aspect, form_of(change->effect, change->kind, change->object_kind),
                            change->object, place};
}

static struct subject subject_of_drift(const struct drift_row *drift, size_t place)
{
    return (struct subject){drift->kind,   drift->object_kind,
                            drift->aspect, form_of(drift->effect, drift->kind, drift->object_kind),
                            drift->object, place};
}

static int compare_numbers(unsigned a, unsigned b)
{
    return (a > b) - (a < b);
}

static enum form loosely(enum form form)
{
    return form == FORM_GONE_PART ? FORM_SAYS : form;
}

/* By all but whether a part is gone. */
static int compare_loosely(const struct subject *x, const struct subject *y)
{
    int order = text_compare(x->object, y->object);

    if (order == 0)
        order = compare_numbers(x->kind, y->kind);
    if (order == 0)
        order = compare_numbers(x->object_kind, y->object_kind);
    if (order == 0)
        order = compare_numbers(x->aspect, y->aspect);
    return order != 0 ? order : compare_numbers(loosely(x->form), loosely(y->form));
}

static int compare_subjects(const void *a, const void *b)
{
    const struct subject *x = a, *y = b;
    int order = compare_loosely(x, y);

    if (order == 0)
        order = compare_numbers(x->form, y->form);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static void join(struct drift_match *match, size_t drift, size_t change)
{
    match->change_of[drift] = (int64_t)change;
    match->drift_of[change] = (int64_t)drift;
}

/* ---- by name ---- */

/* Those that are not matched, sorted. */
static size_t list_changes(struct matching *matching)
{
    struct drift_match *match = matching->match;
    size_t count = 0;

    for (size_t i = 0; i < match->change_count; i++)
        if (match->drift_of[i] == NOT_MATCHED)
            matching->changes[count++] = subject_of_change(&match->changes[i], i);
    if (count > 1)
        qsort(matching->changes, count, sizeof *matching->changes, compare_subjects);
    matching->change_count = count;
    return count;
}

static size_t list_drifts(const struct drift_match *match, struct subject *subjects)
{
    size_t count = 0;

    for (size_t i = 0; i < match->drift_count; i++)
        if (match->change_of[i] == NOT_MATCHED)
            subjects[count++] = subject_of_drift(&match->drifts[i], i);
    if (count > 1)
        qsort(subjects, count, sizeof *subjects, compare_subjects);
    return count;
}

/* Both lists are sorted: one pass finds what both have. */
static void match_by_name(struct matching *matching, struct subject *drifts, bool strictly)
{
    size_t drift_count = list_drifts(matching->match, drifts), change_count = list_changes(matching), a = 0, b = 0;

    while (a < drift_count && b < change_count) {
        int order = compare_loosely(&drifts[a], &matching->changes[b]);

        if (order == 0 && strictly)
            order = compare_numbers(drifts[a].form, matching->changes[b].form);
        if (order == 0)
            join(matching->match, drifts[a].place, matching->changes[b].place);
        a += order <= 0;
        b += order >= 0;
    }
}

/* ---- by another name ---- */

/* The first change of a subject that has no drift yet. */
static struct subject *find_change(const struct matching *matching, const struct subject *wanted)
{
    size_t low = 0, high = matching->change_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_loosely(&matching->changes[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < matching->change_count && compare_loosely(&matching->changes[low], wanted) == 0; low++)
        if (matching->match->drift_of[matching->changes[low].place] == NOT_MATCHED)
            return &matching->changes[low];
    return NULL;
}

/* Give a drift the change that is shown under this name now. */
static void match_as(struct matching *matching, size_t place, struct text shown)
{
    struct subject wanted = subject_of_drift(&matching->match->drifts[place], place);
    const struct subject *found;

    wanted.object = shown;
    found = find_change(matching, &wanted);
    if (found != NULL)
        join(matching->match, place, found->place);
}

/* Those that are called otherwise after the step come first: their old names may be others' now. `which`: as it is
 * shown, or else. */
static enum error_code match_renamed(struct matching *matching, int which)
{
    if (matching->renames == NULL || matching->renames->count == 0 || list_changes(matching) == 0)
        return ERROR_NONE;
    for (size_t i = 0; i < matching->match->drift_count; i++) {
        const struct drift_row *drift = &matching->match->drifts[i];
        struct drift_names names;

        if (matching->match->change_of[i] != NOT_MATCHED)
            continue;
        if (drift_names_after(&names, matching->correlating, drift, matching->renames) != ERROR_NONE)
            return matching->correlating->error->code;
        if (!text_equal(names.shown[which], drift->object))
            match_as(matching, i, names.shown[which]);
    }
    return ERROR_NONE;
}

/* ---- parts of something larger ---- */

/* New changes in the order of the objects that they are about. */
static int compare_owners(const void *a, const void *b)
{
    const struct change *x = *(const struct change *const *)a, *y = *(const struct change *const *)b;
    int order = compare_numbers(x->object_kind, y->object_kind);

    if (order == 0)
        order = text_compare(x->owner, y->owner);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Whether a difference that is new takes the place of one that is gone, both of one object. */
static bool absorbs(const struct change *change, const struct drift_row *drift)
{
    bool whole = drift_is_whole(change->effect, change->kind, change->object_kind);

    if (whole != drift_is_whole(drift->effect, drift->kind, drift->object_kind))
        return true;
    return !whole && change->kind == drift->kind && change->aspect != drift->aspect &&
           text_equal(change->object, drift->object) &&
           (change->effect == EFFECT_ADDED || change->effect == EFFECT_REMOVED || drift->effect == EFFECT_ADDED ||
            drift->effect == EFFECT_REMOVED);
}

static int64_t find_absorber(const struct drift_match *match, const struct change **sorted, size_t count,
                             const struct drift_row *drift, struct text owner)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_numbers(sorted[middle]->object_kind, drift->object_kind);

        if (order == 0)
            order = text_compare(sorted[middle]->owner, owner);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && sorted[low]->object_kind == drift->object_kind && text_equal(sorted[low]->owner, owner);
         low++)
        if (absorbs(sorted[low], drift))
            return sorted[low] - match->changes;
    return NOT_MATCHED;
}

static enum error_code find_absorbers(const struct matching *matching)
{
    const struct drift_match *match = matching->match;
    const struct change **sorted = arena_array(matching->correlating->arena, match->change_count, sizeof *sorted);
    size_t count = 0;

    if (sorted == NULL)
        return correlating_no_memory(matching->correlating);
    for (size_t i = 0; i < match->change_count; i++)
        if (match->drift_of[i] == NOT_MATCHED)
            sorted[count++] = &match->changes[i];
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, compare_owners);
    for (size_t i = 0; i < match->drift_count && count > 0; i++) {
        const struct drift_row *drift = &match->drifts[i];
        struct drift_names names;

        if (match->change_of[i] != NOT_MATCHED)
            continue;
        if ((matching->renames == NULL
                 ? drift_names_now(&names, matching->correlating, drift)
                 : drift_names_after(&names, matching->correlating, drift, matching->renames)) != ERROR_NONE)
            return matching->correlating->error->code;
        for (int side = 0; side < 2 && match->absorbed_by[i] == NOT_MATCHED; side++)
            match->absorbed_by[i] = find_absorber(match, sorted, count, drift, names.owners[side]);
    }
    return ERROR_NONE;
}

static int64_t *make_places(const struct correlating *correlating, size_t count)
{
    int64_t *places = arena_array(correlating->arena, count, sizeof *places);

    for (size_t i = 0; places != NULL && i < count; i++)
        places[i] = NOT_MATCHED;
    return places;
}

enum error_code drift_match_make(struct drift_match *ret_match, const struct correlating *correlating,
                                 const struct drift_row *drifts, size_t drift_count, const struct diff *diff,
                                 const struct step_renames *renames)
{
    struct drift_match match = {
        .drifts = drifts, .drift_count = drift_count, .changes = diff->changes, .change_count = diff->change_count};
    struct matching matching = {.match = &match, .correlating = correlating, .renames = renames};
    struct subject *subjects = arena_array(correlating->arena, drift_count, sizeof *subjects);

    match.drift_of = make_places(correlating, match.change_count);
    match.change_of = make_places(correlating, drift_count);
    match.absorbed_by = make_places(correlating, drift_count);
    matching.changes = arena_array(correlating->arena, match.change_count, sizeof *matching.changes);
    if (match.drift_of == NULL || match.change_of == NULL || match.absorbed_by == NULL || matching.changes == NULL ||
        subjects == NULL)
        return correlating_no_memory(correlating);
    if (match_renamed(&matching, 0) != ERROR_NONE)
        return correlating->error->code;
    match_by_name(&matching, subjects, true);
    match_by_name(&matching, subjects, false);
    if (match_renamed(&matching, 1) != ERROR_NONE || find_absorbers(&matching) != ERROR_NONE)
        return correlating->error->code;
    *ret_match = match;
    return ERROR_NONE;
}
