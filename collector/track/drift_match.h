/* track/drift_match.h - which difference is which drift: the same thing, perhaps under another name. For the
 * correlator's rooms only.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_MATCH_H
#define DRIFTLINE_TRACK_DRIFT_MATCH_H

#include "track/drift_name.h"

enum { NOT_MATCHED = -1 };

/* What there was, and what there is. */
struct drift_match {
    const struct drift_row *drifts;
    size_t drift_count;
    const struct change *changes;
    size_t change_count;
    int64_t *drift_of;    /* of each change: the place of its drift, or NOT_MATCHED: it is new */
    int64_t *change_of;   /* of each drift: the place of its change, or NOT_MATCHED: it is gone */
    int64_t *absorbed_by; /* of a drift that is gone: a new change that is about all of its object, or one about a part
                             of what it was about as a whole; or NOT_MATCHED */
};

/* `renames` may be NULL: none are known. */
enum error_code drift_match_make(struct drift_match *ret_match, const struct correlating *correlating,
                                 const struct drift_row *drifts, size_t drift_count, const struct diff *diff,
                                 const struct step_renames *renames) MUST_CHECK;

/* Whether it is about an object as a whole: it is there on one side only. */
static inline bool drift_is_whole(enum effect effect, enum kind kind, enum kind object_kind)
{
    return kind == object_kind && (effect == EFFECT_ADDED || effect == EFFECT_REMOVED);
}

#endif
