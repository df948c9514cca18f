/* drift/across.h - two snapshots of different engines: what both can say, compared.
 *
 * Only tables, their columns, primary keys, unique keys, foreign keys and indexes are, and enums where both engines
 * have some, each by what it says and never by the name of a key or index; see drift/neutral.h and
 * docs/reference/type-families.md. Renames are not looked for.
 *
 * Judging needs what is said in words that are the same for all engines, people the very words of each. So changes
 * first say the one, and across_show() puts the other in its place.
 */
#ifndef DRIFTLINE_DRIFT_ACROSS_H
#define DRIFTLINE_DRIFT_ACROSS_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "drift/change.h"
#include "drift/compare.h"
#include "drift/neutral.h"

/* Whether two snapshots are of different engines that are both known. All others are compared to the letter. */
bool across_is_meant(const struct snapshot *from, const struct snapshot *to);

struct across {
    struct neutral sides[SIDE_COUNT];
    struct snapshot gaps[SIDE_COUNT];    /* only what could not be read of that which is compared */
    struct snapshot covered[SIDE_COUNT]; /* the same as the changes name things */
};

/* Find what differs. `states` may be NULL. */
enum error_code across_compare(struct across *ret_across, struct change_list *changes, struct diff *diff,
                               const struct snapshot *const sides[SIDE_COUNT], struct state_maker *states,
                               struct error *error) MUST_CHECK;

/* Show the values of each engine. */
void across_show(struct change *changes, uint32_t count);

/* Whether something of this kind is compared, so that what could not be read of it matters. The sides are to be made.
 */
bool across_compares(const struct across *across, enum kind kind);

#endif
