/* track/pair_list.h - which environments of a database are neighbours on its promotion path now.
 *
 * One that has no snapshot is not there: those on either side of it are neighbours.
 */
#ifndef DRIFTLINE_TRACK_PAIR_LIST_H
#define DRIFTLINE_TRACK_PAIR_LIST_H

#include "track/correlating.h"

/* Two neighbours. */
struct neighbours {
    struct text from; /* what is promoted */
    struct text to;   /* where to */
};

/* All of them, in the order of the path. */
enum error_code pair_list_all(const struct correlating *correlating, struct neighbours **ret_list,
                              size_t *ret_count) MUST_CHECK;

/* The environments before and behind one that is there; empty texts: none. Nothing is before or behind one that is not
 * on the path. */
enum error_code pair_list_around(const struct correlating *correlating, struct text environment,
                                 struct neighbours *ret_around) MUST_CHECK;

#endif
