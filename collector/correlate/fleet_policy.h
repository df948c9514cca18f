/* correlate/fleet_policy.h - what a policy says of one database or environment. */
#ifndef DRIFTLINE_CORRELATE_FLEET_POLICY_H
#define DRIFTLINE_CORRELATE_FLEET_POLICY_H

#include "base/buffer.h"
#include "correlate/fleet.h"

/* The promotion path of a database: its own, or that of all. */
struct fleet_path fleet_policy_path(const struct fleet_policy *policy, struct text database);

/* How things of a database are compared when that environment would change: with the levels that hold there. Empty
 * texts are no place: what holds only somewhere does not hold. In the arena, and the policy's. */
enum error_code fleet_policy_options(const struct fleet_policy *policy, struct text database, struct text environment,
                                     struct arena *arena, struct diff_options *ret_options,
                                     struct error *error) MUST_CHECK;

/* The same as a policy for those who compare much there: a cache that is asked under it remembers by the levels, too.
 */
enum error_code fleet_policy_at(struct fleet_policy *ret_policy, const struct fleet_policy *policy,
                                struct text database, struct text environment, struct arena *arena,
                                struct error *error) MUST_CHECK;

/* Append all that decides how any two snapshots compare: equal bytes, equal results. */
void fleet_policy_write_compare(struct buffer *buffer, const struct fleet_policy *policy);

#endif
