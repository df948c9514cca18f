#include "correlate/variants.h"

#include <stdlib.h>

/* Roots in which no difference is seen are one variant. Each root is compared with so many of the largest variants
 * before it becomes one of its own. */
enum { VARIANTS_COMPARED = 8 };

/* What finding needs at every step. */
struct finding {
    struct variants *variants;
    bool *has_gaps; /* of each variant: one of its roots has */
    struct database *database;
    const struct fleet_policy *policy;
    struct fleet_cache *cache;
    struct arena *arena;
    struct error *error;
};

static enum error_code no_memory(const struct finding *finding)
{
    return arena_error(finding->arena, finding->error, "grouping the instances of an environment");
}

/* ---------------------------------------------------------------- majors */

/* A version that is not known, or beyond what the set can hold, is none: it is compared as if it were any. */
static uint64_t major_bit(uint32_t major)
{
    return major > 0 && major < 64 ? UINT64_C(1) << major : 0;
}

static bool majors_differ(uint64_t a, uint64_t b)
{
    return a != 0 && b != 0 && (a & b) == 0;
}

/* The lowest member of a set; 0: it is empty. */
static uint32_t lowest_major(uint64_t majors)
{
    uint32_t major = 0;

    while (majors != 0 && (majors >> major & 1) == 0)
        major++;
    return major;
}

void variants_majors(uint64_t from, uint64_t to, uint32_t ret_majors[2])
{
    uint64_t common = from & to;

    ret_majors[0] = lowest_major(common != 0 ? common : from);
    ret_majors[1] = lowest_major(common != 0 ? common : to);
}

/* ---------------------------------------------------------------- roots */

static int compare_roots(const void *a, const void *b)
{
    const struct variant_root *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return memcmp(x->root.bytes, y->root.bytes, HASH_SIZE);
}

static void add_to_root(struct variant_root *root, struct text *spokesman, const struct root_count *count)
{
    if (root->count == 0 || text_compare(count->instance, *spokesman) < 0) {
        *spokesman = count->instance;
        root->target = count->target;
        root->snapshot = count->snapshot;
    }
    root->count += count->count;
    root->majors |= major_bit(count->major);
    root->has_gaps = root->has_gaps || count->gaps > 0;
}

/* The counts are in the order of roots: those of one root with several majors stand together. */
static enum error_code gather_roots(struct finding *finding, const struct root_count *counts, size_t count)
{
    struct variants *variants = finding->variants;
    struct text spokesman = {NULL, 0};

    variants->roots = arena_array(finding->arena, count, sizeof *variants->roots);
    if (variants->roots == NULL)
        return no_memory(finding);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !hash_equal(&counts[i - 1].root, &counts[i].root))
            variants->roots[variants->root_count++] = (struct variant_root){.root = counts[i].root};
        add_to_root(&variants->roots[variants->root_count - 1], &spokesman, &counts[i]);
    }
    if (variants->root_count > 1)
        qsort(variants->roots, variants->root_count, sizeof *variants->roots, compare_roots);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- which variant */

/* Whether roots may differ and yet no difference be seen: under options that leave something out. */
static bool leaves_something_out(const struct diff_options *options)
{
    bool all = options->ignore.count == 0 && !options->fold_partitions;

    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        all = all && options->aspects[aspect];
    return !all;
}

/* Whether a root may belong to a variant of another one: what could not be read is part of a root, and so is how a
 * server spells things; neither must make an outlier of an instance that is as the others in all else. */
static bool may_join(const struct finding *finding, uint32_t number, const struct variant_root *root)
{
    return leaves_something_out(&finding->policy->compare) || finding->has_gaps[number] || root->has_gaps ||
           majors_differ(finding->variants->variants[number].majors, root->majors);
}

/* Where servers of one version have rendered both, these are compared. */
static enum error_code compare_with(struct finding *finding, const struct variant *variant,
                                    const struct variant_root *root, struct fleet_pair *ret_pair)
{
    struct fleet_side sides[2] = {{.root = finding->variants->roots[variant->root].root}, {.root = root->root}};
    uint32_t majors[2];

    variants_majors(variant->majors, root->majors, majors);
    sides[0].major = majors[0];
    sides[1].major = majors[1];
    return fleet_cache_compare(finding->cache, finding->database, finding->policy, sides, ret_pair, finding->error);
}

/* Set the variant that a root belongs to, and how it compares; `variant_count` when it is a new one. */
static enum error_code find_variant(struct finding *finding, struct variant_root *root)
{
    const struct variants *variants = finding->variants;

    root->variant = variants->variant_count;
    for (uint32_t i = 0; i < variants->variant_count && i < VARIANTS_COMPARED; i++) {
        struct fleet_pair pair;

        if (!may_join(finding, i, root))
            continue;
        if (compare_with(finding, &variants->variants[i], root, &pair) != ERROR_NONE)
            return finding->error->code;
        if (pair.is_comparable && pair.change_count == 0) {
            root->variant = i;
            root->pair = pair;
            return ERROR_NONE;
        }
    }
    return ERROR_NONE;
}

static void join(struct finding *finding, uint32_t place)
{
    struct variants *variants = finding->variants;
    const struct variant_root *root = &variants->roots[place];

    if (root->variant == variants->variant_count)
        variants->variants[variants->variant_count++] = (struct variant){.root = place, .majors = root->majors};
    variants->variants[root->variant].count += root->count;
    finding->has_gaps[root->variant] = finding->has_gaps[root->variant] || root->has_gaps;
}

/* ---------------------------------------------------------------- in order */

static bool comes_before(const struct variants *variants, const struct variant *a, const struct variant *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    return memcmp(variants->roots[a->root].root.bytes, variants->roots[b->root].root.bytes, HASH_SIZE) < 0;
}

/* Put the largest variant first. Each began with the largest root that was left, and only those that others were
 * compared with have grown: few move, and not far. */
static void order_variants(struct variants *variants)
{
    for (uint32_t i = 1; i < variants->variant_count; i++) {
        struct variant variant = variants->variants[i];
        uint32_t at = i;

        for (; at > 0 && comes_before(variants, &variant, &variants->variants[at - 1]); at--)
            variants->variants[at] = variants->variants[at - 1];
        variants->variants[at] = variant;
    }
}

/* Tell the roots the new places of their variants. */
static enum error_code place_roots(struct finding *finding)
{
    struct variants *variants = finding->variants;
    uint32_t *places = arena_array(finding->arena, variants->variant_count, sizeof *places);

    if (places == NULL)
        return no_memory(finding);
    for (uint32_t i = 0; i < variants->variant_count; i++)
        places[variants->roots[variants->variants[i].root].variant] = i;
    for (uint32_t i = 0; i < variants->root_count; i++)
        variants->roots[i].variant = places[variants->roots[i].variant];
    return ERROR_NONE;
}

enum error_code variants_find(struct variants *ret_variants, const struct root_count *counts, size_t count,
                              struct database *database, const struct fleet_policy *policy, struct fleet_cache *cache,
                              struct arena *arena, struct error *error)
{
    struct variants variants = {0};
    struct finding finding = {&variants, NULL, database, policy, cache, arena, error};

    if (gather_roots(&finding, counts, count) != ERROR_NONE)
        return error->code;
    variants.variants = arena_array(arena, variants.root_count, sizeof *variants.variants);
    finding.has_gaps = arena_array(arena, variants.root_count, sizeof *finding.has_gaps);
    if (variants.variants == NULL || finding.has_gaps == NULL)
        return no_memory(&finding);
    for (uint32_t i = 0; i < variants.root_count; i++) {
        if (find_variant(&finding, &variants.roots[i]) != ERROR_NONE)
            return error->code;
        join(&finding, i);
    }
    order_variants(&variants);
    if (place_roots(&finding) != ERROR_NONE)
        return error->code;
    variants.has_majority = variants.variant_count == 1 ||
                            (variants.variant_count > 1 && variants.variants[0].count > variants.variants[1].count);
    *ret_variants = variants;
    return ERROR_NONE;
}
