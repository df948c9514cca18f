#include "drift/coverage.h"

#include <stdlib.h>

static int compare_gaps(const void *a, const void *b)
{
    const struct coverage_gap *x = *(const struct coverage_gap *const *)a, *y = *(const struct coverage_gap *const *)b;

    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : text_compare(x->object, y->object);
}

enum error_code coverage_init(struct coverage *ret_coverage, const struct snapshot *from, const struct snapshot *to,
                              struct arena *arena, struct error *error)
{
    struct coverage coverage = {0};

    coverage.gaps = arena_array(arena, (size_t)from->gap_count + to->gap_count, sizeof *coverage.gaps);
    if (coverage.gaps == NULL)
        return arena_error(arena, error, "comparing what was read");
    for (uint32_t i = 0; i < from->gap_count; i++)
        coverage.gaps[coverage.count++] = &from->gaps[i];
    for (uint32_t i = 0; i < to->gap_count; i++)
        coverage.gaps[coverage.count++] = &to->gaps[i];
    if (coverage.count > 1)
        qsort(coverage.gaps, coverage.count, sizeof *coverage.gaps, compare_gaps);
    *ret_coverage = coverage;
    return ERROR_NONE;
}

static bool has_gap(const struct coverage *coverage, enum kind kind, struct text object)
{
    const struct coverage_gap wanted = {.kind = kind, .object = object}, *key = &wanted;

    return bsearch(&key, coverage->gaps, coverage->count, sizeof *coverage->gaps, compare_gaps) != NULL;
}

bool coverage_hides(const struct coverage *coverage, const struct change *change)
{
    const struct text whole_kind = {"", 0};

    if (coverage->count == 0)
        return false;
    return has_gap(coverage, change->kind, whole_kind) || has_gap(coverage, change->object_kind, whole_kind) ||
           has_gap(coverage, change->kind, change->object) || has_gap(coverage, change->object_kind, change->owner) ||
           (change->renamed_from.length > 0 && has_gap(coverage, change->kind, change->renamed_from));
}

static bool gap_matters(const struct coverage_gap *gap, const struct diff_options *options)
{
    const struct kind_facts *facts = kind_facts(gap->kind);

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
