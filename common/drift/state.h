/* drift/state.h - what one side says of a thing, as a hash that can be kept: has it changed since, did it look like this
 * before, is it what was accepted?
 *
 * The unit is that of a change: an object or part in one aspect. The state of a part, or of an object that both sides
 * have, covers its own attributes in that aspect and nothing of its parts; that of an object that only one side has
 * covers the whole object in all aspects. Left out is what the comparison leaves out: attributes that a pattern
 * ignores, texts that were not compared because two major versions may spell them differently, and the order of columns
 * unless the change is about it, in which case it is the order of those columns that both sides have. The name counts:
 * the path of an object, the name of a part without its owner's.
 */
#ifndef DRIFTLINE_DRIFT_STATE_H
#define DRIFTLINE_DRIFT_STATE_H

#include "drift/change.h"

static inline bool change_state_equal(const struct change_state *a, const struct change_state *b)
{
    return a->is_there == b->is_there && (!a->is_there || hash_equal(&a->hash, &b->hash));
}

#endif
