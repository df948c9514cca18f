/* track/explanation.h - which of the changes of a snapshot explains that a thing differs now. For the correlator's
 * rooms only.
 */
#ifndef DRIFTLINE_TRACK_EXPLANATION_H
#define DRIFTLINE_TRACK_EXPLANATION_H

#include "track/correlating.h"

/* The changes of an occasion, found by the object that they are about. */
struct explanations {
    const struct occasion *occasion;
    uint32_t *by_owner; /* their places, in the order of owners */
    uint32_t count;
};

enum error_code explanations_make(struct explanations *ret_explanations, const struct correlating *correlating,
                                  const struct occasion *occasion) MUST_CHECK;

/* A thing, by its name on the side that moved. */
struct explained {
    enum kind kind;
    enum kind object_kind;
    enum aspect aspect;
    bool is_name; /* what it is called, not what it says */
    struct text object;
    struct text owner;
};

/* The change of the very thing, else of what it is part of as a whole, else of anything in that; NULL: none is known.
 */
struct explanation {
    int64_t change; /* 0: none */
    const struct change *what;
    const struct attribution *who; /* NULL: not known */
};
struct explanation explanations_find(const struct explanations *explanations, const struct explained *thing);

#endif
