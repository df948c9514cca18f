/* track/sides.h - how an environment stands in its pairs: by the root that most of its instances have.
 */
#ifndef DRIFTLINE_TRACK_SIDES_H
#define DRIFTLINE_TRACK_SIDES_H

#include "correlate/variants.h"
#include "store/pairs.h"
#include "track/correlating.h"

/* An environment at one moment. */
struct environment_sides {
    struct text name;
    uint32_t instances; /* with a snapshot */
    struct root_count *counts;
    size_t count;
    struct variants variants;
};

enum error_code sides_find(const struct correlating *correlating, struct text environment,
                           struct environment_sides *ret_sides) MUST_CHECK;

/* The same environment as it was before one of its instances came to this root and server from another one; `before` is
 * NULL when it had none. */
struct instance_place {
    struct hash root;
    uint32_t major;
    uint32_t gaps;
    int64_t target;
    int64_t snapshot;
    struct text instance;
};
enum error_code sides_before(const struct correlating *correlating, const struct environment_sides *now,
                             const struct instance_place *place, const struct instance_place *before,
                             struct environment_sides *ret_sides) MUST_CHECK;

/* Its majority as a side, with the versions of its servers, a bit each; the side's own major is to be chosen from them.
 * Only if there is a majority. */
struct pair_side sides_majority(const struct environment_sides *sides, uint64_t *ret_majors);

/* Whether a root is in the majority; one that no instance has is not. */
bool sides_is_majority(const struct environment_sides *sides, const struct hash *root);

/* Whether the same root is in the majority at both moments, and no other one that both have went into it or out of it:
 * then nobody but the instance that moved is held against something else. */
enum error_code sides_are_alike(const struct correlating *correlating, const struct environment_sides *before,
                                const struct environment_sides *now, bool *ret_alike) MUST_CHECK;

/* The bit of a major version. */
uint64_t sides_major_bit(uint32_t major);

#endif
