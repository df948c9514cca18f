#include "drift/coverage.h"

#include <stdlib.h>

static int compare_gaps(const void *a, const void *b)
{
    const struct coverage_gap *x = *(const struct coverage_gap *const *)a, *y = *(const struct coverage_gap *const *)b;

    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : text_compare(x->object, y->object);
}

static enum error_code make_room(struct coverage_gaps *gaps, size_t most, struct arena *arena, struct error *error)
{
    gaps->items = arena_array(arena, most, sizeof *gaps->items);
    return gaps->items == NULL ? arena_error(arena, error, "comparing what was read") : ERROR_NONE;
}

static void add_gaps(struct coverage *coverage, const struct snapshot *snapshot)
{
    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];
        struct coverage_gaps *gaps = gap_is_undeclared(gap) ? &coverage->undeclared : &coverage->unread;

        gaps->items[gaps->count++] = gap;
    }
}

static void sort(const struct coverage_gaps *gaps)
{
    if (gaps->count > 1)
        qsort(gaps->items, gaps->count, sizeof *gaps->items, compare_gaps);
}

enum error_code coverage_init(struct coverage *ret_coverage, const struct snapshot *from, const struct snapshot *to,
                              struct arena *arena, struct error *error)
{
    const size_t most = (size_t)from->gap_count + to->gap_count;
    struct coverage coverage = {0};

    if (make_room(&coverage.unread, most, arena, error) != ERROR_NONE ||
        make_room(&coverage.undeclared, most, arena, error) != ERROR_NONE)
        return error->code;
    add_gaps(&coverage, from);
    add_gaps(&coverage, to);
    sort(&coverage.unread);
    sort(&coverage.undeclared);
    *ret_coverage = coverage;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- what is hidden */

static bool has_gap(const struct coverage_gaps *gaps, enum kind kind, struct text object)
{
    const struct coverage_gap wanted = {.kind = kind, .object = object}, *key = &wanted;

    return bsearch(&key, gaps->items, gaps->count, sizeof *gaps->items, compare_gaps) != NULL;
}

static bool hide(const struct coverage_gaps *gaps, const struct change *change)
{
    const struct text whole_kind = {"", 0};

    if (gaps->count == 0)
        return false;
    return has_gap(gaps, change->kind, whole_kind) || has_gap(gaps, change->object_kind, whole_kind) ||
           has_gap(gaps, change->kind, change->object) || has_gap(gaps, change->object_kind, change->owner) ||
           (change->renamed_from.length > 0 && has_gap(gaps, change->kind, change->renamed_from));
}

bool coverage_is_unread(const struct coverage *coverage, const struct change *change)
{
    return hide(&coverage->unread, change);
}

bool coverage_hides(const struct coverage *coverage, const struct change *change)
{
    return hide(&coverage->unread, change) || hide(&coverage->undeclared, change);
}

/* ---------------------------------------------------------------- attributes that nobody declares */

bool coverage_gap_names(const struct coverage_gap *gap, struct text attribute)
{
    const struct text opening = TEXT("* ("), object = gap->object;
    size_t at = opening.length;

    if (!text_starts_with(object, opening))
        return false;
    while (at < object.length) {
        size_t end = at;

        while (end < object.length && object.bytes[end] != ',' && object.bytes[end] != ')')
            end++;
        if (text_equal((struct text){object.bytes + at, end - at}, attribute))
            return true;
        for (at = end + 1; at < object.length && object.bytes[at] == ' ';)
            at++;
    }
    return false;
}

static void take_out(struct change *change, const struct coverage_gap *gap)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < change->attribute_count; i++)
        if (!coverage_gap_names(gap, change->attributes[i].name))
            change->attributes[kept++] = change->attributes[i];
    change->attribute_count = kept;
}

void coverage_take_out(const struct coverage *coverage, struct change *change)
{
    for (uint32_t i = 0; i < coverage->undeclared.count; i++)
        if (coverage->undeclared.items[i]->kind == change->kind)
            take_out(change, coverage->undeclared.items[i]);
}

/* ---------------------------------------------------------------- what is told of it */

static bool gap_matters(const struct coverage_gap *gap, const struct diff_options *options)
{
    const struct kind_facts *facts = kind_facts(gap->kind);

    if (gap_is_undeclared(gap))
        return false;
    if (facts != NULL && facts->aspect != ASPECT_STRUCTURE && !options->aspects[facts->aspect])
        return false;
    if (gap->object.length == 0)
        return !ignore_matches_whole_kind(&options->ignore, gap->kind);
    return !ignore_matches(&options->ignore, gap->kind, gap->object, gap->kind, gap->object);
}

static uint32_t list_side(struct uncovered *places, const struct snapshot *snapshot, enum side side,
                          const struct diff_options *options)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &snapshot->gaps[i];

        if (gap_matters(gap, options))
            places[count++] = (struct uncovered){gap->kind, gap->object, side, gap->reason};
    }
    return count;
}

enum error_code coverage_list(struct uncovered **ret_uncovered, uint32_t *ret_count, const struct snapshot *from,
                              const struct snapshot *to, const struct diff_options *options, struct arena *arena,
                              struct error *error)
{
    struct uncovered *list = arena_array(arena, (size_t)from->gap_count + to->gap_count, sizeof *list);
    uint32_t count;

    if (list == NULL)
        return arena_error(arena, error, "comparing what was read");
    count = list_side(list, from, SIDE_FROM, options); /* a snapshot keeps its gaps sorted */
    count += list_side(list + count, to, SIDE_TO, options);
    *ret_uncovered = list;
    *ret_count = count;
    return ERROR_NONE;
}
