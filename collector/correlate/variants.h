/* correlate/variants.h - which roots of an environment are one variant, and which variant is the majority.
 *
 * The one place that decides it, for the fleet as it is looked at and for the drifts that are kept. Roots in which no
 * difference is seen (because the policy leaves it out, because it could not be read, or because servers of two major
 * versions may only spell it differently) are one variant. The strictly largest is the majority.
 */
#ifndef DRIFTLINE_CORRELATE_VARIANTS_H
#define DRIFTLINE_CORRELATE_VARIANTS_H

#include "correlate/fleet_cache.h"
#include "store/targets.h"

/* One root of an environment with all its instances. */
struct variant_root {
    struct hash root;
    uint64_t majors; /* bit N: a server of the major version N has it */
    bool has_gaps;
    uint32_t count;
    int64_t target; /* the first instance by name, and its snapshot */
    int64_t snapshot;
    uint32_t variant;       /* its place, worked out */
    struct fleet_pair pair; /* how it compares with the variant's root, if that is another one */
};

struct variant {
    uint32_t root; /* the place of the root that most of its instances have */
    uint64_t majors;
    uint32_t count; /* instances */
};

struct variants {
    struct variant_root *roots; /* the largest first, then by root */
    uint32_t root_count;
    struct variant *variants; /* the largest first, then by root */
    uint32_t variant_count;
    bool has_majority; /* then it is the first */
};

/* From what targets_roots() answers. `cache` may be NULL. Lives in the arena. */
enum error_code variants_find(struct variants *ret_variants, const struct root_count *counts, size_t count,
                              struct database *database, const struct fleet_policy *policy, struct fleet_cache *cache,
                              struct arena *arena, struct error *error) MUST_CHECK;

/* The major version by which a variant and another side are best compared: one that both have rendered, if any. */
void variants_majors(uint64_t from, uint64_t to, uint32_t ret_majors[2]);

#endif
